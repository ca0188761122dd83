//! What is known of a message in the outbox.

use crate::mail::Envelope;
use crate::model::identity::Identity;
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One message, but for its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The profile that it was sent with.
    pub profile: String,
    /// The shared mailbox that it is from.
    pub mailbox: String,
    /// Who sends it.
    pub sender: String,
    /// As what.
    pub identity: Identity,
    /// Its name, with brackets.
    pub message_id: String,
    /// Where it comes from and goes to.
    pub envelope: Envelope,
    /// When it was put here, in seconds since 1970.
    pub created: u64,
    /// Whether a copy is to be filed.
    pub save: bool,
    /// The series that it belongs to, if it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was not handed over.
    Prepared,
    /// All of it but its end was: nobody knows of the rest.
    Committing,
    /// The answer to its end never came: nobody knows whether it was sent.
    Unknown,
    /// It was sent, and its copy is not filed.
    Sent,
}

impl Entry {
    /// How long ago it was put here.
    pub fn age(&self) -> Duration {
        let created = UNIX_EPOCH.checked_add(Duration::from_secs(self.created));
        let age = created.and_then(|then| SystemTime::now().duration_since(then).ok());
        age.unwrap_or_default()
    }
}

/// Now, in seconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

impl State {
    const ALL: [State; 4] = [
        State::Prepared,
        State::Committing,
        State::Unknown,
        State::Sent,
    ];

    /// As file names spell it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            State::Prepared => "prepared",
            State::Committing => "committing",
            State::Unknown => "unknown",
            State::Sent => "sent",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
