//! What the ledger is told of a message: that it is about to go, and what became of it.

use crate::error::Result;
use crate::ledger::{Ledger, Witness};
use crate::model::deed::{Deed, Deeds, Done};
use crate::model::outcome::Fate;
use crate::outbox::Entry;
use crate::smtp::{Delivery, Verdict};

/// A message that the ledger knows of.
pub struct Posting<'l> {
    ledger: &'l Ledger,
    deeds: Deeds,
}

impl<'l> Posting<'l> {
    /// Writes down that the message of `entry` is about to go.
    ///
    /// # Errors
    /// When it cannot be written down. Nothing may be sent then.
    pub fn begin(ledger: &'l Ledger, entry: &Entry) -> Result<Self> {
        let deed = Deed::Send {
            sender: entry.sender.clone(),
            identity: entry.identity,
            message_id: entry.message_id.clone(),
            recipients: entry.envelope.to.len(),
        };
        let deeds = Deeds::new(&entry.mailbox, None, vec![deed]);
        ledger.about_to_do(&deeds)?;
        Ok(Self { ledger, deeds })
    }

    /// Writes down that it does not go after all. Without that there is only what was meant.
    pub fn give_up(&self) {
        let _ = self.ledger.did(&self.deeds, &[Fate::NotTried.into()]);
    }

    /// Writes down what became of it.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn end(&self, delivery: &Delivery) -> Result<()> {
        self.ledger.did(&self.deeds, &[done(delivery)])
    }
}

fn done(delivery: &Delivery) -> Done {
    let (fate, answer) = match &delivery.verdict {
        Verdict::Sent(reply) => (Fate::Done, Some(reply.to_string())),
        Verdict::SenderRefused { reply, .. }
        | Verdict::Deferred(reply)
        | Verdict::Refused(reply) => (Fate::Refused(reply.to_string()), None),
        Verdict::NoRecipients => {
            let why = "no recipient was accepted".to_owned();
            (Fate::Refused(why), None)
        }
        Verdict::NotSent(error) => (Fate::Refused(format!("not sent: {error}")), None),
        Verdict::Unknown(error) => (Fate::Unknown(error.to_string()), None),
    };
    Done {
        fate,
        answer,
        accepted: Some(delivery.accepted().count()),
    }
}
