//! What of a saved plan stands in the mailbox already: a run that broke off did it, or somebody else the same.

use super::asked::Saved;
use crate::decide::fingerprint;
use crate::model::change::{Change, Entry, Quota};
use crate::model::state::{Folder, Mailbox};
use std::collections::{BTreeMap, BTreeSet};

/// What of changes stands in a mailbox already.
pub(super) struct Standing {
    /// The mailbox as it was without that.
    before: Mailbox,
    /// What is left to be done.
    pub(super) left: Vec<Change<String>>,
    /// Whether anything stands.
    pub(super) is_part: bool,
}

impl Standing {
    /// What of `changes` stands in the mailbox of `state`. A folder that they make stands where all of its
    /// entries are what they make of it, beside those of its keepers.
    pub(super) fn of(state: &Mailbox, changes: Vec<Change<String>>) -> Self {
        let made = made(state, &changes);
        let stands = |change: &Change<String>| match change {
            // Its folder may be there without it.
            Change::Setting(setting) => {
                let now = state.setting(setting.kind);
                setting.before != setting.after && now.is_ok_and(|now| now == setting.after)
            }
            _ if made.contains(change.folder()) => true,
            Change::Entry(entry) => entry.before != entry.after && holds(state, entry),
            Change::Quota(limit) => {
                let now = state.storage_limit();
                limit.before != Some(limit.after) && now.is_ok_and(|now| now == Some(limit.after))
            }
            _ => false,
        };
        let (standing, left): (Vec<Change<String>>, _) = changes.into_iter().partition(stands);
        let mut before = state.clone();
        let stays = |folder: &Folder| !made.contains(&folder.path);
        before.folders.retain(stays);
        before.identity_folders.retain(stays);
        for change in &standing {
            match change {
                Change::Entry(entry) => put_back(&mut before, entry),
                Change::Quota(limit) => lift(&mut before, limit),
                _ => {}
            }
        }
        Self {
            before,
            left,
            is_part: !standing.is_empty(),
        }
    }

    /// Whether the mailbox, without what stands, is the one that `saved` was made for.
    pub(super) fn fits(&self, saved: Saved) -> bool {
        let mut folders = self
            .before
            .folders
            .iter()
            .chain(&self.before.identity_folders);
        let was_there = folders.next().is_some();
        saved.is_new != was_there && fingerprint(&self.before, saved.changes) == saved.fingerprint
    }
}

/// The paths of the folders that `changes` make, and that are just what they make of them.
fn made(state: &Mailbox, changes: &[Change<String>]) -> BTreeSet<String> {
    let mut meant: BTreeMap<&String, Vec<&Entry<String>>> = BTreeMap::new();
    for path in changes.iter().filter_map(Change::makes) {
        meant.entry(path).or_default();
    }
    for change in changes {
        if let Change::Entry(entry) = change
            && let Some(entries) = meant.get_mut(&entry.folder)
        {
            entries.push(entry);
        }
    }
    let is_whole = |path: &String, entries: &[&Entry<String>]| {
        let mut there = at(state, path);
        let (Some(folder), None) = (there.next(), there.next()) else {
            return false;
        };
        let is_named = |name: &str| entries.iter().any(|entry| entry.identifier == name);
        let mut others = folder.entries().map(|(name, _)| name);
        folder.acl.is_ok()
            && entries
                .iter()
                .all(|entry| folder.rights_of(&entry.identifier) == entry.after)
            && others.all(|name| is_named(name) || state.is_keeper(name))
    };
    let whole = meant
        .into_iter()
        .filter(|(path, entries)| is_whole(path, entries));
    whole.map(|(path, _)| path.clone()).collect()
}

/// Whether the folder that `entry` is on is there once, and has it.
fn holds(state: &Mailbox, entry: &Entry<String>) -> bool {
    let mut there = at(state, &entry.folder);
    let is_so =
        |folder: &Folder| folder.acl.is_ok() && folder.rights_of(&entry.identifier) == entry.after;
    there.next().is_some_and(is_so) && there.next().is_none()
}

fn at<'s>(state: &'s Mailbox, path: &str) -> impl Iterator<Item = &'s Folder> {
    let all = state.folders.iter().chain(&state.identity_folders);
    all.filter(move |folder| folder.path == path)
}

fn put_back(state: &mut Mailbox, entry: &Entry<String>) {
    let all = state.folders.iter_mut().chain(&mut state.identity_folders);
    for folder in all.filter(|folder| folder.path == entry.folder) {
        if let Ok(acl) = &mut folder.acl {
            match entry.before {
                Some(rights) => acl.insert(entry.identifier.as_str().into(), rights),
                None => acl.remove(entry.identifier.as_str()),
            };
        }
    }
}

fn lift(state: &mut Mailbox, limit: &Quota<String>) {
    let is_meant = |resource: &str| resource.eq_ignore_ascii_case(&limit.resource);
    match limit.before {
        None => state.quota.retain(|quota| !is_meant(&quota.resource)),
        Some(before) => {
            let mut all = state.quota.iter_mut();
            if let Some(quota) = all.find(|quota| is_meant(&quota.resource)) {
                quota.limit = before;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;
    use crate::model::change::Create;
    use crate::model::rights::Rights;

    fn entry(path: &str, who: &str, before: &str, after: &str) -> Change<String> {
        let rights = |text: &str| Rights::parse(text).ok().filter(|rights| !rights.is_empty());
        Change::Entry(Entry {
            folder: path.to_owned(),
            identifier: who.to_owned(),
            before: rights(before),
            after: rights(after),
        })
    }

    fn plan() -> Vec<Change<String>> {
        vec![
            Change::Create(Create {
                folder: "New".to_owned(),
                special_use: None,
            }),
            entry("INBOX", "alice", "", "lrs"),
            entry("INBOX", "bob", "lrs", ""),
            entry("New", "alice", "", "lrs"),
        ]
    }

    /// How many changes are left of the plan that was made of `then`, where it fits `now`.
    fn left(now: &Mailbox) -> Option<usize> {
        let then = mailbox(&[("INBOX", &[("bob", "lrs"), ("carol", "lr")])]);
        let changes = plan();
        let standing = Standing::of(now, changes.clone());
        let saved = Saved {
            changes: &changes,
            fingerprint: &fingerprint(&then, &changes),
            is_new: false,
        };
        assert_eq!(standing.is_part, standing.left.len() < changes.len());
        standing.fits(saved).then_some(standing.left.len())
    }

    #[test]
    fn what_a_run_that_broke_off_did_is_not_done_again() {
        let inbox: &[(&str, &str)] = &[("bob", "lrs"), ("carol", "lr")];
        let half: &[(&str, &str)] = &[("alice", "lrs"), ("bob", "lrs"), ("carol", "lr")];
        let whole: &[(&str, &str)] = &[("alice", "lrs"), ("carol", "lr")];
        assert_eq!(left(&mailbox(&[("INBOX", inbox)])), Some(4));
        assert_eq!(left(&mailbox(&[("INBOX", half)])), Some(3));
        let done = [("INBOX", whole), ("New", &[("alice", "lrs")])];
        assert_eq!(left(&mailbox(&done)), Some(0));
    }

    #[test]
    fn what_nobody_planned_is_another_mailbox() {
        let whole: &[(&str, &str)] = &[("alice", "lrs"), ("carol", "lr")];
        let given: &[(&str, &str)] = &[("alice", "lrs"), ("bob", "lrs")];
        let more: &[(&str, &str)] = &[("alice", "lrsw"), ("bob", "lrs"), ("carol", "lr")];
        assert_eq!(left(&mailbox(&[("INBOX", given)])), None);
        assert_eq!(left(&mailbox(&[("INBOX", more)])), None);
        // Somebody has something there that no plan gives.
        let shared = [("alice", "lrs"), ("dave", "l")];
        assert_eq!(left(&mailbox(&[("INBOX", whole), ("New", &shared)])), None);
        assert_eq!(left(&mailbox(&[("INBOX", whole), ("New", &[])])), None);
    }
}
