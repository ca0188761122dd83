//! The policies of a mailbox.

use super::Policy;
use std::collections::BTreeMap;

/// What happens to the mail of each folder that a policy is about, by the paths of these folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    all: BTreeMap<String, Policy>,
}

impl Policies {
    /// No mailbox has more.
    pub const MOST: usize = 500;

    /// What is said of the folder at `path`; what was said of it before, if anything.
    pub fn set(&mut self, path: &str, policy: Policy) -> Option<Policy> {
        self.all.insert(called(path), policy)
    }

    /// Nothing is said any more of the folder at `path`; what was, if anything.
    pub fn remove(&mut self, path: &str) -> Option<Policy> {
        self.all.remove(&called(path))
    }

    /// The one about the folder at `path`.
    pub fn of(&self, path: &str) -> Option<&Policy> {
        self.all.get(&called(path))
    }

    /// All of them, each with the path of its folder.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Policy)> {
        self.all
            .iter()
            .map(|(path, policy)| (path.as_str(), policy))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }
}

/// INBOX is the same in any case (RFC 9051, section 5.1).
fn called(path: &str) -> String {
    match path.eq_ignore_ascii_case("INBOX") {
        true => "INBOX".to_owned(),
        false => path.to_owned(),
    }
}
