//! Where sessions come from in which scripts are kept: the owner's, as the administrator is let act as her.

use super::impersonate::NOBODY;
use super::service::Service;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::managesieve::Filters;
use crate::profile::Impersonate;

/// A ManageSieve server, and as whom to log in to it.
pub struct Filterer(Service);

impl Filterer {
    /// That of `service`.
    pub fn new(service: Service) -> Self {
        Self(service)
    }

    /// A session as `login`, shown to be hers.
    ///
    /// # Errors
    /// Whatever connecting may meet; the first refusal where no way is accepted; [`Exit::Refused`] where nothing
    /// shows whose session it is.
    pub fn session_as(&self, login: &str) -> Result<Filters> {
        let Self(service) = self;
        if service.is_own(login) {
            return service.own_session(Filters::open);
        }
        let refusal = match service.session_as(login, Filters::open)? {
            Ok((session, method)) => return self.proved(session, &method, login),
            Err(refusal) => refusal,
        };
        let user = &service.server.user;
        let hint = format!(
            "the server of scripts must let {user} act as others: set impersonate in the profile's sieve table"
        );
        let what = format!("no session for scripts as {login}: {}", refusal.what());
        let told = Error::new(refusal.exit(), what).hint(hint);
        Err(match refusal.is_of_login() {
            true => told.of_login(),
            false => told,
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
        let error = Error::new(Exit::Refused, what);
        Err(error.about(self.0.endpoint.to_string()))
    }

    /// Whether `owner` is how the server calls `login`, be it without its domain.
    fn is_called(&self, owner: &str, login: &str) -> bool {
        let Self(service) = self;
        let local = || login.split('@').next().unwrap_or(login);
        let is_bare = service.domain.is_none() && !owner.contains('@');
        service.whole(owner) == service.whole(login)
            || is_bare && owner.eq_ignore_ascii_case(local())
    }

    /// Whether the server tells one name from another at all.
    fn refuses_nobody(&self, method: &Impersonate, like: &str) -> Result<bool> {
        let nobody = match like.rsplit_once('@') {
            Some((_, domain)) => format!("{NOBODY}@{domain}"),
            None => NOBODY.to_owned(),
        };
        let refused = self.0.refuses(method, &nobody, Filters::open)?;
        Ok(refused.map_err(Filters::quit).is_ok())
    }
}
