//! mail archive --to-mailbox: the folders of another mailbox into which messages go.

use super::archiving::{Template, leaving};
use super::errand::{Errand, Found, Stage};
use super::folders::made_like_the_mailbox;
use super::transit;
use super::withheld::Withheld;
use crate::error::Result;
use crate::model::done::Done;
use crate::model::messages::{Aim, Meant};
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::state::Mailbox;
use std::collections::{BTreeMap, BTreeSet};

/// Messages of one folder that go into one of another mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The folder in which they lie.
    pub from: Place,
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// The path of the one into which they go.
    pub to: String,
    /// How long each is, by its UID.
    pub sizes: BTreeMap<u32, u64>,
}

/// What was found in the mailbox of `state`, by where it goes: into folders of the same names, or those that `template`
/// makes. What belongs to no year that is known goes nowhere, and so does what is `withheld`.
pub fn parcels(state: &Mailbox, template: Option<&Template>, withheld: &Withheld) -> Vec<Parcel> {
    let mut all = Vec::new();
    for (place, lying) in leaving(state) {
        let mut apart: BTreeMap<String, BTreeMap<u32, u64>> = BTreeMap::new();
        for dated in &lying.dated {
            let to = match template {
                Some(template) => template.path(dated),
                None => Some(place.path.clone()),
            };
            let keeps = withheld.keeps(&place.path, lying.uid_validity, dated.uid);
            if let Some(to) = to.filter(|_| keeps.is_none()) {
                apart.entry(to).or_default().insert(dated.uid, dated.size);
            }
        }
        all.extend(apart.into_iter().map(|(to, sizes)| Parcel {
            from: place.clone(),
            uid_validity: lying.uid_validity,
            to,
            sizes,
        }));
    }
    all
}

/// Folders of a mailbox into which messages shall go, as an errand.
pub struct Receiving<'a> {
    /// Their paths.
    pub paths: &'a BTreeSet<String>,
}

impl Errand for Receiving<'_> {
    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let targets = state.folders.iter();
        let targets = targets.filter(|folder| self.paths.contains(&folder.path));
        let receive = targets.map(|folder| Meant {
            place: folder.place(),
            query: Query::default(),
            aim: Aim::Receive { labels: false },
        });
        Ok(receive.collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        if !done.stages.is_empty() {
            return Ok(None);
        }
        let state = found.state;
        let all = state.messages.iter();
        let going = all.map(|lie| (&lie.place, lie.place.path.as_str()));
        transit::passable(state, &state.messages, &going.collect())?;
        let paths: Vec<String> = self.paths.iter().cloned().collect();
        Ok(Some(Stage {
            changes: made_like_the_mailbox(&paths, found)?,
            ..Stage::default()
        }))
    }
}
