//! The words of a line (RFC 5804, section 4).

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// One that stands for itself: `OK`, `ACTIVE`.
    Atom(String),
    /// A string, quoted or a literal: any octets.
    Text(Vec<u8>),
    /// `(`
    Open,
    /// `)`
    Close,
}

/// A line that has no such words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl Token {
    /// The octets of a string.
    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is the atom `name`, in capitals or small letters.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Atom(atom) if atom.eq_ignore_ascii_case(name))
    }
}

/// Adds the words of `line` to `into`: where it ends in the announcement of a literal, its length in octets.
pub(super) fn scan(line: &[u8], into: &mut Vec<Token>) -> Result<Option<u64>, Malformed> {
    let mut rest = line;
    loop {
        rest = match rest {
            [] => return Ok(None),
            [b' ', rest @ ..] => rest,
            [b'(', rest @ ..] => {
                into.push(Token::Open);
                rest
            }
            [b')', rest @ ..] => {
                into.push(Token::Close);
                rest
            }
            [b'"', inner @ ..] => {
                let (text, rest) = quoted(inner)?;
                into.push(Token::Text(text));
                rest
            }
            [b'{', inner @ ..] => return literal(inner).map(Some),
            _ => {
                let (atom, rest) = atom(rest)?;
                into.push(Token::Atom(atom));
                rest
            }
        };
    }
}

/// What stands before the closing quote, and what behind it.
fn quoted(inner: &[u8]) -> Result<(Vec<u8>, &[u8]), Malformed> {
    let mut text = Vec::new();
    let mut rest = inner;
    loop {
        rest = match rest {
            [b'"', rest @ ..] => return Ok((text, rest)),
            [b'\\', byte @ (b'"' | b'\\'), rest @ ..] => {
                text.push(*byte);
                rest
            }
            [b'\\' | b'\0' | b'\r', ..] | [] => return Err(Malformed),
            [byte, rest @ ..] => {
                text.push(*byte);
                rest
            }
        };
    }
}

/// `{12}`, or `{12+}`, at the end of a line.
fn literal(inner: &[u8]) -> Result<u64, Malformed> {
    let digits = inner.strip_suffix(b"}").ok_or(Malformed)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    let is_number =
        !digits.is_empty() && digits.len() < 18 && digits.iter().all(u8::is_ascii_digit);
    let fold = |n: u64, digit: &u8| n * 10 + u64::from(digit - b'0');
    is_number
        .then(|| digits.iter().fold(0, fold))
        .ok_or(Malformed)
}

fn atom(line: &[u8]) -> Result<(String, &[u8]), Malformed> {
    let is_inside = |byte: &&u8| byte.is_ascii_graphic() && !b"(){}\"\\".contains(byte);
    let length = line.iter().take_while(is_inside).count();
    let (atom, rest) = line.split_at_checked(length).ok_or(Malformed)?;
    match atom {
        [] => Err(Malformed),
        _ => Ok((String::from_utf8_lossy(atom).into_owned(), rest)),
    }
}

/// `text` as a command says it: as a quoted string where it may be one, else as a literal that waits for nobody.
pub(super) fn said(text: &[u8]) -> Vec<u8> {
    const LONGEST: usize = 1000;
    let fits = text.len() <= LONGEST
        && !text
            .iter()
            .any(|byte| matches!(byte, b'\0' | b'\r' | b'\n'));
    // What is no UTF-8 may not stand between quotes.
    if !fits || std::str::from_utf8(text).is_err() {
        return [format!("{{{}+}}\r\n", text.len()).as_bytes(), text].concat();
    }
    let mut out = vec![b'"'];
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(line: &[u8]) -> Result<(Vec<Token>, Option<u64>), Malformed> {
        let mut words = Vec::new();
        scan(line, &mut words).map(|literal| (words, literal))
    }

    fn text(text: &str) -> Token {
        Token::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn a_line_is_atoms_strings_and_parentheses() {
        let (found, literal) = words(br#"NO (QUOTA/MAXSIZE "a\"b\\" x) "too {3}""#).unwrap();
        let atom = |name: &str| Token::Atom(name.to_owned());
        let expected = [
            atom("NO"),
            Token::Open,
            atom("QUOTA/MAXSIZE"),
            text("a\"b\\"),
            atom("x"),
            Token::Close,
            text("too {3}"),
        ];
        assert_eq!((found.as_slice(), literal), (&expected[..], None));
        assert_eq!(words(b"OK (WARNINGS) {12}").unwrap().1, Some(12));
        assert_eq!(words(b"{12+}").unwrap(), (Vec::new(), Some(12)));
        assert_eq!(words(b"").unwrap(), (Vec::new(), None));
    }

    #[test]
    fn what_is_none_is_refused() {
        for line in [
            &b"\"open"[..],
            b"\"a\\n\"",
            b"\"a\\",
            b"{}",
            b"{1} x",
            b"{-1}",
            b"{99999999999999999999}",
            b"a\x07",
            b"\xff",
            b"\"\0\"",
            b"}",
        ] {
            assert_eq!(words(line), Err(Malformed), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_said_is_read_as_the_same(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let out = said(&text);
            let read = match out.split(|byte| *byte == b'\n').next() {
                Some([head @ .., b'\r']) if head.ends_with(b"+}") => {
                    let mut none = Vec::new();
                    let length = scan(head, &mut none).unwrap().unwrap() as usize;
                    out[out.len() - length..].to_vec()
                }
                _ => {
                    let (words, literal) = words(&out).unwrap();
                    prop_assert_eq!(literal, None);
                    words[0].text().unwrap().to_vec()
                }
            };
            prop_assert_eq!(read, text);
        }
    }
}
