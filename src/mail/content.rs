//! A message on its way: what may travel (RFC 5321, section 4.5.3.1.6), and dot-stuffing.

use crate::error::{Error, Result};
use crate::exit::Exit;

/// What a message asks of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Its size as SIZE counts it, a missing last line break included.
    pub size: u64,
    /// It holds bytes beyond ASCII.
    pub eight_bit: bool,
    /// Its headers do.
    pub utf8_headers: bool,
}

/// 1000 octets, two of which are the line break.
const LINE: usize = 998;

/// Whether `message` can travel: its lines end in CRLF and are not too long, and it holds no
/// NUL. A lone CR or LF is refused and not mended, as servers disagree on what it means, which
/// is how a second message is smuggled into a first one.
///
/// # Errors
/// [`Exit::BadInput`] with the line that cannot travel.
pub fn check_content(message: &[u8]) -> Result<()> {
    Content::of(message).map(drop)
}

impl Content {
    /// What `message` asks for, if it can travel.
    pub fn of(message: &[u8]) -> Result<Self> {
        let mut found = Self::default();
        let mut in_headers = true;
        for (number, line) in message.split_inclusive(|b| *b == b'\n').enumerate() {
            let bare = check_line(line, number + 1, message.ends_with(line))?;
            in_headers &= !bare.is_empty();
            if !bare.is_ascii() {
                found.eight_bit = true;
                found.utf8_headers |= in_headers;
                if in_headers && std::str::from_utf8(bare).is_err() {
                    return Err(unfit(number + 1, "is a header that is not UTF-8"));
                }
            }
        }
        let missing = if message.ends_with(b"\r\n") { 0 } else { 2 };
        found.size = message.len() as u64 + missing;
        Ok(found)
    }
}

/// The line without its break. Only the message's last line may lack it.
fn check_line(line: &[u8], number: usize, may_be_open: bool) -> Result<&[u8]> {
    let bare = match line.strip_suffix(b"\r\n") {
        Some(bare) => bare,
        None if line.ends_with(b"\n") || !may_be_open => {
            return Err(unfit(number, "ends in LF without CR"));
        }
        None => line,
    };
    if bare.contains(&b'\r') {
        return Err(unfit(number, "holds a CR without LF"));
    }
    if bare.contains(&0) {
        return Err(unfit(number, "holds a NUL byte"));
    }
    if bare.len() > LINE {
        let what = format!("has {} bytes where {LINE} are the most", bare.len());
        return Err(unfit(number, &what));
    }
    Ok(bare)
}

fn unfit(number: usize, what: &str) -> Error {
    let what = format!("the message cannot travel: line {number} {what}");
    Error::new(Exit::BadInput, what)
}

/// Gives `message` to `send` in pieces of about `piece` bytes, with a dot more at the beginning
/// of each line that begins with one (RFC 5321, section 4.5.2). The last line is ended.
pub fn stuffed<E>(
    message: &[u8],
    piece: usize,
    mut send: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut buffer = Vec::with_capacity(piece + LINE + 3);
    for line in message.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b".") {
            buffer.push(b'.');
        }
        buffer.extend_from_slice(line);
        if buffer.len() >= piece {
            send(&buffer)?;
            buffer.clear();
        }
    }
    if !message.ends_with(b"\r\n") {
        buffer.extend_from_slice(b"\r\n");
    }
    if buffer.is_empty() {
        return Ok(());
    }
    send(&buffer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stuff(message: &[u8], piece: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let sent: Result<(), ()> = stuffed(message, piece, |bytes| {
            out.extend_from_slice(bytes);
            Ok(())
        });
        sent.unwrap();
        out
    }

    #[test]
    fn a_dot_at_the_beginning_of_a_line_is_doubled() {
        assert_eq!(
            stuff(b".\r\na.\r\n..b\r\n\r\n.", 1),
            b"..\r\na.\r\n...b\r\n\r\n..\r\n"
        );
        assert_eq!(stuff(b"", 9), b"\r\n");
    }

    #[test]
    fn what_cannot_travel_is_refused_with_its_line() {
        for (message, what) in [
            (&b"a: b\r\n\r\nx\n.\n"[..], "line 3 ends in LF without CR"),
            (b"a: b\r\n\r\nx\r.\r\n", "line 3 holds a CR"),
            (b"a: b\0\r\n", "line 1 holds a NUL"),
            (b"x\r\n\n", "line 2 ends in LF"),
            (&[b'x'; 999], "line 1 has 999 bytes"),
            (b"a: \xff\r\n\r\n", "line 1 is a header that is not UTF-8"),
        ] {
            let error = Content::of(message).unwrap_err();
            assert!(error.what().contains(what), "{error}");
            assert_eq!(error.exit(), Exit::BadInput);
        }
        assert!(Content::of(&[b'x'; 998]).is_ok());
    }

    #[test]
    fn what_a_message_asks_for_is_seen() {
        let content = Content::of(b"a: b\r\n\r\n\xff").unwrap();
        assert_eq!(
            (content.size, content.eight_bit, content.utf8_headers),
            (11, true, false)
        );
        let content = Content::of("a: é\r\n\r\n".as_bytes()).unwrap();
        assert!(content.eight_bit && content.utf8_headers);
        assert_eq!(Content::of(b"a: b\r\n\r\n").unwrap().size, 8);
    }

    proptest! {
        #[test]
        fn only_the_end_is_a_lone_dot(lines in proptest::collection::vec("[.a]{0,4}", 0..9), piece in 1usize..20) {
            let message = lines.join("\r\n").into_bytes();
            prop_assert!(Content::of(&message).is_ok());
            let sent = stuff(&message, piece);
            let lines: Vec<_> = sent.split(|b| *b == b'\n').collect();
            prop_assert!(!lines.contains(&&b".\r"[..]));
            let back = format!("\n{}", String::from_utf8(sent).unwrap()).replace("\n.", "\n");
            let message = format!("\n{}", String::from_utf8(message).unwrap());
            prop_assert_eq!(back.trim_end_matches("\r\n"), message.trim_end_matches("\r\n"));
        }
    }
}
