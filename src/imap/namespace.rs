//! Where one's own, other users' and shared folders are (RFC 2342).

use super::collect::{Aloft, Collect};
use super::response::Data;
use super::token::{Cursor, Malformed};
use crate::model::dialect::Family;
use crate::model::folder::WireName;

/// The namespaces of a login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespaces {
    /// One's own folders.
    pub personal: Vec<Namespace>,
    /// Other users' folders.
    pub other_users: Vec<Namespace>,
    /// Folders that belong to nobody.
    pub shared: Vec<Namespace>,
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// What its names begin with, a separator at the end included; empty for the root.
    pub prefix: Vec<u8>,
    /// What separates the levels of a name; nothing where names have one level.
    pub separator: Option<char>,
}

impl Namespace {
    /// What names in it may begin with: mostly its prefix. One without a separator at its end may
    /// stand for a level (`Other Users`) or for a sign before each name (`~`), and only asking tells.
    pub fn beginnings(&self) -> Vec<Vec<u8>> {
        let end: Vec<u8> = self.separator.map(|c| c as u8).into_iter().collect();
        if self.prefix.is_empty() || self.prefix.ends_with(&end) {
            return vec![self.prefix.clone()];
        }
        vec![[&self.prefix[..], &end].concat(), self.prefix.clone()]
    }

    /// What stands in `name` behind its beginning; nothing where it does not lie in here.
    pub fn within<'n>(&self, name: &'n [u8]) -> Option<&'n [u8]> {
        let beginnings = self.beginnings();
        beginnings
            .iter()
            .find_map(|beginning| name.strip_prefix(&beginning[..]))
    }
}

impl Namespaces {
    /// All of them, one's own first.
    pub fn iter(&self) -> impl Iterator<Item = &Namespace> {
        let groups = [&self.personal, &self.other_users, &self.shared];
        groups.into_iter().flatten()
    }

    /// Courier calls shared what is the other users' (`#shared.`). Its second one (`shared.`) holds
    /// folders that are shared by the permissions of files, without ACLs.
    pub(super) fn of(mut self, family: Family) -> Self {
        if family == Family::Courier {
            let theirs = |namespace: &Namespace| namespace.prefix.starts_with(b"#");
            let (theirs, shared) = self.shared.into_iter().partition(theirs);
            self.shared = shared;
            self.other_users.extend::<Vec<Namespace>>(theirs);
        }
        self
    }
}

impl Namespace {
    /// The folder that is called `rest` below the prefix.
    pub fn folder(&self, rest: &[u8]) -> WireName {
        WireName::from_wire([&self.prefix, rest].concat())
    }
}

#[derive(Default)]
pub(super) struct Found(pub Namespaces);

impl Collect for Found {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        let mut values = data.values;
        if data.is("NAMESPACE") {
            self.0 = Namespaces {
                personal: read_group(&mut values, aloft)?,
                other_users: read_group(&mut values, aloft)?,
                shared: read_group(&mut values, aloft)?,
            };
        } else if data.is("LIST") {
            values.skip()?;
            self.0.personal = vec![Namespace {
                prefix: Vec::new(),
                separator: read_separator(&mut values)?,
            }];
        }
        Ok(())
    }
}

/// `namespace = nil / "(" 1*namespace-descr ")"`
fn read_group(values: &mut Cursor<'_>, aloft: &Aloft<'_>) -> Result<Vec<Namespace>, Malformed> {
    let mut group = Vec::new();
    if values.eat_nil() {
        return Ok(group);
    }
    values.expect(b'(')?;
    while !values.eat(b')') {
        values.expect(b'(')?;
        let prefix = aloft.folder(values.astring()?).into_owned();
        let separator = read_separator(values)?;
        while !values.eat(b')') {
            values.skip()?;
        }
        group.push(Namespace { prefix, separator });
    }
    Ok(group)
}

/// `DQUOTE QUOTED-CHAR DQUOTE / nil`
pub(super) fn read_separator(values: &mut Cursor<'_>) -> Result<Option<char>, Malformed> {
    let text = values.nstring()?.unwrap_or_default();
    Ok(text
        .first()
        .filter(|b| b.is_ascii())
        .map(|b| char::from(*b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_without_a_separator_may_stand_for_either() {
        let space = |prefix: &str, separator| Namespace {
            prefix: prefix.into(),
            separator,
        };
        let beginnings = |prefix: &str| space(prefix, Some('/')).beginnings();
        assert_eq!(beginnings(""), [b"".to_vec()]);
        assert_eq!(beginnings("shared/"), [b"shared/".to_vec()]);
        assert_eq!(beginnings("~"), [b"~/".to_vec(), b"~".to_vec()]);
        assert_eq!(space("x", None).beginnings(), [b"x".to_vec()]);
        let users = space("Other Users", Some('/'));
        assert_eq!(users.within(b"Other Users/fred"), Some(&b"fred"[..]));
        assert_eq!(users.within(b"Shared/fred"), None);
        assert_eq!(space("~", Some('/')).within(b"~fred"), Some(&b"fred"[..]));
    }
}
