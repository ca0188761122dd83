//! Who may do what on a folder (RFC 4314), and how that is read.

use super::token::{Cursor, Malformed};
use crate::model::rights::Rights;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// The entries of a folder's access control list, in the server's order.
pub type Acl = Vec<Entry>;

/// One entry: an identifier and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The identifier as the server spells it, a leading `-` included.
    ///
    /// The same name in many entries is one string in memory.
    pub identifier: Arc<str>,
    /// Whether `identifier` is what the server sent: not UTF-8, it is shown with replacement
    /// characters and cannot be sent back.
    pub exact: bool,
    /// What the entry gives, or takes where the identifier begins with `-`.
    pub rights: Rights,
}

/// What can be granted to an identifier on a folder (RFC 4314, section 3.7).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRights {
    /// Rights that it always has.
    pub required: Rights,
    /// Rights that can be granted; those in one set only together.
    pub groups: Vec<Rights>,
}

impl ListRights {
    /// Every right that the server knows for it.
    pub fn all(&self) -> Rights {
        self.groups
            .iter()
            .fold(self.required, |all, group| all.union(*group))
    }
}

/// Each identifier once, however many folders name it.
#[derive(Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    pub fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// `acl-data = "ACL" SP mailbox *(SP identifier SP rights)`
pub(super) fn read_acl(values: &mut Cursor<'_>, names: &mut Names) -> Result<Acl, Malformed> {
    let mut acl = Acl::new();
    while !values.at_end() {
        let identifier = values.astring()?;
        let rights = read_rights(values)?;
        let text = String::from_utf8_lossy(&identifier);
        acl.push(Entry {
            exact: matches!(text, Cow::Borrowed(_)),
            identifier: names.intern(&text),
            rights,
        });
    }
    acl.shrink_to_fit();
    Ok(acl)
}

/// The letters of `rights`; what is no right is left out, so that a server's novelty does not
/// hide what is known.
pub(super) fn read_rights(values: &mut Cursor<'_>) -> Result<Rights, Malformed> {
    let text = values.nstring()?.unwrap_or_default();
    let add = |set: Rights, byte: &u8| set.with(char::from(*byte)).unwrap_or(set);
    Ok(text.iter().fold(Rights::NONE, add))
}

/// `listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)`
pub(super) fn read_list_rights(values: &mut Cursor<'_>) -> Result<ListRights, Malformed> {
    values.astring()?;
    let required = read_rights(values)?;
    let mut groups = Vec::new();
    while !values.at_end() {
        groups.push(read_rights(values)?);
    }
    Ok(ListRights { required, groups })
}
