//! Sessions opened as somebody else, and the proof that they really are.
//!
//! `whose` tells by INBOX whose session it is, `nobody` by logins of names that cannot exist whether
//! the server tells names apart at all; `refused` is why there is none, in the `words` of its errors.

mod nobody;
mod refused;
mod whose;
mod words;

pub use nobody::NOBODY;
pub use refused::NotImpersonated;

use super::provider::Provider;
use super::untold::no_home;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{FirstLook, Kind as OpenKind, OpenError, Session};
use crate::model::command::command;
use crate::profile::Impersonate;
use whose::{Whose, is_nameless, spelled};
use words::{ignored, namesake, no_mailbox, nobody_may, unproven};

/// A session that was shown to be somebody else's.
pub struct Impersonated {
    /// The session.
    pub session: Session,
    /// The login name that it was opened as.
    pub login: String,
    /// How the server spells that user in ACLs, where her own INBOX shows it.
    pub owner: Option<String>,
    /// Whether she stands there as `owner`, by no name of her own.
    pub nameless: bool,
    /// By which way it was opened.
    pub method: Impersonate,
}

impl Provider {
    /// A session as `login`, by whichever way the profile names or the server accepts.
    ///
    /// # Errors
    /// Whatever connecting may meet; a refusal is no error but an answer.
    pub fn impersonate(&self, login: &str) -> Result<Result<Impersonated, NotImpersonated>> {
        self.impersonate_and_look(login, &FirstLook::default())
    }

    /// The same, and asks what `look` says as soon as the login is done.
    ///
    /// # Errors
    /// As [`Provider::impersonate`].
    pub fn impersonate_and_look(
        &self,
        login: &str,
        look: &FirstLook,
    ) -> Result<Result<Impersonated, NotImpersonated>> {
        // It would answer OK to an authorisation identity, and wait 5 s before it refuses a name.
        if self.is_courier() {
            return Ok(Err(NotImpersonated::Unproven(nobody_may(login))));
        }
        let mut answer = None;
        for method in self.methods() {
            match self.impersonate_by(&method, login, look)? {
                Ok(impersonated) => return Ok(Ok(impersonated)),
                // The first is the likeliest way, and so the one whose refusal tells most.
                Err(refused) => {
                    answer.get_or_insert(refused);
                }
            }
        }
        let none =
            || NotImpersonated::Refused(Error::new(Exit::Config, "no way to impersonate is known"));
        Ok(Err(answer.unwrap_or_else(none)))
    }

    pub(super) fn impersonate_by(
        &self,
        method: &Impersonate,
        login: &str,
        look: &FirstLook,
    ) -> Result<Result<Impersonated, NotImpersonated>> {
        let look = FirstLook {
            inbox: true,
            ..look.clone()
        };
        let mut session = match self.log_in_as(method, login, &look) {
            Ok(session) => session,
            Err(refused) => return self.explain(refused, login),
        };
        match self.whose(&session, login) {
            Whose::Anothers(spelled) => return self.namesake(login, &spelled),
            Whose::Theirs(_) => {}
            Whose::Unclear(_) if self.refuses_nobody(method, login)? => {}
            Whose::Unclear(_) if self.is_homeless(&mut session)? => {
                return Ok(Err(NotImpersonated::NoMailbox(no_mailbox(login))));
            }
            Whose::Unclear(_) | Whose::Administrators => {
                let why = if self.is_courier() { ignored } else { unproven };
                return Ok(Err(NotImpersonated::Unproven(why(login))));
            }
        }
        let acl = session.inbox_acl();
        let owner = acl.and_then(|acl| spelled(acl, login, &self.home()));
        let nameless = owner.is_none() && acl.is_some_and(is_nameless);
        if !self.keeps_apart(method, login, owner.as_deref())? {
            return self.namesake(login, login.split('@').next().unwrap_or(login));
        }
        Ok(Ok(Impersonated {
            session,
            login: login.to_owned(),
            owner,
            nameless,
            method: method.clone(),
        }))
    }

    fn log_in_as(
        &self,
        method: &Impersonate,
        login: &str,
        look: &FirstLook,
    ) -> Result<Session, OpenError> {
        let admin = &self.profile.imap.user;
        match method {
            Impersonate::Authzid => self.log_in(admin, Some(login), look),
            Impersonate::Template(template) => {
                self.log_in(&template.fill(login, admin), None, look)
            }
        }
    }

    fn explain(
        &self,
        refused: OpenError,
        login: &str,
    ) -> Result<Result<Impersonated, NotImpersonated>> {
        let hint = format!(
            "either no account {login} exists at the provider (create it there), or {} may not open it \
             ({} tells)",
            self.profile.imap.user,
            command(["doctor"])
        );
        match refused.kind {
            OpenKind::Authorization => {
                let error = Error::new(
                    Exit::NotFound,
                    format!("no session as {login}: {}", refused.error.what()),
                );
                Ok(Err(NotImpersonated::NoSuchUser(error.hint(hint))))
            }
            OpenKind::Authentication => {
                let user = &self.profile.imap.user;
                let what = format!("no session as {login}: {}", refused.error.what());
                // Seen on Dovecot for names with a character outside auth_username_chars.
                let hint = format!(
                    "the password of {user} is wrong, it may not open other accounts, or no login can \
                     have this name: {} tells",
                    command(["doctor"])
                );
                Ok(Err(NotImpersonated::Refused(
                    Error::new(Exit::Refused, what).hint(hint).of_login(),
                )))
            }
            // Gone at the login, or gone altogether: the administrator's own login tells.
            OpenKind::Dropped if self.administrator().is_ok() => {
                let what = format!(
                    "no session as {login}: the server dropped the connection at the login"
                );
                let hint = format!(
                    "the server, or a proxy before it, ends the login without a word, which tells \
                     nothing of whether {login} exists: its log says why"
                );
                Ok(Err(NotImpersonated::Dropped(
                    Error::new(Exit::Unreachable, what).hint(hint),
                )))
            }
            _ => Err(refused.error),
        }
    }

    /// That a session as `login` is one of somebody else with the same local part, spelled so.
    fn namesake(
        &self,
        login: &str,
        spelled: &str,
    ) -> Result<Result<Impersonated, NotImpersonated>> {
        match self.home().domain() {
            None => Err(no_home(login)),
            Some(home) => Ok(Err(NotImpersonated::NoMailbox(namesake(
                login, spelled, home,
            )))),
        }
    }

    /// Whose session this is, by what its own INBOX says of its owner (GETACL), or by a personal
    /// namespace that the administrator has not.
    fn whose(&self, session: &Session, login: &str) -> Whose {
        match session.inbox_acl() {
            Some(acl) => Whose::by_acl(acl, login, &self.profile.imap.user, &self.home()),
            None => Whose::Unclear(None),
        }
    }
}
