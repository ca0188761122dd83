//! An entry that says whose turn it is to move mail, as a message: all of it is in the subject, where lists of
//! messages show it.

use super::message::{MessageId, head};
use crate::model::turn::Ticket;
use chrono::{DateTime, Utc};

const BEGINS: &str = "turn";
/// A longer word of an entry is none.
const LONGEST: usize = 64;

/// The message for `ticket`, written at the moment `now`.
pub fn write(ticket: &Ticket, now: DateTime<Utc>) -> Vec<u8> {
    let (id, date) = (MessageId::generate("sharemail.invalid"), now.to_rfc2822());
    let Ticket {
        token,
        machine,
        lasts,
    } = ticket;
    format!(
        "From: sharemail@localhost\r\nSubject: {BEGINS} {token} {machine} {lasts}\r\nDate: {date}\r\n\
         Message-ID: {id}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         A run is moving mail of this mailbox. Other runs wait until it is done, or for {lasts} seconds.\r\n"
    )
    .into_bytes()
}

/// What a message with this header says, where it is such an entry.
pub fn read(header: &[u8]) -> Option<Ticket> {
    let subject = head(header).subject;
    let words: Vec<&str> = subject.split(' ').collect();
    let [BEGINS, token, machine, lasts] = words[..] else {
        return None;
    };
    let is_word = |word: &str| {
        (1..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    (is_word(token) && is_word(machine)).then_some(())?;
    Some(Ticket {
        token: token.to_owned(),
        machine: machine.to_owned(),
        lasts: lasts.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written_and_nothing_else_is_one() {
        let ticket = Ticket {
            token: "0f".repeat(16),
            machine: "ab12".to_owned(),
            lasts: 600,
        };
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let message = write(&ticket, now);
        assert_eq!(read(&message), Some(ticket));
        for subject in [
            "turn",
            "turn a b",
            "turn a b c",
            "turn a b 600 600",
            "Re: turn a b 600",
            "turn a\u{1b} b 6",
            "turn  b 6",
            "labels",
        ] {
            let header = format!("Subject: {subject}\r\n\r\n");
            assert_eq!(read(header.as_bytes()), None, "{subject:?}");
        }
        let long = format!("Subject: turn {} b 6\r\n\r\n", "a".repeat(65));
        assert_eq!(read(long.as_bytes()), None);
    }
}
