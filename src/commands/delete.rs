//! delete: a shared mailbox goes, with everything in it.

use crate::cli;
use crate::decide::folders::Removing;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::root::is_account;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::journey::{Watch, accounts};
use crate::model::address::MailboxName;
use crate::model::done::Done;
use crate::model::outcome::Outcome;
use crate::model::state::{Folder, Mailbox};
use crate::model::whom::Whom;
use crate::model::words::{amount, count};
use crate::profile::Section;
use crate::profile::names;
use crate::profile::{Call, Task};
use crate::reach::{Opened, Provider};
use crate::run::{Alone, Question, Run, never_undone};

/// Says how much will go, asks, and deletes the mailbox with its folders.
///
/// # Errors
/// Whatever stands in the way before the first change; an account, which IMAP cannot delete, where the
/// profile names no program for it; one that the program did not delete.
pub fn delete(args: &cli::delete::Delete, run: &Run) -> Result<Exit> {
    never_undone(&args.change)?;
    let provider = run.provider()?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    // What it is, an account or a tree of folders, says who deletes it.
    let opened = provider.open(&name)?;
    if is_account(&opened) {
        return of_account(args, provider, &name, opened, run);
    }
    let alone = Alone {
        name: &name,
        options: &args.change,
        provider,
    };
    let (exit, _) = run.alone_in(opened, &alone, &Removing::Mailbox, |state| {
        Ok(Some(question(state)))
    })?;
    Ok(exit)
}

/// The same of an account, by the provider's own program.
fn of_account(
    args: &cli::delete::Delete,
    provider: &Provider,
    name: &MailboxName,
    opened: Opened,
    run: &Run,
) -> Result<Exit> {
    let output = run.output();
    let call = program(provider, name)?;
    let watch = Watch::new(Whom::None);
    let errand = Removing::Account;
    let mut visit = Visit::within(opened, &errand, Terms::new(&watch), provider, output)?;
    let plan = visit.foresee()?;
    if args.change.preview.dry_run {
        return run.foreseen(visit.state(), &plan, Some(call.to_string()), &args.change);
    }
    let question = question(visit.state());
    run.ask(&mut visit, &plan, question, &args.change)?;
    // A server may keep what somebody has open.
    let state = visit.leave();
    let mut outcome = Outcome::default();
    let warning = accounts::remove(provider, name, &plan, &call, &mut outcome)?;
    let exit = run.became(&state, &Done::default(), &outcome)?;
    Ok(run.warned(exit, name, warning.as_slice()))
}

fn question(state: &Mailbox) -> Question {
    let folders: Vec<&Folder> = state.folders.iter().collect();
    let (name, amount, besides) = (&state.name, amount(&folders), besides(state));
    Question {
        text: format!("Delete {name} with {amount}{besides}? There is no way back."),
        unless: "nothing was deleted",
        begins: Some(format!("{name}: deleting {amount}{besides}")),
    }
}

/// The program that deletes the account.
fn program(provider: &Provider, name: &MailboxName) -> Result<Call> {
    accounts::call(provider.profile(), Task::Delete, name, None)?.ok_or_else(|| {
        Error::new(Exit::Failure, "an account cannot be deleted over IMAP")
            .about(name.to_string())
            .hint(format!(
                "delete it at the provider, or name the program that does so in the profile: delete \
                 under {}; sharemail revoke and sharemail folder delete empty it",
                provider.profile().head(Section::Accounts)
            ))
    })
}

/// What goes with the mailbox although it is no mail: the server deletes the whole tree.
fn besides(state: &Mailbox) -> String {
    match state.other_folders.len() {
        0 => String::new(),
        n => format!(
            ", and {} without mail (calendars and the like)",
            count(n, "folder")
        ),
    }
}
