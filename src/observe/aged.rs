//! How old the messages of folders are, and which of them are held.

use super::looking::{AT_ONCE, enter_to_look};
use super::messages::{lacking, lacking_of};
use super::shared::among;
use crate::error::Result;
use crate::imap::{HeaderFields, LONGEST_HEADER, Selected, Session, Wanted, Way};
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
    let parts = among(provider, opened, folders, AT_ONCE, work)?;
    Ok(parts.into_iter().flatten().collect())
}

fn each(
    session: &mut Session,
    folders: &[&Folder],
    holds: &Holds,
    now: DateTime<Utc>,
    pace: &Pace,
) -> Result<Vec<Result<Aged, String>>> {
    let eyes = Eyes::new(holds, now);
    let mut all = Vec::with_capacity(folders.len());
    if session.sweeps(&Query::default()) {
        for part in folders.chunks(AT_ONCE) {
            eyes.sweep(session, part, pace, &mut all)?;
        }
        return Ok(all);
    }
    for folder in folders {
        all.push(eyes.look(session, &folder.wire, pace)?);
        (pace.tick)(1);
    }
    Ok(all)
}

/// What messages are looked at for.
struct Eyes<'h> {
    holds: &'h Holds,
    now: DateTime<Utc>,
    today: NaiveDate,
    /// Whether holds ask about fields.
    is_by_fields: bool,
    /// The fields that are asked for.
    asked: String,
}

impl<'h> Eyes<'h> {
    fn new(holds: &'h Holds, now: DateTime<Utc>) -> Self {
        let today = now.date_naive();
        let held = holds.fields(today);
        let mut names: BTreeSet<&str> = held.iter().map(String::as_str).collect();
        names.insert("date");
        let names: Vec<&str> = names.into_iter().collect();
        Self {
            holds,
            now,
            today,
            is_by_fields: !held.is_empty(),
            asked: names.join(" ").to_ascii_uppercase(),
        }
    }

    /// Looks into `folders`, of all of them in one stream.
    fn sweep(
        &self,
        session: &mut Session,
        folders: &[&Folder],
        pace: &Pace,
        all: &mut Vec<Result<Aged, String>>,
    ) -> Result<()> {
        pace.must_go_on()?;
        let wires: Vec<&WireName> = folders.iter().map(|folder| &folder.wire).collect();
        let mut gathered: Vec<Aged> = folders.iter().map(|_| Aged::default()).collect();
        let mut take = |n: usize, message: Message, header: &[u8]| {
            if let Some(aged) = gathered.get_mut(n) {
                self.take(aged, message, header);
            }
        };
        let wanted = Wanted {
            fields: HeaderFields::Saved(&self.asked),
            way: Way::Look,
            rights: true,
        };
        let quiet = quiet(pace);
        let found = session.sweep(&wires, &Query::default(), wanted, &quiet, &mut take)?;
        for ((wire, aged), found) in wires.iter().zip(gathered).zip(found) {
            all.push(match found {
                Ok(Some(selected)) => self.became(session, wire, &selected, aged)?,
                Ok(None) => self.look(session, wire, pace)?,
                Err(refusal) => Err(refusal.to_string()),
            });
            (pace.tick)(1);
        }
        Ok(())
    }

    /// Looks into one folder.
    fn look(
        &self,
        session: &mut Session,
        wire: &WireName,
        pace: &Pace,
    ) -> Result<Result<Aged, String>> {
        let selected = match enter_to_look(session, wire, pace)? {
            Ok(selected) => selected,
            Err(why) => return Ok(Err(why)),
        };
        let mut aged = Aged::default();
        // Some refuse to search where nothing is, and without numbers nobody could say which messages are meant.
        if selected.messages > 0 && selected.uid_validity.is_some() {
            let uids = match session.find(&Query::default())? {
                Ok(uids) => uids,
                Err(refusal) => return Ok(Err(refusal.to_string())),
            };
            let mut take = |message: Message, header: &[u8]| self.take(&mut aged, message, header);
            let fields = HeaderFields::Saved(&self.asked);
            let told = session.summaries(&uids, fields, &quiet(pace), &mut take)?;
            if let Err(refusal) = told {
                return Ok(Err(refusal.to_string()));
            }
        }
        self.became(session, wire, &selected, aged)
    }

    /// What came of the messages that were `gathered` in a folder, which is as it was `selected`.
    fn became(
        &self,
        session: &mut Session,
        wire: &WireName,
        selected: &Selected,
        gathered: Aged,
    ) -> Result<Result<Aged, String>> {
        let Some(uid_validity) = selected.uid_validity else {
            let why = "(no UIDVALIDITY: nobody could tell its messages apart later)";
            return Ok(Err(why.to_owned()));
        };
        let mut aged = Aged {
            uid_validity,
            removes: session.removes_exactly(),
            is_label: session.capabilities().has("X-GM-EXT-1"),
            ..gathered
        };
        aged.items.sort_by_key(|item| item.uid);
        aged.lacks = match selected.rights {
            // Where nothing is, nothing goes.
            _ if selected.messages == 0 => String::new(),
            Some(rights) => lacking_of(session, rights, "te"),
            None => lacking(session, wire, "te")?,
        };
        Ok(Ok(aged))
    }

    fn take(&self, aged: &mut Aged, mut message: Message, header: &[u8]) {
        message.head = head(header);
        let (holds, today) = (self.holds, self.today);
        let dated = Dated::of(&message, self.now);
        let is_cut = header.len() >= LONGEST_HEADER;
        let facts = Facts {
            fields: if self.is_by_fields {
                fields(header)
            } else {
                Vec::new()
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
            is_doubtful: is_cut && self.is_by_fields,
            conversation: None,
        });
    }
}

/// `pace`, of which nobody sees the single steps.
fn quiet<'p>(pace: &Pace<'p>) -> Pace<'p> {
    Pace {
        tick: &|_| {},
        ..*pace
    }
}

/// The day on which `message` came, where that is more than a year after it was written.
fn late(message: &Message) -> Option<NaiveDate> {
    let (came, written) = (message.arrived?.date_naive(), message.head.written?);
    let year_later = written.date_naive().checked_add_days(Days::new(366))?;
    (came > year_later).then_some(came)
}
