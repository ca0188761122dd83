//! Messages that are looked for, and what was found of them.

use super::label::{Keyword, Permits};
use super::plan::Place;
use super::selection::Query;
use super::uids::Uids;

/// Messages of one folder that shall carry a label, or shall not.
#[derive(Clone, Debug)]
pub struct Meant {
    /// The folder.
    pub place: Place,
    /// Which of its messages.
    pub query: Query,
    /// The label.
    pub label: Keyword,
    /// Whether they shall carry it.
    pub set: bool,
}

/// What was found of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lie {
    /// The folder.
    pub place: Place,
    /// Why it could not be looked into; else what was found there.
    pub found: Result<Lying, String>,
}

/// The messages of one folder that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lying {
    /// The identity of the folder's numbering.
    pub uid_validity: u32,
    /// Which flags it keeps.
    pub permits: Permits,
    /// Whether whoever looks lacks `w` there, where that was asked because the folder would not keep the
    /// label.
    pub lacks_w: bool,
    /// The messages.
    pub all: Uids,
    /// Those of them that are not as they should be.
    pub pending: Uids,
}
