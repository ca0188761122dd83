//! create, delete, rename and folder: the folders of a mailbox, and the mailbox itself, as errands.

use super::errand::{Errand, Expectation, Found, Stage};
use super::verdict::Expected;
use super::{
    STANDARD_FOLDERS, all_folders, inherited, limit_to_change, limits_can_be_set, missing_folders,
    removal, strip, unreserved, whole_removal,
};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create, Quota, Rename};
use crate::model::dialect::Reading;
use crate::model::done::Done;
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::observe::Ask;
use std::collections::BTreeMap;

/// A mailbox with the usual folders, some others and a limit.
pub struct Creating<'a> {
    /// The other folders.
    pub folders: &'a [String],
    /// The limit, in KiB.
    pub limit: Option<u64>,
    /// Whether its messages are to be counted.
    pub messages: bool,
}

impl Creating<'_> {
    /// What the mailbox lacks: itself, where it is not there; the folders and the limit; the folders that
    /// keep identities, last, as a server may refuse them; and the entries of all of these. What a new
    /// mailbox has without having been asked goes.
    ///
    /// # Errors
    /// Where a name is no folder's, or the limit cannot be set.
    pub fn changes(&self, found: &Found) -> Result<Vec<Change>> {
        let state = found.state;
        let is_new = state.root().is_none();
        let root = (found.place)("INBOX")?;
        let mut changes = Vec::new();
        changes.extend(is_new.then(|| made(root.clone(), None)));
        let mut lacking = self.lacking(found)?;
        lacking.extend(self.limit(state, root)?);
        let places: Vec<&Place> = lacking.iter().filter_map(Change::makes).collect();
        let entries = match is_new {
            true => strip(state).changes,
            false => inherited(state, places)?,
        };
        changes.extend(lacking);
        changes.extend(found.missing_identity_folders());
        changes.extend(entries);
        Ok(changes)
    }

    /// The folders that it lacks, those above first.
    fn lacking(&self, found: &Found) -> Result<Vec<Change>> {
        let used = |used: &str| found.state.keeps_special_uses.then(|| used.to_owned());
        let usual = STANDARD_FOLDERS.iter();
        let mut wanted: Vec<(String, Option<String>)> = usual
            .map(|(path, special_use)| ((*path).to_owned(), used(special_use)))
            .collect();
        for place in named_with_parents(self.folders, found)? {
            if !wanted.iter().any(|(there, _)| *there == place.path) {
                wanted.push((place.path, None));
            }
        }
        let places = wanted.iter().map(|(path, _)| (found.place)(path));
        let places: Vec<Place> = places.collect::<Result<_>>()?;
        let root = (found.place)("INBOX")?.wire;
        let mut changes = missing_folders(found.state, &wanted, |path| {
            let place = places.iter().find(|place| place.path == path);
            place.map_or_else(|| root.clone(), |place| place.wire.clone())
        })
        .changes;
        changes.sort_by_key(|change| change.folder().path.split('/').count());
        Ok(changes)
    }

    fn limit(&self, state: &Mailbox, folder: Place) -> Result<Option<Change>> {
        let Some(after) = self.limit else {
            return Ok(None);
        };
        let before = limit_to_change(state)?;
        if before == Some(after) {
            return Ok(None);
        }
        limits_can_be_set(state)?;
        Ok(Some(Change::Quota(Quota {
            folder,
            resource: "STORAGE".to_owned(),
            before,
            after,
        })))
    }
}

impl Errand for Creating<'_> {
    fn ask(&self) -> Ask {
        Ask {
            quota: true,
            messages: self.messages,
            ..Ask::default()
        }
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        alone(done, || self.changes(found))
    }

    fn expected<'s>(&self, state: &'s Mailbox, _: &Done) -> Result<Vec<Expectation<'s>>> {
        let is_usual = |path: &str| STANDARD_FOLDERS.iter().any(|(usual, _)| *usual == path);
        let is_meant =
            |folder: &&Folder| self.folders.contains(&folder.path) || is_usual(&folder.path);
        let folders: Vec<&Folder> = state.folders.iter().filter(is_meant).collect();
        Ok(of_people(state, &folders, |rights| rights))
    }
}

/// New folders, with the entries of the mailbox itself.
pub struct NewFolders<'a> {
    /// Their paths.
    pub paths: &'a [String],
}

impl Errand for NewFolders<'_> {
    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        alone(done, || {
            let places = named_with_parents(self.paths, found)?;
            let entries = inherited(found.state, &places)?;
            let made = places.into_iter().map(|place| made(place, None));
            Ok(made.chain(entries).collect())
        })
    }

    fn expected<'s>(&self, state: &'s Mailbox, _done: &Done) -> Result<Vec<Expectation<'s>>> {
        let is_named = |folder: &&Folder| self.paths.contains(&folder.path);
        let folders: Vec<&Folder> = state.folders.iter().filter(is_named).collect();
        Ok(of_people(state, &folders, |rights| rights))
    }
}

/// Another name for a folder.
pub struct Renaming<'a> {
    /// Its path.
    pub path: &'a str,
    /// The path that it gets.
    pub to: &'a str,
}

impl Errand for Renaming<'_> {
    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        alone(done, || {
            let state = found.state;
            let folder = existing(state, self.path)?;
            let to = (found.place)(self.to)?;
            unreserved(state, self.to)?;
            if state.folder(self.to).is_some() {
                let what = format!("there is a folder {:?} already", self.to);
                return Err(Error::new(Exit::Failure, what).about(&state.name));
            }
            Ok(vec![Change::Rename(Rename {
                folder,
                to,
                whole: false,
            })])
        })
    }
}

/// What goes: a folder with those below it, or the mailbox as a whole.
pub enum Removing<'a> {
    /// The folder at this path.
    Folder(&'a str),
    /// The mailbox, folder by folder.
    Mailbox,
    /// The mailbox with the account that it is.
    Account,
}

impl Removing<'_> {
    /// The folders of `state` that go.
    ///
    /// # Errors
    /// Where there is no such folder.
    pub fn going<'s>(&self, state: &'s Mailbox) -> Result<Vec<&'s Folder>> {
        Ok(match self {
            Self::Folder(path) => state.subtree(&existing(state, path)?.path),
            Self::Mailbox | Self::Account => all_folders(state).collect(),
        })
    }
}

impl Errand for Removing<'_> {
    fn ask(&self) -> Ask {
        Ask {
            messages: true,
            quota: false,
            ..Ask::default()
        }
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        alone(done, || {
            let going = self.going(found.state)?;
            Ok(match self {
                // The account goes as a whole.
                Self::Account => whole_removal(found.state).changes,
                _ => removal(found.state, &going).changes,
            })
        })
    }

    fn expected<'s>(&self, state: &'s Mailbox, _done: &Done) -> Result<Vec<Expectation<'s>>> {
        Ok(of_people(state, &self.going(state)?, |_| Rights::NONE))
    }
}

/// Another name for a mailbox.
pub struct Moving {
    /// Whether its messages are to be counted.
    pub messages: bool,
    /// What it is called, and where its root lies.
    pub from: Place,
    /// What it shall be called, and where its root will lie.
    pub to: Place,
}

impl Errand for Moving {
    fn ask(&self) -> Ask {
        Ask {
            messages: self.messages,
            quota: false,
            ..Ask::default()
        }
    }

    fn next(&self, _found: &Found, done: &Done) -> Result<Option<Stage>> {
        alone(done, || {
            let (folder, to) = (self.from.clone(), self.to.clone());
            Ok(vec![Change::Rename(Rename {
                folder,
                to,
                whole: true,
            })])
        })
    }
}

/// The only stage of an errand.
fn alone(done: &Done, changes: impl FnOnce() -> Result<Vec<Change>>) -> Result<Option<Stage>> {
    if !done.stages.is_empty() {
        return Ok(None);
    }
    let changes = changes()?;
    Ok(Some(Stage {
        changes,
        ..Stage::default()
    }))
}

fn made(folder: Place, special_use: Option<String>) -> Change {
    Change::Create(Create {
        folder,
        special_use,
    })
}

/// What each person with an entry on one of `folders` should find there of it.
fn of_people<'s>(
    state: &'s Mailbox,
    folders: &[&'s Folder],
    rights: impl Fn(Rights) -> Rights,
) -> Vec<Expectation<'s>> {
    let mut people: BTreeMap<&str, Vec<Expected<'s>>> = BTreeMap::new();
    for folder in folders {
        for (name, held) in folder.entries() {
            let is_person = matches!(state.dialect.read(name), Reading::Person(_));
            if is_person && !state.is_keeper(name) {
                people.entry(name).or_default().push(Expected {
                    folder,
                    rights: rights(held),
                });
            }
        }
    }
    let each = people.into_iter().map(|(name, expected)| Expectation {
        part: 0,
        identifier: name.to_owned(),
        expected,
        of: None,
    });
    each.collect()
}

/// The folders called `paths` that are not there, each after its missing parents.
///
/// # Errors
/// [`Exit::Usage`] for a path that names no folder.
pub(super) fn named_with_parents(paths: &[String], found: &Found) -> Result<Vec<Place>> {
    let state = found.state;
    let mut places: Vec<Place> = Vec::new();
    for path in paths {
        (found.place)(path)?;
        unreserved(state, path)?;
        let ends = path.match_indices('/').map(|(at, _)| at);
        for part in ends.chain([path.len()]).map(|end| &path[..end]) {
            let kept = state.identity_names.reserve(part);
            let planned = places.iter().any(|there| there.path == part);
            if !kept && !planned && state.folder(part).is_none() {
                places.push((found.place)(part)?);
            }
        }
    }
    Ok(places)
}

/// What makes the folders called `paths` where mail is to go, as far as they are not there, with the entries of the
/// mailbox itself.
///
/// # Errors
/// As [`named_with_parents`], and where those entries are not known.
pub(super) fn made_like_the_mailbox(paths: &[String], found: &Found) -> Result<Vec<Change>> {
    let places = named_with_parents(paths, found)?;
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let entries = inherited(found.state, &places)?;
    let made = places.into_iter().map(|place| made(place, None));
    Ok(made.chain(entries).collect())
}

/// A folder that is there and is not the mailbox itself.
fn existing(state: &Mailbox, path: &str) -> Result<Place> {
    let scope = crate::model::wish::Scope::Folders {
        paths: vec![path.to_owned()],
        recurse: false,
    };
    let found = super::select(state, &scope)?;
    match found.first() {
        Some(folder) if folder.path != "INBOX" => Ok(folder.place()),
        _ => {
            let what = "INBOX is the mailbox itself: it stays as it is";
            let error = Error::new(Exit::Usage, what).about(&state.name);
            Err(error.hint("sharemail rename and sharemail delete work on whole mailboxes"))
        }
    }
}
