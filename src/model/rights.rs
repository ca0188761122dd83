//! Rights: a set of the letters that RFC 4314, section 2.1 defines.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A set of rights: lower-case letters and digits (RFC 4314, section 3), order and repetition
/// forgotten.
///
/// The obsolete `c` and `d` (RFC 2086) are kept as they come; [`Rights::without_virtual`] drops
/// them on servers where they only repeat other letters.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rights(u64);

/// A character that cannot name a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARight(pub char);

/// The order in which people are used to seeing rights; other letters follow alphabetically,
/// then the digits.
const ORDER: &str = "lrswipkxtea";

impl Rights {
    /// No right at all.
    pub const NONE: Rights = Rights(0);
    /// Every letter and digit.
    pub const ALL: Rights = Rights((1 << 36) - 1);

    /// The set of the letters and digits in `text`.
    ///
    /// # Errors
    /// The first character that is neither a lower-case ASCII letter nor a digit.
    pub fn parse(text: &str) -> Result<Self, NotARight> {
        text.chars().try_fold(Self::NONE, Self::with)
    }

    /// This set with the right `c` added.
    ///
    /// # Errors
    /// When `c` is neither a lower-case ASCII letter nor a digit.
    pub fn with(self, c: char) -> Result<Self, NotARight> {
        bit(c).map(|b| Self(self.0 | b)).ok_or(NotARight(c))
    }

    /// Whether `c` is in the set.
    pub fn has(self, c: char) -> bool {
        bit(c).is_some_and(|b| self.0 & b != 0)
    }

    /// Whether every right of `other` is in this set.
    pub fn contains(self, other: Rights) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the two sets share a right.
    pub fn intersects(self, other: Rights) -> bool {
        self.0 & other.0 != 0
    }

    /// The rights that are in either set.
    #[must_use]
    pub fn union(self, other: Rights) -> Self {
        Self(self.0 | other.0)
    }

    /// The rights that are in both sets.
    #[must_use]
    pub fn intersection(self, other: Rights) -> Self {
        Self(self.0 & other.0)
    }

    /// The rights of this set that are not in `other`.
    #[must_use]
    pub fn minus(self, other: Rights) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is no right in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set without `c` and `d`, which a server of RFC 4314 sends along for clients of RFC
    /// 2086 and which carry no meaning of their own (section 2.1.1).
    #[must_use]
    pub fn without_virtual(self) -> Self {
        self.minus(Self(BIT_C | BIT_D))
    }

    /// What one may do with them, in words.
    pub fn in_words(self) -> String {
        let words: Vec<String> = self.iter().map(word).collect();
        words.join(", ")
    }

    /// The rights one by one, in the customary order.
    pub fn iter(self) -> impl Iterator<Item = char> {
        let rest = ('a'..='z').filter(|c| !ORDER.contains(*c)).chain('0'..='9');
        ORDER.chars().chain(rest).filter(move |c| self.has(*c))
    }
}

const BIT_C: u64 = 1 << 2;
const BIT_D: u64 = 1 << 3;

fn bit(c: char) -> Option<u64> {
    match c {
        'a'..='z' => Some(1 << (c as u32 - 'a' as u32)),
        '0'..='9' => Some(1 << (26 + c as u32 - '0' as u32)),
        _ => None,
    }
}

/// What a right allows (RFC 4314, section 2.1; RFC 5257, section 5 for `n`).
fn word(right: char) -> String {
    let word = match right {
        'l' => "see",
        'r' => "read",
        's' => "keep \\Seen",
        'w' => "set flags",
        'i' => "add mail",
        'p' => "post",
        'k' => "create folders",
        'x' => "delete folders",
        'c' => "create or delete folders",
        't' => "mark as deleted",
        'e' => "expunge",
        'd' => "delete mail",
        'a' => "give rights",
        'n' => "annotate",
        other => return format!("{other} (the site's own)"),
    };
    word.to_owned()
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.iter().collect::<String>())
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rights({self})")
    }
}

impl Serialize for Rights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let letters = String::deserialize(deserializer)?;
        Rights::parse(&letters).map_err(D::Error::custom)
    }
}

impl fmt::Display for NotARight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a right: rights are lower-case letters or digits",
            self.0
        )
    }
}

impl std::error::Error for NotARight {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rights(text: &str) -> Rights {
        Rights::parse(text).unwrap()
    }

    #[test]
    fn order_and_repetition_do_not_count() {
        assert_eq!(rights("lrs"), rights("srlls"));
        assert_eq!(rights("aetxkpiwsrl").to_string(), "lrswipkxtea");
    }

    #[test]
    fn letters_outside_the_rfc_come_last() {
        assert_eq!(rights("9nal").to_string(), "lan9");
    }

    #[test]
    fn every_right_has_its_words() {
        assert_eq!(rights("lrs").in_words(), "see, read, keep \\Seen");
        assert_eq!(
            rights("ta9").in_words(),
            "mark as deleted, give rights, 9 (the site's own)"
        );
        assert_eq!(Rights::NONE.in_words(), "");
    }

    #[test]
    fn the_virtual_rights_are_dropped_on_request() {
        assert_eq!(rights("lrswtedc").without_virtual(), rights("lrswte"));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(Rights::parse("lR"), Err(NotARight('R')));
        assert_eq!(Rights::parse("l r"), Err(NotARight(' ')));
        assert_eq!(Rights::parse("l\r\n"), Err(NotARight('\r')));
    }

    prop_compose! {
        fn any_rights()(text in "[a-z0-9]{0,20}") -> Rights { rights(&text) }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(set in any_rights()) {
            prop_assert_eq!(rights(&set.to_string()), set);
        }

        #[test]
        fn set_algebra_holds(a in any_rights(), b in any_rights()) {
            prop_assert_eq!(a.minus(b).union(a.intersection(b)), a);
            prop_assert!(a.union(b).contains(a));
            prop_assert!(!a.minus(b).intersects(b));
            prop_assert_eq!(a.contains(b), b.minus(a).is_empty());
        }
    }
}
