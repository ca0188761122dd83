//! A provider: where sessions come from, and how a shared mailbox is opened.

use super::impersonate::{Impersonated, NotImpersonated};
use super::locate::{Sight, candidates, find_in_namespaces};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Credentials, Endpoint, OpenError, Pace, Session, Trace, Welcome};
use crate::model::address::MailboxName;
use crate::model::dialect::{Dialect, Family};
use crate::model::identity::IdentityFolders;
use crate::model::login::{Mechanism, ReachKind, Spelling};
use crate::model::tree::Tree;
use crate::profile::{Impersonate, LoginTemplate, Profile};
use secrecy::SecretString;
use serde::Serialize;

/// A provider, as whom to log in to it, and with which secret.
pub struct Provider {
    pub(super) profile: Profile,
    pub(super) endpoint: Endpoint,
    pub(super) secret: SecretString,
    pub(super) trace: Option<Trace>,
}

/// How a shared mailbox was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reach", rename_all = "lowercase")]
pub enum Reach {
    /// Through a namespace of the administrator's own session.
    Namespace,
    /// In a session of its own, as its owner, under this login name.
    Impersonate {
        /// The owner's login name.
        login: String,
    },
}

/// A shared mailbox that can be worked on.
pub struct Opened {
    /// The session that reaches it.
    pub session: Session,
    /// Its names in that session.
    pub tree: Tree,
    /// How it was reached.
    pub reach: Reach,
    /// What people call it.
    pub name: MailboxName,
    /// How the owner is spelled in ACLs, where there is one and it could be told.
    pub owner: Option<String>,
    /// What stands behind the prefix of a shared namespace, where it lies in one.
    pub relative: Option<Vec<u8>>,
    /// How the server spells people and groups.
    pub dialect: Dialect,
    /// Where its identities are kept.
    pub identity_names: IdentityFolders,
}

impl Opened {
    /// How the mailbox was reached, in a sentence.
    pub fn in_words(&self) -> String {
        let name = &self.name;
        match &self.reach {
            Reach::Namespace => format!(
                "{name}: reached as {} in the administrator's session",
                self.tree.root()
            ),
            Reach::Impersonate { login } => format!("{name}: reached in a session as {login}"),
        }
    }
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
            profile,
            endpoint,
            secret,
            trace,
        }
    }

    /// The profile it was made from.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The same provider with a profile that differs a little.
    #[must_use]
    pub fn having(&self, change: impl FnOnce(&mut Profile)) -> Self {
        let mut profile = self.profile.clone();
        change(&mut profile);
        Self::new(
            profile,
            self.endpoint.clone(),
            self.secret.clone(),
            self.trace.clone(),
        )
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
        Ok(self.log_in(&self.profile.imap.user, None)?)
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

    /// Opens the shared mailbox `name`.
    ///
    /// # Errors
    /// [`Exit::NotFound`] where there is no such mailbox, [`Exit::Refused`] where the administrator
    /// may not open it, and whatever connecting may meet.
    pub fn open(&self, name: &MailboxName) -> Result<Opened> {
        match self.profile.reach {
            Some(ReachKind::Impersonate) => self.open_as_owner(name, &self.methods()),
            Some(ReachKind::Namespace) => {
                let session = self.administrator_with_acl()?;
                self.open_in(session, name)?
                    .map_err(|_| self.not_in_sight(name))
            }
            None => self.find_out(name),
        }
    }

    /// Another session that reaches the same mailbox: fresh eyes, or another pair of hands.
    ///
    /// # Errors
    /// Whatever connecting and logging in may meet.
    pub fn again(&self, opened: &Opened) -> Result<Session> {
        match &opened.reach {
            Reach::Namespace => self.administrator(),
            Reach::Impersonate { login } => self
                .impersonate(login)?
                .map_err(NotImpersonated::into_error)
                .map(|i| i.session),
        }
    }

    /// Opens `name` as one that `session`, the administrator's own, sees; gives the session back
    /// where it sees none.
    ///
    /// # Errors
    /// Whatever the session may meet.
    pub fn open_in(
        &self,
        mut session: Session,
        name: &MailboxName,
    ) -> Result<Result<Opened, Session>> {
        let Some(found) = find_in_namespaces(&mut session, name)? else {
            return Ok(Err(session));
        };
        let people = self.profile.identifier.unwrap_or(found.people);
        let dialect = self.dialect(&session, people, name);
        Ok(Ok(Opened {
            session,
            tree: found.tree,
            reach: Reach::Namespace,
            name: name.clone(),
            owner: found.owner,
            relative: found.relative,
            dialect,
            identity_names: self.profile.identities.clone(),
        }))
    }

    /// Where a mailbox called `name` would lie that is not there yet; `missing` is given back where
    /// no namespace has room for it.
    ///
    /// # Errors
    /// `missing`, and whatever logging in may meet.
    pub fn place(&self, name: &MailboxName, missing: Error) -> Result<Opened> {
        if self.profile.reach == Some(ReachKind::Impersonate) {
            return Err(missing);
        }
        let mut session = self.administrator_with_acl()?;
        let cyrus = session.server_family() == Family::Cyrus;
        // Elsewhere the other users' mailboxes come with their accounts, which IMAP cannot make.
        if self.profile.reach.is_none() && !cyrus && matches!(name, MailboxName::Address(_)) {
            return Err(missing);
        }
        let wanted = self.profile.identifier;
        let places = candidates(&mut session, name)?;
        let spelled = |sight: &&Sight| wanted.is_none_or(|people| people == sight.people);
        let sight = places.iter().find(spelled).ok_or(missing)?.clone();
        let dialect = self.dialect(&session, wanted.unwrap_or(sight.people), name);
        Ok(Opened {
            session,
            tree: sight.tree,
            reach: Reach::Namespace,
            name: name.clone(),
            owner: sight.owner,
            relative: sight.relative,
            dialect,
            identity_names: self.profile.identities.clone(),
        })
    }

    fn dialect(&self, session: &Session, people: Spelling, name: &MailboxName) -> Dialect {
        let home = match name {
            MailboxName::Address(address) => address.domain().map(str::to_owned),
            MailboxName::Path(_) => self.profile.domain.clone(),
        };
        Dialect {
            family: session.server_family(),
            people,
            home,
        }
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

    pub(super) fn log_in(&self, user: &str, authzid: Option<&str>) -> Result<Session, OpenError> {
        let credentials = Credentials {
            mechanism: self.profile.imap.mechanism,
            user: user.to_owned(),
            authzid: authzid.map(str::to_owned),
            secret: self.secret.clone(),
        };
        let own = user == self.profile.imap.user && authzid.is_none();
        let open = if own {
            Session::open
        } else {
            Session::open_with_inbox
        };
        open(&self.endpoint, &credentials, self.trace.clone())
    }

    fn require_acl(&self, session: &Session) -> Result<()> {
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
        .hint("sharemail doctor says what works with this provider and what would have to change"))
    }

    /// Namespace where the administrator may give rights there, else impersonation, else a
    /// namespace with fewer rights.
    fn find_out(&self, name: &MailboxName) -> Result<Opened> {
        let session = self.administrator_with_acl()?;
        let in_sight = match self.open_in(session, name)? {
            Ok(mut opened) => {
                let root = opened.tree.root().clone();
                let rights = opened
                    .session
                    .my_rights(&[root], &Pace::unattended())?
                    .into_iter()
                    .next();
                let is_cyrus = opened.dialect.family == Family::Cyrus;
                if is_cyrus || matches!(rights, Some(Ok(rights)) if rights.has('a')) {
                    return Ok(opened);
                }
                Some(opened)
            }
            // The administrator of a Cyrus sees every mailbox that there is.
            Err(session) if session.server_family() == Family::Cyrus => {
                return Err(self.not_in_sight(name));
            }
            Err(_) => None,
        };
        match (self.open_as_owner(name, &self.methods()), in_sight) {
            (Ok(opened), _) | (Err(_), Some(opened)) => Ok(opened),
            (Err(error), None) => Err(error),
        }
    }

    fn open_as_owner(&self, name: &MailboxName, methods: &[Impersonate]) -> Result<Opened> {
        let mut refusal = None;
        for method in methods {
            for login in self.login_names(name) {
                match self.impersonate_by(method, &login)? {
                    Ok(impersonated) => return self.owned(impersonated, name),
                    Err(refused) => {
                        refusal.get_or_insert(refused.into_error().about(name.to_string()));
                    }
                }
            }
        }
        let none = || Error::new(Exit::Config, format!("{name} names no account"));
        let refusal = refusal.unwrap_or_else(none);
        Err(match name {
            MailboxName::Path(path) if !path.contains('/') => refusal.hint(format!(
                "an address is written with an @: did you mean {path}@?"
            )),
            _ => refusal,
        })
    }

    /// The login names under which an account may be known: by the profile's spelling, else as
    /// the address, and for the profile's own domain by the local part.
    pub(super) fn login_names(&self, name: &MailboxName) -> Vec<String> {
        let MailboxName::Address(address) = name else {
            return vec![name.to_string()];
        };
        let local = address.local().to_owned();
        let at_home = address.domain() == self.profile.domain.as_deref();
        match self.profile.identifier {
            Some(Spelling::LocalPart) => vec![local],
            None if at_home => vec![address.to_string(), local],
            _ => vec![address.to_string()],
        }
    }

    fn owned(&self, impersonated: Impersonated, name: &MailboxName) -> Result<Opened> {
        let Impersonated {
            mut session,
            login,
            owner,
            ..
        } = impersonated;
        self.require_acl(&session)?;
        let tree = super::locate::personal(&mut session)?;
        let people = self.profile.identifier.unwrap_or(match &owner {
            Some(owner) if !owner.contains('@') => Spelling::LocalPart,
            _ => Spelling::Address,
        });
        let dialect = self.dialect(&session, people, name);
        let reach = Reach::Impersonate { login };
        Ok(Opened {
            session,
            tree,
            reach,
            name: name.clone(),
            owner,
            relative: None,
            dialect,
            identity_names: self.profile.identities.clone(),
        })
    }

    fn not_in_sight(&self, name: &MailboxName) -> Error {
        let error = Error::new(
            Exit::NotFound,
            format!(
                "no shared mailbox {name} in the namespaces that {} sees",
                self.profile.imap.user
            ),
        );
        match name {
            MailboxName::Path(path) if !path.contains('/') => error.hint(format!(
                "did you mean {path}@? sharemail list shows the mailboxes there are"
            )),
            _ => error
                .hint("sharemail list shows the mailboxes there are; sharemail create makes one"),
        }
    }
}
