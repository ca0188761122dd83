//! Servers that repeat what they were told: their words are searched for the secret, so that it
//! comes back into no error and no trace.

use super::trace::MASK;
use secrecy::zeroize::Zeroizing;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// What a server must not be heard to repeat, as a whole or in part.
pub(crate) struct Echo {
    /// Fingerprints of every stretch of `WINDOW` bytes: the secret itself is not kept.
    stretches: HashSet<u64>,
    short: Vec<Zeroizing<Vec<u8>>>,
    hasher: RandomState,
}

/// Stretches of this many bytes are no coincidence.
const WINDOW: usize = 12;

/// Shorter words stand in lines by coincidence.
const SHORTEST: usize = 6;

/// A blot: as long as what it covers.
const BLOT: u8 = MASK.as_bytes()[0];

impl Echo {
    /// Looks for what `words` hold. A short one that is nothing but letters is left out: hiding
    /// it wherever it stands would tell it.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w [u8]>) -> Self {
        let mut echo = Self {
            stretches: HashSet::new(),
            short: Vec::new(),
            hasher: RandomState::new(),
        };
        for word in words {
            if word.len() >= WINDOW {
                let stretches = word.windows(WINDOW);
                let prints = stretches.map(|stretch| echo.hasher.hash_one(stretch));
                echo.stretches.extend(prints);
            } else if word.len() >= SHORTEST && !word.iter().all(u8::is_ascii_alphabetic) {
                echo.short.push(Zeroizing::new(word.to_vec()));
            }
        }
        echo
    }

    /// Blots out what `line` repeats, and keeps its length.
    pub fn blot(&self, line: &mut [u8]) {
        let mut covered = vec![false; line.len()];
        if !self.stretches.is_empty() {
            for (at, stretch) in line.windows(WINDOW).enumerate() {
                if self.stretches.contains(&self.hasher.hash_one(stretch)) {
                    covered[at..at + WINDOW].fill(true);
                }
            }
        }
        for word in &self.short {
            for (at, stretch) in line.windows(word.len()).enumerate() {
                if stretch == word.as_slice() {
                    covered[at..at + word.len()].fill(true);
                }
            }
        }
        for (byte, covered) in line.iter_mut().zip(covered) {
            if covered {
                *byte = BLOT;
            }
        }
    }

    /// `text` without what it repeats.
    pub fn blotted(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        self.blot(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_whole_and_a_part_are_blotted_out() {
        let echo = Echo::of([&b"AGFkbWluAGh1bnRlcjI="[..], b"hunter2"]);
        assert_eq!(
            echo.blotted("BAD AUTHENTICATE PLAIN AGFkbWluAGh1bn… hunter2?"),
            "BAD AUTHENTICATE PLAIN **************… *******?"
        );
    }

    #[test]
    fn a_plain_word_is_not_told_by_hiding_it() {
        let echo = Echo::of([&b"password"[..]]);
        assert_eq!(echo.blotted("NO wrong password"), "NO wrong password");
        assert_eq!(Echo::of([&b""[..]]).blotted("abc"), "abc");
    }

    proptest! {
        #[test]
        fn no_line_is_made_longer_or_keeps_the_secret(line in ".{0,40}", secret in "[a-z0-9]{11}[0-9]{1,9}") {
            let echo = Echo::of([secret.as_bytes()]);
            let mut bytes = format!("{line}{secret}{line}").into_bytes();
            let before = bytes.len();
            echo.blot(&mut bytes);
            prop_assert_eq!(bytes.len(), before);
            prop_assert!(!String::from_utf8_lossy(&bytes).contains(&secret));
        }
    }
}
