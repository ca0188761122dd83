//! A folder that goes.

use serde::{Deserialize, Serialize};

/// A folder and its messages go (DELETE, RFC 9051, section 6.3.5). Nothing takes that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delete<P> {
    /// The folder that goes.
    pub folder: P,
    /// How many messages go with it, where the server told.
    pub messages: Option<u64>,
}

impl<P> Delete<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Delete<Q>, E> {
        Ok(Delete {
            folder: name(self.folder)?,
            messages: self.messages,
        })
    }
}
