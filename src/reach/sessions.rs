//! Sessions that go from one mailbox to the next: whoever is looked through on many mailboxes logs in
//! once for all of them, and once more only where two hands need her in the same moment.

use super::member::{MemberSession, MemberView};
use super::opened::{Opened, Reach};
use super::provider::Provider;
use crate::error::{Error, Result};
use crate::imap::Session;
use crate::model::address::MailboxName;
use crate::model::login::ReachKind;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// So many wait for their next use at most: a server may have a process for each of them.
const IDLE: usize = 16;

/// The sessions of one run over many mailboxes.
pub struct Sessions<'p> {
    provider: &'p Provider,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Of the members, by login name, the one that was used last at the end.
    members: VecDeque<(String, MemberSession)>,
    /// Why the server gave no session as these.
    refused: BTreeMap<String, Error>,
    /// Of the administrator, where it reaches all mailboxes.
    administrator: Vec<Session>,
}

impl<'p> Sessions<'p> {
    /// Those of `provider`, none of which is open yet.
    pub fn new(provider: &'p Provider) -> Self {
        let kept = Mutex::default();
        Self { provider, kept }
    }

    /// The provider behind them.
    pub fn provider(&self) -> &'p Provider {
        self.provider
    }

    /// Opens the mailbox called `name`, in a session that served another where one can.
    ///
    /// # Errors
    /// As [`Provider::open`].
    pub fn open(&self, name: &MailboxName) -> Result<Opened> {
        let idle = self.with(|kept| kept.administrator.pop());
        match idle.map(|session| self.provider.open_in(session, name)) {
            Some(Ok(Ok(opened))) => Ok(opened),
            Some(Ok(Err(mut session))) => {
                let missing = self.provider.not_in_sight(Some(&mut session), name);
                self.keep(session);
                Err(missing)
            }
            // One that was left lying may be broken by now.
            Some(Err(_)) | None => self.provider.open(name),
        }
    }

    /// Keeps the session of `opened` for the next mailbox, where it reaches all of them.
    pub fn leave(&self, opened: Opened) {
        let reaches_all = self.provider.profile().reach == Some(ReachKind::Namespace);
        if reaches_all && opened.reach == Reach::Namespace {
            self.keep(opened.session);
        }
    }

    fn keep(&self, session: Session) {
        self.with(|kept| kept.administrator.push(session));
    }

    /// What `look` finds of the mailbox of `opened` in a session as the member spelled `identifier`.
    ///
    /// # Errors
    /// Whatever connecting and looking may meet, or why the server gives no session as her.
    pub fn view<R>(
        &self,
        opened: &Opened,
        identifier: &str,
        look: impl Fn(&mut MemberView) -> Result<R>,
    ) -> Result<R> {
        if let Some(session) = self.take(identifier)
            // One that was left lying may be broken by now: then a new one is asked.
            && let Ok(found) = self.look(session, opened, identifier, &look)
        {
            return Ok(found);
        }
        let session = self.log_in(identifier)?;
        self.look(session, opened, identifier, &look)
    }

    fn look<R>(
        &self,
        session: MemberSession,
        opened: &Opened,
        identifier: &str,
        look: &impl Fn(&mut MemberView) -> Result<R>,
    ) -> Result<R> {
        let mut view = session.view(opened)?;
        let found = look(&mut view)?;
        let session = (identifier.to_owned(), view.into_session());
        let longest = self.with(|kept| {
            kept.members.push_back(session);
            (kept.members.len() > IDLE).then(|| kept.members.pop_front())
        });
        // Its end takes time that nobody else should wait for.
        drop(longest);
        Ok(found)
    }

    /// A refusal is an answer, and the same for every mailbox; what else goes wrong may not be.
    fn log_in(&self, identifier: &str) -> Result<MemberSession> {
        if let Some(why) = self.with(|kept| kept.refused.get(identifier).cloned()) {
            return Err(why);
        }
        let refused = match self.provider.member_session(identifier)? {
            Ok(session) => return Ok(session),
            Err(refused) => refused.into_error(),
        };
        self.with(|kept| kept.refused.insert(identifier.to_owned(), refused.clone()));
        Err(refused)
    }

    fn take(&self, identifier: &str) -> Option<MemberSession> {
        self.with(|kept| {
            let mut all = kept.members.iter();
            let at = all.rposition(|(name, _)| name == identifier)?;
            kept.members.remove(at).map(|(_, session)| session)
        })
    }

    fn with<R>(&self, change: impl FnOnce(&mut Kept) -> R) -> R {
        change(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
