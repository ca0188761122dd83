//! Messages as they are, by their hashes alone.

use super::copying::{hashed, together};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{PIECE, Session};
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::uids::Uids;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The SHA-256 of each message of the folder that is selected, by its UID; of each it is said how many bytes its server
/// told. Those that are gone, or that the server does not give, are absent. None is marked as read.
///
/// # Errors
/// Whatever the session may meet, and that somebody wants to stop.
pub fn hashes(
    session: &mut Session,
    sizes: &BTreeMap<u32, u64>,
    pace: &Pace,
) -> Result<BTreeMap<u32, String>> {
    let sized = |(uid, size): (&u32, &u64)| Message {
        uid: *uid,
        size: *size,
        ..Message::default()
    };
    let messages: Vec<Message> = sizes.iter().map(sized).collect();
    let (mut all, mut rest) = (BTreeMap::new(), &messages[..]);
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    while !rest.is_empty() {
        if pace.stopped() {
            return Err(Error::new(Exit::Interrupted, "interrupted"));
        }
        let (now, later) = rest.split_at(together(rest));
        let uids: Uids = now.iter().map(|message| message.uid).collect();
        let mut take = |uid: u32, bytes: &[u8]| {
            if bytes.len() < PIECE {
                all.entry(uid).or_insert_with(|| of(bytes));
            }
        };
        // A refusal of one is no refusal of the others: each of them is asked for alone.
        let _ = session.beginnings(&uids, &quiet, &mut take)?;
        for message in now {
            if !all.contains_key(&message.uid)
                && let Some(whole) = hashed(session, message, pace)?
            {
                all.insert(message.uid, whole.sha256);
            }
        }
        (pace.tick)(now.len());
        rest = later;
    }
    Ok(all)
}

fn of(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
