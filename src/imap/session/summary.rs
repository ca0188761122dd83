//! What a list tells of each message (RFC 9051, section 6.4.5).

use super::Session;
use super::selected::flags;
use crate::error::Result;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::{Cursor, Malformed};
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::uids::Uids;
use chrono::{DateTime, FixedOffset};
use std::borrow::Cow;
use std::collections::HashSet;

/// So many messages are asked for by one command, and as many ranges: a line that every server takes.
const MESSAGES: u32 = 1_000;
const RANGES: usize = 250;
/// So many commands are under way at once.
const COMMANDS: usize = 8;
/// The most bytes of a header that are kept.
pub const LONGEST_HEADER: usize = 64 << 10;

/// Which fields of a header are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFields<'a> {
    /// Those that a list tells.
    Listed,
    /// Those that name messages.
    Naming,
    /// Those of these names, with blanks between them.
    Named(&'a str),
    /// The same, and since when the message lies in the folder, where the server knows (SAVEDATE, RFC 8514).
    Saved(&'a str),
    /// None: when each message arrived, how long it is, and what it carries.
    Sized,
    /// None, and not how long it is either, which some servers know by reading it to its end.
    Arrived,
}

impl<'a> HeaderFields<'a> {
    const fn names(self) -> Option<&'a str> {
        match self {
            HeaderFields::Listed => Some("DATE FROM TO CC SUBJECT MESSAGE-ID"),
            HeaderFields::Naming => Some("MESSAGE-ID IN-REPLY-TO REFERENCES"),
            HeaderFields::Named(names) | HeaderFields::Saved(names) => Some(names),
            HeaderFields::Sized | HeaderFields::Arrived => None,
        }
    }

    /// What the answer to this tells, and nothing that is told unasked.
    pub(super) const fn proof(self) -> &'static [u8] {
        match self {
            HeaderFields::Arrived => b"INTERNALDATE",
            _ => b"RFC822.SIZE",
        }
    }
}

impl Session {
    /// Hands `take` each message of `uids` in the folder that is selected, each once, with the header fields that
    /// are `asked` for as they stand there; its head is empty yet. None is marked as read. Those that are gone by now are
    /// not told.
    ///
    /// # Errors
    /// When the session breaks, or somebody wants to stop; the inner one where the server refuses.
    pub fn summaries(
        &mut self,
        uids: &Uids,
        asked: HeaderFields<'_>,
        pace: &Pace,
        take: &mut dyn FnMut(Message, &[u8]),
    ) -> Result<Result<(), Refusal>> {
        let mut told = Told {
            take,
            of: uids,
            proof: asked.proof(),
            seen: HashSet::new(),
        };
        let items = self.items(asked);
        let request = |part: &Uids| Request::plain("UID FETCH").raw(format!("{part} {items}"));
        for parts in uids.parts(MESSAGES, RANGES).chunks(COMMANDS) {
            let requests: Vec<Request> = parts.iter().map(request).collect();
            let batch = self.link.run(&requests, pace, &mut told);
            if let Some(error) = batch.broken {
                return Err(error);
            }
            if let Some(refusal) = batch.answers.iter().find_map(Answer::refusal) {
                return Ok(Err(refusal));
            }
            if batch
                .answers
                .iter()
                .any(|answer| matches!(answer, Answer::Unsent))
            {
                return Err(crate::error::Error::new(
                    crate::exit::Exit::Interrupted,
                    "interrupted",
                ));
            }
        }
        Ok(Ok(()))
    }
}

impl Session {
    /// What FETCH is asked for.
    pub(super) fn items(&self, asked: HeaderFields<'_>) -> String {
        let tells = matches!(asked, HeaderFields::Saved(_)) && self.capabilities().has("SAVEDATE");
        let saved = if tells { "SAVEDATE " } else { "" };
        match (asked, asked.names()) {
            (_, Some(fields)) => {
                format!(
                    "(UID FLAGS INTERNALDATE {saved}RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({fields})])"
                )
            }
            (HeaderFields::Arrived, None) => "(UID FLAGS INTERNALDATE)".to_owned(),
            (_, None) => "(UID FLAGS INTERNALDATE RFC822.SIZE)".to_owned(),
        }
    }
}

/// What FETCH tells of each.
struct Told<'t> {
    take: &'t mut dyn FnMut(Message, &[u8]),
    of: &'t Uids,
    proof: &'static [u8],
    seen: HashSet<u32>,
}

impl Collect for Told<'_> {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        let Some((message, header)) = summary(&mut data, self.proof)? else {
            return Ok(());
        };
        // What was not asked for is nobody's.
        if self.of.contains(message.uid) && self.seen.insert(message.uid) {
            (self.take)(message, cut(&header));
        }
        Ok(())
    }
}

/// As much of `header` as is kept.
pub(super) fn cut(header: &[u8]) -> &[u8] {
    header.get(..LONGEST_HEADER).unwrap_or(header)
}

/// A message, and the fields of its header that were asked for.
pub(super) type Summary<'d> = (Message, Cow<'d, [u8]>);

/// What FETCH tells in `data` of a message, and the fields of its header; nothing of one without the item `proof`, as
/// what is told unasked has none.
pub(super) fn summary<'d>(
    data: &mut Data<'d>,
    proof: &[u8],
) -> Result<Option<Summary<'d>>, Malformed> {
    if !data.is("FETCH") {
        return Ok(None);
    }
    let mut message = Message::default();
    let (mut is_whole, mut header) = (false, None);
    let values = &mut data.values;
    values.expect(b'(')?;
    while !values.eat(b')') {
        let item = values.word()?;
        is_whole |= item.eq_ignore_ascii_case(proof);
        if item.eq_ignore_ascii_case(b"UID") {
            message.uid = u32::try_from(values.number()?).map_err(|_| Malformed)?;
        } else if item.eq_ignore_ascii_case(b"RFC822.SIZE") {
            message.size = values.number()?;
        } else if item.eq_ignore_ascii_case(b"INTERNALDATE") {
            message.arrived = values.nstring()?.and_then(|text| date(&text));
        } else if item.eq_ignore_ascii_case(b"SAVEDATE") {
            message.saved = values.nstring()?.and_then(|text| date(&text));
        } else if item.eq_ignore_ascii_case(b"FLAGS") {
            let mut words = Vec::new();
            flags(values, &mut words)?;
            let (own, keywords): (Vec<&str>, _) =
                words.into_iter().partition(|word| word.starts_with('\\'));
            // Whether this session is the first to see it says nothing of the message.
            let lasting = own
                .into_iter()
                .filter(|flag| !flag.eq_ignore_ascii_case("\\Recent"));
            message.flags = lasting.map(str::to_ascii_lowercase).collect();
            message.keywords = keywords.into_iter().map(str::to_owned).collect();
        } else if item
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"BODY["))
        {
            section(item, values)?;
            header = values.nstring()?;
        } else {
            values.skip()?;
        }
    }
    let is_meant = is_whole && message.uid > 0;
    Ok(is_meant.then(|| (message, header.unwrap_or_default())))
}

/// Goes past `[HEADER.FIELDS (DATE FROM)]`, of which `item` is the beginning.
fn section(item: &[u8], values: &mut Cursor<'_>) -> Result<(), Malformed> {
    if item.contains(&b']') {
        return Ok(());
    }
    values.skip()?;
    match values.word()?.starts_with(b"]") {
        true => Ok(()),
        false => Err(Malformed),
    }
}

/// `" 7-Feb-1994 21:52:25 -0800"` (RFC 9051, section 9, date-time).
fn date(text: &[u8]) -> Option<DateTime<FixedOffset>> {
    let text = std::str::from_utf8(text).ok()?;
    DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn each_message_is_told_once_and_only_where_it_was_asked_for() {
        let (mut session, script) = dialogue(
            "",
            "C: S1 UID FETCH 4:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID)])
             S: * 1 FETCH (UID 4 RFC822.SIZE 120 INTERNALDATE \" 7-Feb-2026 21:52:25 +0100\" FLAGS (\\Seen $label1) BODY[HEADER.FIELDS (DATE FROM)] {12}
             S: Subject: a
             S: )
             S: * 2 FETCH (FLAGS (\\Deleted))
             S: * 1 FETCH (UID 4 RFC822.SIZE 1)
             S: * 3 FETCH (UID 7 RFC822.SIZE 1)
             S: * 4 FETCH (body[header.fields (\"DATE\")]<0> NIL INTERNALDATE \"never\" UID 9 RFC822.SIZE 3)
             S: S1 OK done",
        );
        let mut all = Vec::new();
        let uids = "4:5,9".parse().unwrap();
        let mut take = |message: Message, header: &[u8]| {
            all.push((message, String::from_utf8_lossy(header).into_owned()));
        };
        let told = session.summaries(&uids, HeaderFields::Listed, &Pace::unattended(), &mut take);
        told.unwrap().unwrap();
        script.join().unwrap();
        let [(first, header), (second, none)] = &all[..] else {
            panic!("{all:?}");
        };
        assert_eq!(
            (first.uid, first.size, header.as_str()),
            (4, 120, "Subject: a\r\n")
        );
        assert_eq!(
            first.arrived.unwrap().to_rfc3339(),
            "2026-02-07T21:52:25+01:00"
        );
        assert!(first.has("\\Seen") && first.keywords == ["$label1"]);
        assert_eq!((second.uid, second.arrived, none.as_str()), (9, None, ""));
    }

    #[test]
    fn since_when_it_lies_there_is_asked_where_the_server_knows() {
        let (mut session, script) = dialogue(
            "SAVEDATE",
            "C: S1 UID FETCH 4:5 (UID FLAGS INTERNALDATE SAVEDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE)])
             S: * 1 FETCH (UID 4 SAVEDATE \" 7-Feb-2026 21:52:25 +0100\" RFC822.SIZE 120 BODY[HEADER.FIELDS (DATE)] NIL)
             S: * 2 FETCH (UID 5 SAVEDATE NIL RFC822.SIZE 120 BODY[HEADER.FIELDS (DATE)] NIL)
             S: S1 OK done",
        );
        let mut all = Vec::new();
        let mut take =
            |message: Message, _: &[u8]| all.push(message.saved.map(|at| at.to_rfc3339()));
        let fields = HeaderFields::Saved("DATE");
        let uids = "4:5".parse().unwrap();
        let told = session.summaries(&uids, fields, &Pace::unattended(), &mut take);
        told.unwrap().unwrap();
        script.join().unwrap();
        assert_eq!(all, [Some("2026-02-07T21:52:25+01:00".to_owned()), None]);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "7-Feb-1994",
            "32-Feb-1994 21:52:25 -0800",
            "07-Feb-1994 21:52:25",
        ] {
            assert_eq!(date(text.as_bytes()), None, "{text}");
        }
        assert!(date(b"17-Jul-1996 02:44:25 -0700").is_some());
    }
}
