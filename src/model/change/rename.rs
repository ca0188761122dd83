//! Another name for a folder, or for the mailbox itself.

use serde::{Deserialize, Serialize};

/// A folder, with those below it, gets another name (RENAME, RFC 9051, section 6.3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename<P> {
    /// Its name now.
    pub folder: P,
    /// Its name to be.
    pub to: P,
    /// Whether it is the mailbox itself: then these are names of mailboxes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

impl<P> Rename<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Rename<Q>, E> {
        Ok(Rename {
            folder: name(self.folder)?,
            to: name(self.to)?,
            whole: self.whole,
        })
    }
}

impl<P: Clone> Rename<P> {
    /// It gets its old name again.
    pub fn reverse(&self) -> Self {
        Self {
            folder: self.to.clone(),
            to: self.folder.clone(),
            whole: self.whole,
        }
    }
}
