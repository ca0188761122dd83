//! The entries of the folders, those that are made among them.

use super::entry;
use super::meant::Meant;
use crate::model::change::Change;
use crate::model::dialect::Family;
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use std::collections::BTreeSet;

/// The entries that are not as they shall be, folder by folder, and those of the folders `made`.
pub(super) fn on_folders(state: &Mailbox, meant: &Meant, made: &[Change]) -> Vec<Change> {
    let there = state.folders.iter().filter(|folder| folder.acl.is_ok());
    let there = there.flat_map(|folder| of(state, meant, folder));
    let made = made
        .iter()
        .flat_map(|change| of_new(state, meant, change.folder()));
    there.chain(made).collect()
}

fn of(state: &Mailbox, meant: &Meant, folder: &Folder) -> Vec<Change> {
    let there = folder.entries().map(|(identifier, _)| identifier);
    let managed: BTreeSet<&str> = there
        .filter(|identifier| meant.manages(state, identifier))
        .chain(meant.named())
        .collect();
    let place = folder.place();
    let change = |identifier| {
        let after = meant.entry(&folder.path, identifier);
        entry(&place, identifier, folder.rights_of(identifier), after)
    };
    managed.into_iter().filter_map(change).collect()
}

/// A new folder has what the file gives to those whom it names, and what the mailbox itself gives
/// to all others.
fn of_new(state: &Mailbox, meant: &Meant, place: &Place) -> Vec<Change> {
    let root = state.root();
    let others = root.into_iter().flat_map(Folder::entries);
    // Courier puts its own on every folder by itself.
    let own = |identifier: &str| {
        state.owner.as_deref() == Some(identifier)
            || state.dialect.family == Family::Courier && state.is_builtin(identifier)
    };
    let others =
        others.filter(|(identifier, _)| !meant.manages(state, identifier) && !own(identifier));
    let named = meant
        .named()
        .map(|name| (name, meant.entry(&place.path, name)));
    let all = named.chain(others.map(|(name, rights)| (name, Some(rights))));
    let given = |rights: &Option<Rights>| rights.is_some_and(|rights| !rights.is_empty());
    all.filter(|(_, rights)| given(rights))
        .filter_map(|(identifier, rights)| entry(place, identifier, None, rights))
        .collect()
}
