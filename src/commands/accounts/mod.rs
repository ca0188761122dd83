//! Mailboxes that are accounts: made, renamed, removed and listed by the provider's own programs,
//! and believed to be so only once a session has looked.

mod act;
mod list;
mod look;
mod rename;
mod run;

pub use act::{make, remove};
pub use list::{LISTED_BY, list};
pub use look::{remains, unborn};
pub use rename::rename;
pub use run::has_login;

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::dialect::Family;
use crate::model::home::Home;
use crate::model::login::ReachKind;
use crate::profile::{Call, Profile, Task};
use crate::reach::Provider;

/// The call of the profile's program for `task` on the mailbox called `name`, which for a renaming is to
/// be called `to`; nothing where the profile names no such program.
///
/// # Errors
/// [`Exit::Usage`] where no program should be told such a name.
pub fn call(
    profile: &Profile,
    task: Task,
    name: &MailboxName,
    to: Option<&MailboxName>,
) -> Result<Option<Call>> {
    let Some(recipe) = profile.accounts.recipe(task) else {
        return Ok(None);
    };
    let path = |path: &str| {
        let what = format!(
            "{path:?} is no address, by which accounts.{} is told it",
            task.key()
        );
        Err(Error::new(Exit::Usage, what))
    };
    let address = match name {
        MailboxName::Address(address) => address,
        MailboxName::Path(_) if task == Task::HasLogin => return Ok(None),
        MailboxName::Path(name) => return path(name),
    };
    let to = match to {
        None => None,
        Some(MailboxName::Address(to)) => Some(to),
        Some(MailboxName::Path(to)) => return path(to),
    };
    let home = Home::new(profile.domain.as_deref());
    let unfit = |why: crate::profile::Unfit| {
        let what = format!("accounts.{} is not run for this name: {why}", task.key());
        Error::new(Exit::Usage, what).about(to.unwrap_or(address).to_string())
    };
    recipe.fill(address, to, &home).map(Some).map_err(unfit)
}

/// Whether a mailbox called `name`, which is not there, is made by the profile's program: where IMAP
/// itself makes mailboxes, it does.
///
/// # Errors
/// Whatever logging in as the administrator may meet.
pub fn makes(provider: &Provider, name: &MailboxName) -> Result<bool> {
    let profile = provider.profile();
    if profile.accounts.create.is_none() || !matches!(name, MailboxName::Address(_)) {
        return Ok(false);
    }
    if profile.reach == Some(ReachKind::Impersonate) {
        return Ok(true);
    }
    Ok(provider.administrator_with_acl()?.server_family() != Family::Cyrus)
}
