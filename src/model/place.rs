//! Where a change is made.

use super::folder::WireName;
use serde::Serialize;

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
