//! What a rule looks for in a field: `*` stands for anything.

use std::fmt;

/// No pattern is longer, in bytes.
const LONGEST: usize = 500;

/// A text in which `*` stands for any characters, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is empty.
    Empty,
    /// It is too long.
    TooLong,
    /// It holds a control character, which no field does.
    Control,
    /// It begins or ends with a blank, which is no part of a field.
    Blank,
}

impl Pattern {
    /// `text` as a pattern.
    ///
    /// # Errors
    /// Why it is none.
    pub fn new(text: &str) -> Result<Self, Unfit> {
        if text.is_empty() {
            Err(Unfit::Empty)
        } else if text.len() > LONGEST {
            Err(Unfit::TooLong)
        } else if text.contains(char::is_control) {
            Err(Unfit::Control)
        } else if text.trim() != text {
            Err(Unfit::Blank)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it holds a `*`.
    pub fn is_wild(&self) -> bool {
        self.0.contains('*')
    }

    /// Whether all of `text` is what it says.
    pub fn is(&self, text: &str) -> bool {
        glob(self.0.as_bytes(), text.as_bytes())
    }

    /// Whether `text` holds what it says: all of it has to be that where a `*` stands in it.
    pub fn is_in(&self, text: &str) -> bool {
        match self.is_wild() {
            true => self.is(text),
            false => {
                let (text, part) = (text.as_bytes(), self.0.as_bytes());
                let mut parts = text.windows(part.len());
                parts.any(|window| window.eq_ignore_ascii_case(part))
            }
        }
    }
}

/// In time of the product of both lengths: only the last `*` is ever tried again.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(own) if own.eq_ignore_ascii_case(byte) => {
                p += 1;
                t += 1;
            }
            _ => match &mut star {
                Some((at, from)) => {
                    *from += 1;
                    (p, t) = (*at + 1, *from);
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .unwrap_or_default()
        .iter()
        .all(|rest| *rest == b'*')
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::TooLong => write!(f, "it is longer than {LONGEST} bytes"),
            Self::Control => f.write_str("it holds a control character"),
            Self::Blank => f.write_str("it begins or ends with a blank"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (wanted, text, is) in [
            ("*@Example.com", "a@eXAMPLE.com", true),
            ("*@example.com", "a@example.com.evil.test", false),
            ("*@example.com", "@example.com", true),
            ("a*b*c", "a--b-b--c", true),
            ("a*b*c", "a--b-b--", false),
            ("*", "", true),
            ("**", "x", true),
            ("a", "ab", false),
            ("*Ü*", "xÜy", true),
            // Servers know ASCII's letters alone in both cases.
            ("*Ü*", "xüy", false),
            ("a?", "ab", false),
        ] {
            assert_eq!(pattern(wanted).is(text), is, "{wanted} {text}");
        }
        assert!(pattern("voice").is_in("Your INVOICE 7") && pattern("*voice*").is_in("Invoices"));
        assert!(!pattern("voice*").is_in("Invoices") && !pattern("x").is_in(""));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert_eq!(Pattern::new(""), Err(Unfit::Empty));
        assert_eq!(Pattern::new("a\r\nb"), Err(Unfit::Control));
        assert_eq!(Pattern::new(" a"), Err(Unfit::Blank));
        assert_eq!(Pattern::new(&"a".repeat(LONGEST + 1)), Err(Unfit::TooLong));
    }

    /// As slow as it is plain.
    fn plainly(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), None) => plainly(rest, text),
            (Some((b'*', rest)), Some((_, after))) => {
                plainly(rest, text) || plainly(pattern, after)
            }
            (Some((own, rest)), Some((byte, after))) => {
                own.eq_ignore_ascii_case(byte) && plainly(rest, after)
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_the_plain_way_finds(wanted in "[ab*]{1,8}", text in "[abB]{0,12}") {
            prop_assert_eq!(pattern(&wanted).is(&text), plainly(wanted.as_bytes(), text.as_bytes()));
        }

        #[test]
        fn a_text_holds_each_part_of_itself(text in "[a-zé@. ]{1,20}", from in 0usize..20, to in 0usize..20) {
            if let Some(part) = text.get(from.min(to)..from.max(to))
                && let Ok(part) = Pattern::new(part) {
                prop_assert!(part.is_in(&text) && part.is_in(&text.to_ascii_uppercase()));
            }
        }
    }
}
