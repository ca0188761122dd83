//! Plan: the changes that would make a wish true, as plain data.

use super::change::Change;
use super::folder::WireName;
use serde::Serialize;

/// What is to be changed on one shared mailbox, in order. Empty when the wish is true already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The changes, to be made in this order where two touch the same folder.
    pub changes: Vec<Change>,
}

/// A folder in a plan: its name for people and its name on the wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Place {
    /// Its path in the mailbox.
    pub path: String,
    /// Its name on the wire.
    #[serde(skip)]
    pub wire: WireName,
}

impl Plan {
    /// A plan for `mailbox` that changes nothing yet.
    pub fn new(mailbox: &str) -> Self {
        Self {
            mailbox: mailbox.to_owned(),
            changes: Vec::new(),
        }
    }

    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}
