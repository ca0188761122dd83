//! Messages that are meant because of others: conversations, and copies of one message.

use super::looking::{LONGEST, enter_to_look, folded};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{HeaderFields, Selected, Session};
use crate::mail::message::{content, names};
use crate::model::conversations::{Conversations, TooMany};
use crate::model::folder::WireName;
use crate::model::message::{Head, Message};
use crate::model::pace::Pace;
use crate::model::selection::{Query, Together};
use crate::model::spare::spare;
use crate::model::uids::Uids;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Why what was found in a folder is not known any more.
pub(super) const NUMBERED_ANEW: &str = "(its messages were numbered anew while it was looked into)";

/// The messages of a folder that are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Narrowed {
    /// The identity of its numbering when it was looked into.
    pub uid_validity: Option<u32>,
    /// They.
    pub uids: Uids,
    /// How many messages may be meant, and are too long to be read to their end.
    pub not_read_to_the_end: u64,
}

impl Narrowed {
    /// What means them, and no others, in the folder as it is selected now; nothing where there are none.
    ///
    /// # Errors
    /// Why they are not known any more.
    pub(super) fn query(&self, selected: &Selected) -> Result<Option<Query>, String> {
        if selected.uid_validity != self.uid_validity {
            return Err(NUMBERED_ANEW.to_owned());
        }
        let query = Query {
            uids: self.uids.clone(),
            ..Query::default()
        };
        Ok((!self.uids.is_empty()).then_some(query))
    }
}

/// Of each folder in `wires`, in their order, the messages that `query` means where that depends on others; a
/// refusal in the server's words. None where each message is meant by itself. Nothing is marked as read.
///
/// # Errors
/// Whatever the session may meet; [`Exit::BadInput`] where there are more messages than can be told apart.
pub(super) fn narrowed(
    session: &mut Session,
    wires: &[&WireName],
    query: &Query,
    pace: &Pace,
) -> Result<Option<Vec<Result<Narrowed, String>>>> {
    let alone = query.alone();
    match query.together {
        None => Ok(None),
        Some(Together::Conversation) => conversations(session, wires, &alone, pace).map(Some),
        Some(Together::Duplicate) => {
            let each = wires.iter();
            each.map(|wire| duplicates(session, wire, &alone, pace))
                .collect::<Result<_>>()
                .map(Some)
        }
    }
}

/// What was found of one folder.
struct Named {
    found: Narrowed,
    /// Each of its messages, and what stands for it.
    numbers: Vec<(u32, u32)>,
}

fn conversations(
    session: &mut Session,
    wires: &[&WireName],
    query: &Query,
    pace: &Pace,
) -> Result<Vec<Result<Narrowed, String>>> {
    let mut known = Conversations::default();
    let mut folders = Vec::with_capacity(wires.len());
    for wire in wires {
        folders.push(named(session, wire, query, &mut known, pace)?);
    }
    let mut meant = HashSet::new();
    for folder in folders.iter().flatten() {
        let is_found = |(uid, _): &&(u32, u32)| folder.found.uids.contains(*uid);
        for (_, number) in folder.numbers.iter().filter(is_found) {
            meant.insert(known.whole(*number));
        }
    }
    let widened = |folder: Named| {
        let of_it = folder.numbers.iter();
        let of_it = of_it.filter(|(_, number)| meant.contains(&known.whole(*number)));
        Narrowed {
            uids: of_it.map(|(uid, _)| *uid).collect(),
            ..folder.found
        }
    };
    let mut widened = widened;
    Ok(folders
        .into_iter()
        .map(|folder| folder.map(&mut widened))
        .collect())
}

fn named(
    session: &mut Session,
    wire: &WireName,
    query: &Query,
    known: &mut Conversations,
    pace: &Pace,
) -> Result<Result<Named, String>> {
    let found = match meant(session, wire, query, pace)? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let mut numbers = Vec::new();
    let mut is_too_many = false;
    let mut take = |message: Message, header: &[u8]| {
        let names = names(header);
        match known.add(names.iter().map(String::as_str)) {
            Ok(number) => numbers.push((message.uid, number)),
            Err(TooMany) => is_too_many = true,
        }
    };
    let all = match session.find(&Query::default())? {
        Ok(all) => all,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let told = session.summaries(&all, HeaderFields::Naming, &quiet, &mut take)?;
    if let Err(refusal) = told {
        return Ok(Err(refusal.to_string()));
    }
    if is_too_many {
        let what = "there are more messages than conversations can be told of";
        let error = Error::new(Exit::BadInput, what);
        return Err(error.hint("--folder FOLDER names the folders that are looked into"));
    }
    Ok(Ok(Named { found, numbers }))
}

/// The messages of the folder called `wire` that `query` means by themselves; it is selected then.
fn meant(
    session: &mut Session,
    wire: &WireName,
    query: &Query,
    pace: &Pace,
) -> Result<Result<Narrowed, String>> {
    let selected = match enter_to_look(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    let mut uids = BTreeSet::new();
    // Some refuse to search where nothing is.
    let folded = match selected.messages {
        0 => Ok(0),
        _ => {
            let mut take = |message: Message| {
                uids.insert(message.uid);
            };
            folded(session, query, HeaderFields::Listed, pace, &mut take)?
        }
    };
    Ok(folded.map(|not_read_to_the_end| Narrowed {
        uid_validity: selected.uid_validity,
        uids: uids.into_iter().collect(),
        not_read_to_the_end,
    }))
}

/// Copies lie in one folder: who keeps a message in two has put it there.
fn duplicates(
    session: &mut Session,
    wire: &WireName,
    query: &Query,
    pace: &Pace,
) -> Result<Result<Narrowed, String>> {
    let found = match meant(session, wire, query, pace)? {
        Ok(found) if found.uids.is_empty() => return Ok(Ok(found)),
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    let mut by_id: BTreeMap<String, Vec<Message>> = BTreeMap::new();
    let mut take = |mut message: Message| {
        if let Some(id) = std::mem::take(&mut message.head).id {
            message.head = Head::default();
            by_id.entry(id).or_default().push(message);
        }
    };
    if let Err(why) = folded(
        session,
        &Query::default(),
        HeaderFields::Listed,
        pace,
        &mut take,
    )? {
        return Ok(Err(why));
    }
    let mut uids = BTreeSet::new();
    for copies in by_id.into_values().filter(|copies| copies.len() > 1) {
        match same(session, copies, pace)? {
            Ok(groups) => {
                let spares = groups.iter().map(|group| {
                    let group: Vec<&Message> = group.iter().collect();
                    spare(&group)
                });
                let spares: Vec<u32> = spares.flat_map(|s| s.iter().collect::<Vec<_>>()).collect();
                uids.extend(spares.into_iter().filter(|uid| found.uids.contains(*uid)));
            }
            Err(why) => return Ok(Err(why)),
        }
    }
    Ok(Ok(Narrowed {
        uids: uids.into_iter().collect(),
        ..found
    }))
}

/// Those of `copies`, which have one Message-ID, that say the same: it is easily written twice.
fn same(
    session: &mut Session,
    copies: Vec<Message>,
    pace: &Pace,
) -> Result<Result<Vec<Vec<Message>>, String>> {
    let mut groups: BTreeMap<[u8; 32], Vec<Message>> = BTreeMap::new();
    for copy in copies {
        pace.must_go_on()?;
        let text = match session.whole(copy.uid, LONGEST)? {
            Ok(text) => text,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        // Of one that is gone, or was not read to its end, nobody can say what it is a copy of.
        let text = text.filter(|text| text.len() < LONGEST);
        if let Some(content) = text.and_then(|text| content(&text)) {
            groups.entry(content).or_default().push(copy);
        }
    }
    Ok(Ok(groups.into_values().collect()))
}
