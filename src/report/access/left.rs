//! What an errand of leaving would do, and did, told of each who leaves.

use super::handed::Received;
use super::held::Held;
use super::offboard::Left;
use crate::decide::{self, Leaving, spelled};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::change::{Change, Entry};
use crate::model::done::{Carried, Done};
use crate::model::failure::Failure;
use crate::model::level::Levels;
use crate::model::outcome::{Fate, Outcome};
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use std::collections::BTreeSet;

/// What `who` has on `mailbox`; nothing where there is no entry.
///
/// # Errors
/// [`Exit::Config`] where WHO cannot be spelled for the server.
pub fn foreseen(mailbox: &Mailbox, who: &Who, levels: &Levels) -> Result<Option<Left>> {
    let spelled = spelled(mailbox, who)?;
    let changes = decide::leaving(mailbox, who).changes;
    let mut identifiers = BTreeSet::new();
    let mut held: Vec<(&str, &str, Rights)> = Vec::new();
    for change in &changes {
        if let Change::Entry(Entry {
            folder,
            identifier,
            before,
            ..
        }) = change
        {
            identifiers.insert(identifier.clone());
            if !mailbox.identity_names.reserve(&folder.path) {
                held.push((&folder.path, identifier, before.unwrap_or_default()));
            }
        }
    }
    if changes.is_empty() {
        return Ok(None);
    }
    let counts =
        |(_, identifier, _): &&(&str, &str, Rights)| Some(*identifier) == spelled.as_deref();
    let rights = held.iter().find(counts).or(held.first());
    let rights = rights.map(|(_, _, rights)| *rights).unwrap_or_default();
    let folders: BTreeSet<&str> = held.iter().map(|(path, ..)| *path).collect();
    let identities = spelled.as_deref().map(|name| mailbox.identities_of(name));
    Ok(Some(Left {
        mailbox: mailbox.name.clone(),
        who: who.to_string(),
        identifiers: identifiers.into_iter().collect(),
        held: Held::on(
            mailbox,
            levels,
            rights,
            folders.len(),
            identities.unwrap_or_default(),
        ),
        changed: changes.len(),
        unknown: 0,
        changes,
        kept: None,
        proof: None,
        failures: Vec::new(),
        cut_short: None,
        exit: Exit::Done,
    }))
}

/// What became of each who had an entry, where it was `done`, in the mailbox that was `state` before, which
/// was `received` by another where it was to be.
///
/// # Errors
/// As [`foreseen`].
pub fn became(
    leaving: &Leaving,
    state: &Mailbox,
    done: &Done,
    received: Option<&Received>,
    levels: &Levels,
) -> Result<Vec<Left>> {
    let mut all = Vec::new();
    for (part, who) in leaving.who.iter().enumerate() {
        let Some(left) = foreseen(state, who, levels)? else {
            continue;
        };
        let refused = received.filter(|received| received.is_lacking());
        all.push(match (refused, done.stages.get(leaving.last())) {
            (Some(received), _) => kept(left, received),
            (None, Some(carried)) => {
                let identifier = spelled(state, who)?;
                let hers = |name: &String| done.seen_as(leaving.last(), part, name);
                let seen = identifier.as_ref().and_then(hers);
                let proof = match (seen, &identifier) {
                    (Some(seen), _) => Some(seen.proved.proof.clone()),
                    _ if carried.outcome.cut_short.is_some() => None,
                    (None, None) => Some(Proof::NotVerified {
                        why: "no login has such a name".to_owned(),
                    }),
                    (None, Some(_)) => Some(Proof::unasked()),
                };
                told(left, carried, proof)
            }
            (None, None) => left,
        });
    }
    Ok(all)
}

fn told(left: Left, carried: &Carried, proof: Option<Proof>) -> Left {
    let whole = &carried.outcome;
    let hers =
        |(change, _): &&(Change, Fate)| left.identifiers.iter().any(|i| change.is_entry_of(i));
    let hers = Outcome {
        changes: whole.changes.iter().filter(hers).cloned().collect(),
        cut_short: whole.cut_short.clone(),
        said: Vec::new(),
    };
    Left {
        changed: hers.done(),
        unknown: hers.tally().unknown,
        changes: Vec::new(),
        failures: Failure::of(&hers),
        exit: hers.exit(),
        cut_short: hers.cut_short,
        proof,
        ..left
    }
}

fn kept(left: Left, received: &Received) -> Left {
    Left {
        changed: 0,
        changes: Vec::new(),
        kept: Some(format!("{} was not seen to have it", received.identifier)),
        exit: received.exit,
        ..left
    }
}
