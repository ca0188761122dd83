//! undo, as an errand: what an earlier command changed is put back.

use super::errand::{Errand, Expectation, Found, Stage};
use super::leaving::all_folders;
use super::reversal::{labelled, reversal};
use super::verdict::Expected;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create};
use crate::model::dialect::Reading;
use crate::model::done::Done;
use crate::model::folder::WireName;
use crate::model::messages::Meant;
use crate::model::state::{Folder, Mailbox};
use crate::observe::Ask;
use std::collections::{BTreeMap, BTreeSet};

/// What a command did in one mailbox, put back as far as it is as that command left it.
#[derive(Clone, Copy, Debug)]
pub struct Undoing<'a> {
    /// What it did, first one first.
    pub done: &'a [Change<String>],
    /// The paths of the folders that may be deleted for it; all where nobody was asked yet.
    pub named: Option<&'a BTreeSet<String>>,
}

impl Undoing<'_> {
    /// Whether the command made the mailbox itself: where it is gone again, all is as it was before.
    pub fn made_it(&self) -> bool {
        let is_root = |change: &Change<String>| matches!(change, Change::Create(Create { folder, .. }) if folder == "INBOX");
        self.done.iter().any(is_root)
    }

    /// # Errors
    /// [`Exit::TryAgain`] for a folder that would be deleted, and was not named before.
    fn must_be_named(&self, changes: &[Change]) -> Result<()> {
        let unnamed = |path: &&str| self.named.is_some_and(|named| !named.contains(*path));
        let deleted = changes
            .iter()
            .filter(|change| matches!(change, Change::Delete(..)))
            .map(|change| change.folder().path.as_str());
        match deleted.into_iter().find(unnamed) {
            None => Ok(()),
            Some(path) => {
                let what = format!("{path:?} would be deleted now, and was not when it was asked");
                Err(Error::new(Exit::TryAgain, what).hint("run it again"))
            }
        }
    }
}

impl Errand for Undoing<'_> {
    fn ask(&self) -> Ask {
        // Whether a folder is empty, and what its limit is.
        Ask {
            settings: self.done.iter().any(Change::is_setting),
            ..Ask::ALL
        }
    }

    fn is_of_mail(&self) -> bool {
        self.done.iter().any(Change::is_of_mail)
    }

    fn meant(&self, state: &Mailbox) -> Result<Vec<Meant>> {
        Ok(labelled(state, self.done))
    }

    fn folders(&self) -> BTreeSet<String> {
        let made: BTreeSet<&String> = self.done.iter().filter_map(Change::makes).collect();
        let entries = self
            .done
            .iter()
            .filter(|change| matches!(change, Change::Entry(..)))
            .map(Change::folder);
        entries
            .filter(|path| !made.contains(path))
            .cloned()
            .collect()
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let is_entry = |change: &Change| matches!(change, Change::Entry(..));
        // Entries first: a folder that goes takes its own with it, and they could not be put back there.
        let is_of: &dyn Fn(&Change) -> bool = match done.stages.len() {
            0 => &is_entry,
            1 => &|change| !is_entry(change),
            _ => return Ok(None),
        };
        let place = |path: &str| (found.place)(path).ok();
        let mut changes = reversal(found.state, self.done, &place).plan.changes;
        self.must_be_named(&changes)?;
        changes.retain(|change| is_of(change));
        // Nothing is without a label meanwhile that has one before and after.
        changes.sort_by_key(|change| matches!(change, Change::Label(label) if !label.set));
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }

    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        if done.last() > 0 {
            return Ok(Vec::new());
        }
        let folders = all_folders(state).map(|folder| (&folder.wire, folder));
        let folders: BTreeMap<&WireName, &Folder> = folders.collect();
        let mut all: BTreeMap<String, Vec<Expected>> = BTreeMap::new();
        for change in reversal(state, self.done, &|_| None).plan.changes {
            let Change::Entry(entry) = change else {
                continue;
            };
            // No session tells what a negative entry takes from what others do not give.
            let is_negative = matches!(state.dialect.read(&entry.identifier), Reading::Negative(_));
            if is_negative || state.is_keeper(&entry.identifier) {
                continue;
            }
            let meant = folders.get(&entry.folder.wire).map(|folder| Expected {
                folder,
                rights: entry.after.unwrap_or_default(),
            });
            all.entry(entry.identifier).or_default().extend(meant);
        }
        let each = all.into_iter().map(|(identifier, expected)| Expectation {
            part: 0,
            identifier,
            expected,
            of: None,
        });
        Ok(each.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::change::Entry;
    use crate::model::done::Carried;
    use crate::model::rights::Rights;

    fn next(undoing: &Undoing, stages: usize) -> Result<Option<Stage>> {
        let mut state = mailbox(&[("INBOX", &[]), ("New", &[("alice", "lrs")])]);
        for folder in &mut state.folders {
            folder.messages = Some(0);
        }
        let found = Found {
            state: &state,
            place: &|path| Err(Error::new(Exit::Usage, path)),
            by_others: &BTreeMap::new(),
        };
        let done = Done {
            stages: vec![Carried::default(); stages],
            ..Done::default()
        };
        undoing.next(&found, &done)
    }

    #[test]
    fn entries_go_before_their_folder_and_no_folder_goes_unnamed() {
        let alice = Change::Entry(Entry {
            folder: "New".to_owned(),
            identifier: "alice".to_owned(),
            before: None,
            after: Rights::parse("lrs").ok(),
        });
        let new = Change::Create(Create {
            folder: "New".to_owned(),
            special_use: None,
        });
        let (done, nothing) = ([new, alice], BTreeSet::new());
        let mut undoing = Undoing {
            done: &done,
            named: None,
        };
        let [first, then] = [0, 1].map(|n| next(&undoing, n).unwrap().unwrap().changes);
        assert!(matches!(first[..], [Change::Entry(..)]));
        assert!(matches!(then[..], [Change::Delete(..)]));
        assert!(next(&undoing, 2).unwrap().is_none());
        undoing.named = Some(&nothing);
        assert_eq!(next(&undoing, 0).unwrap_err().exit(), Exit::TryAgain);
    }
}
