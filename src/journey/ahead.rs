//! A member's session that is opened while the mailbox is still being read.
//!
//! Opening a session takes as many round trips as reading a mailbox does. Where nothing had to be
//! changed afterwards, that session shows what a fresh one would.

use crate::error::Result;
use crate::model::dialect::Reading;
use crate::model::effect::Visible;
use crate::model::login::{ReachKind, Spelling};
use crate::model::who::Who;
use crate::observe;
use crate::observe::unlisted::by_member;
use crate::reach::{MemberSession, MemberView, NotImpersonated, Opened, Provider};
use std::sync::{Mutex, PoisonError};

/// The session, once it is there, until somebody takes it.
#[derive(Default)]
pub struct Ahead(Mutex<Option<Answer>>);

/// The login name that was asked for, and what became of it.
type Answer = (String, Result<MemberSession, NotImpersonated>);

impl Ahead {
    /// The login name behind `who`, where a session of hers may be opened beside the one of
    /// `opened` and will show something.
    pub fn login(provider: &Provider, opened: &Opened, who: &Who) -> Option<String> {
        let identifier = opened.dialect.spell(who).ok()?;
        let is_person = matches!(opened.dialect.read(&identifier), Reading::Person(_));
        let useful = is_person && opened.owner.as_deref() != Some(&*identifier);
        (useful && provider.profile().imap.connections > 1).then_some(identifier)
    }

    /// What that login name will most likely be, before the mailbox is open: where each account is
    /// opened as itself, accounts are mostly called by their addresses.
    pub fn guess(provider: &Provider, who: &Who) -> Option<String> {
        let profile = provider.profile();
        let Who::Person(address) = who else {
            return None;
        };
        let by_address = profile.identifier != Some(Spelling::LocalPart);
        let likely = by_address && profile.reach == Some(ReachKind::Impersonate);
        let useful = profile.imap.impersonate.is_some() && profile.imap.connections > 1;
        (likely && useful && address.domain().is_some()).then(|| address.to_string())
    }

    /// Opens the session of `login`. What goes wrong on the way is left to the next attempt.
    pub fn open(&self, provider: &Provider, login: String) {
        let answer = provider.member_session(&login).ok();
        *self.slot() = answer.map(|answer| (login, answer));
    }

    /// Something was changed: what the session shows may be older than that. A refusal stands.
    pub fn expire(&self) {
        self.slot().take_if(|(_, answer)| answer.is_ok());
    }

    /// The view of `login` in the session that was opened ahead, else in a new one.
    ///
    /// # Errors
    /// As [`Provider::member`].
    pub fn member(
        &self,
        provider: &Provider,
        opened: &Opened,
        login: &str,
    ) -> Result<Result<MemberView, NotImpersonated>> {
        let ready = self.slot().take_if(|(ready, _)| ready == login);
        match ready {
            Some((_, Ok(session))) => session.view(opened).map(Ok),
            Some((_, Err(refused))) => Ok(Err(refused)),
            None => provider.member(opened, login),
        }
    }

    /// What the session of `login` that was opened ahead shows of the mailbox, else a new one; the
    /// former is kept.
    ///
    /// # Errors
    /// Whatever connecting may meet, or why she cannot be impersonated.
    pub fn glimpse(&self, provider: &Provider, opened: &Opened, login: &str) -> Result<Visible> {
        let ready = self.slot().take_if(|(ready, _)| ready == login);
        match ready {
            Some((login, Ok(session))) => {
                let mut view = session.view(opened)?;
                let seen = observe::glimpse(&mut view)?;
                *self.slot() = Some((login, Ok(view.into_session())));
                Ok(seen)
            }
            Some((login, Err(refused))) => {
                let why = refused.to_error();
                *self.slot() = Some((login, Err(refused)));
                Err(why)
            }
            None => by_member(provider, opened, login),
        }
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
