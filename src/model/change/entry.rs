//! Another ACL entry.

use crate::model::rights::Rights;
use serde::{Deserialize, Serialize};

/// Another ACL entry of a folder (SETACL or DELETEACL, RFC 4314, sections 3.1 and 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<P> {
    /// The folder whose ACL it is.
    pub folder: P,
    /// The identifier, as the server spells it.
    pub identifier: String,
    /// The rights it has now; absent where there is no entry.
    pub before: Option<Rights>,
    /// The rights it shall have; absent where the entry shall go.
    pub after: Option<Rights>,
}

impl<P> Entry<P> {
    /// Whether it is about the same entry as `later`, and leaves it as `later` finds it.
    pub fn leads_to(&self, later: &Self) -> bool
    where
        P: PartialEq,
    {
        (&self.folder, &self.identifier, self.after)
            == (&later.folder, &later.identifier, later.before)
    }

    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Entry<Q>, E> {
        Ok(Entry {
            folder: name(self.folder)?,
            identifier: self.identifier,
            before: self.before,
            after: self.after,
        })
    }
}

impl<P: Clone> Entry<P> {
    /// What was there before, put back.
    pub fn reverse(&self) -> Self {
        Self {
            before: self.after,
            after: self.before,
            ..self.clone()
        }
    }
}
