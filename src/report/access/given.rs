//! What an errand of giving would do, and did, told of the one who gets it.

use super::handed::Received;
use super::held::Held;
use crate::decide::{Giving, Handing};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::command::command;
use crate::model::done::{Done, Seen};
use crate::model::failure::Failure;
use crate::model::level::Levels;
use crate::model::outcome::{Fate, Outcome};
use crate::model::proof::Proof;
use crate::model::state::Mailbox;
use std::collections::BTreeMap;

/// What would be given on `mailbox`; nothing where there is nothing to give.
///
/// # Errors
/// Where somebody cannot be spelled for the server.
pub fn foreseen(giving: Giving, mailbox: &Mailbox, levels: &Levels) -> Result<Option<Received>> {
    let handing = giving.handing(mailbox)?;
    let changes = handing.plan(&BTreeMap::new())?.changes;
    let worth_telling = !handing.is_empty() || !handing.disbelieved.is_empty();
    Ok(worth_telling.then(|| Received {
        changed: changes.len(),
        changes,
        ..received(mailbox, &handing, levels)
    }))
}

/// What became of it where it was `done`, in the mailbox that was `state` before.
///
/// # Errors
/// As [`foreseen`].
pub fn became(
    giving: Giving,
    state: &Mailbox,
    done: &Done,
    levels: &Levels,
) -> Result<Option<Received>> {
    let handing = giving.handing(state)?;
    if handing.is_empty() {
        return foreseen(giving, state, levels).map(|told| told.map(unchanged));
    }
    let stages = done.stages.iter().take(Giving::STAGES);
    let mut outcome = Done::outcome_of(stages);
    let seen = done.seen_as(Giving::STAGES - 1, 0, &handing.identifier);
    let mut received = received(state, &handing, levels);
    received.warnings.extend(unprotected(done));
    received.warnings.extend(done.warnings.iter().cloned());
    let exposed = seen.and_then(|seen| seen.proved.exposed.clone());
    received.warnings.extend(exposed);
    received.proof = seen.map(|seen| seen.proved.proof.clone());
    // It was read back, and she was not to be looked at.
    if received.proof.is_none() && done.cut_short().is_none() {
        received.proof = Some(Proof::unasked());
    }
    let hers = |(change, fate): &&(Change, Fate)| {
        change.is_entry_of(&handing.identifier) && *fate == Fate::Done
    };
    received.changed = outcome.changes.iter().filter(hers).count();
    received.undone = seen.is_some_and(Seen::is_undone);
    if let Some(back) = seen.and_then(|seen| seen.back.as_ref()) {
        outcome.extend(Outcome::clone(back));
    }
    received.unknown = outcome.tally().unknown;
    received.failures = Failure::called(&outcome, &state.dialect);
    received.exit = match received.undone {
        // Taken back as a whole: nothing of what was asked for is there.
        true => Exit::Partly,
        false => outcome.exit_seen(&received.proof),
    };
    received.cut_short = outcome.cut_short;
    Ok(Some(received))
}

fn received(mailbox: &Mailbox, handing: &Handing, levels: &Levels) -> Received {
    let first = handing.rights.first().map(|(_, rights)| *rights);
    let rights = first.unwrap_or_default();
    let disbelieved = handing.disbelieved.iter().map(|identity| {
        format!(
            "{identity} was not handed on: its folder is not believed; {} tells why",
            command(["check", &mailbox.name])
        )
    });
    let (folders, identities) = (handing.rights.len(), handing.identities.clone());
    let held = Held::on(mailbox, levels, rights, folders, identities);
    Received {
        mailbox: mailbox.name.clone(),
        who: mailbox.dialect.who(&handing.identifier),
        identifier: handing.identifier.clone(),
        held,
        changed: 0,
        unknown: 0,
        exit: Exit::Done,
        changes: Vec::new(),
        proof: None,
        undone: false,
        failures: Vec::new(),
        cut_short: None,
        warnings: disbelieved.collect(),
    }
}

/// There was nothing to be done but to say so.
fn unchanged(received: Received) -> Received {
    Received {
        changed: 0,
        changes: Vec::new(),
        ..received
    }
}

fn unprotected(done: &Done) -> Option<String> {
    let lacking = done.lacking();
    let (change, _) = lacking.first()?;
    Some(format!(
        "identities may not be protected here: {:?} could not be made, or not be emptied",
        change.folder().path
    ))
}
