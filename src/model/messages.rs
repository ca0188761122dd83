//! Messages that are looked for, and what was found of them.

use super::dated::Dated;
use super::label::{Keyword, Permits};
use super::plan::Place;
use super::selection::Query;
use super::uids::Uids;
use std::collections::BTreeMap;

/// Messages of one folder with which something shall be done.
#[derive(Clone, Debug)]
pub struct Meant {
    /// The folder.
    pub place: Place,
    /// Which of its messages.
    pub query: Query,
    /// What.
    pub aim: Aim,
}

/// What shall become of messages.
#[derive(Clone, Debug)]
pub enum Aim {
    /// They shall carry a label, or shall not.
    Label {
        /// The label.
        label: Keyword,
        /// Whether they shall carry it.
        set: bool,
    },
    /// They shall leave the folder.
    Leave,
    /// They are copies of messages that lie somewhere else, as far as they are: of each at most one, byte for byte.
    Twins {
        /// Those.
        of: Vec<Origin>,
        /// Whether copies that carry more than their messages count for none: somebody did something with them.
        unchanged: bool,
    },
    /// Others shall come into it: no message is looked for.
    Receive {
        /// Whether the labels that they bring count, so that those which the folder has are asked for.
        labels: bool,
    },
}

impl Aim {
    /// Whether it is about messages that lie there.
    pub fn is_of_those_there(&self) -> bool {
        !matches!(self, Aim::Receive { .. } | Aim::Twins { .. })
    }
}

/// Messages of which there may be copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin<P = Place> {
    /// The folder in which they lie.
    pub folder: P,
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// They; where none is named, all of that folder, however it is numbered.
    pub uids: Uids,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// The same, each with what decides about its age, where they shall leave the folder.
    pub dated: Vec<Dated>,
    /// Those that are copies of messages somewhere else, where that is looked for, each with the UID of its message.
    pub twins: BTreeMap<u32, u32>,
    /// The keywords that they carry, in small letters, each with those that do, where they shall leave the folder.
    pub keywords: BTreeMap<String, Uids>,
    /// The rights that whoever looks lacks there for leaving or receiving: `te`, `i`.
    pub lacks: String,
    /// Whether the server can move messages, or remove exactly those that were copied, where they shall leave.
    pub moves: bool,
    /// How they go for good, where they shall leave.
    pub removal: Removal,
}

/// How a server lets exactly the messages that are meant go for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Removal {
    /// It does not: it would take others, too.
    #[default]
    Never,
    /// It removes exactly those (UIDPLUS, RFC 4315).
    Exactly,
    /// It takes a label off, and deletes what lies in Trash later (Gmail, X-GM-EXT-1).
    IntoTrash,
}
