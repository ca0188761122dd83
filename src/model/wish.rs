//! Wish: what was asked for, checked and complete, before any server has been seen.

use super::identity::Identity;
use super::level::Level;
use super::rights::Rights;
use super::who::Who;

/// Who shall have which access, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessWish {
    /// The people and groups it is about, in the order given, none twice.
    pub who: Vec<Who>,
    /// What they shall have.
    pub access: Access,
    /// The folders it is about.
    pub folders: Scope,
    /// Identities that they shall have.
    pub give: Vec<Identity>,
    /// Identities that come with the level: given where they can be, and otherwise left out.
    pub include: Vec<Identity>,
    /// Identities that they shall not have.
    pub take: Vec<Identity>,
}

/// The access that is wished for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A level, as the server can express it.
    Level(Level),
    /// Exactly these rights.
    Rights(Rights),
    /// No entry at all.
    None,
    /// Whatever they have: the wish is about identities alone.
    Same,
}

/// The folders that a wish is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every folder of the mailbox.
    Every,
    /// These folders, by their path in the mailbox.
    Folders {
        /// The paths as given.
        paths: Vec<String>,
        /// Whether the folders below them count too.
        recurse: bool,
    },
}

/// The identities that come with `access` on `folders`: write on the whole mailbox includes Send
/// on Behalf.
pub fn included(access: Access, folders: &Scope) -> Vec<Identity> {
    if access == Access::Level(Level::Write) && *folders == Scope::Every {
        vec![Identity::SendOnBehalf]
    } else {
        Vec::new()
    }
}
