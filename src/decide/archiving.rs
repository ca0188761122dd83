//! mail archive: messages go into folders by the year to which they belong.

use super::errand::{Errand, Found, Stage};
use super::finishing::Finished;
use super::folders::made_like_the_mailbox;
use super::labelling;
use super::naming;
use super::retaining::is_for_sent;
use super::transit;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::dated::Dated;
use crate::model::done::Done;
use crate::model::messages::{Aim, Lying, Meant};
use crate::model::plan::Place;
use crate::model::selection::{Query, Selection};
use crate::model::state::{Folder, Mailbox};
use crate::model::uids::Uids;
use crate::model::wish::Scope;
use crate::observe::Ask;
use std::collections::{BTreeMap, BTreeSet};

pub use crate::model::template::Template;

/// The messages of a selection go into other folders of the mailbox, as an errand.
pub struct Archiving<'a> {
    /// The messages.
    pub selection: &'a Selection,
    /// Where they go.
    pub to: &'a Template,
    /// Those of them alone that finished conversations are made of, where only these go.
    pub only: Option<&'a Finished>,
    /// How many keywords a folder keeps, where the profile says so.
    pub most: Option<usize>,
}

impl Errand for Archiving<'_> {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn looks_everywhere(&self) -> bool {
        self.selection.folders == Scope::Every
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let query = naming::query(state, self.selection)?;
        let sources = super::select(state, &self.selection.folders)?.into_iter();
        let sources = sources.filter(|folder| transit::leaves(folder, self.selection, self.to));
        let leave = sources.filter_map(|folder| {
            Some(Meant {
                place: folder.place(),
                query: self.of(folder, &query)?,
                aim: Aim::Leave,
            })
        });
        let targets = state.folders.iter();
        let targets = targets.filter(|folder| self.to.makes(&folder.path));
        let receive = targets.map(|folder| Meant {
            place: folder.place(),
            query: Query::default(),
            aim: Aim::Receive {
                labels: labelling::is_counted(state),
            },
        });
        Ok(leave.chain(receive).collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let state = found.state;
        let changes = match done.stages.len() {
            0 => {
                self.unchanged(state)?;
                self.permitted(state)?;
                let paths: BTreeSet<String> = self
                    .going(state)
                    .into_iter()
                    .map(|((_, to), _)| to)
                    .collect();
                let paths: Vec<String> = paths.into_iter().collect();
                made_like_the_mailbox(&paths, found)?
            }
            1 => self.moves(state),
            _ => return Ok(None),
        };
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }
}

/// The folders out of which messages shall go, with what was found there.
pub fn leaving(state: &Mailbox) -> impl Iterator<Item = (&Place, &Lying)> {
    let lies = state.messages.iter();
    let read = lies.filter_map(|lie| Some((&lie.place, lie.found.as_ref().ok()?)));
    read.filter(|(_, lying)| !lying.all.is_empty())
}

impl Archiving<'_> {
    /// Which messages of `folder` go, of those that `query` means; none where no conversation there is finished.
    fn of(&self, folder: &Folder, query: &Query) -> Option<Query> {
        let Some(finished) = self.only else {
            return Some(query.clone());
        };
        let (_, uids) = finished.going.get(&folder.path)?;
        // Without one every message would be meant.
        (!uids.is_empty()).then(|| Query {
            uids: uids.iter().copied().collect(),
            ..Query::default()
        })
    }

    /// Refuses to move what was not judged: a folder that was numbered anew has other messages.
    fn unchanged(&self, state: &Mailbox) -> Result<()> {
        let Some(finished) = self.only else {
            return Ok(());
        };
        let is_other = |(place, lying): &(&Place, &Lying)| {
            let judged = finished.going.get(&place.path);
            judged.is_none_or(|(validity, _)| *validity != lying.uid_validity)
        };
        match leaving(state).find(is_other) {
            None => Ok(()),
            Some((place, _)) => {
                let what = format!(
                    "the messages of {:?} were numbered anew since they were judged",
                    place.path
                );
                let error = Error::new(Exit::TryAgain, what).about(&state.name);
                Err(error.hint("run it again"))
            }
        }
    }

    /// What goes where: by the folder in which messages lie and the path to which they go.
    fn going<'s>(&self, state: &'s Mailbox) -> BTreeMap<(&'s Place, String), Vec<&'s Dated>> {
        let mut going: BTreeMap<(&Place, String), Vec<&Dated>> = BTreeMap::new();
        for (place, lying) in leaving(state) {
            for dated in &lying.dated {
                if let Some(to) = self.to.path(dated).filter(|to| *to != place.path) {
                    going.entry((place, to)).or_default().push(dated);
                }
            }
        }
        going
    }

    fn moves(&self, state: &Mailbox) -> Vec<Change> {
        let mut moves = Vec::new();
        let mut going: Vec<_> = self.going(state).into_iter().collect();
        if self.only.is_some() {
            // As long as the answers lie in Sent, a run that broke off can be told what it had begun.
            let is_sent = |place: &Place| state.folder(&place.path).is_some_and(is_for_sent);
            going.sort_by_key(|((place, _), _)| is_sent(place));
        }
        for ((place, to), dated) in going {
            // One that could not be made is told by its own change.
            let Some(to) = state.folder(&to).map(Folder::place) else {
                continue;
            };
            let validity = leaving(state).find(|(from, _)| *from == place);
            let Some(uid_validity) = validity.map(|(_, lying)| lying.uid_validity) else {
                continue;
            };
            let sizes = dated.iter().map(|one| (one.uid, one.size)).collect();
            moves.extend(transit::moves(place, uid_validity, &sizes, &to));
        }
        moves
    }

    /// Refuses, before anything is sent, what the server would refuse halfway.
    fn permitted(&self, state: &Mailbox) -> Result<()> {
        let query = &self.selection.query;
        let is_read = state.messages.iter().all(|lie| lie.found.is_ok());
        if query.names_messages() && is_read && leaving(state).next().is_none() {
            let what = "there is no such message in the folders that are meant";
            let error = Error::new(Exit::NotFound, what).about(&state.name);
            let hint = "a UID is the number that IMAP gives a message in that one folder";
            return Err(error.hint(hint));
        }
        let going = self.going(state);
        let ways = going.keys().map(|(from, to)| (*from, to.as_str()));
        transit::passable(state, &state.messages, &ways.collect())?;
        let mut coming: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for ((place, to), dated) in &going {
            let uids: Uids = dated.iter().map(|one| one.uid).collect();
            let lying = leaving(state).filter(|(from, _)| from == place);
            let carried = lying.flat_map(|(_, lying)| &lying.keywords);
            // Some of those that go carry it where these are fewer without them.
            let come = carried.filter(|(_, carry)| carry.but(&uids) != **carry);
            let come = come.map(|(keyword, _)| keyword.clone());
            coming.entry(to.clone()).or_default().extend(come);
        }
        labelling::roomy_at(state, &state.messages, &coming, self.most)
    }
}
