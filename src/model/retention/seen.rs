//! Since when messages lie in a folder, where the server does not tell: as far as runs have looked there.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// So many days are told apart; older ones are thinned out, so that a message seems to have come later.
const MOST: usize = 40;

/// What runs have seen, by the paths of folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(pub BTreeMap<String, Marks>);

/// What runs have seen of one folder. UIDs ascend (RFC 9051, section 2.3.1.1), so that the highest one of a day tells
/// all that were there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// Days, each with the highest UID that was seen by then; both ascend.
    pub days: Vec<(NaiveDate, u32)>,
}

impl Seen {
    /// No mailbox has more folders of which it is kept.
    pub const MOST: usize = 500;

    /// Since when the message `uid` lies in the folder at `path`, whose numbering is that of `uid_validity`.
    pub fn since(&self, path: &str, uid_validity: u32, uid: u32) -> Option<NaiveDate> {
        let marks = self.0.get(path)?;
        (marks.uid_validity == uid_validity)
            .then(|| marks.since(uid))
            .flatten()
    }

    /// Messages up to `highest` lie in the folder at `path` on the day `today`.
    pub fn note(&mut self, path: &str, uid_validity: u32, highest: u32, today: NaiveDate) {
        if self.0.len() >= Self::MOST && !self.0.contains_key(path) {
            return;
        }
        let marks = self.0.entry(path.to_owned()).or_default();
        if marks.uid_validity != uid_validity {
            *marks = Marks {
                uid_validity,
                days: Vec::new(),
            };
        }
        marks.note(highest, today);
    }
}

impl Marks {
    fn since(&self, uid: u32) -> Option<NaiveDate> {
        let mut days = self.days.iter();
        days.find(|(_, highest)| uid <= *highest)
            .map(|(day, _)| *day)
    }

    fn note(&mut self, highest: u32, today: NaiveDate) {
        // A day that is yet to come was noted by a wrong clock.
        for (day, _) in &mut self.days {
            *day = today.min(*day);
        }
        match self.days.last_mut() {
            Some((_, last)) if highest <= *last => {}
            Some((day, last)) if *day == today => *last = highest,
            _ => self.days.push((today, highest)),
        }
        // Of one day the last mark says all.
        self.days.reverse();
        self.days.dedup_by_key(|(day, _)| *day);
        self.days.reverse();
        while self.days.len() > MOST {
            // Without a mark what it was of counts from the next one.
            let mut n = 0;
            self.days.retain(|_| {
                n += 1;
                n % 2 == 0 || n > MOST / 2
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
    }

    #[test]
    fn a_message_lies_there_since_the_first_run_that_saw_it() {
        let mut seen = Seen::default();
        seen.note("Trash", 7, 10, day(0));
        seen.note("Trash", 7, 12, day(0));
        seen.note("Trash", 7, 12, day(1));
        seen.note("Trash", 7, 20, day(2));
        assert_eq!(seen.since("Trash", 7, 11), Some(day(0)));
        assert_eq!(seen.since("Trash", 7, 13), Some(day(2)));
        assert_eq!(seen.since("Trash", 7, 21), None);
        assert_eq!(seen.since("Trash", 8, 1), None);
        assert_eq!(seen.since("Junk", 7, 1), None);
        seen.note("Trash", 8, 3, day(3));
        assert_eq!(seen.since("Trash", 8, 1), Some(day(3)));
        // A clock that was wrong.
        seen.note("Trash", 8, 9, day(9_000));
        seen.note("Trash", 8, 12, day(4));
        assert_eq!(seen.since("Trash", 8, 9), Some(day(4)));
    }

    proptest! {
        #[test]
        fn nothing_seems_older_than_it_is(runs in proptest::collection::vec((0u64..400, 0u32..5), 1..400)) {
            let (mut seen, mut today, mut highest) = (Seen::default(), 0, 1);
            let mut came = BTreeMap::new();
            for (days, more) in runs {
                today += days % 3;
                for uid in highest + 1..=highest + more {
                    came.insert(uid, day(today));
                }
                highest += more;
                seen.note("Trash", 7, highest, day(today));
                prop_assert!(seen.0["Trash"].days.len() <= MOST);
            }
            for (uid, came) in came {
                prop_assert!(seen.since("Trash", 7, uid).unwrap() >= came);
            }
        }
    }
}
