//! One response: tagged, untagged or a continuation request (RFC 9051, section 7).

use super::token::{Cursor, Malformed};
use crate::error::abridged;

/// What a response says, borrowed from the wire.
#[derive(Debug)]
pub(super) enum Response<'a> {
    /// The end of the command with this tag.
    Tagged(&'a [u8], State<'a>),
    /// `* OK`, `* NO`, `* BAD`, `* BYE`, `* PREAUTH`.
    Status(State<'a>),
    /// Any other untagged response.
    Data(Data<'a>),
    /// `+`, and the text after it.
    Continue(&'a [u8]),
}

/// How a command ended, or what the server has to say without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// Done.
    Ok,
    /// Refused.
    No,
    /// Not understood.
    Bad,
    /// The server hangs up.
    Bye,
    /// Logged in by other means.
    Preauth,
}

/// A condition with its response code and text.
#[derive(Clone, Copy, Debug)]
pub(super) struct State<'a> {
    /// OK, NO, BAD, …
    pub condition: Condition,
    /// What stood in brackets.
    pub code: Option<&'a [u8]>,
    /// What people read.
    pub text: &'a [u8],
}

/// An untagged response: its name, and where its values begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Data<'a> {
    /// The name, as it was sent: compare with [`Data::is`].
    pub name: &'a [u8],
    /// The number that stood before it.
    pub number: Option<u64>,
    /// The values.
    pub values: Cursor<'a>,
}

impl<'a> Response<'a> {
    /// The response in `line`, whose CRLF is gone.
    pub fn parse(line: &'a [u8]) -> Result<Self, Malformed> {
        if let Some(rest) = line.strip_prefix(b"+") {
            return Ok(Self::Continue(rest.strip_prefix(b" ").unwrap_or(rest)));
        }
        let mut at = Cursor::new(line);
        let tag = at.word()?;
        let name = at.word()?;
        match (tag, Condition::named(name)) {
            (b"*", Some(condition)) => Ok(Self::Status(State::new(condition, at.rest()))),
            (b"*", None) => Ok(Self::Data(Data::new(name, at))),
            (_, Some(condition)) => Ok(Self::Tagged(tag, State::new(condition, at.rest()))),
            (_, None) => Err(Malformed),
        }
    }

    /// Whether `line` is a condition or a continuation, whose text may end like a literal
    /// without being one.
    pub fn is_text(line: &[u8]) -> bool {
        let mut at = Cursor::new(line);
        line.starts_with(b"+")
            || at.word().is_ok() && at.word().is_ok_and(|w| Condition::named(w).is_some())
    }
}

impl Condition {
    fn named(word: &[u8]) -> Option<Self> {
        let all: [(&[u8], Self); 5] = [
            (b"OK", Self::Ok),
            (b"NO", Self::No),
            (b"BAD", Self::Bad),
            (b"BYE", Self::Bye),
            (b"PREAUTH", Self::Preauth),
        ];
        let found = all.into_iter().find(|(n, _)| word.eq_ignore_ascii_case(n));
        found.map(|(_, condition)| condition)
    }
}

impl<'a> State<'a> {
    fn new(condition: Condition, rest: &'a [u8]) -> Self {
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let split = rest.strip_prefix(b"[").and_then(split_code);
        let (code, text) = match split {
            Some((code, text)) => (Some(code), text.strip_prefix(b" ").unwrap_or(text)),
            None => (None, rest),
        };
        Self {
            condition,
            code,
            text,
        }
    }

    /// The response code's name in upper case.
    pub fn code_name(&self) -> Option<String> {
        let name = Cursor::new(self.code?).word().ok()?;
        Some(abridged(name).to_ascii_uppercase())
    }

    /// The values of the response code, if it is called `name`.
    pub fn code_values(&self, name: &str) -> Option<Cursor<'a>> {
        let mut at = Cursor::new(self.code?);
        let found = at.word().ok()?;
        found.eq_ignore_ascii_case(name.as_bytes()).then_some(at)
    }

    /// The text, fit for a terminal and of bounded length.
    pub fn printable_text(&self) -> String {
        abridged(self.text)
    }
}

impl<'a> Data<'a> {
    /// A number may stand before the name: `* 23 EXISTS`.
    fn new(name: &'a [u8], mut at: Cursor<'a>) -> Self {
        let numbered = name.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(name).ok().filter(|_| numbered);
        let name = if numbered {
            at.word().unwrap_or(name)
        } else {
            name
        };
        Self {
            name,
            number: number.and_then(|number| number.parse().ok()),
            values: at,
        }
    }

    /// Whether the response is called `name`.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// `code] text` cut at the bracket; a bracket in a quoted string does not count.
fn split_code(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some((&rest[..at], &rest[at + 1..])),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn state(line: &str) -> State<'_> {
        match Response::parse(line.as_bytes()) {
            Ok(Response::Tagged(_, state) | Response::Status(state)) => state,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_tagged_reply_has_a_condition_a_code_and_a_text() {
        let state = state("A1 no [noperm] You may not.");
        assert_eq!(state.condition, Condition::No);
        assert_eq!(state.code_name().as_deref(), Some("NOPERM"));
        assert_eq!(state.text, b"You may not.");
    }

    #[test]
    fn a_bracket_in_quotes_does_not_end_the_code() {
        let state = state(r#"* NO [X-WHY "a]\"b]" 1] text"#);
        assert_eq!(state.code, Some(&br#"X-WHY "a]\"b]" 1"#[..]));
        assert_eq!(state.text, b"text");
    }

    #[test]
    fn a_code_without_its_bracket_is_text() {
        assert_eq!(state("A1 OK [half").code, None);
        assert_eq!(state("A1 OK").text, b"");
    }

    #[test]
    fn untagged_data_has_a_name_with_or_without_a_number() {
        for (line, name) in [("* 23 EXISTS", "exists"), ("* ACL x a lr", "acl")] {
            match Response::parse(line.as_bytes()) {
                Ok(Response::Data(data)) => assert!(data.is(name)),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn text_may_end_like_a_literal() {
        assert!(Response::is_text(b"A1 NO x {3}"));
        assert!(Response::is_text(b"+ x {3}"));
        assert!(!Response::is_text(b"* ACL {3}"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut line = b"* NO [".to_vec();
            line.extend(&bytes);
            for line in [&line[..], &line[..5], &bytes] {
                let _ = Response::is_text(line);
                if let Ok(Response::Tagged(_, s) | Response::Status(s)) = Response::parse(line) {
                    let _ = (s.code_name(), s.printable_text(), s.code_values("X"));
                }
            }
        }
    }
}
