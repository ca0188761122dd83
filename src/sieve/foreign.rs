//! Scripts that others wrote (RFC 5228, section 8): as much of them as one has to understand to put something in
//! without touching the rest.

use std::ops::Range;

/// What is found in a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Behind its last `require`, where whatever it does may begin; at its beginning where it requires nothing.
    pub begins: usize,
    /// Its comments between slashes and stars, and where each stands; none of them is inside a block.
    pub comments: Vec<Range<usize>>,
    /// The scripts of the same mailbox that it includes (RFC 6609).
    pub includes: Vec<Vec<u8>>,
    /// To whom it sends mail on, as it is written: one for each command that does.
    pub redirects: Vec<Vec<u8>>,
}

/// A text that is no script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// A word of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word<'t> {
    /// A name, a number, a tag with its colon.
    Plain(&'t [u8]),
    /// A string as it is written, without its quotes or dots.
    Text(&'t [u8]),
    /// `;`, or anything else that stands alone.
    Mark(u8),
    /// A comment between slashes and stars.
    Comment,
}

/// Reads `script`.
pub(super) fn scan(script: &[u8]) -> Result<Scanned, Unreadable> {
    let mut found = Scanned::default();
    let mut statement: Vec<Word> = Vec::new();
    let (mut depth, mut at, mut is_head) = (0_usize, 0, true);
    while let Some((word, span)) = next(script, at)? {
        at = span.end;
        match word {
            Word::Comment if depth == 0 => found.comments.push(span),
            Word::Comment => {}
            Word::Mark(b';' | b'{' | b'}') => {
                is_head &= word == Word::Mark(b';') && is_called(&statement, b"require");
                if is_head {
                    found.begins = at;
                }
                found.includes.extend(included(&statement));
                found.redirects.extend(redirected(&statement));
                statement.clear();
                match word {
                    Word::Mark(b'{') => depth += 1,
                    Word::Mark(b'}') => depth = depth.checked_sub(1).ok_or(Unreadable)?,
                    _ => {}
                }
            }
            word => statement.push(word),
        }
    }
    // What is half a statement would go on in whatever is put behind it.
    (depth == 0 && statement.is_empty())
        .then_some(found)
        .ok_or(Unreadable)
}

fn is_called(statement: &[Word], name: &[u8]) -> bool {
    matches!(statement.first(), Some(Word::Plain(word)) if word.eq_ignore_ascii_case(name))
}

/// The script of the same mailbox that `statement` includes, if it does that.
fn included(statement: &[Word]) -> Option<Vec<u8>> {
    if !is_called(statement, b"include") {
        return None;
    }
    let is_global =
        |word: &Word| matches!(word, Word::Plain(tag) if tag.eq_ignore_ascii_case(b":global"));
    match statement.last() {
        Some(Word::Text(name)) if !statement.iter().any(is_global) => Some(unescaped(name)),
        _ => None,
    }
}

/// To whom `statement` sends mail on, if it does that.
fn redirected(statement: &[Word]) -> Option<Vec<u8>> {
    match statement.last() {
        _ if !is_called(statement, b"redirect") => None,
        Some(Word::Text(address)) => Some(unescaped(address)),
        _ => Some(Vec::new()),
    }
}

/// The next word behind `at`, and where it stands; line comments and blanks are none.
fn next(script: &[u8], at: usize) -> Result<Option<(Word<'_>, Range<usize>)>, Unreadable> {
    let mut at = at;
    loop {
        let rest = script.get(at..).unwrap_or_default();
        let (word, length) = match rest {
            [] => return Ok(None),
            [b' ' | b'\t' | b'\r' | b'\n', ..] => {
                at += 1;
                continue;
            }
            [b'#', ..] => {
                at += to(rest, b"\n").unwrap_or(rest.len());
                continue;
            }
            [b'/', b'*', inner @ ..] => (Word::Comment, 2 + to(inner, b"*/").ok_or(Unreadable)?),
            [b'"', inner @ ..] => {
                let length = closed(inner).ok_or(Unreadable)?;
                (
                    Word::Text(inner.get(..length).unwrap_or_default()),
                    length + 2,
                )
            }
            [byte, ..] if is_plain(*byte) => {
                let length = rest.iter().take_while(|byte| is_plain(**byte)).count();
                let name = rest.get(..length).unwrap_or_default();
                match name.eq_ignore_ascii_case(b"text:") {
                    true => many_lines(rest, length)?,
                    false => (Word::Plain(name), length),
                }
            }
            [byte, ..] if byte.is_ascii_graphic() => (Word::Mark(*byte), 1),
            _ => return Err(Unreadable),
        };
        return Ok(Some((word, at..at + length)));
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')
}

/// How far it is to behind the first `mark`.
fn to(text: &[u8], mark: &[u8]) -> Option<usize> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    Some(at + mark.len())
}

/// How long a string is up to its closing quote.
fn closed(inner: &[u8]) -> Option<usize> {
    let mut escaped = false;
    inner.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })
}

/// A string of many lines, which ends with a dot alone in its line (RFC 5228, section 2.4.2); `head` is how long its
/// name is.
fn many_lines(rest: &[u8], head: usize) -> Result<(Word<'_>, usize), Unreadable> {
    let behind = rest.get(head..).unwrap_or_default();
    let first = to(behind, b"\n").ok_or(Unreadable)?;
    let opens = behind.get(..first).unwrap_or_default().trim_ascii();
    if !opens.is_empty() && !opens.starts_with(b"#") {
        return Err(Unreadable);
    }
    let begin = head + first;
    let mut at = begin;
    loop {
        let line = rest.get(at..).unwrap_or_default();
        let length = to(line, b"\n").unwrap_or(line.len());
        let text = line.get(..length).unwrap_or_default();
        if text.trim_ascii_end() == b"." && text.first() == Some(&b'.') {
            return Ok((Word::Text(rest.get(begin..at).unwrap_or_default()), at + 1));
        }
        if length == line.len() {
            return Err(Unreadable);
        }
        at += length;
    }
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut out, mut escaped) = (Vec::new(), false);
    for byte in text {
        if *byte == b'\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            out.push(*byte);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(script: &str) -> Scanned {
        scan(script.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_required_and_included_is_found_wherever_people_put_it() {
        let script = "# require \"no\";\r\n/* x; { */ REQUIRE [\"include\",\r\n \"fileinto\"] ;require \"a;b\"; \
                      # x\r\nif header \"Subject\" text: # y\r\ninclude \"no\";\r\n..\r\n.\r\n{ include :once \
                      \"a\\\"b\"; }\r\ninclude :global \"sharemail\"; InClude\t:personal \"sharemail\";\nkeep;";
        let found = found(script);
        assert!(script[..found.begins].ends_with("require \"a;b\";"));
        assert_eq!(found.includes, [&b"a\"b"[..], b"sharemail"]);
        assert_eq!(found.comments.len(), 1);
        assert_eq!(&script[found.comments[0].clone()], "/* x; { */");
    }

    #[test]
    fn a_require_behind_something_else_is_none_of_the_head() {
        assert_eq!(found("keep; require \"x\";").begins, 0);
        assert_eq!(found("").begins, 0);
        assert_eq!(found("if true { require \"x\"; }").begins, 0);
    }

    #[test]
    fn to_whom_mail_is_sent_on_is_found() {
        let script = "redirect \"a@x.test\"; # redirect \"b@x.test\";\nif true { REDIRECT :copy \"c@\\\"x.test\"; } \
                      elsif not false { redirect :list \"x\"; stop; } fileinto \"redirect\"; redirect;";
        let told = found(script).redirects;
        assert_eq!(told, [&b"a@x.test"[..], b"c@\"x.test", b"x", b""]);
    }

    #[test]
    fn half_a_script_is_none() {
        for script in [
            "keep",
            "if true {",
            "}",
            "/* x",
            "fileinto \"x",
            "reject text:\r\nx\r\n",
            "reject text: x\r\n.\r\n;",
            "a\u{1}b;",
        ] {
            assert_eq!(scan(script.as_bytes()), Err(Unreadable), "{script}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_all_places_are_inside(script in "[a-c\"\\\\/*#;{}.: \r\n]{0,60}|(?s:.{0,40})") {
            if let Ok(found) = scan(script.as_bytes()) {
                prop_assert!(found.begins <= script.len());
                prop_assert!(found.comments.iter().all(|span| span.end <= script.len()));
            }
        }
    }
}
