//! Changes that were not made, and mailboxes that were not opened, and why.

use super::change::Change;
use super::dialect::Dialect;
use super::outcome::{Fate, Outcome, failure};
use super::state::Folder;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::change::Entry;
use serde::{Deserialize, Serialize};

/// One change that was not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The folder.
    pub folder: String,
    /// Whose entry it is, as one would write it on the command line; absent where the folder itself
    /// could not be read.
    pub who: Option<String>,
    /// The identifier of the entry; absent where the folder itself could not be read.
    pub identifier: Option<String>,
    /// What came back.
    pub why: String,
    /// Whether it may have been made all the same.
    #[serde(skip)]
    pub is_unknown: bool,
}

impl Failure {
    /// The changes of `outcome` that were not made, people spelled as the server does.
    pub fn of(outcome: &Outcome) -> Vec<Failure> {
        Self::named(outcome, str::to_owned)
    }

    /// The same, with people called as on the command line, which `dialect` tells.
    pub fn called(outcome: &Outcome, dialect: &Dialect) -> Vec<Failure> {
        Self::named(outcome, |identifier| dialect.who(identifier))
    }

    /// That the entries of `folder` could not be read, where that is so.
    pub fn unread(folder: &Folder) -> Option<Failure> {
        Some(Failure {
            folder: folder.path.clone(),
            who: None,
            identifier: None,
            why: format!(
                "its entries could not be read {}",
                folder.acl.as_ref().err()?
            ),
            is_unknown: false,
        })
    }

    /// One of the mailbox itself, and of none of its entries.
    pub fn of_mailbox(why: String) -> Failure {
        Failure {
            folder: "INBOX".to_owned(),
            who: None,
            identifier: None,
            why,
            is_unknown: false,
        }
    }

    fn named(outcome: &Outcome, who: impl Fn(&str) -> String) -> Vec<Failure> {
        let failures = outcome.failures();
        failures
            .map(|(change, fate)| Failure::from_change(change, fate, &who))
            .collect()
    }

    /// How many of `failures` may have been made all the same.
    pub fn unknown(failures: &[Failure]) -> usize {
        failures.iter().filter(|failure| failure.is_unknown).count()
    }

    /// Whether the work ended before it: people are told how many of them there are.
    pub fn is_untried(&self) -> bool {
        Some(&self.why) == failure(&Fate::NotTried).as_ref()
    }

    fn from_change(change: &Change, fate: &Fate, who: &impl Fn(&str) -> String) -> Failure {
        let identifier = match change {
            Change::Entry(Entry { identifier, .. }) => Some(identifier.clone()),
            _ => None,
        };
        let why = failure(fate).unwrap_or_default();
        Failure {
            folder: change.folder().path.clone(),
            who: identifier.as_deref().map(who),
            identifier,
            why,
            is_unknown: matches!(fate, Fate::Unknown(_)),
        }
    }
}

/// A mailbox that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unopened {
    /// What people call it.
    pub mailbox: String,
    /// Why.
    pub why: String,
    /// How a run about it alone would end.
    #[serde(skip, default = "Unopened::unsaid")]
    pub exit: Exit,
}

impl Unopened {
    /// What a report that was written down does not say.
    fn unsaid() -> Exit {
        Exit::Partly
    }

    /// The mailbox called `name`, which met `error`.
    pub fn new((name, error): &(String, Error)) -> Self {
        // The error names the mailbox itself where it was about it.
        let why = error
            .what()
            .strip_prefix(&format!("{name}: "))
            .unwrap_or(error.what());
        Self {
            mailbox: name.clone(),
            why: why.to_owned(),
            exit: error.exit(),
        }
    }
}
