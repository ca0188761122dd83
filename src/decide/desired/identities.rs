//! The folders that keep identities, and who is named in them.

use super::entry;
use super::meant::Meant;
use crate::decide::identity::unknown;
use crate::decide::{assumed, missing_identity_folders};
use crate::error::Result;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::folder::WireName;
use crate::model::identity::{Identity, Standing};
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::setting;
use crate::model::state::{Folder, Mailbox};
use std::collections::{BTreeMap, BTreeSet};

/// The folders that keep identities and are not there: made where an identity is given, and before
/// anybody gets the right to make them in their own way.
///
/// # Errors
/// Where an identity is given and the server has no room for the name of its folder.
pub(super) fn missing(
    state: &Mailbox,
    meant: &Meant,
    entries: &[Change],
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Vec<Change>> {
    let asked = Identity::ALL
        .into_iter()
        .any(|identity| meant.gives(state, identity));
    if !asked && !entries.iter().any(|change| gives_away(state, change)) {
        return Ok(Vec::new());
    }
    let mut wires: BTreeMap<String, WireName> = BTreeMap::new();
    for path in state.identity_names.all() {
        match place(path) {
            Ok(Place { path, wire }) => {
                wires.insert(path, wire);
            }
            Err(error) if asked => return Err(error),
            Err(_) => return Ok(Vec::new()),
        }
    }
    let wire = |path: &str| wires.get(path).cloned().unwrap_or_else(WireName::inbox);
    Ok(missing_identity_folders(state, wire).changes)
}

/// Whether somebody gets what makes folders (`k`), or gives rights (`a`).
fn gives_away(state: &Mailbox, change: &Change) -> bool {
    let Change::Entry(Entry {
        identifier,
        before,
        after,
        ..
    }) = change
    else {
        return false;
    };
    let new = after.unwrap_or_default().minus(before.unwrap_or_default());
    !identifier.starts_with('-')
        && !state.is_keeper(identifier)
        && "kca".chars().any(|right| new.has(right))
}

/// The entries of the folders that keep identities, `made` among them, that are not as they shall
/// be. Where an identity is given and its folders cannot be believed, all others lose theirs: any
/// of them may be forged.
///
/// # Errors
/// Where an identity is given and the entries of its folder cannot be read.
pub(super) fn entries(state: &Mailbox, meant: &Meant, made: &[Change]) -> Result<Vec<Change>> {
    let plan = Plan {
        mailbox: state.name.clone(),
        changes: made.to_vec(),
    };
    let state = assumed(state, &plan);
    let forged = forged(&state, meant)?;
    let mut changes = Vec::new();
    for folder in state
        .identity_folders
        .iter()
        // Who reads the settings follows from who reads the mail.
        .filter(|folder| folder.acl.is_ok() && !setting::keeps(&folder.path))
    {
        let emptied = forged.contains(folder.path.as_str());
        changes.extend(of(&state, meant, folder, emptied));
    }
    Ok(changes)
}

/// The folders that cannot be believed and shall keep an identity that is given.
fn forged<'s>(state: &'s Mailbox, meant: &Meant) -> Result<BTreeSet<&'s str>> {
    let mut forged = BTreeSet::new();
    for identity in Identity::ALL
        .into_iter()
        .filter(|identity| meant.gives(state, *identity))
    {
        match state.standing(identity) {
            Standing::Disbelieved(_) => forged.extend(state.identity_names.chain(identity)),
            Standing::Unknown(unread) => return Err(unknown(state, identity, &unread)),
            Standing::Missing | Standing::Holders(_) => {}
        }
    }
    Ok(forged)
}

fn of(state: &Mailbox, meant: &Meant, folder: &Folder, emptied: bool) -> Vec<Change> {
    let there = folder.entries().map(|(identifier, _)| identifier);
    let managed: BTreeSet<&str> = there
        .filter(|identifier| emptied || meant.manages(state, identifier))
        .chain(meant.named())
        .filter(|identifier| !state.is_keeper(identifier))
        .collect();
    let place = folder.place();
    let holds = |identifier: &str| {
        Identity::ALL.into_iter().any(|identity| {
            state.identity_names.path(identity) == folder.path && meant.holds(identity, identifier)
        })
    };
    let change = |identifier: &str| {
        let before = folder.rights_of(identifier);
        let is_held = |rights: &Rights| Identity::is_held_by(*rights, &state.vocabulary);
        // One that the server stores in fewer letters is as it was meant: a plan comes to an end.
        let held = before.filter(is_held);
        let after = holds(identifier).then(|| held.unwrap_or_else(|| state.identity_rights()));
        entry(&place, identifier, before, after)
    };
    managed.into_iter().filter_map(change).collect()
}
