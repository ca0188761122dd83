//! Which entries count for somebody, and what they come to.

use crate::model::level::Naming;
use crate::model::rights::Rights;
use serde::Serialize;

/// An entry that may count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counting {
    /// As one would write it on the command line.
    pub who: String,
    /// As the server spells it.
    pub identifier: String,
    /// In which way it counts.
    pub way: Way,
    /// What its rights are called.
    pub level: Naming,
    /// Its rights.
    pub rights: Rights,
    /// The folders that have it.
    pub folders: Vec<String>,
}

/// In which way an entry counts for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// It names WHO.
    Own,
    /// It names a group; IMAP does not tell who is in it.
    Group,
    /// It is for everybody.
    Everybody,
    /// It takes away from WHO.
    Negative,
    /// It takes away from a group; IMAP does not tell who is in it.
    NegativeGroup,
    /// It looks like WHO, but this server does not take it for her.
    Misspelt,
}

/// What can be done with one folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// The folder.
    pub folder: String,
    /// What the rights are called.
    pub level: Naming,
    /// The rights.
    pub rights: Rights,
    /// What WHO's own entry gives there; absent where there is none.
    pub entry: Option<Rights>,
    /// Whether a list of folders shows it; absent where that was not looked at.
    pub visible: Option<bool>,
    /// The nearest folder above that the list does not show.
    pub hidden_by: Option<String>,
    /// Whether WHO is subscribed to it; absent where that was not looked at.
    pub subscribed: Option<bool>,
    /// Its name in the session that was looked through.
    #[serde(skip)]
    pub seen_as: Option<String>,
}

impl Way {
    pub(super) fn says(self) -> &'static str {
        match self {
            Way::Own => "names them",
            Way::Group => "counts if they are in the group",
            Way::Everybody => "counts for everybody",
            Way::Negative => "takes away from them",
            Way::NegativeGroup => "takes away if they are in the group",
            Way::Misspelt => "spelled so, it gives nothing here",
        }
    }
}
