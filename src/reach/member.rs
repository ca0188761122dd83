//! What a member sees: the same mailbox in a session of her own.

use super::impersonate::NotImpersonated;
use super::locate::candidates;
use super::provider::{Opened, Provider, Reach};
use crate::error::Result;
use crate::imap::Session;
use crate::model::address::{Address, MailboxName};
use crate::model::tree::Tree;

/// A member's own session, and where the mailbox may lie in it.
pub struct MemberView {
    /// Her session.
    pub session: Session,
    /// The login name that it was opened as.
    pub login: String,
    /// The names under which she may see the mailbox, likeliest first.
    pub trees: Vec<Tree>,
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
        let (mut session, login) = if identifier == self.profile.imap.user {
            (self.administrator()?, identifier.to_owned())
        } else {
            match self.impersonate(identifier)? {
                Ok(impersonated) => (impersonated.session, impersonated.login),
                Err(refused) => return Ok(Err(refused)),
            }
        };
        let trees = member_trees(&mut session, opened)?;
        Ok(Ok(MemberView {
            session,
            login,
            trees,
        }))
    }
}

/// Where the mailbox of `opened` may lie in `session`, somebody else's: among the other users'
/// mailboxes under the owner's name, or at the same path in a shared namespace.
///
/// # Errors
/// Whatever the session may meet.
pub fn member_trees(session: &mut Session, opened: &Opened) -> Result<Vec<Tree>> {
    let names = match (&opened.name, &opened.owner, &opened.reach) {
        (MailboxName::Address(_), _, _) => vec![opened.name.clone()],
        (MailboxName::Path(path), None, Reach::Namespace) => vec![MailboxName::Path(path.clone())],
        (MailboxName::Path(path), Some(owner), Reach::Namespace) => {
            let by_owner = Address::parse(owner, None).map(MailboxName::Address).ok();
            by_owner
                .into_iter()
                .chain([MailboxName::Path(path.clone())])
                .collect()
        }
        (MailboxName::Path(path), _, Reach::Impersonate { .. }) => Address::parse(path, None)
            .map(MailboxName::Address)
            .into_iter()
            .collect(),
    };
    let mut trees = Vec::new();
    for name in names {
        trees.extend(
            candidates(session, &name)?
                .into_iter()
                .map(|sight| sight.tree),
        );
    }
    Ok(trees)
}
