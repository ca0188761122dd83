//! rename: a shared mailbox gets another name.

use crate::cli;
use crate::decide::folders::Moving;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::root::is_account;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, accounts};
use crate::model::address::MailboxName;
use crate::model::command::command;
use crate::model::done::Done;
use crate::model::outcome::Outcome;
use crate::model::plan::Place;
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::model::words::count;
use crate::profile::Section;
use crate::profile::Task;
use crate::profile::names;
use crate::reach::{Opened, Provider};
use crate::run::{Alone, Question, Run};

/// Asks, and renames the mailbox with its folders; entries and messages stay.
///
/// # Errors
/// Whatever stands in the way before the change; a name that is taken; an account, which IMAP
/// cannot rename, where the profile names no program for it; one that the program did not rename.
pub fn rename(args: &cli::rename::Rename, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let profile = provider.profile();
    let old = names::mailbox(&args.target.mailbox, profile)?;
    let new = names::mailbox(&args.new, profile)?;
    taken_back_by_name(args, &old, &new)?;
    let opened = provider.open(&old)?;
    if is_account(&opened) {
        return of_account(args, provider, (&old, &new), opened, run);
    }
    let missing = free(provider, &old, &new)?;
    let to = provider.place(&new, missing)?;
    let root = |opened: &Opened| Place {
        path: opened.name.to_string(),
        wire: opened.tree.root().clone(),
    };
    let moving = Moving {
        messages: false,
        from: root(&opened),
        to: root(&to),
    };
    let alone = Alone {
        name: &old,
        options: &args.change,
        provider,
    };
    let (exit, outcome) = run.alone_in(opened, &alone, &moving, |state| {
        Ok(Some(question(state, &old, &new)))
    })?;
    if outcome.exit() == Exit::Refused {
        output.hint("some servers rename only what is no user's mailbox (Cyrus: allowusermoves)");
    }
    Ok(exit)
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
    let call = accounts::call(provider.profile(), Task::Rename, old, Some(new))?;
    let call = call.ok_or_else(|| {
        Error::new(Exit::Failure, "an account cannot be renamed over IMAP")
            .about(old.to_string())
            .hint(format!(
                "rename it at the provider, where its grants stay with it if the server moves them, or \
                 name the program that does so in the profile: rename under {}",
                provider.profile().head(Section::Accounts)
            ))
    })?;
    free(provider, old, new)?;
    let root = opened.tree.root().clone();
    let place = |name: &MailboxName| Place {
        path: name.to_string(),
        wire: root.clone(),
    };
    let moving = Moving {
        messages: true,
        from: place(old),
        to: place(new),
    };
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

/// Why `new` is not there; what may be there must not be overwritten.
///
/// # Errors
/// Where it is, or nobody can tell.
fn free(provider: &Provider, old: &MailboxName, new: &MailboxName) -> Result<Error> {
    match provider.open_if_there(new) {
        Ok(_) => {
            let what = format!("{new} exists already");
            Err(Error::new(Exit::Failure, what).about(old.to_string()))
        }
        Err(error) if error.exit() == Exit::NotFound => Ok(error),
        Err(error) => Err(error),
    }
}

/// Refuses an undo file: what is in one is looked for under the name that a mailbox had.
fn taken_back_by_name(
    args: &cli::rename::Rename,
    old: &MailboxName,
    new: &MailboxName,
) -> Result<()> {
    if args.change.undoable.undo_file.is_none() {
        return Ok(());
    }
    let what = "no undo file takes the name of a mailbox back: another rename does";
    let back = command(["rename", &new.to_string(), &old.to_string()]);
    Err(Error::new(Exit::Usage, what).hint(format!("leave --undo-file out; afterwards: {back}")))
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
