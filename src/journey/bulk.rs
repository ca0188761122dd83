//! Many mailboxes at once, where the administrator's own session reaches all of them and nothing but
//! entries is to be changed: one list, one stream of changes, one reading afterwards.

use super::afresh::afresh;
use super::carry::{Done, Order};
use super::door::Door;
use super::foreseen::Planned;
use super::proofs::proofs;
use super::states::{in_one_list, pace};
use super::taken::unlisted;
use super::unsettled::Unsettled;
use crate::apply;
use crate::error::Result;
use crate::ledger::Witness;
use crate::model::address::MailboxName;
use crate::model::desired::Desired;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Change, Plan};
use crate::model::proof::Proof;
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
        match provider.ledger().about_to(&plan) {
            Ok(()) => parts.push(Part {
                n,
                state: found.state,
                plan,
            }),
            Err(error) => set(&mut results, n, Err(error)),
        }
    }
    let outcomes = carry_out(door, &parts, output)?;
    for (part, outcome) in parts.iter().zip(&outcomes) {
        let done = Done {
            outcome: outcome.clone(),
            proofs: Vec::new(),
            warnings: Vec::new(),
        };
        set(&mut results, part.n, Ok(done));
    }
    prove(door, todo, &parts, order, &mut results);
    Ok(results)
}

fn only_entries(plan: &Plan) -> bool {
    plan.changes
        .iter()
        .all(|change| matches!(change, Change::Entry { .. }))
}

fn set(results: &mut [Option<Result<Done>>], n: usize, result: Result<Done>) {
    if let Some(slot) = results.get_mut(n) {
        *slot = Some(result);
    }
}

/// Makes the changes of all parts in one stream, and reads them again in a fresh session.
fn carry_out(door: &Door, parts: &[Part], output: &Output) -> Result<Vec<Outcome>> {
    let Some(first) = parts.first() else {
        return Ok(Vec::new());
    };
    let provider = door.provider();
    let all = Plan {
        mailbox: String::new(),
        changes: parts
            .iter()
            .flat_map(|part| part.plan.changes.iter().cloned())
            .collect(),
    };
    output.detail(&format!(
        "{} mailboxes: {} changes to make",
        parts.len(),
        all.changes.len()
    ));
    let mut session = door.session()?;
    let mut outcome = apply::apply(&mut session, &all, &pace());
    drop(session);
    let vocabulary = &first.state.vocabulary;
    apply::verify(
        provider.administrator(),
        &mut outcome,
        vocabulary,
        None,
        &pace(),
    );
    let mut fates = outcome.changes.into_iter();
    let mut outcomes = Vec::new();
    for part in parts {
        let changes: Vec<(Change, Fate)> = fates.by_ref().take(part.plan.changes.len()).collect();
        let is_whole = changes.iter().all(|(_, fate)| *fate == Fate::Done);
        let mut own = Outcome {
            changes,
            cut_short: outcome.cut_short.clone().filter(|_| !is_whole),
            said: Vec::new(),
        };
        if let Err(error) = provider.ledger().became(&part.plan.mailbox, &own) {
            let why = format!("the changes were made and could not be written down: {error}");
            own.cut_short.get_or_insert(why);
        }
        outcomes.push(own);
    }
    Ok(outcomes)
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
        let to_see = done.outcome.changes.iter().any(|(change, fate)| {
            let known = |who: &str| order.watch.may_take(who);
            matches!(fate, Fate::Done | Fate::Differs(_))
                && matches!(change, Change::Entry { identifier, .. } if known(identifier))
        });
        let Some(planned) = todo.get(part.n).filter(|_| to_see) else {
            continue;
        };
        match door.open(&planned.name) {
            Ok(opened) => {
                let seen = proofs(&each, &opened, &part.state, &done.outcome, order.watch);
                (done.proofs, done.warnings) = seen;
                door.keep_that_of(opened);
            }
            Err(error) => {
                let why = error.to_string();
                done.proofs
                    .push((planned.name.to_string(), Proof::NotVerified { why }));
            }
        }
    }
}
