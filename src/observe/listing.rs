//! The messages that a query means, as a list tells of them.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Part, Refusal, Selected, Session};
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
    /// How many are among them of which only the beginning could be judged, and the server says that they
    /// are meant.
    pub taken_at_its_word: u64,
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
    let mut all = Vec::with_capacity(folders.len());
    for folder in folders {
        all.push(listed(&mut opened.session, &folder.wire, query, pace)?);
        (pace.tick)(1);
    }
    Ok(all)
}

/// The longest message that is read as a whole, in bytes.
const LONGEST: usize = 64 << 20;

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

fn listed(
    session: &mut Session,
    wire: &WireName,
    query: &Query,
    pace: &Pace,
) -> Result<Result<Listed, String>> {
    let selected = match enter_to_look(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    // Some refuse to search where nothing is.
    let judged = match selected.messages {
        0 => Ok(Listed::default()),
        _ => judged(session, query, pace)?,
    };
    Ok(judged.map(|listed| Listed {
        uid_validity: selected.uid_validity,
        ..listed
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
) -> Result<Result<Listed, String>> {
    let mut listed = Listed::default();
    let found = match narrowed(session, query)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let mut take = |mut message: Message, header: &[u8]| {
        message.head = head(header);
        if matches(query, &message) {
            listed.messages.push(message);
        }
    };
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    if let Err(refusal) = session.summaries(&found, &quiet, &mut take)? {
        return Ok(Err(refusal.to_string()));
    }
    if let Some(part) = &query.text {
        let mut kept = Vec::new();
        for message in std::mem::take(&mut listed.messages) {
            match holds(session, &message, part)? {
                Ok(Some(true)) => kept.push(message),
                Ok(Some(false)) => {}
                Ok(None) => {
                    listed.taken_at_its_word += 1;
                    kept.push(message);
                }
                Err(why) => return Ok(Err(why)),
            }
        }
        listed.messages = kept;
    }
    listed.messages.sort_by_key(|message| message.uid);
    Ok(Ok(listed))
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

/// Whether the text of `message` holds `part`; none where no more than its beginning was read, which does
/// not.
fn holds(
    session: &mut Session,
    message: &Message,
    part: &str,
) -> Result<Result<Option<bool>, String>> {
    let text = match session.beginning(message.uid, Part::Beginning)? {
        Ok(text) => text.unwrap_or_default(),
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let parsed = MessageParser::default().parse(&text[..]);
    let is_there = parsed.is_some_and(|parsed| contains(&body::text(&parsed).text, part));
    let is_whole = text.len() as u64 >= message.size;
    Ok(Ok((is_there || is_whole).then_some(is_there)))
}
