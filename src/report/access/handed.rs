//! What somebody was given of what another has, mailbox by mailbox.

use super::held::{COLUMNS, Held};
use super::proof::proved;
use super::unseen::Unseen;
use crate::document::{Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::failure::Failure;
use crate::model::failure::Unopened;
use crate::model::proof::Proof;
use crate::model::state::Mailbox;
use crate::model::words::count;
use crate::report::failure::{lacking, left_undone, unopened};
use serde::Serialize;

/// The report of `access copy`.
#[derive(Clone, Debug, Serialize)]
pub struct CopyReport {
    /// Who has it, as asked for.
    pub from: String,
    /// Who shall have it too, as asked for.
    pub to: String,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// How many mailboxes were looked into.
    pub looked_into: usize,
    /// Each mailbox where there is something to copy.
    pub received: Vec<Received>,
    /// Mailboxes that could not be read or opened.
    pub failures: Vec<Unopened>,
    /// The file that takes it back, where something was changed and one was asked for.
    pub undo_file: Option<String>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// What somebody has on a mailbox by what was handed on.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Who got it, as one would write it on the command line.
    pub who: String,
    /// The same as the server spells them.
    pub identifier: String,
    /// What was handed on.
    #[serde(flatten)]
    pub held: Held,
    /// How many entries were changed; how many would be, where nothing was sent.
    pub changed: usize,
    /// How many more may have been changed or not.
    pub unknown: usize,
    /// What would be changed, where nothing was sent.
    pub changes: Vec<Change>,
    /// What their own session showed; absent where nothing was sent.
    pub proof: Option<Proof>,
    /// Whether it was taken back, as it gave nothing.
    pub undone: bool,
    /// What was not done.
    pub failures: Vec<Failure>,
    /// Why the work was cut short, where it was.
    pub cut_short: Option<String>,
    /// What to know before trusting it.
    pub warnings: Vec<String>,
    /// How a run about this mailbox alone would end.
    #[serde(skip)]
    pub exit: Exit,
}

impl Received {
    /// Adds whoever got it to `unseen`, where nobody subscribed her to it on `mailbox`.
    pub fn told_to(&self, unseen: &mut Unseen, mailbox: &Mailbox) {
        let given = self.changed > 0 && !self.undone && self.held.rights.has('l');
        if let Some(proof) = self.proof.as_ref().filter(|_| given) {
            unseen.add(mailbox, &self.who, &self.identifier, proof);
        }
    }

    /// Whether somebody does not have what was handed on.
    pub fn is_lacking(&self) -> bool {
        let disproved = self.proof.as_ref().is_some_and(Proof::is_lacking);
        disproved || self.undone || !self.failures.is_empty() || self.cut_short.is_some()
    }

    /// The table that rows of [`Received::row`] fit into.
    pub(super) fn table() -> Table {
        Table::new(["mailbox", "level", "rights", "may send", "folders", "now"])
    }

    pub(super) fn row(&self) -> Vec<Text> {
        self.held.row([Text::strong(&self.mailbox)], self.outcome())
    }

    fn outcome(&self) -> Text {
        let who = &self.who;
        match &self.proof {
            _ if self.undone => Text::bad(format!("not given: it gives {who} nothing (undone)")),
            _ if self.cut_short.is_some() => Text::bad("stopped before the end"),
            _ if !self.failures.is_empty() => Text::bad(lacking(&self.failures)),
            None => Text::plain(format!("{} to make", count(self.changed, "change"))),
            Some(proof) => {
                let what = match self.changed {
                    0 => format!("{who} has it already"),
                    _ => format!("{who} has it"),
                };
                let proof = proved(proof).unwrap_or_default();
                Text::new(format!("{what} {}", proof.content), proof.style)
            }
        }
    }

    /// The lines and warnings below the table.
    pub(super) fn below(&self, document: Document) -> Document {
        let document = left_undone(document, &self.mailbox, &self.failures, &self.cut_short);
        let warn = |document: Document, warning: &String| {
            document.warning(format!("{}: {warning}", self.mailbox))
        };
        self.warnings.iter().fold(document, warn)
    }

    pub(super) fn cells(&self, change: &str) -> Vec<String> {
        let whose = [&self.mailbox, &self.identifier, change];
        let became = (self.changed, self.proof.as_ref(), self.failures.len());
        self.held.cells(whose, became)
    }
}

impl Report for CopyReport {
    fn document(&self) -> Document {
        let mut table = Received::table();
        table.rows = self.received.iter().map(Received::row).collect();
        let (from, to) = (&self.from, &self.to);
        let looked = count(self.looked_into, "mailbox");
        let good = self.received.iter().filter(|r| !r.is_lacking()).count();
        let n = count(good, "shared mailbox");
        let summary = match (self.received.is_empty(), self.dry_run) {
            (true, _) => {
                format!("{from} has no entry in the {looked} looked into: nothing to copy")
            }
            (_, true) => format!("{to} would have what {from} has on {n}; nothing was changed"),
            (_, false) => format!("{to} has what {from} has on {n} ({looked} looked into)"),
        };
        let mut document = Document::new().table(table).line(Text::strong(summary));
        for received in &self.received {
            document = received.below(document);
        }
        document = unopened(document, &self.failures);
        document.hints(&self.notes)
    }

    fn records(&self) -> Records {
        Records {
            columns: COLUMNS.to_vec(),
            rows: self.received.iter().map(|r| r.cells("given")).collect(),
        }
    }
}
