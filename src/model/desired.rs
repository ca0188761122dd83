//! Desired: what shared mailboxes shall be like, as files say it. Whatever is not named here is not
//! managed.

use super::address::MailboxName;
use super::identity::Identity;
use super::setting::Kind;
use super::who::Who;
use super::wish::Access;
use std::collections::BTreeMap;

/// What files say of shared mailboxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// Each mailbox that is named, with what it shall be like.
    pub mailboxes: BTreeMap<MailboxName, DesiredMailbox>,
}

/// What one shared mailbox shall be like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesiredMailbox {
    /// Its limit of storage, in units of 1024 octets (RFC 9208, section 5.1).
    pub quota: Option<u64>,
    /// Folders that shall be there, by their path, parents before children.
    pub folders: Vec<String>,
    /// What each person or group shall have on every folder: nobody is named twice.
    pub access: Vec<Share>,
    /// Who shall send as the mailbox, or on its behalf.
    pub identities: BTreeMap<Identity, Vec<Who>>,
    /// What somebody shall have on one folder, by its path, in place of what [`Self::access`] says.
    pub here: BTreeMap<String, Vec<Share>>,
    /// What its settings shall say, kind by kind, as they stand in the mailbox: TOML, and nothing for none at all.
    pub settings: BTreeMap<Kind, String>,
}

/// What somebody shall have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The person or group.
    pub who: Who,
    /// What they shall have: a level, exactly these rights, or no entry at all. Never
    /// [`Access::Same`].
    pub access: Access,
}
