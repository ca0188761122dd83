//! A server that a profile has beside its IMAP server, and as whom to log in to it.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::Mechanism;
use crate::net::{Credentials, Endpoint, Kind, OpenError, Trace};
use crate::profile::{Impersonate, LoginTemplate, Server};
use secrecy::SecretString;

/// Such a server; nothing is connected yet.
pub struct Service {
    /// What the profile says of it.
    pub server: Server,
    /// Where it is.
    pub endpoint: Endpoint,
    /// The secret of its user.
    pub secret: SecretString,
    /// The domain of names without one.
    pub domain: Option<String>,
    /// Who is told of the dialogue.
    pub trace: Option<Trace>,
}

/// How a session of the protocol is opened.
type Open<S> = fn(&Endpoint, &Credentials, Option<Trace>) -> Result<S, OpenError>;

impl Service {
    /// A session as `login`, by whichever way the profile names or the server accepts, and that way.
    ///
    /// # Errors
    /// Whatever connecting may meet; the inner one where no way is accepted, with the first refusal.
    pub fn session_as<S>(
        &self,
        login: &str,
        open: Open<S>,
    ) -> Result<Result<(S, Impersonate), Error>> {
        let mut refusal = None;
        for method in self.methods() {
            match self.log_in_as(&method, login, open) {
                Ok(session) => return Ok(Ok((session, method))),
                Err(refused) if is_refusal(refused.kind) => {
                    refusal.get_or_insert(refused.error);
                }
                Err(lost) => return Err(lost.error),
            }
        }
        Ok(Err(refusal.unwrap_or_else(|| {
            Error::new(Exit::Config, "no way is known")
        })))
    }

    /// A session of its own user.
    ///
    /// # Errors
    /// Whatever connecting may meet.
    pub fn own_session<S>(&self, open: Open<S>) -> Result<S> {
        Ok(self.log_in(&self.server.user, None, open)?)
    }

    /// Whether the server refuses `login` to the one who acts as others by `method`.
    ///
    /// # Errors
    /// Whatever connecting may meet; the session where it does not refuse.
    pub fn refuses<S>(
        &self,
        method: &Impersonate,
        login: &str,
        open: Open<S>,
    ) -> Result<Result<(), S>> {
        match self.log_in_as(method, login, open) {
            Ok(session) => Ok(Err(session)),
            Err(refused) if is_refusal(refused.kind) => Ok(Ok(())),
            Err(lost) => Err(lost.error),
        }
    }

    /// Whether `login` is its own user: other servers may spell the same login with and without its domain.
    pub fn is_own(&self, login: &str) -> bool {
        self.whole(login) == self.whole(&self.server.user)
    }

    /// `name` with the domain of those that have none, in small letters.
    pub fn whole(&self, name: &str) -> String {
        match &self.domain {
            Some(domain) if !name.contains('@') => format!("{name}@{domain}").to_lowercase(),
            _ => name.to_lowercase(),
        }
    }

    /// Likeliest first.
    fn methods(&self) -> Vec<Impersonate> {
        if let Some(method) = &self.server.impersonate {
            return vec![method.clone()];
        }
        let plain = self.server.mechanism == Mechanism::Plain;
        let authzid = plain.then_some(Impersonate::Authzid);
        let template = "{mailbox}*{admin}".parse::<LoginTemplate>();
        let template = template.map(Impersonate::Template).ok();
        authzid.into_iter().chain(template).collect()
    }

    fn log_in_as<S>(
        &self,
        method: &Impersonate,
        login: &str,
        open: Open<S>,
    ) -> Result<S, OpenError> {
        let user = &self.server.user;
        match method {
            Impersonate::Authzid => self.log_in(user, Some(login), open),
            Impersonate::Template(template) => self.log_in(&template.fill(login, user), None, open),
        }
    }

    fn log_in<S>(&self, user: &str, authzid: Option<&str>, open: Open<S>) -> Result<S, OpenError> {
        let credentials = Credentials {
            mechanism: self.server.mechanism,
            user: user.to_owned(),
            authzid: authzid.map(str::to_owned),
            secret: self.secret.clone(),
        };
        open(&self.endpoint, &credentials, self.trace.clone())
    }
}

fn is_refusal(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Authentication | Kind::Authorization | Kind::Dropped | Kind::Config
    )
}
