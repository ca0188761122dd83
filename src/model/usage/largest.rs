//! The largest messages.

use crate::model::message::Message;
use chrono::{DateTime, FixedOffset};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A large message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Large {
    /// The folder in which it lies.
    pub folder: String,
    /// Its UID there.
    pub uid: u32,
    /// Its Message-ID, where it has one.
    pub message_id: Option<String>,
    /// Who wrote it, as the From field has it.
    pub from: String,
    /// What it is about.
    pub subject: String,
    /// How long it is, in bytes.
    pub size: u64,
    /// When it arrived.
    pub arrived: Option<DateTime<FixedOffset>>,
}

/// By size, and of those that are alike in the order of folders and UIDs.
type Rank = (u64, Reverse<(String, u32)>);

/// The largest of those that were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Largest {
    most: usize,
    kept: BTreeMap<Rank, Large>,
}

impl Largest {
    /// None yet, and never more than `most`.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            kept: BTreeMap::new(),
        }
    }

    /// `message` of `folder`, where it is one of them.
    pub fn add(&mut self, folder: &str, message: &Message) {
        let least = self.kept.first_key_value().map(|((size, _), _)| *size);
        let is_full = self.kept.len() >= self.most;
        if is_full && least.is_none_or(|least| message.size < least) {
            return;
        }
        let head = &message.head;
        self.put(Large {
            folder: folder.to_owned(),
            uid: message.uid,
            message_id: head.id.clone(),
            from: head.from.clone(),
            subject: head.subject.clone(),
            size: message.size,
            arrived: message.arrived,
        });
    }

    /// Those of `other` too.
    pub fn merge(&mut self, other: Self) {
        for large in other.kept.into_values() {
            self.put(large);
        }
    }

    fn put(&mut self, large: Large) {
        let rank = (large.size, Reverse((large.folder.clone(), large.uid)));
        self.kept.insert(rank, large);
        if self.kept.len() > self.most {
            self.kept.pop_first();
        }
    }

    /// The largest first.
    pub fn iter(&self) -> impl Iterator<Item = &Large> {
        self.kept.values().rev()
    }
}
