//! Plan: the changes that would make a wish true, as plain data.

use super::change::Change;
use serde::Serialize;

pub use super::place::Place;

/// What is to be changed on one shared mailbox, in order. Empty when the wish is true already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The changes, to be made in this order where two touch the same folder.
    pub changes: Vec<Change>,
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

/// A folder that stays as it is, where somebody may ask why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stays {
    /// Its path.
    pub folder: String,
    /// Why.
    pub why: String,
}
