//! An errand: what shall become true of one mailbox. Pure: it says what, and the journey does it.

use super::verdict::Expected;
use crate::error::Result;
use crate::model::change::Change;
use crate::model::done::Done;
use crate::model::folder::WireName;
use crate::model::messages::Meant;
use crate::model::outcome::{Fate, Stored};
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use crate::observe::Ask;
use std::collections::{BTreeMap, BTreeSet};

/// What shall become true of one mailbox. It comes true in stages, each of which is planned for the
/// mailbox as the one before left it: first what must be there before anybody gets anything, then what
/// they get, then what others lose.
pub trait Errand: Sync {
    /// What to ask the mailbox for, beside its folders and their entries.
    fn ask(&self) -> Ask {
        Ask::default()
    }

    /// Whether messages are looked for or changed, for which the administrator's own session may not do.
    fn is_of_mail(&self) -> bool {
        false
    }

    /// Which messages of `state` to look for: what is found of them stands in [`Mailbox::messages`], in the
    /// same order.
    ///
    /// # Errors
    /// As [`Errand::next`].
    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        let _ = state;
        Ok(Vec::new())
    }

    /// Whether messages are looked for in all folders: others may log in to help while the mailbox is still being read.
    fn looks_everywhere(&self) -> bool {
        false
    }

    /// Who will be looked at first: their session may be opened while the mailbox is still being read.
    fn first(&self) -> Option<&Who> {
        None
    }

    /// The paths of folders that it is about and that no list may show: they are read by name.
    fn folders(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// The paths of the folders that it makes, where they are known before the mailbox is: those of them that
    /// a run which broke off has made are as good as not there.
    fn makes(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// Those from whom something is taken, as the server of `state` spells them: they lose it on folders
    /// too that the owner's list does not show. None where nothing is taken from anybody.
    ///
    /// # Errors
    /// Where somebody cannot be spelled.
    fn takes_from(&self, state: &Mailbox) -> Result<Option<Vec<String>>> {
        let _ = state;
        Ok(None)
    }

    /// Who gets an entry of their own that may replace what other entries give them, and on which
    /// folders, before the stage of that number.
    ///
    /// # Errors
    /// As [`Errand::next`].
    fn shadowed<'s>(&self, state: &'s Mailbox, stage: usize) -> Result<Option<Shadowed<'s>>> {
        let _ = (state, stage);
        Ok(None)
    }

    /// The next stage, after what was `done`; none where nothing more is to be done. A stage
    /// without changes is one that was true already.
    ///
    /// # Errors
    /// Where the errand cannot come true here.
    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>>;

    /// What members should find in sessions of their own after the last stage that was `done`, which left
    /// `state`.
    ///
    /// # Errors
    /// As [`Errand::next`].
    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        let _ = (state, done);
        Ok(Vec::new())
    }
}

/// The mailbox that an errand finds.
pub struct Found<'a> {
    /// What it is like.
    pub state: &'a Mailbox,
    /// What a folder that is not there would be called on the wire.
    pub place: &'a dyn Fn(&str) -> Result<Place>,
    /// What the one who is [`Errand::shadowed`] has on each folder, by its path, by the entries of
    /// others.
    pub by_others: &'a BTreeMap<String, Rights>,
}

impl Found<'_> {
    /// What makes the folders that keep identities, as far as they are missing; nothing where this
    /// server has no room for their names.
    pub fn missing_identity_folders(&self) -> Vec<Change> {
        let mut wires: BTreeMap<String, WireName> = BTreeMap::new();
        for path in self.state.identity_names.all() {
            let Ok(Place { path, wire }) = (self.place)(path) else {
                return Vec::new();
            };
            wires.insert(path, wire);
        }
        let wire = |path: &str| wires.get(path).cloned().unwrap_or_else(WireName::inbox);
        super::missing_identity_folders(self.state, wire).changes
    }
}

/// Somebody who has something by the entries of others.
pub struct Shadowed<'s> {
    /// How the server spells them.
    pub identifier: String,
    /// The folders where an entry of their own would be new.
    pub folders: Vec<&'s Folder>,
}

/// Changes that belong together.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// The changes, in the order in which they must come true.
    pub changes: Vec<Change>,
    /// What happens where a member does not have what she should.
    pub otherwise: Otherwise,
    /// Whether the mailbox can do without it: what the server refuses is told, and the work goes on.
    pub is_optional: bool,
}

impl Stage {
    /// A stage without which the mailbox can do.
    pub fn optional(changes: Vec<Change>) -> Self {
        Self {
            changes,
            is_optional: true,
            ..Self::default()
        }
    }
}

/// What happens where a member's own session shows that she has nothing of what she should have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Otherwise {
    /// It stays, and is told.
    #[default]
    Keep,
    /// What was changed for her is taken back.
    TakeBack,
    /// The same, and no later stage is begun where anything of this one is lacking.
    Stop,
}

/// What one member should find in a session of her own.
#[derive(Clone)]
pub struct Expectation<'s> {
    /// The part of the stage that it belongs to, such as a row of a sheet; 0 where there are none.
    pub part: usize,
    /// How the server spells her.
    pub identifier: String,
    /// What she should find.
    pub expected: Vec<Expected<'s>>,
    /// The folders of which her entries belong to this part; all where there are none.
    pub of: Option<BTreeSet<WireName>>,
}

impl Expectation<'_> {
    /// Whether `change` is of one of her entries that belong to this part.
    pub fn is_about(&self, change: &Change) -> bool {
        let folder = &change.folder().wire;
        let belongs = self.of.as_ref().is_none_or(|of| of.contains(folder));
        belongs && change.is_entry_of(&self.identifier)
    }
}

/// What everybody should find on whom the last stage of `done` changed an entry, in the mailbox of `state`:
/// what they were given, or that it is gone.
pub fn of_changed<'s>(state: &'s Mailbox, done: &Done) -> Vec<Expectation<'s>> {
    let all = super::all_folders(state).map(|folder| (&folder.wire, folder));
    let folders: BTreeMap<&WireName, &Folder> = all.collect();
    let members = state.identifiers();
    let mut each: BTreeMap<&str, Vec<Expected>> = BTreeMap::new();
    for (change, fate) in done
        .stages
        .last()
        .iter()
        .flat_map(|stage| &stage.outcome.changes)
    {
        let Change::Entry(entry) = change else {
            continue;
        };
        // What is stored in other letters may be the same access: that is seen by looking.
        let is_made = matches!(fate, Fate::Done | Fate::Differs(Stored(Some(_))));
        // What a new folder inherited and lost again is nobody's news.
        let is_news = entry.after.is_some() || members.contains(&&*entry.identifier);
        if !is_made || !is_news || entry.before == entry.after {
            continue;
        }
        let meant = folders.get(&entry.folder.wire).map(|folder| Expected {
            folder,
            rights: entry.after.unwrap_or_default(),
        });
        each.entry(&entry.identifier).or_default().extend(meant);
    }
    let expectation = |(identifier, expected): (&str, Vec<Expected<'s>>)| Expectation {
        part: 0,
        identifier: identifier.to_owned(),
        expected,
        of: None,
    };
    each.into_iter().map(expectation).collect()
}
