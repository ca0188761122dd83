//! What a server keeps of what it is told: some store a set without the letters that others in it
//! imply, and read `lp` back as `p`. Every verb that gives something judges by this.

use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::done::Proved;
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use std::collections::BTreeSet;

/// Sets that are stored in fewer letters and are the same access, as far as sessions of members
/// showed it.
#[derive(Clone, Debug, Default)]
pub struct Closure(BTreeSet<(Rights, Rights)>);

impl Closure {
    /// Learns from a session of `identifier`, which showed her these rights (`seen`, by the folder's
    /// path) after what became of `outcome`: what is not stored and was seen all the same, the rest
    /// of the set gave her. A set that is stored with more letters than it was to have is another
    /// access, whatever she sees.
    pub fn learn(&mut self, outcome: &Outcome, identifier: &str, seen: &[(String, Rights)]) {
        for (change, fate) in &outcome.changes {
            let Some((meant, stored)) = difference(change, fate) else {
                continue;
            };
            let here = seen.iter().find(|(path, _)| *path == change.folder().path);
            let has = here.map(|(_, rights)| rights.union(stored));
            if change.is_entry_of(identifier) && has.is_some_and(|has| has.contains(meant)) {
                self.0.insert((meant, stored));
            }
        }
    }

    /// The same of what was `proved` of her; nothing where her session did not show all that was given.
    pub fn learn_of(&mut self, proved: &Proved, outcome: &Outcome, identifier: &str) {
        if matches!(proved.proof, Proof::Verified { .. }) {
            self.learn(outcome, identifier, &proved.seen);
        }
    }

    /// Whether it is the same access to be told `meant` and to store `stored`.
    pub fn holds(&self, meant: Rights, stored: Rights) -> bool {
        meant == stored || self.0.contains(&(meant, stored))
    }

    /// What differs in letters alone is done.
    pub fn settle(&self, outcome: &mut Outcome) {
        for (change, fate) in &mut outcome.changes {
            if difference(change, fate).is_some_and(|(meant, stored)| self.holds(meant, stored)) {
                *fate = Fate::Done;
            }
        }
    }
}

/// What an entry was to have and what is stored, where that is less: something all the same.
fn difference(change: &Change, fate: &Fate) -> Option<(Rights, Rights)> {
    match (change, fate) {
        (
            Change::Entry(Entry {
                after: Some(meant), ..
            }),
            Fate::Differs(Stored(Some(stored))),
        ) if meant.contains(*stored) && !stored.is_empty() => Some((*meant, *stored)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::folder::WireName;
    use crate::model::plan::Place;
    use proptest::prelude::*;

    fn set(letters: &str) -> Rights {
        Rights::parse(letters).unwrap()
    }

    fn outcome(who: &str, meant: &str, stored: Option<&str>) -> Outcome {
        let change = Change::Entry(Entry {
            folder: Place {
                path: "Sent".to_owned(),
                wire: WireName::from_wire("Sent"),
            },
            identifier: who.to_owned(),
            before: None,
            after: Some(set(meant)),
        });
        let fate = Fate::Differs(Stored(stored.map(set)));
        Outcome {
            changes: vec![(change, fate)],
            ..Outcome::default()
        }
    }

    fn seen(letters: &str) -> [(String, Rights); 1] {
        [("Sent".to_owned(), set(letters))]
    }

    #[test]
    fn what_one_session_showed_holds_for_all() {
        let mut closure = Closure::default();
        closure.learn(&outcome("alice", "lp", Some("p")), "alice", &seen("l"));
        let mut bobs = outcome("bob", "lp", Some("p"));
        closure.settle(&mut bobs);
        assert_eq!(bobs.changes[0].1, Fate::Done);
        let mut more = outcome("bob", "lrp", Some("rp"));
        closure.settle(&mut more);
        assert_ne!(more.changes[0].1, Fate::Done);
    }

    #[test]
    fn nothing_is_learnt_of_others_of_more_or_of_nothing() {
        let mut closure = Closure::default();
        closure.learn(&outcome("alice", "lp", Some("p")), "bob", &seen("lp"));
        closure.learn(&outcome("bob", "lrs", Some("lrsw")), "bob", &seen("lrsw"));
        closure.learn(&outcome("bob", "lr", None), "bob", &seen("lr"));
        closure.learn(&outcome("bob", "lrs", Some("l")), "bob", &seen("lr"));
        assert!(closure.0.is_empty(), "{closure:?}");
    }

    proptest! {
        #[test]
        fn only_what_was_stored_or_seen_is_done(
            meant in "[lrswip]{1,6}", stored in "[lrswip]{0,6}", shown in "[lrswip]{0,6}",
        ) {
            let mut one = outcome("alice", &meant, Some(&stored));
            let mut closure = Closure::default();
            closure.learn(&one, "alice", &seen(&shown));
            closure.settle(&mut one);
            if one.changes[0].1 == Fate::Done {
                prop_assert!(set(&stored).union(set(&shown)).contains(set(&meant)));
                prop_assert!(set(&meant).contains(set(&stored)) && !stored.is_empty());
            }
        }
    }
}
