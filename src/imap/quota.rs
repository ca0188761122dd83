//! How much a mailbox may hold (RFC 9208).

use super::answer::{Answer, Refusal};
use super::collect::{Aloft, Collect, Nothing};
use super::request::Request;
use super::response::Data;
use super::session::Session;
use super::token::{Cursor, Malformed};
use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use std::collections::HashMap;

/// A quota root with what it limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The root's name, which may be empty.
    pub root: String,
    /// What is limited.
    pub resources: Vec<Resource>,
}

/// One limited resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name in upper case: STORAGE (in KiB), MESSAGE, …
    pub name: String,
    /// How much is used.
    pub used: u64,
    /// How much there may be.
    pub limit: u64,
}

/// Limits from here on kill the connection on some servers.
const LIMIT_END: u64 = 1 << 31;

impl Session {
    /// The quotas that hold for `folder`: GETQUOTAROOT (RFC 9208, section 4.1.3).
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn quota(&mut self, folder: &WireName) -> Result<Vec<Quota>> {
        let all = self.quotas(std::slice::from_ref(folder), &Pace::unattended())?;
        let first = all.into_iter().next().unwrap_or(Ok(Vec::new()));
        first.map_err(|refusal| refusal.error(&format!("GETQUOTAROOT on \"{folder}\"")))
    }

    /// The quotas that hold for each folder, pipelined. A root of which the server tells nothing
    /// is left out.
    ///
    /// # Errors
    /// As [`Session::acls`].
    pub fn quotas(
        &mut self,
        folders: &[WireName],
        pace: &Pace,
    ) -> Result<Vec<Result<Vec<Quota>, Refusal>>> {
        if let [folder] = folders
            && *folder == WireName::inbox()
            && let Some(quota) = self.looked.quota.take()
        {
            return Ok(vec![Ok(quota)]);
        }
        let requests: Vec<_> = folders.iter().map(Request::quota_root).collect();
        let mut found = Found::new(requests.len());
        let batch = self.link.run(&requests, pace, &mut found);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answers = batch.answers.iter().enumerate();
        answers
            .map(|(n, answer)| item(found.of(n), answer))
            .collect()
    }

    /// Replaces all limits of a root: SETQUOTA (RFC 9208, section 4.1.4). Resources that are not
    /// named lose their limit on some servers.
    ///
    /// # Errors
    /// When a limit is 2^31 or more or a name is no atom (nothing is sent), when the session
    /// breaks, or when the server refuses.
    pub fn set_quota(&mut self, root: &str, limits: &[(String, u64)]) -> Result<()> {
        let mut words = Vec::new();
        for (resource, limit) in limits {
            check(resource, *limit)?;
            words.push(format!("{resource} {limit}"));
        }
        let request = Request::plain("SETQUOTA").string(root);
        let request = request.raw(format!("({})", words.join(" ")));
        self.looked.expire();
        let answer = self.ask(request, &mut Nothing)?;
        answer.map_err(|refusal| refusal.error(&format!("SETQUOTA on \"{root}\"")))
    }
}

fn check(resource: &str, limit: u64) -> Result<()> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if resource.is_empty() || !resource.bytes().all(fits) {
        let what = format!("\"{resource}\" is no name of a quota resource");
        return Err(Error::new(Exit::BadInput, what));
    }
    if limit >= LIMIT_END {
        let what = format!("a {resource} limit of {limit} is more than servers take");
        let hint = "stay below 2147483648 (2 TiB for STORAGE)";
        return Err(Error::new(Exit::BadInput, what).hint(hint));
    }
    Ok(())
}

/// What GETQUOTAROOT brings: the roots of each folder, and what each root limits.
pub(super) struct Found {
    roots: Vec<Option<Vec<Vec<u8>>>>,
    quotas: HashMap<Vec<u8>, Vec<Resource>>,
}

impl Found {
    /// Nothing yet about so many folders.
    pub fn new(folders: usize) -> Self {
        Self {
            roots: vec![None; folders],
            quotas: HashMap::new(),
        }
    }

    /// The quotas of the `n`th folder, where its roots were told.
    pub fn of(&self, n: usize) -> Option<Vec<Quota>> {
        let told = self.roots.get(n)?.as_ref()?.iter().filter_map(|root| {
            Some(Quota {
                root: String::from_utf8_lossy(root).into_owned(),
                resources: self.quotas.get(root)?.clone(),
            })
        });
        Some(told.collect())
    }

    /// What stands behind the name of the `n`th folder: `*(SP quota-root-name)`.
    pub fn read_root(&mut self, n: usize, values: &mut Cursor<'_>) -> Result<(), Malformed> {
        let roots = read_roots(values)?;
        if let Some(slot) = self.roots.get_mut(n) {
            *slot = Some(roots);
        }
        Ok(())
    }

    /// `quota-response = "QUOTA" SP quota-root-name SP quota-list`
    pub fn read_quota(&mut self, values: &mut Cursor<'_>) -> Result<(), Malformed> {
        let root = values.astring()?.into_owned();
        self.quotas.insert(root, read_resources(values)?);
        Ok(())
    }
}

impl Collect for Found {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let mut values = data.values;
        if data.is("QUOTAROOT") {
            let asker = aloft.asker(values.astring()?);
            return match asker {
                Some(asker) => self.read_root(asker, &mut values),
                None => Ok(()),
            };
        }
        match data.is("QUOTA") {
            true => self.read_quota(&mut values),
            false => Ok(()),
        }
    }
}

fn read_roots(values: &mut Cursor<'_>) -> Result<Vec<Vec<u8>>, Malformed> {
    let mut roots = Vec::new();
    while !values.at_end() {
        roots.push(values.astring()?.into_owned());
    }
    Ok(roots)
}

/// `quota-list = "(" quota-resource *(SP quota-resource) ")"`, each a name and two numbers. Courier
/// leaves the list out where there is no limit.
fn read_resources(values: &mut Cursor<'_>) -> Result<Vec<Resource>, Malformed> {
    let mut resources = Vec::new();
    if values.at_end() {
        return Ok(resources);
    }
    values.expect(b'(')?;
    while !values.eat(b')') {
        let name = abridged(&values.astring()?).to_ascii_uppercase();
        // What is no number here (too large, negative) is told by leaving the resource out.
        let mut amount = || {
            Ok(std::str::from_utf8(values.word()?)
                .ok()
                .and_then(|w| w.parse().ok()))
        };
        if let (Some(used), Some(limit)) = (amount()?, amount()?) {
            resources.push(Resource { name, used, limit });
        }
    }
    Ok(resources)
}

fn item(quotas: Option<Vec<Quota>>, answer: &Answer) -> Result<Result<Vec<Quota>, Refusal>> {
    if matches!(answer, Answer::Unsent | Answer::Unknown) {
        return Err(Error::new(Exit::Interrupted, "interrupted"));
    }
    Ok(match answer.refusal() {
        Some(refusal) => Err(refusal),
        None => quotas.ok_or_else(|| Refusal::silent("QUOTAROOT")),
    })
}
