//! Selection: messages meant by a mailbox, its folders and a query.

use super::label::Keyword;
use super::uids::Uids;
use super::wish::Scope;
use chrono::NaiveDate;

/// Messages of one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The folders in which they lie.
    pub folders: Scope,
    /// Which of those that lie there.
    pub query: Query,
}

/// Which messages of a folder: all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// One of these; any where neither is named.
    pub uids: Uids,
    /// One whose Message-ID field holds one of these.
    pub ids: Vec<String>,
    /// What the From field holds.
    pub from: Option<String>,
    /// What the To field holds.
    pub to: Option<String>,
    /// What the Subject field holds.
    pub subject: Option<String>,
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
}

impl Query {
    /// Whether messages are meant one by one.
    pub fn names_messages(&self) -> bool {
        !self.uids.is_empty() || !self.ids.is_empty()
    }

    /// Whether nothing is said, so that every message is meant.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The same, of those that carry `label` or do not.
    #[must_use]
    pub fn labelled(&self, label: &Keyword, carries: bool) -> Self {
        let mut narrower = self.clone();
        narrower.labels.push((label.clone(), carries));
        narrower
    }
}
