//! Where a message lies.

use super::folder::WireName;

/// One message in a folder, as a session names it (RFC 9051, section 2.3.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lying {
    /// The folder's name on the wire.
    pub wire: WireName,
    /// What people call the folder.
    pub folder: String,
    /// The message's UID.
    pub uid: u32,
    /// The identity of the folder's numbering, without which the UID means nothing; absent where
    /// the server does not tell.
    pub validity: Option<u64>,
}
