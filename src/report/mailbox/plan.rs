//! What would be changed, or was: a plan or an outcome, change by change.

use super::rows::{columns, result, row};
use super::settings;
use crate::document::{Document, Records, Report, Table, Text};
use crate::model::change::{Change, Entry};
use crate::model::dialect::Dialect;
use crate::model::done::Done;
use crate::model::identity::Unread;
use crate::model::level::{Level, Levels, Naming, Vocabulary};
use crate::model::outcome::failure;
use crate::model::outcome::{Fate, Outcome, Tally};
use crate::model::plan::{Plan, Stays};
use crate::model::proof::Proof;
use crate::model::state::Folder;
use crate::model::words::count;
use crate::report::access::proof::{self, rights};
use serde::Serialize;

/// A plan that was not carried out (`--dry-run`), or what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// The provider's program that makes, renames or removes the account, as a shell would be told it;
    /// absent where that is done over IMAP, and where it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The changes in order.
    pub changes: Vec<Step>,
    /// How many of them may have been made or not.
    pub unknown: usize,
    /// Why the rest was not tried, where the work was cut short.
    pub cut_short: Option<String>,
    /// What the members' own sessions showed, where somebody asked for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proved>,
    /// Folders that it is about and of which nobody knows what would have to change, because their
    /// entries could not be read.
    pub unread: Vec<Unread>,
    /// What stays as it is, where somebody may ask why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<Stays>,
    /// How the server spells people.
    #[serde(skip)]
    pub dialect: Dialect,
}

/// What a member's own session showed.
#[derive(Clone, Debug, Serialize)]
pub struct Proved {
    /// As one would write her on the command line.
    pub who: String,
    /// What it showed.
    pub proof: Proof,
}

/// One change and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// What became of it; absent where nothing was tried yet.
    #[serde(flatten)]
    pub fate: Option<Fate>,
    /// What the rights are called that an entry is to have, where that was looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Naming>,
}

impl Proved {
    /// What was seen.
    pub fn all(done: &Done) -> Vec<Self> {
        let seen = done.seen.iter().map(|seen| Self {
            who: seen.who.clone(),
            proof: seen.proved.proof.clone(),
        });
        seen.collect()
    }

    /// What her session showed, in a line that begins with `about`.
    pub(in crate::report) fn line(&self, about: &str) -> Vec<Text> {
        let who = Text::plain(format!("{about}{}: ", self.who));
        let shown = match &self.proof {
            Proof::Verified { login, .. } => Text::good(format!("seen as {login}")),
            Proof::Remains { login, has, .. } => {
                Text::bad(format!("{login} still has {} there", rights(*has)))
            }
            other => proof::proved(other).unwrap_or_else(|| Text::plain("")),
        };
        vec![who, shown]
    }
}

impl PlanReport {
    /// What would be done.
    pub fn dry(plan: &Plan, dialect: &Dialect) -> Self {
        let steps = plan.changes.iter().map(|change| Step {
            change: change.clone(),
            fate: None,
            level: None,
        });
        Self {
            mailbox: plan.mailbox.clone(),
            dry_run: true,
            program: None,
            changes: steps.collect(),
            unknown: 0,
            cut_short: None,
            proofs: Vec::new(),
            unread: Vec::new(),
            stays: Vec::new(),
            dialect: dialect.clone(),
        }
    }

    /// What was done.
    pub fn done(mailbox: &str, outcome: &Outcome, dialect: &Dialect) -> Self {
        let step = |(change, fate): &(Change, Fate)| Step {
            change: change.clone(),
            fate: Some(fate.clone()),
            level: None,
        };
        Self {
            mailbox: mailbox.to_owned(),
            dry_run: false,
            program: None,
            changes: outcome.changes.iter().map(step).collect(),
            unknown: outcome.tally().unknown,
            cut_short: outcome.cut_short.clone(),
            proofs: Vec::new(),
            unread: Vec::new(),
            stays: Vec::new(),
            dialect: dialect.clone(),
        }
    }

    /// With what the members' own sessions showed when it was `done`.
    #[must_use]
    pub fn proved(mut self, done: &Done) -> Self {
        self.proofs = Proved::all(done);
        self
    }

    /// With the names of the rights that entries are to have.
    #[must_use]
    pub fn called(mut self, levels: &Levels, vocabulary: &Vocabulary) -> Self {
        for step in &mut self.changes {
            if let Change::Entry(Entry { after, .. }) = &step.change {
                step.level = Some(levels.name(after.unwrap_or_default(), vocabulary));
            }
        }
        self
    }

    /// The same, where the account is made, renamed or removed by running `program`.
    #[must_use]
    pub fn by(mut self, program: Option<String>) -> Self {
        self.program = program;
        self
    }

    /// With what stays as it is.
    #[must_use]
    pub fn staying(mut self, stays: Vec<Stays>) -> Self {
        self.stays = stays;
        self
    }

    /// Without knowing what would become of `folders`, which could not be read.
    pub fn without(mut self, folders: &[&Folder]) -> Self {
        self.unread = folders
            .iter()
            .filter_map(|folder| folder.unread())
            .collect();
        self
    }
}

impl Report for PlanReport {
    fn document(&self) -> Document {
        let mut table = Table::new(["change", "folder", "who", "before", "after"]);
        for step in &self.changes {
            let [verb, folder, who, before, mut after] = step.change.called(&self.dialect);
            // Letters that somebody gave a name are known by it.
            if let Some(Naming::Level(level @ Level::Own(_))) = step.level {
                after = format!("{after} ({level})");
            }
            table.rows.push(vec![
                verb.into(),
                folder.into(),
                who.into(),
                Text::dim(before),
                after.into(),
            ]);
        }
        let n = self.changes.len();
        let summary = match (self.dry_run, n) {
            (_, 0) => format!("{}: nothing to do", self.mailbox),
            (true, n) => format!(
                "{}: {} would be made, nothing was",
                self.mailbox,
                count(n, "change")
            ),
            (false, _) => {
                let fates = self.changes.iter().filter_map(|step| step.fate.as_ref());
                format!("{}: {}", self.mailbox, Tally::of(fates))
            }
        };
        let failures = self
            .changes
            .iter()
            .filter_map(|step| Some((&step.change, failure(step.fate.as_ref()?)?)));
        let mut document = Document::new().table(table);
        for step in &self.changes {
            if let Change::Setting(setting) = &step.change {
                document = settings::lines(setting)
                    .into_iter()
                    .fold(document, Document::line);
            }
        }
        document = document.line(Text::strong(summary));
        if let Some(program) = &self.program {
            document = document.line(format!("  would run: {program}"));
        }
        for (change, why) in failures {
            document = document.line(Text::bad(format!("  {}: {why}", change.folder().path)));
        }
        for Stays { folder, why } in &self.stays {
            document = document.line(Text::dim(format!("  {folder} stays: {why}")));
        }
        for proved in &self.proofs {
            document = document.spans(proved.line("  "));
        }
        if let Some(why) = &self.cut_short {
            document = document.warning(format!(
                "stopped before the end: {why}; run it again to go on"
            ));
        }
        let unread = self.unread.iter();
        unread.fold(document, |document, unread| {
            document.warning(format!("{}: {unread}", self.mailbox))
        })
    }

    fn records(&self) -> Records {
        let row = |step: &Step| {
            let program = self.program.clone().filter(|_| step.change.is_of_account());
            let result = match &step.fate {
                None => "planned".to_owned(),
                Some(fate) => result(fate),
            };
            row(
                &self.mailbox,
                &step.change,
                [result, program.unwrap_or_default()],
            )
        };
        let stays = |stays: &Stays| {
            let (mailbox, folder) = (self.mailbox.clone(), stays.folder.clone());
            let (verb, result) = ("keep".to_owned(), format!("stays: {}", stays.why));
            let blank = String::new;
            vec![
                mailbox,
                verb,
                folder,
                blank(),
                blank(),
                blank(),
                result,
                blank(),
            ]
        };
        let changes = self.changes.iter().map(row);
        Records {
            columns: columns(["result", "program"]),
            rows: changes.chain(self.stays.iter().map(stays)).collect(),
        }
    }
}
