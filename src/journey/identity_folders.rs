//! The folders that keep identities: made before anybody could make them themselves, and emptied
//! of what they inherited.

use crate::apply::carry_out;
use crate::decide;
pub use crate::decide::assumed;
use crate::error::Result;
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::{Change, Place, Plan};
use crate::model::state::{Acl, Folder, Mailbox};
use crate::observe;
use crate::output::Output;
use crate::reach;
use crate::reach::{Opened, Provider};
use std::collections::BTreeMap;

/// What became of the identity folders.
#[derive(Default)]
pub struct Made {
    /// What was done for them.
    pub outcome: Outcome,
    /// What could not be done: a folder that was not made, an entry that stays in one.
    pub lacking: Vec<(Change, Fate)>,
}

/// The plan that makes those that are not there; none where this server has no room for their
/// names.
pub fn missing(opened: &Opened, state: &Mailbox) -> Plan {
    let mut wires: BTreeMap<String, WireName> = BTreeMap::new();
    for path in state.identity_names.all() {
        let Ok(Place { path, wire }) = reach::place(opened, path) else {
            return Plan::new(&state.name);
        };
        wires.insert(path, wire);
    }
    let wire = |path: &str| wires.get(path).cloned().unwrap_or_else(WireName::inbox);
    decide::missing_identity_folders(state, wire)
}

/// Makes those that are not there, and takes away what the server let them inherit. `state` learns
/// of them.
///
/// # Errors
/// Whatever the session may meet; a server that refuses is no error.
pub fn make(
    provider: &Provider,
    opened: &mut Opened,
    state: &mut Mailbox,
    output: &Output,
) -> Result<Made> {
    let plan = missing(opened, state);
    if plan.is_empty() {
        return Ok(Made::default());
    }
    let mut created = carry_out(provider, opened, &state.vocabulary, &plan, output)?;
    if created.cut_short.is_some() {
        return Ok(Made {
            outcome: created,
            lacking: Vec::new(),
        });
    }
    learn(opened, state, &mut created)?;
    let strip = decide::strip_new_identity_folders(state, &paths(&plan));
    let stripped = carry_out(provider, opened, &state.vocabulary, &strip, output)?;
    forget(state, &stripped);
    let mut made = Made {
        outcome: Outcome {
            changes: Vec::new(),
            cut_short: stripped.cut_short,
            said: stripped.said,
        },
        lacking: Vec::new(),
    };
    for (change, fate) in created.changes.into_iter().chain(stripped.changes) {
        if fate == Fate::Done {
            made.outcome.changes.push((change, fate));
        } else if !was_made_by_somebody_else(state, &change) {
            made.lacking.push((change, fate));
        }
    }
    Ok(made)
}

/// Two grants may be under way at the same time: one of them makes the folders.
fn was_made_by_somebody_else(state: &Mailbox, change: &Change) -> bool {
    let there = |folder: &Folder| folder.path == change.folder().path && folder.acl.is_ok();
    matches!(change, Change::Create { .. }) && state.identity_folders.iter().any(there)
}

/// Reads the folders of `created` into `state`, those of them that are there. One that was made and
/// cannot be read stays among them, so that nobody takes it for empty.
fn learn(opened: &mut Opened, state: &mut Mailbox, created: &mut Outcome) -> Result<()> {
    let places = created.changes.iter().map(|(change, _)| change.folder());
    let names: Vec<WireName> = places.map(|place| place.wire.clone()).collect();
    let acls = observe::acls(&mut opened.session, &names, &Pace::unattended())?;
    let unread: BTreeMap<&WireName, &String> = names
        .iter()
        .zip(&acls)
        .filter_map(|(name, acl)| Some((name, acl.as_ref().err()?)))
        .collect();
    created.unread_folders(|place| unread.get(&place.wire).map(|why| (*why).clone()));
    for ((change, fate), mut acl) in created.changes.iter().zip(acls) {
        for rights in acl.iter_mut().flat_map(|acl| acl.values_mut()) {
            *rights = state.vocabulary.normal(*rights);
        }
        if acl.is_ok() || fate.was_tried() {
            state.identity_folders.push(kept(change.folder(), acl));
        }
    }
    state.identity_folders.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
}

fn kept(place: &Place, acl: Result<Acl, String>) -> Folder {
    Folder {
        wire: place.wire.clone(),
        path: place.path.clone(),
        special_use: None,
        acl,
        messages: None,
    }
}

fn paths(plan: &Plan) -> Vec<String> {
    let places = plan.changes.iter().map(Change::folder);
    places.map(|place| place.path.clone()).collect()
}

/// Takes from `state` the entries that were taken from the server.
fn forget(state: &mut Mailbox, stripped: &Outcome) {
    let done = stripped
        .changes
        .iter()
        .filter(|(_, fate)| *fate == Fate::Done);
    for (change, _) in done {
        let Change::Entry {
            folder, identifier, ..
        } = change
        else {
            continue;
        };
        let emptied = state
            .identity_folders
            .iter_mut()
            .filter(|f| f.wire == folder.wire);
        for acl in emptied.filter_map(|folder| folder.acl.as_mut().ok()) {
            acl.remove(identifier.as_str());
        }
    }
}
