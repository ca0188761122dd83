//! access: every shared mailbox and folder that somebody reaches, and through which entry.

use super::change::{identities, level_word, send_words};
use super::document::{Document, Records, Report, Table, Text};
use super::list::Unopened;
use super::words::{count, some};
use crate::model::identity::Identity;
use crate::model::level::Naming;
use crate::model::rights::Rights;
use serde::Serialize;

/// The report of `access`.
#[derive(Clone, Debug, Serialize)]
pub struct ReachReport {
    /// Whose access it is: WHO as asked for, or the login itself.
    pub who: String,
    /// What she reaches.
    pub access: Vec<Reached>,
    /// Mailboxes that could not be looked into.
    pub failures: Vec<Unopened>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// Folders of a mailbox that an entry opens with the same rights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The entry that opens it; `login` where the session itself was asked, `unseen` where the
    /// administrator cannot see the mailbox's entries.
    pub through: String,
    /// What the rights are called.
    pub level: Naming,
    /// The rights.
    pub rights: Rights,
    /// The folders.
    pub folders: Vec<String>,
    /// How many folders the mailbox has, as far as the asker sees.
    pub of: usize,
    /// The identities that she holds on the mailbox.
    pub identities: Vec<Identity>,
}

impl Report for ReachReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "mailbox", "level", "rights", "may send", "through", "folders",
        ]);
        for reached in &self.access {
            let folders = if reached.folders.is_empty() {
                "none".to_owned()
            } else if reached.folders.len() == reached.of {
                format!("all {}", reached.of)
            } else {
                format!(
                    "{} of {}: {}",
                    reached.folders.len(),
                    reached.of,
                    some(&reached.folders)
                )
            };
            table.rows.push(vec![
                Text::strong(&reached.mailbox),
                level_word(reached.level).into(),
                reached.rights.to_string().into(),
                send_words(&reached.identities).into(),
                Text::plain(&reached.through),
                Text::dim(folders),
            ]);
        }
        let mut document = Document::new().table(table);
        if self.access.is_empty() {
            document = document.line(format!("{} reaches no shared mailbox", self.who));
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
        self.notes
            .iter()
            .fold(document, |document, note| document.hint(note.clone()))
    }

    fn records(&self) -> Records {
        let columns = vec![
            "who",
            "mailbox",
            "folder",
            "level",
            "rights",
            "through",
            "identities",
        ];
        let row = |reached: &Reached| -> Vec<Vec<String>> {
            let cells = |folder: &String| {
                vec![
                    self.who.clone(),
                    reached.mailbox.clone(),
                    folder.clone(),
                    level_word(reached.level),
                    reached.rights.to_string(),
                    reached.through.clone(),
                    identities(&reached.identities),
                ]
            };
            // Whoever may only send has a row of her own.
            let nowhere = reached.folders.is_empty().then(String::new);
            reached.folders.iter().chain(&nowhere).map(cells).collect()
        };
        Records {
            columns,
            rows: self.access.iter().flat_map(row).collect(),
        }
    }
}
