//! Folder names: modified UTF-7 on the wire, Unicode for people.

use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// The name of a folder exactly as the server writes it: what goes back on the wire.
///
/// Names are compared as bytes, except that INBOX is INBOX in any case (RFC 9051, section 5.1).
///
/// A copy is the same bytes in memory: a server may list a million.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WireName(Arc<[u8]>);

/// Why a name cannot go on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadName {
    /// It is empty.
    Empty,
    /// It holds this control character (CR, LF and NUL among them).
    Control(char),
    /// It is longer than [`WireName::MAX`] bytes on the wire.
    TooLong,
}

impl WireName {
    /// The longest name that is sent or believed, in bytes.
    pub const MAX: usize = 8 * 1024;

    /// INBOX, the one name that every server has (RFC 9051, section 5.1).
    pub fn inbox() -> Self {
        Self(b"INBOX".as_slice().into())
    }

    /// A name as a server sent it. `inbox` in any case becomes `INBOX`.
    pub fn from_wire(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        if bytes.eq_ignore_ascii_case(b"INBOX") {
            Self::inbox()
        } else {
            Self(bytes.into())
        }
    }

    /// A name as a person writes it, in modified UTF-7 (RFC 3501, section 5.1.3).
    ///
    /// # Errors
    /// When it is empty, too long, or holds a control character.
    pub fn from_unicode(name: &str) -> Result<Self, BadName> {
        if name.is_empty() {
            return Err(BadName::Empty);
        }
        if let Some(c) = name.chars().find(|c| c.is_control()) {
            return Err(BadName::Control(c));
        }
        let wire = encode_utf7(name);
        if wire.len() > Self::MAX {
            Err(BadName::TooLong)
        } else {
            Ok(Self::from_wire(wire))
        }
    }

    /// The bytes that go on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this is INBOX.
    pub fn is_inbox(&self) -> bool {
        *self.0 == *b"INBOX"
    }

    /// The name as people read it. A name that is not valid modified UTF-7 is shown as its bytes
    /// stand (invalid UTF-8 replaced), as other clients do too.
    pub fn to_unicode(&self) -> String {
        match decode_utf7(&self.0) {
            // Only a name that encodes back to the same bytes was really modified UTF-7.
            Some(text) if encode_utf7(&text) == *self.0 => text,
            _ => String::from_utf8_lossy(&self.0).into_owned(),
        }
    }
}

impl fmt::Debug for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireName({:?})", String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Display for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_unicode())
    }
}

impl Serialize for WireName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_unicode())
    }
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadName::Empty => f.write_str("a folder name cannot be empty"),
            BadName::Control(c) => {
                write!(
                    f,
                    "a folder name cannot hold the control character {}",
                    c.escape_unicode()
                )
            }
            BadName::TooLong => write!(f, "a folder name cannot exceed {} bytes", WireName::MAX),
        }
    }
}

impl std::error::Error for BadName {}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Modified UTF-7: printable ASCII stands for itself, `&` is `&-`, everything else is UTF-16 in
/// base64 with `,` for `/`, between `&` and `-` (RFC 3501, section 5.1.3).
fn encode_utf7(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut shifted: Vec<u16> = Vec::new();
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            flush_base64(&mut out, &mut shifted);
            out.push(c as u8);
            if c == '&' {
                out.push(b'-');
            }
        } else {
            shifted.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    flush_base64(&mut out, &mut shifted);
    out
}

fn flush_base64(out: &mut Vec<u8>, shifted: &mut Vec<u16>) {
    if shifted.is_empty() {
        return;
    }
    out.push(b'&');
    let (mut bits, mut count) = (0u32, 0u32);
    for unit in shifted.drain(..) {
        bits = bits << 16 | u32::from(unit);
        count += 16;
        while count >= 6 {
            count -= 6;
            out.push(BASE64[(bits >> count & 63) as usize]);
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        out.push(BASE64[(bits << (6 - count) & 63) as usize]);
    }
    out.push(b'-');
}

/// The text behind modified UTF-7, or nothing where the bytes are not that.
fn decode_utf7(wire: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'&' => {
                let end = rest.iter().position(|b| *b == b'-')?;
                let (run, tail) = (&rest[..end], &rest[end + 1..]);
                rest = tail;
                if run.is_empty() {
                    out.push('&')
                } else {
                    out.push_str(&decode_base64(run)?)
                }
            }
            b' '..=b'~' => out.push(char::from(byte)),
            _ => return None,
        }
    }
    Some(out)
}

fn decode_base64(run: &[u8]) -> Option<String> {
    let mut units = Vec::with_capacity(run.len() * 6 / 16);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in run {
        let value = BASE64.iter().position(|b| b == byte)? as u32;
        bits = bits << 6 | value;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count) as u16);
            bits &= (1 << count) - 1;
        }
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_rfc_hold() {
        for (text, wire) in [
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("R&D", "R&-D"),
            ("📥", "&2D3c5Q-"),
            ("a \"b\\ *%", "a \"b\\ *%"),
        ] {
            let name = WireName::from_unicode(text).unwrap();
            assert_eq!(name.as_bytes(), wire.as_bytes());
            assert_eq!(name.to_unicode(), text);
        }
    }

    #[test]
    fn inbox_is_inbox_in_any_case() {
        assert_eq!(WireName::from_wire(*b"InBoX"), WireName::inbox());
        assert_ne!(
            WireName::from_wire(*b"inbox/x"),
            WireName::from_wire(*b"INBOX/x")
        );
    }

    #[test]
    fn a_name_that_is_not_utf7_is_shown_as_it_stands_and_kept() {
        for wire in ["AT&T", "&", "&AAA", "&!!-", "&2D0-", "Entw\u{fc}rfe"] {
            let name = WireName::from_wire(wire.as_bytes());
            assert_eq!(name.to_unicode(), wire);
            assert_eq!(name.as_bytes(), wire.as_bytes());
        }
    }

    #[test]
    fn control_characters_never_reach_the_wire() {
        assert_eq!(
            WireName::from_unicode("a\r\nb"),
            Err(BadName::Control('\r'))
        );
        assert_eq!(WireName::from_unicode("a\0"), Err(BadName::Control('\0')));
        assert_eq!(WireName::from_unicode(""), Err(BadName::Empty));
        assert_eq!(
            WireName::from_unicode(&"x".repeat(9000)),
            Err(BadName::TooLong)
        );
    }

    proptest! {
        #[test]
        fn every_name_survives_the_wire(name in "[^\\p{Cc}]{1,40}") {
            let wire = WireName::from_unicode(&name).unwrap();
            prop_assert!(wire.as_bytes().iter().all(|b| matches!(b, b' '..=b'~')));
            if !wire.is_inbox() {
                prop_assert_eq!(wire.to_unicode(), name);
            }
        }

        #[test]
        fn no_bytes_from_a_server_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let name = WireName::from_wire(bytes);
            let _ = name.to_unicode();
        }
    }
}
