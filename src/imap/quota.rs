//! How much a mailbox may hold (RFC 9208).

use super::answer::{Answer, Pace, Refusal};
use super::batch::{Aloft, Collect, Nothing};
use super::request::Request;
use super::response::Data;
use super::session::Session;
use super::token::{Cursor, Malformed};
use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::model::folder::WireName;
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
        let requests: Vec<_> = folders.iter().map(Request::quota_root).collect();
        let mut found = Found {
            roots: vec![None; requests.len()],
            quotas: HashMap::new(),
        };
        let batch = self.link.run(&requests, pace, &mut found);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let roots = found.roots.iter().zip(&batch.answers);
        roots
            .map(|(roots, answer)| item(roots, answer, &found.quotas))
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

struct Found {
    roots: Vec<Option<Vec<Vec<u8>>>>,
    quotas: HashMap<Vec<u8>, Vec<Resource>>,
}

impl Collect for Found {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let mut values = data.values;
        if data.is("QUOTAROOT") {
            let asker = aloft.asker(values.astring()?);
            let roots = read_roots(&mut values)?;
            if let Some(asker) = asker {
                self.roots[asker] = Some(roots);
            }
        } else if data.is("QUOTA") {
            let root = values.astring()?.into_owned();
            self.quotas.insert(root, read_resources(&mut values)?);
        }
        Ok(())
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

fn item(
    roots: &Option<Vec<Vec<u8>>>,
    answer: &Answer,
    quotas: &HashMap<Vec<u8>, Vec<Resource>>,
) -> Result<Result<Vec<Quota>, Refusal>> {
    if matches!(answer, Answer::Unsent | Answer::Unknown) {
        return Err(Error::new(Exit::Interrupted, "interrupted"));
    }
    if let Some(refusal) = answer.refusal() {
        return Ok(Err(refusal));
    }
    let Some(roots) = roots else {
        return Ok(Err(Refusal::silent("QUOTAROOT")));
    };
    let told = roots.iter().filter_map(|root| {
        Some(Quota {
            root: String::from_utf8_lossy(root).into_owned(),
            resources: quotas.get(root)?.clone(),
        })
    });
    Ok(Ok(told.collect()))
}
