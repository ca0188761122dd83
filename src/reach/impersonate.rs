//! Sessions opened as somebody else, and the proof that they really are.

use super::provider::Provider;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{
    Acl, FirstLook, Kind as OpenKind, ListOptions, Listed, OpenError, Pattern, Session,
};
use crate::model::folder::WireName;
use crate::profile::Impersonate;

/// A session that was shown to be somebody else's.
pub struct Impersonated {
    /// The session.
    pub session: Session,
    /// The login name that it was opened as.
    pub login: String,
    /// How the server spells that user in ACLs, where her own INBOX shows it.
    pub owner: Option<String>,
    /// By which way it was opened.
    pub method: Impersonate,
}

/// Why nobody was impersonated, though the server answered.
#[derive(Debug)]
pub enum NotImpersonated {
    /// The server says that there is no such user, or that she may not be impersonated.
    NoSuchUser(Error),
    /// The server dropped the connection at the login, although the administrator's own login is
    /// taken: some do so for users whom they do not know.
    Dropped(Error),
    /// The login was refused for another reason.
    Refused(Error),
    /// The server takes any name, and nobody of this one has a mailbox.
    NoMailbox(Error),
    /// The server said OK, and nothing shows that the session is hers.
    Unproven(Error),
}

impl NotImpersonated {
    /// The error behind it.
    pub fn into_error(self) -> Error {
        match self {
            Self::NoSuchUser(error)
            | Self::Dropped(error)
            | Self::NoMailbox(error)
            | Self::Refused(error)
            | Self::Unproven(error) => error,
        }
    }
}

/// A name that no provider has, to learn whether any name is accepted.
const NOBODY: &str = "sharemail-nobody-9f3c1d";

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
        let owner = match self.whose(&session, login) {
            Whose::Theirs(owner) => owner,
            Whose::Unclear(owner) if self.refuses_nobody(method, login)? => owner,
            Whose::Unclear(_) if self.is_homeless(&mut session)? => {
                return Ok(Err(NotImpersonated::NoMailbox(no_mailbox(login))));
            }
            Whose::Unclear(_) | Whose::Administrators => {
                let why = if self.is_courier() { ignored } else { unproven };
                return Ok(Err(NotImpersonated::Unproven(why(login))));
            }
        };
        Ok(Ok(Impersonated {
            session,
            login: login.to_owned(),
            owner,
            method: method.clone(),
        }))
    }

    /// Whether the server turns away a login as a user that cannot exist, or has no mailbox for it:
    /// then a session with one means something.
    ///
    /// # Errors
    /// Whatever connecting may meet.
    pub fn knows_who_exists(&self, like: &str) -> Result<bool> {
        for method in self.methods() {
            match self.impersonate_by(&method, &nobody(like), &FirstLook::default())? {
                Ok(_) | Err(NotImpersonated::Unproven(_)) => {}
                Err(_) => return Ok(true),
            }
        }
        Ok(false)
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
             (sharemail doctor tells)",
            self.profile.imap.user
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
                let error = Error::new(
                    Exit::Refused,
                    format!("no session as {login}: {}", refused.error.what()),
                );
                let hint = format!(
                    "the password of {} is wrong, or it may not open other accounts: sharemail \
                     doctor tells",
                    self.profile.imap.user
                );
                Ok(Err(NotImpersonated::Refused(error.hint(hint))))
            }
            // Gone at the login, or gone altogether: the administrator's own login tells.
            OpenKind::Dropped if self.administrator().is_ok() => {
                let what = format!(
                    "no session as {login}: the server dropped the connection at the login"
                );
                Ok(Err(NotImpersonated::Dropped(
                    Error::new(Exit::NotFound, what).hint(hint),
                )))
            }
            _ => Err(refused.error),
        }
    }

    /// Whose session this is, by what its own INBOX says of its owner (GETACL), or by a personal
    /// namespace that the administrator has not.
    fn whose(&self, session: &Session, login: &str) -> Whose {
        match session.inbox_acl() {
            Some(acl) => Whose::by_acl(acl, login, &self.profile.imap.user),
            None => Whose::Unclear(None),
        }
    }

    /// Whether this session has no INBOX and yet is not the administrator's own: its namespaces
    /// are others.
    fn is_homeless(&self, session: &mut Session) -> Result<bool> {
        let inbox = session.list(
            &Pattern::exactly(&WireName::inbox()),
            ListOptions::default(),
        )?;
        if inbox.iter().any(Listed::is_selectable) {
            return Ok(false);
        }
        Ok(session.namespaces()? != self.administrator()?.namespaces()?)
    }

    fn refuses_nobody(&self, method: &Impersonate, like: &str) -> Result<bool> {
        match self.log_in_as(method, &nobody(like), &FirstLook::default()) {
            Ok(_) => Ok(false),
            Err(refused) => match refused.kind {
                OpenKind::Authorization | OpenKind::Authentication => Ok(true),
                OpenKind::Dropped => Ok(self.administrator().is_ok()),
                _ => Err(refused.error),
            },
        }
    }
}

/// A login name that cannot exist, in the form of `like`.
fn nobody(like: &str) -> String {
    match like.rsplit_once('@') {
        Some((_, domain)) => format!("{NOBODY}@{domain}"),
        None => NOBODY.to_owned(),
    }
}

fn no_mailbox(login: &str) -> Error {
    let what = format!("nobody called {login} has a mailbox on this server, which takes any name");
    Error::new(Exit::NotFound, what)
}

#[derive(Debug, PartialEq, Eq)]
enum Whose {
    Theirs(Option<String>),
    Administrators,
    /// With how she is spelled, should it turn out to be hers.
    Unclear(Option<String>),
}

impl Whose {
    /// By who holds `a` on the session's own INBOX.
    fn by_acl(acl: &Acl, login: &str, admin: &str) -> Self {
        let holder = |name: &str| {
            acl.iter()
                .find(|entry| entry.rights.has('a') && names_alike(&entry.identifier, name))
                .map(|entry| entry.identifier.to_string())
        };
        // Where the owner stands as `owner`, a name in the list is only that of a guest.
        let nameless = acl.iter().any(|entry| &*entry.identifier == "owner");
        match (holder(login), holder(admin)) {
            (owner, _) if nameless => Self::Unclear(owner),
            (Some(owner), None) => Self::Theirs(Some(owner)),
            (None, Some(_)) => Self::Administrators,
            (owner, _) => Self::Unclear(owner),
        }
    }
}

/// Whether an identifier names the user who logs in as `login`: as the address, or as its local
/// part, in any case.
fn names_alike(identifier: &str, login: &str) -> bool {
    let local = |name: &str| name.split('@').next().unwrap_or_default().to_lowercase();
    match (identifier.contains('@'), login.contains('@')) {
        (true, true) => identifier.eq_ignore_ascii_case(login),
        _ => local(identifier) == local(login),
    }
}

fn nobody_may(login: &str) -> Error {
    let what = format!("no session as {login}: Courier lets nobody act as somebody else");
    Error::new(Exit::Refused, what)
}

/// Seen on Courier 5.0: SASL PLAIN with any authorisation identity is OK, and the session is the
/// administrator's own.
fn ignored(login: &str) -> Error {
    let what = format!(
        "the server said OK to a session as {login}, but it is not {login}'s: Courier ignores the \
         authorisation identity, and the session is the login's own"
    );
    Error::new(Exit::Refused, what).hint(
        "set reach = \"namespace\" in the profile, and log in as a member of Courier's group \
         administrators, who may change every mailbox below #shared",
    )
}

fn unproven(login: &str) -> Error {
    Error::new(
        Exit::Refused,
        format!(
            "the server said OK to a session as {login}, but nothing shows that it is {login}'s"
        ),
    )
    .hint(
        "the server may ignore the authorisation identity; set impersonate or reach in the profile",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rights::Rights;
    use std::sync::Arc;

    #[test]
    fn a_guest_in_the_administrators_own_inbox_is_not_its_owner() {
        let acl = |entries: &[(&str, &str)]| -> Acl {
            let entry = |(identifier, rights): &(&str, &str)| crate::imap::Entry {
                identifier: Arc::from(*identifier),
                exact: true,
                rights: Rights::parse(rights).unwrap(),
            };
            entries.iter().map(entry).collect()
        };
        let judge =
            |entries: &[(&str, &str)]| Whose::by_acl(&acl(entries), "support@x.test", "admin");
        let hers = Some("support@x.test".to_owned());
        assert_eq!(
            judge(&[("support@x.test", "lra")]),
            Whose::Theirs(hers.clone())
        );
        assert_eq!(judge(&[("admin", "lra")]), Whose::Administrators);
        assert_eq!(
            judge(&[("owner", "lra"), ("support@x.test", "lra")]),
            Whose::Unclear(hers.clone())
        );
        assert_eq!(
            judge(&[("admin", "lra"), ("support@x.test", "lra")]),
            Whose::Unclear(hers)
        );
    }

    #[test]
    fn a_local_part_is_the_same_user_as_its_address() {
        assert!(names_alike("support", "support@example.com"));
        assert!(names_alike("Support@Example.com", "support@example.com"));
        assert!(!names_alike("support@other.test", "support@example.com"));
        assert!(!names_alike("supporter", "support@example.com"));
    }
}
