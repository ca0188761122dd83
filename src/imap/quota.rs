//! How much a mailbox may hold (RFC 9208).

use super::collect::{Aloft, Collect};
use super::response::Data;
use super::token::{Cursor, Malformed};
use crate::error::abridged;
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
