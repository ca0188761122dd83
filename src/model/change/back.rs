//! What takes changes back, as it is gathered from them, first one first.

use super::Change;
use crate::model::messages::Lie;
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::slice;

/// What undoing comes to on one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// What puts it back.
    pub plan: Plan,
    /// How many things are already as they were before.
    pub already: usize,
    /// What is left as it is, because it is no longer as that run left it, or cannot be put back.
    pub kept: Vec<Kept>,
    /// Folders that keep identities and that the run made: they stay, because without them members
    /// could make their own.
    pub stay: Vec<String>,
    /// Whether the run made the mailbox itself, which stays: no mailbox is deleted to undo anything.
    pub mailbox_stays: bool,
}

/// Something that is not put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The folder.
    pub folder: String,
    /// The entry's identifier; absent where it is about the folder itself.
    pub identifier: Option<String>,
    /// Why.
    pub why: String,
}

impl Reversal {
    /// How many changes it would make.
    pub fn len(&self) -> usize {
        self.plan.changes.len()
    }

    /// Whether there is nothing to put back.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty()
    }

    /// Adds a change that puts something back.
    pub(crate) fn put(&mut self, change: Change) {
        self.plan.changes.push(change);
    }

    /// Leaves something as it is, and says why.
    pub(crate) fn keep(&mut self, folder: &str, identifier: Option<&str>, why: impl Into<String>) {
        self.kept.push(Kept {
            folder: folder.to_owned(),
            identifier: identifier.map(str::to_owned),
            why: why.into(),
        });
    }
}

/// A reversal that is being gathered.
pub struct Back<'a> {
    /// The mailbox as it is now.
    pub there: There<'a>,
    /// What is known by now.
    pub reversal: Reversal,
    /// Entries by folder and identifier: the last of a run counts, so that they are judged at the end.
    pub(crate) entries: BTreeMap<(&'a str, &'a str), Chain<Option<Rights>>>,
    /// Limits by folder and resource, likewise.
    pub(crate) limits: BTreeMap<(&'a str, &'a str), Chain<Option<u64>>>,
    /// Messages that went, by the folder in which they lay, as long as it is not known where they lie.
    pub(crate) moved: BTreeMap<&'a str, Vec<u32>>,
    /// Messages that may be copies, and those that are known to be, by the folder in which they lie.
    pub(crate) copied: BTreeMap<&'a str, (BTreeSet<u32>, BTreeSet<u32>)>,
    /// The paths of folders that were made.
    pub(crate) made: BTreeSet<&'a str>,
    /// What a folder that is not there would be called on the wire.
    pub(crate) place: &'a (dyn Fn(&str) -> Option<Place> + 'a),
    /// What was found of messages, in the order in which it was looked for.
    pub(crate) found: slice::Iter<'a, Lie>,
}

impl<'a> Back<'a> {
    /// Nothing yet, of `mailbox`; `place` says what a folder that is not there would be called on the wire.
    pub fn new(mailbox: &'a Mailbox, place: &'a (dyn Fn(&str) -> Option<Place> + 'a)) -> Self {
        Self {
            there: There::new(mailbox),
            reversal: Reversal {
                plan: Plan::new(&mailbox.name),
                already: 0,
                kept: Vec::new(),
                stay: Vec::new(),
                mailbox_stays: false,
            },
            entries: BTreeMap::new(),
            limits: BTreeMap::new(),
            moved: BTreeMap::new(),
            copied: BTreeMap::new(),
            made: BTreeSet::new(),
            place,
            found: mailbox.messages.iter(),
        }
    }
}

/// A value that a run changed once or more often.
pub struct Chain<T> {
    /// What it was before.
    pub before: T,
    /// What it was changed to. After a crash any of them may be there.
    pub afters: Vec<T>,
}

/// What is to be done with a value that was changed.
pub enum Verdict {
    /// It is as it was before.
    Already,
    /// It is as it was left.
    PutBack,
    /// It is neither.
    SomebodyElses,
}

/// Adds a change of the value of `key` to `chains`.
pub(crate) fn link<K: Ord, T: Copy>(
    chains: &mut BTreeMap<K, Chain<T>>,
    key: K,
    before: T,
    after: T,
) {
    let new = || Chain {
        before,
        afters: Vec::new(),
    };
    chains.entry(key).or_insert_with(new).afters.push(after);
}

impl<T: PartialEq> Chain<T> {
    /// What to do where `now` is there; `alike` are values that some servers turn into each other.
    pub fn judge(&self, now: &T, alike: impl Fn(&T, &T) -> bool) -> Verdict {
        if *now == self.before {
            Verdict::Already
        } else if self.afters.contains(now) {
            Verdict::PutBack
        } else if alike(now, &self.before) {
            Verdict::Already
        } else if self.afters.iter().any(|after| alike(now, after)) {
            Verdict::PutBack
        } else {
            Verdict::SomebodyElses
        }
    }
}

/// Why a path is not one folder.
pub enum Missing {
    /// There is none.
    Gone,
    /// There are several that read alike.
    Several,
}

impl Missing {
    /// In a sentence.
    pub fn words(&self) -> &'static str {
        match self {
            Missing::Gone => "the folder is gone",
            Missing::Several => "there are several folders that read alike",
        }
    }
}

/// The folders of a mailbox by their paths: a file may name very many.
pub struct There<'a> {
    /// The mailbox.
    pub mailbox: &'a Mailbox,
    /// Nothing where several read alike.
    paths: HashMap<&'a str, Option<&'a Folder>>,
}

impl<'a> There<'a> {
    /// Those of `mailbox`.
    pub fn new(mailbox: &'a Mailbox) -> Self {
        let mut paths = HashMap::new();
        for folder in mailbox.folders.iter().chain(&mailbox.identity_folders) {
            let known = paths.entry(folder.path.as_str());
            known
                .and_modify(|only| *only = None)
                .or_insert(Some(folder));
        }
        Self { mailbox, paths }
    }

    /// The one at `path`.
    ///
    /// # Errors
    /// Why there is not one.
    pub fn only(&self, path: &str) -> Result<&'a Folder, Missing> {
        let found = self.paths.get(path).ok_or(Missing::Gone)?;
        found.ok_or(Missing::Several)
    }
}
