//! The changes of a plan, pipelined in waves that cannot get in each other's way.

use super::answers::fate;
use super::kind::wire;
use super::label;
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::Change;
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Plan;
use std::thread;

/// Makes the changes of `plan` through `session`, in order where order matters. Goes on past a
/// refusal; stops where the session breaks or `pace` says so, and tells what was done.
pub fn apply(session: &mut Session, plan: &Plan, pace: &Pace) -> Outcome {
    let mut outcome = Outcome::default();
    for wave in waves(&plan.changes) {
        match &outcome.cut_short {
            Some(_) => outcome
                .changes
                .extend(wave.iter().map(|c| (c.clone(), Fate::NotTried))),
            None => outcome.extend(run(session, wave, pace)),
        }
    }
    outcome
}

/// As [`apply`], with the help of `more` sessions of the same mailbox where the plan is of entries
/// or of labels only: each folder belongs to one of them. Whether what was stored has been read already: of labels
/// each session reads what another one has set, as long as none of them broke.
pub fn apply_over(
    session: &mut Session,
    more: &mut [Session],
    plan: &Plan,
    pace: &Pace,
) -> (Outcome, bool) {
    let is_entry = |change: &Change| matches!(change, Change::Entry(..));
    let is_label = |change: &Change| matches!(change, Change::Label(..));
    let are_labels = plan.changes.iter().all(is_label);
    let is_apart = are_labels || plan.changes.iter().all(is_entry);
    if more.is_empty() || !is_apart {
        return (apply(session, plan, pace), false);
    }
    let hands = more.len() + 1;
    let mut folders: Vec<&WireName> = plan.changes.iter().map(|c| &c.folder().wire).collect();
    folders.sort_unstable();
    folders.dedup();
    let hand = |change: &Change| folders.binary_search(&&change.folder().wire).unwrap_or(0) % hands;
    let part = |n: usize| Plan {
        mailbox: plan.mailbox.clone(),
        changes: plan
            .changes
            .iter()
            .filter(|change| hand(change) == n)
            .cloned()
            .collect(),
    };
    let parts: Vec<Plan> = (0..hands).map(part).collect();
    let mut sessions: Vec<&mut Session> = std::iter::once(session).chain(more).collect();
    let mut outcomes: Vec<Outcome> = thread::scope(|scope| {
        let work = |(session, part)| scope.spawn(move || apply(session, part, pace));
        let each = sessions.iter_mut().map(|session| &mut **session);
        let running: Vec<_> = each.zip(&parts).map(work).collect();
        // A panic in a thread is our own defect: every change it had counts as unknown.
        let joined = running.into_iter().zip(&parts);
        joined
            .map(|(run, part)| run.join().unwrap_or_else(|_| lost(part)))
            .collect()
    });
    let is_whole = outcomes.iter().all(|outcome| outcome.cut_short.is_none());
    let is_read = are_labels && is_whole && read_crosswise(&mut sessions, &mut outcomes);
    (in_order_of(plan, hand, outcomes), is_read)
}

/// Each of `sessions` reads what the one before it has done: `outcomes` in the order of the sessions, which it corrects.
/// Whether all was read.
fn read_crosswise(sessions: &mut [&mut Session], outcomes: &mut [Outcome]) -> bool {
    // The last one reads what the first one did.
    outcomes.rotate_right(1);
    let is_read = thread::scope(|scope| {
        let read = |(session, outcome): (&mut &mut Session, &mut Outcome)| {
            let session: &mut Session = session;
            label::read_back(session, outcome)
        };
        let each = sessions.iter_mut().zip(outcomes.iter_mut());
        let running: Vec<_> = each.map(|pair| scope.spawn(move || read(pair))).collect();
        let joined = running
            .into_iter()
            .map(|run| matches!(run.join(), Ok(Ok(()))));
        joined.filter(|is_read| !is_read).count() == 0
    });
    outcomes.rotate_left(1);
    is_read
}

/// The outcomes of the parts as one, in the order of `plan`; `hand` tells whose each change was.
fn in_order_of(plan: &Plan, hand: impl Fn(&Change) -> usize, outcomes: Vec<Outcome>) -> Outcome {
    let cut_short = outcomes
        .iter()
        .find_map(|outcome| outcome.cut_short.clone());
    let said = outcomes.iter().flat_map(|outcome| outcome.said.clone());
    let said = said.collect();
    let mut parts: Vec<_> = outcomes
        .into_iter()
        .map(|o| o.changes.into_iter())
        .collect();
    let next = |change: &Change| parts.get_mut(hand(change)).and_then(Iterator::next);
    Outcome {
        changes: plan.changes.iter().filter_map(next).collect(),
        cut_short,
        said,
    }
}

/// Subscribes `session`'s own user to `folders`; each answer in their order, the refusals in the
/// server's words.
pub fn subscribe(
    session: &mut Session,
    folders: &[WireName],
    pace: &Pace,
) -> Vec<Result<(), String>> {
    let requests = folders.iter().map(Request::subscribe).collect();
    let batch = session.run(requests, pace);
    let answers = batch.answers.into_iter().map(|answer| match fate(answer) {
        Fate::Done => Ok(()),
        Fate::Refused(why) => Err(why),
        _ => Err("the connection was lost".to_owned()),
    });
    answers.collect()
}

fn lost(part: &Plan) -> Outcome {
    Outcome {
        changes: part
            .changes
            .iter()
            .map(|change| (change.clone(), Fate::lost()))
            .collect(),
        cut_short: Some("a worker stopped without an answer".to_owned()),
        said: Vec::new(),
    }
}

/// Runs of changes that may be in flight together: entries with entries, new folders of one
/// depth, folders to be deleted of one depth, everything else alone.
fn waves(changes: &[Change]) -> impl Iterator<Item = &[Change]> {
    changes.chunk_by(|a, b| wave(a).is_some() && wave(a) == wave(b))
}

fn wave(change: &Change) -> Option<(u8, usize)> {
    wire(change).wave()
}

fn run(session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
    match wave.first() {
        Some(first) => wire(first).make(session, wave, pace),
        None => Outcome::default(),
    }
}
