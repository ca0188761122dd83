//! The way into many mailboxes: where the administrator's own session reaches all, it is used again
//! for the next one.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{FirstLook, Session};
use crate::model::address::MailboxName;
use crate::model::dialect::Family;
use crate::model::login::ReachKind;
use crate::reach::{Opened, Provider, Reach};
use std::sync::{Mutex, PoisonError};

/// A provider's mailboxes, one after the other or several at once.
pub struct Door<'p> {
    provider: &'p Provider,
    is_namespaced: bool,
    family: Option<Family>,
    spare: Mutex<Option<Session>>,
}

impl<'p> Door<'p> {
    /// The door to the mailboxes of `provider`.
    ///
    /// # Errors
    /// Whatever logging in as the administrator may meet.
    pub fn new(provider: &'p Provider) -> Result<Self> {
        let reach = provider.profile().reach;
        let mut door = Self {
            provider,
            is_namespaced: reach == Some(ReachKind::Namespace),
            family: None,
            spare: Mutex::new(None),
        };
        if reach != Some(ReachKind::Impersonate) {
            let session = provider.administrator_with_acl()?;
            let family = session.server_family();
            // The administrator of a Cyrus sees every mailbox that there is.
            door.is_namespaced |= family == Family::Cyrus;
            door.family = Some(family);
            if door.is_namespaced {
                door.keep(session);
            }
        }
        Ok(door)
    }

    /// The provider behind it.
    pub fn provider(&self) -> &'p Provider {
        self.provider
    }

    /// Whether the administrator's own session reaches all of them.
    pub fn is_namespaced(&self) -> bool {
        self.is_namespaced
    }

    /// How many mailboxes may be changed at once: each takes one session at a time.
    pub fn hands(&self) -> usize {
        match self.family {
            // It keeps all entries in one database, for whose lock more hands only wait.
            Some(Family::Cyrus) => 1,
            _ => self.provider.profile().imap.connections_of_many.max(1),
        }
    }

    /// Opens the mailbox called `name`.
    ///
    /// # Errors
    /// As [`Provider::open`].
    pub fn open(&self, name: &MailboxName) -> Result<Opened> {
        self.open_and_look(name, &FirstLook::default())
    }

    /// The same, and asks what `look` says as soon as somebody logs in for it.
    ///
    /// # Errors
    /// As [`Provider::open`].
    pub fn open_and_look(&self, name: &MailboxName, look: &FirstLook) -> Result<Opened> {
        if !self.is_namespaced {
            return self.provider.open_and_look(name, look);
        }
        // A file may name many that are to be made.
        let missing = |session| {
            self.keep(session);
            self.provider.not_in_sight(None, name)
        };
        if let Some(spare) = self.spare() {
            // One that was left lying may be broken by now.
            match self.provider.open_in(spare, name) {
                Ok(opened) => return opened.map_err(missing),
                Err(error) if error.exit() == Exit::Interrupted => return Err(error),
                Err(_) => {}
            }
        }
        let session = self.provider.administrator_with_acl()?;
        self.provider.open_in(session, name)?.map_err(missing)
    }

    /// Where the mailbox called `name` would lie, which is not there: `missing` said so.
    ///
    /// # Errors
    /// `missing` where it cannot be made.
    pub fn place(&self, name: &MailboxName, missing: Error) -> Result<Opened> {
        match self.spare() {
            Some(session) if self.is_namespaced => {
                self.provider.place_in(session, name)?.map_err(|session| {
                    self.keep(session);
                    missing
                })
            }
            spare => {
                spare.into_iter().for_each(|session| self.keep(session));
                self.provider.place(name, missing)
            }
        }
    }

    /// A session of the administrator's own.
    ///
    /// # Errors
    /// Whatever logging in may meet.
    pub fn session(&self) -> Result<Session> {
        match self.spare() {
            Some(session) => Ok(session),
            None => self.provider.administrator_with_acl(),
        }
    }

    /// Keeps the administrator's session for whoever comes next.
    pub fn keep(&self, session: Session) {
        *self.slot() = Some(session);
    }

    /// Ends the session of `opened`, where it is the mailbox's own and of no more use, so that the
    /// members' sessions are no connections too many.
    pub fn leave(&self, opened: &mut Opened) {
        if opened.reach != Reach::Namespace {
            opened.session.hang_up();
        }
    }

    /// Keeps the session of `opened`, where it is the administrator's own.
    pub fn keep_that_of(&self, opened: Opened) {
        if self.is_namespaced && opened.reach == Reach::Namespace {
            self.keep(opened.session);
        }
    }

    fn spare(&self) -> Option<Session> {
        self.slot().take()
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Session>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
