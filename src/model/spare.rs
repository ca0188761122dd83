//! Spare copies: messages of one folder that another one there makes superfluous.

use super::message::Message;
use super::uids::Uids;
use std::collections::BTreeSet;

/// Of `copies`, which are the same message, those that nobody misses: all but the one that stays, as far as it
/// carries all that they carry. It is the one that carries most, and of those the oldest.
pub fn spare(copies: &[&Message]) -> Uids {
    let stays = copies
        .iter()
        .max_by_key(|copy| (marks(copy).len(), std::cmp::Reverse(copy.uid)));
    let Some(stays) = stays else {
        return Uids::default();
    };
    let kept = marks(stays);
    let goes = |copy: &&&Message| copy.uid != stays.uid && marks(copy).is_subset(&kept);
    copies.iter().filter(goes).map(|copy| copy.uid).collect()
}

/// What somebody did with it: that it was seen, or arrived this moment, is no work of anybody's.
fn marks(message: &Message) -> BTreeSet<String> {
    let flags = message.flags.iter().chain(&message.keywords);
    let small = flags.map(|flag| flag.to_ascii_lowercase());
    small
        .filter(|flag| flag != "\\seen" && flag != "\\recent")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn copy(uid: u32, flags: &[&str], keywords: &[&str]) -> Message {
        let own = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        Message {
            uid,
            flags: own(flags),
            keywords: own(keywords),
            ..Message::default()
        }
    }

    fn of(copies: &[Message]) -> Vec<u32> {
        spare(&copies.iter().collect::<Vec<_>>()).iter().collect()
    }

    #[test]
    fn the_one_with_an_answer_or_a_label_stays() {
        assert_eq!(of(&[]), [0; 0]);
        assert_eq!(of(&[copy(3, &[], &[])]), [0; 0]);
        assert_eq!(of(&[copy(3, &[], &[]), copy(5, &["\\seen"], &[])]), [5]);
        assert_eq!(of(&[copy(3, &[], &[]), copy(5, &["\\answered"], &[])]), [3]);
        let two = [
            copy(3, &[], &["a"]),
            copy(5, &[], &["A", "b"]),
            copy(7, &[], &["c"]),
        ];
        assert_eq!(of(&two), [3], "what another does not carry is missed");
    }

    proptest! {
        #[test]
        fn no_mark_is_lost_and_one_stays(all in proptest::collection::vec(proptest::collection::btree_set(0u8..4, 0..4), 1..6)) {
            let copies: Vec<Message> = all
                .iter()
                .zip(1..)
                .map(|(marks, uid)| {
                    let words: Vec<String> = marks.iter().map(|mark| format!("k{mark}")).collect();
                    copy(uid, &[], &words.iter().map(String::as_str).collect::<Vec<_>>())
                })
                .collect();
            let gone = of(&copies);
            let left: Vec<&Message> = copies.iter().filter(|copy| !gone.contains(&copy.uid)).collect();
            prop_assert!(!left.is_empty());
            let before: BTreeSet<String> = copies.iter().flat_map(marks).collect();
            let after: BTreeSet<String> = left.into_iter().flat_map(marks).collect();
            prop_assert_eq!(before, after);
        }
    }
}
