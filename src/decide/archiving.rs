//! mail archive: messages go into folders by the year to which they belong.

use super::errand::{Errand, Found, Stage};
use super::folders::named_with_parents;
use super::layout::inherited;
use super::naming;
use super::transit;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create};
use crate::model::dated::Dated;
use crate::model::done::Done;
use crate::model::messages::{Aim, Lying, Meant};
use crate::model::plan::Place;
use crate::model::selection::{Query, Selection};
use crate::model::state::{Folder, Mailbox};
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
}

impl Errand for Archiving<'_> {
    fn ask(&self) -> Ask {
        Ask::SETTINGS
    }

    fn is_of_mail(&self) -> bool {
        true
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let query = naming::query(state, self.selection)?;
        let sources = super::select(state, &self.selection.folders)?.into_iter();
        let sources = sources.filter(|folder| self.is_source(folder));
        let leave = sources.map(|folder| Meant {
            place: folder.place(),
            query: query.clone(),
            aim: Aim::Leave,
        });
        let targets = state.folders.iter();
        let targets = targets.filter(|folder| self.to.makes(&folder.path));
        let receive = targets.map(|folder| Meant {
            place: folder.place(),
            query: Query::default(),
            aim: Aim::Receive,
        });
        Ok(leave.chain(receive).collect())
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let state = found.state;
        let changes = match done.stages.len() {
            0 => {
                self.permitted(state)?;
                let paths: BTreeSet<String> = self
                    .going(state)
                    .into_iter()
                    .map(|((_, to), _)| to)
                    .collect();
                let paths: Vec<String> = paths.into_iter().collect();
                let places = named_with_parents(&paths, found)?;
                let entries = match places.is_empty() {
                    true => Vec::new(),
                    false => inherited(state, &places)?,
                };
                let made = places.into_iter().map(|folder| {
                    Change::Create(Create {
                        folder,
                        special_use: None,
                    })
                });
                made.chain(entries).collect()
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
    /// Whether mail goes out of `folder`: what is archived stays, and what waits to be sent or to be deleted is only
    /// meant where it is named.
    fn is_source(&self, folder: &Folder) -> bool {
        if self.selection.folders != Scope::Every {
            return true;
        }
        !transit::is_passing(folder) && !self.to.makes(&folder.path)
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
        for ((place, to), dated) in self.going(state) {
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
        let going = going.keys().map(|(from, to)| (*from, to.as_str()));
        transit::passable(state, &state.messages, &going.collect())
    }
}
