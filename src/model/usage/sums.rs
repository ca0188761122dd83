//! What messages take, counted in every way that is told.

use super::clock::{Clock, Month, When};
use super::largest::Largest;
use super::tally::Tally;
use crate::model::message::Message;
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, HashMap};

/// Up to so many bytes a message is of one class of size, and larger than the last of them it is of one more.
pub const SIZES: [u64; 4] = [10 << 10, 100 << 10, 1 << 20, 10 << 20];

/// The most senders that are told apart.
pub const MOST_SENDERS: usize = 20_000;

/// Sums over messages: of all of them, and by what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// All.
    pub all: Tally,
    /// By the year in which they arrived.
    pub years: BTreeMap<i32, Tally>,
    /// By the month in which they arrived, of the months that are told.
    pub months: BTreeMap<Month, Tally>,
    /// Those that arrived in the days whose pace is told.
    pub recent: Tally,
    /// Those of which the server does not say when they arrived.
    pub undated: Tally,
    /// Those that arrived later than now, as their server says.
    pub in_future: Tally,
    /// When the first of them arrived.
    pub oldest: Option<DateTime<FixedOffset>>,
    /// By size, as [`SIZES`] has them.
    pub sizes: [Tally; SIZES.len() + 1],
    /// By the address of the sender.
    pub senders: HashMap<String, Tally>,
    /// Those without an address of a sender.
    pub without_sender: Tally,
    /// Those of senders that were too many to be told apart.
    pub other_senders: Tally,
    /// The largest of them.
    pub largest: Largest,
}

impl Sums {
    /// Nothing yet; at most `most` messages are kept as the largest.
    pub fn new(clock: &Clock, most: usize) -> Self {
        let months = clock.months().into_iter();
        Self {
            all: Tally::default(),
            years: BTreeMap::new(),
            months: months.map(|month| (month, Tally::default())).collect(),
            recent: Tally::default(),
            undated: Tally::default(),
            in_future: Tally::default(),
            oldest: None,
            sizes: Default::default(),
            senders: HashMap::new(),
            without_sender: Tally::default(),
            other_senders: Tally::default(),
            largest: Largest::new(most),
        }
    }

    /// `message` of `folder` too.
    pub fn add(&mut self, clock: &Clock, folder: &str, message: &Message) {
        let one = Tally::of(message.size);
        self.all.add(one);
        match clock.when(message) {
            When::Unknown => self.undated.add(one),
            When::InFuture => self.in_future.add(one),
            When::At {
                year,
                month,
                is_recent,
            } => {
                self.years.entry(year).or_default().add(one);
                if let Some(month) = self.months.get_mut(&month) {
                    month.add(one);
                }
                if is_recent {
                    self.recent.add(one);
                }
                self.oldest = earlier(self.oldest, message.arrived);
            }
        }
        let class = SIZES.partition_point(|most| *most < message.size);
        if let Some(class) = self.sizes.get_mut(class) {
            class.add(one);
        }
        match &message.head.sender {
            Some(sender) => self.sender(sender, one),
            None => self.without_sender.add(one),
        }
        self.largest.add(folder, message);
    }

    /// All that `other` has counted too.
    pub fn merge(&mut self, other: Self) {
        self.all.add(other.all);
        for (year, tally) in other.years {
            self.years.entry(year).or_default().add(tally);
        }
        for (month, tally) in other.months {
            self.months.entry(month).or_default().add(tally);
        }
        self.recent.add(other.recent);
        self.undated.add(other.undated);
        self.in_future.add(other.in_future);
        self.oldest = earlier(self.oldest, other.oldest);
        for (class, tally) in self.sizes.iter_mut().zip(other.sizes) {
            class.add(tally);
        }
        for (sender, tally) in &other.senders {
            self.sender(sender, *tally);
        }
        self.without_sender.add(other.without_sender);
        self.other_senders.add(other.other_senders);
        self.largest.merge(other.largest);
    }

    fn sender(&mut self, sender: &str, tally: Tally) {
        if let Some(kept) = self.senders.get_mut(sender) {
            kept.add(tally);
        } else if self.senders.len() < MOST_SENDERS {
            self.senders.insert(sender.to_owned(), tally);
        } else {
            self.other_senders.add(tally);
        }
    }
}

fn earlier(
    one: Option<DateTime<FixedOffset>>,
    other: Option<DateTime<FixedOffset>>,
) -> Option<DateTime<FixedOffset>> {
    one.into_iter().chain(other).min()
}
