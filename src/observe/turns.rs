//! Whose turn it is to move the mail of a mailbox, as entries beside its settings say.

use crate::error::Result;
use crate::imap::{HeaderFields, Refusal, Session};
use crate::mail::turn;
use crate::model::folder::WireName;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::turn::{Entry, Turns};
use crate::model::uids::Uids;

/// No more messages are looked at.
const MOST: usize = 400;

/// What the entries in the folder called `wire` say; it is open for changes then.
///
/// # Errors
/// When the session breaks; the inner one where the server refuses.
pub fn turns_in(session: &mut Session, wire: &WireName) -> Result<Result<Turns, Refusal>> {
    if let Err(refusal) = session.select(wire)? {
        return Ok(Err(refusal));
    }
    // What comes by mail is no draft, and who may only add to the folder makes none.
    let drafts = match session.find_drafts()? {
        Ok(drafts) => drafts,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let drafts: Vec<u32> = drafts.iter().collect();
    let latest: Uids = drafts.iter().rev().take(MOST).copied().collect();
    let mut entries = Vec::new();
    let mut take = |message: Message, header: &[u8]| {
        entries.extend(entry(&message, header));
    };
    let pace = Pace::unattended();
    if !latest.is_empty()
        && let Err(refusal) = session.summaries(&latest, HeaderFields::Listed, &pace, &mut take)?
    {
        return Ok(Err(refusal));
    }
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
