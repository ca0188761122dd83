//! The provider's own programs, which make, rename, remove and list accounts: IMAP cannot.
//!
//! A program is given as a list of arguments, and started without a shell. What stands in for a
//! mailbox is put into the arguments as it is, so it holds nothing but letters, digits and a few marks:
//! it can neither become an option or a path, nor end a quoted text of whatever language the program
//! hands it to.

mod argument;
mod name;
mod recipe;

pub use name::Unfit;
pub use recipe::{Call, Recipe};

use super::duration;
use super::problem::{Wrong, quoted};
use std::time::Duration;

/// How long a program may take where the profile does not say.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a profile says of the programs for accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// Makes an account.
    pub create: Option<Recipe>,
    /// Gives an account another name.
    pub rename: Option<Recipe>,
    /// Removes an account, with its mail.
    pub delete: Option<Recipe>,
    /// Prints the address of every shared mailbox, one a line.
    pub list: Option<Recipe>,
    /// Ends with 0 where an account has a login of its own, with 1 where it has none.
    pub has_login: Option<Recipe>,
    /// How long each of them may take.
    pub timeout: Duration,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            create: None,
            rename: None,
            delete: None,
            list: None,
            has_login: None,
            timeout: DEADLINE,
        }
    }
}

/// What a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// It makes an account.
    Create,
    /// It gives an account another name.
    Rename,
    /// It removes an account.
    Delete,
    /// It tells every account that is a shared mailbox.
    List,
    /// It tells whether an account has a login of its own.
    HasLogin,
}

impl Task {
    /// All of them.
    pub const ALL: [Task; 5] = [
        Task::Create,
        Task::Rename,
        Task::Delete,
        Task::List,
        Task::HasLogin,
    ];

    /// The key that names its program.
    pub const fn key(self) -> &'static str {
        match self {
            Task::Create => "create",
            Task::Rename => "rename",
            Task::Delete => "delete",
            Task::List => "list",
            Task::HasLogin => "has-login",
        }
    }
}

impl Accounts {
    /// The program for `task`, where the profile names one.
    pub fn recipe(&self, task: Task) -> Option<&Recipe> {
        match task {
            Task::Create => self.create.as_ref(),
            Task::Rename => self.rename.as_ref(),
            Task::Delete => self.delete.as_ref(),
            Task::List => self.list.as_ref(),
            Task::HasLogin => self.has_login.as_ref(),
        }
    }

    /// Whether it names any program.
    pub fn is_empty(&self) -> bool {
        Task::ALL.iter().all(|task| self.recipe(*task).is_none())
    }
}

/// How long a program may take.
pub(in crate::profile) fn timeout(given: &str) -> Result<Duration, Wrong> {
    duration::parse(given).map_err(|why| Wrong::new(format!("{} {why}", quoted(given))))
}

#[cfg(test)]
mod tests;
