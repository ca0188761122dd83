//! The access review: who holds what on which mailbox, as auditors ask for it.
//!
//! It is a document of its own: read back from JSON it says all that it said, so that the parts of
//! a partitioned run can be put together and told as one.

mod csv;
mod people;
mod reviewed;
mod since;
mod told;

pub use people::{Person, Share, people};
pub use since::{Changed, Since, Turn, changes, gone};

use super::doubt::Doubt;
use crate::model::failure::Unopened;
use crate::model::identity::Identity;
use crate::model::member::Kind;
use crate::model::rights::Rights;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The report of `report`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Which report it is.
    pub report: Name,
    /// Which part of the mailboxes it is about, such as `3/8`; absent where it is about all.
    pub partition: Option<String>,
    /// Of what, when and by whom.
    pub about: About,
    /// Whether everything could be read that was to be.
    pub complete: bool,
    /// The mailboxes, sorted by name.
    pub mailboxes: Vec<Reviewed>,
    /// The file that it is compared with, where one is.
    pub since: Option<Since>,
    /// Mailboxes that could not be opened.
    pub failures: Vec<Unopened>,
    /// The groups that hold something.
    pub groups: Vec<Group>,
    /// What else to know, such as that IMAP cannot list accounts.
    pub notes: Vec<String>,
}

/// The name of this kind of report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// An access review.
    #[default]
    AccessReview,
}

/// Of what a review is, when it was made and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The IMAP server.
    pub provider: String,
    /// The profile.
    pub profile: String,
    /// The login name that read it.
    pub login: String,
    /// When the reading began, in UTC (RFC 3339).
    pub at: String,
    /// sharemail's version.
    pub version: String,
    /// What the levels mean in the first mailbox, and mostly in all; empty where there was none.
    pub levels: BTreeMap<String, Rights>,
}

/// One mailbox of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// What people call it.
    pub mailbox: String,
    /// The owner's identifier, where the mailbox has one.
    pub owner: Option<String>,
    /// How many folders it has, without those that keep identities.
    pub folders: usize,
    /// What the levels mean here.
    #[serde(default)]
    pub levels: BTreeMap<String, Rights>,
    /// Whether the file that the review is compared with does not name it.
    pub new: bool,
    /// What changed since then.
    pub changes: Vec<Changed>,
    /// Folders whose entries could not be read.
    pub unread: Vec<Unread>,
    /// Who holds what.
    pub grants: Vec<Grant>,
    /// Why identities are left out: whoever could have given one to herself.
    pub disbelieved: Vec<String>,
    /// What is out of order.
    pub findings: Vec<Told>,
    /// People of whom it could not be found out whether they exist.
    pub people_not_looked_up: Vec<String>,
    /// Why, of those of them for whom the server was asked.
    #[serde(default)]
    pub people_in_doubt: Vec<Doubt>,
}

/// A folder whose entries could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The folder.
    pub folder: String,
    /// What the server said.
    pub why: String,
}

/// What one identifier holds on a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// As one would write it on the command line.
    pub who: String,
    /// As the server spells it.
    pub identifier: String,
    /// What kind of entry it is.
    pub kind: Kind,
    /// Whether it is the administrator who read all this.
    pub administrator: bool,
    /// The level on the mailbox itself: `none`, `read-only`, `write`, `full-access`, one that the profile
    /// makes up, or `custom`.
    pub level: String,
    /// The rights on the mailbox itself.
    pub rights: Rights,
    /// On how many folders it is the same.
    pub folders: usize,
    /// Where it is something else.
    pub differs: Vec<Differs>,
    /// The identities that it gives.
    pub identities: Vec<Identity>,
}

/// Folders on which somebody holds something else than on the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differs {
    /// The level there.
    pub level: String,
    /// The rights there.
    pub rights: Rights,
    /// The folders.
    pub folders: Vec<String>,
}

/// A finding of `check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What it is called, as `check` does.
    pub finding: String,
    /// Whose entry it is, as one would write it on the command line.
    #[serde(default)]
    pub who: String,
    /// The entry's identifier; empty where none is concerned.
    pub identifier: String,
    /// The folders that are concerned.
    pub folders: Vec<String>,
    /// All of it in a sentence.
    pub says: String,
}

/// A group that holds something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// As one would write it on the command line.
    pub who: String,
    /// Who is in it, where a group file says so: IMAP cannot.
    pub members: Option<Vec<String>>,
}

impl Review {
    /// How many entries grant or take something.
    pub fn grants(&self) -> usize {
        self.mailboxes.iter().map(|m| m.grants.len()).sum()
    }

    /// How many things are out of order.
    pub fn findings(&self) -> usize {
        self.mailboxes.iter().map(|m| m.findings.len()).sum()
    }

    /// How much changed since the file that it is compared with.
    pub fn changes(&self) -> usize {
        self.mailboxes.iter().map(|m| m.changes.len()).sum()
    }

    /// Every folder that could not be read, with its mailbox.
    pub fn unread(&self) -> impl Iterator<Item = (&str, &Unread)> {
        self.mailboxes
            .iter()
            .flat_map(|m| m.unread.iter().map(|unread| (m.mailbox.as_str(), unread)))
    }

    /// The members of the group called `who`, where they are known.
    pub fn members_of(&self, who: &str) -> Option<&[String]> {
        let group = self.groups.iter().find(|group| group.who == who);
        group?.members.as_deref()
    }
}
