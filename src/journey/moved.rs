//! A mailbox that gets another name as a whole, and its name back.

use super::accounts;
use super::root::is_account;
use super::terms::Terms;
use super::visit::Visit;
use super::watch::Watch;
use crate::decide::folders::Moving;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::done::Carried;
use crate::model::outcome::Outcome;
use crate::model::plan::{Place, Plan};
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::output::Output;
use crate::profile::{Call, Section, Task};
use crate::reach::{Opened, Provider};

/// Where a mailbox is found that was renamed.
pub enum Standing {
    /// Under its old name, and nothing has the new one.
    Back,
    /// Under its new name.
    Moved,
    /// Under its new name, and another has its old one.
    Taken,
}

/// Where the mailbox is that was called `old` and was to be called `new`.
///
/// # Errors
/// Where it is under neither name, or nobody can tell.
pub fn standing(provider: &Provider, old: &MailboxName, new: &MailboxName) -> Result<Standing> {
    let is_there = |name: &MailboxName| match provider.open_if_there(name) {
        Ok(_) => Ok(None),
        Err(error) if error.exit() == Exit::NotFound => Ok(Some(error)),
        Err(error) => Err(error),
    };
    Ok(match (is_there(old)?, is_there(new)?) {
        (None, None) => Standing::Taken,
        (None, Some(_)) => Standing::Back,
        (Some(_), None) => Standing::Moved,
        (Some(_), Some(missing)) => return Err(missing),
    })
}

/// Why `new` is not there, where it is to be the name of the mailbox called `old`; what may be there must not
/// be overwritten.
///
/// # Errors
/// Where it is, or nobody can tell.
pub fn free(provider: &Provider, old: &MailboxName, new: &MailboxName) -> Result<Error> {
    match provider.open_if_there(new) {
        Ok(_) => {
            let what = format!("{new} exists already");
            Err(Error::new(Exit::Failure, what).about(old.to_string()))
        }
        Err(error) if error.exit() == Exit::NotFound => Ok(error),
        Err(error) => Err(error),
    }
}

/// The provider's program that renames the account called `old`.
///
/// # Errors
/// Where the profile names none, or it should not be told such a name.
pub fn program(provider: &Provider, old: &MailboxName, new: &MailboxName) -> Result<Call> {
    let call = accounts::call(provider.profile(), Task::Rename, old, Some(new))?;
    call.ok_or_else(|| {
        Error::new(Exit::Failure, "an account cannot be renamed over IMAP")
            .about(old.to_string())
            .hint(format!(
                "rename it at the provider, where its grants stay with it if the server moves them, or \
                 name the program that does so in the profile: rename under {}",
                provider.profile().head(Section::Accounts)
            ))
    })
}

/// The errand of renaming the account of `opened` to `new`, which the program does.
pub fn of_account(opened: &Opened, new: &MailboxName) -> Moving {
    let place = |name: &MailboxName| Place {
        path: name.to_string(),
        wire: opened.tree.root().clone(),
    };
    Moving {
        messages: true,
        from: place(&opened.name),
        to: place(new),
    }
}

/// The errand of renaming the mailbox of `opened` to `new` over IMAP; `missing` is why that is not there.
///
/// # Errors
/// Where nothing of that name can be there.
pub fn over_imap(
    provider: &Provider,
    opened: &Opened,
    new: &MailboxName,
    missing: Error,
) -> Result<Moving> {
    let to = provider.place(new, missing)?;
    let root = |opened: &Opened| Place {
        path: opened.name.to_string(),
        wire: opened.tree.root().clone(),
    };
    Ok(Moving {
        messages: false,
        from: root(opened),
        to: root(&to),
    })
}

/// What would give the mailbox called `new` its name `old` back.
///
/// # Errors
/// Where it cannot have that name.
pub fn foresee(
    provider: &Provider,
    new: &MailboxName,
    old: &MailboxName,
    output: &Output,
) -> Result<Plan> {
    let opened = provider.open(new)?;
    let missing = free(provider, new, old)?;
    let moving = match is_account(&opened) {
        true => {
            program(provider, new, old)?;
            of_account(&opened, old)
        }
        false => over_imap(provider, &opened, old, missing)?,
    };
    let watch = Watch::new(Whom::None);
    let visit = Visit::within(opened, &moving, Terms::new(&watch), provider, output)?;
    let plan = visit.foresee()?;
    visit.leave();
    Ok(plan)
}

/// A mailbox that has its name back.
pub struct Named {
    /// What became of that.
    pub carried: Carried,
    /// What to warn of: what did not come along, and who does not find it.
    pub warnings: Vec<String>,
    /// What was seen to have come along, in a sentence, where somebody looked.
    pub seen: Option<String>,
}

/// Gives the mailbox called `new` its name `old` back, in the way in which it lost it; `watch` says who looks
/// where IMAP does it.
///
/// # Errors
/// Whatever stands in the way; that the program did not do it, or that nobody knows.
pub fn name_back(
    provider: &Provider,
    (new, old): (&MailboxName, &MailboxName),
    watch: &Watch,
    output: &Output,
) -> Result<Named> {
    let opened = provider.open(new)?;
    let missing = free(provider, new, old)?;
    if !is_account(&opened) {
        let moving = over_imap(provider, &opened, old, missing)?;
        let visit = Visit::within(opened, &moving, Terms::new(watch), provider, output)?;
        let (_, done) = visit.carry()?;
        let outcome = done.outcome();
        let looked = watch.left() > 0 && outcome.is_complete();
        let looked = looked.then(|| accounts::looked_at(provider, (Some(new), old), watch, output));
        let (seen, warnings) = looked.transpose()?.unzip();
        return Ok(Named {
            carried: carried(outcome),
            warnings: warnings.unwrap_or_default(),
            seen,
        });
    }
    let call = program(provider, new, old)?;
    let moving = of_account(&opened, old);
    let visit = Visit::within(opened, &moving, Terms::new(watch), provider, output)?;
    let plan = visit.foresee()?;
    // A server may keep what somebody has open.
    let state: Mailbox = visit.leave();
    let mut outcome = Outcome::default();
    let names = (new, old);
    let became = accounts::rename(provider, &state, names, &plan, &call, &mut outcome, output)?;
    Ok(Named {
        carried: carried(outcome),
        warnings: became.warnings,
        seen: Some(became.seen),
    })
}

fn carried(outcome: Outcome) -> Carried {
    Carried {
        outcome,
        is_optional: false,
    }
}
