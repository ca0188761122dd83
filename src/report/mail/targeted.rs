//! mail archive --target: why each message goes or stays.

use crate::decide::targeting::{Rank, Ranked};
use crate::document::{Column, Document, Table, Text};
use crate::model::words::storage;
use serde::Serialize;
use std::cmp::Reverse;

/// No more messages are shown; JSON has all.
const MOST: usize = 200;

/// What goes so that the mailbox is small enough.
#[derive(Clone, Debug, Serialize)]
pub struct Targeted {
    /// As small as it shall be.
    pub target: String,
    /// How much it uses, in bytes.
    pub used: u64,
    /// How much it may.
    pub limit: u64,
    /// How much of that it would use without what goes, in hundredths.
    pub after: u64,
    /// Whether that is as small as it shall be.
    pub is_reached: bool,
    /// Each message that is meant.
    pub messages: Vec<Ranking>,
}

/// A message that goes or stays.
#[derive(Clone, Debug, Serialize)]
pub struct Ranking {
    /// The folder in which it lies.
    pub folder: String,
    /// Its UID.
    pub uid: u32,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// The day from which it counts.
    pub day: Option<String>,
    /// Whether it goes.
    pub goes: bool,
    /// Why it goes or stays.
    pub why: String,
}

impl Targeted {
    /// What was `ranked`.
    pub fn new(ranked: &Ranked) -> Self {
        let target = ranked.target.to_string();
        let gone: u64 = ranked
            .messages
            .iter()
            .filter(|rank| rank.goes)
            .map(|rank| rank.bytes)
            .sum();
        let ranking = |rank: &Rank| Ranking {
            folder: rank.folder.clone(),
            uid: rank.uid,
            bytes: rank.bytes,
            day: rank.day.map(|day| day.to_string()),
            goes: rank.goes,
            why: match rank.goes {
                true => "large and old enough to be among the first".to_owned(),
                false => format!("the mailbox is below {target} without it"),
            },
        };
        let mut messages: Vec<Ranking> = ranked.messages.iter().map(ranking).collect();
        // What goes stands first, and the largest of it.
        messages.sort_by_key(|one| (!one.goes, Reverse(one.bytes)));
        Self {
            used: ranked.storage.used,
            limit: ranked.storage.limit,
            after: ranked.after(),
            is_reached: gone >= ranked.target.lacks(ranked.storage),
            messages,
            target,
        }
    }

    /// Tells it.
    pub(super) fn told(&self, mut document: Document) -> Document {
        let mut table = Table::new([
            "folder".into(),
            Column::right("uid"),
            Column::right("size"),
            "day".into(),
            "goes".into(),
            "why".into(),
        ]);
        for one in self.messages.iter().take(MOST) {
            table.push([
                one.folder.clone(),
                one.uid.to_string(),
                storage(one.bytes.div_ceil(1024)),
                one.day.clone().unwrap_or_default(),
                if one.goes { "yes" } else { "no" }.to_owned(),
                one.why.clone(),
            ]);
        }
        document = document.table(table);
        if let Some(more @ 1..) = self.messages.len().checked_sub(MOST) {
            document = document.line(Text::dim(format!("and {more} more, which JSON tells")));
        }
        let [used, limit] = [self.used, self.limit].map(|bytes| storage(bytes.div_ceil(1024)));
        let (after, target) = (self.after, &self.target);
        document = document.line(format!(
            "{used} of {limit} are used; {after} % without what goes, and {target} is the target"
        ));
        match self.is_reached {
            true => document,
            false => document.warning(format!(
                "what is meant is too little: the mailbox would not be below {target}"
            )),
        }
    }
}
