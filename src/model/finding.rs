//! Finding: what `check` says is out of order.

use super::dialect::Dialect;
use super::rights::Rights;
use serde::Serialize;

/// One thing that is out of order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is wrong.
    #[serde(rename = "finding")]
    pub kind: FindingKind,
    /// Whose entry it is, as one would write it on the command line; empty where none is concerned.
    pub who: String,
    /// The entry's identifier, as spelled in the ACL; empty where none is concerned.
    pub identifier: String,
    /// The folders that are concerned.
    pub folders: Vec<String>,
    /// The rights that are concerned, where some are.
    pub rights: Option<Rights>,
    /// Who or what would have been right, or what the server said.
    pub detail: Option<String>,
}

/// What can be out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// The mailbox grants it, and these folders have no entry for any of its members: they were
    /// made before the grants, or where nothing is inherited.
    NotInherited,
    /// The mailbox grants it, and these folders have entries for others but not for this member:
    /// taken away on purpose, or forgotten.
    Lacking,
    /// An entry that lets its holder read a folder that no list shows: `r` without `l`.
    Hidden,
    /// An entry for somebody whom the server does not know.
    UnknownPerson,
    /// An entry in a spelling that gives nothing on this server.
    Misspelt,
    /// An entry that takes rights away.
    Negative,
    /// An entry for everybody.
    Everybody,
    /// A folder whose entries could not be read.
    Unreadable,
    /// A folder that the owner's list does not show, while members see it: somebody took the owner's
    /// `l` there, by the entry that is named, where one is.
    Unlisted,
    /// Somebody who could change what an identity folder says, so that it is not believed.
    IdentityNotBelieved,
    /// Somebody who could make the identity folders, which are missing, and give herself one.
    IdentityUnprotected,
    /// An entry on an identity folder that makes no holder: it gives less than `lp`.
    IdentityIncomplete,
    /// Somebody to whom the server gives more on an identity folder than any entry there says.
    IdentityExposed,
    /// Somebody who could change what the settings of the mailbox say, so that nothing of it is obeyed.
    SettingsNotBelieved,
    /// The mailbox has a login of its own: whoever knows its password needs no entry.
    OwnLogin,
    /// Nine tenths of its storage are used, or more.
    NearlyFull,
}

impl Finding {
    /// A finding about the entries of `identifier` on `folders`, which `dialect` reads.
    pub fn new(
        kind: FindingKind,
        dialect: &Dialect,
        identifier: &str,
        folders: Vec<String>,
    ) -> Self {
        Self {
            kind,
            who: dialect.who(identifier),
            identifier: identifier.to_owned(),
            folders,
            rights: None,
            detail: None,
        }
    }

    /// A finding about a folder, whoever has entries there.
    pub fn of_folder(kind: FindingKind, folder: &str) -> Self {
        Self {
            kind,
            who: String::new(),
            identifier: String::new(),
            folders: vec![folder.to_owned()],
            rights: None,
            detail: None,
        }
    }

    /// Whether `check --fix` does something about it: only what needs no guess.
    pub fn can_be_mended(&self) -> bool {
        match self.kind {
            FindingKind::NotInherited
            | FindingKind::UnknownPerson
            | FindingKind::IdentityNotBelieved
            | FindingKind::IdentityUnprotected => true,
            // Where an entry is known to hide it.
            FindingKind::Unlisted => !self.identifier.is_empty(),
            _ => false,
        }
    }
}

impl FindingKind {
    /// As JSON and CSV spell it.
    pub const fn name(self) -> &'static str {
        match self {
            FindingKind::NotInherited => "not-inherited",
            FindingKind::Lacking => "lacking",
            FindingKind::Hidden => "hidden",
            FindingKind::UnknownPerson => "unknown-person",
            FindingKind::Misspelt => "misspelt",
            FindingKind::Negative => "negative",
            FindingKind::Everybody => "everybody",
            FindingKind::Unreadable => "unreadable",
            FindingKind::Unlisted => "unlisted",
            FindingKind::IdentityNotBelieved => "identity-not-believed",
            FindingKind::IdentityUnprotected => "identity-unprotected",
            FindingKind::IdentityIncomplete => "identity-incomplete",
            FindingKind::IdentityExposed => "identity-exposed",
            FindingKind::SettingsNotBelieved => "settings-not-believed",
            FindingKind::OwnLogin => "own-login",
            FindingKind::NearlyFull => "nearly-full",
        }
    }
}
