//! mail archive: where the messages that are meant lie now.

use super::label::Unlooked;
use crate::decide::archiving::leaving;
use crate::decide::finishing::{Conversation, Finished};
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::change::{Change, Move};
use crate::model::finished::Why;
use crate::model::outcome::{Fate, Outcome, failure};
use crate::model::plan::{Place, Plan};
use crate::model::state::Mailbox;
use crate::model::words::{messages, storage};
use serde::Serialize;

/// The report of `mail archive`.
#[derive(Clone, Debug, Serialize)]
pub struct ArchivedReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// How many messages are meant.
    pub found: u64,
    /// How many went, or would go.
    pub moved: u64,
    /// Of how many nobody knows whether they went.
    pub unknown: u64,
    /// Each folder out of which messages go, and into which.
    pub folders: Vec<Went>,
    /// The folders that were made, or would be.
    pub created: Vec<String>,
    /// Of how many messages it is not known to which year they belong.
    pub undated: u64,
    /// Of how many the date is yet to come, and did not count.
    pub future: u64,
    /// What else could not be done.
    pub failures: Vec<String>,
    /// Why the rest was not tried, where the work was cut short.
    pub cut_short: Option<String>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// Where only finished conversations go: each, the one first of which the last message is oldest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversations: Option<Vec<Told>>,
    #[serde(skip)]
    is_of_spares: bool,
    #[serde(skip)]
    is_blind: bool,
    #[serde(skip)]
    exit: Exit,
}

/// Messages that went from one folder into another.
#[derive(Clone, Debug, Serialize)]
pub struct Went {
    /// Where they lay.
    pub folder: String,
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// Where they lie now.
    pub to: String,
    /// How many went, or would go.
    pub moved: u64,
    /// Of how many nobody knows whether they did.
    pub unknown: u64,
    /// How long those are that went, in bytes.
    pub bytes: u64,
    /// What their UIDs were.
    pub uids: String,
    /// What their UIDs are, with the identity of the numbering there, where it is known.
    pub at: Vec<Lies>,
    /// `planned`, `done`, or why not.
    pub result: String,
}

/// A conversation, and why it goes or stays.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// The subject of its first message.
    pub subject: String,
    /// The day of its last message.
    pub last: Option<String>,
    /// Whether it is finished, so that it goes.
    pub goes: bool,
    /// Why it goes or stays.
    pub why: String,
    /// How long its messages are in the folders out of which mail goes, in bytes.
    pub bytes: u64,
    /// Each of these.
    pub messages: Vec<Judged>,
}

/// A message of a conversation that was judged.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// The folder in which it lay.
    pub folder: String,
    /// Its UID there.
    pub uid: u32,
    /// Whether it is one that goes.
    pub goes: bool,
    /// Why it goes or stays.
    pub why: String,
}

impl Told {
    /// That of `one`.
    pub(super) fn of(one: &Conversation) -> Self {
        let (goes, why) = (one.why == Why::Finished, one.why.to_string());
        let judged = |(folder, uid): &(String, u32)| Judged {
            folder: folder.clone(),
            uid: *uid,
            goes,
            why: why.clone(),
        };
        Self {
            subject: one.subject.clone(),
            last: one.last.map(|day| day.to_string()),
            goes,
            bytes: one.bytes,
            messages: one.messages.iter().map(judged).collect(),
            why: why.clone(),
        }
    }
}

/// Each conversation in a row.
pub(super) fn conversations<'t>(all: impl IntoIterator<Item = &'t Told>) -> Table {
    let mut table = Table::new([
        "conversation".into(),
        "last".into(),
        Column::right("messages"),
        Column::right("size"),
        "goes".into(),
        "why".into(),
    ]);
    for told in all {
        table.push([
            match told.subject.is_empty() {
                true => "(no subject)".to_owned(),
                false => told.subject.clone(),
            },
            told.last.clone().unwrap_or_default(),
            told.messages.len().to_string(),
            storage(told.bytes.div_ceil(1024)),
            if told.goes { "yes" } else { "no" }.to_owned(),
            told.why.clone(),
        ]);
    }
    table
}

/// Where messages lie.
#[derive(Clone, Debug, Serialize)]
pub struct Lies {
    /// The identity of the folder's numbering.
    pub uid_validity: u32,
    /// Their UIDs.
    pub uids: String,
}

impl ArchivedReport {
    /// What would be done in the mailbox of `state`.
    pub fn dry(state: &Mailbox, plan: &Plan) -> Self {
        let changes: Vec<(&Change, Option<&Fate>)> =
            plan.changes.iter().map(|change| (change, None)).collect();
        Self {
            dry_run: true,
            ..Self::new(state, &changes)
        }
    }

    /// What was done.
    pub fn done(state: &Mailbox, outcome: &Outcome) -> Self {
        let changes = outcome.changes.iter();
        let changes: Vec<(&Change, Option<&Fate>)> =
            changes.map(|(change, fate)| (change, Some(fate))).collect();
        Self {
            cut_short: outcome.cut_short.clone(),
            exit: outcome.exit(),
            ..Self::new(state, &changes)
        }
    }

    fn new(state: &Mailbox, changes: &[(&Change, Option<&Fate>)]) -> Self {
        let unread = state.messages.iter().filter_map(|lie| {
            Some(Unlooked {
                folder: lie.place.path.clone(),
                why: lie.found.as_ref().err()?.clone(),
            })
        });
        let unread: Vec<Unlooked> = unread.collect();
        let folders = went(changes);
        let dated = || leaving(state).flat_map(|(_, lying)| &lying.dated);
        let made = |(change, fate): &(&Change, Option<&Fate>)| {
            let is_made = fate.is_none_or(|fate| *fate == Fate::Done);
            change
                .makes()
                .filter(|_| is_made)
                .map(|place| place.path.clone())
        };
        let failed = |(change, fate): &(&Change, Option<&Fate>)| {
            let why = failure((*fate)?).filter(|_| !matches!(change, Change::Move(_)))?;
            Some(format!("{}: {why}", change.in_words(&state.dialect)))
        };
        Self {
            mailbox: state.name.clone(),
            dry_run: false,
            found: leaving(state).map(|(_, lying)| lying.all.len()).sum(),
            moved: folders.iter().map(|folder| folder.moved).sum(),
            unknown: folders.iter().map(|folder| folder.unknown).sum(),
            folders,
            created: changes.iter().filter_map(made).collect(),
            undated: dated().filter(|one| one.day.is_none()).count() as u64,
            future: dated().filter(|one| one.is_future).count() as u64,
            failures: changes.iter().filter_map(failed).collect(),
            cut_short: None,
            conversations: None,
            is_of_spares: false,
            // A folder into which mail goes is not looked into, and has no numbering here.
            is_blind: !state
                .messages
                .iter()
                .any(|lie| lie.found.as_ref().is_ok_and(|lying| lying.uid_validity > 0)),
            unread,
            exit: Exit::Done,
        }
    }

    /// The same of spare copies that go into the trash.
    #[must_use]
    pub fn of_spares(self) -> Self {
        Self {
            is_of_spares: true,
            ..self
        }
    }

    /// The same with what became of each conversation, where these were judged.
    #[must_use]
    pub fn judged(self, finished: Option<&Finished>) -> Self {
        let conversations =
            finished.map(|finished| finished.conversations.iter().map(Told::of).collect());
        Self {
            conversations,
            ..self
        }
    }

    /// Whether a dry run found something to do.
    pub fn is_pending(&self) -> bool {
        self.dry_run && self.moved > 0
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        match self.exit {
            Exit::Done if self.unread.is_empty() => Exit::Done,
            Exit::Done if self.is_blind => Exit::Refused,
            Exit::Done => Exit::Partly,
            exit => exit,
        }
    }

    fn summary(&self) -> String {
        let mailbox = &self.mailbox;
        if self.found == 0 && !self.unread.is_empty() {
            return format!(
                "{mailbox}: no message is meant in the folders that could be looked into"
            );
        }
        if self.found == 0 && self.is_of_spares {
            return format!("{mailbox}: no message is a spare copy of another, nothing to do");
        }
        if self.found == 0 && self.conversations.is_some() {
            return format!("{mailbox}: no conversation is finished and old enough, nothing to do");
        }
        if self.found == 0 {
            return format!("{mailbox}: no message is meant, nothing to do");
        }
        let done = match (self.dry_run, self.is_of_spares) {
            (true, false) => "would be archived",
            (false, false) => "archived",
            (true, true) => "would go into the trash",
            (false, true) => "went into the trash",
        };
        let bytes: u64 = self.folders.iter().map(|folder| folder.bytes).sum();
        let doubt = match self.unknown {
            0 => String::new(),
            n => format!(", {n} unknown"),
        };
        format!(
            "{mailbox}: {} of {} {done} ({}){doubt}",
            self.moved,
            messages(self.found),
            storage(bytes.div_ceil(1024)),
        )
    }
}

/// The messages that went, by where they lay and where they lie.
fn went(changes: &[(&Change, Option<&Fate>)]) -> Vec<Went> {
    let moves = changes.iter().filter_map(|(change, fate)| match change {
        Change::Move(moved) => Some((moved, *fate)),
        _ => None,
    });
    let moves: Vec<(&Move<Place>, Option<&Fate>)> = moves.collect();
    let together = moves.chunk_by(|(a, _), (b, _)| a.folder == b.folder && a.to == b.to);
    together.filter_map(Went::of).collect()
}

impl Went {
    fn of(parts: &[(&Move<Place>, Option<&Fate>)]) -> Option<Self> {
        let (first, fate) = parts.first()?;
        let is_made = |(_, fate): &&(&Move<Place>, Option<&Fate>)| {
            fate.is_none_or(|fate| *fate == Fate::Done)
        };
        let made: Vec<&Move<Place>> = parts.iter().filter(is_made).map(|(one, _)| *one).collect();
        let unknown = parts
            .iter()
            .filter(|(_, fate)| matches!(fate, Some(Fate::Unknown(_))));
        let uids: Vec<String> = made.iter().map(|one| one.uids.to_string()).collect();
        let at = made.iter().filter_map(|one| one.at.as_ref());
        let failed = parts.iter().find_map(|(_, fate)| failure((*fate)?));
        let well = if fate.is_none() { "planned" } else { "done" };
        Some(Self {
            folder: first.folder.path.clone(),
            uid_validity: first.uid_validity,
            to: first.to.path.clone(),
            moved: made.iter().map(|one| one.uids.len()).sum(),
            unknown: unknown.map(|(one, _)| one.uids.len()).sum(),
            bytes: made.iter().map(|one| one.size).sum(),
            uids: uids.join(","),
            at: at
                .map(|at| Lies {
                    uid_validity: at.uid_validity,
                    uids: at.uids.to_string(),
                })
                .collect(),
            result: failed.unwrap_or_else(|| well.to_owned()),
        })
    }
}

impl Report for ArchivedReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "folder".into(),
            "to".into(),
            Column::right("messages"),
            Column::right("size"),
        ]);
        for row in &self.folders {
            table.push([
                row.folder.clone(),
                row.to.clone(),
                row.moved.to_string(),
                storage(row.bytes.div_ceil(1024)),
            ]);
        }
        let told = self.conversations.iter().flatten();
        let mut document = Document::new().table(conversations(told));
        if !self.folders.is_empty() {
            document = document.table(table);
        }
        document = document.line(Text::strong(self.summary()));
        for row in &self.folders {
            if !["planned", "done"].contains(&row.result.as_str()) {
                let what = format!("  {} → {}: {}", row.folder, row.to, row.result);
                document = document.line(Text::bad(what));
            }
        }
        for why in &self.failures {
            document = document.line(Text::bad(format!("  {why}")));
        }
        let mailbox = &self.mailbox;
        if self.undated > 0 {
            let what = format!("{mailbox}: of {} no day is told", messages(self.undated));
            document = document.warning(what);
        }
        if self.future > 0 {
            let what = format!(
                "{mailbox}: {} written later than now: the day of arrival counts",
                match self.future {
                    1 => "1 message says that it was".to_owned(),
                    n => format!("{n} messages say that they were"),
                }
            );
            document = document.warning(what);
        }
        if let Some(why) = &self.cut_short {
            document = document.warning(format!(
                "stopped before the end: {why}; run it again to go on"
            ));
        }
        Unlooked::told(&self.unread, mailbox, document)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "mailbox", "folder", "to", "moved", "unknown", "bytes", "uids", "result",
        ]);
        for row in &self.folders {
            records.push([
                self.mailbox.clone(),
                row.folder.clone(),
                row.to.clone(),
                row.moved.to_string(),
                row.unknown.to_string(),
                row.bytes.to_string(),
                row.uids.clone(),
                row.result.clone(),
            ]);
        }
        records
    }
}
