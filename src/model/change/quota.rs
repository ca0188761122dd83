//! Another limit for a resource.

use serde::{Deserialize, Serialize};

/// Another limit for a resource (SETQUOTA, RFC 9208, section 4.1.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota<P> {
    /// The folder whose quota root it is.
    pub folder: P,
    /// `STORAGE`, …
    pub resource: String,
    /// The limit now, in the resource's unit; absent where there is none.
    pub before: Option<u64>,
    /// The limit to be.
    pub after: u64,
}

impl<P> Quota<P> {
    pub(super) fn renamed<Q, E>(self, name: impl Fn(P) -> Result<Q, E>) -> Result<Quota<Q>, E> {
        Ok(Quota {
            folder: name(self.folder)?,
            resource: self.resource,
            before: self.before,
            after: self.after,
        })
    }
}

impl<P: Clone> Quota<P> {
    /// The limit that there was, where there was one: no server takes away all of them.
    pub fn reverse(&self) -> Option<Self> {
        Some(Self {
            before: Some(self.after),
            after: self.before?,
            ..self.clone()
        })
    }
}
