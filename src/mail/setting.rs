//! Settings of a mailbox as a message: the subject names their kind, the text is TOML.

use super::body;
use super::message::{MessageId, head};
use crate::model::setting::{Kind, LONGEST};
use chrono::{DateTime, Utc};
use mail_parser::MessageParser;

/// The message that says `text` of `kind`, written at the moment `now`. Whoever is named in its From field sends
/// nothing: the field must not be missing (RFC 5322, section 3.6).
pub fn write(kind: Kind, text: &str, now: DateTime<Utc>) -> Vec<u8> {
    let id = MessageId::generate("sharemail.invalid");
    let (subject, date) = (kind.name(), now.to_rfc2822());
    let mut message = format!(
        "From: sharemail@localhost\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: {id}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    );
    for line in text.lines() {
        message.push_str(line);
        message.push_str("\r\n");
    }
    message.into_bytes()
}

/// The kind of settings that a message with this header is of, where it is one.
pub fn kind(header: &[u8]) -> Option<Kind> {
    Kind::called(head(header).subject.trim())
}

/// What `message` says, with bare line feeds and one at its end.
///
/// # Errors
/// Why that cannot be told.
pub fn read(message: &[u8]) -> Result<String, String> {
    if message.len() > LONGEST {
        return Err(format!("(it is longer than {LONGEST} bytes)"));
    }
    let parsed = MessageParser::default().parse(message);
    let reading = parsed.map(|parsed| body::text(&parsed));
    let reading = reading.ok_or("(it is no message)")?;
    if reading.lossy {
        return Err("(it holds what is no text)".to_owned());
    }
    let lines = reading.text.lines().map(|line| format!("{line}\n"));
    let text: String = lines.collect();
    let trimmed = text.trim_end();
    Ok(match trimmed.is_empty() {
        true => String::new(),
        false => format!("{trimmed}\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    #[test]
    fn a_setting_is_a_message_that_every_program_shows() {
        let text = "[labels]\n\"für\" = \"Für später 🔥\"\n";
        let message = write(Kind::Labels, text, now());
        let shown = String::from_utf8(message.clone()).unwrap();
        assert!(shown.starts_with("From: sharemail@localhost\r\nSubject: labels\r\nDate: Tue, 14"));
        assert!(shown.contains("\r\n\r\n[labels]\r\n"), "{shown}");
        assert_eq!(kind(&message), Some(Kind::Labels));
        assert_eq!(read(&message).as_deref(), Ok(text));
        let message = write(Kind::Holds, "", now());
        assert_eq!(read(&message).as_deref(), Ok(""));
    }

    #[test]
    fn what_a_program_made_of_it_is_read_and_what_is_no_text_is_told() {
        let encoded = b"Subject: labels\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nYSA9ICJiIgo=\r\n";
        assert_eq!(read(encoded).as_deref(), Ok("a = \"b\"\n"));
        let broken = b"Subject: labels\r\nContent-Type: text/plain; charset=utf-8\r\n\r\na = \"\xff\xfe\"\r\n";
        assert!(read(broken).is_err());
        assert!(read(&vec![b'a'; LONGEST + 1]).is_err());
        assert_eq!(kind(b"Subject: Re: labels\r\n\r\n"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(lines in proptest::collection::vec("[^\\p{C}\\p{Z}]{1,20}( [^\\p{C}\\p{Z}]{1,9})?", 1..6)) {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let message = write(Kind::Rules, &text, now());
            prop_assert_eq!(read(&message), Ok(text));
        }
    }
}
