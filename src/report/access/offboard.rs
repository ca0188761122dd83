//! What became of somebody who leaves, mailbox by mailbox.

use super::handed::Received;
use super::held::{COLUMNS, Held};
use super::proof::{proved, rights};
use crate::document::{Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::failure::Failure;
use crate::model::failure::Unopened;
use crate::model::proof::Proof;
use crate::model::reached::Reached;
use crate::model::words::listed_only;
use crate::model::words::{count, some};
use crate::report::failure::{lacking, left_undone, unopened};
use serde::Serialize;

/// The report of `offboard`.
#[derive(Clone, Debug, Serialize)]
pub struct OffboardReport {
    /// Who leaves, as asked for.
    pub who: Vec<String>,
    /// Who gets what they had, as asked for.
    pub to: Option<String>,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// How many mailboxes were looked into.
    pub looked_into: usize,
    /// Each mailbox and person where there was an entry.
    pub left: Vec<Left>,
    /// Each mailbox that was handed over.
    pub received: Vec<Received>,
    /// What sessions of theirs still reach, as through a group.
    pub remains: Vec<Remaining>,
    /// Mailboxes that could not be read or opened.
    pub failures: Vec<Unopened>,
    /// Mailboxes that are listed to them, and that do not exist, as the server itself says.
    pub nonexistent: Vec<String>,
    /// Whether nothing is known that would leave them anything: everything could be looked into and
    /// changed, and no session of theirs reaches more than what is open to everybody.
    pub complete: bool,
    /// The file that takes it back, where something was changed.
    pub undo_file: Option<String>,
    /// What to know before trusting it.
    pub warnings: Vec<String>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// What one person had on one mailbox, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Left {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Who, as asked for.
    pub who: String,
    /// Every spelling that stood there.
    pub identifiers: Vec<String>,
    /// What was had there.
    #[serde(flatten)]
    pub held: Held,
    /// How many entries were taken away; how many would be, where nothing was sent.
    pub changed: usize,
    /// How many more may have been taken away or not.
    pub unknown: usize,
    /// What would be changed, where nothing was sent.
    pub changes: Vec<Change>,
    /// Why everything was left as it was, where it was: it could not be handed over.
    pub kept: Option<String>,
    /// What their own session showed; absent where nothing was sent.
    pub proof: Option<Proof>,
    /// What was not done, and folders that could not be read.
    pub failures: Vec<Failure>,
    /// Why the work was cut short, where it was.
    pub cut_short: Option<String>,
    /// How a run about it alone would end.
    #[serde(skip)]
    pub exit: Exit,
}

/// What somebody reaches after all.
#[derive(Clone, Debug, Serialize)]
pub struct Remaining {
    /// Who, as asked for.
    pub who: String,
    /// What.
    #[serde(flatten)]
    pub reached: Reached,
}

impl Left {
    /// Whether something of it is left.
    pub fn is_lacking(&self) -> bool {
        self.kept.is_some()
            || !self.failures.is_empty()
            || self.cut_short.is_some()
            || matches!(self.proof, Some(Proof::Remains { .. }))
    }

    /// Whether nothing is wrong but that other entries still give something.
    pub fn has_remains_only(&self) -> bool {
        self.kept.is_none() && self.failures.is_empty() && self.cut_short.is_none()
    }

    fn row(&self) -> Vec<Text> {
        let names = self.identifiers.join(", ");
        let whose = [Text::strong(&self.mailbox), names.into()];
        self.held.row(whose, self.outcome())
    }

    fn outcome(&self) -> Text {
        match (&self.kept, &self.proof) {
            (Some(why), _) => Text::bad(format!("kept: {why}")),
            _ if self.cut_short.is_some() => Text::bad("stopped before the end"),
            _ if !self.failures.is_empty() => {
                Text::bad(format!("not all of it: {}", lacking(&self.failures)))
            }
            (_, None) => Text::plain(format!("{} to remove", count(self.changed, "entry"))),
            (_, Some(Proof::Remains { folders, has, .. })) => Text::bad(format!(
                "still {} on {} by other entries",
                rights(*has),
                some(folders)
            )),
            (_, Some(proof)) => {
                let proof = proved(proof).unwrap_or_default();
                let what = match proof.style {
                    crate::document::Style::Good => proof.content,
                    _ => proof.content.replace("(stored, ", "("),
                };
                Text::new(format!("nothing {what}"), proof.style)
            }
        }
    }

    fn cells(&self) -> Vec<String> {
        let change = if self.kept.is_some() { "kept" } else { "taken" };
        let names = self.identifiers.join(" ");
        let whose = [self.mailbox.as_str(), &names, change];
        let became = (self.changed, self.proof.as_ref(), self.failures.len());
        self.held.cells(whose, became)
    }
}

impl OffboardReport {
    /// What is about to be done, a line for each person on each mailbox.
    pub fn sentences(&self) -> Vec<String> {
        let sentence = |left: &Left| {
            let held = left.held.in_words();
            let entries = count(left.changed, "entry");
            let (mailbox, names) = (&left.mailbox, left.identifiers.join(", "));
            format!("{mailbox}: {names}: {held} ({entries} to remove)")
        };
        self.left.iter().map(sentence).collect()
    }

    /// What a person is asked before it is done.
    pub fn question(&self) -> String {
        let n = count(self.mailboxes(), "shared mailbox");
        let who = self.who.join(", ");
        match &self.to {
            Some(to) => format!("Take {who} out of {n}, and give {to} what they have there?"),
            None => format!("Take {who} out of {n}?"),
        }
    }

    /// In how many mailboxes there was an entry.
    fn mailboxes(&self) -> usize {
        let mut names: Vec<&str> = self.left.iter().map(|left| left.mailbox.as_str()).collect();
        names.dedup();
        names.len()
    }

    fn summary(&self) -> String {
        let who = self.who.join(", ");
        let looked = count(self.looked_into, "mailbox");
        let n = count(self.mailboxes(), "shared mailbox");
        match (self.left.is_empty(), self.dry_run, self.complete) {
            (true, _, true) => format!("{who}: no entry in the {looked} looked into"),
            (true, _, false) => {
                format!("{who}: no entry in the {looked} that could be looked into")
            }
            (_, true, _) => format!("{who} would be taken out of {n}; nothing was changed"),
            (_, _, true) => format!("{who}: taken out of {n} ({looked} looked into)"),
            (_, _, false) => format!("{who}: NOT COMPLETE: see what is told of {n}, and below"),
        }
    }
}

impl Report for OffboardReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "mailbox",
            "entries of",
            "level",
            "rights",
            "may send",
            "folders",
            "now",
        ]);
        table.rows = self.left.iter().map(Left::row).collect();
        let mut document = Document::new().table(table);
        if !self.received.is_empty() {
            let mut table = Received::table();
            table.rows = self.received.iter().map(Received::row).collect();
            document = document.blank().table(table).blank();
        }
        let summary = self.summary();
        document = document.line(match self.complete || self.dry_run {
            true => Text::strong(summary),
            false => Text::bad(summary),
        });
        for left in &self.left {
            document = left_undone(document, &left.mailbox, &left.failures, &left.cut_short);
        }
        for received in &self.received {
            document = received.below(document);
        }
        for Remaining { who, reached } in &self.remains {
            document = document.warning(format!(
                "{who} still has {} on {} of {}, through {}",
                rights(reached.rights),
                some(&reached.folders),
                reached.mailbox,
                reached.through
            ));
        }
        document = unopened(document, &self.failures);
        document = document.warnings(&self.warnings);
        if !self.nonexistent.is_empty() {
            document = document.hint(listed_only(&self.who.join(", "), &self.nonexistent));
        }
        document.hints(&self.notes)
    }

    fn records(&self) -> Records {
        let left = self.left.iter().map(Left::cells);
        let received = self.received.iter().map(|r| r.cells("given"));
        Records {
            columns: COLUMNS.to_vec(),
            rows: left.chain(received).collect(),
        }
    }
}
