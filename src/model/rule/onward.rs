//! What became of a message that rules send on.

use crate::model::uids::Uids;

/// To whom which messages of a folder went: its path, the identity of its numbering, the address, and they.
pub type Went = (String, u32, String, Uids);

/// What became of it for one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    /// Nobody has asked for it yet.
    Unasked,
    /// It would go.
    Planned,
    /// The server has taken charge of it.
    Sent,
    /// An earlier run had sent it.
    Before,
    /// It does not have to, and why.
    Needless(&'static str),
    /// It did not go, and why.
    NotSent(String),
    /// Nobody knows, and why; what it is called in the outbox.
    Unknown(String, String),
}

impl Onward {
    /// Whether nothing is left to be done or asked about it.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Sent | Self::Before | Self::Needless(_))
    }
}
