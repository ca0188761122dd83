//! Usage: where the storage of a mailbox goes. Messages are counted as they come, and none is kept but the
//! largest.

mod clock;
mod copies;
mod largest;
mod sums;
mod tally;

pub use clock::{Clock, Month, RECENT_DAYS};
pub use copies::{Found, Group, MOST_FOLLOWED};
pub use largest::Large;
pub use sums::{MOST_SENDERS, SIZES, Sums};
pub use tally::{Tally, percent};

use super::message::Message;
use copies::Copies;

/// What was counted, folder by folder.
#[derive(Clone, Debug)]
pub struct Usage {
    /// What time it is.
    pub clock: Clock,
    /// The folders that were looked into, with what each holds.
    pub folders: Vec<(String, Tally)>,
    /// The folders that could not be looked into, and why.
    pub unread: Vec<(String, String)>,
    /// All of those that could be looked into.
    pub sums: Sums,
    /// How many messages may hold the text, and are too long to be read to their end.
    pub not_read_to_the_end: u64,
    most: usize,
    current: Sums,
    copies: Copies,
}

impl Usage {
    /// Nothing yet; at most `most` of what there may be many of are named.
    pub fn new(clock: Clock, most: usize) -> Self {
        Self {
            clock,
            folders: Vec::new(),
            unread: Vec::new(),
            sums: Sums::new(&clock, most),
            not_read_to_the_end: 0,
            most,
            current: Sums::new(&clock, most),
            copies: Copies::default(),
        }
    }

    /// `message` of `folder`, which is being read.
    pub fn message(&mut self, folder: &str, message: &Message) {
        self.copies.add(self.number(), message);
        self.current.add(&self.clock, folder, message);
    }

    /// `folder` was read to its end, and so many of its messages are counted that are too long to be read to their
    /// end; or why it was not.
    /// What was seen of one that was not read to its end does not count.
    pub fn folder(&mut self, folder: &str, read: Result<u64, String>) {
        let fresh = Sums::new(&self.clock, self.most);
        let current = std::mem::replace(&mut self.current, fresh);
        match read {
            Ok(not_read_to_the_end) => {
                self.copies.keep();
                self.folders.push((folder.to_owned(), current.all));
                self.sums.merge(current);
                self.not_read_to_the_end += not_read_to_the_end;
            }
            Err(why) => {
                self.copies.forget(self.number());
                self.unread.push((folder.to_owned(), why));
            }
        }
    }

    /// The messages that lie there more than once; folders are numbered as in [`Usage::folders`].
    pub fn copies(&self) -> Found {
        self.copies.found(self.most)
    }

    /// The number of the folder that is being read.
    fn number(&self) -> u32 {
        u32::try_from(self.folders.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::Head;
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    fn clock() -> Clock {
        Clock::at(DateTime::parse_from_rfc3339("2026-11-29T12:00:00+01:00").unwrap())
    }

    /// A message of any day, size and sender; of some nobody knows when they came, and some are yet to come.
    fn message() -> impl Strategy<Value = Message> {
        let days = proptest::option::weighted(0.9, -60i64..2_000);
        (1u32..9, days, 0u64..20_000_000, "[abc]?", "[xy]?").prop_map(
            |(uid, days, size, sender, id)| {
                let now = DateTime::parse_from_rfc3339("2026-11-29T12:00:00+01:00").ok();
                let arrived = days.and_then(|days| now?.checked_sub_signed(TimeDelta::days(days)));
                let some = |text: String| (!text.is_empty()).then_some(text);
                let head = Head {
                    sender: some(sender),
                    id: some(id),
                    ..Head::default()
                };
                Message {
                    uid,
                    arrived,
                    size,
                    head,
                    ..Message::default()
                }
            },
        )
    }

    fn counted(parts: &[Vec<Message>]) -> Usage {
        let mut usage = Usage::new(clock(), 3);
        for messages in parts {
            for message in messages {
                usage.message("F", message);
            }
            usage.folder("F", Ok(0));
        }
        usage
    }

    proptest! {
        #[test]
        fn every_split_of_messages_sums_to_the_same(
            messages in proptest::collection::vec(message(), 0..40), cut in 0usize..40,
        ) {
            let whole = counted(std::slice::from_ref(&messages));
            let (left, right) = messages.split_at(cut.min(messages.len()));
            let both = counted(&[left.to_vec(), right.to_vec()]);
            prop_assert_eq!(&whole.sums, &both.sums);
            let (one, other) = (whole.copies(), both.copies());
            prop_assert_eq!((one.groups, one.copies, one.bytes), (other.groups, other.copies, other.bytes));
            let by_folder: Tally = both.folders.iter().map(|(_, tally)| *tally).collect();
            prop_assert_eq!(by_folder, both.sums.all);
        }

        #[test]
        fn each_way_of_counting_counts_every_message_once(
            messages in proptest::collection::vec(message(), 0..40),
        ) {
            let sums = counted(&[messages]).sums;
            let years = sums.years.values().copied().chain([sums.undated, sums.in_future]);
            prop_assert_eq!(years.collect::<Tally>(), sums.all);
            prop_assert_eq!(sums.sizes.into_iter().collect::<Tally>(), sums.all);
            let senders = sums.senders.values().copied();
            let senders = senders.chain([sums.without_sender, sums.other_senders]);
            prop_assert_eq!(senders.collect::<Tally>(), sums.all);
            prop_assert!(sums.months.values().copied().collect::<Tally>().messages <= sums.all.messages);
        }

        #[test]
        fn a_folder_that_fails_counts_as_if_it_had_not_been_there(
            messages in proptest::collection::vec(message(), 0..20),
            lost in proptest::collection::vec(message(), 0..20),
        ) {
            let mut usage = Usage::new(clock(), 3);
            for message in &lost {
                usage.message("L", message);
            }
            usage.folder("L", Err("(NO)".to_owned()));
            for message in &messages {
                usage.message("F", message);
            }
            usage.folder("F", Ok(0));
            let alone = counted(&[messages]);
            prop_assert_eq!(&usage.sums, &alone.sums);
            prop_assert_eq!(usage.copies(), alone.copies());
            prop_assert_eq!(usage.unread.len(), 1);
        }
    }

    #[test]
    fn the_largest_are_those_and_no_more() {
        let messages: Vec<Message> = [5, 9, 1, 9, 7]
            .into_iter()
            .zip(1..)
            .map(|(size, uid)| Message {
                uid,
                size,
                ..Message::default()
            })
            .collect();
        let usage = counted(&[messages]);
        let largest: Vec<(u64, u32)> = usage
            .sums
            .largest
            .iter()
            .map(|large| (large.size, large.uid))
            .collect();
        assert_eq!(largest, [(9, 2), (9, 4), (7, 5)]);
    }

    #[test]
    fn senders_beyond_those_that_are_kept_are_others() {
        let mut usage = Usage::new(clock(), 3);
        for n in 0..MOST_SENDERS + 7 {
            let mut message = Message {
                size: 1,
                ..Message::default()
            };
            message.head.sender = Some(format!("{n}@x.test"));
            usage.message("F", &message);
        }
        usage.folder("F", Ok(0));
        assert_eq!(usage.sums.senders.len(), MOST_SENDERS);
        assert_eq!(usage.sums.other_senders.messages, 7);
    }
}
