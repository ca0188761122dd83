//! delete: a shared mailbox goes, with everything in it.

use crate::apply::carry_out;
use crate::cli;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::accounts;
use crate::journey::root::is_account;
use crate::model::address::MailboxName;
use crate::model::outcome::Outcome;
use crate::model::pace::Pace;
use crate::model::state::{Folder, Mailbox};
use crate::model::words::{amount, count};
use crate::observe::{self, Ask};
use crate::profile::Section;
use crate::profile::names;
use crate::profile::{Call, Task};
use crate::reach::Provider;
use crate::run::Run;
use crate::run::planned::{partly, plan_report, plan_report_by};

/// Says how much will go, asks, and deletes the mailbox with its folders.
///
/// # Errors
/// Whatever stands in the way before the first change; an account, which IMAP cannot delete, where the
/// profile names no program for it; one that the program did not delete.
pub fn delete(args: &cli::delete::Delete, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut opened = provider.open(&name)?;
    let call = match is_account(&opened) {
        false => None,
        true => Some(program(provider, &name)?),
    };
    let ask = Ask {
        messages: true,
        ..Ask::default()
    };
    let user = &provider.profile().imap.user;
    let state = observe::mailbox(&mut opened, ask, user, &Pace::unattended())?;
    let all: Vec<&Folder> = state.folders.iter().collect();
    let kept = state.identity_folders.iter();
    let going: Vec<&Folder> = all.iter().copied().chain(kept).collect();
    let plan = match call {
        None => decide::removal(&state, &going),
        // The account goes as a whole.
        Some(_) => decide::whole_removal(&state),
    };
    if args.change.dry_run {
        return plan_report_by(call.as_ref(), &state, &plan, None, args.change, output);
    }
    let question = format!(
        "Delete {} with {}{}? There is no way back.",
        state.name,
        amount(&all),
        besides(&state)
    );
    if !args.confirmation.yes && !output.confirm(&question, "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was deleted").about(&state.name));
    }
    let amount = amount(&all);
    output.note(&format!(
        "{}: deleting {amount}{}",
        state.name,
        besides(&state)
    ));
    if let Some(call) = call {
        // A server may keep what somebody has open.
        opened.session.hang_up();
        let mut outcome = Outcome::default();
        let warning = accounts::remove(provider, &name, &plan, &call, &mut outcome)?;
        let exit = plan_report(&state, &plan, Some(&outcome), args.change, output)?;
        let warnings = warning.into_iter().collect::<Vec<_>>();
        warnings
            .iter()
            .for_each(|why| output.warning(&format!("{name}: {why}")));
        return Ok(partly(exit, &warnings));
    }
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, &plan, output)?;
    plan_report(&state, &plan, Some(&outcome), args.change, output)
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
