//! A message that is answered. It comes from anybody, so that only what is well-formed is taken
//! over, and only as much as an answer needs.

use super::fold::cut;
use super::id::MessageId;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::Contact;
use crate::mail::contact::without_controls;
use crate::mail::{body, words};
use mail_parser::{Message, MessageParser};

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
    /// What of it holds characters that could not be read, or nothing says how: `Subject`, `From`
    /// … or `text`.
    pub unreadable: Vec<&'static str>,
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
        let mut fields = Fields::new(&parsed);
        let mut references = MessageId::read_list(&fields.value("References"));
        let in_reply_to = MessageId::read_list(&fields.value("In-Reply-To"));
        if references.is_empty() && in_reply_to.len() == 1 {
            references = in_reply_to;
        }
        let subject = fields.subject();
        let (from, reply_to) = (fields.contacts("From"), fields.contacts("Reply-To"));
        let (to, cc) = (fields.contacts("To"), fields.contacts("Cc"));
        let message_id = MessageId::read_list(&fields.value("Message-ID"));
        let body = body::text(&parsed);
        let mut unreadable = fields.unreadable;
        if body.lossy {
            unreadable.push("text");
        }
        Ok(Self {
            from,
            reply_to,
            to,
            cc,
            subject: subject.chars().take(SUBJECT).collect(),
            message_id: message_id.into_iter().next(),
            references,
            date: parsed.date().map(|d| {
                format!(
                    "{:04}-{:02}-{:02} {:02}:{:02}",
                    d.year, d.month, d.day, d.hour, d.minute
                )
            }),
            text: cut(&body.text, TEXT).to_owned(),
            unreadable,
        })
    }
}

/// The header fields of a message.
pub(super) struct Fields<'a> {
    message: &'a Message<'a>,
    /// The charset of the body, in which bytes stand that nobody encoded.
    charset: Option<&'a str>,
    unreadable: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(message: &'a Message<'a>) -> Self {
        Self {
            message,
            charset: body::charset_name(message),
            unreadable: Vec::new(),
        }
    }

    /// The values of the fields called `name`, in one line, their encoded words unread.
    pub(super) fn value(&mut self, name: &'static str) -> String {
        self.values(name).join(",")
    }

    fn values(&mut self, name: &'static str) -> Vec<String> {
        let (mut all, mut lossy) = (Vec::new(), false);
        for header in self.message.headers() {
            if !header.name.as_str().eq_ignore_ascii_case(name) {
                continue;
            }
            let place = header.offset_start as usize..header.offset_end as usize;
            let bytes = self.message.raw_message.get(place).unwrap_or_default();
            let reading = words::unfolded(bytes, self.charset);
            lossy |= reading.lossy;
            all.push(reading.text);
        }
        self.note(name, lossy);
        all
    }

    pub(super) fn contacts(&mut self, name: &'static str) -> Vec<Contact> {
        let (contacts, lossy) = Contact::read_list(&self.value(name));
        self.note(name, lossy);
        contacts
    }

    pub(super) fn subject(&mut self) -> String {
        // Some programs write it twice.
        let value = self.values("Subject").into_iter().next();
        let reading = words::decoded(value.unwrap_or_default().trim());
        self.note("Subject", reading.lossy);
        without_controls(&reading.text)
    }

    fn note(&mut self, name: &'static str, lossy: bool) {
        if lossy && !self.unreadable.contains(&name) {
            self.unreadable.push(name);
        }
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
        let twice = Original::parse(b"Subject: a\r\nSubject: b\r\n\r\n").unwrap();
        assert_eq!(twice.subject, "a");
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
