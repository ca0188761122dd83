//! What the header of a message says to people.

use super::id::MessageId;
use super::original::Fields;
use crate::mail::contact::without_controls;
use crate::mail::words;
use crate::model::message::Head;
use chrono::{DateTime, FixedOffset, TimeZone as _};
use mail_parser::MessageParser;

/// The most characters of a field that are kept.
const FIELD: usize = 2_000;
/// So many of the messages that a field names are taken, the last ones.
const NAMES: usize = 100;

/// Reads the header fields in `bytes`, as IMAP's `BODY[HEADER.FIELDS (…)]` gives them. What is no header at
/// all says nothing.
pub fn head(bytes: &[u8]) -> Head {
    let Some(parsed) = MessageParser::default().parse_headers(bytes) else {
        return Head::default();
    };
    let written = parsed.date().and_then(written);
    let mut fields = Fields::new(&parsed);
    let id = MessageId::read_list(&fields.value("Message-ID"));
    Head {
        from: people(&mut fields, "From"),
        sender: sender(&mut fields),
        to: people(&mut fields, "To"),
        cc: people(&mut fields, "Cc"),
        subject: cut(&fields.subject()),
        written,
        id: id.into_iter().next().map(|id| id.to_string()),
    }
}

/// The Message-ID of a message, first, and those that it names as what it belongs to, in brackets
/// (RFC 5322, section 3.6.4); nothing where it has and names none.
pub fn names(bytes: &[u8]) -> Vec<String> {
    let Some(parsed) = MessageParser::default().parse_headers(bytes) else {
        return Vec::new();
    };
    let mut fields = Fields::new(&parsed);
    let own = MessageId::read_list(&fields.value("Message-ID"));
    let mut all: Vec<MessageId> = own.into_iter().take(1).collect();
    for name in ["In-Reply-To", "References"] {
        let named = MessageId::read_list(&fields.value(name));
        // The first is where it began, and the last is what is answered.
        let passed_over = named.len().saturating_sub(NAMES);
        let first = named.first().cloned();
        all.extend(first.into_iter().chain(named.into_iter().skip(passed_over)));
    }
    all.iter().map(ToString::to_string).collect()
}

/// The people that a field names, as it names them.
fn people(fields: &mut Fields, name: &'static str) -> String {
    let reading = words::decoded(fields.value(name).trim());
    cut(&without_controls(&reading.text))
}

/// The address of whoever wrote it, in small letters as practically every server takes it.
fn sender(fields: &mut Fields) -> Option<String> {
    let first = fields.contacts("From").into_iter().next()?;
    Some(first.address.to_string().to_lowercase())
}

fn cut(text: &str) -> String {
    text.chars().take(FIELD).collect()
}

/// `date` with its offset, where there is such a day.
fn written(date: &mail_parser::DateTime) -> Option<DateTime<FixedOffset>> {
    let offset = (i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute)) * 60;
    let offset = match date.tz_before_gmt {
        true => -offset,
        false => offset,
    };
    let (month, day) = (u32::from(date.month), u32::from(date.day));
    let day = chrono::NaiveDate::from_ymd_opt(i32::from(date.year), month, day)?;
    let (hour, minute) = (u32::from(date.hour), u32::from(date.minute));
    // A leap second is one that clocks do not show.
    let then = day.and_hms_opt(hour, minute, u32::from(date.second).min(59))?;
    FixedOffset::east_opt(offset)?
        .from_local_datetime(&then)
        .single()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_header_is_read_as_people_read_it() {
        let head = head(
            b"From: =?utf-8?q?J=C3=B6rg?= <j@example.test>\r\nTo: a@example.test,\r\n\tb@example.test\r\n\
              Date: Fri, 21 Nov 2025 19:28:00 +0100\r\nSubject: =?utf-8?q?x=0D=0A=1B[2J?= y\r\n\
              Message-ID: <1@x>\r\n\r\n",
        );
        assert_eq!(head.from, "J\u{f6}rg <j@example.test>");
        assert_eq!(head.sender.as_deref(), Some("j@example.test"));
        assert_eq!(
            head.to,
            "a@example.test,\tb@example.test".replace('\t', " ")
        );
        assert!(
            !head.subject.contains(['\r', '\n', '\u{1b}']),
            "{:?}",
            head.subject
        );
        assert_eq!(head.id.as_deref(), Some("<1@x>"));
        let written = head.written.map(|at| at.to_rfc3339());
        assert_eq!(written.as_deref(), Some("2025-11-21T19:28:00+01:00"));
    }

    #[test]
    fn a_name_is_not_taken_for_the_address() {
        let sender = |from: &str| head(format!("From: {from}\r\n\r\n").as_bytes()).sender;
        let mallory = Some("mallory@example.test".to_owned());
        assert_eq!(
            sender("=?utf-8?q?=3Cboss=40example.test=3E?= <Mallory@Example.TEST>"),
            mallory
        );
        assert_eq!(
            sender("\"boss@example.test\" <mallory@example.test>, x@y.test"),
            mallory
        );
        assert_eq!(sender("nobody"), None);
    }

    #[test]
    fn a_message_names_what_it_belongs_to() {
        let all = names(
            b"Message-ID: <c@x>\r\nIn-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x>\r\n\r\n",
        );
        assert_eq!(all, ["<c@x>", "<b@x>", "<b@x>", "<a@x>", "<a@x>", "<b@x>"]);
        assert!(names(b"Subject: none\r\n\r\n").is_empty() && names(b"").is_empty());
        let long: String = (0..500).map(|n| format!(" <{n}@x>")).collect();
        let all = names(format!("References:{long}\r\n\r\n").as_bytes());
        assert!(
            all.len() <= NAMES + 1 && all[0] == "<0@x>" && all.ends_with(&["<499@x>".to_owned()])
        );
    }

    #[test]
    fn what_is_missing_is_empty_and_no_day_is_none() {
        assert_eq!(head(b""), Head::default());
        assert_eq!(head(b"\r\n\r\n"), Head::default());
        let odd =
            head(b"Date: Fri, 31 Feb 2025 25:61:00 +9999\r\nMessage-ID: none\r\nSubject:\r\n\r\n");
        assert_eq!(
            (odd.written, odd.id, odd.subject),
            (None, None, String::new())
        );
    }

    proptest! {
        #[test]
        fn no_header_panics_or_reaches_a_terminal(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for start in [&b""[..], b"Date: ", b"From: =?utf-8?b?", b"Subject: "] {
                let head = head(&[start, &bytes].concat());
                for text in [&head.from, &head.to, &head.cc, &head.subject] {
                    prop_assert!(!text.contains(char::is_control), "{text:?}");
                    prop_assert!(text.chars().count() <= FIELD);
                }
            }
        }
    }
}
