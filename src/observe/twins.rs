//! Messages that are copies of others, which lie in other folders.

use super::hashing::hashes;
use super::looking::enter_to_look;
use super::there::{Print, prints};
use crate::error::Result;
use crate::imap::Session;
use crate::model::dated::Dated;
use crate::model::folder::WireName;
use crate::model::messages::{Lying, Origin};
use crate::model::pace::Pace;
use crate::model::uids::Uids;
use std::collections::{BTreeMap, BTreeSet};

/// Which messages of the folder called `wire` are copies of those `of` others, each of one at most, among `uids` of
/// them, or among all where that names none: byte for byte, whatever they carry, unless they shall be `unchanged`.
///
/// # Errors
/// Whatever the session may meet; the inner one where the folder refuses.
pub(super) fn twins(
    session: &mut Session,
    (wire, uids): (&WireName, &Uids),
    of: &[Origin],
    unchanged: bool,
    pace: &Pace,
) -> Result<Result<Lying, String>> {
    let there = match sizes(session, wire, None, uids, pace)? {
        Ok(Some(there)) => there,
        Ok(None) => {
            let why = "(no UIDVALIDITY: nobody could tell its messages apart later)";
            return Ok(Err(why.to_owned()));
        }
        Err(why) => return Ok(Err(why)),
    };
    let mut lying = lying(&there, !uids.is_empty());
    let mut here = Vec::new();
    for origin in of {
        let wire = &origin.folder.wire;
        let validity = (!origin.uids.is_empty()).then_some(origin.uid_validity);
        // What cannot be seen any more has no copies.
        if let Ok(Some(sizes)) = sizes(session, wire, validity, &origin.uids, pace)? {
            here.push((wire, sizes.lengths));
        }
    }
    let lengths = |sizes: &BTreeMap<u32, u64>| sizes.values().copied().collect::<BTreeSet<_>>();
    let mine: BTreeSet<u64> = here.iter().flat_map(|(_, sizes)| lengths(sizes)).collect();
    let theirs = lengths(&there.lengths);
    let copies = match long(session, wire, &there.lengths, &mine, pace)? {
        Ok(copies) => copies,
        Err(why) => return Ok(Err(why)),
    };
    let mut messages = Vec::new();
    for (wire, sizes) in here.iter().filter(|_| !copies.is_empty()) {
        if let Ok(prints) = long(session, wire, sizes, &theirs, pace)? {
            messages.push((*wire, prints));
        }
    }
    let keys: BTreeSet<Key> = messages
        .iter()
        .flat_map(|(_, all)| all.iter().map(key))
        .collect();
    let mut copies = match hashed(session, (wire, copies), &keys, pace)? {
        Ok(copies) => copies,
        Err(why) => return Ok(Err(why)),
    };
    let keys: BTreeSet<Key> = copies.iter().map(|(print, _)| key(print)).collect();
    for of_folder in messages {
        let messages = hashed(session, of_folder, &keys, pace)?;
        for (one, hash) in messages.unwrap_or_default() {
            let is_of = |(copy, its): &(Print, String)| {
                *its == hash && key(copy) == key(&one) && !(unchanged && carries_more(copy, &one))
            };
            if let Some(at) = copies.iter().position(is_of) {
                let (copy, _) = copies.swap_remove(at);
                lying.twins.insert(copy.uid, one.uid);
            }
        }
    }
    Ok(Ok(lying))
}

/// By what messages are told apart before they are read: Message-ID, where there is one, and size.
type Key = (Option<String>, u64);

fn key(print: &Print) -> Key {
    (print.id.clone(), print.size)
}

/// How long messages of a folder are.
struct Sizes {
    uid_validity: u32,
    lengths: BTreeMap<u32, u64>,
}

fn lying(there: &Sizes, dated: bool) -> Lying {
    let sized = |(uid, size): (&u32, &u64)| Dated {
        uid: *uid,
        size: *size,
        day: None,
        is_future: false,
    };
    let all = there.lengths.iter().filter(|_| dated);
    Lying {
        uid_validity: there.uid_validity,
        all: there.lengths.keys().copied().collect(),
        dated: all.map(sized).collect(),
        ..Lying::default()
    }
}

/// Looks into the folder called `wire`; nothing where it is not numbered, or not as it should be.
fn sizes(
    session: &mut Session,
    wire: &WireName,
    numbered: Option<u32>,
    uids: &Uids,
    pace: &Pace,
) -> Result<Result<Option<Sizes>, String>> {
    let selected = match enter_to_look(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    let Some(uid_validity) = selected.uid_validity else {
        return Ok(Ok(None));
    };
    if numbered.is_some_and(|numbered| numbered != uid_validity) {
        return Ok(Ok(None));
    }
    let set = match uids.is_empty() {
        true => "1:*".to_owned(),
        false => uids.to_string(),
    };
    // Some refuse to tell of messages where there are none.
    let told = match selected.messages {
        0 => Ok(BTreeMap::new()),
        _ => session.sizes(&set)?,
    };
    Ok(match told {
        Ok(mut lengths) => {
            lengths.retain(|uid, _| uids.is_empty() || uids.contains(*uid));
            Ok(Some(Sizes {
                uid_validity,
                lengths,
            }))
        }
        Err(refusal) => Err(refusal.to_string()),
    })
}

/// Those of `sizes` in the folder called `wire` that are as long as one of `lengths`.
fn long(
    session: &mut Session,
    wire: &WireName,
    sizes: &BTreeMap<u32, u64>,
    lengths: &BTreeSet<u64>,
    pace: &Pace,
) -> Result<Result<Vec<Print>, String>> {
    let long = sizes.iter().filter(|(_, size)| lengths.contains(size));
    let long: Uids = long.map(|(uid, _)| *uid).collect();
    if long.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    match enter_to_look(session, wire, pace)? {
        Ok(_) => prints(session, &long, pace),
        Err(why) => Ok(Err(why)),
    }
}

/// Those of `prints` in the folder called `wire` that are told by one of `keys`, each with its hash.
fn hashed(
    session: &mut Session,
    (wire, mut prints): (&WireName, Vec<Print>),
    keys: &BTreeSet<Key>,
    pace: &Pace,
) -> Result<Result<Vec<(Print, String)>, String>> {
    prints.retain(|print| keys.contains(&key(print)));
    if prints.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    if let Err(why) = enter_to_look(session, wire, pace)? {
        return Ok(Err(why));
    }
    let sizes = prints.iter().map(|print| (print.uid, print.size)).collect();
    let mut hashes = hashes(session, &sizes, pace)?;
    let hashed = prints.into_iter().filter_map(|print| {
        let hash = hashes.remove(&print.uid)?;
        Some((print, hash))
    });
    Ok(Ok(hashed.collect()))
}

/// Whether `copy` carries what `one` does not: somebody answered it, or put a label on it.
fn carries_more(copy: &Print, one: &Print) -> bool {
    const OF_READING: [&str; 3] = ["\\seen", "\\recent", "\\deleted"];
    let carries = |flag: &str| one.flags.iter().any(|own| own.eq_ignore_ascii_case(flag));
    let flags = copy.flags.iter().map(|flag| flag.to_ascii_lowercase());
    let mut flags = flags.filter(|flag| !OF_READING.contains(&&**flag));
    flags.any(|flag| !carries(&flag))
}
