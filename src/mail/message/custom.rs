//! Header fields that the user makes up: `--header 'X-Ticket: 7'`.

use super::field;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// Fields that say where a message comes from, goes to, or what its bytes mean: they have their
/// own options, or none.
const STRUCTURAL: [&str; 14] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "return-path",
    "received",
    "delivered-to",
];

/// The beginnings of such fields.
const FAMILIES: [&str; 3] = ["content-", "mime-", "resent-"];

/// The field `name: value`.
///
/// # Errors
/// When the name is none, or of a structural field; when the value cannot be in a field.
pub(super) fn field(name: &str, value: &str) -> Result<String> {
    let refuse = |why: &str| {
        let what = format!("the header \"{name}\" {why}");
        Err(Error::new(Exit::BadInput, what))
    };
    let fit = |c: char| c.is_ascii_graphic() && c != ':';
    if !(1..=76).contains(&name.len()) || !name.chars().all(fit) {
        return refuse("has no name that a header may have");
    }
    let lower = name.to_ascii_lowercase();
    if STRUCTURAL.contains(&&*lower) || FAMILIES.iter().any(|f| lower.starts_with(f)) {
        return refuse("is set by sharemail itself");
    }
    field::text(name, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_message_means_cannot_be_changed() {
        for name in [
            "From",
            "bCC",
            "Content-Type",
            "MIME-Version",
            "Resent-To",
            "Message-Id",
        ] {
            assert!(
                field(name, "x").unwrap_err().what().contains("itself"),
                "{name}"
            );
        }
        for name in ["", "X Y", "X:Y", "X\r\nBcc", "Ä", &"x".repeat(77)] {
            assert!(field(name, "x").is_err(), "{name:?}");
        }
        assert_eq!(field("X-Ticket", "7").unwrap(), "X-Ticket: 7\r\n");
        assert!(field("X-Ticket", "7\nBcc: x@y.test").is_err());
    }
}
