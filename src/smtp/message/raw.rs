//! A finished message, whose From and Sender are set and whose body stays as it is.

use super::composed::Composed;
use super::draft::{envelope, from};
use super::field;
use super::id::MessageId;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::smtp::{Contact, MailAddress};
use std::time::SystemTime;

/// Fields that are taken out: those that are set here, and what only a receiving server writes.
const TAKEN_OUT: [&str; 4] = ["from", "sender", "bcc", "return-path"];

/// Makes the finished message `raw` one from `mailbox`, on behalf of which `sender` writes if
/// there is one. It goes to `recipients`, or if there are none to its To, Cc and Bcc (Resent
/// fields are of no account). From keeps the name that it has, unless `name` is given. A missing
/// Date or Message-ID is added. The body stays as it is, but for lone line feeds, which become
/// CRLF.
///
/// # Errors
/// [`Exit::BadInput`] when it is no message, goes to nobody, or holds what cannot travel.
pub fn compose_raw(
    raw: &[u8],
    mailbox: &MailAddress,
    name: Option<String>,
    sender: Option<&Contact>,
    recipients: &[Contact],
) -> Result<Composed> {
    let raw = with_crlf(raw);
    let raw = Raw::split(&raw)?;
    let name = match (name, raw.find("from").next()) {
        (None, Some(field)) => field.contacts()?.into_iter().find_map(|c| c.name),
        (name, _) => name,
    };
    let mut before = from(mailbox, name.as_ref(), sender)?;
    let id = raw.message_id().unwrap_or_else(|| {
        let id = MessageId::generate(mailbox.domain());
        before += &field::ids("Message-ID", std::slice::from_ref(&id));
        id
    });
    if raw.find("date").next().is_none() {
        before += &field::date(SystemTime::now());
    }
    let envelope = match recipients {
        [] => envelope(mailbox, sender, &raw.recipients()?)?,
        given => envelope(mailbox, sender, given)?,
    };
    let bcc: Vec<_> = raw.find("bcc").map(|f| f.bytes).collect();
    Composed::new(id, envelope, before, &bcc.concat(), &raw.rest())
}

/// A message, cut.
struct Raw<'a> {
    fields: Vec<Field<'a>>,
    /// The rest, from the empty line on.
    body: &'a [u8],
}

/// One header field with its line end.
struct Field<'a> {
    name: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> Field<'a> {
    /// The field that begins with `line`.
    fn of(line: &'a [u8]) -> Option<Self> {
        let colon = line.iter().position(|b| *b == b':')?;
        let name = line[..colon].trim_ascii_end();
        is_name(name).then_some(Self { name, bytes: line })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Its value in one line.
    fn value(&self) -> String {
        let value = self
            .bytes
            .splitn(2, |b| *b == b':')
            .nth(1)
            .unwrap_or_default();
        String::from_utf8_lossy(value).replace("\r\n", "")
    }

    fn message_id(&self) -> Option<MessageId> {
        MessageId::read_list(&self.value()).into_iter().next()
    }

    fn contacts(&self) -> Result<Vec<Contact>> {
        let name = String::from_utf8_lossy(self.name);
        Contact::parse_header(&self.value()).map_err(|bad| Error::from(bad).about(name))
    }
}

impl<'a> Raw<'a> {
    fn split(raw: &'a [u8]) -> Result<Self> {
        let (mut fields, mut at) = (Vec::<Field<'_>>::new(), 0);
        for (number, line) in raw.split_inclusive(|b| *b == b'\n').enumerate() {
            if line == b"\r\n" {
                break;
            }
            let start = at;
            at += line.len();
            let folded = line.starts_with(b" ") || line.starts_with(b"\t");
            match (folded, fields.last_mut(), Field::of(line)) {
                (true, Some(field), _) => field.bytes = &raw[start - field.bytes.len()..at],
                (false, _, Some(field)) => fields.push(field),
                _ => {
                    let what = format!("line {} of the message is no header field", number + 1);
                    let hint = "a message has header fields, an empty line, and then its text";
                    return Err(Error::new(Exit::BadInput, what).hint(hint));
                }
            }
        }
        let body = &raw[at..];
        Ok(Self { fields, body })
    }

    fn find(&self, name: &'static str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    fn message_id(&self) -> Option<MessageId> {
        self.find("message-id").find_map(Field::message_id)
    }

    fn recipients(&self) -> Result<Vec<Contact>> {
        let mut all = Vec::new();
        for field in ["to", "cc", "bcc"]
            .into_iter()
            .flat_map(|name| self.find(name))
        {
            all.extend(field.contacts()?);
        }
        Ok(all)
    }

    /// What is kept as it is. A Message-ID that cannot be read has been replaced.
    fn rest(&self) -> Vec<u8> {
        let unread = |f: &Field<'_>| f.is("message-id") && f.message_id().is_none();
        let kept = |f: &&Field<'_>| !unread(f) && !TAKEN_OUT.iter().any(|name| f.is(name));
        let mut rest: Vec<_> = self.fields.iter().filter(kept).map(|f| f.bytes).collect();
        rest.push(self.body);
        rest.concat()
    }
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// The text files of Unix end their lines in LF alone. A last line is ended, so that nothing
/// that follows becomes a part of it.
fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32 + 2);
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        out.extend_from_slice(bare.strip_suffix(b"\r").unwrap_or(bare));
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> MailAddress {
        MailAddress::parse(text).unwrap()
    }

    fn compose(raw: &[u8], sender: Option<&Contact>) -> Result<Composed> {
        compose_raw(raw, &address("support@example.test"), None, sender, &[])
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    const RAW: &str = "Return-Path: <x@example.test>\nFROM: \"Old\n Name\" <old@example.test>\n\
        Sender: old@example.test\nTo: A <a@example.test>,\n\tb@example.test\nBcc: c@example.test\n\
        Resent-To: d@example.test\nDate: x\nMessage-ID: <1@example.test>\nbcc: e@example.test\n\n\
        From: is a word\n.\nend";

    #[test]
    fn from_and_sender_are_set_and_the_body_stays() {
        let carol = Contact::new(address("carol@example.test"));
        let composed = compose(RAW.as_bytes(), Some(&carol)).unwrap();
        assert_eq!(
            text(&composed.wire()),
            "From: Old Name <support@example.test>\r\nSender: carol@example.test\r\n\
             To: A <a@example.test>,\r\n\tb@example.test\r\nResent-To: d@example.test\r\n\
             Date: x\r\nMessage-ID: <1@example.test>\r\n\r\nFrom: is a word\r\n.\r\nend\r\n"
        );
        assert_eq!(
            text(composed.filed()).replace("Bcc: c@example.test\r\nbcc: e@example.test\r\n", ""),
            text(&composed.wire())
        );
        assert_eq!(composed.message_id.to_string(), "<1@example.test>");
        assert_eq!(composed.envelope.from, carol.address);
        let to: Vec<_> = composed
            .envelope
            .to
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            to,
            [
                "a@example.test",
                "b@example.test",
                "c@example.test",
                "e@example.test"
            ]
        );
    }

    #[test]
    fn a_date_and_a_name_are_added_where_they_are_missing() {
        let composed = compose(b"To: a@example.test\nMessage-ID: broken\n\nx\n", None).unwrap();
        let wire = text(&composed.wire());
        assert!(
            wire.contains("\r\nDate: ") && !wire.contains("broken"),
            "{wire}"
        );
        assert!(wire.contains(&format!("Message-ID: {}\r\n", composed.message_id)));
        assert!(!wire.contains("Sender:"));
        assert_eq!(composed.envelope.from.to_string(), "support@example.test");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for raw in [
            &b"hello\n\nworld"[..],
            b" To: a@example.test\n\n",
            b"From support@example.test Mon Jan 1\nTo: a@example.test\n\n",
            b"Subject: nobody\n\nx",
            b"To: a b\n\nx",
            b"",
            b"To: a@example.test\n\nx\ry\n",
            b"To: a@example.test\n\nx\0y\n",
            b"To: a@example.test\rBcc: b@example.test\n\nx",
            b"To: a@example.test\nSubject: \xff\n\nx",
        ] {
            let error = compose(raw, None).unwrap_err();
            assert_eq!(error.exit(), Exit::BadInput);
        }
    }

    #[test]
    fn a_message_without_a_body_is_one() {
        let composed = compose(b"To: a@example.test\nSubject: x", None).unwrap();
        assert!(text(&composed.wire()).ends_with("Subject: x\r\n"));
    }
}
