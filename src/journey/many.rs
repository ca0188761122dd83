//! The same kind of errand in many mailboxes: several at once, and no more sessions than the server
//! gives; where the password is wrong or the server is gone, the rest is not tried.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::pace::Audience;
use crate::reach::{Provider, crowd};
use std::sync::{Mutex, PoisonError};

/// Refusals before the first success after which the rest is not tried: where the password is
/// wrong, each try brings the account nearer to being locked.
const REFUSALS: usize = 3;

/// Why nothing is known of a mailbox.
#[derive(Clone, Debug)]
pub enum Hindrance {
    /// It was tried, and this stood in the way.
    Failed(Error),
    /// It was not tried, because of this.
    NotTried(Error),
}

impl Hindrance {
    /// The same as an error.
    pub fn into_error(self) -> Error {
        match self {
            Self::Failed(error) => error,
            Self::NotTried(error) => {
                let what = format!("not tried: {}", error.what());
                Error::new(error.exit(), what)
            }
        }
    }
}

/// How many mailboxes are worked on.
pub struct Many<'a> {
    /// What is done to them, for whoever waits.
    pub what: &'a str,
    /// How many at once.
    pub hands: usize,
    /// The provider.
    pub provider: &'a Provider,
    /// Where progress goes.
    pub audience: &'a dyn Audience,
}

impl<'a> Many<'a> {
    /// As many at once as the profile's connections allow, where each takes one session to work in, and one
    /// to look with.
    pub fn new(what: &'a str, provider: &'a Provider, audience: &'a dyn Audience) -> Self {
        Self {
            what,
            hands: provider.profile().imap.connections_of_many / 2,
            provider,
            audience,
        }
    }

    /// The same where each takes one session at a time, as the thrifty do.
    #[must_use]
    pub fn of_one_session(self) -> Self {
        Self {
            hands: self.provider.profile().imap.connections_of_many,
            ..self
        }
    }

    /// `work` on each of `items`, which are `size` steps each, with a provider that keeps to the sessions
    /// that one mailbox may take; the results in the order of the items.
    pub fn each<T: Sync, R: Send>(
        &self,
        items: &[T],
        size: impl Fn(&T) -> usize + Sync,
        work: impl Fn(&T, &Provider) -> Result<R> + Sync,
    ) -> Vec<Result<R, Hindrance>> {
        let hands = self.hands.clamp(1, items.len().max(1));
        // All hands together open no more connections than one would.
        let thrifty = self.provider.having(|profile| {
            let fair = profile.imap.connections_of_many / hands;
            profile.imap.connections = fair.clamp(1, profile.imap.connections.max(1));
            let of_mail = profile.imap.connections_of_mail.max(1);
            profile.imap.connections_of_mail = fair.clamp(1, of_mail);
        });
        let steps = items.iter().map(|item| size(item) as u64).sum();
        let progress = self.audience.begins(Some(steps), self.what);
        let trouble = Trouble::default();
        let one = |item: &T| {
            let became = trouble.unless(|| work(item, &thrifty));
            progress.tick(size(item) as u64);
            match became {
                Err(Hindrance::Failed(error)) => Err(error),
                became => Ok(became),
            }
        };
        let results = crowd::after_the_first(items, hands, one).into_iter();
        results
            .map(|result| result.unwrap_or_else(|error| Err(Hindrance::Failed(error))))
            .collect()
    }
}

/// What makes it useless to go on with other mailboxes.
#[derive(Default)]
struct Trouble(Mutex<Met>);

#[derive(Default)]
struct Met {
    opened: bool,
    refusals: usize,
    hopeless: Option<Error>,
}

impl Trouble {
    /// What `work` says, unless there was too much trouble before.
    fn unless<R>(&self, work: impl FnOnce() -> Result<R>) -> Result<R, Hindrance> {
        if interrupt::requested() {
            let error = Error::new(Exit::Interrupted, "the work was interrupted");
            return Err(Hindrance::NotTried(error));
        }
        if let Some(error) = self.met(|met| met.hopeless.clone()) {
            return Err(Hindrance::NotTried(error));
        }
        match work() {
            Ok(done) => {
                self.met(|met| met.opened = true);
                Ok(done)
            }
            Err(error) => {
                self.met(|met| met.learn(&error));
                Err(Hindrance::Failed(error))
            }
        }
    }

    fn met<T>(&self, look: impl FnOnce(&mut Met) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Met {
    fn learn(&mut self, error: &Error) {
        if error.is_of_login() && !self.opened {
            self.refusals += 1;
        }
        if error.exit() == Exit::Unreachable || self.refusals >= REFUSALS {
            self.hopeless.get_or_insert_with(|| error.clone());
        }
    }
}
