//! Messages that lie there more than once, by Message-ID and size.

use crate::model::message::Message;
use std::collections::hash_map::{Entry, RandomState};
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher as _;

/// The most messages that are told apart; what comes after them is only counted.
pub const MOST_FOLLOWED: usize = 450_000;
/// The most groups of copies whose Message-ID and folders are kept.
const MOST_NAMED: usize = 20_000;

/// The messages that were seen, by a number that Message-ID and size make together.
///
/// Folders come one after the other; what was seen of one that fails in the middle is taken back.
#[derive(Clone, Debug)]
pub struct Copies {
    // A seed of this run alone: nobody can write messages that are taken for each other.
    seed: RandomState,
    seen: HashMap<u64, Seen>,
    named: HashMap<u64, Named>,
    most: usize,
    not_followed: u64,
    /// What came of the folder that is being read.
    current: Vec<u64>,
    current_not_followed: u64,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    size: u64,
    copies: u32,
    first: u32,
}

#[derive(Clone, Debug)]
struct Named {
    message_id: String,
    folders: BTreeMap<u32, u32>,
}

/// A message that lies there more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its Message-ID.
    pub message_id: String,
    /// How long each copy is.
    pub size: u64,
    /// How many there are.
    pub copies: u32,
    /// How many of them lie in each folder, by its number.
    pub folders: BTreeMap<u32, u32>,
}

impl Group {
    /// How many bytes are freed where one copy stays.
    pub fn freed(&self) -> u64 {
        let more = u64::from(self.copies.saturating_sub(1));
        self.size.saturating_mul(more)
    }
}

/// What was found of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many messages lie there more than once.
    pub groups: u64,
    /// How many copies there are beside one of each.
    pub copies: u64,
    /// How many bytes these take.
    pub bytes: u64,
    /// The groups that take most, the first first.
    pub most: Vec<Group>,
    /// Of how many messages nobody knows, as they were too many.
    pub not_followed: u64,
    /// How many groups were too many to be named.
    pub not_named: u64,
}

impl Default for Copies {
    fn default() -> Self {
        Self {
            seed: RandomState::new(),
            seen: HashMap::new(),
            named: HashMap::new(),
            most: MOST_FOLLOWED,
            not_followed: 0,
            current: Vec::new(),
            current_not_followed: 0,
        }
    }
}

impl Copies {
    /// `message` of the folder with this number. One without a Message-ID is a copy of none.
    pub fn add(&mut self, folder: u32, message: &Message) {
        let Some(message_id) = &message.head.id else {
            return;
        };
        let key = self.seed.hash_one((message_id, message.size));
        let is_room = self.seen.len() < self.most;
        let seen = match self.seen.entry(key) {
            Entry::Occupied(seen) => {
                let seen = seen.into_mut();
                seen.copies = seen.copies.saturating_add(1);
                seen
            }
            Entry::Vacant(free) if is_room => free.insert(Seen {
                size: message.size,
                copies: 1,
                first: folder,
            }),
            Entry::Vacant(_) => {
                self.current_not_followed += 1;
                return;
            }
        };
        self.current.push(key);
        if seen.copies == 2 && self.named.len() < MOST_NAMED {
            let named = Named {
                message_id: message_id.clone(),
                folders: BTreeMap::from([(seen.first, 1)]),
            };
            self.named.insert(key, named);
        }
        if seen.copies >= 2
            && let Some(named) = self.named.get_mut(&key)
        {
            *named.folders.entry(folder).or_default() += 1;
        }
    }

    /// The folder with this number was read to its end.
    pub fn keep(&mut self) {
        self.current.clear();
        self.not_followed += std::mem::take(&mut self.current_not_followed);
    }

    /// The folder with this number was not, and nothing that was seen of it counts.
    pub fn forget(&mut self, folder: u32) {
        self.current_not_followed = 0;
        for key in std::mem::take(&mut self.current) {
            let Some(seen) = self.seen.get_mut(&key) else {
                continue;
            };
            seen.copies = seen.copies.saturating_sub(1);
            let copies = seen.copies;
            if copies == 0 {
                self.seen.remove(&key);
            }
            if copies < 2 {
                self.named.remove(&key);
            } else if let Some(named) = self.named.get_mut(&key) {
                named.folders.remove(&folder);
            }
        }
    }

    /// What was found, with those `most` groups that take most.
    pub fn found(&self, most: usize) -> Found {
        let mut found = Found {
            not_followed: self.not_followed,
            ..Found::default()
        };
        for seen in self.seen.values().filter(|seen| seen.copies > 1) {
            let more = u64::from(seen.copies - 1);
            found.groups += 1;
            found.copies = found.copies.saturating_add(more);
            found.bytes = found.bytes.saturating_add(seen.size.saturating_mul(more));
        }
        found.not_named = found.groups.saturating_sub(self.named.len() as u64);
        let group = |(key, named): (&u64, &Named)| {
            let seen = self.seen.get(key)?;
            Some(Group {
                message_id: named.message_id.clone(),
                size: seen.size,
                copies: seen.copies,
                folders: named.folders.clone(),
            })
        };
        found.most = self.named.iter().filter_map(group).collect();
        let rank = |group: &Group| (std::cmp::Reverse(group.freed()), group.message_id.clone());
        found.most.sort_by_cached_key(rank);
        found.most.truncate(most);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::Head;

    fn message(id: &str, size: u64) -> Message {
        Message {
            size,
            head: Head {
                id: (!id.is_empty()).then(|| format!("<{id}@x.test>")),
                ..Head::default()
            },
            ..Message::default()
        }
    }

    #[test]
    fn copies_are_alike_in_name_and_size_and_are_told_by_folder() {
        let mut copies = Copies::default();
        for (id, size) in [("a", 10), ("a", 10), ("b", 10), ("c", 7), ("", 5), ("", 5)] {
            copies.add(0, &message(id, size));
        }
        copies.keep();
        for (id, size) in [("a", 10), ("b", 11), ("c", 7)] {
            copies.add(1, &message(id, size));
        }
        copies.keep();
        let found = copies.found(10);
        assert_eq!((found.groups, found.copies, found.bytes), (2, 3, 27));
        let told: Vec<_> = found
            .most
            .iter()
            .map(|group| {
                let folders: Vec<(u32, u32)> = group.folders.clone().into_iter().collect();
                (group.message_id.as_str(), group.copies, folders)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("<a@x.test>", 3, vec![(0, 2), (1, 1)]),
                ("<c@x.test>", 2, vec![(0, 1), (1, 1)])
            ]
        );
    }

    #[test]
    fn what_was_seen_of_a_folder_that_fails_is_taken_back() {
        let mut copies = Copies::default();
        copies.add(0, &message("a", 10));
        copies.add(0, &message("b", 10));
        copies.add(0, &message("b", 10));
        copies.keep();
        for id in ["a", "b", "c", "c"] {
            copies.add(1, &message(id, 10));
        }
        copies.forget(1);
        let found = copies.found(10);
        assert_eq!((found.groups, found.copies), (1, 1));
        assert_eq!(found.most[0].folders, BTreeMap::from([(0, 2)]));
        // Its number is that of the next one.
        copies.add(1, &message("a", 10));
        copies.keep();
        assert_eq!(copies.found(10).groups, 2);
    }

    #[test]
    fn what_is_too_much_is_counted_and_not_followed() {
        let mut copies = Copies {
            most: 2,
            ..Copies::default()
        };
        for id in ["a", "b", "c", "c", "a"] {
            copies.add(0, &message(id, 10));
        }
        copies.keep();
        let found = copies.found(10);
        assert_eq!((found.groups, found.not_followed), (1, 2));
    }
}
