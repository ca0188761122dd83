//! Many mailboxes at once, where the administrator's own session reaches all of them and nothing but
//! entries is to be changed: one list, one stream of changes, one reading afterwards.

use super::ahead::Ahead;
use super::door::Door;
use super::foreseen::Planned;
use super::stage::Hand;
use super::states::in_one_list;
use super::taken::lacks;
use super::terms::Terms;
use super::watch::Watch;
use crate::apply::together;
use crate::decide::errand::{Errand, Found, Otherwise};
use crate::decide::settings;
use crate::decide::{self, Applying};
use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::done::{Carried, Done, Proved, Seen};
use crate::model::outcome::Fate;
use crate::model::pace::{Audience, Steps};
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::reach;
use std::collections::BTreeMap;

/// From this many mailboxes on it is worth the list of all.
const WORTH_IT: usize = 4;

/// A mailbox, by its place among those of the plan, and what is to be done with it.
struct Part {
    n: usize,
    state: Mailbox,
    plan: Plan,
}

/// Carries out those of `errands` of which only entries change; nothing for the others, and for those
/// that are not found so.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub(super) fn bulk(
    door: &Door,
    errands: &[(&Planned, Vec<Applying>)],
    watch: &Watch,
    output: &Output,
) -> Result<Vec<Option<Result<Done>>>> {
    let mut results: Vec<Option<Result<Done>>> = errands.iter().map(|_| None).collect();
    let simple = errands.iter().enumerate();
    let simple = simple.filter_map(|(n, (planned, errands))| match errands.as_slice() {
        [errand] if !planned.is_new && only_entries(&planned.plan) => Some((n, *planned, errand)),
        _ => None,
    });
    let simple: Vec<(usize, &Planned, &Applying)> = simple.collect();
    if !door.is_namespaced() || simple.len() < WORTH_IT {
        return Ok(results);
    }
    let provider = door.provider();
    let names = simple.iter().map(|(_, planned, _)| planned.name.clone());
    let names: Vec<MailboxName> = names.collect();
    let quota = simple.iter().any(|(_, _, errand)| errand.ask().quota);
    let mut seen = in_one_list(provider, door, &names, quota)?;
    let mut parts = Vec::new();
    for (n, planned, errand) in simple {
        let Some(found) = seen.remove(&planned.name.to_string()) else {
            continue;
        };
        // What no list shows is read by name, mailbox by mailbox.
        if lacks(&found.state, &errand.folders()) {
            continue;
        }
        match plan(errand, &found.state) {
            Ok(plan) if only_entries(&plan) => parts.push(Part {
                n,
                state: found.state,
                plan,
            }),
            Ok(_) => {}
            Err(error) => set(&mut results, n, Err(error)),
        }
    }
    let Some(first) = parts.first() else {
        return Ok(results);
    };
    let plans: Vec<&Plan> = parts.iter().map(|part| &part.plan).collect();
    let vocabulary = &first.state.vocabulary;
    let outcomes = together(provider, door.session()?, vocabulary, &plans, output);
    for (part, outcome) in parts.iter().zip(outcomes) {
        let done = outcome.map(|outcome| Done {
            stages: vec![Carried {
                outcome,
                is_optional: false,
            }],
            ..Done::default()
        });
        set(&mut results, part.n, done);
    }
    for part in &parts {
        let (Some(Some(Ok(done))), Some((planned, errands))) =
            (results.get_mut(part.n), errands.get(part.n))
        else {
            continue;
        };
        let Some(errand) = errands.first() else {
            continue;
        };
        prove(door, &planned.name, errand, &part.state, watch, done);
    }
    Ok(results)
}

/// What is left to be done in the mailbox of `state`.
fn plan(errand: &Applying, state: &Mailbox) -> Result<Plan> {
    let place = |path: &str| reach::on_paper(state, path);
    let mut plan = errand.plan(&Found {
        state,
        place: &place,
        by_others: &BTreeMap::new(),
    })?;
    settings::follow(state, &mut plan.changes);
    decide::own_lock_out(state, &plan)?;
    Ok(plan)
}

fn only_entries(plan: &Plan) -> bool {
    plan.changes
        .iter()
        .all(|change| matches!(change, Change::Entry(..)))
}

fn set(results: &mut [Option<Result<Done>>], n: usize, result: Result<Done>) {
    if let Some(slot) = results.get_mut(n) {
        *slot = Some(result);
    }
}

/// Looks as the members of the mailbox called `name`.
fn prove(
    door: &Door,
    name: &MailboxName,
    errand: &Applying,
    state: &Mailbox,
    watch: &Watch,
    done: &mut Done,
) {
    let outcome = done.outcome();
    let to_see = outcome.changes.iter().any(|(change, fate)| {
        let is_made = matches!(fate, Fate::Done | Fate::Differs(_));
        is_made
            && matches!(change, Change::Entry(Entry { identifier, .. }) if watch.may_take(identifier))
    });
    if !to_see || done.cut_short().is_some() {
        return;
    }
    let looked = door.open(name).and_then(|mut opened| {
        let expected = errand.expected(state, done)?;
        let mut hand = Hand {
            provider: door.provider(),
            opened: &mut opened,
            ahead: &Ahead::default(),
            terms: Terms::new(watch),
            audience: &Unfollowed,
            is_new: false,
            has_ended: false,
        };
        hand.prove(0, Otherwise::Keep, state, &expected, done);
        door.keep_that_of(opened);
        Ok(())
    });
    if let Err(error) = looked {
        done.seen.push(Seen {
            stage: 0,
            part: 0,
            identifier: name.to_string(),
            who: name.to_string(),
            proved: Proved::not(&error.to_string()),
            back: None,
        });
    }
}

/// Nobody follows how far one mailbox among many has come.
struct Unfollowed;

impl Audience for Unfollowed {
    fn begins(&self, _total: Option<u64>, _what: &str) -> Steps {
        Steps::new(|_| {})
    }

    fn note(&self, _text: &str) {}

    fn warning(&self, _text: &str) {}

    fn detail(&self, _text: &str) {}
}
