//! The replies of a transaction, and what they amount to before the message itself.

use super::delivery::{Fate, Recipient, Verdict};
use super::refusal::Stage;
use super::reply::Reply;
use super::window::Next;
use crate::error::Error;
use crate::mail::{Envelope, MailAddress};

/// The replies so far.
pub(super) struct Answers {
    /// What each of them was answered.
    pub recipients: Vec<Recipient>,
    mail: Option<Reply>,
    data: Option<Reply>,
    /// The first refusal of a recipient that means the sender.
    sender: Option<Reply>,
    /// A 421, after which there are no more.
    goodbye: Option<Reply>,
}

impl Answers {
    pub fn new(envelope: &Envelope) -> Self {
        let recipient = |address: &MailAddress| Recipient {
            address: address.clone(),
            fate: Fate::Unknown,
        };
        Self {
            recipients: envelope.to.iter().map(recipient).collect(),
            mail: None,
            data: None,
            sender: None,
            goodbye: None,
        }
    }

    pub fn mail(&mut self, reply: Reply) -> Next {
        let next = if reply.is_positive() {
            Next::Go
        } else {
            Next::Stop
        };
        self.note_goodbye(&reply);
        self.mail = Some(reply);
        next
    }

    pub fn rcpt(&mut self, number: usize, is_last: bool, reply: Reply) -> Next {
        self.note_goodbye(&reply);
        // After a refused MAIL this is no answer about the recipient.
        let asked = self.mail.as_ref().is_some_and(Reply::is_positive);
        if let Some(recipient) = self.recipients.get_mut(number).filter(|_| asked) {
            recipient.fate = Fate::of(&reply);
            if reply.refuses_sender(Stage::Rcpt) {
                self.sender.get_or_insert(reply);
            }
        }
        if is_last && !self.has_accepted() {
            Next::Stop
        } else {
            Next::Go
        }
    }

    pub fn data(&mut self, reply: Reply) -> Next {
        self.note_goodbye(&reply);
        self.data = Some(reply);
        Next::Go
    }

    fn note_goodbye(&mut self, reply: &Reply) {
        if reply.code() == 421 {
            self.goodbye = Some(reply.clone());
        }
    }

    fn has_accepted(&self) -> bool {
        self.recipients.iter().any(|r| r.fate == Fate::Accepted)
    }

    pub fn data_code(&self) -> Option<u16> {
        self.data.as_ref().map(Reply::code)
    }

    /// Why the message is not to be sent, if so.
    pub fn verdict(&self) -> Option<Verdict> {
        match &self.mail {
            Some(reply) if reply.is_positive() => {}
            Some(reply) => return Some(refused(reply.clone(), Stage::Mail)),
            None => return Some(Verdict::NoRecipients),
        }
        if self.has_accepted() {
            return None;
        }
        Some(match &self.sender {
            Some(reply) => refused(reply.clone(), Stage::Rcpt),
            None => Verdict::NoRecipients,
        })
    }

    pub fn refused_data(&self, missing: impl FnOnce() -> Error) -> Verdict {
        match &self.data {
            Some(reply) if !reply.is_positive() && reply.code() >= 400 => {
                refused(reply.clone(), Stage::Data)
            }
            _ => Verdict::NotSent(missing()),
        }
    }

    /// The connection failed before the message. What was refused by then stays so.
    pub fn broken(&self, error: Error) -> Verdict {
        let mail = self.mail.as_ref().filter(|reply| !reply.is_positive());
        let sender = self.sender.as_ref().filter(|_| !self.has_accepted());
        match (mail, sender, &self.goodbye) {
            (Some(reply), _, _) => refused(reply.clone(), Stage::Mail),
            (None, Some(reply), _) => refused(reply.clone(), Stage::Rcpt),
            (None, None, Some(reply)) => Verdict::Deferred(reply.clone()),
            (None, None, None) => Verdict::NotSent(error),
        }
    }
}

/// A complaint of the server about the whole message.
pub(super) fn refused(reply: Reply, stage: Stage) -> Verdict {
    if reply.refuses_sender(stage) {
        let not_owned = reply.denies_ownership(stage);
        Verdict::SenderRefused { reply, not_owned }
    } else if reply.is_temporary() {
        Verdict::Deferred(reply)
    } else {
        Verdict::Refused(reply)
    }
}
