//! Whose turn it is to move the mail of a mailbox: entries in the folder of its settings, of which the one that came
//! first counts. Of the servers that were tried each gives a UID to one message alone, and shows none before those
//! with lower ones; a second MOVE of the same message is refused by none of them.

use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::BTreeMap;

/// So long a turn lasts that nobody takes up again, in seconds.
pub const LASTS: u32 = 600;
/// A turn that says it lasts longer is believed so far, in seconds.
const LONGEST: u32 = 3600;

/// So long before it takes its turn a run has looked at the mail at most, in seconds.
const LOOKED: i64 = 3600;

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Which run has written it; nobody else can guess it.
    pub token: String,
    /// Where that run is.
    pub machine: String,
    /// How long it counts from its arrival on, in seconds.
    pub lasts: u32,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its UID.
    pub uid: u32,
    /// When it came, by the server's clock.
    pub arrived: DateTime<FixedOffset>,
    /// Whether whoever wrote it has marked it as done with.
    pub is_left: bool,
    /// What it says.
    pub ticket: Ticket,
}

/// Whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of the run that asks: the UID of its first entry, and when its last one came.
    Own(u32, DateTime<FixedOffset>),
    /// That of another one: until when, if it does not take it up again.
    Anothers(DateTime<FixedOffset>),
    /// The entry of the run that asks is gone.
    Lost,
}

/// The entries of a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turns {
    entries: Vec<Entry>,
}

/// What the entries of one run come to.
struct Claim<'e> {
    first: u32,
    ends: DateTime<FixedOffset>,
    machine: &'e str,
}

impl Turns {
    /// These, whatever their order.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| entry.uid);
        // The server's clock may have been set back meanwhile: what came later has come later.
        let mut last = None;
        for entry in &mut entries {
            let at = last.map_or(entry.arrived, |last| entry.arrived.max(last));
            (entry.arrived, last) = (at, Some(at));
        }
        Self { entries }
    }

    /// Whose turn it is at the moment when the last entry of `own` came: of those whose turn has not ended, the
    /// one that wrote first. Other runs on the machine of `own` are over, for it holds a lock there.
    pub fn whose(&self, own: &Ticket) -> Whose {
        let claims = self.claims();
        let Some(now) = self.last(&own.token) else {
            return Whose::Lost;
        };
        let counts = |(token, claim): &(&&str, &Claim)| {
            **token == own.token || claim.machine != own.machine && claim.ends > now
        };
        let first = claims
            .iter()
            .filter(counts)
            .min_by_key(|(_, claim)| claim.first);
        match first {
            Some((token, claim)) if *token == own.token => Whose::Own(claim.first, now),
            Some((_, claim)) => Whose::Anothers(claim.ends),
            None => Whose::Lost,
        }
    }

    /// The entries that count no more for the one who has the turn by `own`: those of runs that have ended, and its
    /// own but for the first, which says since when, and the last, which says until when.
    pub fn spent(&self, own: &Ticket) -> Vec<u32> {
        let claims = self.claims();
        let Some(now) = self.last(&own.token) else {
            return Vec::new();
        };
        let ours: Vec<u32> = self.of(&own.token).map(|entry| entry.uid).collect();
        let is_spent = |entry: &&Entry| match entry.ticket.token == own.token {
            true => ours.first() != Some(&entry.uid) && ours.last() != Some(&entry.uid),
            false => {
                let claim = claims.get(entry.ticket.token.as_str());
                claim.is_none_or(|claim| claim.machine == own.machine || claim.ends <= now)
            }
        };
        self.entries
            .iter()
            .filter(is_spent)
            .map(|e| e.uid)
            .collect()
    }

    /// Whether a run on another machine than that of `own` may have been moving mail when somebody saw these entries who
    /// took the turn at the moment `now`.
    pub fn may_have_been_moving(&self, own: &Ticket, now: DateTime<FixedOffset>) -> bool {
        let latest = now - TimeDelta::seconds(LOOKED);
        let mut claims = self.claims().into_values();
        claims.any(|claim| claim.machine != own.machine && claim.ends > latest)
    }

    /// The UIDs of the entries with `token`.
    pub fn uids(&self, token: &str) -> Vec<u32> {
        self.of(token).map(|entry| entry.uid).collect()
    }

    /// When the last entry with `token` came.
    fn last(&self, token: &str) -> Option<DateTime<FixedOffset>> {
        self.of(token).map(|entry| entry.arrived).max()
    }

    fn of(&self, token: &str) -> impl Iterator<Item = &Entry> {
        let is_its = move |entry: &&Entry| entry.ticket.token == token && !entry.is_left;
        self.entries.iter().filter(is_its)
    }

    fn claims(&self) -> BTreeMap<&str, Claim<'_>> {
        let mut claims: BTreeMap<&str, Claim> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| !entry.is_left) {
            let lasts = TimeDelta::seconds(entry.ticket.lasts.min(LONGEST).into());
            let ends = entry
                .arrived
                .checked_add_signed(lasts)
                .unwrap_or(entry.arrived);
            let claim = Claim {
                first: entry.uid,
                ends,
                machine: &entry.ticket.machine,
            };
            let claim = claims.entry(&entry.ticket.token).or_insert(claim);
            claim.ends = claim.ends.max(ends);
        }
        claims
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ticket(token: &str, machine: &str) -> Ticket {
        Ticket {
            token: token.to_owned(),
            machine: machine.to_owned(),
            lasts: LASTS,
        }
    }

    fn entry(uid: u32, second: i64, ticket: Ticket) -> Entry {
        Entry {
            uid,
            arrived: DateTime::from_timestamp(1_700_000_000 + second, 0)
                .unwrap()
                .fixed_offset(),
            is_left: false,
            ticket,
        }
    }

    #[test]
    fn the_first_has_it_until_its_end() {
        let (a, b) = (ticket("a", "one"), ticket("b", "two"));
        let both = |second| Turns::new(vec![entry(7, second, b.clone()), entry(3, 0, a.clone())]);
        assert!(matches!(both(0).whose(&a), Whose::Own(3, _)));
        let ends = entry(0, 600, a.clone()).arrived;
        assert_eq!(both(599).whose(&b), Whose::Anothers(ends));
        assert!(matches!(both(600).whose(&b), Whose::Own(7, _)));
        assert!(both(599).spent(&b).is_empty());
        assert_eq!(both(600).spent(&b), [3]);
        assert_eq!(both(0).whose(&ticket("c", "two")), Whose::Lost);
    }

    #[test]
    fn who_looked_while_another_had_it_may_have_seen_what_was_being_moved() {
        let (a, b) = (ticket("a", "one"), ticket("b", "two"));
        let seen = Turns::new(vec![entry(3, 0, a.clone())]);
        let at = |second| entry(0, second, b.clone()).arrived;
        assert!(seen.may_have_been_moving(&b, at(5)));
        assert!(seen.may_have_been_moving(&b, at(4199)));
        assert!(!seen.may_have_been_moving(&b, at(4200)));
        assert!(!seen.may_have_been_moving(&a, at(5)), "its own machine's");
        assert!(!Turns::default().may_have_been_moving(&b, at(5)));
    }

    #[test]
    fn it_is_taken_up_again_and_left() {
        let (a, b) = (ticket("a", "one"), ticket("b", "two"));
        let mut entries = vec![
            entry(3, 0, a.clone()),
            entry(4, 300, a.clone()),
            entry(5, 500, a.clone()),
            entry(7, 900, b.clone()),
        ];
        let turns = Turns::new(entries.clone());
        assert!(matches!(turns.whose(&b), Whose::Anothers(_)));
        assert_eq!(turns.spent(&a), [4], "since when, and until when");
        for entry in &mut entries[..3] {
            entry.is_left = true;
        }
        let turns = Turns::new(entries);
        assert!(matches!(turns.whose(&b), Whose::Own(7, _)));
        assert_eq!(turns.whose(&a), Whose::Lost);
        assert_eq!(turns.spent(&b), [3, 4, 5]);
    }

    #[test]
    fn what_ended_on_the_same_machine_counts_no_more_and_a_clock_that_goes_back_changes_nothing() {
        let (dead, a) = (ticket("dead", "one"), ticket("a", "one"));
        let turns = Turns::new(vec![entry(3, 0, dead.clone()), entry(4, 5, a.clone())]);
        assert!(matches!(turns.whose(&a), Whose::Own(4, _)));
        assert_eq!(turns.spent(&a), [3]);
        let b = ticket("b", "two");
        let turns = Turns::new(vec![entry(3, 0, a.clone()), entry(4, -9000, b.clone())]);
        assert!(matches!(turns.whose(&b), Whose::Anothers(_)));
        let endless = Ticket {
            lasts: u32::MAX,
            ..a
        };
        let turns = Turns::new(vec![entry(3, 0, endless), entry(4, 3600, b.clone())]);
        assert!(
            matches!(turns.whose(&b), Whose::Own(4, _)),
            "none is believed for ever"
        );
    }

    proptest! {
        /// Whatever was written, of those who looked at the same entries one at most has it, but for one machine's.
        #[test]
        fn one_has_it(written in proptest::collection::vec((0_usize..5, 0_i64..3000, any::<bool>()), 1..20)) {
            let tickets: Vec<Ticket> = (0..5).map(|n| ticket(&format!("t{n}"), &format!("m{n}"))).collect();
            let entries = written.iter().zip(1..).map(|((who, second, left), uid)| Entry {
                is_left: *left,
                ..entry(uid, *second, tickets[*who].clone())
            });
            let turns = Turns::new(entries.collect());
            // Whoever wrote last saw all of them: nobody whose turn had not ended by then is passed over.
            let owners: Vec<&Ticket> = tickets.iter().filter(|t| matches!(turns.whose(t), Whose::Own(..))).collect();
            for pair in owners.windows(2) {
                let last = |t: &Ticket| turns.last(&t.token).unwrap();
                let ends = |t: &Ticket| last(t) + TimeDelta::seconds(LASTS.into());
                prop_assert!(ends(pair[0]) <= last(pair[1]) || ends(pair[1]) <= last(pair[0]));
            }
        }
    }
}
