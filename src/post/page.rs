//! Where one message of a series is written down, before it goes and after.

use super::handing::Witness;
use crate::error::Result;
use crate::mail::message::Composed;
use crate::outbox::{Mark, Progress, Series};
use crate::smtp::{Delivery, Verdict};

/// Where one message is written down.
pub(super) struct Page<'s> {
    /// Where.
    pub series: &'s mut Series,
    /// Which one of the series it is.
    pub row: usize,
    /// By what it is known again.
    pub digest: String,
    /// What was written before it went.
    pub written: Option<Mark>,
}

impl Witness for Page<'_> {
    fn series(&self) -> Option<&str> {
        Some(self.series.key())
    }

    fn goes(&mut self, id: &str, message: &Composed) -> Result<()> {
        let mark = Mark {
            row: self.row,
            digest: self.digest.clone(),
            progress: Progress::Going,
            id: id.to_owned(),
            message_id: message.message_id.to_string(),
        };
        self.written = Some(mark.clone());
        self.series.mark(mark)
    }

    fn went(&mut self, delivery: &Delivery) -> Result<()> {
        let progress = match delivery.verdict {
            Verdict::Sent(_) => Progress::Sent,
            Verdict::Unknown(_) => Progress::Unknown,
            _ => Progress::NotSent,
        };
        match self.written.take() {
            Some(mark) => self.series.mark(Mark { progress, ..mark }),
            None => Ok(()),
        }
    }
}
