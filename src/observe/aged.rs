//! How old the messages of folders are, and which of them are held.

use super::looking::enter_to_look;
use super::messages::lacking;
use super::shared::among;
use crate::error::Result;
use crate::imap::{HeaderFields, LONGEST_HEADER, Session};
use crate::mail::message::{fields, head};
use crate::model::dated::Dated;
use crate::model::folder::WireName;
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::retention::{Holds, Item, Mark};
use crate::model::rule::Facts;
use crate::model::selection::Query;
use crate::model::state::Folder;
use crate::reach::{Opened, Provider};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// The messages of a folder by what decides whether they stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aged {
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// They, by their UIDs.
    pub items: Vec<Item>,
    /// How many say that they were written later than now: that does not count.
    pub future: u64,
    /// How many came more than a year after they were written, by the day on which they came: a migration may have
    /// brought them.
    pub late: BTreeMap<NaiveDate, u64>,
    /// By what those are to be remembered that holds keep and that are not remembered yet, each with the case.
    pub news: Vec<(String, Mark)>,
    /// Those of the rights `t` and `e` that whoever looks lacks there.
    pub lacks: String,
    /// Whether the server removes exactly the messages that are meant (UIDPLUS).
    pub removes: bool,
    /// Whether removing takes a label off a message alone, which stays elsewhere (X-GM-EXT-1).
    pub is_label: bool,
}

/// What decides about the messages of each of `folders`, in their order, as it is `now`; a refusal in the server's
/// words. None is marked as read.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses is part of what was found.
pub fn aged(
    opened: &mut Opened,
    folders: &[&Folder],
    holds: &Holds,
    now: DateTime<Utc>,
    pace: &Pace,
) -> Result<Vec<Result<Aged, String>>> {
    each(&mut opened.session, folders, holds, now, pace)
}

/// The same, of which several sessions take a part where there are many folders.
///
/// # Errors
/// As [`aged`].
pub fn aged_together(
    provider: &Provider,
    opened: &mut Opened,
    folders: &[&Folder],
    holds: &Holds,
    now: DateTime<Utc>,
    pace: &Pace,
) -> Result<Vec<Result<Aged, String>>> {
    let work = |session: &mut Session, part: &[&Folder]| each(session, part, holds, now, pace);
    let parts = among(provider, opened, folders, 1, work)?;
    Ok(parts.into_iter().flatten().collect())
}

fn each(
    session: &mut Session,
    folders: &[&Folder],
    holds: &Holds,
    now: DateTime<Utc>,
    pace: &Pace,
) -> Result<Vec<Result<Aged, String>>> {
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    let mut all = Vec::with_capacity(folders.len());
    for folder in folders {
        all.push(look(session, &folder.wire, holds, now, &quiet)?);
        (pace.tick)(1);
    }
    Ok(all)
}

fn look(
    session: &mut Session,
    wire: &WireName,
    holds: &Holds,
    now: DateTime<Utc>,
    pace: &Pace,
) -> Result<Result<Aged, String>> {
    let selected = match enter_to_look(session, wire, pace)? {
        Ok(selected) => selected,
        Err(why) => return Ok(Err(why)),
    };
    let Some(uid_validity) = selected.uid_validity else {
        let why = "(no UIDVALIDITY: nobody could tell its messages apart later)";
        return Ok(Err(why.to_owned()));
    };
    let mut aged = Aged {
        uid_validity,
        removes: session.removes_exactly(),
        is_label: session.capabilities().has("X-GM-EXT-1"),
        ..Aged::default()
    };
    // Some refuse to search where nothing is.
    if selected.messages == 0 {
        return Ok(Ok(aged));
    }
    let uids = match session.find(&Query::default())? {
        Ok(uids) => uids,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let today = now.date_naive();
    let held = holds.fields(today);
    let mut names: BTreeSet<&str> = held.iter().map(String::as_str).collect();
    names.insert("date");
    let names: Vec<&str> = names.into_iter().collect();
    let asked = names.join(" ").to_ascii_uppercase();
    let mut take = |mut message: Message, header: &[u8]| {
        message.head = head(header);
        let dated = Dated::of(&message, now);
        let is_cut = header.len() >= LONGEST_HEADER;
        let facts = Facts {
            fields: if held.is_empty() {
                Vec::new()
            } else {
                fields(header)
            },
            size: message.size,
            texts: None,
        };
        aged.future += u64::from(dated.is_future);
        if let Some(day) = late(&message) {
            *aged.late.entry(day).or_default() += 1;
        }
        aged.news.extend(holds.news(&facts, today));
        aged.items.push(Item {
            uid: message.uid,
            size: message.size,
            day: dated.day,
            saved: message.saved.map(|at| at.to_utc().date_naive()),
            is_answered: message.has("\\Answered"),
            is_flagged: message.has("\\Flagged"),
            holds: holds.keeping(&facts, today),
            is_doubtful: is_cut && !held.is_empty(),
            conversation: None,
        });
    };
    let told = session.summaries(&uids, HeaderFields::Saved(&asked), pace, &mut take)?;
    if let Err(refusal) = told {
        return Ok(Err(refusal.to_string()));
    }
    aged.items.sort_by_key(|item| item.uid);
    aged.lacks = lacking(session, wire, "te")?;
    Ok(Ok(aged))
}

/// The day on which `message` came, where that is more than a year after it was written.
fn late(message: &Message) -> Option<NaiveDate> {
    let (came, written) = (message.arrived?.date_naive(), message.head.written?);
    let year_later = written.date_naive().checked_add_days(Days::new(366))?;
    (came > year_later).then_some(came)
}
