//! The provider's own programs for mailboxes that are accounts: what is run, and what it said.

mod list;
mod run;

pub use list::{LISTED_BY, list};
pub use run::{Ended, change, has_login};

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::home::Home;
use crate::profile::{Call, Profile, Task};

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
