//! What a member sees: the same mailbox in a session of her own.

use super::impersonate::NotImpersonated;
use super::locate::{Sight, candidates, personal, trees_of};
use super::opened::Opened;
use super::provider::Provider;
use crate::error::Result;
use crate::imap::Session;
use crate::model::address::{Address, MailboxName};
use crate::model::dialect::Family;
use crate::model::home::Home;
use crate::model::tree::Tree;

/// A member's own session, and where the mailbox may lie in it.
pub struct MemberView {
    /// Her session.
    pub session: Session,
    /// The login name that it was opened as.
    pub login: String,
    /// How the server spells her in ACLs, where her own INBOX shows it.
    pub spelled: Option<String>,
    /// The names under which she may see the mailbox, likeliest first.
    pub trees: Vec<Tree>,
    home: Home,
}

/// A member's own session.
pub struct MemberSession {
    pub(super) session: Session,
    pub(super) login: String,
    spelled: Option<String>,
    home: Home,
}

impl Provider {
    /// A session as the member spelled `identifier` in the ACLs of `opened`.
    ///
    /// # Errors
    /// Whatever connecting may meet; a refusal is no error but an answer.
    pub fn member(
        &self,
        opened: &Opened,
        identifier: &str,
    ) -> Result<Result<MemberView, NotImpersonated>> {
        match self.member_session(identifier)? {
            Ok(session) => session.view(opened).map(Ok),
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// The session alone, before a mailbox is looked for in it.
    ///
    /// # Errors
    /// As [`Provider::member`].
    pub fn member_session(
        &self,
        identifier: &str,
    ) -> Result<Result<MemberSession, NotImpersonated>> {
        if identifier == self.profile.imap.user {
            let session = self.administrator()?;
            let login = identifier.to_owned();
            return Ok(Ok(MemberSession {
                session,
                login,
                spelled: None,
                home: self.home(),
            }));
        }
        let answer = self.impersonate(identifier)?;
        Ok(answer.map(|impersonated| MemberSession {
            home: self.home().seen_by(&impersonated.login),
            session: impersonated.session,
            login: impersonated.login,
            spelled: impersonated.owner,
        }))
    }
}

impl MemberSession {
    /// What it may see of the mailbox of `opened`.
    ///
    /// # Errors
    /// Whatever the session may meet.
    pub fn view(mut self, opened: &Opened) -> Result<MemberView> {
        // The owner sees the mailbox as her own, and not among those of others.
        let trees = if opened.owner.as_ref() == Some(&self.login) {
            vec![personal(&mut self.session)?]
        } else {
            self.trees(opened)?
        };
        Ok(self.seeing(trees))
    }

    /// Where the mailbox of `opened` may lie in this session, somebody else's: among the other users'
    /// mailboxes under the owner's name, or under the same name in a shared namespace. A bare name is
    /// that of a mailbox in her own domain, and of no other.
    fn trees(&mut self, opened: &Opened) -> Result<Vec<Tree>> {
        let mut trees = Vec::new();
        if let Some(within) = &opened.relative {
            for namespace in &self.session.namespaces()?.shared {
                trees.extend(trees_of(namespace, within));
            }
        }
        let owner = || {
            let owner = opened.owner.as_deref()?;
            let address = Address::parse(owner, opened.dialect.home.as_deref());
            address.ok().map(MailboxName::Address)
        };
        let name = match &opened.name {
            MailboxName::Address(_) => Some(opened.name.clone()),
            MailboxName::Path(_) => owner(),
        };
        if let Some(name) = name {
            let mut sights = candidates(&mut self.session, &name, &self.home)?;
            // The mailbox is named as people are: another guess would be asked about in vain, unless
            // Dovecot reads a dot in the name as the end of its owner's. Then 2.4 takes the first
            // question for that of a user whom nobody knows, and answers every later one likewise.
            let dovecot = opened.dialect.family == Family::Dovecot;
            let cut = |sight: &Sight| {
                let owner = sight.owner.as_deref().filter(|_| dovecot);
                let separator = sight.tree.separator();
                owner
                    .zip(separator)
                    .is_some_and(|(owner, c)| owner.contains(c))
            };
            sights.sort_by_key(|sight| (cut(sight), sight.people != opened.dialect.people));
            trees.extend(sights.into_iter().map(|sight| sight.tree));
        }
        Ok(trees)
    }

    pub(super) fn seeing(self, trees: Vec<Tree>) -> MemberView {
        MemberView {
            session: self.session,
            login: self.login,
            spelled: self.spelled,
            trees,
            home: self.home,
        }
    }
}

impl MemberView {
    /// The session alone again.
    pub fn into_session(self) -> MemberSession {
        MemberSession {
            session: self.session,
            login: self.login,
            spelled: self.spelled,
            home: self.home,
        }
    }
}
