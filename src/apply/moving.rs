//! Messages into another folder, on the wire: UID MOVE (RFC 6851), or UID COPY, a comparison, and UID EXPUNGE of
//! exactly those (RFC 4315); read again by what lies in either folder.

use super::kind::Wire;
use super::one_by_one::{Became, RENUMBERED, lost, one_by_one, refused, untried};
use super::seen::Seen;
use crate::error::Result;
use crate::imap::{Landed, Lengths, Moved, Refusal, Selected, Session, Sets};
use crate::mail::message::head;
use crate::model::change::{At, Change, Move};
use crate::model::digest::sha256;
use crate::model::folder::WireName;
use crate::model::message::Message;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Place;
use crate::model::selection::Query;
use crate::model::uids::Uids;
use crate::observe::LONGEST;
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, BTreeSet};

/// What became of a part of the messages: where they lie now, where that is known; or what came in between.
pub(super) type Went = Result<Option<Landed>, Became>;

impl Wire for Move<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((4, 0))
    }

    /// One part after the other: each is known to be there before the next one goes.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        let mut before: Option<Move<Place>> = None;
        one_by_one(wave, pace, |change| {
            let Change::Move(moved) = change else {
                return (Fate::NotTried, None);
            };
            let became = became(session, moved, before.take(), pace);
            before = (became.0 == Fate::Done).then(|| moved.clone());
            became
        })
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        look(session, self).map(Some)
    }
}

/// What became of `moved`, and why nothing more can be done, where that is so; `before` is what went just before.
fn became(
    session: &mut Session,
    moved: &mut Move<Place>,
    before: Option<Move<Place>>,
    pace: &Pace,
) -> Became {
    let is_ready = session.moves() && goes_on(moved, before);
    let ready = if is_ready {
        Ok(())
    } else {
        ready(session, moved)
    };
    let became = match ready {
        Ok(()) if session.moves() => went(session.move_to(&moved.uids, &moved.to.wire)),
        Ok(()) => copy(session, moved, pace),
        Err(why) => Err(why),
    };
    match became {
        Ok(landed) => {
            if let Some(landed) = landed {
                moved.uids = landed.uids.keys().copied().collect();
                moved.at = Some(at(&landed));
            }
            (Fate::Done, None)
        }
        Err(why) => why,
    }
}

pub(super) fn at(landed: &Landed) -> At {
    At {
        uid_validity: landed.uid_validity,
        uids: landed.uids.values().copied().collect(),
    }
}

/// Whether `moved` is more of what went `before`, by MOVE: the folder is selected yet, and the number that its next
/// message gets in the other one comes after those that came there.
fn goes_on(moved: &mut Move<Place>, before: Option<Move<Place>>) -> bool {
    let Some(before) = before else {
        return false;
    };
    let is_same = before.folder == moved.folder
        && before.to == moved.to
        && before.uid_validity == moved.uid_validity;
    let Some(at) = before.at.filter(|_| is_same) else {
        return false;
    };
    moved.next = at.uids.iter().last().and_then(|last| {
        let next = last.checked_add(1)?;
        Some((at.uid_validity, next))
    });
    moved.next.is_some()
}

/// Selects the folder in which they lie, and notes which number the next message of the other one gets.
fn ready(session: &mut Session, moved: &mut Move<Place>) -> Result<(), Became> {
    if !session.moves() && !session.removes_exactly() {
        let why =
            "here: the server neither moves messages nor removes exactly those that were copied";
        return Err(refused(why));
    }
    // Both are known before anything is sent that changes something.
    let (to, folder) = (&moved.to.wire, &moved.folder.wire);
    let (next, selected) = session.next_uid_and_select(to, folder).map_err(untried)?;
    moved.next = next.map_err(|refusal| refused(refusal.to_string()))?;
    entered(selected, moved.uid_validity)
}

/// Selects the folder in which they lie.
fn enter(session: &mut Session, moved: &Move<Place>) -> Result<(), Became> {
    let selected = session.select(&moved.folder.wire).map_err(untried)?;
    entered(selected, moved.uid_validity)
}

/// Whether the folder that was `selected` is the one in which messages lie, and numbered so.
pub(super) fn entered(
    selected: Result<Selected, Refusal>,
    uid_validity: u32,
) -> Result<(), Became> {
    match selected {
        Err(refusal) => Err(refused(refusal.to_string())),
        Ok(selected) if selected.uid_validity != Some(uid_validity) => Err(refused(RENUMBERED)),
        Ok(_) => Ok(()),
    }
}

/// What the server's answer to MOVE or COPY comes to.
pub(super) fn went(answer: Result<Moved>) -> Went {
    match answer.map_err(lost)? {
        Moved {
            landed,
            refused: None,
        } => Ok(landed),
        // Some of them may have gone (RFC 6851, section 3.3): what lies where tells.
        Moved {
            landed: Some(_),
            refused: Some(why),
        } => Err((Fate::Unknown(why.to_string()), None)),
        Moved {
            refused: Some(why), ..
        } => Err(refused(why.to_string())),
    }
}

/// COPY, and only what is known to be there then goes here.
fn copy(session: &mut Session, moved: &Move<Place>, pace: &Pace) -> Went {
    let mut landed = alike(session, moved, &|_| true, pace)?;
    enter(session, moved)?;
    let lying = sizes(session, &moved.uids.to_string())?;
    let is_new = |uid: &u32| !landed.uids.contains_key(uid);
    let new: Uids = lying.keys().copied().filter(is_new).collect();
    if !new.is_empty() {
        let copied = went(session.copy_to(&new, &moved.to.wire))?;
        let copied = copied.ok_or_else(|| {
            let why = "the server did not tell where the copies lie: nothing was removed";
            (Fate::Unknown(why.to_owned()), None)
        })?;
        landed.uid_validity = copied.uid_validity;
        landed.uids.extend(copied.uids);
        once(session, moved, (&new, &mut landed), pace)?;
    }
    landed.uids.retain(|from, _| lying.contains_key(from));
    if landed.uids.is_empty() {
        return Ok(None);
    }
    compare(session, moved, &lying, &landed)?;
    enter(session, moved)?;
    let gone: Uids = landed.uids.keys().copied().collect();
    match session.remove_exactly(&gone).map_err(lost)? {
        Ok(()) => Ok(Some(landed)),
        Err(refusal) => {
            let why = format!("they were copied, and the server does not remove them: {refusal}");
            Err((Fate::Unknown(why), None))
        }
    }
}

/// Has those that were copied as `new` lie there once: a server goes on with what a run sent it that was killed. Where
/// that brought them there too since it was looked at, what this run put there goes again.
fn once(
    session: &mut Session,
    moved: &Move<Place>,
    (new, landed): (&Uids, &mut Landed),
    pace: &Pace,
) -> Result<(), Became> {
    let Some((validity, next)) = moved.next.filter(|next| next.0 == landed.uid_validity) else {
        return Ok(());
    };
    let twice = |why: &str| {
        let why = format!(
            "some may lie in {:?} twice, and none was removed: {why}",
            moved.to.path
        );
        (Fate::Unknown(why), None)
    };
    let selected = session.examine(&moved.to.wire).map_err(lost)?;
    let selected = selected.map_err(|refusal| twice(&refusal.to_string()))?;
    if selected.uid_validity != Some(validity) {
        return Err(twice("its messages were numbered anew"));
    }
    let own = at(landed).uids;
    let came = sizes(session, &format!("{next}:*"))?;
    let came = came.into_keys().filter(|uid| *uid >= next);
    let others: BTreeSet<u32> = came.filter(|uid| !own.contains(*uid)).collect();
    if others.is_empty() {
        return Ok(());
    }
    enter(session, moved)?;
    let same = alike(session, moved, &|uid| others.contains(&uid), pace)?;
    let mut spare = Vec::new();
    for (from, other) in same.uids {
        if new.contains(from) {
            spare.extend(landed.uids.insert(from, other));
        }
    }
    if spare.is_empty() {
        return Ok(());
    }
    let selected = session.select(&moved.to.wire).map_err(lost)?;
    let selected = selected.map_err(|refusal| twice(&refusal.to_string()))?;
    if selected.uid_validity != Some(validity) {
        return Err(twice("its messages were numbered anew"));
    }
    let removed = session.remove_exactly(&spare.into_iter().collect());
    removed
        .map_err(lost)?
        .map_err(|refusal| twice(&refusal.to_string()))
}

fn sizes(session: &mut Session, set: &str) -> Result<BTreeMap<u32, u64>, Became> {
    let sizes = session.sizes(set).map_err(lost)?;
    sizes.map_err(|refusal| refused(refusal.to_string()))
}

/// Whether each message that `landed` has the size that it had where it was `lying`.
fn compare(
    session: &mut Session,
    moved: &Move<Place>,
    lying: &BTreeMap<u32, u64>,
    landed: &Landed,
) -> Result<(), Became> {
    let unlike = |why: &str| (Fate::Unknown(format!("{why}: nothing was removed")), None);
    let selected = session.examine(&moved.to.wire).map_err(lost)?;
    let selected = selected.map_err(|refusal| unlike(&refusal.to_string()))?;
    if selected.uid_validity != Some(landed.uid_validity) {
        return Err(unlike("the copies are not where the server said"));
    }
    let there = sizes(session, &at(landed).uids.to_string())?;
    let is_alike = |(from, to): (&u32, &u32)| lying.get(from) == there.get(to);
    match landed.uids.iter().all(is_alike) {
        true => Ok(()),
        false => Err(unlike("the copies are not as long as the messages")),
    }
}

/// By what a copy is told from other messages: Message-ID, where there is one, size, time, flags and keywords.
type Key = (Option<String>, u64, DateTime<FixedOffset>, BTreeSet<String>);

fn key(message: &Message, header: &[u8]) -> Option<Key> {
    let all = message.flags.iter().chain(&message.keywords);
    let all = all.map(|flag| flag.to_ascii_lowercase());
    // What was copied may have been marked before the run broke off; the first is the server's own.
    let kept = all.filter(|flag| !["\\recent", "\\deleted"].contains(&&**flag));
    let id = head(header).id;
    Some((id, message.size, message.arrived?, kept.collect()))
}

/// Those that a run which broke off has copied already: of the messages `among` those that are there, one has the same
/// [`Key`] and is the same byte for byte. One there is the copy of one here. The folder in which they lie is selected.
fn alike(
    session: &mut Session,
    moved: &Move<Place>,
    among: &dyn Fn(u32) -> bool,
    pace: &Pace,
) -> Result<Landed, Became> {
    let mut landed = Landed::default();
    let here = keys(session, &moved.uids, pace)?;
    let selected = session.examine(&moved.to.wire).map_err(untried)?;
    let selected = selected.map_err(|refusal| refused(refusal.to_string()))?;
    let Some(uid_validity) = selected.uid_validity.filter(|_| selected.messages > 0) else {
        return Ok(landed);
    };
    landed.uid_validity = uid_validity;
    let all = session.find(&Query::default()).map_err(untried)?;
    let all = all.map_err(|refusal| refused(refusal.to_string()))?;
    let all = all.iter().filter(|uid| among(*uid)).collect();
    let there = keys(session, &all, pace)?;
    let mut copies: BTreeMap<(&Key, String), Vec<u32>> = BTreeMap::new();
    for (key, uids) in there.iter().filter(|(key, _)| here.contains_key(key)) {
        for uid in uids {
            if let Some(hash) = hash(session, *uid)? {
                copies.entry((key, hash)).or_default().push(*uid);
            }
        }
    }
    if copies.is_empty() {
        return Ok(landed);
    }
    enter(session, moved)?;
    for (key, uids) in here.iter().filter(|(key, _)| there.contains_key(key)) {
        for uid in uids {
            let hash = hash(session, *uid)?;
            let copy = hash.and_then(|hash| copies.get_mut(&(key, hash))?.pop());
            landed.uids.extend(copy.map(|copy| (*uid, copy)));
        }
    }
    Ok(landed)
}

fn keys(
    session: &mut Session,
    uids: &Uids,
    pace: &Pace,
) -> Result<BTreeMap<Key, Vec<u32>>, Became> {
    let mut keys: BTreeMap<Key, Vec<u32>> = BTreeMap::new();
    let mut take = |message: Message, header: &[u8]| {
        if let Some(key) = key(&message, header) {
            keys.entry(key).or_default().push(message.uid);
        }
    };
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let told = session.summaries(uids, crate::imap::HeaderFields::Naming, &quiet, &mut take);
    told.map_err(untried)?
        .map_err(|refusal| refused(refusal.to_string()))?;
    Ok(keys)
}

fn hash(session: &mut Session, uid: u32) -> Result<Option<String>, Became> {
    let text = session.whole(uid, LONGEST).map_err(untried)?;
    let text = text.map_err(|refusal| refused(refusal.to_string()))?;
    // What is cut there tells nothing of the rest.
    let text = text.filter(|text| text.len() < LONGEST);
    Ok(text.map(|text| sha256(&text).to_string()))
}

/// What became of it, by what lies in either folder.
///
/// # Errors
/// Whatever the session may meet.
fn look(session: &mut Session, moved: &mut Move<Place>) -> Result<Seen> {
    let unread = |why: &dyn std::fmt::Display| {
        Seen::Unclear(format!("where the messages lie now cannot be read {why}"))
    };
    let selected = match session.examine(&moved.folder.wire)? {
        Ok(selected) => selected,
        Err(refusal) => return Ok(unread(&refusal)),
    };
    if selected.uid_validity != Some(moved.uid_validity) {
        return Ok(Seen::Unclear(RENUMBERED.to_owned()));
    }
    let here = match session.sizes(&moved.uids.to_string())? {
        // Some refuse to tell of messages where there are none.
        _ if selected.messages == 0 => BTreeMap::new(),
        Ok(here) => here,
        Err(refusal) => return Ok(unread(&refusal)),
    };
    let there = match came(session, moved)? {
        Ok(there) => there,
        Err(why) => return Ok(unread(&why)),
    };
    Ok(seen(moved, &here, there))
}

/// Corrects the fates of what the server told where it went, of all folders in one stream; whether each of the changes
/// was read.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn read_back(session: &mut Session, outcome: &mut Outcome) -> Result<BTreeSet<usize>> {
    let mut sets: BTreeMap<WireName, BTreeSet<String>> = BTreeMap::new();
    for (moved, at) in outcome.changes.iter().filter_map(landed) {
        let mut ask = |wire: &WireName, uids: &Uids| {
            let of_it = sets.entry(wire.clone()).or_default();
            of_it.insert(uids.to_string());
        };
        ask(&moved.folder.wire, &moved.uids);
        ask(&moved.to.wire, &at.uids);
    }
    let asked: Vec<Sets<'_>> = sets
        .iter()
        .map(|(wire, sets)| (wire, sets.clone()))
        .collect();
    let lengths = session.sizes_in(&asked)?;
    let lengths: BTreeMap<&WireName, Option<Lengths>> = sets.keys().zip(lengths).collect();
    let mut read = BTreeSet::new();
    for (n, (change, fate)) in outcome.changes.iter_mut().enumerate() {
        let became = match change {
            Change::Move(moved) if fate.was_tried() => {
                let in_folder = |place: &Place| lengths.get(&place.wire)?.as_ref();
                let both = in_folder(&moved.folder).zip(in_folder(&moved.to));
                both.and_then(|(here, there)| of_both(moved, here, there))
            }
            _ => None,
        };
        if let Some(became) = became {
            *fate = became.fate(fate, &outcome.said);
            read.insert(n);
        }
    }
    Ok(read)
}

fn landed((change, fate): &(Change, Fate)) -> Option<(&Move<Place>, &At)> {
    match change {
        Change::Move(moved) if fate.was_tried() => Some((moved, moved.at.as_ref()?)),
        _ => None,
    }
}

/// What became of `moved`, by what lies in either folder; none where that has to be asked about alone.
fn of_both(
    moved: &mut Move<Place>,
    (here_validity, here): &Lengths,
    (there_validity, there): &Lengths,
) -> Option<Seen> {
    let at = moved.at.as_ref()?;
    if *here_validity != moved.uid_validity || *there_validity != at.uid_validity {
        return None;
    }
    let length = |uid: u32| Some((uid, *there.get(&uid)?));
    let there = at.uids.iter().filter_map(length).collect();
    Some(seen(moved, here, Some(there)))
}

/// What became of `moved` where these lie `here` yet, and those that came are `there`.
fn seen(
    moved: &mut Move<Place>,
    here: &BTreeMap<u32, u64>,
    there: Option<BTreeMap<u32, u64>>,
) -> Seen {
    let left = moved
        .uids
        .iter()
        .filter(|uid| here.contains_key(uid))
        .count();
    let gone = moved.uids.len() - left as u64;
    let size: u64 = there.as_ref().map_or(0, |there| there.values().sum());
    let came = there.as_ref().map_or(0, BTreeMap::len) as u64;
    let (from, to) = (&moved.folder.path, &moved.to.path);
    match (gone, came) {
        (0, 0) => Seen::Unmade(format!("the messages still lie in {from:?}")),
        (0, _) => {
            // Whoever brings copies back to where they were copied from doubles them.
            moved.at = None;
            Seen::Unclear(format!(
                "the messages lie in {from:?} and in {to:?} now: the same command, run again, removes them there"
            ))
        }
        (gone, came) if gone == came && left == 0 => {
            let is_whole = moved.at.is_none() && size != moved.size;
            if is_whole {
                let why = format!("what came into {to:?} is not as long as what left {from:?}");
                return Seen::Unclear(why);
            }
            moved.size = size;
            Seen::Made
        }
        (_, 0) if moved.at.is_none() && moved.next.is_some() => {
            Seen::Unmade("the messages are gone".to_owned())
        }
        (gone, came) => Seen::Unclear(format!(
            "{gone} of {} messages left {from:?} and {came} came into {to:?}",
            moved.uids.len()
        )),
    }
}

/// Those that lie in the other folder, with their sizes; where the server did not tell which they are, all that
/// came since.
fn came(
    session: &mut Session,
    moved: &mut Move<Place>,
) -> Result<Result<Option<BTreeMap<u32, u64>>, String>> {
    let selected = match session.examine(&moved.to.wire)? {
        Ok(selected) => selected,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let (uid_validity, set) = match (&moved.at, moved.next) {
        (Some(at), _) => (at.uid_validity, at.uids.to_string()),
        (None, Some((uid_validity, next))) => (uid_validity, format!("{next}:*")),
        (None, None) => return Ok(Ok(None)),
    };
    if selected.uid_validity != Some(uid_validity) {
        return Ok(Err("(its messages were numbered anew meanwhile)".to_owned()));
    }
    if selected.messages == 0 {
        return Ok(Ok(Some(BTreeMap::new())));
    }
    let mut there = match session.sizes(&set)? {
        Ok(there) => there,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    match (&moved.at, moved.next) {
        (Some(at), _) => there.retain(|uid, _| at.uids.contains(*uid)),
        // `*` is the last one, however low its number is (RFC 9051, section 9, seq-range).
        (None, Some((_, next))) => there.retain(|uid, _| *uid >= next),
        (None, None) => {}
    }
    if moved.at.is_none() && there.len() as u64 == moved.uids.len() {
        moved.at = Some(At {
            uid_validity,
            uids: there.keys().copied().collect(),
        });
        // What others put there meanwhile is not taken for ours.
        if there.values().sum::<u64>() != moved.size {
            moved.at = None;
        }
    }
    Ok(Ok(Some(there)))
}
