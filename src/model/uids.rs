//! Messages of a folder by their UIDs, as ranges.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// UIDs of messages in one folder (RFC 9051, section 2.3.1.1), as `sequence-set` says them: `1:4,7`.
/// Each stands in it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uids {
    /// From first to last, ascending, with a gap between two.
    ranges: Vec<(u32, u32)>,
}

/// Why words are no UIDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoUids;

impl Uids {
    /// How many there are.
    pub fn len(&self) -> u64 {
        let each = self.ranges.iter();
        each.map(|(first, last)| u64::from(last - first) + 1).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// All of them, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// Whether `uid` is one of them.
    pub fn contains(&self, uid: u32) -> bool {
        let at = self.ranges.partition_point(|(_, last)| *last < uid);
        self.ranges.get(at).is_some_and(|(first, _)| *first <= uid)
    }

    /// Those up to `last`.
    pub fn up_to(last: u32) -> Self {
        Self {
            ranges: (last > 0).then_some((1, last)).into_iter().collect(),
        }
    }

    /// The highest of them.
    pub fn last(&self) -> Option<u32> {
        self.ranges.last().map(|(_, last)| *last)
    }

    /// These and those of `other`.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut all: Vec<(u32, u32)> = [&self.ranges[..], &other.ranges].concat();
        all.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        for (first, last) in all {
            match ranges.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => ranges.push((first, last)),
            }
        }
        Self { ranges }
    }

    /// These but those of `other`.
    #[must_use]
    pub fn but(&self, other: &Self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len());
        let mut others = other.ranges.iter().copied().peekable();
        for (mut first, last) in self.ranges.iter().copied() {
            while others.next_if(|(_, end)| *end < first).is_some() {}
            let mut is_over = false;
            while let Some((begin, end)) =
                others.peek().copied().filter(|(begin, _)| *begin <= last)
            {
                if first < begin {
                    ranges.push((first, begin - 1));
                }
                if end >= last {
                    is_over = true;
                    break;
                }
                first = end + 1;
                others.next();
            }
            if !is_over {
                ranges.push((first, last));
            }
        }
        Self { ranges }
    }

    /// The highest of them, in as many ranges at most.
    #[must_use]
    pub fn in_ranges(&self, most: usize) -> Self {
        let from = self.ranges.len().saturating_sub(most);
        Self {
            ranges: self.ranges.get(from..).unwrap_or_default().to_vec(),
        }
    }

    /// The same in parts of at most `messages` messages and `ranges` ranges each.
    pub fn parts(&self, messages: u32, ranges: usize) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        let mut room = 0;
        for (mut first, last) in self.ranges.iter().copied() {
            loop {
                let is_full = |part: &Self| room == 0 || part.ranges.len() >= ranges.max(1);
                if parts.last().is_none_or(is_full) {
                    parts.push(Self::default());
                    room = messages.max(1);
                }
                let end = last.min(first.saturating_add(room - 1));
                if let Some(part) = parts.last_mut() {
                    part.ranges.push((first, end));
                }
                room -= end - first + 1;
                if end == last {
                    break;
                }
                first = end + 1;
            }
        }
        parts
    }
}

impl FromIterator<u32> for Uids {
    fn from_iter<I: IntoIterator<Item = u32>>(all: I) -> Self {
        let mut all: Vec<u32> = all.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        let runs = all.chunk_by(|a, b| a.checked_add(1) == Some(*b));
        let range = |run: &[u32]| Some((*run.first()?, *run.last()?));
        Self {
            ranges: runs.filter_map(range).collect(),
        }
    }
}

impl fmt::Display for Uids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.ranges.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}:{last}")?,
            }
        }
        Ok(())
    }
}

/// As [`Uids`] are written, and nothing else: what is read from a file was written by this program.
impl FromStr for Uids {
    type Err = NoUids;

    fn from_str(words: &str) -> Result<Self, NoUids> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for word in words.split(',').filter(|_| !words.is_empty()) {
            let (first, last) = word.split_once(':').unwrap_or((word, word));
            let number = |word: &str| {
                let digits = word.bytes().all(|byte| byte.is_ascii_digit());
                let number = word.parse().ok().filter(|n| digits && *n > 0);
                number.ok_or(NoUids)
            };
            let (first, last): (u32, u32) = (number(first)?, number(last)?);
            let before = ranges.last().map_or(0, |(_, last)| *last);
            if first > last || first <= before {
                return Err(NoUids);
            }
            ranges.push((first, last));
        }
        Ok(Self { ranges })
    }
}

impl Serialize for Uids {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uids {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let words = String::deserialize(from)?;
        let read = words.parse();
        read.map_err(|NoUids| de::Error::custom("these are no UIDs"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn uids_are_ranges_and_each_stands_there_once() {
        let uids: Uids = [7, 1, 3, 2, 3, u32::MAX, 4].into_iter().collect();
        assert_eq!(uids.to_string(), "1:4,7,4294967295");
        assert_eq!(uids.len(), 6);
        assert!(uids.contains(4) && uids.contains(u32::MAX) && !uids.contains(5));
        let all = Uids::up_to(u32::MAX);
        assert_eq!(all.or(&uids), all);
        assert_eq!(all.but(&uids).to_string(), "5:6,8:4294967294");
        assert!(uids.but(&all).is_empty() && Uids::up_to(0).is_empty());
        assert!(Uids::default().is_empty() && "".parse() == Ok(Uids::default()));
    }

    #[test]
    fn what_nobody_wrote_is_no_uids() {
        for bad in [
            "0",
            "*",
            "1:*",
            "2:1",
            "1,1",
            "3,2",
            "1:2,2",
            "1,",
            " 1",
            "+1",
            "4294967296",
        ] {
            assert_eq!(bad.parse::<Uids>(), Err(NoUids), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn sets_are_joined_and_parted_as_their_members_are(
            one in proptest::collection::btree_set(1u32..60, 0..40),
            other in proptest::collection::btree_set(1u32..60, 0..40), most in 0usize..9,
        ) {
            let (a, b): (Uids, Uids) = (one.iter().copied().collect(), other.iter().copied().collect());
            prop_assert_eq!(a.or(&b), one.union(&other).copied().collect());
            prop_assert_eq!(a.but(&b), one.difference(&other).copied().collect());
            prop_assert_eq!(a.last(), one.last().copied());
            let cut = a.in_ranges(most);
            prop_assert!(cut.ranges.len() <= most && cut.but(&a).is_empty());
            prop_assert!(most == 0 || cut.last() == a.last());
        }

        #[test]
        fn parts_are_the_whole_and_none_is_too_large(
            all in proptest::collection::vec(1u32..500, 0..200), messages in 1u32..40, ranges in 1usize..9,
        ) {
            let uids: Uids = all.into_iter().collect();
            let parts = uids.parts(messages, ranges);
            for part in &parts {
                prop_assert!(part.len() <= u64::from(messages) && part.ranges.len() <= ranges);
            }
            let again: Vec<u32> = parts.iter().flat_map(Uids::iter).collect();
            prop_assert_eq!(again, uids.iter().collect::<Vec<u32>>());
            prop_assert_eq!(uids.to_string().parse(), Ok(uids));
        }
    }
}
