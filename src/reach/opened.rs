//! A shared mailbox that was opened: its session, its names, and how it was reached.

use crate::imap::Session;
use crate::model::address::MailboxName;
use crate::model::dialect::Dialect;
use crate::model::identity::IdentityFolders;
use crate::model::login::Spelling;
use crate::model::tree::Tree;
use serde::Serialize;

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
    /// Others that reach it too, and have helped.
    pub more: Vec<Session>,
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
    /// How the profile says that people are spelled; where it says nothing, the entries tell.
    pub said: Option<Spelling>,
    /// Where its identities are kept.
    pub identity_names: IdentityFolders,
}

impl Opened {
    /// The login name of the owner, where the session acts as her.
    pub fn acting(&self) -> Option<&str> {
        match &self.reach {
            Reach::Namespace => None,
            Reach::Impersonate { login } => Some(login),
        }
    }

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
