//! What a submission server said, in the words of reports.

use super::send::{Outcome, Told};
use crate::error::Error;
use crate::smtp::{Fate, Recipient, Reply, Verdict};

/// What became of a message as a whole, and what was said to it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'v> {
    /// What became of it.
    pub outcome: Outcome,
    /// What the server said, where it spoke.
    pub reply: Option<&'v Reply>,
    error: Option<&'v Error>,
}

/// The verdict in the words of reports.
pub fn said(verdict: &Verdict) -> Said<'_> {
    let (outcome, reply, error) = match verdict {
        Verdict::Sent(reply) => (Outcome::Sent, Some(reply), None),
        Verdict::SenderRefused { reply, .. } => (Outcome::SenderRefused, Some(reply), None),
        Verdict::NoRecipients => (Outcome::NoRecipients, None, None),
        Verdict::Deferred(reply) => (Outcome::Deferred, Some(reply), None),
        Verdict::Refused(reply) => (Outcome::Refused, Some(reply), None),
        Verdict::NotSent(error) => (Outcome::NotSent, None, Some(error)),
        Verdict::Unknown(error) => (Outcome::Unknown, None, Some(error)),
    };
    Said {
        outcome,
        reply,
        error,
    }
}

impl Said<'_> {
    /// The server's words, or what went wrong.
    pub fn answer(&self) -> Option<String> {
        let reply = self.reply.map(Reply::to_string);
        reply.or_else(|| self.error.map(ToString::to_string))
    }
}

impl From<&Recipient> for Told {
    fn from(recipient: &Recipient) -> Self {
        let (fate, reply) = match &recipient.fate {
            Fate::Accepted => ("accepted", None),
            Fate::Deferred(reply) => ("deferred", Some(reply)),
            Fate::Refused(reply) => ("refused", Some(reply)),
            Fate::Unknown => ("not-asked", None),
        };
        Self {
            address: recipient.address.to_string(),
            fate,
            code: reply.map(Reply::code),
            answer: reply.map(Reply::to_string),
        }
    }
}
