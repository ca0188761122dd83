//! Whose own sessions are looked at: a login for each change would take longer than the change.

use crate::cli::apply::Proof;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// So many people are looked at where not all are.
pub(super) const SOME: usize = 50;

/// Who has been looked at.
pub struct Watch {
    proof: Proof,
    seen: Mutex<BTreeSet<String>>,
}

impl Watch {
    /// Nobody yet.
    pub fn new(proof: Proof) -> Self {
        Self {
            proof,
            seen: Mutex::new(BTreeSet::new()),
        }
    }

    /// How many more people may be asked for beside those who have been looked at.
    pub fn left(&self) -> usize {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match self.proof {
            Proof::None => 0,
            Proof::Some => SOME - seen.len(),
            Proof::All => usize::MAX,
        }
    }

    /// Whether it may come to looking as `identifier`.
    pub(super) fn may_take(&self, identifier: &str) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match self.proof {
            Proof::None => false,
            Proof::Some => seen.len() < SOME && !seen.contains(identifier),
            Proof::All => true,
        }
    }

    /// Whether to look as `identifier`, who is looked at then.
    pub(super) fn takes(&self, identifier: &str) -> bool {
        if self.proof != Proof::Some {
            return self.proof == Proof::All;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.len() < SOME && seen.insert(identifier.to_owned())
    }
}
