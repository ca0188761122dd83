//! mail usage: where the storage of a mailbox goes.

mod page;
mod told;

pub use page::page;

use super::label::Unlooked;
use crate::decide::usage::{Prospect, prospect, storage};
use crate::exit::Exit;
use crate::model::state::{Mailbox, Quota};
use crate::model::usage::{Found, Group, Large, RECENT_DAYS, SIZES, Sums, Tally, Usage, percent};
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use std::cmp::Reverse;

/// The report of `mail usage`.
#[derive(Clone, Debug, Serialize)]
pub struct UsageReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// How much there is of what is meant, in the folders that could be looked into.
    #[serde(flatten)]
    pub all: Tally,
    /// The nearest limit of storage, as the server counts.
    pub quota: Option<Storage>,
    /// Why the server does not say, where it was asked and refused.
    pub quota_untold: Option<String>,
    /// What came in the last days and is still there.
    pub pace: Pace,
    /// `days`, `full`, `not-growing`, `no-limit`, `not-told` or `not-all-counted`.
    pub until_full: &'static str,
    /// The days until it is full, where that is a number.
    pub days_until_full: Option<u64>,
    /// By folder, the fullest first.
    pub folders: Vec<Counted>,
    /// By the year of arrival.
    pub years: Vec<Counted>,
    /// Those of which the server does not say when they arrived.
    pub undated: Tally,
    /// Those that arrived later than now, as the server says.
    pub in_future: Tally,
    /// When the first of them arrived.
    pub oldest: Option<String>,
    /// By the month of arrival: this one and the eleven before it.
    pub months: Vec<Counted>,
    /// By size.
    pub sizes: Vec<Counted>,
    /// By the address in the From field: those that take most.
    pub senders: Vec<Counted>,
    /// Those of all other senders.
    pub other_senders: Tally,
    /// Those without an address of a sender.
    pub without_sender: Tally,
    /// Whether there are more senders than are told apart, so that those who take most may be among the
    /// others.
    pub too_many_senders: bool,
    /// The largest messages.
    pub largest: Vec<LargeRow>,
    /// What lies there more than once.
    pub duplicates: Duplicates,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// How many are longer than is read for the text: what was read does not hold it, and the rest may.
    pub text_not_seen: u64,
    #[serde(skip)]
    top: usize,
    #[serde(skip)]
    prospect: Prospect,
    #[serde(skip)]
    oldest_days: Option<u64>,
}

/// Messages that have something in common.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    /// What: a folder, a year, a sender.
    pub key: String,
    /// They.
    #[serde(flatten)]
    pub tally: Tally,
}

/// A limit of storage.
#[derive(Clone, Debug, Serialize)]
pub struct Storage {
    /// Its root; others may share it.
    pub root: String,
    /// How much is used, in KiB.
    pub used_kib: u64,
    /// How much may be, in KiB.
    pub limit_kib: u64,
    /// How many hundredths are used, rounded down.
    pub percent: Option<u64>,
}

/// What came in the last days and is still there.
#[derive(Clone, Debug, Serialize)]
pub struct Pace {
    /// In how many days.
    pub days: u64,
    /// How much.
    #[serde(flatten)]
    pub tally: Tally,
}

/// One of the largest messages.
#[derive(Clone, Debug, Serialize)]
pub struct LargeRow {
    /// The folder in which it lies.
    pub folder: String,
    /// Its UID there.
    pub uid: u32,
    /// What commands take for it.
    pub id: String,
    /// Its Message-ID, where it has one.
    pub message_id: Option<String>,
    /// Who wrote it.
    pub from: String,
    /// What it is about.
    pub subject: String,
    /// How long it is, in bytes.
    pub size: u64,
    /// When it arrived, as RFC 3339 has it.
    pub arrived: Option<String>,
    #[serde(skip)]
    at: Option<DateTime<FixedOffset>>,
}

/// What lies there more than once, by Message-ID and size.
#[derive(Clone, Debug, Serialize)]
pub struct Duplicates {
    /// How many messages do.
    pub groups: u64,
    /// How many copies there are beside one of each.
    pub copies: u64,
    /// How many bytes these take.
    pub bytes: u64,
    /// Whether the contents were compared: they never are.
    pub contents_compared: bool,
    /// Those that take most.
    pub largest: Vec<Duplicate>,
    /// Of how many messages nobody knows, as there were too many.
    pub not_followed: u64,
    /// How many groups could not be among those that take most, as there were too many.
    pub not_named: u64,
}

/// A message that lies there more than once.
#[derive(Clone, Debug, Serialize)]
pub struct Duplicate {
    /// What commands take for it.
    pub id: String,
    /// Its Message-ID.
    pub message_id: String,
    /// How long each copy is.
    pub size: u64,
    /// How many there are.
    pub copies: u32,
    /// How many bytes are freed where one copy stays.
    pub freed: u64,
    /// Where they lie.
    pub folders: Vec<Lying>,
}

/// Copies in one folder.
#[derive(Clone, Debug, Serialize)]
pub struct Lying {
    /// Its path.
    pub folder: String,
    /// How many.
    pub copies: u32,
}

impl UsageReport {
    /// What was counted in the mailbox of `state`, `top` of each kind; `is_all` where all of its mail is
    /// meant.
    pub fn new(state: &Mailbox, usage: &Usage, top: usize, is_all: bool) -> Self {
        let sums = &usage.sums;
        let storage = storage(state);
        let prospect = prospect(storage, sums.recent, is_all && usage.unread.is_empty());
        let unread = usage.unread.iter().cloned();
        let (senders, other_senders) = senders(sums, top);
        let year = |(year, tally): (&i32, &Tally)| Counted::new(year.to_string(), *tally);
        let month = |(month, tally): (&_, &Tally)| Counted::new(format!("{month}"), *tally);
        Self {
            mailbox: state.name.clone(),
            all: sums.all,
            quota: storage.ok().flatten().map(Storage::new),
            quota_untold: storage.err().map(|untold| untold.why.clone()),
            pace: Pace {
                days: RECENT_DAYS,
                tally: sums.recent,
            },
            until_full: until_full(prospect),
            days_until_full: match prospect {
                Prospect::Days(days) => Some(days),
                _ => None,
            },
            folders: largest_first(usage.folders.iter().cloned()),
            years: sums.years.iter().map(year).collect(),
            undated: sums.undated,
            in_future: sums.in_future,
            oldest: sums.oldest.map(|at| at.to_rfc3339()),
            months: sums.months.iter().map(month).collect(),
            sizes: sizes(sums),
            senders,
            other_senders,
            without_sender: sums.without_sender,
            too_many_senders: sums.other_senders.messages > 0,
            largest: sums.largest.iter().map(LargeRow::new).collect(),
            duplicates: Duplicates::new(usage.copies(), &usage.folders),
            unread: unread
                .map(|(folder, why)| Unlooked { folder, why })
                .collect(),
            text_not_seen: usage.not_read_to_the_end,
            top,
            prospect,
            oldest_days: sums.oldest.map(|at| usage.clock.days_since(at)),
        }
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        match (self.unread.is_empty(), self.folders.is_empty()) {
            (true, _) => Exit::Done,
            (false, true) => Exit::Refused,
            (false, false) => Exit::Partly,
        }
    }
}

impl Counted {
    fn new(key: String, tally: Tally) -> Self {
        Self { key, tally }
    }
}

fn largest_first(all: impl Iterator<Item = (String, Tally)>) -> Vec<Counted> {
    let mut all: Vec<Counted> = all.map(|(key, tally)| Counted::new(key, tally)).collect();
    all.sort_by_cached_key(|row| (Reverse(row.tally.bytes), row.key.clone()));
    all
}

/// Those `top` senders that take most, and all the others.
fn senders(sums: &Sums, top: usize) -> (Vec<Counted>, Tally) {
    let all = sums
        .senders
        .iter()
        .map(|(key, tally)| (key.clone(), *tally));
    let mut all = largest_first(all);
    let rest = all.split_off(top.min(all.len()));
    let rest = rest.into_iter().map(|row| row.tally);
    (all, rest.chain([sums.other_senders]).collect())
}

fn sizes(sums: &Sums) -> Vec<Counted> {
    let [a, b, c, d] = SIZES.map(|most| crate::model::size::write(most / 1024));
    let names = [
        format!("up to {a}"),
        format!("up to {b}"),
        format!("up to {c}"),
        format!("up to {d}"),
        format!("larger than {d}"),
    ];
    let each = names.into_iter().zip(sums.sizes);
    each.map(|(name, tally)| Counted::new(name, tally))
        .collect()
}

const fn until_full(prospect: Prospect) -> &'static str {
    match prospect {
        Prospect::NotTold => "not-told",
        Prospect::NoLimit => "no-limit",
        Prospect::Full => "full",
        Prospect::PartCounted => "not-all-counted",
        Prospect::NotGrowing => "not-growing",
        Prospect::Days(_) => "days",
    }
}

/// A Message-ID as commands take it, whole: that of another message may begin in the same way.
fn id(message_id: &str) -> String {
    message_id.trim_matches(['<', '>']).to_owned()
}

impl Storage {
    fn new(quota: &Quota) -> Self {
        Self {
            root: quota.root.clone(),
            used_kib: quota.used,
            limit_kib: quota.limit,
            percent: percent(quota.used, quota.limit),
        }
    }
}

impl LargeRow {
    fn new(large: &Large) -> Self {
        let message_id = large.message_id.clone();
        Self {
            folder: large.folder.clone(),
            uid: large.uid,
            id: message_id
                .as_deref()
                .map_or_else(|| large.uid.to_string(), id),
            message_id,
            from: large.from.clone(),
            subject: large.subject.clone(),
            size: large.size,
            arrived: large.arrived.map(|at| at.to_rfc3339()),
            at: large.arrived,
        }
    }
}

impl Duplicates {
    fn new(found: Found, folders: &[(String, Tally)]) -> Self {
        let duplicate = |group: Group| Duplicate {
            id: id(&group.message_id),
            size: group.size,
            copies: group.copies,
            freed: group.freed(),
            folders: lying(&group, folders),
            message_id: group.message_id,
        };
        Self {
            groups: found.groups,
            copies: found.copies,
            bytes: found.bytes,
            contents_compared: false,
            largest: found.most.into_iter().map(duplicate).collect(),
            not_followed: found.not_followed,
            not_named: found.not_named,
        }
    }
}

fn lying(group: &Group, folders: &[(String, Tally)]) -> Vec<Lying> {
    let each = group.folders.iter().filter_map(|(number, copies)| {
        let (folder, _) = folders.get(usize::try_from(*number).ok()?)?;
        Some(Lying {
            folder: folder.clone(),
            copies: *copies,
        })
    });
    each.collect()
}
