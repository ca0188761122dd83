//! Many mailboxes at once, where the administrator's own session reaches all of them and nothing but
//! entries is to be changed: one list, one stream of changes, one reading afterwards.

use super::afresh::afresh;
use super::carry::Order;
use super::door::Door;
use super::foreseen::Planned;
use super::proofs::proved;
use super::states::in_one_list;
use super::taken::unlisted;
use super::unsettled::Unsettled;
use crate::apply::together;
use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::desired::Desired;
use crate::model::done::{Carried, Done, Proved, Seen};
use crate::model::outcome::Fate;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::reach;

/// From this many mailboxes on it is worth the list of all.
const WORTH_IT: usize = 4;

/// A mailbox, by its place among those of the plan, and what is to be done with it.
struct Part {
    n: usize,
    state: Mailbox,
    plan: Plan,
}

/// Carries out those of `todo` of which only entries change; nothing for the others, and for those
/// that are not found so.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn bulk(
    door: &Door,
    todo: &[&Planned],
    wishes: Option<&Desired>,
    order: Order,
    output: &Output,
) -> Result<Vec<Option<Result<Done>>>> {
    let mut results: Vec<Option<Result<Done>>> = todo.iter().map(|_| None).collect();
    let simple = |planned: &Planned| !planned.is_new && only_entries(&planned.plan);
    let names: Vec<MailboxName> = todo
        .iter()
        .filter(|p| simple(p))
        .map(|p| p.name.clone())
        .collect();
    if !door.is_namespaced() || names.len() < WORTH_IT {
        return Ok(results);
    }
    let provider = door.provider();
    let limits = |name| {
        wishes
            .and_then(|wishes| wishes.mailboxes.get(name)?.quota)
            .is_some()
    };
    let mut seen = in_one_list(provider, door, &names, names.iter().any(limits))?;
    let mut parts = Vec::new();
    for (n, planned) in todo
        .iter()
        .enumerate()
        .filter(|(_, planned)| simple(planned))
    {
        let Some(mut found) = seen.remove(&planned.name.to_string()) else {
            continue;
        };
        // What no list shows is read by name, mailbox by mailbox.
        if !unlisted(&found.state, &planned.plan.changes).is_empty() {
            continue;
        }
        let wish = wishes.and_then(|wishes| wishes.mailboxes.get(&planned.name));
        let paper = found.state.clone();
        let place = |path: &str| reach::on_paper(&paper, path);
        let plan = afresh(
            &mut found.state,
            planned,
            wish,
            order,
            found.special_uses,
            &Unsettled::default(),
            place,
        );
        let plan = match plan {
            Ok(plan) if only_entries(&plan) => plan,
            Ok(_) => continue,
            Err(error) => {
                set(&mut results, n, Err(error));
                continue;
            }
        };
        parts.push(Part {
            n,
            state: found.state,
            plan,
        });
    }
    let Some(first) = parts.first() else {
        return Ok(results);
    };
    let plans: Vec<&Plan> = parts.iter().map(|part| &part.plan).collect();
    let vocabulary = &first.state.vocabulary;
    let outcomes = together(provider, door.session()?, vocabulary, &plans, output);
    let mut made = Vec::new();
    for (part, outcome) in parts.into_iter().zip(outcomes) {
        let is_made = outcome.is_ok();
        let done = outcome.map(|outcome| Done {
            stages: vec![Carried {
                outcome,
                is_optional: false,
            }],
            ..Done::default()
        });
        set(&mut results, part.n, done);
        made.extend(is_made.then_some(part));
    }
    prove(door, todo, &made, order, &mut results);
    Ok(results)
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

/// Looks as the members, mailbox by mailbox.
fn prove(
    door: &Door,
    todo: &[&Planned],
    parts: &[Part],
    order: Order,
    results: &mut [Option<Result<Done>>],
) {
    let provider = door.provider();
    let hands = (provider.profile().imap.connections_of_many / 2).max(1);
    let each = provider.having(|profile| {
        profile.imap.connections = (profile.imap.connections / hands).max(1);
    });
    for part in parts {
        let Some(Some(Ok(done))) = results.get_mut(part.n) else {
            continue;
        };
        let outcome = done.outcome();
        let to_see = outcome.changes.iter().any(|(change, fate)| {
            let known = |who: &str| order.watch.may_take(who);
            matches!(fate, Fate::Done | Fate::Differs(_))
                && matches!(change, Change::Entry(Entry { identifier, .. }) if known(identifier))
        });
        let Some(planned) = todo.get(part.n).filter(|_| to_see) else {
            continue;
        };
        match door.open(&planned.name) {
            Ok(mut opened) => {
                *done = proved(&each, &mut opened, &part.state, outcome, order.watch);
                door.keep_that_of(opened);
            }
            Err(error) => done.seen.push(Seen {
                stage: 0,
                part: 0,
                identifier: planned.name.to_string(),
                who: planned.name.to_string(),
                proved: Proved::not(&error.to_string()),
                back: None,
            }),
        }
    }
}
