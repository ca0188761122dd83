//! The proof of a change: what the member's own session showed.

use super::rights::Rights;
use serde::Serialize;

/// Whether the effect was seen from the member's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Proof {
    /// Her own session has exactly what was asked for, or more by other entries.
    Verified {
        /// The login name of that session.
        login: String,
        /// Where she sees the mailbox; absent where she sees nothing, as after a revocation.
        path: Option<String>,
        /// Whether a list of folders shows it there.
        listed: bool,
        /// What is stored, and what no session shows: the server tells nobody of these.
        only_stored: Rights,
    },
    /// Her own session lacks some of it.
    Partly {
        /// The login name of that session.
        login: String,
        /// The folders where something is missing.
        folders: Vec<String>,
        /// What she can do on the first of them.
        has: Rights,
    },
    /// She holds nothing at all: the server took the entry and gives nothing for it.
    Nothing {
        /// Why, as far as it could be told.
        why: String,
    },
    /// Other entries still give her something after a revocation.
    Remains {
        /// The login name of that session.
        login: String,
        /// The folders.
        folders: Vec<String>,
        /// What she can still do on the first of them.
        has: Rights,
    },
    /// It could not be tried.
    NotVerified {
        /// Why.
        why: String,
    },
}

impl Proof {
    /// Nobody was to look.
    pub fn unasked() -> Self {
        Self::NotVerified {
            why: "nobody asked for it".to_owned(),
        }
    }

    /// Whether she was seen not to have what she should. What groups and others give beside it is none of the
    /// change's doing.
    pub fn is_lacking(&self) -> bool {
        matches!(self, Self::Nothing { .. } | Self::Partly { .. })
    }

    /// Its kind in one word, as JSON spells it.
    pub fn word(&self) -> &'static str {
        match self {
            Proof::Verified { .. } => "verified",
            Proof::Partly { .. } => "partly",
            Proof::Nothing { .. } => "nothing",
            Proof::Remains { .. } => "remains",
            Proof::NotVerified { .. } => "not-verified",
        }
    }
}
