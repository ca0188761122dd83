//! What somebody reaches of a mailbox.

use super::identity::Identity;
use super::level::Naming;
use super::rights::Rights;
use serde::Serialize;

/// Folders of a mailbox that an entry opens with the same rights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The entry that opens it; `login` where the session itself was asked, `unseen` where the
    /// administrator cannot see the mailbox's entries.
    pub through: String,
    /// What the rights are called.
    pub level: Naming,
    /// The rights.
    pub rights: Rights,
    /// The folders.
    pub folders: Vec<String>,
    /// How many folders the mailbox has, where that is known.
    pub of: Option<usize>,
    /// Whether a list of folders shows them; without `l` they can only be opened by name.
    pub listed: bool,
    /// The identities that she holds on the mailbox.
    pub identities: Vec<Identity>,
}
