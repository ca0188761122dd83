//! Where submission sessions come from: the login's own, and somebody else's where the provider
//! lets the administrator act as others for SMTP, too.

use super::service::Service;
use crate::error::{Error, Result};
use crate::net::OpenError;
use crate::smtp::{Capabilities, Submission};

/// A submission server, and as whom to log in to it.
pub struct Submitter(Service);

impl Submitter {
    /// That of `service`.
    pub fn new(service: Service) -> Self {
        Self(service)
    }

    /// The login's own name.
    pub fn user(&self) -> &str {
        &self.0.server.user
    }

    /// What the server calls whoever sends as `login`, in its table of senders too.
    pub fn called<'a>(&'a self, login: &'a str) -> &'a str {
        if self.0.is_own(login) {
            &self.0.server.user
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
        Submission::look(&self.0.endpoint, self.0.trace.clone())
    }

    /// A session as `login`: the profile's own where that is she, else by whichever way the profile
    /// names or the server accepts. Nothing shows that the server really changed the name: what it
    /// says of `login`'s own address does.
    ///
    /// # Errors
    /// Whatever connecting may meet; the first refusal where no way is accepted.
    pub fn session_as(&self, login: &str) -> Result<Submission> {
        let Self(service) = self;
        if service.is_own(login) {
            return service.own_session(Submission::open);
        }
        let refusal = match service.session_as(login, Submission::open)? {
            Ok((session, _)) => return Ok(session),
            Err(refusal) => refusal,
        };
        let user = &service.server.user;
        let hint = format!(
            "the SMTP server must let {user} act as others: set impersonate in the profile's smtp \
             section, or use a profile whose user is {login}"
        );
        let what = format!("no SMTP session as {login}: {}", refusal.what());
        Err(Error::new(refusal.exit(), what).hint(hint))
    }
}
