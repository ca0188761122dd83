//! An answer: the lines that are asked for, and how it ended (RFC 5804, section 1.2).

use super::token::Token;
use crate::error::printable;
use std::fmt;

/// What a server answered to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// What came before its end.
    pub lines: Vec<Vec<Token>>,
    /// Its end.
    pub answer: Answer,
}

/// How an answer ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// Whether it was done.
    pub condition: Condition,
    /// Its code in capitals, without what else stands in the parentheses: `QUOTA/MAXSIZE`.
    pub code: Option<String>,
    /// What stands behind the code in them, where that is a string.
    pub data: Option<Vec<u8>>,
    /// Its text.
    pub text: Vec<u8>,
}

/// Whether something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Ok,
    No,
    /// It was not, and the server hangs up.
    Bye,
}

/// Why a server did not do what it was asked, in its own words: fit for people, and of bounded length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its code, in capitals: `NONEXISTENT`.
    pub code: Option<String>,
    /// Its text in one line.
    pub text: String,
}

/// What deep codes may hold.
const DEEPEST: usize = 8;

impl Answer {
    /// The end of an answer, if `line` is one; nothing where it is none at all.
    pub fn read(line: &[Token]) -> Option<Self> {
        let (first, mut rest) = line.split_first()?;
        let condition = match first {
            first if first.is("OK") => Condition::Ok,
            first if first.is("NO") => Condition::No,
            first if first.is("BYE") => Condition::Bye,
            _ => return None,
        };
        let (mut code, mut data) = (None, None);
        if let [Token::Open, inside @ ..] = rest {
            let end = closed(inside)?;
            let (inside, behind) = inside.split_at_checked(end)?;
            if let Some(Token::Atom(atom)) = inside.first() {
                code = Some(atom.to_ascii_uppercase());
            }
            data = inside.get(1).and_then(Token::text).map(<[u8]>::to_vec);
            rest = behind.get(1..)?;
        }
        let text = match rest {
            [] => Vec::new(),
            [Token::Text(text)] => text.clone(),
            _ => return None,
        };
        Some(Self {
            condition,
            code,
            data,
            text,
        })
    }

    /// What was refused, if it was.
    pub fn refusal(&self) -> Option<Refusal> {
        (self.condition != Condition::Ok).then(|| self.complaint())
    }

    /// What the server holds against it all the same: `OK (WARNINGS)`.
    pub fn warnings(&self) -> Option<String> {
        let warns = self.code.as_deref() == Some("WARNINGS");
        warns.then(|| self.complaint().text)
    }

    fn complaint(&self) -> Refusal {
        Refusal {
            code: self
                .code
                .as_deref()
                .map(|code| one_line(code.as_bytes(), 100)),
            text: one_line(&self.text, 600),
        }
    }
}

/// Where the parenthesis closes that stands open before `inside`.
fn closed(inside: &[Token]) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, token) in inside.iter().enumerate() {
        match token {
            Token::Open if depth == DEEPEST => return None,
            Token::Open => depth += 1,
            Token::Close if depth == 1 => return Some(at),
            Token::Close => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `text` in one line that no terminal obeys, of `most` characters: servers tell one error a line.
fn one_line(text: &[u8], most: usize) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let mut told: String = lines.join("; ").chars().take(most).collect();
    if told.len() < lines.join("; ").len() {
        told.push('…');
    }
    printable(&told)
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, self.text.as_str()) {
            (None, "") => f.write_str("without a word"),
            (None, text) => f.write_str(text),
            (Some(code), "") => write!(f, "({code})"),
            (Some(code), text) => write!(f, "({code}) {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::managesieve::token::scan;

    fn read(line: &str) -> Option<Answer> {
        let mut words = Vec::new();
        scan(line.as_bytes(), &mut words).ok()?;
        Answer::read(&words)
    }

    #[test]
    fn an_answer_has_a_condition_a_code_and_a_text() {
        let answer = read(r#"NO (quota/maxsize "x" (1 (2))) "Too large""#).unwrap();
        assert_eq!(answer.condition, Condition::No);
        assert_eq!(answer.data.as_deref(), Some(&b"x"[..]));
        assert_eq!(
            answer.refusal().unwrap().to_string(),
            "(QUOTA/MAXSIZE) Too large"
        );
        assert_eq!(read("ok").unwrap().refusal(), None);
        assert_eq!(
            read("BYE").unwrap().refusal().unwrap().to_string(),
            "without a word"
        );
        let warned = read(r#"OK (WARNINGS) "line 1""#).unwrap();
        assert_eq!(warned.warnings().as_deref(), Some("line 1"));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for line in [
            "",
            "\"a\" ACTIVE",
            "NO (A",
            "NO )",
            "NO x",
            "OK \"a\" \"b\"",
            "WHAT",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
        let deep = format!("NO {}{}", "(".repeat(20), ")".repeat(20));
        assert_eq!(read(&deep), None);
    }

    #[test]
    fn many_errors_are_one_line() {
        let mut answer = read("NO").unwrap();
        answer.text = b"x: line 1: \x1b[2Jno\r\n\r\n  x: line 2: no\r\n".to_vec();
        assert_eq!(
            answer.refusal().unwrap().text,
            r"x: line 1: \u{1b}[2Jno; x: line 2: no"
        );
        answer.text = vec![b'a'; 5000];
        assert_eq!(answer.refusal().unwrap().text.chars().count(), 601);
    }
}
