//! label merge: one label instead of another one.

use super::errand::{Errand, Found, Otherwise, Stage};
use super::labelling::{changes, lying, permitted, roomy};
use super::naming;
use super::settings::settled;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::manifest::write_labels;
use crate::model::change::Change;
use crate::model::done::Done;
use crate::model::label::Typed;
use crate::model::messages::{Aim, Lie, Lying, Meant};
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::setting::{Called, Kind, Labels};
use crate::model::state::Mailbox;
use crate::model::uids::Uids;
use crate::model::wish::Scope;
use crate::observe::Ask;

/// All messages that carry a label carry another one instead, as an errand.
pub struct Merging<'a> {
    /// The one that goes.
    pub from: &'a Typed,
    /// The one that stays.
    pub into: &'a Typed,
    /// How many keywords a folder keeps, where somebody knows that.
    pub most: Option<usize>,
}

/// Which labels these are.
pub struct Pair {
    /// The one that goes.
    pub from: Called,
    /// The one that stays.
    pub into: Called,
    labels: Labels,
}

impl Merging<'_> {
    /// Which labels these are in the mailbox of `state`. The one that goes need not be defined: it may be gone
    /// already.
    ///
    /// # Errors
    /// Where nobody knows what labels are called, [`Exit::NotFound`] where nobody knows the one that stays, and
    /// [`Exit::Usage`] where both are the same, or one can be no label.
    pub fn pair(&self, state: &Mailbox) -> Result<Pair> {
        let labels = naming::names(state)?;
        let meant = |typed: &Typed| {
            let meant = labels.meant(typed);
            meant.map_err(|why| naming::unfit(&state.name, typed.as_str(), why))
        };
        let (from, into) = (meant(self.from)?, meant(self.into)?);
        let keyword = into.keyword.as_str();
        if labels.of_key(keyword).is_none() && into.keyword.name().is_none() {
            naming::defined(state, &labels, self.into.as_str())?;
        }
        if from.keyword.is(keyword) {
            let what = format!(
                "{:?} and {:?} are the same label",
                self.from.as_str(),
                self.into.as_str()
            );
            return Err(Error::new(Exit::Usage, what).about(&state.name));
        }
        Ok(Pair { from, into, labels })
    }

    /// How many messages carry the label that goes, as far as that was found.
    pub fn messages(state: &Mailbox) -> u64 {
        let (set, _) = halves(state);
        lying(set).map(|(_, lying)| lying.all.len()).sum()
    }

    /// The folders that could not be looked into, each with why.
    pub fn unread(state: &Mailbox) -> Vec<(&Place, &str)> {
        let (set, unset) = halves(state);
        let why = |(one, other): (&'_ Lie, &'_ Lie)| one.found.is_err() || other.found.is_err();
        let pairs = set
            .iter()
            .zip(unset)
            .filter(|(one, other)| why((one, other)));
        let told = pairs.filter_map(|(one, other)| {
            let why = one.found.as_ref().err().or(other.found.as_ref().err())?;
            Some((&one.place, why.as_str()))
        });
        told.collect()
    }
}

/// What was found of those that get the one label, and of those that lose the other, folder by folder.
fn halves(state: &Mailbox) -> (&[Lie], &[Lie]) {
    state.messages.split_at(state.messages.len() / 2)
}

/// Those that lose a label: what has come since those were looked for that get the other one has neither.
fn losing(set: &Lie, lying: &Lying) -> Uids {
    match &set.found {
        Ok(own) if own.uid_validity == lying.uid_validity => {
            let both = lying.pending.iter().filter(|uid| own.all.contains(*uid));
            both.collect()
        }
        _ => Uids::default(),
    }
}

impl Pair {
    fn given(&self, state: &Mailbox, most: Option<usize>) -> Result<Vec<Change>> {
        let (set, unset) = halves(state);
        permitted(state, set, &self.into.keyword, true)?;
        roomy(state, set, &self.into.keyword, most)?;
        permitted(state, unset, &self.from.keyword, false)?;
        let label = (&self.into.keyword, true);
        let given =
            lying(set).flat_map(|(place, lying)| changes(place, lying, &lying.pending, label));
        Ok(given.collect())
    }

    fn taken(&self, state: &Mailbox) -> Vec<Change> {
        let (set, unset) = halves(state);
        let label = (&self.from.keyword, false);
        let pairs = set.iter().zip(unset);
        let taken = pairs.filter_map(|(one, other)| {
            let lying = other.found.as_ref().ok()?;
            Some(changes(&other.place, lying, &losing(one, lying), label))
        });
        taken.flatten().collect()
    }

    fn forgotten(&self, found: &Found) -> Result<Vec<Change>> {
        let Some(own) = self.labels.of_key(self.from.keyword.as_str()) else {
            return Ok(Vec::new());
        };
        // Messages that nobody could look at may carry it yet.
        if !Merging::unread(found.state).is_empty() {
            return Ok(Vec::new());
        }
        let mut labels = self.labels.clone();
        labels.remove(&own.word);
        settled(found, Kind::Labels, write_labels(&labels))
    }
}

impl Errand for Merging<'_> {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let pair = self.pair(state)?;
        let folders = super::select(state, &Scope::Every)?;
        let mut query = Query::default();
        query.labels.push((pair.from.keyword.clone(), true));
        let each = [(pair.into.keyword, true), (pair.from.keyword, false)];
        let meant = each.into_iter().flat_map(|(label, set)| {
            let query = &query;
            folders.iter().map(move |folder| Meant {
                place: folder.place(),
                query: query.clone(),
                aim: Aim::Label {
                    label: label.clone(),
                    set,
                },
            })
        });
        Ok(meant.collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let pair = self.pair(found.state)?;
        let changes = match done.stages.len() {
            0 => pair.given(found.state, self.most)?,
            1 => pair.taken(found.state),
            2 => pair.forgotten(found)?,
            _ => return Ok(None),
        };
        // No message is without a label at any time, and none carries one that nobody knows any more.
        Ok(Some(Stage {
            changes,
            otherwise: Otherwise::Stop,
            ..Stage::default()
        }))
    }
}
