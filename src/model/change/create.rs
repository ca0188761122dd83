//! A new folder.

use super::Delete;
use serde::{Deserialize, Serialize};

/// A new folder (CREATE, RFC 9051, section 6.3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create<P> {
    /// The folder to be made.
    pub folder: P,
    /// Its purpose (RFC 6154), where the server can keep one.
    pub special_use: Option<String>,
}

impl<P> Create<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Create<Q>, E> {
        Ok(Create {
            folder: name(self.folder)?,
            special_use: self.special_use,
        })
    }
}

impl<P: Clone> Create<P> {
    /// It goes again.
    pub fn reverse(&self) -> Delete<P> {
        Delete {
            folder: self.folder.clone(),
            messages: None,
        }
    }
}
