//! Finished conversations: which of them nobody waits for any more, and why the others stay. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::fmt;

/// A message as far as it says whether its conversation is finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// What stands for its conversation.
    pub conversation: u32,
    /// What stands for itself: that of a copy is the same.
    pub own: u32,
    /// Which of the folders that were looked into it lies in.
    pub folder: usize,
    /// Its UID.
    pub uid: u32,
    /// How long it is, in bytes.
    pub size: u64,
    /// The later one of the moments at which it came and was written; one that is yet to come does not count.
    pub moment: Option<DateTime<Utc>>,
    /// The day of that moment, as its server or its sender had it.
    pub day: Option<NaiveDate>,
    /// Whether the mailbox sent it.
    pub is_ours: bool,
    /// Whether somebody is writing it yet.
    pub is_draft: bool,
    /// Whether it was answered.
    pub is_answered: bool,
    /// Whether it is flagged.
    pub is_flagged: bool,
    /// The cases of the holds that keep it.
    pub holds: Vec<String>,
    /// Whether its header was not read to the end: a hold may keep it, and it may name others.
    pub is_doubtful: bool,
    /// Its subject, as people read it.
    pub subject: String,
}

/// Why a conversation goes or stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is finished, and old enough.
    Finished,
    /// A hold keeps a message of it.
    Held(String),
    /// What a message of it says could not be read to the end.
    Doubtful,
    /// Somebody is writing a message of it yet.
    Drafted,
    /// A message of it is flagged.
    Flagged,
    /// When a message of it came is not known.
    Undated,
    /// The last message was not answered.
    Unanswered,
    /// The last message is not old enough.
    Young,
    /// It is finished, and the mailbox is small enough without its going.
    Spared,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Why::Finished => "answered, and old enough",
            Why::Held(case) => return write!(f, "held for the case {case}"),
            Why::Doubtful => "a header is too long to be read to its end",
            Why::Drafted => "an answer is being written",
            Why::Flagged => "a message is flagged",
            Why::Undated => "when a message came is not known",
            Why::Unanswered => "the last message is not answered",
            Why::Young => "the last message is not old enough",
            Why::Spared => "the mailbox is small enough without it",
        };
        f.write_str(text)
    }
}

/// What becomes of the conversation that the messages `all` are, of which the last one has to be from before the day
/// `before`.
pub fn judge(all: &[&Piece], before: NaiveDate) -> Why {
    let any = |holds: fn(&Piece) -> bool| all.iter().any(|piece| holds(piece));
    if let Some(case) = all.iter().flat_map(|piece| &piece.holds).min() {
        return Why::Held(case.clone());
    }
    if any(|piece| piece.is_doubtful) {
        return Why::Doubtful;
    }
    if any(|piece| piece.is_draft) {
        return Why::Drafted;
    }
    if any(|piece| piece.is_flagged) {
        return Why::Flagged;
    }
    if all.is_empty() || any(|piece| piece.moment.is_none() || piece.day.is_none()) {
        return Why::Undated;
    }
    if !is_answered(all) {
        return Why::Unanswered;
    }
    match any_since(all, before) {
        true => Why::Young,
        false => Why::Finished,
    }
}

/// Whether the last message is ours, or the last one that came in was answered. Of several that came at once each
/// counts as the last.
fn is_answered(all: &[&Piece]) -> bool {
    let last = all.iter().map(|piece| piece.moment).max();
    let mut lasts = all.iter().filter(|piece| Some(piece.moment) == last);
    if lasts.all(|piece| piece.is_ours) {
        return true;
    }
    let others = || all.iter().filter(|piece| !piece.is_ours);
    let last = others().map(|piece| piece.moment).max();
    let mut lasts = others().filter(|piece| Some(piece.moment) == last);
    lasts.all(|piece| piece.is_answered)
}

fn any_since(all: &[&Piece], before: NaiveDate) -> bool {
    all.iter()
        .any(|piece| piece.day.is_none_or(|day| day >= before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn piece(day: i64) -> Piece {
        let moment = DateTime::from_timestamp(day * DAY, 0);
        Piece {
            moment,
            day: moment.map(|moment| moment.date_naive()),
            ..Piece::default()
        }
    }

    fn ours(day: i64) -> Piece {
        Piece {
            is_ours: true,
            ..piece(day)
        }
    }

    fn answered(day: i64) -> Piece {
        Piece {
            is_answered: true,
            ..piece(day)
        }
    }

    fn before() -> NaiveDate {
        DateTime::from_timestamp(100 * DAY, 0).unwrap().date_naive()
    }

    fn told(all: &[Piece]) -> Why {
        judge(&all.iter().collect::<Vec<_>>(), before())
    }

    #[test]
    fn the_last_message_decides() {
        assert_eq!(told(&[piece(1), ours(2)]), Why::Finished);
        assert_eq!(told(&[piece(1), answered(2)]), Why::Finished);
        assert_eq!(told(&[answered(1), ours(2), piece(3)]), Why::Unanswered);
        assert_eq!(told(&[piece(2), ours(2)]), Why::Unanswered);
        assert_eq!(told(&[answered(2), ours(2)]), Why::Finished);
        assert_eq!(told(&[piece(1), ours(100)]), Why::Young);
        assert_eq!(told(&[ours(99)]), Why::Finished);
        assert_eq!(told(&[]), Why::Undated);
        let mut undated = ours(3);
        undated.moment = None;
        assert_eq!(told(&[piece(1), undated]), Why::Undated);
    }

    fn any_piece() -> impl Strategy<Value = Piece> {
        let bits = (any::<bool>(), any::<bool>(), 0u8..12, 0u8..12, 0u8..12);
        (bits, 90i64..103, 0u8..12, 0u8..12).prop_map(|(bits, day, held, undated)| {
            let (is_ours, is_answered, draft, flagged, doubtful) = bits;
            let mut piece = piece(day);
            if undated == 0 {
                piece.moment = None;
            }
            Piece {
                is_ours,
                is_answered,
                is_draft: draft == 0,
                is_flagged: flagged == 0,
                is_doubtful: doubtful == 0,
                holds: (held == 0).then(|| "case".to_owned()).into_iter().collect(),
                ..piece
            }
        })
    }

    proptest! {
        #[test]
        fn what_goes_is_finished_in_every_respect(
            all in proptest::collection::vec(any_piece(), 1..6)
        ) {
            let mut other_way = all.clone();
            other_way.reverse();
            prop_assert_eq!(told(&all), told(&other_way));
            if told(&all) == Why::Finished {
                for piece in &all {
                    prop_assert!(piece.holds.is_empty() && !piece.is_flagged);
                    prop_assert!(!piece.is_draft && !piece.is_doubtful);
                    prop_assert!(piece.day.is_some_and(|day| day < before()));
                }
                let last = all.iter().max_by_key(|piece| (piece.moment, piece.is_ours)).unwrap();
                let came = all.iter().filter(|piece| !piece.is_ours);
                let last_in = came.max_by_key(|piece| piece.moment);
                prop_assert!(last.is_ours || last_in.is_some_and(|piece| piece.is_answered));
            }
        }

        #[test]
        fn a_message_that_waits_keeps_what_would_go(
            all in proptest::collection::vec(any_piece(), 0..6), day in 90i64..100
        ) {
            let latest = all.iter().filter_map(|piece| piece.moment).max();
            let mut waiting = piece(day);
            waiting.moment = waiting.moment.max(latest);
            let mut with = all;
            with.push(waiting);
            prop_assert_ne!(told(&with), Why::Finished);
        }
    }
}
