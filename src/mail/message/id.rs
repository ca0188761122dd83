//! Message identifiers (RFC 5322, section 3.6.4).

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};

/// The name of one message in all the world.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(String);

/// A line has 998 bytes, and an identifier is not folded.
const MOST: usize = 900;

impl MessageId {
    /// A new one in `domain`, with 128 random bits.
    pub fn generate(domain: &str) -> Self {
        // Each state is keyed by the system's randomness.
        let random = || RandomState::new().hash_one(std::process::id());
        Self(format!("{:016x}{:016x}@{domain}", random(), random()))
    }

    /// Reads `<left@right>`, with or without its brackets. Blanks within, which programs that
    /// should know better write, stay: without them it names no message.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let inner = text.strip_prefix('<').and_then(|t| t.strip_suffix('>'));
        let inner = inner.unwrap_or(text);
        let inner = inner.trim();
        let fit = |c: char| matches!(c, ' '..='~') && !matches!(c, '<' | '>');
        let fits = (1..=MOST).contains(&inner.len()) && inner.chars().all(fit);
        fits.then(|| Self(inner.to_owned()))
    }

    /// Those of a header field, hostile ones left out. Where none stands in brackets, each word
    /// with an `@` is one.
    pub(super) fn read_list(text: &str) -> Vec<Self> {
        if !text.contains('<') {
            let words = text
                .split_ascii_whitespace()
                .filter(|word| word.contains('@'));
            return words.filter_map(Self::parse).collect();
        }
        let parts = text.split('<').skip(1);
        parts
            .filter_map(|p| Self::parse(p.split_once('>')?.0))
            .collect()
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_one_is_new_and_in_the_domain_that_was_asked_for() {
        let one = MessageId::generate("example.test").to_string();
        assert!(one.ends_with("@example.test>") && one.len() == 32 + 15);
        assert_ne!(one, MessageId::generate("example.test").to_string());
    }

    #[test]
    fn hostile_ones_are_left_out() {
        let list =
            MessageId::read_list("<a@b> (x) <c\r\nd@e> <<f@g>\r\n <h> <> <é@x> < j k@l > <i");
        let list: Vec<_> = list.iter().map(ToString::to_string).collect();
        assert_eq!(list, ["<a@b>", "<f@g>", "<h>", "<j k@l>"]);
        let list = MessageId::read_list(" a@b of\tc@d ");
        assert_eq!(list.len(), 2);
        assert_eq!(MessageId::parse("a@b\r\nBcc: x"), None);
        assert_eq!(MessageId::parse(&"x".repeat(901)), None);
    }
}
