//! What a server says that it can do (RFC 9051, section 7.2.2).

use super::token::Cursor;
use crate::model::rights::Rights;
use std::collections::BTreeSet;

/// The capabilities of a session, names in upper case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<String>);

impl Capabilities {
    /// Whether `name` is advertised, in any case.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name.to_ascii_uppercase().as_str())
    }

    /// Every capability in alphabetical order, in upper case.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// What follows `prefix` in each capability that begins with it, such as `AUTH=`.
    pub fn values<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter_map(move |c| c.strip_prefix(prefix))
    }

    /// The rights that RFC 4314 added and this server knows: `RIGHTS=kxte` (section 2.2).
    pub fn rights(&self) -> Option<Rights> {
        let listed = self.values("RIGHTS=").next()?;
        Rights::parse(&listed.to_ascii_lowercase()).ok()
    }

    /// Whether LIST takes selection and return options (RFC 5258).
    pub fn has_list_extended(&self) -> bool {
        self.has("LIST-EXTENDED") || self.has("IMAP4REV2")
    }

    /// Whether LIST returns STATUS items (RFC 5819).
    pub fn has_list_status(&self) -> bool {
        self.has("LIST-STATUS") || self.has("IMAP4REV2")
    }

    /// Whether LIST returns MYRIGHTS (RFC 8440) and goes on living: seen on Dovecot 2.4, which alone
    /// offers INPROGRESS as well (RFC 9585), its process dies of that where the list shows the mailbox
    /// of a user who is gone.
    pub fn has_list_myrights(&self) -> bool {
        self.has("LIST-MYRIGHTS") && !self.has("INPROGRESS")
    }

    /// Whether these are Courier's ACLs: what groups give is added, and LIST tells entries.
    pub fn has_union(&self) -> bool {
        self.has("ACL2=UNION")
    }

    /// Whether NAMESPACE is answered (RFC 2342).
    pub fn has_namespace(&self) -> bool {
        self.has("NAMESPACE") || self.has("IMAP4REV2")
    }

    /// The names in a CAPABILITY response or response code.
    pub(super) fn parse(mut values: Cursor<'_>) -> Self {
        let mut names = BTreeSet::new();
        while let Ok(word) = values.word() {
            names.insert(String::from_utf8_lossy(word).to_ascii_uppercase());
        }
        Self(names)
    }

    /// These and `more`.
    pub(super) fn and<'a>(mut self, more: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.extend(more.into_iter().map(str::to_owned));
        self
    }

    /// Whether nothing was advertised, or nothing was asked.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_in_any_case() {
        let line = b" IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 RIGHTS=kxten ACL list-extended";
        let all = Capabilities::parse(Cursor::new(line));
        assert!(all.has("acl") && all.has("imap4REV1") && all.has_list_extended());
        assert!(!all.has("ACL2"));
        assert_eq!(
            all.values("AUTH=").collect::<Vec<_>>(),
            ["PLAIN", "XOAUTH2"]
        );
        assert_eq!(all.rights(), Some(Rights::parse("kxten").unwrap()));
    }
}
