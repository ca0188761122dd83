//! Lines of a header field: folding (RFC 5322, section 2.2.3) and encoded words (RFC 2047).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Where a line is folded, if it can be.
const WIDTH: usize = 76;
/// `=?utf-8?b?` and `?=`.
const WRAPPING: usize = 12;

/// A header field that grows piece by piece; between two pieces it may be folded.
pub(super) struct Field {
    text: String,
    column: usize,
}

impl Field {
    /// A field without a value.
    pub fn new(name: &str) -> Self {
        Self {
            text: format!("{name}:"),
            column: name.len() + 1,
        }
    }

    /// Adds a piece after a space. A piece has no line break, and is never cut.
    pub fn piece(&mut self, piece: &str) {
        let first = self.text.ends_with(':') && !self.text.contains(' ');
        if self.column + 1 + piece.len() > WIDTH && !first {
            self.text.push_str("\r\n ");
            self.column = 1;
        } else {
            self.text.push(' ');
            self.column += 1;
        }
        self.text.push_str(piece);
        self.column += piece.len();
    }

    /// Adds `text` as encoded words, whatever it is. A reader joins them without a space.
    pub fn encoded(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let left = WIDTH.saturating_sub(self.column + 1 + WRAPPING) / 4 * 3;
            let most = if left < 12 {
                (WIDTH - 1 - WRAPPING) / 4 * 3
            } else {
                left
            };
            let (word, after) = rest.split_at(cut(rest, most).len());
            self.piece(&format!("=?utf-8?b?{}?=", STANDARD.encode(word)));
            rest = after;
        }
    }

    /// Adds something directly after the last piece.
    pub fn glue(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.len();
    }

    /// The field with its line end.
    pub fn end(mut self) -> String {
        self.text.push_str("\r\n");
        self.text
    }
}

/// As much of `text` as fits `most` bytes, its characters whole.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether `text` means the same unencoded: printable ASCII, words short enough to be folded
/// between, single spaces, and nothing that looks like an encoded word.
pub(super) fn is_plain(text: &str) -> bool {
    let printable = |c: char| matches!(c, ' '..='~');
    let word = |word: &str| (1..=60).contains(&word.len());
    text.chars().all(printable) && text.split(' ').all(word) && !text.contains("=?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_folded_between_its_pieces() {
        let mut field = Field::new("Subject");
        for _ in 0..20 {
            field.piece("abcdefghij");
        }
        let field = field.end();
        assert!(field.lines().all(|line| line.len() <= WIDTH));
        assert_eq!(
            field.replace("\r\n ", " ").matches(" abcdefghij").count(),
            20
        );
    }

    #[test]
    fn encoded_words_are_short_and_keep_characters_whole() {
        let mut field = Field::new("Subject");
        field.encoded(&"📥é".repeat(100));
        for line in field.end().lines() {
            assert!(line.len() <= WIDTH, "{line}");
            let word = line.rsplit("?b?").next().unwrap().trim_end_matches("?=");
            String::from_utf8(STANDARD.decode(word).unwrap()).unwrap();
        }
    }

    #[test]
    fn what_would_be_read_as_something_else_is_not_plain() {
        for text in [
            "é",
            "a  b",
            " a",
            "a ",
            "=?utf-8?q?a?=",
            "a\tb",
            "a\r\nb",
            &"x".repeat(61),
        ] {
            assert!(!is_plain(text), "{text:?}");
        }
        assert!(is_plain("Re: [ticket #7] (hello), \"you\""));
    }
}
