//! Where sessions come from in which scripts are kept: the owner's, as the administrator is let act as her.

use super::impersonate::NOBODY;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::managesieve::Filters;
use crate::model::login::Mechanism;
use crate::net::{Credentials, Endpoint, Kind, OpenError, Trace};
use crate::profile::{Impersonate, LoginTemplate, Server};
use secrecy::SecretString;

/// A ManageSieve server, and as whom to log in to it.
pub struct Filterer {
    server: Server,
    endpoint: Endpoint,
    secret: SecretString,
    domain: Option<String>,
    trace: Option<Trace>,
}

impl Filterer {
    /// The server that a profile for `domain` describes; nothing is connected yet.
    pub fn new(
        server: Server,
        endpoint: Endpoint,
        secret: SecretString,
        domain: Option<String>,
        trace: Option<Trace>,
    ) -> Self {
        Self {
            server,
            endpoint,
            secret,
            domain,
            trace,
        }
    }

    /// A session as `login`, shown to be hers.
    ///
    /// # Errors
    /// Whatever connecting may meet; the first refusal where no way is accepted; [`Exit::Refused`] where nothing
    /// shows whose session it is.
    pub fn session_as(&self, login: &str) -> Result<Filters> {
        if self.whole(login) == self.whole(&self.server.user) {
            return Ok(self.log_in(&self.server.user, None)?);
        }
        let mut refusal = None;
        for method in self.methods() {
            match self.log_in_as(&method, login) {
                Ok(session) => return self.proved(session, &method, login),
                Err(refused) if is_refusal(refused.kind) => {
                    refusal.get_or_insert(refused.error);
                }
                Err(lost) => return Err(lost.error),
            }
        }
        let user = &self.server.user;
        let hint = format!(
            "the server of scripts must let {user} act as others: set impersonate in the profile's sieve table"
        );
        let error = refusal.unwrap_or_else(|| Error::new(Exit::Config, "no way is known"));
        let what = format!("no session for scripts as {login}: {}", error.what());
        let told = Error::new(error.exit(), what).hint(hint);
        Err(if error.is_of_login() {
            told.of_login()
        } else {
            told
        })
    }

    /// A server that overhears as whom one wants to act would take the scripts for the administrator's own mail.
    fn proved(&self, session: Filters, method: &Impersonate, login: &str) -> Result<Filters> {
        let is_hers = match &session.capabilities().owner {
            Some(owner) => self.is_called(owner, login),
            None => self.refuses_nobody(method, login)?,
        };
        if is_hers {
            return Ok(session);
        }
        let what = format!(
            "nothing shows that the session for scripts is that of {login}: nothing was done"
        );
        Err(self.about(Error::new(Exit::Refused, what)))
    }

    fn about(&self, error: Error) -> Error {
        error.about(self.endpoint.to_string())
    }

    /// Whether `owner` is how the server calls `login`, be it without its domain.
    fn is_called(&self, owner: &str, login: &str) -> bool {
        let local = || login.split('@').next().unwrap_or(login);
        let is_bare = self.domain.is_none() && !owner.contains('@');
        self.whole(owner) == self.whole(login) || is_bare && owner.eq_ignore_ascii_case(local())
    }

    fn whole(&self, name: &str) -> String {
        match &self.domain {
            Some(domain) if !name.contains('@') => format!("{name}@{domain}").to_lowercase(),
            _ => name.to_lowercase(),
        }
    }

    /// Whether the server tells one name from another at all.
    fn refuses_nobody(&self, method: &Impersonate, like: &str) -> Result<bool> {
        let nobody = match like.rsplit_once('@') {
            Some((_, domain)) => format!("{NOBODY}@{domain}"),
            None => NOBODY.to_owned(),
        };
        match self.log_in_as(method, &nobody) {
            Ok(session) => {
                session.quit();
                Ok(false)
            }
            Err(refused) if is_refusal(refused.kind) => Ok(true),
            Err(lost) => Err(lost.error),
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

    fn log_in_as(&self, method: &Impersonate, login: &str) -> Result<Filters, OpenError> {
        let user = &self.server.user;
        match method {
            Impersonate::Authzid => self.log_in(user, Some(login)),
            Impersonate::Template(template) => self.log_in(&template.fill(login, user), None),
        }
    }

    fn log_in(&self, user: &str, authzid: Option<&str>) -> Result<Filters, OpenError> {
        let credentials = Credentials {
            mechanism: self.server.mechanism,
            user: user.to_owned(),
            authzid: authzid.map(str::to_owned),
            secret: self.secret.clone(),
        };
        Filters::open(&self.endpoint, &credentials, self.trace.clone())
    }
}

fn is_refusal(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Authentication | Kind::Authorization | Kind::Dropped | Kind::Config
    )
}
