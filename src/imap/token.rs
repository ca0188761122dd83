//! The grammar's words: atoms, strings, literals, NIL, numbers, lists (RFC 9051, section 9).
//!
//! Tolerant where servers differ, strict where a mistake would put words into other mouths.
//! Nothing here recurses, and nothing copies except a quoted string with escapes.

use std::borrow::Cow;

/// A response that does not follow the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Lists deeper than this are refused; no response that is asked for nests deeper than 4.
pub(super) const MAX_DEPTH: usize = 64;

/// A place in a response, from which the next word is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    /// The beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Skips spaces and says whether nothing else is left.
    pub fn at_end(&mut self) -> bool {
        self.spaces();
        self.0.is_empty()
    }

    /// Takes `byte` after any spaces, if it is next.
    pub fn eat(&mut self, byte: u8) -> bool {
        self.spaces();
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes `byte`, which must be next.
    pub fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    /// An atom, a flag, a number: everything up to a space or parenthesis.
    pub fn word(&mut self) -> Result<&'a [u8], Malformed> {
        self.spaces();
        let ends = |b: &u8| matches!(b, b' ' | b'(' | b')' | b'"' | b'\r' | b'\n');
        let end = self.0.iter().position(ends).unwrap_or(self.0.len());
        self.take(end).filter(|w| !w.is_empty()).ok_or(Malformed)
    }

    /// `number64 = 1*DIGIT`
    pub fn number(&mut self) -> Result<u64, Malformed> {
        let word = std::str::from_utf8(self.word()?).map_err(|_| Malformed)?;
        word.parse().map_err(|_| Malformed)
    }

    /// `astring = 1*ASTRING-CHAR / string`
    pub fn astring(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        self.spaces();
        match self.0 {
            [b'"', ..] => self.quoted(),
            [b'{', ..] | [b'~', b'{', ..] => self.literal(),
            _ => self.word().map(Cow::Borrowed),
        }
    }

    /// `nstring = string / nil`; an atom is taken for a string, as some servers send one.
    pub fn nstring(&mut self) -> Result<Option<Cow<'a, [u8]>>, Malformed> {
        if self.eat_nil() {
            Ok(None)
        } else {
            self.astring().map(Some)
        }
    }

    /// Takes NIL, if it is next.
    pub fn eat_nil(&mut self) -> bool {
        let mut ahead = *self;
        let nil = ahead.word().is_ok_and(|w| w.eq_ignore_ascii_case(b"NIL"));
        if nil {
            *self = ahead;
        }
        nil
    }

    /// Passes over one value of any kind, a list with all that is in it.
    pub fn skip(&mut self) -> Result<(), Malformed> {
        let mut depth = 0;
        loop {
            if self.eat(b'(') {
                depth += 1;
            } else if depth > 0 && self.eat(b')') {
                depth -= 1;
            } else {
                self.astring()?;
            }
            match depth {
                0 => return Ok(()),
                1..=MAX_DEPTH => {}
                _ => return Err(Malformed),
            }
        }
    }

    fn spaces(&mut self) {
        let end = self.0.iter().position(|b| *b != b' ');
        self.0 = &self.0[end.unwrap_or(self.0.len())..];
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn quoted(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        let body = &self.0[1..];
        let stop = |b: &u8| matches!(b, b'"' | b'\\' | b'\r' | b'\n');
        let plain = body.iter().position(stop).ok_or(Malformed)?;
        if body[plain] == b'"' {
            self.0 = &body[plain + 1..];
            return Ok(Cow::Borrowed(&body[..plain]));
        }
        let mut text = body[..plain].to_vec();
        let mut bytes = body[plain..].iter();
        loop {
            match bytes.next() {
                Some(b'"') => break,
                Some(b'\\') => text.push(*bytes.next().ok_or(Malformed)?),
                Some(b'\r' | b'\n') | None => return Err(Malformed),
                Some(byte) => text.push(*byte),
            }
        }
        self.0 = bytes.as_slice();
        Ok(Cow::Owned(text))
    }

    /// `literal = "{" number64 ["+"] "}" CRLF *CHAR8`, or `"~"` before it (RFC 9051).
    fn literal(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        let line = self.0.iter().position(|b| *b == b'\n').ok_or(Malformed)?;
        let header = self.take(line + 1).ok_or(Malformed)?;
        let header = header.strip_suffix(b"\n").unwrap_or(header);
        let header = header.strip_suffix(b"\r").unwrap_or(header);
        let size = announced_literal(header).ok_or(Malformed)?;
        let size = usize::try_from(size).map_err(|_| Malformed)?;
        self.take(size).map(Cow::Borrowed).ok_or(Malformed)
    }
}

/// The size of the literal that `line` announces at its end, if it does.
pub(super) fn announced_literal(line: &[u8]) -> Option<u64> {
    let body = line.strip_suffix(b"}")?;
    let body = body.strip_suffix(b"+").unwrap_or(body);
    let brace = body.iter().rposition(|b| *b == b'{')?;
    // Only where a value can begin: `x{3}` at the end of a line is no literal.
    if !matches!(body[..brace].last(), None | Some(b' ' | b'(' | b'~' | b'[')) {
        return None;
    }
    let digits = &body[brace + 1..];
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    // More digits than a number holds announce more bytes than anybody takes.
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cursor(text: &str) -> Cursor<'_> {
        Cursor::new(text.as_bytes())
    }

    #[test]
    fn atoms_quoted_strings_and_literals_are_the_same_word() {
        for text in [
            "abc x",
            "\"abc\" x",
            "{3}\r\nabc x",
            "~{3}\r\nabc x",
            "{3+}\r\nabc x",
        ] {
            let mut at = cursor(text);
            assert_eq!(&*at.astring().unwrap(), b"abc", "{text}");
            assert_eq!(at.word(), Ok(&b"x"[..]), "{text}");
        }
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(&*cursor(r#""a \"b\\" c"#).astring().unwrap(), br#"a "b\"#);
    }

    #[test]
    fn bytes_that_are_not_utf8_survive() {
        let mut at = Cursor::new(b"\"\xff\xfe\" \xfd");
        assert_eq!(&*at.astring().unwrap(), b"\xff\xfe");
        assert_eq!(&*at.astring().unwrap(), b"\xfd");
    }

    #[test]
    fn nil_is_nothing_but_quoted_nil_is_a_word() {
        assert_eq!(cursor("nil").nstring(), Ok(None));
        assert_eq!(
            cursor("\"NIL\"").nstring().unwrap().as_deref(),
            Some(&b"NIL"[..])
        );
    }

    #[test]
    fn half_a_string_is_malformed() {
        for text in ["\"abc", "\"abc\\", "{5}\r\nabc", "{5}abc", "", "\"a\r\nb\""] {
            assert_eq!(cursor(text).astring(), Err(Malformed), "{text:?}");
        }
    }

    #[test]
    fn a_value_of_any_shape_can_be_skipped() {
        let mut at = cursor("(a (\"b)\" {1}\r\n( NIL) ()) next");
        assert_eq!(at.skip(), Ok(()));
        assert_eq!(at.word(), Ok(&b"next"[..]));
    }

    #[test]
    fn ten_thousand_nested_lists_are_refused_and_overflow_nothing() {
        let nested = "(".repeat(10_000) + &")".repeat(10_000);
        assert_eq!(cursor(&nested).skip(), Err(Malformed));
        assert_eq!(cursor(&"(".repeat(10_000)).skip(), Err(Malformed));
    }

    #[test]
    fn a_literal_is_announced_only_where_a_value_can_stand() {
        assert_eq!(announced_literal(b"* ACL {12}"), Some(12));
        assert_eq!(announced_literal(b"(~{12+}"), Some(12));
        assert_eq!(announced_literal(b"* LIST x{12}"), None);
        assert_eq!(announced_literal(b"* {}"), None);
        assert_eq!(
            announced_literal(b"* {99999999999999999999999}"),
            Some(u64::MAX)
        );
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_every_step_moves_on(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(b"(){}\"\\ \r\n~NIL0123".to_vec())],
                0..200,
            )
        ) {
            let mut at = Cursor::new(&bytes);
            while !at.at_end() {
                let before = at.rest().len();
                let mut other = at;
                let _ = other.number();
                let mut other = at;
                let _ = other.nstring();
                if at.skip().is_err() {
                    break;
                }
                prop_assert!(at.rest().len() < before);
            }
            let _ = announced_literal(&bytes);
        }
    }
}
