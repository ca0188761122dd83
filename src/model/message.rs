//! A message as lists tell of it: what its folder says, and what its header says.

use super::label::Keyword;
use chrono::{DateTime, FixedOffset, NaiveDate};

/// A message in one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its UID.
    pub uid: u32,
    /// When it came into the folder, as the server tells (INTERNALDATE, RFC 9051, section 2.3.3).
    pub arrived: Option<DateTime<FixedOffset>>,
    /// When it was put into this folder, as the server tells where it was asked and knows (SAVEDATE, RFC 8514).
    pub saved: Option<DateTime<FixedOffset>>,
    /// How long it is, in bytes (RFC822.SIZE).
    pub size: u64,
    /// The server's own flags that it carries, in small letters: `\seen`.
    pub flags: Vec<String>,
    /// The keywords that it carries, as they are spelled.
    pub keywords: Vec<String>,
    /// What its header says.
    pub head: Head,
}

/// What the header of a message says, as people read it. It comes from anybody: control characters are
/// gone, and what is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The From field.
    pub from: String,
    /// The address of the first who is named there, in small letters, where it is one.
    pub sender: Option<String>,
    /// The To field.
    pub to: String,
    /// The Cc field.
    pub cc: String,
    /// The Subject field, in one line.
    pub subject: String,
    /// The Date field, where it is one.
    pub written: Option<DateTime<FixedOffset>>,
    /// The Message-ID, in its brackets, where it is one.
    pub id: Option<String>,
}

impl Message {
    /// Whether it carries `flag`, such as `\Seen`.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own.eq_ignore_ascii_case(flag))
    }

    /// Whether it carries `label`.
    pub fn carries(&self, label: &Keyword) -> bool {
        let mut all = self.keywords.iter().chain(&self.flags);
        all.any(|own| label.is(own))
    }

    /// The day on which it came, as its server's clock had it; that is the day that SINCE and BEFORE mean
    /// (RFC 9051, section 6.4.4).
    pub fn day(&self) -> Option<NaiveDate> {
        self.arrived.map(|arrived| arrived.date_naive())
    }
}
