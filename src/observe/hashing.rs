//! Messages as they are, by their hashes alone.

use super::copying::{hashed, together};
use super::looking::LONGEST;
use crate::error::Result;
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
        pace.must_go_on()?;
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

/// Each message of the folder that is selected whole, by its UID; those that are gone, that the server does not give, or
/// that are longer than anybody reads ([`LONGEST`]) are absent. None is marked as read.
///
/// # Errors
/// As [`hashes`].
pub fn texts(
    session: &mut Session,
    sizes: &BTreeMap<u32, u64>,
    pace: &Pace,
) -> Result<BTreeMap<u32, Vec<u8>>> {
    let mut all = BTreeMap::new();
    let is_small = |size: u64| size < PIECE as u64;
    let small: Uids = sizes
        .iter()
        .filter(|(_, size)| is_small(**size))
        .map(|(uid, _)| *uid)
        .collect();
    let mut take = |uid: u32, bytes: &[u8]| {
        if bytes.len() < PIECE {
            all.entry(uid).or_insert_with(|| bytes.to_vec());
        }
    };
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    if !small.is_empty() {
        let _ = session.beginnings(&small, &quiet, &mut take)?;
    }
    for uid in sizes.keys() {
        if !all.contains_key(uid)
            && let Ok(Some(text)) = session.whole(*uid, LONGEST)?
            && text.len() < LONGEST
        {
            all.insert(*uid, text);
        }
    }
    Ok(all)
}

fn of(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
