//! rename: a shared mailbox gets another name.

use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::root::is_account;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, accounts, moved};
use crate::model::address::MailboxName;
use crate::model::command::command;
use crate::model::done::Done;
use crate::model::outcome::Outcome;
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::model::words::count;
use crate::profile::names;
use crate::reach::{Opened, Provider};
use crate::run::{Alone, Question, Run};

/// Asks, and renames the mailbox with its folders; entries and messages stay.
///
/// # Errors
/// Whatever stands in the way before the change; a name that is taken; an account, which IMAP
/// cannot rename, where the profile names no program for it; one that the program did not rename.
pub fn rename(args: &cli::rename::Rename, run: &Run) -> Result<Exit> {
    let provider = &run.undoable(&args.change.undoable, "rename")?;
    let profile = provider.profile();
    let old = names::mailbox(&args.target.mailbox, profile)?;
    let new = names::mailbox(&args.new, profile)?;
    let opened = provider
        .open(&old)
        .map_err(|error| broken_off(error, provider, &new))?;
    if is_account(&opened) {
        return of_account(args, provider, (&old, &new), opened, run);
    }
    let missing = moved::free(provider, &old, &new)?;
    let moving = moved::over_imap(provider, &opened, &new, missing)?;
    let alone = Alone {
        name: &old,
        options: &args.change,
        provider,
    };
    let (exit, outcome) = run.alone_in(opened, &alone, &moving, |state| {
        Ok(Some(question(state, &old, &new)))
    })?;
    if outcome.exit() == Exit::Refused {
        let why = "some servers rename only what is no user's mailbox (Cyrus: allowusermoves)";
        run.output().hint(why);
    }
    let watch = Watch::new(args.change.watched(Whom::None));
    if watch.left() == 0 || outcome.done() == 0 {
        return Ok(exit);
    }
    let (seen, warnings) = accounts::looked_at(provider, (Some(&old), &new), &watch, run.output())?;
    run.output().note(&format!("{new}: {seen}"));
    Ok(run.warned(exit, &new, &warnings))
}

/// `error`, with what to do where there is no such mailbox, but one of the `new` name: an earlier run may have
/// renamed it, and broken off before the end.
fn broken_off(error: Error, provider: &Provider, new: &MailboxName) -> Error {
    if error.exit() != Exit::NotFound || provider.open_if_there(new).is_err() {
        return error;
    }
    error.hint_too(format!(
        "{new} is there: where an earlier run renamed it and broke off, {} tells whether it left something to \
         be put in order",
        command(["check", &new.to_string()])
    ))
}

/// The same of an account, by the provider's own program.
fn of_account(
    args: &cli::rename::Rename,
    provider: &Provider,
    names: (&MailboxName, &MailboxName),
    opened: Opened,
    run: &Run,
) -> Result<Exit> {
    let (old, new) = names;
    let output = run.output();
    let call = moved::program(provider, old, new)?;
    moved::free(provider, old, new)?;
    let moving = moved::of_account(&opened, new);
    let watch = Watch::new(Whom::None);
    let mut visit = Visit::within(opened, &moving, Terms::new(&watch), provider, output)?;
    let plan = visit.foresee()?;
    if args.change.preview.dry_run {
        return run.foreseen(visit.state(), &plan, Some(call.to_string()), &args.change);
    }
    let question = question(visit.state(), old, new);
    run.ask(&mut visit, &plan, question, &args.change)?;
    // A server may keep what somebody has open.
    let state = visit.leave();
    let mut outcome = Outcome::default();
    let carried = accounts::rename(provider, &state, names, &plan, &call, &mut outcome, output)?;
    let exit = run.became(&state, &Done::default(), &outcome)?;
    output.note(&format!("{new}: {}", carried.seen));
    Ok(run.warned(exit, new, &carried.warnings))
}

fn question(state: &Mailbox, old: &MailboxName, new: &MailboxName) -> Question {
    Question {
        text: format!(
            "Rename {old} with {} to {new}?",
            count(state.folders.len(), "folder")
        ),
        unless: "nothing was renamed",
        begins: None,
    }
}
