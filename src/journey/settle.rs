//! New folders: a server lets them inherit what it likes, and they shall have exactly the entries
//! that the plan names.

use crate::error::Result;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::{Change, Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Acl, Mailbox};
use crate::observe;
use crate::reach::Opened;
use std::collections::{BTreeMap, BTreeSet};

/// What is left to be done once the folders of a plan are made.
pub(crate) struct Rest {
    /// What the folders that keep identities must lose before anybody gets anything.
    pub(crate) first: Plan,
    /// All other entries.
    pub(crate) then: Plan,
    /// Entries that need not be changed: the server did it by itself, or their folder is missing.
    pub(crate) settled: Outcome,
}

/// What of `entries` is left to be done after `created`, whose fates are corrected where somebody
/// else made the folder in the same moment.
///
/// # Errors
/// Whatever the session may meet.
pub(crate) fn settle(
    opened: &mut Opened,
    state: &Mailbox,
    entries: Vec<Change>,
    created: &mut Outcome,
    pace: &Pace,
) -> Result<Rest> {
    let there = learn(opened, state, created, pace)?;
    let mut rest = Rest {
        first: Plan::new(&state.name),
        then: Plan::new(&state.name),
        settled: Outcome::default(),
    };
    let mut meant = BTreeSet::new();
    for change in entries {
        let Change::Entry {
            folder,
            identifier,
            after,
            ..
        } = &change
        else {
            continue;
        };
        match there.get(&folder.wire) {
            None => rest.then.changes.push(change),
            Some((_, Err(_))) => rest.settled.changes.push((change, Fate::NotTried)),
            Some((_, Ok(acl))) => {
                meant.insert((folder.wire.clone(), identifier.clone()));
                let before = acl.get(identifier.as_str()).copied();
                if before == *after {
                    rest.settled.changes.push((change, Fate::Done));
                } else {
                    rest.then
                        .changes
                        .push(entry(folder, identifier, before, *after));
                }
            }
        }
    }
    for (place, acl) in there.values() {
        let inherited = acl.iter().flatten().filter(|(name, _)| {
            !state.is_keeper(name) && !meant.contains(&(place.wire.clone(), name.to_string()))
        });
        let is_identity = state.identity_names.reserve(&place.path);
        let plan = if is_identity {
            &mut rest.first
        } else {
            &mut rest.then
        };
        let gone = inherited.map(|(name, before)| entry(place, name, Some(*before), None));
        plan.changes.extend(gone);
    }
    Ok(rest)
}

/// The folders that were to be made by what they are called on the wire, each with its entries
/// or why they cannot be read.
type There = BTreeMap<crate::model::folder::WireName, (Place, Result<Acl, String>)>;

fn learn(
    opened: &mut Opened,
    state: &Mailbox,
    created: &mut Outcome,
    pace: &Pace,
) -> Result<There> {
    let makes = |change: &Change| matches!(change, Change::Create { .. });
    let places = created.changes.iter().filter(|(change, _)| makes(change));
    let places: Vec<Place> = places.map(|(change, _)| change.folder().clone()).collect();
    let wires: Vec<_> = places.iter().map(|place| place.wire.clone()).collect();
    let acls = observe::acls(&mut opened.session, &wires, pace)?;
    let mut there = There::new();
    for (place, acl) in places.into_iter().zip(acls) {
        let acl = acl.map(|mut acl| {
            acl.values_mut()
                .for_each(|rights| *rights = state.vocabulary.normal(*rights));
            acl
        });
        there.insert(place.wire.clone(), (place, acl));
    }
    for (change, fate) in created
        .changes
        .iter_mut()
        .filter(|(change, _)| makes(change))
    {
        let is_there = there
            .get(&change.folder().wire)
            .is_some_and(|(_, acl)| acl.is_ok());
        if is_there && matches!(fate, Fate::Refused(_)) {
            *fate = Fate::Done;
        }
    }
    created.unread_folders(|place| there.get(&place.wire)?.1.as_ref().err().cloned());
    Ok(there)
}

fn entry(
    folder: &Place,
    identifier: &str,
    before: Option<Rights>,
    after: Option<Rights>,
) -> Change {
    Change::Entry {
        folder: folder.clone(),
        identifier: identifier.to_owned(),
        before,
        after,
    }
}
