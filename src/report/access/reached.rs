//! access: every shared mailbox and folder that somebody reaches, and through which entry.

use super::change::{identities, send_words};
use crate::document::{Document, Records, Report, Table, Text};
use crate::model::command::command;
use crate::model::failure::Unopened;
use crate::model::reached::Reached;
use crate::model::words::listed_only;
use crate::model::words::{count, some};
use serde::Serialize;

/// The report of `access`.
#[derive(Clone, Debug, Serialize)]
pub struct ReachReport {
    /// Whose access it is: WHO as asked for, or the login itself.
    pub who: String,
    /// Whether the server says that there is nobody of that name.
    pub unknown: bool,
    /// Why she could not be looked up, where that was tried: what she reaches is told by the entries
    /// alone.
    pub not_looked_up: Option<String>,
    /// What she reaches.
    pub access: Vec<Reached>,
    /// The mailboxes whose entries were read.
    pub looked_into: Vec<String>,
    /// Mailboxes that could not be looked into.
    pub failures: Vec<Unopened>,
    /// Mailboxes that are listed to her, and that do not exist, as the server itself says.
    pub nonexistent: Vec<String>,
    /// Who was probably meant, where she holds nothing and the server knows nobody of that name.
    #[serde(skip)]
    pub near: Option<String>,
}

impl Report for ReachReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "mailbox", "level", "rights", "may send", "through", "folders",
        ]);
        for reached in &self.access {
            let n = reached.folders.len();
            let mut folders = match reached.of {
                _ if n == 0 => "none".to_owned(),
                Some(of) if of == n => format!("all {n}"),
                Some(of) => format!("{n} of {of}: {}", some(&reached.folders)),
                None => format!("{n}: {}", some(&reached.folders)),
            };
            if !reached.listed {
                folders.push_str(" (no list shows it: l is missing)");
            }
            table.rows.push(vec![
                Text::strong(&reached.mailbox),
                reached.level.word().into(),
                reached.rights.to_string().into(),
                send_words(&reached.identities).into(),
                Text::plain(match reached.through == self.who {
                    true => "own entry",
                    false => reached.through.as_str(),
                }),
                Text::dim(folders),
            ]);
        }
        let mut document = Document::new().table(table);
        if self.unknown {
            document = document.line(format!("{} is nobody whom the server knows", self.who));
        }
        if let Some(why) = &self.not_looked_up {
            document = document.warning(format!(
                "{} could not be looked up, so that this is told by the entries alone, and groups do \
                 not count: {why}",
                self.who
            ));
        }
        if self.access.is_empty() {
            let looked = match self.looked_into.len() {
                0 => String::new(),
                n => format!(" ({} looked into)", count(n, "mailbox")),
            };
            document = document.line(format!("{} reaches no shared mailbox{looked}", self.who));
        }
        if let Some(near) = &self.near {
            document = document.hint(format!("did you mean {near}?"));
        }
        if self.looked_into.contains(&self.who) {
            document = document.hint(format!(
                "{} is a mailbox: who reaches it is told by {}",
                self.who,
                command(["show", &self.who])
            ));
        }
        if !self.nonexistent.is_empty() {
            document = document.hint(listed_only(&self.who, &self.nonexistent));
        }
        for failure in &self.failures {
            document = document.warning(format!("{}: {}", failure.mailbox, failure.why));
        }
        if !self.failures.is_empty() {
            let n = count(self.failures.len(), "mailbox");
            document = document.warning(format!(
                "this is not the whole truth: {n} could not be looked into"
            ));
        }
        document
    }

    fn records(&self) -> Records {
        let columns = vec![
            "who",
            "mailbox",
            "folder",
            "level",
            "rights",
            "through",
            "listed",
            "identities",
        ];
        let row = |reached: &Reached| -> Vec<Vec<String>> {
            let cells = |folder: &String| {
                vec![
                    self.who.clone(),
                    reached.mailbox.clone(),
                    folder.clone(),
                    reached.level.word(),
                    reached.rights.to_string(),
                    reached.through.clone(),
                    reached.listed.to_string(),
                    identities(&reached.identities),
                ]
            };
            // Whoever may only send has a row of her own.
            let nowhere = reached.folders.is_empty().then(String::new);
            reached.folders.iter().chain(&nowhere).map(cells).collect()
        };
        // What could not be looked into has a row that says so.
        let unread = |failure: &Unopened| {
            let mut cells = vec![String::new(); columns.len()];
            cells[0].clone_from(&self.who);
            cells[1].clone_from(&failure.mailbox);
            cells[5] = "not-read".to_owned();
            cells
        };
        let rows = self.access.iter().flat_map(row);
        let rows = rows.chain(self.failures.iter().map(unread)).collect();
        Records { columns, rows }
    }
}
