//! How long mail of a folder is kept, and what happens then: a pure policy, from messages to what stays, what goes,
//! and why. Modelled on restic's forget: no policy removes nothing, and what would take very much is refused.

mod age;
mod held;
mod hold;
mod only;
mod policies;
mod seen;

pub use age::Age;
pub use held::{Held, Mark};
pub use hold::{Hold, Holds};
pub use only::Only;
pub use policies::Policies;
pub use seen::{Marks, Seen};

use super::finished::Why;
use super::template::Template;
use chrono::NaiveDate;
use serde::Serialize;

/// What happens with mail that is old enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// It goes into another folder.
    Archive {
        /// Which.
        to: Template,
    },
    /// It goes into Trash.
    Trash,
    /// It goes for good.
    Delete,
}

/// What is to be done with the mail of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// How old it is then.
    pub after: Age,
    /// What happens.
    pub then: Then,
    /// Which mail goes alone; all of it, where nothing is said.
    pub only: Option<Only>,
    /// How long it lies in the trash or the archive before it goes for good.
    pub grace: Option<Age>,
    /// Whether it goes for good without having lain there.
    pub at_once: bool,
}

impl Policy {
    /// How long mail lies in the archive at least before it goes for good.
    pub fn waits(&self) -> Option<Age> {
        match self.at_once || self.then != Then::Delete {
            true => None,
            false => Some(self.grace.unwrap_or(GRACE)),
        }
    }
}

/// What a folder is for, as far as a policy asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// For mail of any kind.
    #[default]
    Mail,
    /// For what is kept.
    Archive,
    /// For what waits to go: age counts from when it came there.
    Trash,
}

/// A message as far as a policy asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its UID.
    pub uid: u32,
    /// How long it is, in bytes.
    pub size: u64,
    /// The later one of the days on which it came and on which it was written; absent where neither is told.
    pub day: Option<NaiveDate>,
    /// The day since which it lies in this folder, as far as that is known.
    pub saved: Option<NaiveDate>,
    /// Whether it was answered.
    pub is_answered: bool,
    /// Whether it is flagged.
    pub is_flagged: bool,
    /// The cases of the holds that keep it.
    pub holds: Vec<String>,
    /// Whether it could not be told that no hold keeps it.
    pub is_doubtful: bool,
    /// What becomes of its conversation, where that was asked.
    pub conversation: Option<Why>,
}

/// Why a message stays or goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It is older than the policy says.
    Old,
    /// No policy is about the folder.
    NoPolicy,
    /// A hold keeps it.
    Held(String),
    /// It is not known whether a hold keeps it.
    Doubtful,
    /// It is not known how old it is.
    Undated,
    /// It is not old enough.
    Young,
    /// It was not answered, and only what was goes.
    Unanswered,
    /// Somebody flagged it, and only what is finished goes.
    Flagged,
    /// It has not lain there long enough to go for good.
    Grace,
    /// It has never been in the trash or the archive, and goes for good from there alone.
    Elsewhere,
    /// Its conversation is not finished, and only what is goes.
    Conversation(Why),
}

/// What a policy comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts<'a> {
    /// What stays, and why.
    pub keep: Vec<(&'a Item, Reason)>,
    /// What goes, and why.
    pub remove: Vec<(&'a Item, Reason)>,
}

/// How much a run may take of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leave {
    /// More than 30 % of ten or more.
    pub much: bool,
    /// All of them.
    pub all: bool,
}

/// Why a folder would lose too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// More than 30 % of ten or more: `--force`.
    Much,
    /// All of them: `--unsafe-allow-remove-all`.
    All,
}

/// A folder of fewer messages may lose as many as it likes, but not all.
const FEW: usize = 10;
const PERCENT: usize = 30;
/// So long mail lies in the archive before it goes for good, where nothing else is said.
const GRACE: Age = Age::Days(14);

/// What stays of the `items` of a folder that is such a `ground`, what goes, and why, as it is `today`.
pub fn judge<'a>(
    policy: Option<&Policy>,
    ground: Ground,
    items: &'a [Item],
    today: NaiveDate,
) -> Verdicts<'a> {
    let mut verdicts = Verdicts::default();
    for item in items {
        let reason = reason(policy, ground, item, today);
        match reason {
            Reason::Old => verdicts.remove.push((item, reason)),
            _ => verdicts.keep.push((item, reason)),
        }
    }
    verdicts
}

/// A hold wins over everything; what is not known keeps.
fn reason(policy: Option<&Policy>, ground: Ground, item: &Item, today: NaiveDate) -> Reason {
    if let Some(case) = item.holds.first() {
        return Reason::Held(case.clone());
    }
    let Some(policy) = policy else {
        return Reason::NoPolicy;
    };
    let is_gone_for_good = policy.then == Then::Delete && !policy.at_once;
    // MOVE and COPY keep the day on which it came to the mailbox.
    let counts = match ground {
        Ground::Trash => item.saved,
        Ground::Mail | Ground::Archive => item.day,
    };
    match counts {
        _ if item.is_doubtful => Reason::Doubtful,
        _ if is_gone_for_good && ground == Ground::Mail => Reason::Elsewhere,
        None => Reason::Undated,
        Some(day) if day >= policy.after.before(today) => Reason::Young,
        Some(_) => match policy.only.and_then(|only| only.keeps(item)) {
            Some(reason) => reason,
            None => waiting(policy, ground, item, today),
        },
    }
}

/// What is old enough, and may have to lie there for a while yet.
fn waiting(policy: &Policy, ground: Ground, item: &Item, today: NaiveDate) -> Reason {
    let waits = match ground {
        // There its age is how long it has lain there.
        Ground::Trash => policy.waits().filter(|_| policy.grace.is_some()),
        _ => policy.waits(),
    };
    match (waits, item.saved) {
        (None, _) => Reason::Old,
        (Some(_), None) => Reason::Undated,
        (Some(waits), Some(saved)) if saved >= waits.before(today) => Reason::Grace,
        (Some(_), Some(_)) => Reason::Old,
    }
}

impl Verdicts<'_> {
    /// Why this is too much for a run that was given `leave`.
    pub fn objection(&self, leave: Leave) -> Option<TooMuch> {
        let (keep, remove) = (self.keep.len(), self.remove.len());
        let all = keep + remove;
        if remove > 0 && keep == 0 {
            return (!leave.all).then_some(TooMuch::All);
        }
        let is_much = all >= FEW && remove.saturating_mul(100) > all.saturating_mul(PERCENT);
        (is_much && !leave.much).then_some(TooMuch::Much)
    }

    /// How many bytes go.
    pub fn bytes(&self) -> u64 {
        self.remove.iter().map(|(item, _)| item.size).sum()
    }

    /// The day of the oldest that goes.
    pub fn oldest(&self) -> Option<NaiveDate> {
        self.remove.iter().filter_map(|(item, _)| item.day).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn today() -> NaiveDate {
        day("2026-11-29")
    }

    fn item(uid: u32, date: &str) -> Item {
        Item {
            uid,
            size: 10,
            day: date.parse().ok(),
            saved: date.parse().ok(),
            is_answered: false,
            is_flagged: false,
            holds: Vec::new(),
            is_doubtful: false,
            conversation: None,
        }
    }

    fn policy(after: Age) -> Policy {
        Policy {
            after,
            then: Then::Trash,
            only: None,
            grace: None,
            at_once: false,
        }
    }

    fn told(policy: &Policy, item: &Item) -> Reason {
        reason(Some(policy), Ground::Mail, item, today())
    }

    #[test]
    fn a_message_goes_on_the_day_after_it_has_become_as_old_as_said() {
        let month = policy(Age::Days(30));
        assert_eq!(told(&month, &item(1, "2026-10-30")), Reason::Young);
        assert_eq!(told(&month, &item(1, "2026-10-29")), Reason::Old);
        let year = policy(Age::Years(1));
        assert_eq!(told(&year, &item(1, "2025-11-29")), Reason::Young);
        assert_eq!(told(&year, &item(1, "2025-11-28")), Reason::Old);
        // Wrong clocks, and none.
        assert_eq!(told(&year, &item(1, "1970-01-01")), Reason::Old);
        assert_eq!(told(&year, &item(1, "2038-01-19")), Reason::Young);
        assert_eq!(told(&year, &item(1, "")), Reason::Undated);
        let for_ever = policy(Age::Years(u32::MAX));
        assert_eq!(told(&for_ever, &item(1, "1970-01-01")), Reason::Young);
        assert_eq!(
            told(&policy(Age::Days(u32::MAX)), &item(1, "0001-01-01")),
            Reason::Young
        );
    }

    #[test]
    fn what_was_put_into_the_trash_an_hour_ago_stays_however_old_it_is() {
        let mut month = policy(Age::Days(30));
        month.then = Then::Delete;
        let mut old = item(1, "2001-01-01");
        let on = |policy: &Policy, ground, item: &Item| reason(Some(policy), ground, item, today());
        assert_eq!(on(&month, Ground::Trash, &old), Reason::Old);
        assert_eq!(on(&month, Ground::Mail, &old), Reason::Elsewhere);
        old.saved = Some(today());
        assert_eq!(on(&month, Ground::Trash, &old), Reason::Young);
        assert_eq!(on(&month, Ground::Archive, &old), Reason::Grace);
        old.saved = None;
        assert_eq!(on(&month, Ground::Trash, &old), Reason::Undated);
        assert_eq!(on(&month, Ground::Archive, &old), Reason::Undated);
        month.at_once = true;
        assert_eq!(on(&month, Ground::Trash, &old), Reason::Undated);
        assert_eq!(on(&month, Ground::Archive, &old), Reason::Old);
        assert_eq!(on(&month, Ground::Mail, &old), Reason::Old);
        // A longer grace counts in the trash too.
        (month.at_once, month.grace) = (false, Some(Age::Days(60)));
        old.saved = Some(day("2026-10-10"));
        assert_eq!(on(&month, Ground::Trash, &old), Reason::Grace);
        assert_eq!(on(&month, Ground::Archive, &old), Reason::Grace);
        old.saved = Some(day("2026-09-10"));
        assert_eq!(on(&month, Ground::Trash, &old), Reason::Old);
    }

    #[test]
    fn only_what_was_answered_and_is_not_flagged_goes_where_that_is_said() {
        let finished = Policy {
            only: Some(Only::Answered),
            ..policy(Age::Days(1))
        };
        let mut one = item(1, "2020-01-01");
        assert_eq!(told(&finished, &one), Reason::Unanswered);
        one.is_answered = true;
        assert_eq!(told(&finished, &one), Reason::Old);
        one.is_flagged = true;
        assert_eq!(told(&finished, &one), Reason::Flagged);
        one.holds.push("2026-17".to_owned());
        assert_eq!(told(&finished, &one), Reason::Held("2026-17".to_owned()));
    }

    #[test]
    fn a_folder_that_would_lose_much_or_all_needs_a_word_of_its_own() {
        let lost = |old: u32, young: u32, leave: Leave| {
            let old = (0..old).map(|n| item(n, "2020-01-01"));
            let young = (0..young).map(|n| item(1_000 + n, "2026-11-01"));
            let items: Vec<Item> = old.chain(young).collect();
            judge(Some(&policy(Age::Days(30))), Ground::Mail, &items, today()).objection(leave)
        };
        let none = Leave::default();
        let (much, all) = (
            Leave {
                much: true,
                all: false,
            },
            Leave {
                much: false,
                all: true,
            },
        );
        assert_eq!(lost(3, 7, none), None);
        assert_eq!(lost(4, 6, none), Some(TooMuch::Much));
        assert_eq!(lost(4, 6, all), Some(TooMuch::Much));
        assert_eq!(lost(4, 6, much), None);
        assert_eq!(lost(8, 1, none), None);
        assert_eq!(lost(1, 0, none), Some(TooMuch::All));
        assert_eq!(lost(50, 0, much), Some(TooMuch::All));
        assert_eq!(lost(50, 0, all), None);
        assert_eq!(lost(0, 50, none), None);
        assert_eq!(lost(0, 0, none), None);
    }

    fn items() -> impl Strategy<Value = Vec<Item>> {
        let holds = proptest::collection::vec("[a-z]{1,3}", 0..2);
        let one = (
            any::<Option<u16>>(),
            any::<(bool, bool, bool)>(),
            any::<u16>(),
            holds,
        );
        let one = one.prop_map(
            |(day, (is_answered, is_flagged, is_doubtful), size, holds)| Item {
                uid: 0,
                size: size.into(),
                saved: day.and_then(|n| today().checked_sub_days(Days::new(u64::from(n) / 2))),
                day: day.and_then(|n| today().checked_sub_days(Days::new(n.into()))),
                is_answered,
                is_flagged,
                holds,
                is_doubtful,
                conversation: None,
            },
        );
        proptest::collection::vec(one, 0..60)
    }

    fn ages() -> impl Strategy<Value = Age> {
        prop_oneof![
            any::<u32>().prop_map(Age::Days),
            (0u32..300).prop_map(Age::Years)
        ]
    }

    fn grounds() -> impl Strategy<Value = Ground> {
        prop_oneof![
            Just(Ground::Mail),
            Just(Ground::Archive),
            Just(Ground::Trash)
        ]
    }

    proptest! {
        #[test]
        fn each_message_stays_or_goes_once_and_nothing_goes_without_a_reason(
            items in items(), after in ages(), grace in proptest::option::of(ages()), ground in grounds(),
            [only_answered, at_once, deletes] in any::<[bool; 3]>(),
        ) {
            let then = if deletes { Then::Delete } else { Then::Trash };
            let only = only_answered.then_some(Only::Answered);
            let policy = Policy { after, then, only, grace, at_once };
            let verdicts = judge(Some(&policy), ground, &items, today());
            prop_assert_eq!(verdicts.keep.len() + verdicts.remove.len(), items.len());
            for (item, reason) in &verdicts.remove {
                prop_assert_eq!(reason, &Reason::Old);
                // A hold wins, and what is not known keeps.
                prop_assert!(item.holds.is_empty() && !item.is_doubtful && item.day.is_some());
                prop_assert!(!only_answered || item.is_answered);
                // Nothing goes for good from where people work, unless it is said.
                prop_assert!(ground != Ground::Mail || !deletes || at_once);
                let counts = if ground == Ground::Trash { item.saved } else { item.day };
                prop_assert!(counts.unwrap() < after.before(today()));
            }
            prop_assert!(verdicts.keep.iter().all(|(_, reason)| *reason != Reason::Old));
        }

        #[test]
        fn no_policy_removes_nothing(items in items()) {
            prop_assert!(judge(None, Ground::Trash, &items, today()).remove.is_empty());
        }

        #[test]
        fn what_is_kept_longer_is_kept_too(items in items(), days in 0u32..5_000, more in 0u32..5_000) {
            let kept = |days| judge(Some(&policy(Age::Days(days))), Ground::Mail, &items, today()).keep.len();
            prop_assert!(kept(days + more) >= kept(days));
        }

        #[test]
        fn nothing_is_lost_whole_and_hardly_anything_in_large_part_unasked(
            items in items(), days in 0u32..5_000,
        ) {
            let policy = policy(Age::Days(days));
            let verdicts = judge(Some(&policy), Ground::Mail, &items, today());
            if verdicts.objection(Leave::default()).is_none() {
                let (all, gone) = (items.len(), verdicts.remove.len());
                prop_assert!(gone < all || gone == 0);
                prop_assert!(all < FEW || gone * 100 <= all * PERCENT);
            }
            prop_assert_eq!(verdicts.objection(Leave { much: true, all: true }), None);
        }
    }
}
