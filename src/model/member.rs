//! Who holds what on a mailbox, folded together over its folders.

use super::dialect::{Dialect, Reading};
use super::identity::Identity;
use super::level::{Levels, Naming};
use super::rights::Rights;
use super::state::Mailbox;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one identifier holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// As one would write it on the command line.
    pub who: String,
    /// As the server spells it.
    pub identifier: String,
    /// What kind of entry it is.
    pub kind: Kind,
    /// The level on the mailbox itself (its INBOX).
    pub level: Naming,
    /// Every level that is held on some folder, without `none`.
    pub levels: Vec<Naming>,
    /// The rights on the mailbox itself.
    pub rights: Rights,
    /// How many folders give it exactly these rights.
    pub folders: usize,
    /// The folders where its rights differ from the mailbox's.
    pub differs: Vec<Deviation>,
    /// The identities that it gives.
    pub identities: Vec<Identity>,
}

/// Folders on which a member holds something else than on the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The level there.
    pub level: Naming,
    /// The rights there.
    pub rights: Rights,
    /// The folders.
    pub folders: Vec<String>,
}

/// What kind of identifier an entry has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A person.
    Person,
    /// A group.
    Group,
    /// `anyone`, `authenticated`, `owner` …
    Special,
    /// An entry that takes rights away.
    Negative,
}

impl Kind {
    /// As JSON and CSV spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Group => "group",
            Kind::Special => "special",
            Kind::Negative => "negative",
        }
    }
}

/// The members of `mailbox`, sorted by identifier; the owner is left out.
pub fn members(mailbox: &Mailbox, levels: &Levels) -> Vec<Member> {
    mailbox
        .members()
        .into_iter()
        .map(|identifier| member(mailbox, levels, identifier))
        .collect()
}

/// What `identifier` holds on `mailbox`.
pub fn member(mailbox: &Mailbox, levels: &Levels, identifier: &str) -> Member {
    let name = |rights| levels.name(rights, &mailbox.vocabulary);
    let root = mailbox
        .folders
        .first()
        .and_then(|root| root.rights_of(identifier));
    let rights = root.unwrap_or_default();
    let mut elsewhere: BTreeMap<Rights, Vec<String>> = BTreeMap::new();
    let mut same = 0;
    for folder in mailbox.folders.iter().filter(|folder| folder.acl.is_ok()) {
        match folder.rights_of(identifier).unwrap_or_default() {
            here if here == rights => same += 1,
            here => elsewhere.entry(here).or_default().push(folder.path.clone()),
        }
    }
    let deviation = |(rights, folders)| Deviation {
        level: name(rights),
        rights,
        folders,
    };
    let held = elsewhere
        .keys()
        .chain([&rights])
        .filter(|rights| !rights.is_empty());
    let mut levels: Vec<Naming> = Vec::new();
    for naming in held.map(|rights| name(*rights)) {
        if !levels.contains(&naming) {
            levels.push(naming);
        }
    }
    Member {
        who: mailbox.dialect.who(identifier),
        identifier: identifier.to_owned(),
        kind: kind(&mailbox.dialect, identifier),
        level: name(rights),
        levels,
        rights,
        folders: same,
        differs: elsewhere.into_iter().map(deviation).collect(),
        identities: mailbox.identities_of(identifier),
    }
}

/// What kind of entry `identifier` makes.
pub fn kind(dialect: &Dialect, identifier: &str) -> Kind {
    match dialect.read(identifier) {
        Reading::Person(_) => Kind::Person,
        Reading::Group(_) => Kind::Group,
        Reading::Special(_) => Kind::Special,
        Reading::Negative(_) => Kind::Negative,
    }
}
