//! mail archive --to-file, --to-mailbox: what holds keep in the mailbox, message by message.

use super::settings::believed;
use super::transit::is_source;
use super::{archiving, scope};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::selection::Selection;
use crate::model::setting::Kind;
use crate::model::state::{Folder, Mailbox};
use crate::observe::Aged;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What keeps the messages of a mailbox in it, as its folders were looked into.
#[derive(Clone, Debug, Default)]
pub struct Withheld {
    /// What the settings said of holds then.
    said: [String; 2],
    /// The folders that were looked into, by their paths; none where no hold lasts.
    looked: Option<BTreeMap<String, Looked>>,
    /// Those that go alone, where not all do that are meant.
    chosen: Option<Chosen>,
}

/// The messages that go, by the paths of their folders, with the identity of the numbering.
pub type Chosen = BTreeMap<String, (u32, BTreeSet<u32>)>;

/// What was found in a folder.
#[derive(Clone, Debug, Default)]
struct Looked {
    uid_validity: u32,
    free: BTreeSet<u32>,
    kept: BTreeMap<u32, Why>,
}

/// Why a message stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A hold keeps it.
    Held(String),
    /// Its header was not read to the end: a hold may keep it.
    Doubtful,
    /// It came after holds were asked.
    New,
    /// Others go.
    Spared,
}

/// A message that is meant, and stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stays {
    /// The folder in which it lies.
    pub folder: String,
    /// Its UID.
    pub uid: u32,
    /// Why.
    pub why: Why,
}

/// The settings by which messages are held.
const HELD_BY: [Kind; 2] = [Kind::Holds, Kind::Held];

/// The folders of `state` that are looked into for what `selection` means and holds keep.
///
/// # Errors
/// Where a folder is not there.
pub fn looked_into<'s>(state: &'s Mailbox, selection: &Selection) -> Result<Vec<&'s Folder>> {
    let mut folders = scope::select(state, &selection.folders)?;
    folders.retain(|folder| is_source(selection, folder));
    Ok(folders)
}

impl Withheld {
    /// What holds keep of the mailbox of `state`, of which `folders` were looked into; none where no hold lasts.
    ///
    /// # Errors
    /// Where the settings are not believed.
    pub fn new(
        state: &Mailbox,
        folders: Option<Vec<(&Folder, Result<Aged, String>)>>,
    ) -> Result<Self> {
        let mut withheld = Self::default();
        for (said, kind) in withheld.said.iter_mut().zip(HELD_BY) {
            *said = believed(state, kind)?.to_owned();
        }
        // What refuses is told where its messages are looked for.
        let read = |folders: Vec<(&Folder, Result<Aged, String>)>| {
            let read = folders.into_iter();
            let read = read.filter_map(|(folder, aged)| Some((folder.path.clone(), aged.ok()?)));
            read.map(|(path, aged)| (path, Looked::of(&aged))).collect()
        };
        withheld.looked = folders.map(read);
        Ok(withheld)
    }

    /// The same where only those go that are `chosen`.
    #[must_use]
    pub fn choosing(self, chosen: Chosen) -> Self {
        Self {
            chosen: Some(chosen),
            ..self
        }
    }

    /// The same where only those go that `other` chose.
    #[must_use]
    pub fn choosing_as(self, other: &Self) -> Self {
        Self {
            chosen: other.chosen.clone(),
            ..self
        }
    }

    /// Why the message `uid` of `folder` stays, where it does.
    pub fn keeps(&self, folder: &str, uid_validity: u32, uid: u32) -> Option<Why> {
        self.held(folder, uid_validity, uid).or_else(|| {
            let chosen = self.chosen.as_ref()?.get(folder);
            let goes = chosen
                .is_some_and(|(validity, uids)| *validity == uid_validity && uids.contains(&uid));
            (!goes).then_some(Why::Spared)
        })
    }

    fn held(&self, folder: &str, uid_validity: u32, uid: u32) -> Option<Why> {
        let looked = self.looked.as_ref()?;
        let Some(looked) = looked
            .get(folder)
            .filter(|one| one.uid_validity == uid_validity)
        else {
            return Some(Why::New);
        };
        match looked.kept.get(&uid) {
            Some(why) => Some(why.clone()),
            None if looked.free.contains(&uid) => None,
            None => Some(Why::New),
        }
    }

    /// Those of the messages that were looked for in the mailbox of `state` that stay.
    pub fn stays(&self, state: &Mailbox) -> Vec<Stays> {
        let all = archiving::leaving(state).flat_map(|(place, lying)| {
            lying.all.iter().filter_map(move |uid| {
                Some(Stays {
                    folder: place.path.clone(),
                    uid,
                    why: self.keeps(&place.path, lying.uid_validity, uid)?,
                })
            })
        });
        all.collect()
    }

    /// Refuses to go by what somebody has changed since.
    ///
    /// # Errors
    /// [`Exit::TryAgain`] then.
    pub(super) fn unchanged(&self, state: &Mailbox) -> Result<()> {
        for (said, kind) in self.said.iter().zip(HELD_BY) {
            if believed(state, kind)? != said {
                let what = format!("somebody changed the {kind} since they were asked");
                let error = Error::new(Exit::TryAgain, what).about(&state.name);
                return Err(error.hint("run it again"));
            }
        }
        Ok(())
    }
}

impl Looked {
    fn of(aged: &Aged) -> Self {
        let mut looked = Self {
            uid_validity: aged.uid_validity,
            ..Self::default()
        };
        for item in &aged.items {
            let why = match item.holds.first() {
                Some(case) => Why::Held(case.clone()),
                None if item.is_doubtful => Why::Doubtful,
                None => {
                    looked.free.insert(item.uid);
                    continue;
                }
            };
            looked.kept.insert(item.uid, why);
        }
        looked
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Held(case) => write!(f, "(it is held for the case {case})"),
            Why::Doubtful => {
                f.write_str("(a hold may keep it: its header is too long to be read to its end)")
            }
            Why::New => f.write_str("(it came after holds were asked: run it again)"),
            Why::Spared => f.write_str("(others go)"),
        }
    }
}
