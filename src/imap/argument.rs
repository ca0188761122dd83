//! How arguments are put into words (RFC 9051, section 4).
//!
//! They are checked at the one place where they become bytes: no CR, LF or NUL passes.

use super::capability::Capabilities;
use super::courier;
use crate::model::folder::WireName;
use crate::model::rights::Rights;
use std::borrow::Cow;
use std::sync::Arc;

/// One argument of a command.
#[derive(Clone)]
pub(super) enum Argument {
    /// Words of our own making, as they stand.
    Raw(Cow<'static, str>),
    Folder(WireName),
    Text(Vec<u8>),
    /// Whom an ACL entry is for.
    Identifier(String),
    /// What an ACL entry gives.
    Rights(Rights),
    /// What LIST is asked for: spelled like a folder name, but no folder is touched.
    Pattern(WireName),
    /// A message: a literal of any size.
    Message(Arc<[u8]>),
    /// `(USE (\Sent))`, where the server knows it (RFC 6154, section 3).
    SpecialUse(String),
}

/// How this server takes strings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// The largest literal that needs no permission (RFC 7888).
    pub free_literal: usize,
    /// Whether names are UTF-8 instead of modified UTF-7 (RFC 6855).
    pub utf8: bool,
    /// Whether CREATE takes a special use (RFC 6154).
    pub special_use: bool,
    /// Whether it has Courier's ACLs (`ACL2=UNION`).
    pub union: bool,
}

/// Why an argument cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit(pub &'static str);

/// The places where a command pauses for the server's permission.
pub(super) type Encoded = Result<Vec<usize>, Unfit>;

impl Style {
    /// What `capabilities` allow, while UTF-8 is not enabled.
    pub fn of(capabilities: &Capabilities) -> Self {
        let free_literal = if capabilities.has("LITERAL+") {
            usize::MAX
        } else if capabilities.has("LITERAL-") || capabilities.has("IMAP4REV2") {
            4096
        } else {
            0
        };
        Self {
            free_literal,
            utf8: false,
            special_use: capabilities.has("CREATE-SPECIAL-USE"),
            union: capabilities.has_union(),
        }
    }

    /// A folder name as this server spells it, as the rest of the crate spells it.
    pub fn folder<'a>(self, wire: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
        if wire.eq_ignore_ascii_case(b"INBOX") {
            return Cow::Borrowed(b"INBOX");
        }
        let plain = |b: &u8| b.is_ascii() && *b != b'&';
        if !self.utf8 || wire.iter().all(plain) {
            return wire;
        }
        let text = std::str::from_utf8(&wire).ok();
        match text.and_then(|t| WireName::from_unicode(t).ok()) {
            Some(name) => Cow::Owned(name.as_bytes().to_vec()),
            None => wire,
        }
    }
}

impl Argument {
    /// Appends a space and the argument to `out`, and to `pauses` where the server must say
    /// `+` first.
    pub fn encode(
        &self,
        style: Style,
        out: &mut Vec<u8>,
        pauses: &mut Vec<usize>,
    ) -> Result<(), Unfit> {
        out.push(b' ');
        match self {
            Self::Raw(words) => out.extend_from_slice(words.as_bytes()),
            Self::Text(bytes) => string(bytes, style, out, pauses)?,
            Self::Identifier(name) if style.union => {
                string(courier::argument(name).as_bytes(), style, out, pauses)?
            }
            Self::Identifier(name) => string(name.as_bytes(), style, out, pauses)?,
            Self::Rights(rights) if style.union => {
                string(courier::letters(*rights).as_bytes(), style, out, pauses)?
            }
            Self::Rights(rights) => string(rights.to_string().as_bytes(), style, out, pauses)?,
            Self::Folder(name) | Self::Pattern(name) if style.utf8 => {
                let text = name.to_unicode();
                // What is shown of a name that no text says is shown of others too.
                if *style.folder(Cow::Borrowed(text.as_bytes())) != *name.as_bytes() {
                    return Err(Unfit(
                        "its name is not UTF-8, and the server takes nothing else",
                    ));
                }
                string(text.as_bytes(), style, out, pauses)?
            }
            Self::Folder(name) | Self::Pattern(name) => {
                string(name.as_bytes(), style, out, pauses)?
            }
            Self::Message(bytes) => message(bytes, style, out, pauses)?,
            Self::SpecialUse(_) if !style.special_use => {
                out.pop();
            }
            Self::SpecialUse(name) => {
                check_special_use(name)?;
                out.extend_from_slice(format!("(USE ({name}))").as_bytes());
            }
        }
        Ok(())
    }
}

/// `string = quoted / literal`: 8-bit bytes need a literal, unless UTF-8 was enabled. Courier takes
/// no literal where its ACLs are meant, and UTF-8 in quotes at any time.
fn string(
    bytes: &[u8],
    style: Style,
    out: &mut Vec<u8>,
    pauses: &mut Vec<usize>,
) -> Result<(), Unfit> {
    const MOST: usize = 16 << 10;
    if bytes.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        return Err(Unfit("it holds a CR, LF or NUL"));
    }
    if bytes.len() > MOST {
        return Err(Unfit("it is too long"));
    }
    let utf8 = style.utf8 || style.union;
    if bytes.is_ascii() || utf8 && std::str::from_utf8(bytes).is_ok() {
        quote(bytes, out);
        return Ok(());
    }
    literal(bytes, bytes.len() <= style.free_literal, out, pauses);
    Ok(())
}

/// A large one asks first even where it need not, so that a full mailbox is told before all of it
/// has travelled (RFC 7888, section 4).
fn message(
    bytes: &[u8],
    style: Style,
    out: &mut Vec<u8>,
    pauses: &mut Vec<usize>,
) -> Result<(), Unfit> {
    const ASK_FIRST: usize = 64 << 10;
    if bytes.contains(&0) {
        return Err(Unfit("it holds a NUL"));
    }
    let free = bytes.len() <= style.free_literal.min(ASK_FIRST);
    literal(bytes, free, out, pauses);
    Ok(())
}

fn literal(bytes: &[u8], free: bool, out: &mut Vec<u8>, pauses: &mut Vec<usize>) {
    let plus = if free { "+" } else { "" };
    out.extend_from_slice(format!("{{{}{plus}}}\r\n", bytes.len()).as_bytes());
    if !free {
        pauses.push(out.len());
    }
    out.extend_from_slice(bytes);
}

fn quote(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in bytes {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// `use-attr = "\" 1*ALPHA` is all that RFC 6154 and its registry need.
fn check_special_use(name: &str) -> Result<(), Unfit> {
    let letters = name.strip_prefix('\\').unwrap_or_default();
    if !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        Ok(())
    } else {
        Err(Unfit("its special use is not a backslash and letters"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::Cursor;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_string_is_read_back_as_it_was(
            bytes in proptest::collection::vec(any::<u8>(), 0..60),
            free in prop_oneof![Just(0usize), Just(usize::MAX)],
            utf8: bool,
        ) {
            let style = Style { free_literal: free, utf8, ..Style::default() };
            let mut out = Vec::new();
            let fit = string(&bytes, style, &mut out, &mut Vec::new());
            let clean = !bytes.iter().any(|b| matches!(b, 0 | b'\r' | b'\n'));
            prop_assert_eq!(fit.is_ok(), clean);
            if clean {
                let mut at = Cursor::new(&out);
                prop_assert_eq!(&*at.astring().unwrap(), &bytes[..]);
                prop_assert!(at.at_end());
            }
        }
    }
}
