//! The proof of a change: what the member's own session showed.

use super::document::Text;
use super::words::some;
use crate::model::rights::Rights;
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
    /// Its kind in one word, as JSON spells it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Proof::Verified { .. } => "verified",
            Proof::Partly { .. } => "partly",
            Proof::Nothing { .. } => "nothing",
            Proof::Remains { .. } => "remains",
            Proof::NotVerified { .. } => "not-verified",
        }
    }
}

/// What the proof adds, in brackets.
pub(super) fn proved(proof: &Proof) -> Option<Text> {
    Some(match proof {
        Proof::Verified {
            login, only_stored, ..
        } if !only_stored.is_empty() => Text::good(format!(
            "(verified as {login}; {only_stored} stored, which the server does not show)"
        )),
        Proof::Verified { login, .. } => Text::good(format!("(verified as {login})")),
        Proof::Partly {
            login,
            folders,
            has,
        } => {
            let on = some(folders);
            Text::bad(format!("(but {login} has only {}, on {on})", rights(*has)))
        }
        Proof::Nothing { why } => Text::bad(format!("(stored, but gives nothing: {why})")),
        Proof::NotVerified { why } => Text::dim(format!("(stored, not verified: {why})")),
        Proof::Remains { .. } => return None,
    })
}

/// Rights in words.
pub(super) fn rights(rights: Rights) -> String {
    if rights.is_empty() {
        "nothing".to_owned()
    } else {
        rights.to_string()
    }
}
