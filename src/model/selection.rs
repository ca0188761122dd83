//! Selection: messages meant by a mailbox, its folders and a query.

use super::label::{Keyword, Typed};
use super::uids::Uids;
use super::wish::Scope;
use chrono::NaiveDate;

/// Messages of one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The folders in which they lie.
    pub folders: Scope,
    /// Which of those that lie there, but for their labels.
    pub query: Query,
    /// Each label that they carry, or do not, as it was typed: which keyword it is, the mailbox says.
    pub labels: Vec<(Typed, bool)>,
}

impl Selection {
    /// Whether nothing is said, so that every message of the folders is meant.
    pub fn is_everything(&self) -> bool {
        self.query.is_everything() && self.labels.is_empty()
    }
}

/// Which messages of a folder: all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// One of these; any where neither is named.
    pub uids: Uids,
    /// One whose Message-ID is one of these, in brackets, or begins with one that has no last bracket.
    pub ids: Vec<String>,
    /// What the From field holds.
    pub from: Option<String>,
    /// What the To field holds.
    pub to: Option<String>,
    /// What the Cc field holds.
    pub cc: Option<String>,
    /// What the Subject field holds.
    pub subject: Option<String>,
    /// What its text holds: what people read of it, and not the header.
    pub text: Option<String>,
    /// It is longer than so many bytes.
    pub larger: Option<u64>,
    /// It is shorter than so many bytes.
    pub smaller: Option<u64>,
    /// It arrived on this day or later.
    pub since: Option<NaiveDate>,
    /// It arrived before this day.
    pub before: Option<NaiveDate>,
    /// It was not read by whoever looks.
    pub unread: bool,
    /// It was not answered.
    pub unanswered: bool,
    /// It is flagged.
    pub flagged: bool,
    /// Each label that it carries, or does not.
    pub labels: Vec<(Keyword, bool)>,
    /// Which others make it meant, or not; nobody can tell by the message alone.
    pub together: Option<Together>,
}

/// How messages belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// Those that are meant, and all that are of a conversation with one of them.
    Conversation,
    /// Of those that are meant the ones that are superfluous beside another one of the same folder.
    Duplicate,
}

impl Query {
    /// Whether messages are meant one by one.
    pub fn names_messages(&self) -> bool {
        !self.uids.is_empty() || !self.ids.is_empty()
    }

    /// Whether servers may understand it otherwise than people: what a field or a text holds, which day it is.
    pub fn is_judged(&self) -> bool {
        let texts = [&self.from, &self.to, &self.cc, &self.subject, &self.text];
        let days = [self.since, self.before];
        let is_said =
            texts.into_iter().any(Option::is_some) || days.into_iter().any(|day| day.is_some());
        is_said || !self.ids.is_empty() || self.together.is_some()
    }

    /// Whether nothing is said, so that every message is meant.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The same of each message by itself.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self {
            together: None,
            ..self.clone()
        }
    }

    /// The same without what the server would have to find in texts.
    #[must_use]
    pub fn without_texts(&self) -> Self {
        Self {
            from: None,
            to: None,
            cc: None,
            subject: None,
            text: None,
            ..self.clone()
        }
    }

    /// Whether all that is to be found in texts is ASCII.
    pub fn is_ascii(&self) -> bool {
        let fields = [&self.from, &self.to, &self.cc, &self.subject, &self.text];
        fields.into_iter().flatten().all(|text| text.is_ascii())
    }

    /// The same, of those that carry `label` or do not.
    #[must_use]
    pub fn labelled(&self, label: &Keyword, carries: bool) -> Self {
        let mut narrower = self.clone();
        narrower.labels.push((label.clone(), carries));
        narrower
    }
}
