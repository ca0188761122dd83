//! rule install: which scripts were put, and by which mail is filtered.

use crate::document::{Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::outcome::Fate;
use crate::model::script::{Filtered, OWN, STARTER, Step};
use crate::model::words::count;
use serde::Serialize;

/// The report of `rule install`.
#[derive(Clone, Debug, Serialize)]
pub struct InstalledReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Whether nothing was put.
    pub dry_run: bool,
    /// How many rules there are.
    pub rules: usize,
    /// The script that mail was filtered by before.
    pub active: Option<String>,
    /// What had to be done.
    pub steps: Vec<Row>,
    /// To whom somebody else's script, which is active, sends mail on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<String>,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The script that it is about.
    pub script: String,
    /// What is done with it.
    pub what: &'static str,
    /// `planned`, `done`, or why not.
    pub result: String,
    /// What the server warns of.
    pub warning: Option<String>,
    #[serde(skip)]
    fate: Option<Fate>,
}

impl InstalledReport {
    /// That of what was `filtered`.
    pub fn new(filtered: Filtered, dry_run: bool) -> Self {
        let row = |(step, fate, warning): (Step, Option<Fate>, Option<String>)| Row {
            script: step.script().to_owned(),
            what: what(&step),
            result: result(fate.as_ref()),
            warning,
            fate,
        };
        Self {
            mailbox: filtered.mailbox,
            dry_run,
            rules: filtered.rules,
            active: filtered.active,
            redirects: filtered.redirects,
            steps: filtered.steps.into_iter().map(row).collect(),
        }
    }

    /// Whether anything is to be done.
    pub fn is_pending(&self) -> bool {
        !self.steps.is_empty()
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        let fates = || self.steps.iter().filter_map(|row| row.fate.as_ref());
        let is_done = |fate: &Fate| *fate == Fate::Done;
        let is_refused = |fate: &Fate| matches!(fate, Fate::Refused(_) | Fate::NotTried);
        if fates().all(is_done) {
            Exit::Done
        } else if fates().all(is_refused) {
            Exit::Refused
        } else {
            Exit::Partly
        }
    }

    /// What became of it, in a sentence.
    pub fn in_words(&self) -> String {
        let done = self.steps.iter().filter(|row| row.fate == Some(Fate::Done));
        let rules = match self.rules {
            0 => "no rules".to_owned(),
            n => count(n, "rule"),
        };
        match (self.steps.len(), self.dry_run) {
            (0, _) if self.rules == 0 => "no rules, and no script of them at the server".to_owned(),
            (0, _) => format!("{rules}: the server filters by them already"),
            (n, true) => format!("{rules}: {} to be made", count(n, "change")),
            (n, false) => format!("{rules}: {} of {} made", done.count(), count(n, "change")),
        }
    }

    /// What was not done, and why.
    pub fn lacking(&self) -> Option<String> {
        let mut lacking = self
            .steps
            .iter()
            .filter(|row| row.fate.as_ref().is_some_and(|fate| *fate != Fate::Done));
        lacking
            .next()
            .map(|row| format!("script {:?}: {}", row.script, row.result))
    }
}

fn what(step: &Step) -> &'static str {
    match step {
        Step::Activate { .. } => "activate",
        Step::Put {
            name, before: None, ..
        } if name == OWN || name == STARTER => "put",
        Step::Put { name, .. } if name == OWN => "put again",
        // All else in it stays byte for byte what it is.
        Step::Put { .. } => "change between the marks of sharemail",
    }
}

fn result(fate: Option<&Fate>) -> String {
    match fate {
        None => "planned".to_owned(),
        Some(Fate::Done) => "done".to_owned(),
        Some(Fate::Refused(why)) => format!("refused: {why}"),
        Some(Fate::Unknown(why)) => format!("unknown: {why}"),
        Some(_) => "not tried".to_owned(),
    }
}

impl Report for InstalledReport {
    fn document(&self) -> Document {
        let mut table = Table::new(["script", "what", "result"]);
        for row in &self.steps {
            table.push([row.script.clone(), row.what.to_owned(), row.result.clone()]);
        }
        let mut document = Document::new();
        if !self.steps.is_empty() {
            document = document.table(table);
        }
        for row in &self.steps {
            if let Some(warning) = &row.warning {
                document =
                    document.line(format!("the server warns of {:?}: {warning}", row.script));
            }
        }
        document.line(Text::strong(format!(
            "{}: {}",
            self.mailbox,
            self.in_words()
        )))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "script", "what", "result"]);
        for row in &self.steps {
            records.push([
                self.mailbox.clone(),
                row.script.clone(),
                row.what.to_owned(),
                row.result.clone(),
            ]);
        }
        records
    }
}
