//! Whose turn it is to move the mail of a mailbox, as entries beside its settings say.

use crate::error::Result;
use crate::imap::{HeaderFields, Refusal, Session, Way};
use crate::mail::turn;
use crate::model::folder::WireName;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::turn::{Entry, Turns};
use std::cmp::Reverse;

/// No more messages are looked at.
const MOST: usize = 400;

/// What the entries in the folder called `wire` say; it is open for changes then.
///
/// # Errors
/// When the session breaks; the inner one where the server refuses.
pub fn turns_in(session: &mut Session, wire: &WireName) -> Result<Result<Turns, Refusal>> {
    // What comes by mail is no draft, and who may only add to the folder makes none.
    let mut drafts = Vec::new();
    let mut take = |message: Message, header: &[u8]| {
        drafts.push((message.uid, entry(&message, header)));
    };
    let (asked, pace) = ((HeaderFields::Listed, Way::Change), Pace::unattended());
    if let Err(refusal) = session.drafts(wire, asked, &pace, &mut take)? {
        return Ok(Err(refusal));
    }
    drafts.sort_unstable_by_key(|(uid, _)| Reverse(*uid));
    let latest = drafts.into_iter().take(MOST);
    let entries = latest.filter_map(|(_, entry)| entry).collect();
    Ok(Ok(Turns::new(entries)))
}

/// What `message` with this header says of a turn, where it is such an entry.
pub(super) fn entry(message: &Message, header: &[u8]) -> Option<Entry> {
    Some(Entry {
        uid: message.uid,
        arrived: message.arrived?,
        is_left: message.has("\\Deleted"),
        ticket: turn::read(header)?,
    })
}
