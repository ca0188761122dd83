//! Holds: what is kept whatever a policy says, as long as a case lasts.

use super::held::{Held, Mark};
use crate::model::rule::{Facts, When};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Mail that is kept for a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What people call the case; no other hold of the mailbox is called so.
    pub case: String,
    /// Which messages are kept.
    pub what: When,
    /// The first day on which they are not any more.
    pub until: NaiveDate,
}

/// The holds of a mailbox, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    all: Vec<Hold>,
    /// What they have once matched.
    held: Held,
}

impl Hold {
    /// Whether it keeps anything on the day `today`.
    pub fn lasts(&self, today: NaiveDate) -> bool {
        today < self.until
    }
}

impl Holds {
    /// No mailbox has more.
    pub const MOST: usize = 100;

    /// The same, which have once matched what is `held`.
    #[must_use]
    pub fn having(self, held: Held) -> Self {
        Self { held, ..self }
    }

    /// What those that last on the day `today` have once matched.
    pub fn held(&self, today: NaiveDate) -> Held {
        let mut held = self.held.clone();
        held.retain(|case| self.of(case).is_some_and(|hold| hold.lasts(today)));
        held
    }

    /// Whether any lasts on the day `today`.
    pub fn last(&self, today: NaiveDate) -> bool {
        self.iter().any(|hold| hold.lasts(today))
    }

    /// Adds one at the end.
    ///
    /// # Errors
    /// Where another one is of that case.
    pub fn add(&mut self, hold: Hold) -> Result<(), &Hold> {
        match self
            .all
            .iter()
            .position(|other| is_same(&other.case, &hold.case))
        {
            Some(at) => self.all.get(at).map_or(Ok(()), Err),
            None => {
                self.all.push(hold);
                Ok(())
            }
        }
    }

    /// Takes that of `case` away, if there is one.
    pub fn remove(&mut self, case: &str) -> Option<Hold> {
        let at = self.all.iter().position(|hold| is_same(&hold.case, case))?;
        Some(self.all.remove(at))
    }

    /// That of `case`.
    pub fn of(&self, case: &str) -> Option<&Hold> {
        self.iter().find(|hold| is_same(&hold.case, case))
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Hold> {
        self.all.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The names of the header fields that those ask for which last on the day `today`, in small letters; nothing
    /// where none does.
    pub fn fields(&self, today: NaiveDate) -> BTreeSet<String> {
        let lasting = self.iter().filter(|hold| hold.lasts(today));
        let mut names: BTreeSet<String> = lasting.flat_map(|hold| hold.what.fields()).collect();
        if self.last(today) {
            names.extend(Mark::FIELDS.map(str::to_owned));
        }
        names
    }

    /// The cases for which the message of `facts` is kept on the day `today`.
    pub fn keeping(&self, facts: &Facts, today: NaiveDate) -> Vec<String> {
        if !self.last(today) {
            return Vec::new();
        }
        let mark = (!self.held.is_empty()).then(|| Mark::of(facts));
        let is_held = |hold: &Hold| {
            let mark = mark.as_ref();
            mark.is_some_and(|mark| self.held.keeps(&hold.case, mark))
        };
        let keeps = |hold: &&Hold| hold.lasts(today) && (is_held(hold) || hold.what.holds(facts));
        let kept = self.iter().filter(keeps);
        kept.map(|hold| hold.case.clone()).collect()
    }

    /// By what the message of `facts` is to be remembered, with the cases for which it is kept on the day `today` and
    /// is not remembered yet.
    pub fn news(&self, facts: &Facts, today: NaiveDate) -> Vec<(String, Mark)> {
        let new = self
            .iter()
            .filter(|hold| hold.lasts(today) && hold.what.holds(facts));
        let new = new.map(|hold| (hold.case.clone(), Mark::of(facts)));
        new.filter(|(case, mark)| !self.held.keeps(case, mark))
            .collect()
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_keeps_until_its_day() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let hold = Hold {
            case: "2026-17".to_owned(),
            what: When::Larger(1),
            until: day("2028-01-01"),
        };
        let mut holds = Holds::default();
        holds.add(hold.clone()).unwrap();
        assert!(holds.add(hold).is_err());
        let facts = Facts {
            size: 2_000,
            ..Facts::default()
        };
        assert_eq!(holds.keeping(&facts, day("2027-12-31")), ["2026-17"]);
        assert!(holds.keeping(&facts, day("2028-01-01")).is_empty());
        assert!(
            holds
                .keeping(&Facts::default(), day("2027-01-01"))
                .is_empty()
        );
        let small = Facts::default();
        let mut held = Held::default();
        held.note("2026-17", Mark::of(&small));
        let mut holds = holds.having(held);
        assert_eq!(holds.keeping(&small, day("2027-12-31")), ["2026-17"]);
        assert!(holds.keeping(&small, day("2028-01-01")).is_empty());
        assert_eq!(holds.news(&facts, day("2027-12-31")).len(), 1);
        assert!(holds.news(&small, day("2027-12-31")).is_empty());
        assert!(holds.held(day("2028-01-01")).is_empty());
        assert!(holds.remove("2026-17").is_some() && holds.is_empty());
    }
}
