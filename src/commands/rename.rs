//! rename: a shared mailbox gets another name.

use crate::apply::carry_out;
use crate::cli;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::accounts;
use crate::journey::root::is_account;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::change::Rename;
use crate::model::outcome::Outcome;
use crate::model::pace::Pace;
use crate::model::plan::{Place, Plan};
use crate::model::words::count;
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::profile::Section;
use crate::profile::Task;
use crate::profile::names;
use crate::reach::{Opened, Provider};
use crate::run::Run;
use crate::run::planned::{partly, plan_report, plan_report_by};

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
    let mut opened = provider.open(&old)?;
    if is_account(&opened) {
        return of_account(args, provider, (&old, &new), opened, output);
    }
    let taken =
        || Error::new(Exit::Failure, format!("{new} exists already")).about(old.to_string());
    let to = match provider.open_if_there(&new) {
        Ok(_) => return Err(taken()),
        Err(error) if error.exit() == Exit::NotFound => provider.place(&new, error)?,
        Err(error) => return Err(error),
    };
    let state = observe::mailbox(
        &mut opened,
        Ask::default(),
        &profile.imap.user,
        &Pace::unattended(),
    )?;
    let root = |opened: &crate::reach::Opened| Place {
        path: opened.name.to_string(),
        wire: opened.tree.root().clone(),
    };
    let change = Change::Rename(Rename {
        folder: root(&opened),
        to: root(&to),
    });
    let plan = Plan {
        mailbox: old.to_string(),
        changes: vec![change],
    };
    if args.change.dry_run {
        return plan_report(&state, &plan, None, args.change, output);
    }
    let question = format!(
        "Rename {old} with {} to {new}?",
        count(state.folders.len(), "folder")
    );
    if !args.confirmation.yes && !output.confirm(&question, "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was renamed").about(old.to_string()));
    }
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, &plan, output)?;
    let exit = plan_report(&state, &plan, Some(&outcome), args.change, output)?;
    if exit == Exit::Refused {
        output.hint("some servers rename only what is no user's mailbox (Cyrus: allowusermoves)");
    }
    Ok(exit)
}

/// The same of an account, by the provider's own program.
fn of_account(
    args: &cli::rename::Rename,
    provider: &Provider,
    names: (&MailboxName, &MailboxName),
    mut opened: Opened,
    output: &Output,
) -> Result<Exit> {
    let (old, new) = names;
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
    match provider.open_if_there(new) {
        Ok(_) => {
            let what = format!("{new} exists already");
            return Err(Error::new(Exit::Failure, what).about(old.to_string()));
        }
        Err(error) if error.exit() == Exit::NotFound => {}
        // What may be there must not be overwritten.
        Err(error) => return Err(error),
    }
    let ask = Ask {
        messages: true,
        ..Ask::default()
    };
    let user = &provider.profile().imap.user;
    let state = observe::mailbox(&mut opened, ask, user, &Pace::unattended())?;
    let place = |name: &MailboxName| Place {
        path: name.to_string(),
        wire: opened.tree.root().clone(),
    };
    let change = Change::Rename(Rename {
        folder: place(old),
        to: place(new),
    });
    let plan = Plan {
        mailbox: old.to_string(),
        changes: vec![change],
    };
    if args.change.dry_run {
        return plan_report_by(Some(&call), &state, &plan, None, args.change, output);
    }
    let question = format!(
        "Rename {old} with {} to {new}?",
        count(state.folders.len(), "folder")
    );
    if !args.confirmation.yes && !output.confirm(&question, "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was renamed").about(old.to_string()));
    }
    // A server may keep what somebody has open.
    opened.session.hang_up();
    let mut outcome = Outcome::default();
    let carried = accounts::rename(
        provider,
        &state,
        (old, new),
        &plan,
        &call,
        &mut outcome,
        output,
    )?;
    let exit = plan_report(&state, &plan, Some(&outcome), args.change, output)?;
    output.note(&format!("{new}: {}", carried.seen));
    let warnings = carried.warnings.iter();
    warnings.for_each(|why| output.warning(&format!("{new}: {why}")));
    Ok(partly(exit, &carried.warnings))
}
