//! Which folders LIST is asked for, made of literal names.
//!
//! `*` and `%` may stand in names, and LIST cannot escape them: the pattern that is sent may
//! match too much, and what comes back is filtered.

use crate::model::folder::WireName;

/// A set of folders, described by names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    sent: Vec<u8>,
    kept: Kept,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kept {
    Exactly(WireName),
    Below(Vec<u8>),
    /// Below, and with no separator in what follows: the server alone knows it.
    Children(Vec<u8>),
    /// Between a beginning and an end.
    Between(Vec<u8>, Vec<u8>),
    Tree(WireName, Vec<u8>),
}

impl Pattern {
    /// Every folder of one's own, and of others where the server lists them without being asked.
    pub fn everything() -> Self {
        Self::below(b"")
    }

    /// The folder with this name and no other.
    pub fn exactly(name: &WireName) -> Self {
        Self {
            sent: name.as_bytes().to_vec(),
            kept: Kept::Exactly(name.clone()),
        }
    }

    /// Every folder whose name begins with `prefix`, at any depth: a namespace's prefix, or a
    /// name with a separator after it.
    pub fn below(prefix: &[u8]) -> Self {
        Self {
            sent: [prefix, b"*"].concat(),
            kept: Kept::Below(prefix.to_vec()),
        }
    }

    /// Every folder whose name begins with `prefix`, down to the next separator.
    pub fn children(prefix: &[u8]) -> Self {
        Self {
            sent: [prefix, b"%"].concat(),
            kept: Kept::Children(prefix.to_vec()),
        }
    }

    /// Every folder whose name begins with `prefix` and ends with `@domain`, with no separator in
    /// between: the mailboxes of one domain of a Cyrus.
    pub fn children_of_domain(prefix: &[u8], domain: &str) -> Self {
        let end = [b"@", domain.as_bytes()].concat();
        Self {
            sent: [prefix, b"%", &end].concat(),
            kept: Kept::Between(prefix.to_vec(), end),
        }
    }

    /// A folder and everything below it, in one question.
    pub fn tree(name: &WireName, separator: Option<char>) -> Self {
        let Some(separator) = separator else {
            return Self::exactly(name);
        };
        let below = [name.as_bytes(), separator.to_string().as_bytes()].concat();
        Self {
            sent: [name.as_bytes(), b"*"].concat(),
            kept: Kept::Tree(name.clone(), below),
        }
    }

    /// The pattern for the wire.
    pub(super) fn sent(&self) -> &[u8] {
        &self.sent
    }

    /// Whether `name` is really in the set.
    pub(super) fn keeps(&self, name: &WireName) -> bool {
        match &self.kept {
            Kept::Exactly(wanted) => name == wanted,
            Kept::Below(prefix) | Kept::Children(prefix) => begins(name, prefix),
            Kept::Between(prefix, end) => begins(name, prefix) && name.as_bytes().ends_with(end),
            Kept::Tree(wanted, below) => name == wanted || begins(name, below),
        }
    }
}

/// Whether `name` begins with `prefix`, in which INBOX counts in any case.
fn begins(name: &WireName, prefix: &[u8]) -> bool {
    let name = name.as_bytes();
    let inbox = |bytes: &[u8]| bytes.len() > 5 && bytes[..5].eq_ignore_ascii_case(b"INBOX");
    if inbox(prefix) && inbox(name) {
        name[5..].starts_with(&prefix[5..])
    } else {
        name.starts_with(prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> WireName {
        WireName::from_wire(text)
    }

    #[test]
    fn a_star_in_a_name_matches_only_itself() {
        let pattern = Pattern::exactly(&name("a*"));
        assert!(pattern.keeps(&name("a*")));
        assert!(!pattern.keeps(&name("abc")));
        let pattern = Pattern::below(b"100%/");
        assert!(pattern.keeps(&name("100%/x/y")));
        assert!(!pattern.keeps(&name("1000/x")));
    }

    #[test]
    fn a_tree_has_its_root_and_no_namesake() {
        let pattern = Pattern::tree(&name("user/support"), Some('/'));
        assert!(pattern.keeps(&name("user/support")));
        assert!(pattern.keeps(&name("user/support/Sent")));
        assert!(!pattern.keeps(&name("user/support2")));
    }

    #[test]
    fn inbox_counts_in_any_case_as_a_first_level_too() {
        assert!(Pattern::exactly(&WireName::inbox()).keeps(&name("inbox")));
        assert!(Pattern::tree(&WireName::inbox(), Some('.')).keeps(&name("Inbox.Sent")));
        assert!(!Pattern::below(b"INBOX.").keeps(&name("INBOXES.x")));
    }
}
