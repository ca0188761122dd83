//! The folders that keep identities: made before anybody could make them themselves, and emptied
//! of what they inherited.

use super::access_change::read;
use super::carry_out::carry_out;
use super::names;
use crate::decide;
use crate::error::Result;
use crate::model::folder::WireName;
use crate::model::outcome::Outcome;
use crate::model::plan::{Change, Place, Plan};
use crate::model::state::{Acl, Folder, Mailbox};
use crate::output::Output;
use crate::reach::{Opened, Provider};
use std::collections::BTreeMap;

/// The plan that makes those that are not there.
///
/// # Errors
/// Where one of their names is none on this server.
pub fn missing(opened: &Opened, state: &Mailbox) -> Result<Plan> {
    let mut wires: BTreeMap<String, WireName> = BTreeMap::new();
    for path in state.identity_names.all() {
        let Place { path, wire } = names::place(&opened.tree, path)?;
        wires.insert(path, wire);
    }
    let wire = |path: &str| wires.get(path).cloned().unwrap_or_else(WireName::inbox);
    Ok(decide::missing_identity_folders(state, wire))
}

/// Makes them, and takes away what the server let them inherit. `state` is read again.
///
/// # Errors
/// Whatever the session may meet.
pub fn make(
    provider: &Provider,
    opened: &mut Opened,
    state: &mut Mailbox,
    folders: &Plan,
    output: &Output,
) -> Result<Outcome> {
    let mut outcome = carry_out(provider, opened, &state.vocabulary, folders, output)?;
    if !outcome.is_complete() {
        return Ok(outcome);
    }
    *state = read(provider, opened, output)?;
    let paths: Vec<String> = folders
        .changes
        .iter()
        .map(|c| c.folder().path.clone())
        .collect();
    let strip = decide::strip_identity_folders(state, &paths);
    outcome.extend(carry_out(
        provider,
        opened,
        &state.vocabulary,
        &strip,
        output,
    )?);
    forget(state, &strip);
    Ok(outcome)
}

/// `state` as it would be with the folders of `plan`, empty of entries: for a plan that is not
/// carried out.
pub fn assume(state: &mut Mailbox, plan: &Plan) {
    let folder = |place: &Place| Folder {
        wire: place.wire.clone(),
        path: place.path.clone(),
        special_use: None,
        acl: Ok(Acl::new()),
        messages: None,
    };
    state
        .identity_folders
        .extend(plan.changes.iter().map(|change| folder(change.folder())));
}

/// As [`assume`], on a copy.
pub fn assumed(state: &Mailbox, plan: &Plan) -> Mailbox {
    let mut state = state.clone();
    assume(&mut state, plan);
    state
}

/// Takes from `state` the entries that were taken from the server.
fn forget(state: &mut Mailbox, strip: &Plan) {
    for change in &strip.changes {
        let Change::Entry {
            folder, identifier, ..
        } = change
        else {
            continue;
        };
        let kept = state
            .identity_folders
            .iter_mut()
            .filter(|f| f.wire == folder.wire);
        for acl in kept.filter_map(|folder| folder.acl.as_mut().ok()) {
            acl.remove(identifier.as_str());
        }
    }
}
