//! What became of a message.

use super::reply::Reply;
use crate::error::Error;
use crate::exit::Exit;
use crate::mail::MailAddress;

/// What became of one message, and what every recipient was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// In the order of the envelope.
    pub recipients: Vec<Recipient>,
    /// What became of the message as a whole.
    pub verdict: Verdict,
}

/// Somebody in the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// To whom.
    pub address: MailAddress,
    /// What the server answered to this one's RCPT. The message goes to those who are accepted,
    /// if the [`Verdict`] is that it was sent.
    pub fate: Fate,
}

/// The server's answer to one RCPT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The server takes mail for this one.
    Accepted,
    /// Not now.
    Deferred(Reply),
    /// Not at all.
    Refused(Reply),
    /// This one was not asked about, or the answer was lost.
    Unknown,
}

/// What became of the message as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The server has taken charge of it, for all who are accepted.
    Sent(Reply),
    /// The login may not use the sender, or the server does not like the sender for another
    /// reason (`not_owned` tells). Nobody gets it.
    SenderRefused {
        /// The server's words.
        reply: Reply,
        /// It is for want of a grant, as far as the words tell.
        not_owned: bool,
    },
    /// No recipient was accepted; each has its own answer.
    NoRecipients,
    /// The server asks to come back later. Nobody gets it.
    Deferred(Reply),
    /// The server will not take it. Nobody gets it.
    Refused(Reply),
    /// It was not handed over: it cannot be on this server, or the connection failed before the
    /// end of the message. Nobody gets it.
    NotSent(Error),
    /// The connection failed between the end of the message and the server's answer. Whether it
    /// is delivered cannot be known, so that it must not be sent again blindly.
    Unknown(Error),
}

/// Where a caller can write down how far things are, and stop them.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// The recipients have their answers and the server waits for the message. Whoever stops now
    /// has sent nothing.
    Recipients(&'a [Recipient]),
    /// All of the message but its end is with the server. Whoever stops now, or dies, has sent
    /// nothing; from the return of this call until the answer nobody knows.
    Committing,
}

impl Delivery {
    /// Those whom the server takes mail for.
    pub fn accepted(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients.iter().filter(|r| r.fate == Fate::Accepted)
    }

    /// Those for whom the message was one recipient too many, by their place.
    pub(super) fn left_over(&self) -> impl Iterator<Item = usize> {
        let sent = matches!(self.verdict, Verdict::Sent(_));
        let is_left = move |recipient: &Recipient| match &recipient.fate {
            Fate::Deferred(reply) | Fate::Refused(reply) => sent && reply.is_enough(),
            _ => false,
        };
        let recipients = self.recipients.iter().enumerate();
        recipients
            .filter(move |(_, r)| is_left(r))
            .map(|(at, _)| at)
    }

    /// Takes over what became of the message to those at `left`. Says whether it is worth to go on.
    pub(super) fn go_on(&mut self, left: &[usize], more: Delivery) -> bool {
        let brought = more.accepted().count();
        match more.verdict {
            Verdict::Sent(_) => {}
            // Some have it, of the others nobody knows: it must not go again as it is.
            Verdict::Unknown(error) => {
                let what = "some recipients have it, of the others nobody knows";
                self.verdict = Verdict::Unknown(error.about(what));
                return false;
            }
            // They keep the answer that they have.
            _ => return false,
        }
        for (at, recipient) in left.iter().zip(more.recipients) {
            if let Some(known) = self.recipients.get_mut(*at) {
                *known = recipient;
            }
        }
        brought > 0
    }

    /// The exit code of a run that sent this one message.
    pub fn exit(&self) -> Exit {
        let temporary = |r: &Recipient| matches!(r.fate, Fate::Deferred(_));
        match &self.verdict {
            Verdict::Sent(_) if self.accepted().count() == self.recipients.len() => Exit::Done,
            Verdict::Sent(_) | Verdict::Unknown(_) => Exit::Partly,
            Verdict::SenderRefused { .. } => Exit::Refused,
            Verdict::NoRecipients if self.recipients.iter().any(temporary) => Exit::TryAgain,
            Verdict::NoRecipients | Verdict::Refused(_) => Exit::Failure,
            Verdict::Deferred(_) => Exit::TryAgain,
            Verdict::NotSent(error) => error.exit(),
        }
    }
}

impl Fate {
    pub(super) fn of(reply: &Reply) -> Self {
        match reply {
            reply if reply.is_positive() => Self::Accepted,
            reply if reply.is_temporary() => Self::Deferred(reply.clone()),
            reply => Self::Refused(reply.clone()),
        }
    }
}
