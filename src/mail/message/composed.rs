//! A message that is ready to go.

use super::id::MessageId;
use crate::error::Result;
use crate::mail::check_content;
use crate::mail::{Envelope, Notify};
use std::borrow::Cow;
use std::ops::Range;

/// A message as bytes, and its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// Its name.
    pub message_id: MessageId,
    /// Where it comes from and goes to.
    pub envelope: Envelope,
    filed: Vec<u8>,
    /// Where Bcc stands in `filed`.
    bcc: Range<usize>,
}

impl Composed {
    /// Puts the fields before Bcc, Bcc itself, and the rest together. The last line is ended.
    ///
    /// # Errors
    /// When the result could not travel.
    pub(super) fn new(
        message_id: MessageId,
        envelope: Envelope,
        before: String,
        bcc: &[u8],
        rest: &[u8],
    ) -> Result<Self> {
        let start = before.len();
        let mut filed = before.into_bytes();
        filed.reserve_exact(bcc.len() + rest.len() + 2);
        filed.extend_from_slice(bcc);
        filed.extend_from_slice(rest);
        if !filed.ends_with(b"\r\n") {
            filed.extend_from_slice(b"\r\n");
        }
        check_content(&filed)?;
        Ok(Self {
            message_id,
            envelope,
            filed,
            bcc: start..start + bcc.len(),
        })
    }

    /// Asks for reports, which name the message as it names itself.
    pub fn ask_for_reports(&mut self, notify: Option<Notify>) {
        let name = self.message_id.to_string();
        self.envelope.id = notify.map(|_| name.trim_matches(['<', '>']).to_owned());
        self.envelope.notify = notify;
    }

    /// The message as it is filed: with Bcc.
    pub fn filed(&self) -> &[u8] {
        &self.filed
    }

    /// The message as it travels: without Bcc.
    pub fn wire(&self) -> Cow<'_, [u8]> {
        if self.bcc.is_empty() {
            return Cow::Borrowed(&self.filed);
        }
        let (before, after) = (&self.filed[..self.bcc.start], &self.filed[self.bcc.end..]);
        Cow::Owned([before, after].concat())
    }
}
