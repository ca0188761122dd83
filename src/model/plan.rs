//! Plan: the changes that would make a wish true, as plain data.

use super::folder::WireName;
use super::rights::Rights;
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

/// One change of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Another ACL entry (SETACL or DELETEACL, RFC 4314, sections 3.1 and 3.2).
    Entry {
        /// The folder whose ACL it is.
        folder: Place,
        /// The identifier, as the server spells it.
        identifier: String,
        /// The rights it has now; absent where there is no entry.
        before: Option<Rights>,
        /// The rights it shall have; absent where the entry shall go.
        after: Option<Rights>,
    },
    /// A new folder.
    Create {
        /// The folder to be made.
        folder: Place,
        /// Its purpose (RFC 6154), where the server can keep one.
        special_use: Option<String>,
    },
    /// A folder and its messages go.
    Delete {
        /// The folder that goes.
        folder: Place,
        /// How many messages go with it, where the server told.
        messages: Option<u64>,
    },
    /// A folder, with those below it, gets another name.
    Rename {
        /// Its name now.
        folder: Place,
        /// Its name to be.
        to: Place,
    },
    /// Another limit for a resource.
    Quota {
        /// The folder whose quota root it is.
        folder: Place,
        /// `STORAGE`, …
        resource: String,
        /// The limit now, in the resource's unit; absent where there is none.
        before: Option<u64>,
        /// The limit to be.
        after: u64,
    },
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

impl Change {
    /// The folder that is changed.
    pub fn folder(&self) -> &Place {
        match self {
            Change::Entry { folder, .. }
            | Change::Create { folder, .. }
            | Change::Delete { folder, .. }
            | Change::Rename { folder, .. }
            | Change::Quota { folder, .. } => folder,
        }
    }

    /// Whether it changes an entry of `identifier`.
    pub fn is_entry_of(&self, name: &str) -> bool {
        matches!(self, Change::Entry { identifier, .. } if identifier == name)
    }

    /// What takes it back, where that is possible: what was deleted is gone.
    pub fn reverse(&self) -> Option<Change> {
        Some(match self.clone() {
            Change::Entry {
                folder,
                identifier,
                before,
                after,
            } => Change::Entry {
                folder,
                identifier,
                before: after,
                after: before,
            },
            Change::Create { folder, .. } => Change::Delete {
                folder,
                messages: None,
            },
            Change::Rename { folder, to } => Change::Rename {
                folder: to,
                to: folder,
            },
            Change::Quota {
                folder,
                resource,
                before: Some(before),
                after,
            } => Change::Quota {
                folder,
                resource,
                before: Some(after),
                after: before,
            },
            Change::Delete { .. } | Change::Quota { .. } => return None,
        })
    }
}
