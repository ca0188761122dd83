//! Sessions opened as somebody else, and the proof that they really are.

use super::open::no_home;
use super::provider::Provider;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{
    Acl, FirstLook, Kind as OpenKind, ListOptions, Listed, OpenError, Pattern, Session,
};
use crate::model::folder::WireName;
use crate::model::home::{Bare, Home};
use crate::profile::Impersonate;

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

/// Why nobody was impersonated, though the server answered.
#[derive(Debug)]
pub enum NotImpersonated {
    /// The server says that there is no such user, or that she may not be impersonated (RFC 5530,
    /// AUTHORIZATIONFAILED).
    NoSuchUser(Error),
    /// The server dropped the connection at the login, although the administrator's own login is
    /// taken. Some do so for users whom they do not know, a proxy for one whose server is down:
    /// whether there is such a user is not known.
    Dropped(Error),
    /// The login was refused for another reason, which may be that no login can have this name: it
    /// says nothing of whether there is such a user.
    Refused(Error),
    /// The server takes any name, and nobody of this one has a mailbox.
    NoMailbox(Error),
    /// The server said OK, and nothing shows that the session is hers.
    Unproven(Error),
}

impl NotImpersonated {
    /// Whether the server disowns the user by name. Nothing else does: a login that was dropped or
    /// refused otherwise leaves open whether there is such a user.
    pub fn disowns(&self) -> bool {
        matches!(self, Self::NoSuchUser(_) | Self::NoMailbox(_))
    }

    /// Why there is no session, where the administrator's password is known to be right.
    pub fn into_words(self) -> String {
        match self {
            Self::Refused(error) => format!(
                "the server takes others, and no login of this name: {}",
                error.what()
            ),
            other => other.into_error().to_string(),
        }
    }

    /// The error behind it, while the answer is kept.
    pub fn to_error(&self) -> Error {
        match self {
            Self::NoSuchUser(error)
            | Self::Dropped(error)
            | Self::NoMailbox(error)
            | Self::Refused(error)
            | Self::Unproven(error) => error.clone(),
        }
    }

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
                let user = &self.profile.imap.user;
                let what = format!("no session as {login}: {}", refused.error.what());
                // Seen on Dovecot for names with a character outside auth_username_chars.
                let hint = format!(
                    "the password of {user} is wrong, it may not open other accounts, or no login can \
                     have this name: sharemail doctor tells"
                );
                Ok(Err(NotImpersonated::Refused(
                    Error::new(Exit::Refused, what).hint(hint),
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

    /// Whether the server keeps `login` apart from everybody with the same local part in another
    /// domain. Where it drops the domain of a login (Dovecot's `auth_username_format = %Ln`), it takes
    /// one of a domain that cannot exist as well, and the session shows the same INBOX.
    ///
    /// Nothing is asked of logins in the profile's domain, whose bare name is their own; and each
    /// domain is asked about once.
    fn keeps_apart(&self, method: &Impersonate, login: &str, owner: Option<&str>) -> Result<bool> {
        let Some((local, domain)) = login.rsplit_once('@') else {
            return Ok(true);
        };
        let home = self.home();
        let is_told = match home.domain() {
            Some(home) => home.eq_ignore_ascii_case(domain),
            None => owner.is_some_and(|owner| owner.eq_ignore_ascii_case(login)),
        };
        if is_told {
            return Ok(true);
        }
        let domain = domain.to_lowercase();
        if let Some(apart) = self.acquaintance().keeps_apart(&domain) {
            return Ok(apart);
        }
        let nowhere = format!("{local}@{NOBODY}.invalid");
        let look = FirstLook {
            inbox: true,
            ..FirstLook::default()
        };
        let apart = match self.log_in_as(method, &nowhere, &look) {
            Ok(mut session) => match session.inbox_acl() {
                // A server that makes an account for any name shows that very name.
                Some(acl) => acl
                    .iter()
                    .any(|entry| entry.identifier.eq_ignore_ascii_case(&nowhere)),
                None => self.is_homeless(&mut session)?,
            },
            Err(refused) => match refused.kind {
                OpenKind::Authorization | OpenKind::Authentication => true,
                // A lost connection tells nothing of names.
                _ => return Err(refused.error),
            },
        };
        self.acquaintance().told_apart(&domain, apart);
        Ok(apart)
    }

    /// Whose session this is, by what its own INBOX says of its owner (GETACL), or by a personal
    /// namespace that the administrator has not.
    fn whose(&self, session: &Session, login: &str) -> Whose {
        match session.inbox_acl() {
            Some(acl) => Whose::by_acl(acl, login, &self.profile.imap.user, &self.home()),
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
                // One that is dropped by chance says nothing: it must be dropped again while the
                // administrator's is taken.
                OpenKind::Dropped => {
                    let again = |refused: OpenError| refused.kind == OpenKind::Dropped;
                    let dropped = || self.log_in_as(method, &nobody(like), &FirstLook::default());
                    Ok(self.administrator().is_ok() && dropped().is_err_and(again))
                }
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

/// Whoever `login` names, the session is that of the one spelled `spelled`, of the domain `home`.
fn namesake(login: &str, spelled: &str, home: &str) -> Error {
    let local = spelled.split('@').next().unwrap_or(spelled);
    let what = if spelled.contains('@') {
        format!("no session as {login}: the server opens one as {spelled} instead")
    } else {
        format!(
            "no session as {login}: the server drops the domain of a login, and opens one as \
             {local}, who is {local}@{home}"
        )
    };
    Error::new(Exit::NotFound, what)
        .hint("the bare names of the server are those of the profile's domain alone")
}

fn no_mailbox(login: &str) -> Error {
    let what = format!("nobody called {login} has a mailbox on this server, which takes any name");
    Error::new(Exit::NotFound, what)
}

#[derive(Debug, PartialEq, Eq)]
enum Whose {
    Theirs(Option<String>),
    Administrators,
    /// Somebody else's with the same local part, spelled so.
    Anothers(String),
    /// With how she is spelled, should it turn out to be hers.
    Unclear(Option<String>),
}

impl Whose {
    /// By who holds `a` on the session's own INBOX, which shows whose session it is. It does not show
    /// who is the owner: members may hold `a` as well, and can take it from her.
    fn by_acl(acl: &Acl, login: &str, admin: &str, home: &Home) -> Self {
        let holder_as = |is_hers: &dyn Fn(&str) -> bool| {
            acl.iter()
                .find(|entry| entry.rights.has('a') && is_hers(&entry.identifier))
                .map(|entry| entry.identifier.to_string())
        };
        let holder = |name: &str| holder_as(&|entry| home.names(entry, name) == Some(Bare::Its));
        let namesake = holder_as(&|entry| {
            matches!(
                home.names(entry, login),
                Some(Bare::Anothers | Bare::Untold)
            )
        });
        // Where the owner stands as `owner`, a name in the list is only that of a guest.
        match (holder(login), holder(admin)) {
            (owner, _) if is_nameless(acl) => Self::Unclear(owner),
            (Some(owner), None) => Self::Theirs(Some(owner)),
            // Her own entry is missing where somebody else's stands who has her local part.
            (None, _) if namesake.is_some() => Self::Anothers(namesake.unwrap_or_default()),
            (None, Some(_)) => Self::Administrators,
            (owner, _) => Self::Unclear(owner),
        }
    }
}

fn is_nameless(acl: &Acl) -> bool {
    acl.iter().any(|entry| &*entry.identifier == "owner")
}

/// How `login` is spelled in its own INBOX's ACL, whatever it holds there: as it logs in, else by
/// another name of its own where no `owner` stands, beside which that would be a guest's.
fn spelled(acl: &Acl, login: &str, home: &Home) -> Option<String> {
    let find = |is_hers: &dyn Fn(&str) -> bool| {
        let mut names = acl.iter().map(|entry| &*entry.identifier);
        names.find(|name| is_hers(name)).map(str::to_owned)
    };
    find(&|name| name == login)
        .or_else(|| find(&|name| name.eq_ignore_ascii_case(login)))
        .or_else(|| {
            let alike = || find(&|name| home.names(name, login) == Some(Bare::Its));
            (!is_nameless(acl)).then(alike).flatten()
        })
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
        let home = Home::new(Some("x.test"));
        let judge = |entries: &[(&str, &str)]| {
            Whose::by_acl(&acl(entries), "support@x.test", "admin", &home)
        };
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
    fn the_owner_is_spelled_as_she_stands_whatever_she_holds() {
        let owner = |entries: &[(&str, &str)]| {
            let entry = |(identifier, rights): &(&str, &str)| crate::imap::Entry {
                identifier: Arc::from(*identifier),
                exact: true,
                rights: Rights::parse(rights).unwrap(),
            };
            let acl: Acl = entries.iter().map(entry).collect();
            spelled(&acl, "support@x.test", &Home::new(Some("x.test")))
        };
        let hers = Some("support@x.test".to_owned());
        assert_eq!(owner(&[("bob", "lra"), ("support@x.test", "lrs")]), hers);
        assert_eq!(owner(&[("support", "lr"), ("support@x.test", "")]), hers);
        assert_eq!(owner(&[("support", "lra")]), Some("support".to_owned()));
        assert_eq!(owner(&[("owner", "lrs"), ("support", "lra")]), None);
        assert_eq!(owner(&[("owner", "lrs"), ("bob", "lra")]), None);
        assert_eq!(owner(&[("bob", "lra")]), None);
    }

    #[test]
    fn a_bare_owner_is_nobody_of_another_domain() {
        let rights = Rights::parse("lra").unwrap();
        let acl = |identifier: &str| -> Acl {
            let entry = crate::imap::Entry {
                identifier: Arc::from(identifier),
                exact: true,
                rights,
            };
            [entry].into_iter().collect()
        };
        let home = Home::new(Some("x.test"));
        let judge = |owner: &str, login| Whose::by_acl(&acl(owner), login, "admin", &home);
        let theirs = |owner: &str| Whose::Theirs(Some(owner.to_owned()));
        let anothers = |owner: &str| Whose::Anothers(owner.to_owned());
        assert_eq!(judge("sales", "sales@x.test"), theirs("sales"));
        assert_eq!(
            judge("Sales@X.test", "sales@x.test"),
            theirs("Sales@X.test")
        );
        assert_eq!(judge("sales", "sales@evil.test"), anothers("sales"));
        assert_eq!(
            judge("sales@evil.test", "sales"),
            anothers("sales@evil.test")
        );
        assert_eq!(judge("seller", "sales@x.test"), Whose::Unclear(None));
        let nowhere = Home::default();
        let judged = Whose::by_acl(&acl("sales"), "sales@x.test", "admin", &nowhere);
        assert_eq!(judged, anothers("sales"));
    }
}
