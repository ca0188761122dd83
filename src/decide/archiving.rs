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
use chrono::Datelike;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

const YEAR: &str = "{year}";

/// Where messages go: a path in which `{year}` stands for the year of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(String);

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.replace(YEAR, "");
        if rest.contains(['{', '}']) {
            return Err("{year} is the only thing that stands for something else".to_owned());
        }
        match text.is_empty() || text.contains(char::is_control) {
            true => Err("that is no name of a folder".to_owned()),
            false => Ok(Self(text.to_owned())),
        }
    }
}

impl Template {
    /// Where a message goes; nothing where it is not known to which year it belongs.
    pub fn path(&self, dated: &Dated) -> Option<String> {
        if !self.0.contains(YEAR) {
            return Some(self.0.clone());
        }
        let year = dated.day?.year();
        let year = (0..=9_999).contains(&year).then(|| format!("{year:04}"))?;
        Some(self.0.replace(YEAR, &year))
    }

    /// Whether messages may go to `path`.
    pub fn makes(&self, path: &str) -> bool {
        let Some((before, after)) = self.0.split_once(YEAR) else {
            return self.0 == path;
        };
        let year = path.strip_prefix(before).and_then(|rest| rest.get(..4));
        let year = year.filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
        year.is_some_and(|year| format!("{before}{year}{}", after.replace(YEAR, year)) == path)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn path(template: &str, year: i32) -> Option<String> {
        let dated = Dated {
            uid: 1,
            size: 1,
            day: NaiveDate::from_ymd_opt(year, 5, 1),
            is_future: false,
        };
        template.parse::<Template>().unwrap().path(&dated)
    }

    #[test]
    fn a_message_goes_to_the_folder_of_its_year() {
        assert_eq!(path("Archive/{year}", 2024).unwrap(), "Archive/2024");
        assert_eq!(path("{year}/All {year}", 987).unwrap(), "0987/All 0987");
        assert_eq!(path("Archive/{year}", -3), None);
        assert_eq!(path("Old", -3).unwrap(), "Old");
        for bad in ["", "{month}", "a{", "a\nb"] {
            assert!(bad.parse::<Template>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_archived_is_known_by_its_path() {
        let makes = |template: &str, path: &str| template.parse::<Template>().unwrap().makes(path);
        assert!(makes("Archive/{year}", "Archive/2024"));
        assert!(makes("{year}/All {year}", "2024/All 2024"));
        for path in [
            "Archive",
            "Archive/202",
            "Archive/20245",
            "Archive/2024/a",
            "Archive/äääää",
        ] {
            assert!(!makes("Archive/{year}", path), "{path}");
        }
        assert!(!makes("{year}/All {year}", "2024/All 2023"));
        assert!(makes("Old", "Old") && !makes("Old", "Older"));
    }
}
