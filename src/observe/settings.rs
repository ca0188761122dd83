//! What lies in the folder of a mailbox's settings.

use super::turns::entry;
use crate::error::Result;
use crate::imap::{HeaderFields, PIECE, Session, Way};
use crate::mail::setting;
use crate::model::folder::WireName;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::setting::{FOLDER, Kind, LONGEST, Newest, Settings};
use crate::model::state::Mailbox;
use crate::model::turn::{Entry, Turns};
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
    // Whoever can only add to the folder, and mail that is delivered there, makes no drafts.
    let mut drafts = Vec::new();
    let mut take = |message: Message, header: &[u8]| {
        let says = match setting::kind(header) {
            Some(kind) => Some(Says::Setting(kind)),
            None => entry(&message, header).map(Says::Turn),
        };
        drafts.push((message.uid, says));
    };
    let asked = (HeaderFields::Listed, Way::Look);
    let selected = match session.drafts(wire, asked, pace, &mut take)? {
        Ok(selected) => selected,
        Err(refusal) => return Ok(unread(refusal.to_string())),
    };
    settings.uid_validity = selected.uid_validity;
    settings.uid_next = match selected.uid_next {
        None => session.next_uid(wire)?.ok().flatten().map(|(_, next)| next),
        next => next,
    };
    if selected.messages == 0 {
        return Ok(settings);
    }
    drafts.sort_unstable_by_key(|(uid, _)| *uid);
    let latest = drafts.len().saturating_sub(MOST);
    let mut of: BTreeMap<Kind, Vec<u32>> = BTreeMap::new();
    let mut turns = Vec::new();
    for (uid, says) in drafts.drain(latest..) {
        match says {
            Some(Says::Setting(kind)) => of.entry(kind).or_default().push(uid),
            Some(Says::Turn(turn)) => turns.push(turn),
            None => {}
        }
    }
    let named: usize = turns.len() + of.values().map(Vec::len).sum::<usize>();
    settings.strangers = selected.messages.saturating_sub(named as u64);
    settings.turns = Turns::new(turns);
    let newest: Uids = of
        .values()
        .filter_map(|uids| uids.last().copied())
        .collect();
    let mut texts = texts(session, &newest, pace)?;
    for (kind, mut uids) in of {
        let Some(uid) = uids.pop() else {
            continue;
        };
        let text = match texts.remove(&uid) {
            Some(message) => setting::read(&message),
            // Alone it tells why; what goes on behind its beginning is read so too.
            None => match session.whole(uid, LONGEST + 1)? {
                Ok(Some(message)) => setting::read(&message),
                Ok(None) => Err("(it was gone when it was to be read)".to_owned()),
                Err(refusal) => Err(refusal.to_string()),
            },
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

/// What a draft there says.
enum Says {
    Setting(Kind),
    Turn(Entry),
}

/// Those of the messages `uids` of the folder that is selected which are told to their end at once.
fn texts(session: &mut Session, uids: &Uids, pace: &Pace) -> Result<BTreeMap<u32, Vec<u8>>> {
    let mut texts = BTreeMap::new();
    let mut take = |uid: u32, text: &[u8]| {
        if text.len() < PIECE {
            texts.insert(uid, text.to_vec());
        }
    };
    if !uids.is_empty() && session.beginnings(uids, pace, &mut take)?.is_err() {
        texts.clear();
    }
    Ok(texts)
}

fn unread(why: String) -> Settings {
    Settings {
        unread: Some(why),
        ..Settings::default()
    }
}
