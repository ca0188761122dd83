//! A message that is answered. It comes from anybody, so that only what is well-formed is taken
//! over, and only as much as an answer needs.

use super::fold::cut;
use super::id::MessageId;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::smtp::Contact;
use crate::smtp::contact::without_controls;
use mail_parser::MessageParser;

/// What an answer takes over from a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// Who wrote it.
    pub from: Vec<Contact>,
    /// Who wants the answers, where it says so.
    pub reply_to: Vec<Contact>,
    /// To whom it went.
    pub to: Vec<Contact>,
    /// Who got a copy.
    pub cc: Vec<Contact>,
    /// What it is about, in one line.
    pub subject: String,
    /// Its name.
    pub message_id: Option<MessageId>,
    /// The conversation up to it.
    pub references: Vec<MessageId>,
    /// When it was written: `2025-11-21 19:28`.
    pub date: Option<String>,
    /// What it says, without HTML.
    pub text: String,
}

/// The most characters of a subject that are taken over.
const SUBJECT: usize = 2000;
/// The most bytes of a text that are taken over.
const TEXT: usize = 256 << 10;

impl Original {
    /// Reads `message`, as IMAP's `BODY[]` gives it.
    ///
    /// # Errors
    /// [`Exit::BadInput`] when it is no message at all.
    pub fn parse(message: &[u8]) -> Result<Self> {
        let parsed = MessageParser::default().parse(message);
        let Some(parsed) = parsed else {
            let what = "the message that is answered cannot be read";
            return Err(Error::new(Exit::BadInput, what));
        };
        let raw = |name: &str| -> String {
            let fields = parsed.headers_raw();
            let values = fields
                .filter(|(n, _)| n.eq_ignore_ascii_case(name))
                .map(|(_, v)| v);
            values
                .collect::<Vec<_>>()
                .join(",")
                .replace(['\r', '\n'], "")
        };
        let contacts = |name| Contact::read_list(&raw(name));
        let mut references = MessageId::read_list(&raw("References"));
        let in_reply_to = MessageId::read_list(&raw("In-Reply-To"));
        if references.is_empty() && in_reply_to.len() == 1 {
            references = in_reply_to;
        }
        let subject = without_controls(parsed.subject().unwrap_or_default());
        let text = parsed.body_text(0).unwrap_or_default();
        Ok(Self {
            from: contacts("From"),
            reply_to: contacts("Reply-To"),
            to: contacts("To"),
            cc: contacts("Cc"),
            subject: subject.chars().take(SUBJECT).collect(),
            message_id: MessageId::read_list(&raw("Message-ID")).into_iter().next(),
            references,
            date: parsed.date().map(|d| {
                format!(
                    "{:04}-{:02}-{:02} {:02}:{:02}",
                    d.year, d.month, d.day, d.hour, d.minute
                )
            }),
            text: cut(&text, TEXT).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_an_answer_needs_is_read() {
        let original = Original::parse(
            b"From: =?utf-8?q?J=C3=B6rg?= <\"j x\"@example.test>\r\nTo: a@example.test,\r\n\tbroken\r\n\
              Date: Fri, 21 Nov 2025 19:28:00 +0100\r\nSubject: =?utf-8?q?x=0D=0ABcc:_y?=\r\n\
              Message-ID: <1@x>\r\nIn-Reply-To: <0@x>\r\n\r\nhello\r\n> quoted\r\n\r\nbye\x1b[2J\r\n",
        )
        .unwrap();
        assert_eq!(original.from[0].name.as_deref(), Some("Jörg"));
        assert_eq!(original.from[0].address.to_string(), "\"j x\"@example.test");
        assert_eq!(original.to.len(), 1);
        assert_eq!(original.subject, "x  Bcc: y");
        assert_eq!(original.references, [MessageId::parse("<0@x>").unwrap()]);
        assert_eq!(
            original.quote(),
            "On 2025-11-21 19:28, Jörg wrote:\n> hello\n>> quoted\n>\n> bye[2J\n"
        );
    }

    proptest! {
        #[test]
        fn no_message_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let message = [&b"From: a@b.test\r\nContent-Type: text/html\r\n\r\n"[..], &bytes].concat();
            for message in [&bytes, &message] {
                if let Ok(original) = Original::parse(message) {
                    original.quote();
                }
            }
        }
    }
}
