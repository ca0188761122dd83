//! Asking whether a sender is taken, without sending: MAIL, RCPT, RSET.

use super::refusal::Stage;
use super::reply::Reply;
use super::session::Submission;
use super::window;
use super::window::Next;
use crate::error::Result;
use crate::mail::MailAddress;

/// What the server made of a sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Sender and recipient are taken.
    Taken(Reply),
    /// This login may not use the sender.
    NotOwned(Reply),
    /// The sender is refused for another reason.
    SenderRefused(Reply),
    /// The sender was not complained about; the recipient is refused.
    RecipientRefused(Reply),
    /// The server asks to come back later.
    Deferred(Reply),
}

impl Submission {
    /// Asks whether mail from `from` to `to` would be taken. Nothing is sent. What a server only
    /// says at the end of a message, as Exchange does, cannot be found out so.
    ///
    /// # Errors
    /// When the session is broken, or an address cannot be said to this server.
    pub fn probe(&mut self, from: &MailAddress, to: &MailAddress) -> Result<Probe> {
        self.check_addresses([from, to])?;
        let utf8 = from.needs_smtputf8() || to.needs_smtputf8();
        let utf8 = if utf8 { " SMTPUTF8" } else { "" };
        let commands = [
            format!("MAIL FROM:<{from}>{utf8}"),
            format!("RCPT TO:<{to}>"),
        ];
        let pipelining = self.capabilities().pipelining;
        let mut replies: Vec<Reply> = Vec::new();
        let ran = window::run(&mut self.wire, &commands, pipelining, |_, reply| {
            let next = if reply.is_positive() {
                Next::Go
            } else {
                Next::Stop
            };
            replies.push(reply);
            next
        });
        // Of two pipelined replies the first complaint is the reason for the second one.
        let complaint = replies.iter().position(|r| !r.is_positive());
        let number = complaint.unwrap_or(1);
        let Some(reply) = replies.into_iter().nth(number) else {
            return Err(ran
                .err()
                .unwrap_or_else(|| self.wire.broke("a reply is missing")));
        };
        if ran.is_ok() {
            self.reset()?;
        }
        Ok(Probe::new(number, reply))
    }
}

impl Probe {
    /// The server's words.
    pub fn reply(&self) -> &Reply {
        match self {
            Self::Taken(reply)
            | Self::NotOwned(reply)
            | Self::SenderRefused(reply)
            | Self::RecipientRefused(reply)
            | Self::Deferred(reply) => reply,
        }
    }

    fn new(number: usize, reply: Reply) -> Self {
        let stage = if number == 0 {
            Stage::Mail
        } else {
            Stage::Rcpt
        };
        match reply {
            reply if reply.is_positive() => Self::Taken(reply),
            reply if reply.is_temporary() => Self::Deferred(reply),
            reply if reply.denies_ownership(stage) => Self::NotOwned(reply),
            reply if stage == Stage::Mail || reply.refuses_sender(stage) => {
                Self::SenderRefused(reply)
            }
            reply => Self::RecipientRefused(reply),
        }
    }
}
