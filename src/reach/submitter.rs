//! Where submission sessions come from: the login's own, and somebody else's where the provider
//! lets the administrator act as others for SMTP, too.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::Mechanism;
use crate::net::{Credentials, Endpoint, Kind, OpenError, Trace};
use crate::profile::{Impersonate, LoginTemplate, Server};
use crate::smtp::{Capabilities, Submission};
use secrecy::SecretString;

/// A submission server, and as whom to log in to it.
pub struct Submitter {
    server: Server,
    endpoint: Endpoint,
    secret: SecretString,
    domain: Option<String>,
    trace: Option<Trace>,
}

impl Submitter {
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

    /// The login's own name.
    pub fn user(&self) -> &str {
        &self.server.user
    }

    /// What the server calls whoever sends as `login`, in its table of senders too.
    pub fn called<'a>(&'a self, login: &'a str) -> &'a str {
        if self.is_own(login) {
            &self.server.user
        } else {
            login
        }
    }

    /// Whether the server lets the profile's user act as `login`.
    pub fn lets_act_as(&self, login: &str) -> bool {
        self.session_as(login).map(Submission::quit).is_ok()
    }

    /// What the server says before any login.
    ///
    /// # Errors
    /// Which step of connecting failed.
    pub fn look(&self) -> Result<Capabilities, OpenError> {
        Submission::look(&self.endpoint, self.trace.clone())
    }

    /// A session as `login`: the profile's own where that is she, else by whichever way the profile
    /// names or the server accepts. Nothing shows that the server really changed the name: what it
    /// says of `login`'s own address does.
    ///
    /// # Errors
    /// Whatever connecting may meet; the first refusal where no way is accepted.
    pub fn session_as(&self, login: &str) -> Result<Submission> {
        if self.is_own(login) {
            return Ok(self.log_in(&self.server.user, None)?);
        }
        let mut refusal = None;
        for method in self.methods() {
            match self.log_in_as(&method, login) {
                Ok(session) => return Ok(session),
                Err(refused) => match refused.kind {
                    Kind::Authentication | Kind::Authorization | Kind::Dropped | Kind::Config => {
                        refusal.get_or_insert(refused.error);
                    }
                    _ => return Err(refused.error),
                },
            }
        }
        let user = &self.server.user;
        let hint = format!(
            "the SMTP server must let {user} act as others: set impersonate in the profile's smtp \
             section, or use a profile whose user is {login}"
        );
        let error = refusal.unwrap_or_else(|| Error::new(Exit::Config, "no way is known"));
        let what = format!("no SMTP session as {login}: {}", error.what());
        Err(Error::new(error.exit(), what).hint(hint))
    }

    /// IMAP and SMTP may spell the same login with and without its domain.
    fn is_own(&self, login: &str) -> bool {
        let whole = |name: &str| match &self.domain {
            Some(domain) if !name.contains('@') => format!("{name}@{domain}"),
            _ => name.to_owned(),
        };
        whole(login).eq_ignore_ascii_case(&whole(&self.server.user))
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

    fn log_in_as(&self, method: &Impersonate, login: &str) -> Result<Submission, OpenError> {
        let user = &self.server.user;
        match method {
            Impersonate::Authzid => self.log_in(user, Some(login)),
            Impersonate::Template(template) => self.log_in(&template.fill(login, user), None),
        }
    }

    fn log_in(&self, user: &str, authzid: Option<&str>) -> Result<Submission, OpenError> {
        let credentials = Credentials {
            mechanism: self.server.mechanism,
            user: user.to_owned(),
            authzid: authzid.map(str::to_owned),
            secret: self.secret.clone(),
        };
        Submission::open(&self.endpoint, &credentials, self.trace.clone())
    }
}
