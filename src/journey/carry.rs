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
use crate::model::done::Done;
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
    let errands: Vec<(&Planned, Applying)> = todo
        .iter()
        .map(|(planned, asked)| (*planned, planned.errand(*asked, order.exactly)))
        .collect();
    let mut results = bulk(&door, &errands, order.watch, output)?;
    let left = errands.iter().zip(&results);
    let left = left.filter(|(_, result)| result.is_none());
    let left: Vec<&(&Planned, Applying)> = left.map(|(one, _)| one).collect();
    let many = Many {
        what: "applying",
        hands: door.hands(),
        provider,
        audience: output,
    };
    let work = |(planned, errand): &&(&Planned, Applying), provider: &Provider| {
        one(&door, provider, planned, errand, order.watch, output)
    };
    let mut singly = many.each(&left, |_| 1, work).into_iter();
    let result = |result: Option<Result<Done>>| match result {
        Some(result) => Some(result.map_err(Hindrance::Failed)),
        None => singly.next(),
    };
    Ok(results.drain(..).filter_map(result).collect())
}

/// One mailbox, which is made first where the plan says so.
fn one(
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
    let terms = Terms {
        // What speaks against all of the plans together was asked before the first of them.
        insist: true,
        thrifty: true,
        ..Terms::new(watch)
    };
    let visit = Visit::within(opened, errand, terms, provider, output);
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
