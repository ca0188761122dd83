//! mail archive --to-file, --to-mailbox: which messages are kept elsewhere now, and gone from the mailbox.

use super::archived::{Told, conversations};
use super::exported::NotExported;
use super::label::Unlooked;
use super::targeted::Targeted;
use crate::archive::Kept;
use crate::decide::archiving::leaving;
use crate::decide::targeting::Choice;
use crate::decide::withheld::{Stays, Why};
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::change::Change;
use crate::model::dialect::Dialect;
use crate::model::outcome::{Fate, Outcome, failure};
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::uids::Uids;
use crate::model::words::{messages, storage};
use crate::observe::Copied;
use serde::Serialize;
use std::path::Path;

/// Where messages are kept.
#[derive(Clone, Debug)]
pub struct To<'a> {
    /// The files or the mailbox.
    pub path: String,
    /// What is in them, as far as anything is.
    pub kept: Option<&'a Kept>,
    /// Whether an earlier run wrote them.
    pub is_gone_on: bool,
}

impl To<'_> {
    /// The mailbox called `name`.
    pub fn mailbox(name: &MailboxName) -> Self {
        Self {
            path: name.to_string(),
            kept: None,
            is_gone_on: false,
        }
    }
}

impl<'a> To<'a> {
    /// `path`, where this was written before, if anything was.
    pub fn of(path: &Path, before: Option<&'a Kept>) -> Self {
        Self {
            path: path.display().to_string(),
            kept: before,
            is_gone_on: before.is_some(),
        }
    }
}

/// The report of `mail archive --to-file` and `--to-mailbox`.
#[derive(Clone, Debug, Serialize)]
pub struct TakenReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Whether nothing was written and nothing was sent to the server.
    pub dry_run: bool,
    /// Where the messages are kept, or would be.
    pub to: String,
    /// Where the manifest is.
    pub manifest: Option<String>,
    /// The SHA-256 of the manifest, which the log has too.
    pub manifest_sha256: Option<String>,
    /// Whether the files were there, written by a run that broke off.
    pub resumed: bool,
    /// How many messages are in the files, or are known to lie in the other mailbox.
    pub kept: u64,
    /// How many messages are meant, and lay in the mailbox.
    pub found: u64,
    /// How many are gone from the mailbox, or would be.
    pub deleted: u64,
    /// Of how many nobody knows whether they are.
    pub unknown: u64,
    /// How long those are that are gone, in bytes.
    pub bytes: u64,
    /// Each folder out of which messages go.
    pub folders: Vec<Taken>,
    /// The messages that could not be written, and stay.
    pub not_kept: Vec<NotExported>,
    /// How many are meant and are not in the files that were there: they stay.
    pub not_there: u64,
    /// The messages that are meant and that a hold keeps in the mailbox, or may.
    pub withheld: Vec<Withheld>,
    /// Where only finished conversations go: each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversations: Option<Vec<Told>>,
    /// Where only so much goes that the mailbox is small enough: each message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Targeted>,
    /// What else could not be done.
    pub cut_short: Option<String>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    #[serde(skip)]
    is_blind: bool,
    #[serde(skip)]
    exit: Exit,
}

/// A message that a hold keeps in the mailbox, or may.
#[derive(Clone, Debug, Serialize)]
pub struct Withheld {
    /// The folder in which it lies.
    pub folder: String,
    /// Its UID.
    pub uid: u32,
    /// Why it stays.
    pub why: String,
}

/// Messages that went out of one folder.
#[derive(Clone, Debug, Serialize)]
pub struct Taken {
    /// Where they lay.
    pub folder: String,
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// How many went, or would go.
    pub deleted: u64,
    /// Of how many nobody knows whether they did.
    pub unknown: u64,
    /// How long those are that went, in bytes.
    pub bytes: u64,
    /// What their UIDs were.
    pub uids: String,
    /// `planned`, `done`, or why not.
    pub result: String,
}

/// What a change takes out of its folder.
struct Part<'c> {
    folder: &'c str,
    uid_validity: u32,
    uids: &'c Uids,
    size: u64,
    fate: Option<&'c Fate>,
}

impl<'c> Part<'c> {
    fn of(change: &'c Change, fate: Option<&'c Fate>) -> Option<Self> {
        let (folder, uid_validity, uids, size) = match change {
            Change::Expunge(gone) => (&gone.folder, gone.uid_validity, &gone.uids, gone.size),
            Change::Move(moved) => (&moved.folder, moved.uid_validity, &moved.uids, moved.size),
            _ => return None,
        };
        Some(Self {
            folder: &folder.path,
            uid_validity,
            uids,
            size,
            fate,
        })
    }

    fn is_done(&self) -> bool {
        self.fate.is_none_or(|fate| *fate == Fate::Done)
    }
}

impl TakenReport {
    /// What would be done in the mailbox of `state`.
    pub fn planned(to: &To, state: &Mailbox, plan: &Plan, dry_run: bool) -> Self {
        let parts = plan.changes.iter().filter_map(|one| Part::of(one, None));
        Self {
            dry_run,
            ..Self::new(to, state, &parts.collect::<Vec<_>>())
        }
    }

    /// What was done.
    pub fn done(to: &To, state: &Mailbox, outcome: &Outcome) -> Self {
        let parts = outcome.changes.iter();
        let parts = parts.filter_map(|(change, fate)| Part::of(change, Some(fate)));
        Self {
            cut_short: outcome.cut_short.clone(),
            exit: outcome.exit(),
            ..Self::new(to, state, &parts.collect::<Vec<_>>())
        }
    }

    fn new(to: &To, state: &Mailbox, parts: &[Part]) -> Self {
        let unread = state.messages.iter().filter_map(|lie| {
            Some(Unlooked {
                folder: lie.place.path.clone(),
                why: lie.found.as_ref().err()?.clone(),
            })
        });
        let unread: Vec<Unlooked> = unread.collect();
        let together = parts.chunk_by(|a, b| a.folder == b.folder);
        let folders: Vec<Taken> = together.filter_map(Taken::of).collect();
        let found: u64 = leaving(state).map(|(_, lying)| lying.all.len()).sum();
        let safe = to.kept.filter(|_| to.is_gone_on).map(|kept| &kept.safe);
        let there = safe.map(|safe| {
            let held = leaving(state).map(|(place, lying)| safe.within(&place.path, lying).len());
            held.sum::<usize>() as u64
        });
        let summary = to.kept.map(|kept| &kept.summary);
        Self {
            mailbox: state.name.clone(),
            dry_run: false,
            to: to.path.clone(),
            manifest: summary.map(|summary| summary.manifest.display().to_string()),
            manifest_sha256: to.kept.map(|kept| kept.sha256.clone()),
            resumed: to.is_gone_on,
            kept: summary.map_or(0, |summary| summary.messages),
            found,
            deleted: folders.iter().map(|folder| folder.deleted).sum(),
            unknown: folders.iter().map(|folder| folder.unknown).sum(),
            bytes: folders.iter().map(|folder| folder.bytes).sum(),
            folders,
            not_kept: Vec::new(),
            not_there: there.map_or(0, |there| found.saturating_sub(there)),
            withheld: Vec::new(),
            conversations: None,
            target: None,
            cut_short: None,
            is_blind: !unread.is_empty() && unread.len() == state.messages.len(),
            unread,
            exit: Exit::Done,
        }
    }

    /// The same where holds keep `all` of these.
    #[must_use]
    pub fn withheld(mut self, all: Vec<Stays>) -> Self {
        // What is held is in no file.
        self.not_there = self.not_there.saturating_sub(all.len() as u64);
        self.withheld = all
            .into_iter()
            .filter(|one| one.why != Why::Spared)
            .map(|one| Withheld {
                folder: one.folder,
                uid: one.uid,
                why: one.why.to_string(),
            })
            .collect();
        self
    }

    /// The same with the file that tells which messages those are that are kept, and its hash.
    #[must_use]
    pub fn proved(self, manifest: &Path, sha256: String) -> Self {
        Self {
            manifest: Some(manifest.display().to_string()),
            manifest_sha256: Some(sha256),
            ..self
        }
    }

    /// The same with what was judged to choose what goes.
    #[must_use]
    pub fn chosen(self, choice: &Choice) -> Self {
        let finished = choice.finished.as_ref();
        Self {
            conversations: finished.map(|all| all.conversations.iter().map(Told::of).collect()),
            target: choice.ranked.as_ref().map(Targeted::new),
            ..self
        }
    }

    /// The same of `kept` messages that lie in another mailbox now, with what became of each folder, and why the rest
    /// was not tried.
    #[must_use]
    pub fn carried(
        mut self,
        kept: u64,
        told: Vec<(String, Result<Copied, String>)>,
        cut_short: Option<String>,
    ) -> Self {
        self.kept = kept;
        self.cut_short = cut_short.or(self.cut_short);
        self.missing(told)
    }

    /// The same where the other mailbox did not get the folders into which they should go.
    #[must_use]
    pub fn barred(mut self, outcome: &Outcome, dialect: &Dialect) -> Self {
        let why = outcome.failures().filter_map(|(change, fate)| {
            Some(format!("{}: {}", change.in_words(dialect), failure(fate)?))
        });
        let why: Vec<String> = why.collect();
        self.cut_short = Some(format!("{}: {}", self.to, why.join("; ")));
        self.exit = outcome.exit();
        self
    }

    /// The same with what could not be written of each folder.
    #[must_use]
    pub fn missing(mut self, written: Vec<(String, Result<Copied, String>)>) -> Self {
        for (folder, copied) in written {
            match copied {
                Ok(copied) => self
                    .not_kept
                    .extend(NotExported::of(&folder, copied.missed)),
                Err(why) if !self.unread.iter().any(|known| known.folder == folder) => {
                    self.unread.push(Unlooked { folder, why });
                }
                Err(_) => {}
            }
        }
        self
    }

    /// Whether a dry run found something to do.
    pub fn is_pending(&self) -> bool {
        self.dry_run && self.deleted > 0
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        let is_whole = self.unread.is_empty()
            && self.not_kept.is_empty()
            && self.not_there == 0
            && self.withheld.is_empty()
            && self.cut_short.is_none();
        match self.exit {
            Exit::Done if is_whole => Exit::Done,
            Exit::Done if self.is_blind => Exit::Refused,
            Exit::Done => Exit::Partly,
            exit => exit,
        }
    }

    /// What is asked before anything of a plan is done.
    pub fn question(&self) -> String {
        let (mailbox, to) = (&self.mailbox, &self.to);
        let (messages, size) = (messages(self.deleted), size(self.bytes));
        match self.resumed {
            true => format!(
                "Delete {messages} of {mailbox} ({size}) that are in {to}, where an earlier run wrote them? There is \
                 no undo."
            ),
            false => format!(
                "Write {messages} of {mailbox} ({size}) into {to}, and delete them from the mailbox? There is no undo."
            ),
        }
    }

    fn summary(&self) -> String {
        let (mailbox, to, size) = (&self.mailbox, &self.to, size(self.bytes));
        let doubt = match self.unknown {
            0 => String::new(),
            n => format!(", {n} unknown"),
        };
        if self.found == 0 && !self.unread.is_empty() {
            return format!(
                "{mailbox}: no message is meant in the folders that could be looked into"
            );
        }
        if self.found == 0 {
            return format!("{mailbox}: no message is meant, nothing to do");
        }
        let of = format!("{} of {}", self.deleted, messages(self.found));
        match (self.dry_run, self.resumed) {
            (true, true) => format!("{mailbox}: {of} would be deleted, which are in {to} ({size})"),
            (true, false) => {
                format!("{mailbox}: {of} would be written into {to}, and deleted ({size})")
            }
            (false, _) => {
                format!("{mailbox}: {of} archived in {to}, and deleted ({size}){doubt}")
            }
        }
    }
}

impl Taken {
    fn of(parts: &[Part]) -> Option<Self> {
        let first = parts.first()?;
        let made: Vec<&Part> = parts.iter().filter(|part| part.is_done()).collect();
        let unknown = parts
            .iter()
            .filter(|part| matches!(part.fate, Some(Fate::Unknown(_))));
        let uids: Vec<String> = made.iter().map(|part| part.uids.to_string()).collect();
        let failed = parts.iter().find_map(|part| failure(part.fate?));
        let well = match first.fate {
            None => "planned",
            Some(_) => "done",
        };
        Some(Self {
            folder: first.folder.to_owned(),
            uid_validity: first.uid_validity,
            deleted: made.iter().map(|part| part.uids.len()).sum(),
            unknown: unknown.map(|part| part.uids.len()).sum(),
            bytes: made.iter().map(|part| part.size).sum(),
            uids: uids.join(","),
            result: failed.unwrap_or_else(|| well.to_owned()),
        })
    }
}

fn size(bytes: u64) -> String {
    storage(bytes.div_ceil(1024))
}

impl Report for TakenReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "folder".into(),
            Column::right("messages"),
            Column::right("size"),
        ]);
        for row in &self.folders {
            table.push([row.folder.clone(), row.deleted.to_string(), size(row.bytes)]);
        }
        let mut document = Document::new();
        if let Some(all) = &self.conversations {
            document = document.table(conversations(all));
        }
        if let Some(target) = &self.target {
            document = target.told(document);
        }
        if !self.folders.is_empty() {
            document = document.table(table);
        }
        document = document.line(Text::strong(self.summary()));
        if let (Some(manifest), Some(hash)) = (&self.manifest, &self.manifest_sha256) {
            document = document.line(format!(
                "{} in it; {manifest} tells which (SHA-256 {hash})",
                match self.kept {
                    1 => "1 message is".to_owned(),
                    n => format!("{} are", messages(n)),
                }
            ));
        }
        for row in &self.folders {
            if !["planned", "done"].contains(&row.result.as_str()) {
                let what = format!("  {}: {}", row.folder, row.result);
                document = document.line(Text::bad(what));
            }
        }
        let mailbox = &self.mailbox;
        if self.not_there > 0 {
            document = document.warning(format!(
                "{mailbox}: {} not in {}, which is not added to, and stay: name another file for them",
                match self.not_there {
                    1 => "1 message that is meant is".to_owned(),
                    n => format!("{} that are meant are", messages(n)),
                },
                self.to
            ));
        }
        for one in &self.withheld {
            document = document.warning(format!(
                "{mailbox}: the message {} of {:?} stays {}",
                one.uid, one.folder, one.why
            ));
        }
        for missed in &self.not_kept {
            document = document.warning(format!(
                "{mailbox}: the message {} of {:?} is not archived, and stays {}",
                missed.uid, missed.folder, missed.why
            ));
        }
        if let Some(why) = &self.cut_short {
            document = document.warning(format!(
                "stopped before the end: {why}; run it again to go on"
            ));
        }
        Unlooked::told(&self.unread, mailbox, document)
    }

    fn records(&self) -> Records {
        let columns = [
            "mailbox", "folder", "to", "deleted", "unknown", "bytes", "uids", "result",
        ];
        let mut records = Records::new(columns.to_vec());
        for row in &self.folders {
            records.push([
                self.mailbox.clone(),
                row.folder.clone(),
                self.to.clone(),
                row.deleted.to_string(),
                row.unknown.to_string(),
                row.bytes.to_string(),
                row.uids.clone(),
                row.result.clone(),
            ]);
        }
        records
    }
}
