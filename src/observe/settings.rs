//! What lies in the folder of a mailbox's settings.

use super::turns::entry;
use crate::error::Result;
use crate::imap::{HeaderFields, Session};
use crate::mail::setting;
use crate::model::folder::WireName;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::setting::{FOLDER, Kind, LONGEST, Newest, Settings};
use crate::model::state::Mailbox;
use crate::model::turn::Turns;
use crate::model::uids::Uids;
use std::collections::BTreeMap;

/// No more messages are looked at: each run removes what it replaces.
const MOST: usize = 200;

/// The settings of `mailbox`; none where it has no folder for them. Whether they are believed is another question.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was found.
pub(super) fn settings(session: &mut Session, mailbox: &Mailbox, pace: &Pace) -> Result<Settings> {
    match mailbox.kept_folder(FOLDER) {
        Some(folder) => settings_in(session, &folder.wire, pace),
        None => Ok(Settings::default()),
    }
}

/// The settings in the folder called `wire`.
///
/// # Errors
/// As [`settings`].
pub fn settings_in(session: &mut Session, wire: &WireName, pace: &Pace) -> Result<Settings> {
    let mut settings = Settings::default();
    let selected = match session.examine(wire)? {
        Ok(selected) => selected,
        Err(refusal) => return Ok(unread(refusal.to_string())),
    };
    settings.uid_validity = selected.uid_validity;
    settings.uid_next = match selected.uid_next {
        None => session.next_uid(wire)?.ok().flatten().map(|(_, next)| next),
        next => next,
    };
    // Some refuse to search where nothing is.
    if selected.messages == 0 {
        return Ok(settings);
    }
    // Whoever can only add to the folder, and mail that is delivered there, makes no drafts.
    let drafts = match session.find_drafts()? {
        Ok(drafts) => drafts,
        Err(refusal) => return Ok(unread(refusal.to_string())),
    };
    let all: Vec<u32> = drafts.iter().collect();
    let latest = all.iter().rev().take(MOST);
    let latest: Uids = latest.copied().collect();
    let mut of: BTreeMap<Kind, Vec<u32>> = BTreeMap::new();
    let mut turns = Vec::new();
    let mut take = |message: Message, header: &[u8]| {
        if let Some(kind) = setting::kind(header) {
            of.entry(kind).or_default().push(message.uid);
        } else if let Some(turn) = entry(&message, header) {
            turns.push(turn);
        }
    };
    if !latest.is_empty()
        && let Err(refusal) = session.summaries(&latest, HeaderFields::Listed, pace, &mut take)?
    {
        return Ok(unread(refusal.to_string()));
    }
    let named: usize = turns.len() + of.values().map(Vec::len).sum::<usize>();
    settings.strangers = selected.messages.saturating_sub(named as u64);
    settings.turns = Turns::new(turns);
    for (kind, mut uids) in of {
        uids.sort_unstable();
        let Some(uid) = uids.pop() else {
            continue;
        };
        let text = match session.whole(uid, LONGEST + 1)? {
            Ok(Some(message)) => setting::read(&message),
            Ok(None) => Err("(it was gone when it was to be read)".to_owned()),
            Err(refusal) => Err(refusal.to_string()),
        };
        let newest = Newest {
            uid,
            older: uids,
            text,
        };
        settings.newest.insert(kind, newest);
    }
    Ok(settings)
}

fn unread(why: String) -> Settings {
    Settings {
        unread: Some(why),
        ..Settings::default()
    }
}
