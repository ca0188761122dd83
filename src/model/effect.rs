//! Effect: what somebody really gets, as a session of her own shows it.

use super::folder::WireName;
use super::rights::Rights;
use super::tree::Tree;
use std::collections::BTreeSet;

/// What a session sees of a shared mailbox.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The names under which it sees the mailbox; the likeliest where it sees nothing.
    pub tree: Option<Tree>,
    /// Each folder asked about, in that order.
    pub folders: Vec<FolderEffect>,
}

/// What a session sees of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEffect {
    /// The folder's path in the mailbox.
    pub path: String,
    /// Its name in that session.
    pub wire: Option<WireName>,
    /// Its rights there; none where the server denies that the folder exists.
    pub rights: Rights,
}

impl Effect {
    /// Whether there is a right on any folder.
    pub fn is_anything(&self) -> bool {
        self.folders.iter().any(|folder| !folder.rights.is_empty())
    }
}

/// The folders, by path in the mailbox, that a session's lists show.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    /// Those that LIST shows.
    pub listed: BTreeSet<String>,
    /// Those that the user is subscribed to.
    pub subscribed: BTreeSet<String>,
}
