//! How much is in a folder (RFC 9051, section 6.3.11).

use super::capability::Capabilities;
use super::token::{Cursor, Malformed};
use std::fmt;

/// What STATUS is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusItems {
    /// How many messages.
    pub messages: bool,
    /// How many unseen ones.
    pub unseen: bool,
    /// How many bytes (RFC 8438); not asked where the server does not know it.
    pub size: bool,
    /// The identity of the folder's numbering.
    pub uid_validity: bool,
}

/// What STATUS told; nothing where it was not asked or not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// How many messages.
    pub messages: Option<u64>,
    /// How many unseen ones.
    pub unseen: Option<u64>,
    /// How many bytes.
    pub size: Option<u64>,
    /// The identity of the folder's numbering.
    pub uid_validity: Option<u64>,
}

impl StatusItems {
    /// No item.
    pub const NONE: Self = Self {
        messages: false,
        unseen: false,
        size: false,
        uid_validity: false,
    };

    /// The items that a server with `capabilities` can be asked for.
    pub(super) fn known(mut self, capabilities: &Capabilities) -> Self {
        self.size &= capabilities.has("STATUS=SIZE") || capabilities.has("IMAP4REV2");
        self
    }
}

impl fmt::Display for StatusItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (self.messages, "MESSAGES"),
            (self.unseen, "UNSEEN"),
            (self.size, "SIZE"),
            (self.uid_validity, "UIDVALIDITY"),
        ];
        let wanted: Vec<_> = all
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| *name)
            .collect();
        write!(f, "({})", wanted.join(" "))
    }
}

/// `"STATUS" SP mailbox SP "(" [status-att-val *(SP status-att-val)] ")"`
pub(super) fn read_status(values: &mut Cursor<'_>) -> Result<Status, Malformed> {
    let mut status = Status::default();
    values.expect(b'(')?;
    while !values.eat(b')') {
        let item = values.word()?.to_ascii_uppercase();
        let place = match &item[..] {
            b"MESSAGES" => &mut status.messages,
            b"UNSEEN" => &mut status.unseen,
            b"SIZE" => &mut status.size,
            b"UIDVALIDITY" => &mut status.uid_validity,
            _ => {
                values.skip()?;
                continue;
            }
        };
        *place = Some(values.number()?);
    }
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_that_nobody_asked_for_are_passed_over() {
        let line = b"(MESSAGES 17 MAILBOXID (\xff\xfe) size 9000000000 X {2}\r\n() UNSEEN 0)";
        let status = read_status(&mut Cursor::new(line)).unwrap();
        assert_eq!(status.messages, Some(17));
        assert_eq!(status.size, Some(9_000_000_000));
        assert_eq!(status.unseen, Some(0));
        assert_eq!(status.uid_validity, None);
    }
}
