//! A plan made true: applied over several connections, then read again in a session that did not make it.

use super::batch::{apply, apply_over};
use super::eyes;
use super::verify::verify;
use super::written;
use crate::error::Result;
use crate::imap::Session;
use crate::model::change::Change;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Audience;
use crate::model::pace::Pace;
use crate::model::plan::Plan;
use crate::model::words::count;
use crate::reach::{Opened, Provider};
use std::collections::BTreeSet;

/// From this many changes on another connection is worth its login.
const WORTH_A_HAND: usize = 64;

/// Makes the changes of `plan` on the mailbox of `opened`, reads what the server stored, and
/// tells what became of each change.
///
/// # Errors
/// When the changes cannot be written down first. Nothing is an error that happens after the first
/// change of this mailbox was sent: the outcome tells it.
pub fn carry_out(
    provider: &Provider,
    opened: &mut Opened,
    vocabulary: &Vocabulary,
    plan: &Plan,
    audience: &dyn Audience,
) -> Result<Outcome> {
    if plan.is_empty() {
        return Ok(Outcome::default());
    }
    let progress = audience.begins(Some(plan.changes.len() as u64), &plan.mailbox);
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace::telling(&tick);
    let mut more = std::mem::take(&mut opened.more);
    let hands = hands(provider, opened, plan);
    more.truncate(hands - 1);
    for _ in 1..hands.saturating_sub(more.len()) {
        // Fewer hands do the same work: a server may limit the connections of a user.
        more.extend(provider.again(opened));
    }
    audience.detail(&format!(
        "{}: {} to make, over {}",
        plan.mailbox,
        count(plan.changes.len(), "change"),
        count(more.len() + 1, "connection")
    ));
    let owner = opened.acting().map(str::to_owned);
    let outcome = written::around(provider.ledger(), owner.as_deref(), plan, || {
        // Several read what each other has done.
        let waits = more.is_empty() && eyes::may_wait(provider, opened, plan);
        let Opened { session, reach, .. } = &mut *opened;
        let open = || waits.then(|| provider.reached(reach).ok()).flatten();
        let work = |step: &(dyn Fn(usize) + Sync)| {
            let tick = |n: usize| {
                step(n);
                (pace.tick)(n);
            };
            let pace = Pace {
                tick: &tick,
                ..pace
            };
            apply_over(session, &mut more, plan, &pace)
        };
        let ((mut outcome, is_read), fresh) = eyes::while_working(plan.changes.len(), open, work);
        drop(more);
        if !is_read {
            read_back(provider, opened, vocabulary, &mut outcome, fresh);
        }
        outcome
    })?;
    audience.detail(&format!("{}: read again in another session", plan.mailbox));
    Ok(outcome)
}

/// How many sessions are worth their logins for `plan`.
fn hands(provider: &Provider, opened: &Opened, plan: &Plan) -> usize {
    let is_label = |change: &Change| matches!(change, Change::Label(..));
    if plan.changes.iter().all(is_label) {
        let folders: BTreeSet<&WireName> = plan.changes.iter().map(|c| &c.folder().wire).collect();
        return provider.hands_for(opened.dialect.family, folders.len());
    }
    let is_entry = |change: &Change| matches!(change, Change::Entry(..));
    match opened.dialect.family {
        // Others are made by one.
        _ if !plan.changes.iter().all(is_entry) => 1,
        // It keeps all entries in one database, for whose lock more hands only wait.
        Family::Cyrus => 1,
        _ => (plan.changes.len() / WORTH_A_HAND + 1)
            .min(provider.profile().imap.connections)
            .max(1),
    }
}

/// Corrects the fates by what a fresh session reads, `fresh` or a new one; what cannot be read is unknown.
fn read_back(
    provider: &Provider,
    opened: &mut Opened,
    vocabulary: &Vocabulary,
    outcome: &mut Outcome,
    fresh: Option<Session>,
) {
    if !outcome.changes.iter().any(|(_, fate)| fate.was_tried()) {
        return;
    }
    let (owner, pace) = (opened.acting().map(str::to_owned), Pace::unattended());
    let owner = owner.as_deref();
    if let Some(session) = fresh {
        let mut read = outcome.clone();
        if let Some(session) = verify(Ok(session), &mut read, vocabulary, owner, &pace) {
            *outcome = read;
            opened.session = session;
            return;
        }
    }
    // A server may limit the connections of a user, and this one has served.
    opened.session.hang_up();
    let fresh = provider.again(opened);
    // The fresh session takes over.
    if let Some(session) = verify(fresh, outcome, vocabulary, owner, &pace) {
        opened.session = session;
    }
}

/// Writes down that this run made what `plan` makes: an earlier one, which broke off, did, and this one
/// goes on where that ended.
///
/// # Errors
/// As [`carry_out`].
pub fn taken_over(provider: &Provider, opened: &Opened, plan: &Plan) -> Result<Outcome> {
    if plan.is_empty() {
        return Ok(Outcome::default());
    }
    written::around(provider.ledger(), opened.acting(), plan, || Outcome {
        changes: plan
            .changes
            .iter()
            .map(|change| (change.clone(), Fate::Done))
            .collect(),
        ..Outcome::default()
    })
}

/// Makes the changes of `plan` on the mailbox of `opened`, and reads nothing back: that is left to whoever
/// opens what was made.
///
/// # Errors
/// As [`carry_out`].
pub fn unread(provider: &Provider, opened: &mut Opened, plan: &Plan) -> Result<Outcome> {
    let owner = opened.acting().map(str::to_owned);
    written::around(provider.ledger(), owner.as_deref(), plan, || {
        apply(&mut opened.session, plan, &Pace::unattended())
    })
}
