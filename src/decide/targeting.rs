//! mail archive --target: what is largest and oldest goes, until the mailbox is as small as it shall be.

use super::archiving::leaving;
use super::finishing::Finished;
use super::usage;
use super::withheld::{Chosen, Withheld};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::state::Mailbox;
use crate::model::target::{Piece, Storage, Target};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Which messages go, and which are spared.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// As small as the mailbox shall be.
    pub target: Target,
    /// How much it uses.
    pub storage: Storage,
    /// Each message that is meant, and that no hold keeps.
    pub messages: Vec<Rank>,
}

/// What goes of what is meant, and what was judged for that.
#[derive(Default)]
pub struct Choice {
    /// Each conversation, where only finished ones go.
    pub finished: Option<Finished>,
    /// Each message, where what is largest and oldest goes.
    pub ranked: Option<Ranked>,
}

/// A message that goes or is spared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The folder in which it lies.
    pub folder: String,
    /// Its UID.
    pub uid: u32,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// The day from which it counts.
    pub day: Option<NaiveDate>,
    /// Whether it goes.
    pub goes: bool,
}

/// How much the mailbox of `state` uses of what it may.
///
/// # Errors
/// [`Exit::Refused`] where the server does not tell.
pub fn storage(state: &Mailbox) -> Result<Storage> {
    let refused = |what: String| {
        let error = Error::new(Exit::Refused, what).about(&state.name);
        error.hint("leave --target out: --before and --larger say what goes")
    };
    match usage::storage(state) {
        // They are told in KiB (RFC 9208, section 5.1).
        Ok(Some(quota)) => Ok(Storage {
            used: quota.used.saturating_mul(1024),
            limit: quota.limit.saturating_mul(1024),
        }),
        Ok(None) => Err(refused(
            "the server tells no quota for it: no share of that can be reached".to_owned(),
        )),
        Err(untold) => Err(refused(format!(
            "how full it is, the server does not say {}",
            untold.why
        ))),
    }
}

impl Ranked {
    /// Which of the messages that were looked for in the mailbox of `state` go, as it is `today`.
    ///
    /// # Errors
    /// As [`storage`].
    pub fn new(
        state: &Mailbox,
        withheld: &Withheld,
        target: Target,
        today: NaiveDate,
    ) -> Result<Self> {
        let storage = storage(state)?;
        let mut messages = Vec::new();
        for (place, lying) in leaving(state) {
            let free = lying.dated.iter().filter(|one| {
                let keeps = withheld.keeps(&place.path, lying.uid_validity, one.uid);
                keeps.is_none()
            });
            messages.extend(free.map(|one| Rank {
                folder: place.path.clone(),
                uid: one.uid,
                bytes: one.size,
                day: one.day,
                goes: false,
            }));
        }
        let piece = |rank: &Rank| Piece {
            bytes: rank.bytes,
            day: rank.day,
        };
        let pieces: Vec<Piece> = messages.iter().map(piece).collect();
        let chosen = target.chosen(&pieces, storage, today);
        for (rank, goes) in messages.iter_mut().zip(chosen) {
            rank.goes = goes;
        }
        Ok(Self {
            target,
            storage,
            messages,
        })
    }

    /// Those that go of the mailbox of `state`.
    pub fn chosen(&self, state: &Mailbox) -> Chosen {
        let mut chosen = Chosen::new();
        for (place, lying) in leaving(state) {
            let goes = self.messages.iter();
            let goes = goes.filter(|rank| rank.goes && rank.folder == place.path);
            let uids: BTreeSet<u32> = goes.map(|rank| rank.uid).collect();
            chosen.insert(place.path.clone(), (lying.uid_validity, uids));
        }
        chosen
    }

    /// How much the mailbox would use of what it may without those that go, in hundredths.
    pub fn after(&self) -> u64 {
        let goes = self.messages.iter().filter(|rank| rank.goes);
        let goes: u64 = goes.map(|rank| rank.bytes).sum();
        let left = u128::from(self.storage.used.saturating_sub(goes)) * 100;
        let share = left.checked_div(u128::from(self.storage.limit));
        share
            .and_then(|share| u64::try_from(share).ok())
            .unwrap_or(u64::MAX)
    }
}
