//! Plan: the changes that would make a wish true, as plain data.

use super::folder::WireName;
use super::rights::Rights;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

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

/// One change of one folder. In a file, where the names on the wire are not known, `P` is the
/// folder's path: `Change<String>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Change<P = Place> {
    /// Another ACL entry (SETACL or DELETEACL, RFC 4314, sections 3.1 and 3.2).
    Entry {
        /// The folder whose ACL it is.
        folder: P,
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
        folder: P,
        /// Its purpose (RFC 6154), where the server can keep one.
        special_use: Option<String>,
    },
    /// A folder and its messages go.
    Delete {
        /// The folder that goes.
        folder: P,
        /// How many messages go with it, where the server told.
        messages: Option<u64>,
    },
    /// A folder, with those below it, gets another name.
    Rename {
        /// Its name now.
        folder: P,
        /// Its name to be.
        to: P,
    },
    /// Another limit for a resource.
    Quota {
        /// The folder whose quota root it is.
        folder: P,
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

impl<P> Change<P> {
    /// The folder that it makes, where it makes one.
    pub fn makes(&self) -> Option<&P> {
        match self {
            Change::Create { folder, .. } => Some(folder),
            _ => None,
        }
    }

    /// The folder that is changed.
    pub fn folder(&self) -> &P {
        match self {
            Change::Entry { folder, .. }
            | Change::Create { folder, .. }
            | Change::Delete { folder, .. }
            | Change::Rename { folder, .. }
            | Change::Quota { folder, .. } => folder,
        }
    }

    /// Whether it is about the same entry as `later`, and leaves it as `later` finds it.
    pub fn leads_to(&self, later: &Self) -> bool
    where
        P: PartialEq,
    {
        match (self, later) {
            (
                Change::Entry {
                    folder,
                    identifier,
                    after,
                    ..
                },
                Change::Entry {
                    folder: same,
                    identifier: name,
                    before,
                    ..
                },
            ) => (folder, identifier, after) == (same, name, before),
            _ => false,
        }
    }

    /// Whether it changes an entry of `identifier`.
    pub fn is_entry_of(&self, name: &str) -> bool {
        matches!(self, Change::Entry { identifier, .. } if identifier == name)
    }

    /// The same change of folders named otherwise.
    ///
    /// # Errors
    /// The first that `name` returns.
    pub fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Change<Q>, E> {
        Ok(match self {
            Change::Entry {
                folder,
                identifier,
                before,
                after,
            } => Change::Entry {
                folder: name(folder)?,
                identifier,
                before,
                after,
            },
            Change::Create {
                folder,
                special_use,
            } => Change::Create {
                folder: name(folder)?,
                special_use,
            },
            Change::Delete { folder, messages } => Change::Delete {
                folder: name(folder)?,
                messages,
            },
            Change::Rename { folder, to } => Change::Rename {
                folder: name(folder)?,
                to: name(to)?,
            },
            Change::Quota {
                folder,
                resource,
                before,
                after,
            } => Change::Quota {
                folder: name(folder)?,
                resource,
                before,
                after,
            },
        })
    }
}

impl Change {
    /// The same change as a file keeps it: folders by their paths.
    pub fn on_paper(&self) -> Change<String> {
        let Ok(kept) = self
            .clone()
            .renamed(|place| Ok::<_, Infallible>(place.path));
        kept
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
