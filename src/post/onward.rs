//! Messages that rules send on: each once to each address, with the outbox as witness, and a series that knows which
//! went on the disk before anything relies on it.

use super::handing::{Hand, Handed};
use super::page::Page;
use super::sending::outbox;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::mail::MailAddress;
use crate::mail::message::{needless, resend};
use crate::model::digest::{digest, sha256};
use crate::model::rule::Onward;
use crate::outbox::{Mark, Outbox, Progress, Series, State};
use crate::report::mail::delivery::said;
use crate::smtp::{Delivery, Fate, Verdict};
use std::collections::BTreeMap;

/// What is sent on, and how often.
pub struct Round<'r, 'h> {
    /// Whose mail it is.
    pub mailbox: &'r MailAddress,
    /// Where it is written down what went.
    pub series: Series,
    /// The connection.
    pub hand: &'r mut Hand<'h>,
    outbox: Outbox,
    /// Where each message for an address stands in the series, by what tells it from others.
    rows: BTreeMap<String, usize>,
    /// Why nothing more is tried.
    stopped: Option<Error>,
}

impl<'r, 'h> Round<'r, 'h> {
    /// From `mailbox`, over `hand`, written down in `series`.
    ///
    /// # Errors
    /// Where there is no outbox.
    pub fn new(mailbox: &'r MailAddress, series: Series, hand: &'r mut Hand<'h>) -> Result<Self> {
        let rows = series.marks().map(|mark| (mark.digest.clone(), mark.row));
        Ok(Self {
            mailbox,
            rows: rows.collect(),
            series,
            hand,
            outbox: outbox()?,
            stopped: None,
        })
    }

    /// Why nothing more was tried, where that is so.
    pub fn stopped(&self) -> Option<&Error> {
        self.stopped.as_ref()
    }

    /// Sends the message of `size` bytes, which `read` reads, to each of `to`: what became of it for each.
    pub fn message(
        &mut self,
        size: u64,
        to: &[&str],
        read: &mut dyn FnMut() -> Result<Vec<u8>>,
    ) -> Vec<Onward> {
        let all = |fate: Onward| vec![fate; to.len()];
        if let Some(why) = self.hindrance() {
            return all(Onward::NotSent(why));
        }
        if let Some(most) = self.hand.most().filter(|most| size > *most) {
            let why = format!("it has {size} bytes, and the SMTP server takes {most}");
            return all(Onward::NotSent(why));
        }
        let original = match read() {
            Ok(original) => original,
            Err(error) => return all(Onward::NotSent(error.to_string())),
        };
        let name = sha256(&original);
        to.iter()
            .map(|address| match MailAddress::parse(address) {
                Ok(address) => self
                    .to(&original, &name, &address)
                    .unwrap_or_else(|error| self.stop(error)),
                Err(why) => Onward::NotSent(why.to_string()),
            })
            .collect()
    }

    /// Nothing more is tried, as nothing could be written down of it.
    fn stop(&mut self, error: Error) -> Onward {
        let why = error.to_string();
        self.stopped = Some(error);
        Onward::NotSent(why)
    }

    /// Why nothing is tried any more.
    fn hindrance(&mut self) -> Option<String> {
        if interrupt::requested() {
            return Some("not tried: interrupted".to_owned());
        }
        let stopped = self.stopped.as_ref()?;
        Some(format!("not tried: {}", stopped.what()))
    }

    /// # Errors
    /// Where it cannot be written down: nothing is sent then.
    fn to(&mut self, original: &[u8], name: &str, to: &MailAddress) -> Result<Onward> {
        let (local, domain) = to.key();
        let digest = digest([name, &local, &domain].map(str::as_bytes));
        if let Some(before) = self.before(&digest)? {
            return Ok(before);
        }
        if let Some(why) = self.hindrance() {
            return Ok(Onward::NotSent(why));
        }
        if let Some(why) = needless(original, self.mailbox, to) {
            return Ok(Onward::Needless(why));
        }
        let message = match resend(original, self.mailbox, to) {
            Ok(message) => message,
            Err(error) => return Ok(Onward::NotSent(error.what().to_owned())),
        };
        if self.hand.is_broken() {
            self.hand.reconnect()?;
        }
        let last = self.rows.values().max().copied().unwrap_or_default();
        let row = *self.rows.entry(digest.clone()).or_insert(last + 1);
        let mut page = Page {
            series: &mut self.series,
            row,
            digest,
            written: None,
        };
        let handed = self.hand.hand_over(&message, None, &mut page)?;
        Ok(self.became(&handed))
    }

    /// What is known of it from earlier runs; nothing where it did not go, and may.
    fn before(&mut self, digest: &str) -> Result<Option<Onward>> {
        let row = self.rows.get(digest);
        let Some(mark) = row.and_then(|row| self.series.of(*row)).cloned() else {
            return Ok(None);
        };
        let slip = match self.outbox.take(&mark.id) {
            Ok(slip) => Some(slip),
            Err(error) if error.exit() == Exit::NotFound => None,
            // Another run has it, or it cannot be read.
            Err(error) => return Ok(Some(Onward::Unknown(error.to_string(), mark.id))),
        };
        let state = slip.as_ref().map(|slip| slip.state);
        let progress = match (mark.progress, state) {
            (Progress::NotSent, _) | (Progress::Going, Some(State::Prepared)) => Progress::NotSent,
            (Progress::Sent, _) | (_, Some(State::Sent)) => Progress::Sent,
            (_, Some(_)) => {
                let why = "an earlier run broke off while it handed it over: it may have been sent";
                return Ok(Some(Onward::Unknown(why.to_owned(), mark.id)));
            }
            // Somebody took it out of the outbox: whatever became of it is known to people.
            (_, None) => Progress::Sent,
        };
        self.series.mark(Mark { progress, ..mark })?;
        slip.map_or(Ok(()), crate::outbox::Slip::remove)?;
        Ok((progress == Progress::Sent).then_some(Onward::Before))
    }

    /// What became of a message that was handed over, after which nothing may be worth trying.
    fn became(&mut self, handed: &Handed) -> Onward {
        let delivery = &handed.delivery;
        let said = said(&delivery.verdict).answer();
        match &delivery.verdict {
            Verdict::Sent(_) => Onward::Sent,
            Verdict::Unknown(error) => Onward::Unknown(error.to_string(), handed.id.clone()),
            Verdict::NoRecipients => Onward::NotSent(refusal(delivery)),
            Verdict::SenderRefused { reply, .. } => {
                let what = format!("the server refuses the sender ({reply})");
                self.stop(Error::new(Exit::Refused, what))
            }
            _ => Onward::NotSent(said.unwrap_or_default()),
        }
    }
}

/// Why the only recipient was not accepted.
fn refusal(delivery: &Delivery) -> String {
    let replies = delivery
        .recipients
        .iter()
        .filter_map(|one| match &one.fate {
            Fate::Deferred(reply) | Fate::Refused(reply) => Some(reply.to_string()),
            _ => None,
        });
    let why: Vec<String> = replies.collect();
    match why.is_empty() {
        true => "the server did not take it".to_owned(),
        false => why.join("; "),
    }
}
