//! Sending row by row over one connection, with a new one where the old one broke.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::mail::letter::{From, Letter};
use crate::mail::message::Composed;
use crate::outbox::{Mark, Series};
use crate::output::Output;
use crate::post::handing::{Copy, Hand, Handed};
use crate::post::page::Page;
use crate::post::sending::Sending;
use crate::post::told;
use crate::sheet::letters::{Row, Sheet};
use crate::smtp::{Delivery, Verdict};
use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

/// How each row ended, by its number; a row that is missing was not tried.
pub type Ends = BTreeMap<usize, End>;

/// How a row ended.
pub enum End {
    /// It was handed over in this run.
    Handed {
        /// What became of it.
        handed: Handed,
        /// Its message's name.
        message_id: String,
    },
    /// An earlier run sent it.
    Earlier {
        /// What was known of it.
        mark: Mark,
        /// What became of a copy that was still to be filed.
        copy: Copy,
    },
    /// An earlier run tried, and nobody knows.
    Unknown {
        /// What is known of it.
        mark: Mark,
    },
}

/// How often a row is tried whose connection failed before the message was handed over.
const TRIES: usize = 3;
/// So many rows in a row whose connections failed are enough.
const LOST: usize = 3;
/// How long to wait before each attempt to log in anew.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(4),
];

/// What is sent, to whom, and who writes it down.
pub struct Round<'r, 'h> {
    /// The rows.
    pub sheet: &'r Sheet,
    /// What goes to each.
    pub letter: &'r Letter,
    /// Who it is from.
    pub from: &'r From,
    /// Who sends as what.
    pub sending: &'r Sending,
    /// Where it is written down.
    pub series: &'r mut Series,
    /// The connections.
    pub hand: &'r mut Hand<'h>,
    /// What to do about refusals.
    pub hints: Vec<String>,
}

impl Round<'_, '_> {
    /// Sends what has no end yet, and says why it stopped if it stopped.
    pub fn go(&mut self, ends: &mut Ends, output: &Output) -> Option<Error> {
        let left = self.sheet.rows.len() - ends.len();
        let progress = output.progress(Some(left as u64), "sending");
        let mut lost = 0;
        for row in &self.sheet.rows {
            if ends.contains_key(&row.number) {
                continue;
            }
            if interrupt::requested() {
                return Some(Error::new(Exit::Interrupted, "interrupted"));
            }
            let (handed, message_id) = match self.row(row) {
                Ok(end) => end,
                Err(error) => return Some(error),
            };
            let was_lost = self.hand.is_broken() && is_unsent(&handed.delivery);
            lost = if was_lost { lost + 1 } else { 0 };
            let stop = self.reason_to_stop(&handed, lost);
            ends.insert(row.number, End::Handed { handed, message_id });
            progress.tick(1);
            if stop.is_some() {
                return stop;
            }
        }
        None
    }

    /// What would be no better for the next row.
    fn reason_to_stop(&self, handed: &Handed, lost: usize) -> Option<Error> {
        match &handed.delivery.verdict {
            Verdict::SenderRefused { reply, .. } => {
                let what = format!("the server refuses the sender ({reply})");
                Some(Error::new(Exit::Refused, what))
            }
            Verdict::NotSent(error) if error.exit() == Exit::Interrupted => Some(error.clone()),
            Verdict::NotSent(error) if lost >= LOST => Some(error.clone()),
            Verdict::Deferred(reply) if lost >= LOST => {
                Some(Error::new(Exit::TryAgain, reply.to_string()))
            }
            _ => None,
        }
    }

    fn row(&mut self, row: &Row) -> Result<(Handed, String)> {
        let mut tries = 1;
        loop {
            if self.hand.is_broken() {
                self.reconnect()?;
            }
            let message = self.compose(row)?;
            let mut page = Page {
                series: self.series,
                row: row.number,
                digest: self.sheet.digest(row),
                written: None,
            };
            let handed = self.hand.hand_over(&message, None, &mut page)?;
            let again = self.hand.is_broken() && is_unsent(&handed.delivery);
            if again && tries < TRIES && !interrupt::requested() {
                tries += 1;
                continue;
            }
            if self.hints.is_empty() {
                self.hints = told::hints(self.sending, &handed, &message);
            }
            return Ok((handed, message.message_id.to_string()));
        }
    }

    /// It was composed before, to see whether it can be.
    fn compose(&self, row: &Row) -> Result<Composed> {
        let composed = self.letter.compose(&row.cells, self.from, true);
        composed.map_err(|unfit| {
            let why = unfit.into_iter().next().map(|unfit| unfit.why);
            Error::new(Exit::BadInput, why.unwrap_or_default()).about(row.place(None))
        })
    }

    fn reconnect(&mut self) -> Result<()> {
        let mut last = None;
        for pause in PAUSES {
            wait(pause)?;
            match self.hand.reconnect() {
                Ok(()) => return Ok(()),
                Err(error) if error.exit() == Exit::Refused => return Err(error),
                Err(error) => last = Some(error),
            }
        }
        last.map_or(Ok(()), Err)
    }
}

/// Nobody got the message, and nobody decided about it either: it may be tried again.
fn is_unsent(delivery: &Delivery) -> bool {
    match &delivery.verdict {
        Verdict::NotSent(error) => error.exit() != Exit::Interrupted,
        Verdict::Deferred(_) => true,
        _ => false,
    }
}

/// Waits, unless somebody wants to stop.
fn wait(pause: Duration) -> Result<()> {
    let end = Instant::now() + pause;
    while Instant::now() < end {
        if interrupt::requested() {
            return Err(Error::new(Exit::Interrupted, "interrupted"));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
