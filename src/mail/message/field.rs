//! Header fields (RFC 5322, section 3.6), each of which stays one field whatever its value is.

use super::fold::{Field, is_plain};
use super::id::MessageId;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::Contact;
use lettre::message::header::{Date, Headers};
use std::time::SystemTime;

/// No field is longer: Postfix cuts headers at 102,400 bytes.
const MOST: usize = 96 << 10;

/// A field of free text.
///
/// # Errors
/// When `value` holds a control character, or is too long.
pub(super) fn text(name: &str, value: &str) -> Result<String> {
    check_text(name, value)?;
    let mut field = Field::new(name);
    if value.is_empty() || is_plain(value) {
        value.split(' ').for_each(|word| field.piece(word));
    } else {
        field.encoded(value);
    }
    bounded(name, field.end())
}

/// A field of people; nothing when there are none.
///
/// # Errors
/// When a name holds a control character, or the field gets too long.
pub(super) fn contacts(name: &str, contacts: &[Contact]) -> Result<String> {
    if contacts.is_empty() {
        return Ok(String::new());
    }
    let mut field = Field::new(name);
    for (number, contact) in contacts.iter().enumerate() {
        if number > 0 {
            field.glue(",");
        }
        let address = &contact.address;
        match contact
            .name
            .as_deref()
            .map(str::trim)
            .filter(|n| !n.is_empty())
        {
            Some(person) => {
                check_text(&format!("a name in {name}"), person)?;
                phrase(&mut field, person);
                field.piece(&format!("<{address}>"));
            }
            None => field.piece(&address.to_string()),
        }
    }
    bounded(name, field.end())
}

/// A field of message identifiers; nothing when there are none.
pub(super) fn ids(name: &str, ids: &[MessageId]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let mut field = Field::new(name);
    ids.iter().for_each(|id| field.piece(&id.to_string()));
    field.end()
}

/// When it was written, in UTC.
pub(super) fn date(date: SystemTime) -> String {
    // What the calendar behind it can count; beyond, it panics.
    let last = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(253_402_300_799);
    let mut headers = Headers::new();
    headers.set(Date::new(date.clamp(SystemTime::UNIX_EPOCH, last)));
    headers.to_string()
}

/// Control characters would end the field, or do worse to who reads it.
pub(super) fn check_text(what: &str, value: &str) -> Result<()> {
    let control = |c: &char| c.is_control() && *c != '\t';
    let why = match value.chars().find(control) {
        Some('\r' | '\n') => "holds a line break".to_owned(),
        Some(c) => format!("holds the control character {}", c.escape_unicode()),
        None => return Ok(()),
    };
    Err(Error::new(Exit::BadInput, format!("{what} {why}")))
}

/// `atom`s, a quoted string or encoded words, whichever keeps `name` as it is.
fn phrase(field: &mut Field, name: &str) {
    let special = |c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-/=?^_`{|}~ ".contains(c);
    if !is_plain(name) || name.len() > 60 {
        field.encoded(name);
    } else if name.contains(special) {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        field.piece(&format!("\"{escaped}\""));
    } else {
        name.split(' ').for_each(|word| field.piece(word));
    }
}

fn bounded(name: &str, field: String) -> Result<String> {
    if field.len() <= MOST {
        return Ok(field);
    }
    let what = format!(
        "{name} would have {} bytes where {MOST} are the most",
        field.len()
    );
    Err(Error::new(Exit::BadInput, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::MailAddress;
    use std::time::Duration;

    fn contact(name: &str) -> Contact {
        Contact {
            name: Some(name.into()),
            address: MailAddress::parse("a@example.test").unwrap(),
        }
    }

    #[test]
    fn names_are_atoms_quoted_or_encoded() {
        let field = |name| contacts("To", &[contact(name)]).unwrap();
        assert_eq!(field("Alice B"), "To: Alice B <a@example.test>\r\n");
        assert_eq!(
            field("B, \"A\""),
            "To: \"B, \\\"A\\\"\" <a@example.test>\r\n"
        );
        assert_eq!(field("É"), "To: =?utf-8?b?w4k=?= <a@example.test>\r\n");
        assert_eq!(
            field("=?utf-8?q?x?="),
            "To: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <a@example.test>\r\n"
        );
        assert_eq!(field(" "), "To: a@example.test\r\n");
        let error = contacts("To", &[contact("x\r\nBcc: y")]).unwrap_err();
        assert_eq!(error.what(), "a name in To holds a line break");
    }

    #[test]
    fn what_does_not_fit_a_field_is_refused() {
        assert!(text("Subject", &"é".repeat(50_000)).is_err());
        assert!(text("Subject", &"é".repeat(10_000)).is_ok());
        assert!(contacts("To", &vec![contact("x"); 10_000]).is_err());
        assert_eq!(contacts("Cc", &[]).unwrap(), "");
        assert_eq!(text("Subject", "").unwrap(), "Subject: \r\n");
    }

    #[test]
    fn any_time_has_a_date() {
        let at = |seconds| date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(
            at(1_700_000_000),
            "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
        );
        assert_eq!(at(1 << 60), "Date: Fri, 31 Dec 9999 23:59:59 +0000\r\n");
        date(SystemTime::UNIX_EPOCH - Duration::from_secs(1));
    }
}
