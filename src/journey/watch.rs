//! Whose own sessions are looked at: a login for each change would take longer than the change.

use crate::decide::Closure;
use crate::model::outcome::Outcome;
use crate::model::whom::Whom;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, PoisonError};

/// So many people are looked at where not all are.
pub(crate) const SOME: usize = 50;

/// So many sessions as one person are open at once, however many mailboxes she is proved on: servers
/// limit the connections of a user (Dovecot to ten).
const AS_ONE: usize = 4;

/// Who has been looked at.
pub struct Watch {
    proof: Whom,
    seen: Mutex<BTreeSet<String>>,
    /// How many are being looked at as each person.
    looking: Mutex<BTreeMap<String, usize>>,
    left: Condvar,
    /// How the server stores sets, as far as those sessions showed it.
    closure: Mutex<Closure>,
}

/// Leave to open a session as somebody, as long as it lives.
pub(crate) struct Turn<'w> {
    watch: &'w Watch,
    identifier: &'w str,
}

impl Watch {
    /// Nobody yet.
    pub fn new(proof: Whom) -> Self {
        Self {
            proof,
            seen: Mutex::default(),
            looking: Mutex::default(),
            left: Condvar::new(),
            closure: Mutex::default(),
        }
    }

    /// Learns from a session how the server stores sets.
    pub(crate) fn learn(&self, teach: impl FnOnce(&mut Closure)) {
        teach(&mut self.closure.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Settles what differs in letters alone, by all that was learnt: after the last session.
    pub fn settle(&self, outcome: &mut Outcome) {
        let closure = self.closure.lock().unwrap_or_else(PoisonError::into_inner);
        closure.settle(outcome);
    }

    /// How many more people may be asked for beside those who have been looked at.
    pub fn left(&self) -> usize {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match self.proof {
            Whom::None => 0,
            Whom::Some => SOME - seen.len(),
            Whom::All => usize::MAX,
        }
    }

    /// Waits until one more session as `identifier` may be opened.
    pub(crate) fn turn<'w>(&'w self, identifier: &'w str) -> Turn<'w> {
        let looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let is_crowded = |looking: &mut BTreeMap<String, usize>| {
            looking.get(identifier).is_some_and(|n| *n >= AS_ONE)
        };
        let waited = self.left.wait_while(looking, is_crowded);
        let mut looking = waited.unwrap_or_else(PoisonError::into_inner);
        *looking.entry(identifier.to_owned()).or_default() += 1;
        Turn {
            watch: self,
            identifier,
        }
    }

    /// Whether it may come to looking as `identifier`.
    pub(crate) fn may_take(&self, identifier: &str) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match self.proof {
            Whom::None => false,
            Whom::Some => seen.len() < SOME && !seen.contains(identifier),
            Whom::All => true,
        }
    }

    /// Whether to look as `identifier`, who is looked at then.
    pub(crate) fn takes(&self, identifier: &str) -> bool {
        if self.proof != Whom::Some {
            return self.proof == Whom::All;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.len() < SOME && seen.insert(identifier.to_owned())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let looking = self.watch.looking.lock();
        let mut looking = looking.unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = looking.get_mut(self.identifier) {
            *n = n.saturating_sub(1);
        }
        self.watch.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    #[test]
    fn few_sessions_are_open_as_one_person() {
        let (watch, open, most) = (
            Watch::new(Whom::All),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        thread::scope(|scope| {
            for _ in 0..4 * AS_ONE {
                scope.spawn(|| {
                    let _turn = watch.turn("alice");
                    most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(5));
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= AS_ONE);
    }
}
