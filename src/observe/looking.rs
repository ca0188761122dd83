//! Looking into one folder: the messages there that a query means, each by itself.

use crate::error::Result;
use crate::imap::{HeaderFields, Selected, Session};
use crate::mail::body;
use crate::mail::message::head;
use crate::model::folder::WireName;
use crate::model::matching::{contains, matches};
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::selection::Query;
use crate::model::uids::Uids;
use chrono::Days;
use mail_parser::MessageParser;

/// The longest message that is read as a whole, in bytes.
pub const LONGEST: usize = 64 << 20;
/// So much of it is read first for its text.
const BEGINNING: usize = 512 << 10;

/// EXAMINE: nothing is to be changed.
pub(super) fn enter_to_look(
    session: &mut Session,
    wire: &WireName,
    pace: &Pace,
) -> Result<Result<Selected, String>> {
    pace.must_go_on()?;
    let selected = session.examine(wire)?;
    Ok(selected.map_err(|refusal| refusal.to_string()))
}

/// So many folders are looked into in one stream.
pub(super) const AT_ONCE: usize = 8;

/// The messages of the folder that is selected which `query` means, of which no more is told than what is `asked` for.
pub(super) fn judged(
    session: &mut Session,
    query: &Query,
    asked: HeaderFields<'_>,
    pace: &Pace,
) -> Result<Result<Vec<Message>, String>> {
    let mut messages = Vec::new();
    let mut take = |message| messages.push(message);
    let folded = folded(session, query, asked, pace, &mut take)?;
    Ok(
        folded.and_then(|not_read_to_the_end| match not_read_to_the_end {
            0 => Ok(in_order(messages)),
            n => Err(not_known(n)),
        }),
    )
}

/// Why nobody changes what may not be meant.
pub(super) fn not_known(messages: u64) -> String {
    format!(
        "(whether {messages} of its messages hold the text is not known: they are longer than 64 MiB)"
    )
}

pub(super) fn in_order(mut messages: Vec<Message>) -> Vec<Message> {
    messages.sort_by_key(|message| message.uid);
    messages
}

/// So many messages wait at once for their text to be read.
const WAITING: u32 = 8_000;

/// Hands `take` the messages of the folder that is selected which `query` means; how many of them may be, and
/// are too long to be read to their end.
pub(super) fn folded(
    session: &mut Session,
    query: &Query,
    asked: HeaderFields<'_>,
    pace: &Pace,
    take: &mut dyn FnMut(Message),
) -> Result<Result<u64, String>> {
    let found = match narrowed(session, query)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let Some(text) = &query.text else {
        return Ok(summed_up(session, &found, (query, asked), pace, take)?.map(|()| 0));
    };
    let mut not_read_to_the_end = 0;
    for part in found.parts(WAITING, usize::MAX) {
        // The texts can be asked for when the headers have come.
        let mut waiting = Vec::new();
        let mut wait = |message| waiting.push(message);
        if let Err(why) = summed_up(session, &part, (query, asked), pace, &mut wait)? {
            return Ok(Err(why));
        }
        for message in waiting {
            match holds(session, &message, text)? {
                Ok(Some(true)) => take(message),
                Ok(Some(false)) => {}
                Ok(None) => {
                    not_read_to_the_end += 1;
                    take(message);
                }
                Err(why) => return Ok(Err(why)),
            }
        }
    }
    Ok(Ok(not_read_to_the_end))
}

/// Hands `take` those of `found` that `query` means by all but their text.
fn summed_up(
    session: &mut Session,
    found: &Uids,
    (query, asked): (&Query, HeaderFields<'_>),
    pace: &Pace,
    take: &mut dyn FnMut(Message),
) -> Result<Result<(), String>> {
    let mut judge = |mut message: Message, header: &[u8]| {
        message.head = head(header);
        if matches(query, &message) {
            take(message);
        }
    };
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let summaries = session.summaries(found, asked, &quiet, &mut judge)?;
    Ok(summaries.map_err(|refusal| refusal.to_string()))
}

/// What a server is asked that is to find all that `query` means, whatever else it finds.
pub(super) fn widened(session: &Session, query: &Query) -> Query {
    let mut wide = query.clone();
    // Which day it is depends on whose clock is asked.
    wide.since = wide
        .since
        .and_then(|day| day.checked_sub_days(Days::new(1)));
    wide.before = wide
        .before
        .and_then(|day| day.checked_add_days(Days::new(1)));
    // Gmail finds whole words alone.
    if session.capabilities().has("X-GM-EXT-1") {
        wide = wide.without_texts();
    }
    wide
}

/// Those among which the messages are that `query` means.
fn narrowed(session: &mut Session, query: &Query) -> Result<Result<Uids, String>> {
    let wide = widened(session, query);
    let found = session.find(&wide)?;
    let found = match found {
        // A server need not know what is not ASCII (RFC 9051, section 6.4.4).
        Err(refusal) if !refusal.denies() && !wide.is_ascii() => {
            session.find(&wide.without_texts())?
        }
        found => found,
    };
    Ok(found.map_err(|refusal| refusal.to_string()))
}

/// Whether the text of `message` holds `part`; none where it is too long to be read to its end, and what was
/// read does not.
fn holds(
    session: &mut Session,
    message: &Message,
    part: &str,
) -> Result<Result<Option<bool>, String>> {
    let is_there = |text: &[u8]| {
        let parsed = MessageParser::default().parse(text);
        parsed.is_some_and(|parsed| contains(&body::text(&parsed).text, part))
    };
    // Most texts stand before what goes with them.
    for most in [BEGINNING, LONGEST] {
        let text = match session.whole(message.uid, most)? {
            Ok(Some(text)) => text,
            // It is gone.
            Ok(None) => return Ok(Ok(Some(false))),
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        if is_there(&text) {
            return Ok(Ok(Some(true)));
        }
        // Whatever the server says of its size, there was no more.
        if text.len() < most {
            return Ok(Ok(Some(false)));
        }
    }
    Ok(Ok(None))
}
