//! Opening a shared mailbox: by the namespaces of the administrator's session, by impersonation, or
//! by whichever of the two the provider turns out to have.

use super::abroad::spelling_at_home;
use super::impersonate::{Impersonated, NotImpersonated};
use super::locate::{Sight, candidates, find_in_namespaces};
use super::newcomer::spelling_of_new;
use super::opened::{Opened, Reach};
use super::provider::Provider;
use super::untold::no_home;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{FirstLook, Session};
use crate::model::address::MailboxName;
use crate::model::dialect::{Dialect, Family};
use crate::model::home::Bare;
use crate::model::login::{ReachKind, Spelling};
use crate::profile::Section;

/// So many folders are one session's work: another login takes as long as looking into some.
const WORTH_A_HAND: usize = 5;

impl Provider {
    /// Opens the shared mailbox `name`.
    ///
    /// # Errors
    /// [`Exit::NotFound`] where there is no such mailbox, [`Exit::Refused`] where the administrator
    /// may not open it, and whatever connecting may meet.
    pub fn open(&self, name: &MailboxName) -> Result<Opened> {
        self.open_and_look(name, &FirstLook::default())
    }

    /// The same, and asks what `look` says as soon as the login is done, where the session is to be
    /// the mailbox's own.
    ///
    /// # Errors
    /// As [`Provider::open`].
    pub fn open_and_look(&self, name: &MailboxName, look: &FirstLook) -> Result<Opened> {
        self.open_or(name, look, &|session| {
            self.not_in_sight(Some(session), name)
        })
    }

    /// The same, to work on its messages: as its owner where the administrator's own session may neither
    /// read nor change mail, as on Cyrus.
    ///
    /// # Errors
    /// As [`Provider::open`].
    pub fn open_for_mail(&self, name: &MailboxName, look: &FirstLook) -> Result<Opened> {
        let opened = self.open_and_look(name, look)?;
        let is_hers = opened.reach == Reach::Namespace && opened.dialect.family == Family::Cyrus;
        if !is_hers || !matches!(name, MailboxName::Address(_)) {
            return Ok(opened);
        }
        // Where nobody may act as the owner, the server tells what the administrator may do.
        Ok(self.open_as_owner(name, look).unwrap_or(opened))
    }

    /// The same for a name that may well be new: the server is not asked which one could be meant.
    ///
    /// # Errors
    /// As [`Provider::open`].
    pub fn open_if_there(&self, name: &MailboxName) -> Result<Opened> {
        let missing = |_: &mut Session| self.not_in_sight(None, name);
        self.open_or(name, &FirstLook::default(), &missing)
    }

    fn open_or(
        &self,
        name: &MailboxName,
        look: &FirstLook,
        missing: &dyn Fn(&mut Session) -> Error,
    ) -> Result<Opened> {
        match self.profile.reach {
            Some(ReachKind::Impersonate) => self.open_as_owner(name, look),
            Some(ReachKind::Namespace) => {
                let session = self.administrator_with_acl()?;
                self.open_in(session, name)?
                    .map_err(|mut session| missing(&mut session))
            }
            None => self.find_out(name, look, missing),
        }
    }

    /// Another session that reaches the same mailbox: fresh eyes, or another pair of hands.
    ///
    /// # Errors
    /// Whatever connecting and logging in may meet.
    pub fn again(&self, opened: &Opened) -> Result<Session> {
        self.reached(&opened.reach)
    }

    /// As [`Provider::again`], of a mailbox that was reached so.
    ///
    /// # Errors
    /// As [`Provider::again`].
    pub fn reached(&self, reach: &Reach) -> Result<Session> {
        match reach {
            Reach::Namespace => self.administrator(),
            Reach::Impersonate { login } => self
                .impersonate(login)?
                .map_err(NotImpersonated::into_error)
                .map(|i| i.session),
        }
    }

    /// How many sessions of one mailbox are worth their logins where there is work in so many of its folders. Courier lets
    /// one address have four of them, and a keyword may be lost where two meet.
    pub fn hands_for(&self, family: Family, folders: usize) -> usize {
        match family {
            Family::Courier => 1,
            _ => (folders / WORTH_A_HAND).clamp(1, self.profile.imap.connections_of_mail.max(1)),
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
        let Some(found) = find_in_namespaces(&mut session, name, &self.home())? else {
            return Ok(Err(session));
        };
        let people = match self.profile.identifier {
            Some(people) => people,
            None => self.supposed(&mut session, &found)?,
        };
        let dialect = self.dialect(&session, people);
        Ok(Ok(Opened {
            session,
            more: Vec::new(),
            tree: found.tree,
            reach: Reach::Namespace,
            name: name.clone(),
            owner: found.owner,
            relative: found.relative,
            dialect,
            said: self.profile.identifier,
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
        let session = self.administrator_with_acl()?;
        if session.server_family() == Family::Courier {
            return Err(missing.hint(format!(
                "Courier's mailboxes are accounts: make the account where they are kept, and list it \
                 in the index of shared mailboxes (authenumerate), or name a program that does so in \
                 the profile: create under {}; then sharemail create adds the folders",
                self.profile.head(Section::Accounts)
            )));
        }
        self.place_in(session, name)?.map_err(|_| missing)
    }

    /// The same in `session`, the administrator's own, which is given back where no namespace has
    /// room for the mailbox.
    ///
    /// # Errors
    /// Whatever the session may meet.
    pub fn place_in(
        &self,
        mut session: Session,
        name: &MailboxName,
    ) -> Result<Result<Opened, Session>> {
        let cyrus = session.server_family() == Family::Cyrus;
        // Elsewhere the other users' mailboxes come with their accounts, which IMAP cannot make.
        if self.profile.reach.is_none() && !cyrus && matches!(name, MailboxName::Address(_)) {
            return Ok(Err(session));
        }
        let wanted = self.profile.identifier;
        let home = self.home();
        let mut places = candidates(&mut session, name, &home)?;
        if let (true, MailboxName::Address(address)) = (cyrus, name) {
            let spelled = match wanted {
                Some(people) if home.bare(address) == Bare::Its => people,
                _ => spelling_of_new(&mut session, address, &home)?,
            };
            places.retain(|sight| sight.people == spelled);
        } else {
            places.retain(|sight| wanted.is_none_or(|people| people == sight.people));
        }
        let Some(sight) = places.into_iter().next() else {
            return Ok(Err(session));
        };
        let people = match wanted {
            Some(people) => people,
            None => self.supposed(&mut session, &sight)?,
        };
        let dialect = self.dialect(&session, people);
        Ok(Ok(Opened {
            session,
            more: Vec::new(),
            tree: sight.tree,
            reach: Reach::Namespace,
            name: name.clone(),
            owner: sight.owner,
            relative: sight.relative,
            dialect,
            said: self.profile.identifier,
            identity_names: self.profile.identities.clone(),
        }))
    }

    /// How people are spelled in the mailbox of `sight`, until its entries show it.
    fn supposed(&self, session: &mut Session, sight: &Sight) -> Result<Spelling> {
        let home = self.home();
        let asked = match sight.is_abroad(&home) {
            true => spelling_at_home(session, &home)?,
            false => None,
        };
        Ok(asked.unwrap_or(sight.people))
    }

    fn dialect(&self, session: &Session, people: Spelling) -> Dialect {
        Dialect {
            family: session.server_family(),
            people,
            home: self.profile.domain.clone(),
        }
    }

    /// Namespace where the administrator may give rights there, else impersonation, else a
    /// namespace with fewer rights.
    fn find_out(
        &self,
        name: &MailboxName,
        look: &FirstLook,
        missing: &dyn Fn(&mut Session) -> Error,
    ) -> Result<Opened> {
        let session = self.administrator_with_acl()?;
        let in_sight = match self.open_in(session, name)? {
            Ok(mut opened) => {
                let root = opened.tree.root().clone();
                let rights = opened.session.my_rights_on(&root)?;
                let is_cyrus = opened.dialect.family == Family::Cyrus;
                if is_cyrus || rights.is_some_and(|rights| rights.has('a')) {
                    return Ok(opened);
                }
                Some(opened)
            }
            // The administrator of a Cyrus sees every mailbox that there is.
            Err(mut session) if session.server_family() == Family::Cyrus => {
                return Err(missing(&mut session));
            }
            Err(_) => None,
        };
        match (self.open_as_owner(name, look), in_sight) {
            (Ok(opened), _) | (Err(_), Some(opened)) => Ok(opened),
            (Err(error), None) => Err(error),
        }
    }

    fn open_as_owner(&self, name: &MailboxName, look: &FirstLook) -> Result<Opened> {
        let mut refusal = None;
        for method in self.methods() {
            for login in self.login_names(name)? {
                match self.impersonate_by(&method, &login, look)? {
                    Ok(impersonated) => return self.owned(impersonated, name),
                    Err(refused) => {
                        refusal.get_or_insert(refused.into_error().about(name.to_string()));
                    }
                }
            }
        }
        let none = || Error::new(Exit::Config, format!("{name} names no account"));
        let refusal = refusal.unwrap_or_else(none);
        Err(self.with_like(refusal, name))
    }

    /// The login names under which an account may be known: by the profile's spelling, else as
    /// the address, and for the profile's own domain by the local part.
    ///
    /// # Errors
    /// [`Exit::Config`] where the profile spells accounts by the local part, and names no domain that
    /// they are of.
    pub(super) fn login_names(&self, name: &MailboxName) -> Result<Vec<String>> {
        let MailboxName::Address(address) = name else {
            return Ok(vec![name.to_string()]);
        };
        let (full, local) = (address.to_string(), address.local().to_owned());
        Ok(match (self.profile.identifier, self.home().bare(address)) {
            (Some(Spelling::LocalPart), Bare::Untold) => return Err(no_home(&full)),
            (Some(Spelling::LocalPart), Bare::Its) => vec![local],
            (None, Bare::Its) if full != local => vec![full, local],
            _ => vec![full],
        })
    }

    fn owned(&self, impersonated: Impersonated, name: &MailboxName) -> Result<Opened> {
        let Impersonated {
            mut session,
            login,
            owner,
            nameless,
            ..
        } = impersonated;
        self.require_acl(&session)?;
        let tree = super::locate::personal(&mut session)?;
        let people = match owner.as_deref().unwrap_or(&login).contains('@') {
            true => Spelling::Address,
            false => Spelling::LocalPart,
        };
        let people = self.profile.identifier.unwrap_or(people);
        // Behind impersonation the owner is the login, whoever holds `a`: a member with full access may
        // have taken it, and where nobody can read the entry it is spelled as she logs in.
        let owner = owner.unwrap_or_else(|| match nameless {
            true => "owner".to_owned(),
            false => login.clone(),
        });
        let dialect = self.dialect(&session, people);
        let reach = Reach::Impersonate { login };
        Ok(Opened {
            session,
            more: Vec::new(),
            tree,
            reach,
            name: name.clone(),
            owner: Some(owner),
            relative: None,
            dialect,
            said: self.profile.identifier,
            identity_names: self.profile.identities.clone(),
        })
    }
}
