//! A mailbox that is not there is made first: over IMAP, or by the provider's own program.

use super::accounts;
use super::root::{account, make_root, root_change};
use super::settle::join;
use super::unsettled::Unsettled;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::done::{Carried, Done};
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::profile::Call;
use crate::reach::{Opened, Provider};

/// What was made of a mailbox before it could be opened; nothing where it was there.
#[derive(Debug, Default)]
pub struct Born {
    outcome: Outcome,
    by_program: bool,
    warnings: Vec<String>,
}

impl Born {
    /// Makes the mailbox itself over IMAP, where `place` says that it would lie.
    ///
    /// # Errors
    /// That it is not made, or that nobody knows.
    pub fn by_imap(
        &mut self,
        provider: &Provider,
        place: Opened,
        name: &MailboxName,
    ) -> Result<Opened> {
        let root = Plan {
            mailbox: name.to_string(),
            changes: vec![root_change(&place)],
        };
        Unsettled::of(provider, &root.mailbox).about_to_make(&root)?;
        match make_root(provider, place, name, &root, &mut self.outcome) {
            // Two runs may make it in the same moment.
            Err(error) if error.exit() == Exit::Refused => provider.open(name).map_err(|_| error),
            made => made,
        }
    }

    /// Has the provider's own program make it.
    ///
    /// # Errors
    /// That it is not made, or that nobody knows.
    pub fn by_program(
        &mut self,
        provider: &Provider,
        name: &MailboxName,
        call: &Call,
    ) -> Result<Opened> {
        let root = account(name);
        Unsettled::of(provider, &root.mailbox).about_to_make(&root)?;
        let made = accounts::make(provider, name, &root, call, &mut self.outcome)?;
        self.warnings.extend(made.warning);
        self.by_program = true;
        Ok(made.opened)
    }

    /// Whether it was made now.
    pub fn is_new(&self) -> bool {
        !self.outcome.changes.is_empty()
    }

    /// Whether a program made it.
    pub fn is_by_program(&self) -> bool {
        self.by_program
    }

    /// Adds what to warn of.
    pub fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }

    /// What became of all of it, after what was `carried` out in the mailbox, which is `unread` where that
    /// could not be begun; and what to warn of.
    ///
    /// # Errors
    /// That of `carried`, where the mailbox was there.
    pub fn with(
        mut self,
        unread: Mailbox,
        carried: Result<(Mailbox, Done)>,
    ) -> Result<(Mailbox, Done, Vec<String>)> {
        let (state, mut done) = match carried {
            Ok(carried) => carried,
            Err(error) if !self.is_new() => return Err(error),
            // Of an error alone nobody would learn that it was made.
            Err(error) => {
                self.outcome.cut_short.get_or_insert(error.to_string());
                (unread, Done::default())
            }
        };
        if self.is_new() {
            let first = match done.stages.is_empty() {
                true => Carried::default(),
                false => done.stages.remove(0),
            };
            join(&mut self.outcome, first.outcome);
            let whole = Carried {
                outcome: self.outcome,
                is_optional: false,
            };
            done.stages.insert(0, whole);
        }
        Ok((state, done, self.warnings))
    }
}
