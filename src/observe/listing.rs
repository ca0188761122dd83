//! The messages that a query means, as a list tells of them.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Refusal, Selected, Session};
use crate::mail::body;
use crate::mail::message::head;
use crate::model::folder::WireName;
use crate::model::matching::{contains, matches};
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::model::uids::Uids;
use crate::reach::Opened;
use chrono::Days;
use mail_parser::MessageParser;

/// The messages of a folder that are meant.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// The identity of its numbering; absent where the server does not tell.
    pub uid_validity: Option<u32>,
    /// They, by their UIDs.
    pub messages: Vec<Message>,
    /// How many are among them that are too long to be read to their end: what was read does not hold the text,
    /// and the rest may.
    pub not_read_to_the_end: u64,
}

/// What takes messages as they come, one folder after the other.
pub(super) trait Fold {
    /// One more of `folder`, in no order.
    fn message(&mut self, folder: &Folder, message: Message);

    /// `folder` is at its end; or why it could not be looked into, or not to its end.
    fn end(&mut self, folder: &Folder, looked: Result<Looked, String>);
}

/// What is told of a folder beside its messages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looked {
    /// The identity of its numbering; absent where the server does not tell.
    pub uid_validity: Option<u32>,
    /// As [`Listed::not_read_to_the_end`].
    pub not_read_to_the_end: u64,
}

/// The messages of each of `folders` that `query` means, in their order; a refusal in the server's words.
/// None is marked as read.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was found.
pub fn listing(
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
) -> Result<Vec<Result<Listed, String>>> {
    let mut lists = Lists::default();
    fold(opened, folders, query, pace, &mut lists)?;
    Ok(lists.all)
}

/// Hands `into` the messages of each of `folders` that `query` means; none is kept, and none marked as read.
///
/// # Errors
/// As [`listing`].
pub(super) fn fold(
    opened: &mut Opened,
    folders: &[&Folder],
    query: &Query,
    pace: &Pace,
    into: &mut dyn Fold,
) -> Result<()> {
    for folder in folders {
        let mut take = |message| into.message(folder, message);
        let looked = looked(&mut opened.session, &folder.wire, query, pace, &mut take)?;
        into.end(folder, looked);
        (pace.tick)(1);
    }
    Ok(())
}

/// All of them.
#[derive(Default)]
struct Lists {
    current: Vec<Message>,
    all: Vec<Result<Listed, String>>,
}

impl Fold for Lists {
    fn message(&mut self, _: &Folder, message: Message) {
        self.current.push(message);
    }

    fn end(&mut self, _: &Folder, looked: Result<Looked, String>) {
        let messages = in_order(std::mem::take(&mut self.current));
        self.all.push(looked.map(|looked| Listed {
            uid_validity: looked.uid_validity,
            messages,
            not_read_to_the_end: looked.not_read_to_the_end,
        }));
    }
}

fn in_order(mut messages: Vec<Message>) -> Vec<Message> {
    messages.sort_by_key(|message| message.uid);
    messages
}

/// The longest message that is read as a whole, in bytes.
pub const LONGEST: usize = 64 << 20;
/// So much of it is read first for its text.
const BEGINNING: usize = 512 << 10;

/// The message `uid` in `folder`, as it lies there; one that is longer than anybody reads is cut. It is not
/// marked as read.
///
/// # Errors
/// That it is gone, or the server's refusal, and whatever the session may meet.
pub fn whole(opened: &mut Opened, folder: &Folder, uid: u32) -> Result<Vec<u8>> {
    let session = &mut opened.session;
    let refused =
        |what: &str, refusal: Refusal| refusal.error(&format!("{what} in {:?}", folder.path));
    let entered = session.examine(&folder.wire)?;
    entered.map_err(|refusal| refused("EXAMINE", refusal))?;
    let text = session.whole(uid, LONGEST)?;
    let text = text.map_err(|refusal| refused("FETCH", refusal))?;
    text.ok_or_else(|| {
        let what = format!("the message is not in {:?} any more", folder.path);
        Error::new(Exit::NotFound, what)
    })
}

fn looked(
    session: &mut Session,
    wire: &WireName,
    query: &Query,
    pace: &Pace,
    take: &mut dyn FnMut(Message),
) -> Result<Result<Looked, String>> {
    let selected = match enter_to_look(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    // Some refuse to search where nothing is.
    let taken = match selected.messages {
        0 => Ok(0),
        _ => folded(session, query, pace, take)?,
    };
    Ok(taken.map(|not_read_to_the_end| Looked {
        uid_validity: selected.uid_validity,
        not_read_to_the_end,
    }))
}

/// EXAMINE: nothing is to be changed.
fn enter_to_look(
    session: &mut Session,
    wire: &WireName,
    pace: &Pace,
) -> Result<Result<Selected, String>> {
    if pace.stopped() {
        return Err(Error::new(Exit::Interrupted, "interrupted"));
    }
    let selected = session.examine(wire)?;
    Ok(selected.map_err(|refusal| refusal.to_string()))
}

/// The messages of the folder that is selected which `query` means.
pub(super) fn judged(
    session: &mut Session,
    query: &Query,
    pace: &Pace,
) -> Result<Result<Vec<Message>, String>> {
    let mut messages = Vec::new();
    let folded = folded(session, query, pace, &mut |message| messages.push(message))?;
    Ok(folded.and_then(|not_read_to_the_end| match not_read_to_the_end {
        0 => Ok(in_order(messages)),
        // Nobody changes what may not be meant.
        n => Err(format!(
            "(whether {n} of its messages hold the text is not known: they are longer than 64 MiB)"
        )),
    }))
}

/// So many messages wait at once for their text to be read.
const WAITING: u32 = 8_000;

/// Hands `take` the messages of the folder that is selected which `query` means; how many of them may be, and
/// are too long to be read to their end.
fn folded(
    session: &mut Session,
    query: &Query,
    pace: &Pace,
    take: &mut dyn FnMut(Message),
) -> Result<Result<u64, String>> {
    let found = match narrowed(session, query)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let Some(text) = &query.text else {
        return Ok(summed_up(session, &found, query, pace, take)?.map(|()| 0));
    };
    let mut not_read_to_the_end = 0;
    for part in found.parts(WAITING, usize::MAX) {
        // The texts can be asked for when the headers have come.
        let mut waiting = Vec::new();
        let mut wait = |message| waiting.push(message);
        if let Err(why) = summed_up(session, &part, query, pace, &mut wait)? {
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
    query: &Query,
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
    let summaries = session.summaries(found, &quiet, &mut judge)?;
    Ok(summaries.map_err(|refusal| refusal.to_string()))
}

/// Those among which the messages are that `query` means.
fn narrowed(session: &mut Session, query: &Query) -> Result<Result<Uids, String>> {
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
