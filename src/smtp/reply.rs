//! One reply (RFC 5321, section 4.2), with its enhanced status code (RFC 2034, RFC 3463).

use crate::error::{abridged, printable};
use std::fmt;

/// What a server answered.
///
/// Its text is fit for a terminal and of bounded length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    status: Option<Status>,
    lines: Vec<String>,
}

/// An enhanced status code: `5.7.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// 2 success, 4 persistent transient failure, 5 permanent failure.
    pub class: u16,
    /// What it is about: 1 an address, 7 security or policy, …
    pub subject: u16,
    /// The precise condition.
    pub detail: u16,
}

/// A line that is no line of a reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// `Reply-line`: its code, whether it is the last one, and its text.
pub(super) fn parse_line(line: &[u8]) -> Result<(u16, bool, &[u8]), Malformed> {
    let (code, rest) = line.split_at_checked(3).ok_or(Malformed)?;
    let digits = |code: &[u8]| code.iter().all(u8::is_ascii_digit);
    if !digits(code) || !(b'2'..=b'5').contains(&code[0]) {
        return Err(Malformed);
    }
    let code = code.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'));
    match rest {
        [] => Ok((code, true, rest)),
        [b' ', text @ ..] => Ok((code, true, text)),
        [b'-', text @ ..] => Ok((code, false, text)),
        _ => Err(Malformed),
    }
}

impl Reply {
    pub(super) fn new(code: u16, lines: &[Vec<u8>]) -> Self {
        let status = lines
            .first()
            .and_then(|line| Status::split(line))
            .map(|s| s.0);
        let bare = |line: &Vec<u8>| {
            let split = Status::split(line).filter(|(found, _)| status == Some(*found));
            let text = split.map_or(&**line, |(_, rest)| rest);
            printable(String::from_utf8_lossy(text).trim())
        };
        Self {
            code,
            status,
            lines: lines.iter().map(bare).collect(),
        }
    }

    /// Its three digits.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Its enhanced status code, where the server gave one.
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// Its text, in one line, without the codes.
    pub fn text(&self) -> String {
        let words: Vec<_> = self
            .lines
            .iter()
            .map(|l| &**l)
            .filter(|l| !l.is_empty())
            .collect();
        abridged(words.join(" ").as_bytes())
    }

    /// Its lines.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// 2xx: done.
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 4xx: not now.
    pub fn is_temporary(&self) -> bool {
        self.code / 100 == 4
    }

    /// 5xx: not at all.
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// This many recipients were enough for one message; others can go in a further one (RFC 5321,
    /// section 4.5.3.1.10). 452 alone may also mean that a disk is full.
    pub fn is_enough(&self) -> bool {
        let status = self.status.map(|s| (s.subject, s.detail));
        match self.code {
            452 => status.is_none_or(|status| status == (5, 3)),
            code => code >= 400 && status == Some((5, 3)),
        }
    }

    /// The name that the server gave to the message in its queue, where its words show one:
    /// `queued as 4XyZ` (Postfix), `OK id=1abC-…` (Exim).
    pub fn queue_id(&self) -> Option<String> {
        let text = self.text();
        let after = |mark: &str| {
            let at = text.to_ascii_lowercase().find(mark)? + mark.len();
            text.get(at..)?.split_whitespace().next()
        };
        let id = after("queued as ").or_else(|| after("id="))?;
        let id = id.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        (!id.is_empty()).then(|| id.to_owned())
    }
}

impl Status {
    /// The status that `text` begins with, and what follows it.
    fn split(text: &[u8]) -> Option<(Self, &[u8])> {
        let end = text.iter().position(|b| *b == b' ').unwrap_or(text.len());
        let mut numbers = text[..end].split(|b| *b == b'.').map(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            let plain =
                (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        });
        let status = Self {
            class: numbers.next()??,
            subject: numbers.next()??,
            detail: numbers.next()??,
        };
        let known = numbers.next().is_none() && matches!(status.class, 2 | 4 | 5);
        known.then(|| (status, text[end..].trim_ascii_start()))
    }

    /// Whether it is `5.subject.detail`.
    pub(super) fn is_permanent(self, subject: u16, detail: u16) -> bool {
        (self.class, self.subject, self.detail) == (5, subject, detail)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(status) = self.status {
            write!(f, " {status}")?;
        }
        match self.text() {
            text if text.is_empty() => Ok(()),
            text => write!(f, " {text}"),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reply(code: u16, lines: &[&str]) -> Reply {
        let lines: Vec<_> = lines.iter().map(|l| l.as_bytes().to_vec()).collect();
        Reply::new(code, &lines)
    }

    #[test]
    fn a_reply_has_a_code_a_status_and_a_text() {
        let reply = reply(
            553,
            &[
                "5.7.1 <a@b.test>: Sender",
                "5.7.1 address \u{1b}[2Jrejected",
            ],
        );
        assert_eq!(reply.status().unwrap().to_string(), "5.7.1");
        assert_eq!(
            reply.to_string(),
            r"553 5.7.1 <a@b.test>: Sender address \u{1b}[2Jrejected"
        );
    }

    #[test]
    fn what_only_looks_like_a_status_is_text() {
        for text in ["5.7", "5.7.1.2 x", "9.1.1 x", "5.7.x", "5.7.1234", "..", ""] {
            assert_eq!(reply(550, &[text]).status(), None, "{text}");
        }
        assert_eq!(reply(250, &["2.0.0"]).to_string(), "250 2.0.0");
        assert_eq!(reply(250, &[]).to_string(), "250");
    }

    #[test]
    fn the_queue_id_is_found_where_servers_put_it() {
        let id = |text| reply(250, &[text]).queue_id();
        assert_eq!(id("2.0.0 Ok: queued as 4c5T7z").as_deref(), Some("4c5T7z"));
        assert_eq!(id("OK id=1qX2-0001-AB").as_deref(), Some("1qX2-0001-AB"));
        assert_eq!(id("2.0.0 OK"), None);
        assert_eq!(id("queued as "), None);
    }

    #[test]
    fn a_line_has_three_digits_and_says_whether_more_follow() {
        assert_eq!(parse_line(b"250-SIZE 1"), Ok((250, false, &b"SIZE 1"[..])));
        assert_eq!(parse_line(b"250 x"), Ok((250, true, &b"x"[..])));
        assert_eq!(parse_line(b"354"), Ok((354, true, &b""[..])));
        for bad in [
            &b"25"[..],
            b"2500",
            b"150 x",
            b"600 x",
            b"x50 x",
            b"",
            b"250_x",
            b"\xff\xff\xff ",
        ] {
            assert_eq!(parse_line(bad), Err(Malformed));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = parse_line(&bytes);
            let reply = Reply::new(550, std::slice::from_ref(&bytes));
            prop_assert!(!reply.to_string().chars().any(char::is_control));
            let _ = reply.queue_id();
        }
    }
}
