//! A mailbox as it would be after changes that nobody has made yet.

use crate::model::change::{Change, Entry};
use crate::model::folder::WireName;
use crate::model::plan::Place;
use crate::model::state::Mailbox;
use std::collections::HashMap;

/// Lets `state` be as if `changes` had been made: a stage that comes later is planned for that. What a
/// server lets a new folder inherit is taken away again, so that it has no entries at first.
pub fn assume(state: &mut Mailbox, changes: &[Change]) {
    for change in changes {
        change.assume(state);
    }
    // All at once, behind the folders that they may be about.
    assume_entries(state, changes);
}

/// The same of the entries among `changes` alone. There may be one for each folder, so that nobody looks
/// through all folders for each.
pub fn assume_entries<'c>(state: &mut Mailbox, changes: impl IntoIterator<Item = &'c Change>) {
    let mut of: HashMap<&WireName, Vec<&Entry<Place>>> = HashMap::new();
    for change in changes {
        if let Change::Entry(entry) = change {
            of.entry(&entry.folder.wire).or_default().push(entry);
        }
    }
    for folder in state.folders.iter_mut().chain(&mut state.identity_folders) {
        let (Some(entries), Ok(acl)) = (of.get(&folder.wire), &mut folder.acl) else {
            continue;
        };
        for entry in entries {
            match entry.after {
                Some(rights) => acl.insert(entry.identifier.as_str().into(), rights),
                None => acl.remove(entry.identifier.as_str()),
            };
        }
    }
}
