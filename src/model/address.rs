//! Addresses of people and mailboxes, and the names under which a mailbox may be asked for.

use crate::error::is_deceptive;
use std::fmt;

/// `local@domain`, in lower case: servers compare the names in their ACLs byte by byte although
/// logins ignore case, so that `Carol@Example.Test` would be granted nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    local: String,
    domain: Option<String>,
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAddress {
    /// Nothing stands before the `@`.
    NoLocalPart,
    /// `support@` was written, and no domain is known that would complete it.
    NoDomain,
    /// It holds this control character.
    Control(char),
    /// It holds this character, which nobody sees or which looks like another.
    Deceptive(char),
    /// It is longer than the 320 characters that RFC 3696 allows.
    TooLong,
}

impl Address {
    /// Reads `alice`, `alice@` or `alice@example.com`; what has no domain gets `domain`.
    ///
    /// # Errors
    /// When the local part is empty, when `alice@` has no domain to be completed with, or when the
    /// text holds a control character or is too long.
    pub fn parse(text: &str, domain: Option<&str>) -> Result<Self, BadAddress> {
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(BadAddress::Control(c));
        }
        if let Some(c) = text.chars().find(|c| is_deceptive(*c)) {
            return Err(BadAddress::Deceptive(c));
        }
        if text.chars().count() > 320 {
            return Err(BadAddress::TooLong);
        }
        let (local, given) = match text.rsplit_once('@') {
            Some((local, "")) => (local, Some(domain.ok_or(BadAddress::NoDomain)?)),
            Some((local, given)) => (local, Some(given)),
            None => (text, domain),
        };
        if local.is_empty() {
            return Err(BadAddress::NoLocalPart);
        }
        Ok(Self {
            local: local.to_lowercase(),
            domain: given.map(str::to_lowercase),
        })
    }

    /// What stands before the last `@`.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands after the last `@`, where it is known.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            Some(domain) => write!(f, "{}@{domain}", self.local),
            None => f.write_str(&self.local),
        }
    }
}

impl fmt::Display for BadAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadAddress::NoLocalPart => f.write_str("nothing stands before the @"),
            BadAddress::NoDomain => f.write_str("the profile names no domain to complete it with"),
            BadAddress::Control(c) => {
                write!(f, "it holds the control character {}", c.escape_unicode())
            }
            BadAddress::Deceptive(c) => write!(
                f,
                "it holds {}, which cannot be seen or looks like another character",
                c.escape_unicode()
            ),
            BadAddress::TooLong => f.write_str("it is longer than an address can be"),
        }
    }
}

impl std::error::Error for BadAddress {}

/// What a user calls a shared mailbox.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MailboxName {
    /// `support@` or `support@example.com`.
    Address(Address),
    /// A folder's full path in a namespace, as the server spells it: `Public/Team`.
    Path(String),
}

impl MailboxName {
    /// Whatever holds an `@` and no `/` before it is an address; everything else is a path.
    ///
    /// # Errors
    /// When it is empty, holds a control character, or is an address that cannot be completed.
    pub fn parse(text: &str, domain: Option<&str>) -> Result<Self, BadAddress> {
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(BadAddress::Control(c));
        }
        match text.split_once('@') {
            Some((local, _)) if !local.contains('/') => {
                Address::parse(text, domain).map(MailboxName::Address)
            }
            _ if text.is_empty() => Err(BadAddress::NoLocalPart),
            _ => Ok(MailboxName::Path(text.to_owned())),
        }
    }
}

impl fmt::Display for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MailboxName::Address(address) => address.fmt(f),
            MailboxName::Path(path) => f.write_str(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_completed_and_case_is_forgotten() {
        let parse = |text| {
            Address::parse(text, Some("Example.com"))
                .unwrap()
                .to_string()
        };
        assert_eq!(parse("support@"), "support@example.com");
        assert_eq!(parse("Alice"), "alice@example.com");
        assert_eq!(parse("Bob@Other.Test"), "bob@other.test");
        assert_eq!(parse("\"a@b\"@x.test"), "\"a@b\"@x.test");
    }

    #[test]
    fn what_nobody_sees_stands_in_no_address() {
        for text in [
            "bob\u{200b}@x",
            "\u{200d}bob",
            "b\u{a0}b",
            "\u{ff42}ob",
            "bob\u{ff20}x",
            "b\u{202e}",
        ] {
            let refused = Address::parse(text, Some("x")).unwrap_err();
            assert!(matches!(refused, BadAddress::Deceptive(_)), "{text:?}");
            assert!(refused.to_string().is_ascii());
        }
        assert!(Address::parse("jörg+ß@下.example", None).is_ok());
    }

    #[test]
    fn a_name_that_cannot_be_completed_is_refused() {
        assert_eq!(Address::parse("support@", None), Err(BadAddress::NoDomain));
        assert_eq!(
            Address::parse("@example.com", None),
            Err(BadAddress::NoLocalPart)
        );
        assert_eq!(
            Address::parse("a\r\nb", None),
            Err(BadAddress::Control('\r'))
        );
        assert_eq!(Address::parse("alice", None).unwrap().to_string(), "alice");
    }

    #[test]
    fn a_path_is_told_from_an_address() {
        let parse = |text| MailboxName::parse(text, Some("example.com")).unwrap();
        assert!(matches!(parse("support@"), MailboxName::Address(_)));
        assert!(matches!(parse("Public/Team"), MailboxName::Path(_)));
        assert!(matches!(
            parse("shared/support@example.com"),
            MailboxName::Path(_)
        ));
    }
}
