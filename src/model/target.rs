//! How much of a mailbox has to go until it is as small as it shall be: what is largest and oldest first. Pure.

use chrono::NaiveDate;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A share of the storage that a mailbox may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Target(u8);

/// How much is used of what may be, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// What is used.
    pub used: u64,
    /// What may be.
    pub limit: u64,
}

/// What goes together or stays together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// How long it is, in bytes.
    pub bytes: u64,
    /// The day from which it counts.
    pub day: Option<NaiveDate>,
}

impl Target {
    /// How many bytes have to go of a mailbox that uses so much.
    pub fn lacks(self, storage: Storage) -> u64 {
        let most = u128::from(storage.limit) * u128::from(self.0) / 100;
        let lacks = u128::from(storage.used).saturating_sub(most);
        u64::try_from(lacks).unwrap_or(u64::MAX)
    }

    /// Which of `pieces` go, as it is `today`, until the mailbox is no larger: a piece counts by its size and its age, so
    /// that of two that are as old the larger one goes first, and of two that are as large the older one.
    pub fn chosen(self, pieces: &[Piece], storage: Storage, today: NaiveDate) -> Vec<bool> {
        let weight = |piece: &Piece| {
            let days = piece.day.map(|day| (today - day).num_days().max(1));
            u128::from(piece.bytes) * u128::from(days.unwrap_or_default().unsigned_abs())
        };
        let mut order: Vec<(usize, &Piece)> = pieces.iter().enumerate().collect();
        order.sort_by_key(|(_, piece)| std::cmp::Reverse(weight(piece)));
        let (mut left, mut chosen) = (self.lacks(storage), vec![false; pieces.len()]);
        for (n, piece) in order {
            if left == 0 {
                break;
            }
            left = left.saturating_sub(piece.bytes);
            if let Some(goes) = chosen.get_mut(n) {
                *goes = true;
            }
        }
        chosen
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix('%').unwrap_or_default();
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        match number.parse() {
            Ok(n @ 1..=99) if is_number => Ok(Self(n)),
            _ => Err("it is no share of the quota: write 80%".to_owned()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 29).unwrap()
    }

    fn piece(bytes: u64, days: u64) -> Piece {
        let day = today().checked_sub_days(Days::new(days));
        Piece { bytes, day }
    }

    #[test]
    fn what_is_largest_and_oldest_goes_until_it_is_enough() {
        let target: Target = "80%".parse().unwrap();
        let storage = |used| Storage { used, limit: 1_000 };
        let pieces = [
            piece(10, 400),
            piece(100, 10),
            piece(10, 500),
            piece(100, 20),
        ];
        let chosen = |used| target.chosen(&pieces, storage(used), today());
        assert_eq!(chosen(800), [false; 4]);
        assert_eq!(chosen(801), [false, false, true, false]);
        assert_eq!(chosen(815), [true, false, true, false]);
        assert_eq!(chosen(821), [true, false, true, true]);
        assert_eq!(chosen(5_000), [true; 4]);
        let undated = Piece {
            bytes: 9_000,
            day: None,
        };
        let two = [undated, piece(1, 1)];
        assert_eq!(target.chosen(&two, storage(801), today()), [false, true]);
        for bad in ["80", "%", "0%", "100%", "+8%", "-1%", "8 %", "256%"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn enough_goes_and_none_too_much(
            sizes in proptest::collection::vec((0u64..1_000, 0u64..4_000), 0..40), used in 0u64..20_000, share in 1u8..100,
        ) {
            let pieces: Vec<Piece> = sizes.into_iter().map(|(bytes, days)| piece(bytes, days)).collect();
            let (target, storage) = (Target(share), Storage { used, limit: 10_000 });
            let chosen = target.chosen(&pieces, storage, today());
            let goes = pieces.iter().zip(&chosen).filter(|(_, goes)| **goes);
            let sizes: Vec<u64> = goes.map(|(piece, _)| piece.bytes).collect();
            let (sum, lacks) = (sizes.iter().sum::<u64>(), target.lacks(storage));
            prop_assert!(sum >= lacks || chosen.iter().all(|goes| *goes));
            // Without the last of them it were not enough.
            prop_assert!(sizes.is_empty() || sum.saturating_sub(*sizes.iter().max().unwrap()) < lacks);
        }
    }
}
