//! A mailbox as it would be after changes that nobody has made yet.

use crate::model::change::Change;
use crate::model::plan::Place;
use crate::model::state::{Acl, Folder, Mailbox};

/// Lets `state` be as if `changes` had been made: a stage that comes later is planned for that. What a
/// server lets a new folder inherit is taken away again, so that it has no entries at first.
pub fn assume(state: &mut Mailbox, changes: &[Change]) {
    for change in changes {
        match change {
            Change::Create(create) => add(state, &create.folder),
            Change::Entry(entry) => {
                let all = state.folders.iter_mut().chain(&mut state.identity_folders);
                let meant = all.filter(|folder| folder.wire == entry.folder.wire);
                for acl in meant.filter_map(|folder| folder.acl.as_mut().ok()) {
                    match entry.after {
                        Some(rights) => acl.insert(entry.identifier.as_str().into(), rights),
                        None => acl.remove(entry.identifier.as_str()),
                    };
                }
            }
            Change::Delete(delete) => {
                let stays = |folder: &Folder| folder.wire != delete.folder.wire;
                state.folders.retain(stays);
                state.identity_folders.retain(stays);
            }
            // Nothing that comes after one of these asks what it left.
            Change::Rename(..) | Change::Quota(..) | Change::Label(..) => {}
        }
    }
}

fn add(state: &mut Mailbox, place: &Place) {
    let folder = Folder {
        wire: place.wire.clone(),
        path: place.path.clone(),
        special_use: None,
        acl: Ok(Acl::new()),
        messages: None,
    };
    match state.identity_names.reserve(&place.path) {
        true => state.identity_folders.push(folder),
        false => state.folders.push(folder),
    }
}
