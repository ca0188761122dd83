//! What LIST says of a folder besides its name (RFC 9051, section 7.3.1; RFC 6154, 5258, 8457).
//!
//! There are not many of them, and a server lists a million folders: each is a bit here. What is no
//! attribute that anybody registered is not kept.

use std::fmt;

/// The attributes that are known, in lower case.
const KNOWN: [&str; 18] = [
    "\\noinferiors",
    "\\noselect",
    "\\nonexistent",
    "\\marked",
    "\\unmarked",
    "\\haschildren",
    "\\hasnochildren",
    "\\subscribed",
    "\\remote",
    "\\all",
    "\\archive",
    "\\drafts",
    "\\flagged",
    "\\important",
    "\\junk",
    "\\memos",
    "\\sent",
    "\\trash",
];

/// A set of attributes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Attributes(u32);

impl Attributes {
    /// Adds what a server calls `word`, in any case; whatever nobody knows is left out.
    pub(super) fn add(&mut self, word: &[u8]) {
        let known = |name: &&str| word.eq_ignore_ascii_case(name.as_bytes());
        if let Some(at) = KNOWN.iter().position(known) {
            self.0 |= 1 << at;
        }
    }

    /// Whether this one is among them, in any case.
    pub fn has(self, name: &str) -> bool {
        let at = KNOWN.iter().position(|k| k.eq_ignore_ascii_case(name));
        at.is_some_and(|at| self.0 & 1 << at != 0)
    }

    /// Each of them, in lower case.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        let has = move |(at, _): &(usize, &&str)| self.0 & 1 << at != 0;
        KNOWN.iter().enumerate().filter(has).map(|(_, name)| *name)
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn they_are_known_in_any_case_and_others_are_not_kept() {
        let mut set = Attributes::default();
        for word in ["\\NoSelect", "\\sent", "\\X-Odd", "", "NoSelect", "\\sent"] {
            set.add(word.as_bytes());
        }
        assert!(set.has("\\noselect") && set.has("\\Sent"));
        assert!(!set.has("\\x-odd") && !set.has("\\trash"));
        assert_eq!(set.iter().collect::<Vec<_>>(), ["\\noselect", "\\sent"]);
    }

    proptest! {
        #[test]
        fn what_is_added_is_there_and_nothing_else(
            words in proptest::collection::vec(proptest::sample::select(&KNOWN[..]), 0..10)
        ) {
            let mut set = Attributes::default();
            words.iter().for_each(|word| set.add(word.to_uppercase().as_bytes()));
            for name in KNOWN {
                prop_assert_eq!(set.has(name), words.contains(&name));
            }
        }
    }
}
