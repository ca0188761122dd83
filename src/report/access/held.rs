//! What somebody holds on a mailbox, as it is told where it is handed on or taken away.

use super::change::{identities, send_words};
use crate::document::Text;
use crate::model::identity::Identity;
use crate::model::level::{Levels, Naming};
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use serde::Serialize;

/// What somebody holds on a mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// What the rights on the mailbox are called.
    pub level: Naming,
    /// Those rights; where they differ between folders, those of the first.
    pub rights: Rights,
    /// On how many folders.
    pub folders: usize,
    /// How many folders the mailbox has.
    pub of: usize,
    /// The identities.
    pub identities: Vec<Identity>,
}

/// The columns of [`Held::cells`].
pub(super) const COLUMNS: [&str; 10] = [
    "mailbox",
    "identifier",
    "change",
    "level",
    "rights",
    "folders",
    "changed",
    "identities",
    "proof",
    "failures",
];

impl Held {
    /// `rights` on so many `folders` of `mailbox`, and `identities`.
    pub(super) fn on(
        mailbox: &Mailbox,
        levels: &Levels,
        rights: Rights,
        folders: usize,
        identities: Vec<Identity>,
    ) -> Self {
        Self {
            level: levels.name(rights, &mailbox.vocabulary),
            rights,
            folders,
            of: mailbox.folders.len(),
            identities,
        }
    }

    /// The row of a table that says `whose` it is, and what it came to.
    pub(super) fn row(&self, whose: impl IntoIterator<Item = Text>, outcome: Text) -> Vec<Text> {
        let held = [
            self.level.word().into(),
            self.rights.to_string().into(),
            send_words(&self.identities).into(),
            Text::plain(of(self.folders, self.of)),
        ];
        let whose = whose.into_iter();
        whose.chain(held).chain([outcome]).collect()
    }

    /// The same for programs: mailbox, identifier and change, and how many entries were changed, what
    /// was proved, and how much failed.
    pub(super) fn cells(
        &self,
        whose: [&str; 3],
        (changed, proof, failures): (usize, Option<&Proof>, usize),
    ) -> Vec<String> {
        let held = [
            self.level.word(),
            self.rights.to_string(),
            self.folders.to_string(),
            changed.to_string(),
            identities(&self.identities),
            proof.map(Proof::word).unwrap_or_default().to_owned(),
            failures.to_string(),
        ];
        whose.map(str::to_owned).into_iter().chain(held).collect()
    }

    /// `write, folders: all 6, may send on behalf`.
    pub(super) fn in_words(&self) -> String {
        let level = self.level.word();
        let folders = of(self.folders, self.of);
        match send_words(&self.identities) {
            "" => format!("{level}, folders: {folders}"),
            words => format!("{level}, folders: {folders}, may send {words}"),
        }
    }
}

/// `all 6`, `2 of 6`, `none`.
fn of(n: usize, all: usize) -> String {
    match n {
        0 => "none".to_owned(),
        n if n == all => format!("all {n}"),
        n => format!("{n} of {all}"),
    }
}
