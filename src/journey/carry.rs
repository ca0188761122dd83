//! The plans of files carried out: many in one stream where that can be, else mailbox by mailbox, each looked
//! at again first.

use super::accounts;
use super::born::Born;
use super::bulk::bulk;
use super::door::Door;
use super::foreseen::Planned;
use super::many::{Hindrance, Many};
use super::root::nothing;
use super::terms::Terms;
use super::visit::Visit;
use super::watch::Watch;
use crate::decide::errand::Errand;
use crate::decide::{Applying, Asked};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::done::{Carried, Done, Seen};
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::output::Output;
use crate::profile::Task;
use crate::reach::{Opened, Provider};

/// How plans are carried out.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// Whether a plan is carried out as a whole, or what is left of it where somebody else did a part.
    pub exactly: bool,
    /// Whose own sessions are looked at.
    pub watch: &'a Watch,
}

/// Each mailbox's plan carried out, several at once; `asked` tells what each was made of.
///
/// # Errors
/// Whatever logging in as the administrator may meet.
pub fn carry<'a>(
    provider: &Provider,
    todo: &[(&'a Planned, Asked<'a>)],
    order: Order,
    output: &Output,
) -> Result<Vec<Result<Done, Hindrance>>> {
    if todo.is_empty() {
        return Ok(Vec::new());
    }
    let door = Door::new(provider)?;
    let errands: Vec<(&Planned, Vec<Applying>)> = todo
        .iter()
        .map(|(planned, asked)| (*planned, planned.errands(*asked, order.exactly)))
        .collect();
    let mut results = bulk(&door, &errands, order.watch, output)?;
    let left = errands.iter().zip(&results);
    let left = left.filter(|(_, result)| result.is_none());
    let left: Vec<&(&Planned, Vec<Applying>)> = left.map(|(one, _)| one).collect();
    let many = Many {
        what: "applying",
        hands: door.hands(),
        provider,
        audience: output,
    };
    let work = |(planned, errands): &&(&Planned, Vec<Applying>), provider: &Provider| {
        one(&door, provider, planned, errands, order.watch, output)
    };
    let mut singly = many.each(&left, |_| 1, work).into_iter();
    let result = |result: Option<Result<Done>>| match result {
        Some(result) => Some(result.map_err(Hindrance::Failed)),
        None => singly.next(),
    };
    Ok(results.drain(..).filter_map(result).collect())
}

/// One mailbox, part by part; it is made first where the plan says so.
fn one(
    door: &Door,
    provider: &Provider,
    planned: &Planned,
    errands: &[Applying],
    watch: &Watch,
    output: &Output,
) -> Result<Done> {
    let mut all = Done::default();
    for errand in errands {
        let part = match errand.is_of_mail() {
            false => whole(door, provider, planned, errand, watch, output)?,
            true if all.cut_short().is_some() => unset(&planned.plan, None),
            true => match settings(provider, planned, errand, watch, output) {
                Ok(part) => part,
                // Of an error alone nobody would learn what was done before.
                Err(error) if !all.stages.is_empty() => {
                    unset(&planned.plan, Some(error.to_string()))
                }
                Err(error) => return Err(error),
            },
        };
        join(&mut all, part);
    }
    Ok(all)
}

/// What `then` was done after `all`.
fn join(all: &mut Done, then: Done) {
    let before = all.stages.len();
    let later = |seen: Seen| Seen {
        stage: seen.stage + before,
        ..seen
    };
    all.stages.extend(then.stages);
    all.seen.extend(then.seen.into_iter().map(later));
    all.warnings.extend(then.warnings);
    all.unlisted.extend(then.unlisted);
    all.stopped |= then.stopped;
}

/// That nothing of the settings in `plan` was tried, because of `why`.
fn unset(plan: &Plan, why: Option<String>) -> Done {
    let settings = Plan {
        mailbox: plan.mailbox.clone(),
        changes: plan
            .changes
            .iter()
            .filter(|change| change.is_setting())
            .cloned()
            .collect(),
    };
    Done {
        stages: vec![Carried {
            outcome: Outcome::untried(&settings, why),
            is_optional: false,
        }],
        ..Done::default()
    }
}

/// The settings of one mailbox, in a session that may read and file mail.
fn settings(
    provider: &Provider,
    planned: &Planned,
    errand: &Applying,
    watch: &Watch,
    output: &Output,
) -> Result<Done> {
    let opened = provider.open_for_mail(&planned.name, &errand.ask().look())?;
    let visit = Visit::within(opened, errand, terms(watch), provider, output)?;
    Ok(visit.carry()?.1)
}

fn terms(watch: &Watch) -> Terms<'_> {
    Terms {
        // What speaks against all of the plans together was asked before the first of them.
        insist: true,
        thrifty: true,
        ..Terms::new(watch)
    }
}

/// The mailbox itself, which is made first where the plan says so.
fn whole(
    door: &Door,
    provider: &Provider,
    planned: &Planned,
    errand: &Applying,
    watch: &Watch,
    output: &Output,
) -> Result<Done> {
    let mut born = Born::default();
    let opened = open(door, provider, planned, errand, &mut born)?;
    let unread = nothing(&opened);
    let visit = Visit::within(opened, errand, terms(watch), provider, output);
    let carried = visit.and_then(|visit| {
        // What a run that broke off had left was told when the plans were made.
        let (carried, opened) = visit.of_new(true).carry_in();
        door.keep_that_of(opened);
        carried
    });
    let (_, mut done, warnings) = born.with(unread, carried)?;
    done.warnings.extend(warnings);
    Ok(done)
}

fn open(
    door: &Door,
    provider: &Provider,
    planned: &Planned,
    errand: &Applying,
    born: &mut Born,
) -> Result<Opened> {
    let name = &planned.name;
    let missing = match door.open_and_look(name, &errand.ask().look()) {
        Err(error) if error.exit() == Exit::NotFound && planned.is_new => error,
        opened => return opened,
    };
    if accounts::makes(provider, name)?
        && let Some(call) = accounts::call(provider.profile(), Task::Create, name, None)?
    {
        return born.by_program(provider, name, &call);
    }
    born.by_imap(provider, door.place(name, missing)?, name)
}
