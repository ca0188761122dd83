//! retention plan and retention run: what goes of each folder, and why the rest stays.

use super::archived::{Told, conversations};
use super::label::Unlooked;
use crate::decide::keeping::{Judged, Keeping, Verdict};
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::error::Error;
use crate::exit::Exit;
use crate::manifest::policy_in_toml;
use crate::model::change::Change;
use crate::model::finished::Why;
use crate::model::outcome::{Fate, Outcome, failure};
use crate::model::retention::{Ground, Held, Reason, TooMuch};
use crate::model::state::Mailbox;
use crate::model::words::{messages, storage};
use serde::Serialize;

/// The report of `retention plan` and `retention run`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct KeptReport {
    /// Whether nothing was sent to the server although a run was asked for.
    pub dry_run: bool,
    /// Each mailbox.
    pub mailboxes: Vec<Kept>,
    /// Those of which nothing can be told.
    pub failures: Vec<Failed>,
}

/// A mailbox of which nothing can be told.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// What people call it.
    pub mailbox: String,
    /// Why.
    pub why: String,
    #[serde(skip)]
    exit: Exit,
}

/// What goes of a mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// What people call it.
    pub mailbox: String,
    /// Each folder that a policy is about.
    pub folders: Vec<KeptFolder>,
    /// The folders that policies are about and that are not there.
    pub missing: Vec<String>,
    /// The folders that were made.
    pub created: Vec<String>,
    /// Whether more is held than is remembered: what a hold keeps by what it says alone.
    pub is_forgetful: bool,
    /// What else could not be done.
    pub failures: Vec<String>,
    /// Why the rest was not tried, where the work was cut short.
    pub cut_short: Option<String>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// Where a policy takes only what is finished: each conversation, the one first of which the last message is oldest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversations: Option<Vec<Told>>,
    #[serde(skip)]
    is_done: bool,
    #[serde(skip)]
    exit: Exit,
}

/// What goes of a folder.
#[derive(Clone, Debug, Serialize)]
pub struct KeptFolder {
    /// Its path.
    pub folder: String,
    /// What is said of it, in TOML.
    pub policy: String,
    /// What it is for: in the trash age counts from the day on which mail came there.
    pub ground: Ground,
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// How many messages lay there.
    pub messages: u64,
    /// How many are old enough to go.
    pub goes: u64,
    /// How long those are, in bytes.
    pub bytes: u64,
    /// The day from which the oldest of them counts.
    pub oldest: Option<String>,
    /// How many stay, and why.
    pub stays: Vec<Stays>,
    /// How many say that they were written later than now, which does not count.
    pub future: u64,
    /// How many came more than a year after they were written, as after a migration: their age counts from then.
    pub late: u64,
    /// The day on which most of them came.
    pub late_on: Option<String>,
    /// What a run needs to take so much.
    pub needs: Option<&'static str>,
    /// Whether the server takes a label off where others remove, so that mail goes into the trash instead.
    pub is_label: bool,
    /// How many went.
    pub went: u64,
    /// Of how many nobody knows whether they did.
    pub unknown: u64,
    /// Each part of them, as it was sent.
    pub parts: Vec<Part>,
}

/// Messages that stay for the same reason.
#[derive(Clone, Debug, Serialize)]
pub struct Stays {
    /// Why: `young`, `held` …
    pub reason: &'static str,
    /// For which case, where they are held.
    pub case: Option<String>,
    /// How many.
    pub messages: u64,
}

/// Messages that went together.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Where they went; absent where they went for good.
    pub to: Option<String>,
    /// What their UIDs were.
    pub uids: String,
    /// `done`, or why not.
    pub result: String,
}

impl KeptReport {
    /// Nothing can be told of `mailbox`, because of `error`.
    pub fn fails(&mut self, mailbox: &str, error: &Error) {
        self.failures.push(Failed {
            mailbox: mailbox.to_owned(),
            why: error.what().to_owned(),
            exit: error.exit(),
        });
    }

    /// How it ends for each mailbox.
    pub fn exits(&self) -> Vec<Exit> {
        let exits = self.mailboxes.iter().map(Kept::exit);
        exits
            .chain(self.failures.iter().map(|failed| failed.exit))
            .collect()
    }

    /// Whether anything would go.
    pub fn is_pending(&self) -> bool {
        let mut folders = self.mailboxes.iter().flat_map(|kept| &kept.folders);
        folders.any(|folder| folder.goes > 0)
    }
}

impl Kept {
    /// What would go of `mailbox`, where the folders `missing` are not there.
    pub fn planned(mailbox: &str, keeping: &Keeping, missing: Vec<String>) -> Self {
        let mut kept = Self {
            mailbox: mailbox.to_owned(),
            folders: Vec::new(),
            missing,
            created: Vec::new(),
            is_forgetful: keeping.is_forgetful,
            failures: Vec::new(),
            cut_short: None,
            unread: Vec::new(),
            conversations: keeping
                .conversations
                .as_ref()
                .map(|all| all.iter().map(Told::of).collect()),
            is_done: false,
            exit: Exit::Done,
        };
        for judged in &keeping.folders {
            match &judged.found {
                Ok(verdict) => kept.folders.push(KeptFolder::new(judged, verdict)),
                Err(why) => kept.unread.push(Unlooked {
                    folder: judged.place.path.clone(),
                    why: why.clone(),
                }),
            }
        }
        kept
    }

    /// What went of the mailbox of `state`.
    pub fn done(
        state: &Mailbox,
        keeping: &Keeping,
        missing: Vec<String>,
        outcome: &Outcome,
    ) -> Self {
        let mut kept = Self::planned(&state.name, keeping, missing);
        kept.is_done = true;
        kept.exit = outcome.exit();
        kept.cut_short.clone_from(&outcome.cut_short);
        for (change, fate) in &outcome.changes {
            let path = &change.folder().path;
            let (to, uids) = match change {
                Change::Move(moved) => (Some(moved.to.path.clone()), &moved.uids),
                Change::Expunge(gone) => (None, &gone.uids),
                other => {
                    let why = failure(fate);
                    let words = || other.in_words(&state.dialect);
                    kept.failures
                        .extend(why.map(|why| format!("{}: {why}", words())));
                    if *fate == Fate::Done {
                        kept.created
                            .extend(other.makes().map(|place| place.path.clone()));
                    }
                    continue;
                }
            };
            let mut folders = kept.folders.iter_mut();
            let Some(folder) = folders.find(|folder| folder.folder == *path) else {
                continue;
            };
            match fate {
                Fate::Done => folder.went += uids.len(),
                Fate::Unknown(_) => folder.unknown += uids.len(),
                _ => {}
            }
            folder.parts.push(Part {
                to,
                uids: uids.to_string(),
                result: failure(fate).unwrap_or_else(|| "done".to_owned()),
            });
        }
        kept
    }

    /// How it ends.
    fn exit(&self) -> Exit {
        match self.exit {
            Exit::Done if self.unread.is_empty() => Exit::Done,
            Exit::Done if self.folders.is_empty() => Exit::Refused,
            Exit::Done => Exit::Partly,
            exit => exit,
        }
    }

    fn summary(&self) -> String {
        let mailbox = &self.mailbox;
        let sum = |of: fn(&KeptFolder) -> u64| -> u64 { self.folders.iter().map(of).sum() };
        let (all, goes) = (sum(|folder| folder.messages), sum(|folder| folder.goes));
        let size = storage(sum(|folder| folder.bytes).div_ceil(1024));
        if self.folders.is_empty() && self.unread.is_empty() {
            return format!("{mailbox}: no policy is about a folder that is there, nothing to do");
        }
        if goes == 0 {
            return format!("{mailbox}: {} looked at, nothing to do", messages(all));
        }
        if !self.is_done {
            return format!("{mailbox}: {goes} of {} would go ({size})", messages(all));
        }
        let doubt = match sum(|folder| folder.unknown) {
            0 => String::new(),
            n => format!(", {n} unknown"),
        };
        let went = sum(|folder| folder.went);
        format!(
            "{mailbox}: {went} of {} went ({size}){doubt}",
            messages(goes)
        )
    }

    fn told(&self, mut document: Document) -> Document {
        let mut table = Table::new([
            Column::from("folder"),
            "policy".into(),
            Column::right("messages"),
            Column::right("go"),
            Column::right("size"),
            "oldest".into(),
            "stay".into(),
        ]);
        for folder in &self.folders {
            let stays: Vec<String> = folder.stays.iter().map(Stays::words).collect();
            table.push([
                folder.folder.clone(),
                folder.policy.clone(),
                folder.messages.to_string(),
                folder.goes.to_string(),
                storage(folder.bytes.div_ceil(1024)),
                folder.oldest.clone().unwrap_or_default(),
                stays.join(", "),
            ]);
        }
        if let Some(all) = self.conversations.as_ref().filter(|_| !self.is_done) {
            document = document.table(conversations(all));
        }
        if !self.folders.is_empty() {
            document = document.table(table);
        }
        document = document.line(Text::strong(self.summary()));
        for folder in &self.folders {
            for part in folder.parts.iter().filter(|part| part.result != "done") {
                let to = part.to.as_deref().unwrap_or("nowhere");
                let what = format!("  {} → {to}: {}", folder.folder, part.result);
                document = document.line(Text::bad(what));
            }
        }
        for why in &self.failures {
            document = document.line(Text::bad(format!("  {why}")));
        }
        self.warned(document)
    }

    fn warned(&self, mut document: Document) -> Document {
        let mailbox = &self.mailbox;
        for folder in &self.folders {
            let path = &folder.folder;
            if let Some(needs) = folder.needs {
                document = document.warning(format!(
                    "{mailbox}: {path:?} would lose {} of {}: a run needs {needs} for that",
                    folder.goes,
                    messages(folder.messages)
                ));
            }
            if folder.future > 0 {
                document = document.warning(format!(
                    "{mailbox}: in {path:?} {} written later than now: the day of arrival counts",
                    match folder.future {
                        1 => "1 message says that it was".to_owned(),
                        n => format!("{n} messages say that they were"),
                    }
                ));
            }
            if let Some(day) = folder.late_on.as_ref().filter(|_| !self.is_done) {
                document = document.warning(format!(
                    "{mailbox}: in {path:?} {} came more than a year after the Date, most on {day} (a migration?): age \
                     counts from then",
                    messages(folder.late)
                ));
            }
            if folder.is_label && folder.goes > 0 {
                document = document.warning(format!(
                    "{mailbox}: {path:?} is a label on this server: what would go for good from there goes into the \
                     trash"
                ));
            }
        }
        for path in &self.missing {
            document = document.warning(format!(
                "{mailbox}: there is no folder {path:?}, of which a policy speaks"
            ));
        }
        if self.is_forgetful {
            document = document.warning(format!(
                "{mailbox}: more than {} messages are held: the rest is held by what the holds say now, and not remembered",
                Held::MOST
            ));
        }
        if let Some(why) = &self.cut_short {
            document = document.warning(format!(
                "stopped before the end: {why}; run it again to go on"
            ));
        }
        Unlooked::told(&self.unread, mailbox, document)
    }
}

impl KeptFolder {
    fn new(judged: &Judged, verdict: &Verdict) -> Self {
        let stays = verdict.stays.iter().map(|(reason, messages)| Stays {
            reason: name(reason),
            case: match reason {
                Reason::Held(case) | Reason::Conversation(Why::Held(case)) => Some(case.clone()),
                _ => None,
            },
            messages: *messages,
        });
        Self {
            folder: judged.place.path.clone(),
            policy: policy_in_toml(&judged.policy),
            ground: judged.ground,
            uid_validity: verdict.uid_validity,
            messages: verdict.messages,
            goes: verdict.goes,
            bytes: verdict.bytes,
            oldest: verdict.oldest.map(|day| day.to_string()),
            stays: stays.collect(),
            future: verdict.future,
            late: verdict.late.values().sum(),
            late_on: verdict
                .late
                .iter()
                .max_by_key(|(_, messages)| **messages)
                .map(|(day, _)| day.to_string()),
            needs: verdict.too_much.map(|much| match much {
                TooMuch::Much => "--force",
                TooMuch::All => "--unsafe-allow-remove-all",
            }),
            is_label: verdict.is_label,
            went: 0,
            unknown: 0,
            parts: Vec::new(),
        }
    }
}

impl Stays {
    fn words(&self) -> String {
        let n = self.messages;
        match (self.reason, &self.case) {
            ("conversation-held", Some(case)) => {
                format!("{n} of a conversation that is held ({case})")
            }
            (_, Some(case)) => format!("{n} held ({case})"),
            ("old", _) => format!("{n} old"),
            ("no-policy", _) => format!("{n} without a policy"),
            ("doubtful", _) => format!("{n} perhaps held"),
            ("undated", _) => format!("{n} of an age that is not known"),
            ("young", _) => format!("{n} not old enough"),
            ("grace", _) => format!("{n} not there long enough"),
            ("elsewhere", _) => format!("{n} neither in the trash nor in the archive"),
            ("conversation-doubtful", _) => format!("{n} of a conversation that is perhaps held"),
            ("conversation-drafted", _) => format!("{n} of which an answer is being written"),
            ("conversation-flagged", _) => format!("{n} of a conversation that is flagged"),
            ("conversation-undated", _) => {
                format!("{n} of a conversation of an age that is not known")
            }
            ("conversation-unanswered", _) => {
                format!("{n} of which the last message is not answered")
            }
            ("conversation-young", _) => format!("{n} of which the last message is not old enough"),
            (other, _) => format!("{n} {other}"),
        }
    }
}

/// As programs read it.
fn name(reason: &Reason) -> &'static str {
    match reason {
        Reason::Old => "old",
        Reason::NoPolicy => "no-policy",
        Reason::Held(_) => "held",
        Reason::Doubtful => "doubtful",
        Reason::Undated => "undated",
        Reason::Young => "young",
        Reason::Unanswered => "unanswered",
        Reason::Flagged => "flagged",
        Reason::Grace => "grace",
        Reason::Elsewhere => "elsewhere",
        Reason::Conversation(why) => match why {
            Why::Held(_) => "conversation-held",
            Why::Doubtful => "conversation-doubtful",
            Why::Drafted => "conversation-drafted",
            Why::Flagged => "conversation-flagged",
            Why::Undated => "conversation-undated",
            Why::Unanswered => "conversation-unanswered",
            Why::Finished | Why::Spared | Why::Young => "conversation-young",
        },
    }
}

impl Report for KeptReport {
    fn document(&self) -> Document {
        let told = |document, kept: &Kept| kept.told(document);
        let document = self.mailboxes.iter().fold(Document::new(), told);
        self.failures.iter().fold(document, |document, failed| {
            document.line(Text::bad(format!("{}: {}", failed.mailbox, failed.why)))
        })
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "mailbox", "folder", "policy", "messages", "goes", "bytes", "oldest", "stays", "went",
            "unknown", "result",
        ]);
        for kept in &self.mailboxes {
            for folder in &kept.folders {
                let stays = folder.stays.iter().map(Stays::words);
                let failed = folder.parts.iter().find(|part| part.result != "done");
                let well = if kept.is_done { "done" } else { "planned" };
                records.push([
                    kept.mailbox.clone(),
                    folder.folder.clone(),
                    folder.policy.clone(),
                    folder.messages.to_string(),
                    folder.goes.to_string(),
                    folder.bytes.to_string(),
                    folder.oldest.clone().unwrap_or_default(),
                    stays.collect::<Vec<_>>().join("; "),
                    folder.went.to_string(),
                    folder.unknown.to_string(),
                    failed.map_or_else(|| well.to_owned(), |part| part.result.clone()),
                ]);
            }
        }
        for failed in &self.failures {
            let mut cells = [const { String::new() }; 11];
            cells[0].clone_from(&failed.mailbox);
            cells[10].clone_from(&failed.why);
            records.push(cells);
        }
        records
    }
}
