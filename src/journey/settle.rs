//! New folders: a server lets them inherit what it likes, and they shall have exactly the entries
//! that the plan names. Whoever makes folders makes them here.

use super::unsettled::Unsettled;
use crate::apply::{carry_out, taken_over};
use crate::decide::assume_entries;
use crate::error::Result;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::{Audience, Pace};
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Acl, Folder, Mailbox};
use crate::observe;
use crate::reach::{Opened, Provider};
use std::collections::{BTreeMap, BTreeSet};

/// Makes the changes of `plan`: what is to be there first, then who may use it. Each folder that it
/// makes ends with the entries that it names for it, beside those of its keepers, and nothing of what
/// the server let it inherit; `state` learns of it. Folders that `unsettled` knows to be there, from a
/// run that did not get to their entries, are not made again, but settled.
///
/// # Errors
/// Whatever stands in the way before the first change: the mailbox's first of this run. Later ones are
/// told by the outcome.
pub fn make(
    provider: &Provider,
    opened: &mut Opened,
    state: &mut Mailbox,
    plan: Plan,
    unsettled: &mut Unsettled,
    audience: &dyn Audience,
) -> Result<Outcome> {
    // Noted before it is made: from then on, whoever comes next knows that the entries are still to be
    // settled.
    unsettled.about_to_make(&plan)?;
    let Plan { mailbox, changes } = plan;
    let (entries, mut things): (Vec<Change>, Vec<Change>) = changes
        .into_iter()
        .partition(|change| matches!(change, Change::Entry(..)));
    let is_made = |place: &Place| unsettled.is_there(&place.path);
    let made = things.extract_if(.., |change| change.makes().is_some_and(is_made));
    let made: Vec<Change> = made.collect();
    let things = Plan {
        mailbox,
        changes: things,
    };
    // The mailbox itself was written down by whoever made it.
    let taken = made.iter().filter(|change| change.folder().path != "INBOX");
    let taken = Plan {
        mailbox: state.name.clone(),
        changes: taken.cloned().collect(),
    };
    // Whoever takes this run back takes them for its own: what they inherited is nothing to put back.
    let taken = taken_over(provider, opened, &taken)?;
    let mut outcome = carry_out(provider, opened, &state.vocabulary, &things, audience)?;
    outcome.cut_short = outcome.cut_short.or(taken.cut_short);
    let made = made.into_iter().map(|change| (change, Fate::Done));
    outcome.changes.extend(made);
    let not_tried = |changes: Vec<Change>| {
        let changes = changes.into_iter();
        changes.map(|change| (change, Fate::NotTried))
    };
    if outcome.cut_short.is_some() {
        outcome.changes.extend(not_tried(entries));
        return Ok(outcome);
    }
    let settled = entries_of(provider, opened, state, entries, &mut outcome, audience);
    if let Err(error) = settled {
        outcome.cut_short.get_or_insert(error.to_string());
    }
    if outcome.cut_short.is_none() && !outcome.has_unknown() {
        unsettled.settled();
    }
    Ok(outcome)
}

/// Adds what became of a plan to `outcome`, which may tell of the mailbox itself already: what was seen
/// of that since then counts.
pub fn join(outcome: &mut Outcome, mut made: Outcome) {
    let is_root =
        |(change, _): &(Change, Fate)| change.makes().is_some_and(|place| place.path == "INBOX");
    if let Some((_, fate)) = outcome.changes.iter_mut().find(|change| is_root(change)) {
        let seen = made.changes.extract_if(.., |change| is_root(change));
        if let Some((_, since)) = seen.last() {
            *fate = since;
        }
    }
    outcome.extend(made);
}

/// Gives the folders of `outcome` that were made the `entries`, and takes from them what they inherited.
fn entries_of(
    provider: &Provider,
    opened: &mut Opened,
    state: &mut Mailbox,
    entries: Vec<Change>,
    outcome: &mut Outcome,
    audience: &dyn Audience,
) -> Result<()> {
    let pace = Pace::interruptible();
    let made: Vec<Place> = made_by(outcome).collect();
    if made.is_empty() {
        let plan = Plan {
            mailbox: state.name.clone(),
            changes: entries,
        };
        outcome.extend(carry_out(
            provider,
            opened,
            &state.vocabulary,
            &plan,
            audience,
        )?);
        return Ok(());
    }
    let rest = settle(opened, state, entries, outcome, &pace)?;
    outcome.extend(rest.settled);
    // Before anybody gets anything: an identity that was inherited is one that nobody gave.
    for plan in [rest.first, rest.then] {
        if outcome.cut_short.is_some() {
            let untried = plan.changes.into_iter();
            let untried = untried.map(|change| (change, Fate::NotTried));
            outcome.changes.extend(untried);
            continue;
        }
        let became = carry_out(provider, opened, &state.vocabulary, &plan, audience)?;
        let done = became.changes.iter();
        let done = done.filter(|(_, fate)| *fate == Fate::Done);
        assume_entries(state, done.map(|(change, _)| change));
        outcome.extend(became);
    }
    Ok(())
}

/// The folders that were to be made.
fn made_by(outcome: &Outcome) -> impl Iterator<Item = Place> {
    let changes = outcome.changes.iter();
    changes.filter_map(|(change, _)| change.makes().cloned())
}

/// What is left to be done once the folders of a plan are made.
struct Rest {
    /// What the folders that keep identities must lose before anybody gets anything.
    first: Plan,
    /// All other entries.
    then: Plan,
    /// Entries that need not be changed: the server did it by itself, or their folder is missing.
    settled: Outcome,
}

/// What of `entries` is left to be done after `created`, whose fates are corrected where somebody
/// else made the folder in the same moment.
///
/// # Errors
/// Whatever the session may meet.
fn settle(
    opened: &mut Opened,
    state: &mut Mailbox,
    entries: Vec<Change>,
    created: &mut Outcome,
    pace: &Pace,
) -> Result<Rest> {
    let there = learn(opened, state, created, pace)?;
    state.learn_reserved(there.values().map(|(place, _)| place.path.as_str()));
    let mut rest = Rest {
        first: Plan::new(&state.name),
        then: Plan::new(&state.name),
        settled: Outcome::default(),
    };
    let mut meant = BTreeSet::new();
    for change in entries {
        let Change::Entry(Entry {
            folder,
            identifier,
            after,
            ..
        }) = &change
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
    let root = state.root();
    for (place, acl) in there.values() {
        let holder = state.kept_rights(&place.path);
        let is_copy = |name: &str| root.and_then(|root| root.rights_of(name)) == Some(holder);
        let is_identity = state.identity_names.reserve(&place.path);
        // Two grants may be under way at the same time: what the other gives of an identity that it has
        // just made too is no inheritance.
        let is_given =
            |name: &str, rights: Rights| is_identity && rights == holder && !is_copy(name);
        let inherited = acl.iter().flatten().filter(|(name, rights)| {
            !state.is_keeper(name)
                && !meant.contains(&(place.wire.clone(), name.to_string()))
                && !is_given(name, **rights)
        });
        let plan = if is_identity {
            &mut rest.first
        } else {
            &mut rest.then
        };
        let gone = inherited.map(|(name, before)| entry(place, name, Some(*before), None));
        plan.changes.extend(gone);
    }
    learn_folders(state, there, created);
    Ok(rest)
}

/// Lets `state` know the folders that are there now. One that was made and cannot be read is among them,
/// so that nobody takes it for empty.
fn learn_folders(state: &mut Mailbox, there: There, created: &Outcome) {
    let tried: BTreeSet<&WireName> = created
        .changes
        .iter()
        .filter(|(_, fate)| fate.was_tried())
        .map(|(change, _)| &change.folder().wire)
        .collect();
    for (wire, (place, acl)) in there {
        if acl.is_err() && !tried.contains(&wire) {
            continue;
        }
        let is_identity = state.identity_names.reserve(&place.path);
        let all = match is_identity {
            true => &mut state.identity_folders,
            false => &mut state.folders,
        };
        all.retain(|known| known.wire != wire);
        all.push(Folder {
            wire,
            path: place.path,
            special_use: None,
            acl,
            messages: None,
        });
    }
    state.identity_folders.sort_by(|a, b| a.path.cmp(&b.path));
}

/// The folders that were to be made by what they are called on the wire, each with its entries
/// or why they cannot be read.
type There = BTreeMap<WireName, (Place, Result<Acl, String>)>;

fn learn(
    opened: &mut Opened,
    state: &Mailbox,
    created: &mut Outcome,
    pace: &Pace,
) -> Result<There> {
    let places: Vec<Place> = made_by(created).collect();
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
        .filter(|(change, _)| change.makes().is_some())
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
    Change::Entry(Entry {
        folder: folder.clone(),
        identifier: identifier.to_owned(),
        before,
        after,
    })
}
