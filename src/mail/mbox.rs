//! Messages behind each other in one file: mboxrd (RFC 4155, with a quoting that can be taken back).
//!
//! Each begins with a line `From sender date`, and ends with an empty line. A line of its own that begins
//! with `From `, behind whatever many `>`, gets one `>` more.

use std::io::{self, BufRead};

const FROM: &[u8] = b"From ";

/// Makes LF of CRLF, piece by piece.
#[derive(Debug, Default)]
pub struct Lines {
    has_cr: bool,
    /// A line ended without CR: made of LF alone, nobody could tell it from the others.
    pub is_bare: bool,
}

impl Lines {
    /// Adds `bytes` to `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            if *byte == b'\n' {
                self.is_bare |= !self.has_cr;
                self.has_cr = false;
            } else if std::mem::replace(&mut self.has_cr, *byte == b'\r') {
                out.push(b'\r');
            }
            if !self.has_cr {
                out.push(*byte);
            }
        }
    }

    /// Nothing more comes.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.has_cr) {
            out.push(b'\r');
        }
    }
}

/// Makes CRLF of LF: what [`Lines`] was given, where it met nothing bare.
pub fn with_cr(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        if *byte == b'\n' {
            out.push(b'\r');
        }
        out.push(*byte);
    }
}

/// Quotes the lines that look like the beginning of a message, piece by piece.
#[derive(Debug)]
pub struct Quote {
    /// So much of `From ` stood at the beginning of the line so far, behind `>`; nothing within a line.
    seen: Option<usize>,
}

impl Default for Quote {
    fn default() -> Self {
        Self { seen: Some(0) }
    }
}

impl Quote {
    /// Adds `bytes` to `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            match self.seen {
                Some(0) if *byte == b'>' => out.push(b'>'),
                Some(n) if FROM.get(n) == Some(byte) => {
                    self.seen = Some(n + 1);
                    if n + 1 == FROM.len() {
                        // Where among the others it stands is all the same.
                        out.push(b'>');
                        self.end(out);
                    }
                }
                _ => {
                    self.end(out);
                    out.push(*byte);
                    self.seen = (*byte == b'\n').then_some(0);
                }
            }
        }
    }

    /// Nothing more comes.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        if let Some(n) = self.seen.take() {
            out.extend_from_slice(FROM.get(..n).unwrap_or_default());
        }
    }
}

/// Takes the quoting back, and finds where the next message begins.
#[derive(Debug)]
struct Unquote {
    /// At the beginning of a line: whether a `>` is held back, and so much of `From ` behind it.
    seen: Option<(bool, usize)>,
}

impl Unquote {
    /// Adds `byte` to `out`; whether it is the last of a `From ` that begins a message.
    fn push(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        match self.seen {
            Some((held, 0)) if byte == b'>' => {
                if held {
                    out.push(b'>');
                }
                self.seen = Some((true, 0));
            }
            Some((held, n)) if FROM.get(n) == Some(&byte) => {
                self.seen = Some((held, n + 1));
                if n + 1 == FROM.len() {
                    self.seen = None;
                    if !held {
                        return true;
                    }
                    out.extend_from_slice(FROM);
                }
            }
            _ => {
                self.end(out);
                out.push(byte);
                self.seen = (byte == b'\n').then_some((false, 0));
            }
        }
        false
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if let Some((held, n)) = self.seen.take() {
            out.extend(held.then_some(b'>'));
            out.extend_from_slice(FROM.get(..n).unwrap_or_default());
        }
    }
}

/// Reads the messages of a file one by one.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    /// The `From ` of the next message was read.
    is_begun: bool,
}

impl<R: BufRead> Reader<R> {
    /// The messages of `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            is_begun: false,
        }
    }

    /// Hands `take` the next message piece by piece, without the last `less` line breaks, of which there are
    /// two at most; whether there was one.
    ///
    /// # Errors
    /// What the system says; where no message begins.
    pub fn next(&mut self, less: usize, take: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
        if !self.is_begun {
            let mut from = [0; FROM.len()];
            if self.input.fill_buf()?.is_empty() {
                return Ok(false);
            }
            self.input.read_exact(&mut from)?;
            if from != FROM {
                return Err(io::Error::other("no message begins there"));
            }
        }
        self.is_begun = false;
        self.input.skip_until(b'\n')?;
        let mut unquote = Unquote {
            seen: Some((false, 0)),
        };
        let mut out: Vec<u8> = Vec::new();
        loop {
            let bytes = self.input.fill_buf()?;
            let mut used = 0;
            for byte in bytes {
                used += 1;
                if unquote.push(*byte, &mut out) {
                    self.is_begun = true;
                    break;
                }
            }
            self.input.consume(used);
            let is_last = used == 0 || self.is_begun;
            if used == 0 {
                unquote.end(&mut out);
            }
            // What may be the last line breaks waits for what comes behind it.
            let breaks = out.iter().rev().take(2).take_while(|byte| **byte == b'\n');
            let held = match is_last {
                true => breaks.count().min(less),
                false => breaks.count(),
            };
            let now = out.len() - held;
            take(out.get(..now).unwrap_or_default());
            out.drain(..now);
            if is_last {
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn any_text() -> impl Strategy<Value = Vec<u8>> {
        let words = proptest::sample::select(vec![
            "From ", "From", "Fr", ">", ">>", "\r\n", "\r\n", "\r", "F", "x", " ", "\0", "\r\n\r\n",
        ]);
        proptest::collection::vec(words, 0..20).prop_map(|words| words.concat().into_bytes())
    }

    /// The messages one after another, in pieces of so many bytes.
    fn written(all: &[Vec<u8>], piece: usize) -> Vec<u8> {
        let mut file = Vec::new();
        for text in all {
            file.extend_from_slice(b"From a@x.test Thu Jan  1 00:00:00 1970\n");
            let (mut lines, mut quote) = (Lines::default(), Quote::default());
            for bytes in text.chunks(piece) {
                let mut unix = Vec::new();
                lines.push(bytes, &mut unix);
                quote.push(&unix, &mut file);
            }
            let mut rest = Vec::new();
            lines.end(&mut rest);
            quote.push(&rest, &mut file);
            quote.end(&mut file);
            assert!(!lines.is_bare);
            let is_ended = text.ends_with(b"\n");
            file.extend_from_slice(if is_ended { b"\n" } else { b"\n\n" });
        }
        file
    }

    #[test]
    fn lines_that_look_like_a_beginning_are_quoted_once_more() {
        let text = b"From me\r\n>From you\r\nFromage\r\n> From\r\nmy From \r\n".to_vec();
        let file = String::from_utf8(written(&[text], 3)).unwrap();
        let begun = "From a@x.test Thu Jan  1 00:00:00 1970\n";
        let lines = ">From me\n>>From you\nFromage\n> From\nmy From \n\n";
        assert_eq!(file, format!("{begun}{lines}"));
        let mut lines = Lines::default();
        lines.push(b"a\r\nb\nc", &mut Vec::new());
        assert!(lines.is_bare);
        assert!(Reader::new(&b"no mbox"[..]).next(1, &mut |_| {}).is_err());
    }

    proptest! {
        #[test]
        fn each_message_comes_back_byte_for_byte(
            all in proptest::collection::vec(any_text(), 0..5), piece in 1usize..9, room in 1usize..9,
        ) {
            let file = written(&all, piece);
            let mut reader = Reader::new(BufReader::with_capacity(room, &file[..]));
            for text in &all {
                let (mut unix, mut back) = (Vec::new(), Vec::new());
                let less = if text.ends_with(b"\n") { 1 } else { 2 };
                let mut take = |bytes: &[u8]| unix.extend_from_slice(bytes);
                prop_assert!(reader.next(less, &mut take).unwrap());
                with_cr(&unix, &mut back);
                prop_assert_eq!(&back, text);
            }
            let is_more = reader.next(1, &mut |_| {}).unwrap();
            prop_assert!(!is_more);
        }
    }
}
