//! A provider: where sessions come from, and who logs in.

use super::acquaintance::{Acquaintance, Password, Trial};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{
    Capabilities, Credentials, Endpoint, FirstLook, Greeted, Kind as OpenKind, OpenError, Session,
    Trace, Welcome,
};
use crate::ledger::{Ledger, Witness};
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::home::Home;
use crate::model::login::Mechanism;
use crate::profile::{Impersonate, LoginTemplate, Profile};
use secrecy::SecretString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// A provider, as whom to log in to it, and with which secret.
pub struct Provider {
    pub(super) profile: Arc<Profile>,
    pub(super) endpoint: Endpoint,
    pub(super) secret: SecretString,
    pub(super) trace: Option<Trace>,
    /// Whether a session was one of Courier, which lets nobody act as somebody else.
    courier: AtomicBool,
    acquaintance: Arc<Acquaintance>,
    pub(super) ledger: Ledger,
    /// The mailboxes that the profile's program lists, once somebody asked which one was meant.
    pub(super) listed: Arc<OnceLock<Vec<String>>>,
}

impl Provider {
    /// The provider that `profile` describes.
    pub fn new(
        profile: Profile,
        endpoint: Endpoint,
        secret: SecretString,
        trace: Option<Trace>,
    ) -> Self {
        Self {
            profile: Arc::new(profile),
            endpoint,
            secret,
            trace,
            courier: AtomicBool::new(false),
            acquaintance: Arc::default(),
            ledger: Ledger::default(),
            listed: Arc::default(),
        }
    }

    /// The same provider, with its changes written down by `witness` too.
    #[must_use]
    pub fn witnessed_by(mut self, witness: impl Witness + 'static) -> Self {
        self.ledger.add(witness);
        self
    }

    /// Where its changes are written down.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The profile it was made from.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The domain whose people and mailboxes the server may call by bare names.
    pub(super) fn home(&self) -> Home {
        Home::new(self.profile.domain.as_deref())
    }

    /// What earlier sessions showed of the server.
    pub(super) fn acquaintance(&self) -> &Acquaintance {
        &self.acquaintance
    }

    /// The same provider once more: what one finds out, the other knows.
    #[must_use]
    pub fn same(&self) -> Self {
        self.having(|_| {})
    }

    /// The same provider with a profile that differs a little.
    #[must_use]
    pub fn having(&self, change: impl FnOnce(&mut Profile)) -> Self {
        let mut profile = Profile::clone(&self.profile);
        change(&mut profile);
        Self {
            courier: AtomicBool::new(self.is_courier()),
            ledger: self.ledger.clone(),
            acquaintance: Arc::clone(&self.acquaintance),
            listed: Arc::clone(&self.listed),
            ..Self::new(
                profile,
                self.endpoint.clone(),
                self.secret.clone(),
                self.trace.clone(),
            )
        }
    }

    /// What the server says before any login.
    ///
    /// # Errors
    /// Which step of connecting failed.
    pub fn welcome(&self) -> Result<Welcome, OpenError> {
        Welcome::receive(&self.endpoint, self.trace.clone())
    }

    /// A session of the administrator's own.
    ///
    /// # Errors
    /// Whatever connecting and logging in may meet.
    pub fn administrator(&self) -> Result<Session> {
        Ok(self.try_administrator()?)
    }

    /// The same, telling which step failed.
    ///
    /// # Errors
    /// As [`Provider::administrator`].
    pub fn try_administrator(&self) -> Result<Session, OpenError> {
        self.log_in(&self.profile.imap.user, None, &FirstLook::default())
    }

    /// The administrator's own session, shown to have ACLs at all.
    ///
    /// # Errors
    /// As [`Provider::administrator`], and where the server offers no ACL.
    pub fn administrator_with_acl(&self) -> Result<Session> {
        let session = self.administrator()?;
        self.require_acl(&session)?;
        Ok(session)
    }

    /// How this provider may open sessions as somebody else, likeliest first.
    pub(super) fn methods(&self) -> Vec<Impersonate> {
        if let Some(method) = &self.profile.imap.impersonate {
            return vec![method.clone()];
        }
        let template = "{mailbox}*{admin}"
            .parse::<LoginTemplate>()
            .map(Impersonate::Template)
            .ok();
        let authzid =
            (self.profile.imap.mechanism == Mechanism::Plain).then_some(Impersonate::Authzid);
        authzid.into_iter().chain(template).collect()
    }

    pub(super) fn log_in(
        &self,
        user: &str,
        authzid: Option<&str>,
        look: &FirstLook,
    ) -> Result<Session, OpenError> {
        let credentials = Credentials {
            mechanism: self.profile.imap.mechanism,
            user: user.to_owned(),
            authzid: authzid.map(str::to_owned),
            secret: self.secret.clone(),
        };
        let session = match self.acquaintance.password() {
            Password::Wrong(refused) => Err(refused),
            Password::Right => self.open_session(&credentials, look),
            Password::Untried(_) => self.first_session(&credentials, look),
        }?;
        self.acquaintance.met(&session);
        if session.server_family() == Family::Courier {
            self.courier.store(true, Ordering::Relaxed);
        }
        Ok(session)
    }

    /// A session before any other: where the login is refused as somebody else's, the
    /// administrator's own tells whether it is for the password.
    fn first_session(
        &self,
        credentials: &Credentials,
        look: &FirstLook,
    ) -> Result<Session, OpenError> {
        let session = self.open_session(credentials, look);
        let Err(refused) = &session else {
            return session;
        };
        let is_own = credentials.user == self.profile.imap.user && credentials.authzid.is_none();
        if refused.kind != OpenKind::Authentication || is_own {
            return session;
        }
        if self.acquaintance.was_refused() {
            let own = Credentials {
                user: self.profile.imap.user.clone(),
                authzid: None,
                ..credentials.clone()
            };
            match self.open_session(&own, &FirstLook::default()) {
                Ok(own) => self.acquaintance.met(&own),
                Err(own) if own.kind == OpenKind::Authentication => {
                    self.acquaintance.password_is_wrong(&own);
                }
                Err(_) => {}
            }
        }
        session
    }

    /// Asks before the login's reply, where the server is known to put up with it.
    fn open_session(
        &self,
        credentials: &Credentials,
        look: &FirstLook,
    ) -> Result<Session, OpenError> {
        let greeted = || Greeted::open(&self.endpoint, self.trace.clone());
        let log_in = |greeted: Greeted, known: Option<&Capabilities>| {
            greeted.log_in(&self.endpoint, credentials, look, known)
        };
        // A refused token brings a challenge, which would be answered by what follows.
        let is_simple = matches!(credentials.mechanism, Mechanism::Plain | Mechanism::Login);
        let Some(leave) = is_simple.then(|| self.acquaintance.leave()).flatten() else {
            return log_in(greeted()?, None);
        };
        let server = greeted().inspect_err(|_| {
            if leave.on_trial {
                self.acquaintance.tried(Trial::NotMade);
            }
        })?;
        let promised = match &leave.capabilities {
            Some(known) => Some(known.as_ref().clone()),
            None => server.promised(),
        };
        let session = log_in(server, promised.as_ref());
        if !leave.on_trial {
            return session;
        }
        let kinds = [OpenKind::Dropped, OpenKind::Protocol, OpenKind::Unreachable];
        let (session, trial) = match session {
            session if promised.is_none() => (session, Trial::NotMade),
            // It may have been lost for what followed it.
            Err(lost) if kinds.contains(&lost.kind) => match log_in(greeted()?, None) {
                Ok(session) => (Ok(session), Trial::Bad),
                refused => (refused, Trial::Refused),
            },
            Err(refused) => (Err(refused), Trial::Refused),
            session => (session, Trial::Good),
        };
        self.acquaintance.tried(trial);
        session
    }

    pub(super) fn is_courier(&self) -> bool {
        self.courier.load(Ordering::Relaxed)
    }

    pub(super) fn require_acl(&self, session: &Session) -> Result<()> {
        if session.capabilities().has("ACL") {
            return Ok(());
        }
        Err(Error::new(
            Exit::Failure,
            format!(
                "{} offers no ACL (RFC 4314): access to mailboxes cannot be granted over IMAP here",
                self.profile.imap.host
            ),
        )
        .hint(format!(
            "{} says what works with this provider and what would have to change",
            command(["doctor"])
        )))
    }
}
