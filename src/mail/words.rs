//! Header fields as text: encoded words (RFC 2047), and bytes that nobody encoded.

use super::{Reading, charset};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The longest name of a charset, with a language behind it.
const CHARSET: usize = 80;

/// Text in base64, whatever its last characters are.
pub(super) const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The value of a header field in one line. Bytes beyond ASCII are UTF-8 (RFC 6532), or in the
/// charset `body` that the body is in.
pub fn unfolded(value: &[u8], body: Option<&str>) -> Reading {
    let mut reading = charset::read(value, None);
    if reading.lossy
        && let Some(body) = body
    {
        reading = charset::read(value, Some(body));
    }
    if reading.text.contains(['\r', '\n']) {
        reading.text = reading.text.replace("\r\n", "").replace(['\r', '\n'], "");
    }
    reading
}

/// `text` with its encoded words read. Neighbours in one charset are put together before they are
/// read, as many programs cut in the middle of a letter, or of four characters of base64, which
/// RFC 2047, section 5, forbids.
pub fn decoded(text: &str) -> Reading {
    let mut out = Reading::default();
    let mut run = Run::default();
    let mut rest = text;
    // Behind the last end there is no word: each search for one would go on in vain.
    let last = text.rfind("?=").unwrap_or_default();
    while let Some(start) = rest.find("=?")
        && text.len() - rest.len() + start + 2 <= last
    {
        let (before, from) = rest.split_at(start);
        let Some((word, after)) = Word::parse(from) else {
            run.end(&mut out);
            out.text.push_str(before);
            out.text.push_str("=?");
            rest = &from[2..];
            continue;
        };
        // The blanks between two words separate them for programs alone.
        if !(run.is_begun() && before.bytes().all(|b| matches!(b, b' ' | b'\t'))) {
            run.end(&mut out);
            out.text.push_str(before);
        }
        run.add(word, &mut out);
        rest = after;
    }
    run.end(&mut out);
    out.text.push_str(rest);
    out
}

/// `=?charset?b?…?=`.
struct Word<'a> {
    charset: &'a str,
    base64: bool,
    content: &'a str,
}

impl<'a> Word<'a> {
    /// The word that `text` begins with, and what follows it.
    fn parse(text: &'a str) -> Option<(Self, &'a str)> {
        let text = text.strip_prefix("=?")?;
        let end = text.bytes().take(CHARSET).position(|b| b == b'?')?;
        let (charset, rest) = (&text[..end], &text[end + 1..]);
        if charset.is_empty() || charset.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return None;
        }
        let base64 = match rest.as_bytes() {
            [b'b' | b'B', b'?', ..] => true,
            [b'q' | b'Q', b'?', ..] => false,
            _ => return None,
        };
        let (content, after) = rest[2..].split_once("?=")?;
        let word = Self {
            charset,
            base64,
            content,
        };
        Some((word, after))
    }
}

/// Words beside each other in one charset.
#[derive(Default)]
struct Run<'a> {
    charset: Option<&'a str>,
    /// What they say so far.
    bytes: Vec<u8>,
    /// Base64 whose last characters are no whole unit.
    units: String,
}

impl<'a> Run<'a> {
    fn is_begun(&self) -> bool {
        self.charset.is_some()
    }

    fn add(&mut self, word: Word<'a>, out: &mut Reading) {
        if self
            .charset
            .is_some_and(|c| !c.eq_ignore_ascii_case(word.charset))
        {
            self.end(out);
        }
        self.charset = Some(word.charset);
        if word.base64 {
            let fit = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
            self.units.extend(word.content.chars().filter(fit));
            // Padding ends a unit, and so does its fourth character.
            if self.units.len().is_multiple_of(4) || self.units.ends_with('=') {
                self.settle(out);
            }
        } else {
            self.settle(out);
            q(word.content, &mut self.bytes);
        }
    }

    /// Reads the base64 so far.
    fn settle(&mut self, out: &mut Reading) {
        let units = std::mem::take(&mut self.units);
        for unit in units.split_inclusive('=').filter(|unit| *unit != "=") {
            let unit = unit.trim_end_matches('=');
            // One character of four says nothing: it stands for six bits.
            let fit = unit.len() - usize::from(unit.len() % 4 == 1);
            out.lossy |= fit < unit.len();
            match LENIENT.decode(&unit[..fit]) {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(_) => out.lossy = true,
            }
        }
    }

    fn end(&mut self, out: &mut Reading) {
        self.settle(out);
        if let Some(charset) = self.charset.take() {
            let bytes = std::mem::take(&mut self.bytes);
            let reading = charset::read(&bytes, Some(charset));
            out.text.push_str(&reading.text);
            out.lossy |= reading.lossy;
        }
    }
}

/// The `Q` encoding (RFC 2047, section 4.2). What is no code stands for itself.
fn q(content: &str, out: &mut Vec<u8>) {
    let mut rest = content.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'_', _) => out.push(b' '),
            (b'=', &[high, low, ref after @ ..]) => match hex(high, low) {
                Some(coded) => {
                    out.push(coded);
                    rest = after;
                }
                None => out.push(byte),
            },
            (byte, _) => out.push(byte),
        }
    }
}

/// The byte that two hexadecimal digits are.
pub(super) fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str) -> String {
        let reading = decoded(text);
        assert!(!reading.lossy, "{text}: {:?}", reading.text);
        reading.text
    }

    #[test]
    fn words_are_read_wherever_they_stand() {
        for (text, meant) in [
            ("plain", "plain"),
            ("a =?utf-8?q?=C3=A9_b?= c", "a é b c"),
            ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
            ("=?utf-8?Q?a?=\t  =?iso-8859-1?Q?=E9?=", "aé"),
            ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
            ("x=?utf-8?Q?a?=y", "xay"),
            ("=?utf-8*en?Q?a?=", "a"),
            ("=?utf-8?Q?raw blanks?=", "raw blanks"),
            ("=?utf-8?Q?=zz=?=", "=zz="),
            ("=?utf-8?Q??=", ""),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
            ("=? =?utf-8?Q?a?=", "=? a"),
            ("=?utf-8?b?w6k=?=", "é"),
            ("=?utf-8?b?w6k?=", "é"),
            ("=?iso-2022-jp?b?GyRCJCIbKEI=?=", "あ"),
            ("=?utf-8?q?unended", "=?utf-8?q?unended"),
        ] {
            assert_eq!(whole(text), meant, "{text}");
        }
    }

    #[test]
    fn letters_and_units_that_are_cut_are_put_together() {
        // A letter is cut.
        assert_eq!(whole("=?utf-8?q?=E6=97?= =?utf-8?Q?=A5?="), "日");
        assert_eq!(
            whole("=?utf-8?B?4g==?= =?UTF-8?B?nYTvuI8=?="),
            "\u{2744}\u{fe0f}"
        );
        // A unit of base64 is cut.
        assert_eq!(whole("=?utf-8?B?5pel5p?= =?utf-8?B?ys6Kqe?="), "日本語");
        // One in base64, one not.
        assert_eq!(whole("=?utf-8?B?5pc=?= =?utf-8?Q?=A5!?="), "日!");
    }

    #[test]
    fn bytes_that_nobody_encoded_are_in_the_charset_of_the_body() {
        assert_eq!(unfolded(b"caf\xc3\xa9\r\n x", Some("big5")).text, "café x");
        let reading = unfolded(b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("windows-1251"));
        assert_eq!(reading, Reading::whole("Привет"));
        assert!(unfolded(b"caf\xe9", None).lossy);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert!(decoded("=?unknown?q?caf=E9?=").lossy);
        assert!(decoded("=?utf-8?q?caf=E9_x?=").lossy);
        assert!(decoded("=?utf-8?b?A?=").lossy);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(=\\?|\\?=|utf-8|big5|\\?[bBqQ]\\?|[ a-zA-Z0-9=?_]|é){0,30}") {
            decoded(&text);
        }

        #[test]
        fn base64_cut_anywhere_is_whole(text in "\\PC{1,20}", cut in 0usize..40) {
            use base64::prelude::BASE64_STANDARD;
            let encoded = BASE64_STANDARD.encode(&text);
            let (a, b) = encoded.split_at(cut.min(encoded.len()));
            let words = format!("=?utf-8?b?{a}?= =?utf-8?b?{b}?=");
            prop_assert_eq!(decoded(&words).text, text.trim_start_matches('\u{feff}'));
        }
    }
}
