//! How long mail of a folder is kept, and what happens then: a pure policy, from messages to what stays, what goes,
//! and why. Modelled on restic's forget: no policy removes nothing, and what would take very much is refused.

use chrono::{Days, Months, NaiveDate};
use serde::Serialize;

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Age {
    /// So many days.
    Days(u32),
    /// So many years of the calendar.
    Years(u32),
}

impl Age {
    /// The day so long before `today`; the first that there is where nobody counts further back.
    pub fn before(self, today: NaiveDate) -> NaiveDate {
        let day = match self {
            Age::Days(days) => today.checked_sub_days(Days::new(days.into())),
            Age::Years(years) => {
                let months = years.checked_mul(12).map(Months::new);
                months.and_then(|months| today.checked_sub_months(months))
            }
        };
        day.unwrap_or(NaiveDate::MIN)
    }
}

/// What happens with mail that is old enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// It goes into another folder.
    Archive {
        /// Which; `{year}` stands for the year.
        to: String,
    },
    /// It goes into Trash.
    Trash,
    /// It goes for good.
    Delete,
}

/// What is to be done with the mail of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// How old it is then; nothing goes where none is said.
    pub after: Option<Age>,
    /// What happens.
    pub then: Then,
    /// Whether only what was answered goes.
    pub only_answered: bool,
}

/// A message as far as a policy asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its UID.
    pub uid: u32,
    /// How long it is, in bytes.
    pub size: u64,
    /// The day from which its age counts; absent where it is not known.
    pub day: Option<NaiveDate>,
    /// Whether it was answered.
    pub is_answered: bool,
    /// Whether it is flagged.
    pub is_flagged: bool,
    /// The cases of the holds that keep it.
    pub holds: Vec<String>,
    /// Whether it could not be told that no hold keeps it.
    pub is_doubtful: bool,
}

/// Why a message stays or goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It is older than the policy says.
    Old,
    /// No policy says after how long anything goes.
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

/// What stays of `items`, what goes, and why, as it is `today`.
pub fn judge<'a>(policy: Option<&Policy>, items: &'a [Item], today: NaiveDate) -> Verdicts<'a> {
    let mut verdicts = Verdicts::default();
    for item in items {
        let reason = reason(policy, item, today);
        match reason {
            Reason::Old => verdicts.remove.push((item, reason)),
            _ => verdicts.keep.push((item, reason)),
        }
    }
    verdicts
}

/// A hold wins over everything; what is not known keeps.
fn reason(policy: Option<&Policy>, item: &Item, today: NaiveDate) -> Reason {
    if let Some(case) = item.holds.first() {
        return Reason::Held(case.clone());
    }
    let Some((policy, after)) = policy.and_then(|policy| Some((policy, policy.after?))) else {
        return Reason::NoPolicy;
    };
    match item.day {
        _ if item.is_doubtful => Reason::Doubtful,
        None => Reason::Undated,
        Some(day) if day >= after.before(today) => Reason::Young,
        Some(_) if policy.only_answered && !item.is_answered => Reason::Unanswered,
        Some(_) if policy.only_answered && item.is_flagged => Reason::Flagged,
        Some(_) => Reason::Old,
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
            is_answered: false,
            is_flagged: false,
            holds: Vec::new(),
            is_doubtful: false,
        }
    }

    fn policy(after: Age) -> Policy {
        Policy {
            after: Some(after),
            then: Then::Delete,
            only_answered: false,
        }
    }

    fn told(policy: &Policy, item: &Item) -> Reason {
        reason(Some(policy), item, today())
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
    fn only_what_was_answered_and_is_not_flagged_goes_where_that_is_said() {
        let finished = Policy {
            only_answered: true,
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
            judge(Some(&policy(Age::Days(30))), &items, today()).objection(leave)
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
                day: day.and_then(|n| today().checked_sub_days(Days::new(n.into()))),
                is_answered,
                is_flagged,
                holds,
                is_doubtful,
            },
        );
        proptest::collection::vec(one, 0..60)
    }

    fn ages() -> impl Strategy<Value = Option<Age>> {
        let age = prop_oneof![
            any::<u32>().prop_map(Age::Days),
            (0u32..300).prop_map(Age::Years)
        ];
        proptest::option::of(age)
    }

    proptest! {
        #[test]
        fn each_message_stays_or_goes_once_and_nothing_goes_without_a_reason(
            items in items(), after in ages(), only_answered in any::<bool>(),
        ) {
            let policy = Policy { after, then: Then::Trash, only_answered };
            let verdicts = judge(Some(&policy), &items, today());
            prop_assert_eq!(verdicts.keep.len() + verdicts.remove.len(), items.len());
            for (item, reason) in &verdicts.remove {
                prop_assert_eq!(reason, &Reason::Old);
                // A hold wins, and what is not known keeps.
                prop_assert!(item.holds.is_empty() && !item.is_doubtful && item.day.is_some());
                prop_assert!(after.is_some() && (!only_answered || item.is_answered));
            }
            prop_assert!(verdicts.keep.iter().all(|(_, reason)| *reason != Reason::Old));
        }

        #[test]
        fn no_policy_removes_nothing(items in items()) {
            prop_assert!(judge(None, &items, today()).remove.is_empty());
            let unsaid = Policy { after: None, then: Then::Delete, only_answered: false };
            prop_assert!(judge(Some(&unsaid), &items, today()).remove.is_empty());
        }

        #[test]
        fn what_is_kept_longer_is_kept_too(items in items(), days in 0u32..5_000, more in 0u32..5_000) {
            let kept = |days| judge(Some(&policy(Age::Days(days))), &items, today()).keep.len();
            prop_assert!(kept(days + more) >= kept(days));
        }

        #[test]
        fn nothing_is_lost_whole_and_hardly_anything_in_large_part_unasked(
            items in items(), days in 0u32..5_000,
        ) {
            let policy = policy(Age::Days(days));
            let verdicts = judge(Some(&policy), &items, today());
            if verdicts.objection(Leave::default()).is_none() {
                let (all, gone) = (items.len(), verdicts.remove.len());
                prop_assert!(gone < all || gone == 0);
                prop_assert!(all < FEW || gone * 100 <= all * PERCENT);
            }
            prop_assert_eq!(verdicts.objection(Leave { much: true, all: true }), None);
        }
    }
}
