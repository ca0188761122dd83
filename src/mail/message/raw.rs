//! A finished message, whose From and Sender are set and whose body stays as it is. One that is
//! sent on (RFC 5322, section 3.6.6) keeps these too, and gets its Resent-From and Resent-Sender set.

use super::composed::Composed;
use super::draft::{envelope, from};
use super::field;
use super::id::MessageId;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::{Contact, Envelope, MailAddress};
use std::ops::Range;
use std::time::SystemTime;

/// Fields that are taken out: those that are set here, and what only a receiving server writes.
const TAKEN_OUT: [&str; 5] = ["from", "sender", "bcc", "resent-bcc", "return-path"];
/// What is taken out of a message that is sent on: it stays its author's.
const TAKEN_OUT_OF_RESENT: [&str; 3] = ["bcc", "resent-bcc", "return-path"];
/// What says who wrote a message that is sent on, in one field each.
const ONCE: [&str; 2] = ["From", "Sender"];
/// What is taken out of the fields that say who sends it on.
const TAKEN_OUT_OF_BLOCK: [&str; 3] = ["resent-from", "resent-sender", "resent-bcc"];

/// Makes the finished message `raw` one from `mailbox`, on behalf of which `sender` writes if
/// there is one. It goes to `recipients`, or if there are none to its To, Cc and Bcc. From keeps the
/// name that it has, unless `name` is given. A missing Date or Message-ID is added. The body stays
/// as it is, but for lone line feeds, which become CRLF.
///
/// Where its first Resent fields are from `mailbox`, it is sent on: From and Sender stay its
/// author's, Resent-From and Resent-Sender are set instead, and it goes to Resent-To, Resent-Cc and
/// Resent-Bcc. Resent fields of others only tell where it has been.
///
/// A byte order mark before it, and the line `From …` that mailbox files have, are left out.
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
    let raw = with_crlf(bare(raw)?);
    let raw = Raw::split(&raw)?;
    let by = By {
        mailbox,
        name,
        sender,
        recipients,
    };
    match raw.resent(mailbox) {
        Some(block) => raw.send_on(block, &by),
        None => raw.send(&by),
    }
}

/// Who sends it, under what name, and to whom where that is said.
struct By<'b> {
    mailbox: &'b MailAddress,
    name: Option<String>,
    sender: Option<&'b Contact>,
    recipients: &'b [Contact],
}

/// What stands before all that is kept.
struct Head {
    id: MessageId,
    fields: String,
    envelope: Envelope,
}

impl Head {
    fn compose(self, hidden: &[u8], rest: &[u8]) -> Result<Composed> {
        Composed::new(self.id, self.envelope, self.fields, hidden, rest)
    }
}

/// Whole fields with `prefix` before the name of each.
pub(super) fn prefixed(prefix: &str, fields: &str) -> String {
    let lines = fields.split_inclusive('\n').map(|line| match line {
        folded if folded.starts_with([' ', '\t']) => folded.to_owned(),
        first => format!("{prefix}{first}"),
    });
    lines.collect()
}

/// The message without what stands before its first field.
fn bare(raw: &[u8]) -> Result<&[u8]> {
    if raw.starts_with(b"\xff\xfe") || raw.starts_with(b"\xfe\xff") {
        let what = "the message is UTF-16 text, which mail is not written in";
        let hint = "iconv -f UTF-16 -t UTF-8 makes a message of it";
        return Err(Error::new(Exit::BadInput, what).hint(hint));
    }
    if raw.trim_ascii().is_empty() {
        return Err(Error::new(
            Exit::BadInput,
            "there is no message: it is empty",
        ));
    }
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    if raw.starts_with(b"From ") {
        let end = raw.iter().position(|b| *b == b'\n');
        return Ok(end.map_or(&[][..], |end| &raw[end + 1..]));
    }
    Ok(raw)
}

/// A message, cut.
struct Raw<'a> {
    fields: Vec<Field<'a>>,
    /// The rest, from the empty line on.
    body: &'a [u8],
}

/// One header field with its line end.
#[derive(Clone, Copy)]
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

    fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.is(name))
    }

    /// Whether it is called `name`, and holds none that could be read: another one replaces it.
    fn is_unread(&self, name: &str) -> bool {
        self.is(name) && self.message_id().is_none()
    }

    fn is_resent(&self) -> bool {
        let start = self.name.get(..b"resent-".len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(b"resent-"))
    }

    /// The name of the first whom it names.
    fn name(&self) -> Result<Option<String>> {
        Ok(self.contacts()?.into_iter().find_map(|c| c.name))
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

    /// The fields that `by` alone says: who it is from, its name and its date, where these are called
    /// `prefix` and what they always are.
    fn head(&self, prefix: &str, by: &By<'_>) -> Result<Head> {
        let name = match (&by.name, self.find(&format!("{prefix}from")).next()) {
            (None, Some(field)) => field.name()?,
            (name, _) => name.clone(),
        };
        let mut fields = prefixed(prefix, &from(by.mailbox, name.as_ref(), by.sender)?);
        let id = format!("{prefix}message-id");
        let id = self.find(&id).find_map(Field::message_id);
        let id = id.unwrap_or_else(|| {
            let id = MessageId::generate(by.mailbox.domain());
            fields += &prefixed(prefix, &field::ids("Message-ID", std::slice::from_ref(&id)));
            id
        });
        if self.find(&format!("{prefix}date")).next().is_none() {
            fields += &prefixed(prefix, &field::date(SystemTime::now()));
        }
        let envelope = match by.recipients {
            [] => envelope(by.mailbox, by.sender, &self.recipients(prefix)?)?,
            given => envelope(by.mailbox, by.sender, given)?,
        };
        Ok(Head {
            id,
            fields,
            envelope,
        })
    }

    /// From the mailbox.
    fn send(&self, by: &By<'_>) -> Result<Composed> {
        let head = self.head("", by)?;
        let kept = |f: &&Field<'_>| !f.is_unread("message-id") && !f.is_one_of(&TAKEN_OUT);
        let mut rest: Vec<_> = self.fields.iter().filter(kept).map(|f| f.bytes).collect();
        rest.push(self.body);
        head.compose(&self.hidden(), &rest.concat())
    }

    /// From its author, by the mailbox: what the fields in `block` say.
    fn send_on(&self, block: Range<usize>, by: &By<'_>) -> Result<Composed> {
        self.has_one_author()?;
        let resent = Raw {
            fields: self.fields[block.clone()].to_vec(),
            body: b"",
        };
        let head = resent.head("Resent-", by)?;
        // What was added last stands first, and together.
        let own =
            |f: &&Field<'_>| !f.is_unread("resent-message-id") && !f.is_one_of(&TAKEN_OUT_OF_BLOCK);
        let mut rest: Vec<_> = resent.fields.iter().filter(own).map(|f| f.bytes).collect();
        for (number, field) in self.fields.iter().enumerate() {
            if !block.contains(&number) && !field.is_one_of(&TAKEN_OUT_OF_RESENT) {
                rest.push(field.bytes);
            }
        }
        rest.push(self.body);
        head.compose(&self.hidden(), &rest.concat())
    }

    /// The first fields beside each other that say who sent it on, where that is `mailbox`.
    fn resent(&self, mailbox: &MailAddress) -> Option<Range<usize>> {
        let start = self.fields.iter().position(Field::is_resent)?;
        let length = self.fields[start..].iter().take_while(|f| f.is_resent());
        let block = start..start + length.count();
        let mut from = self.fields[block.clone()].iter();
        let ours = from.any(|field| {
            let contacts = field.is("resent-from").then(|| field.contacts().ok());
            let mut contacts = contacts.flatten().into_iter().flatten();
            contacts.any(|contact| contact.address.is_same(mailbox))
        });
        ours.then_some(block)
    }

    /// Those who get it without the others knowing: they are named in the copy alone.
    fn hidden(&self) -> Vec<u8> {
        let hidden = |f: &&Field<'_>| f.is_one_of(&["bcc", "resent-bcc"]);
        let fields: Vec<_> = self.fields.iter().filter(hidden).map(|f| f.bytes).collect();
        fields.concat()
    }

    /// A message that says two authors in two fields shows each of them to somebody: what stays its
    /// author's has one of each (RFC 5322, section 3.6).
    fn has_one_author(&self) -> Result<()> {
        for name in ONCE {
            let count = self.find(name).count();
            if count > 1 {
                let what = format!("the message that is sent on has {count} {name} fields");
                let hint = "a message has one (RFC 5322): leave the others out";
                return Err(Error::new(Exit::BadInput, what).hint(hint));
            }
        }
        Ok(())
    }

    fn find(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    fn recipients(&self, prefix: &str) -> Result<Vec<Contact>> {
        let mut all = Vec::new();
        for name in ["to", "cc", "bcc"] {
            for field in self.find(&format!("{prefix}{name}")) {
                all.extend(field.contacts()?);
            }
        }
        Ok(all)
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

    fn recipients(composed: &Composed) -> Vec<String> {
        let to = composed.envelope.to.iter();
        to.map(ToString::to_string).collect()
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
        assert_eq!(
            recipients(&composed),
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
            b"From support@example.test Mon Jan 1\nno field\n\n",
            b"From support@example.test Mon Jan 1",
            b"\xff\xfeT\0o\0",
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
    fn what_stands_before_a_message_is_left_out() {
        for before in [
            "\u{feff}",
            "From x@y.test Mon Jan  1 12:00:00 2024\n",
            "\u{feff}From x\r\n",
        ] {
            let raw = format!("{before}To: a@example.test\nBcc: b@example.test\n\nx\n");
            let composed = compose(raw.as_bytes(), None).unwrap();
            let wire = text(&composed.wire());
            assert!(
                wire.contains("\r\nTo: a@example.test\r\n\r\nx\r\n"),
                "{wire}"
            );
            assert_eq!(composed.envelope.to.len(), 2);
        }
    }

    const RESENT: &str = "Received: x\nResent-From: Help <Support@example.test>\nResent-To: new@x.test\n\
        Resent-Bcc: secret@z.test\nResent-Date: then\nFrom: x@y.test\nSender: s@y.test\nTo: old@example.test\n\
        Bcc: b@y.test\nResent-From: before@y.test\nResent-Bcc: b2@y.test\nSubject: x\nMessage-ID: <1@y.test>\n\
        Date: x\n\nbody\n";

    #[test]
    fn a_message_that_is_sent_on_stays_its_authors() {
        let carol = Contact::new(address("carol@example.test"));
        let composed = compose(RESENT.as_bytes(), Some(&carol)).unwrap();
        let wire = text(&composed.wire());
        let id = composed.message_id.to_string();
        assert_eq!(
            wire,
            format!(
                "Resent-From: Help <support@example.test>\r\nResent-Sender: carol@example.test\r\n\
                 Resent-Message-ID: {id}\r\nResent-To: new@x.test\r\nResent-Date: then\r\nReceived: x\r\n\
                 From: x@y.test\r\nSender: s@y.test\r\nTo: old@example.test\r\n\
                 Resent-From: before@y.test\r\nSubject: x\r\nMessage-ID: <1@y.test>\r\nDate: x\r\n\r\nbody\r\n"
            )
        );
        assert_eq!(recipients(&composed), ["new@x.test", "secret@z.test"]);
        assert_eq!(composed.envelope.from, carol.address);
        assert!(text(composed.filed()).contains("Resent-Bcc: secret@z.test\r\n"));
    }

    #[test]
    fn a_message_of_two_authors_is_not_sent_on() {
        for (twice, named) in [
            ("From: x@y.test\n", "2 From"),
            ("Sender: s@y.test\n", "2 Sender"),
        ] {
            let raw = RESENT.replace(twice, &twice.repeat(2));
            let error = compose(raw.as_bytes(), None).unwrap_err();
            assert_eq!(error.exit(), Exit::BadInput);
            assert!(error.to_string().contains(named), "{error}");
        }
    }

    #[test]
    fn what_others_sent_on_is_a_message_like_any_other() {
        let raw = RESENT.replace("Support@example.test", "other@example.test");
        let composed = compose(raw.as_bytes(), None).unwrap();
        let wire = text(&composed.wire());
        assert!(wire.starts_with("From: support@example.test\r\n"), "{wire}");
        assert!(!wire.contains("Bcc"), "{wire}");
        assert_eq!(recipients(&composed), ["old@example.test", "b@y.test"]);
    }

    #[test]
    fn a_message_without_a_body_is_one() {
        let composed = compose(b"To: a@example.test\nSubject: x", None).unwrap();
        assert!(text(&composed.wire()).ends_with("Subject: x\r\n"));
    }
}
