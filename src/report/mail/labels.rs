//! label list: the labels in use, and what each folder keeps.

use super::label::Unlooked;
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::label;
use crate::model::words::count;
use crate::observe::Carried;
use serde::Serialize;
use std::collections::BTreeMap;

/// The report of `label list`.
#[derive(Clone, Debug, Serialize)]
pub struct LabelsReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Each label that messages carry.
    pub labels: Vec<LabelRow>,
    /// Each folder.
    pub folders: Vec<Keeps>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
}

/// One label.
#[derive(Clone, Debug, Serialize)]
pub struct LabelRow {
    /// What people call it.
    pub label: String,
    /// The keyword that it is.
    pub keyword: String,
    /// How many messages carry it.
    pub messages: u64,
    /// How many of each folder, by its path.
    pub folders: BTreeMap<String, u64>,
}

/// What a folder keeps.
#[derive(Clone, Debug, Serialize)]
pub struct Keeps {
    /// Its path.
    pub folder: String,
    /// How many messages it holds.
    pub messages: u64,
    /// Whether it keeps labels that are new to it.
    pub new: bool,
    /// The keywords that it says it keeps.
    pub named: Vec<String>,
}

impl LabelsReport {
    /// The labels that were found in each folder, by its path.
    pub fn new(
        mailbox: &str,
        carried: impl Iterator<Item = (String, Result<Carried, String>)>,
    ) -> Self {
        let mut labels: BTreeMap<String, LabelRow> = BTreeMap::new();
        let (mut folders, mut unread) = (Vec::new(), Vec::new());
        for (path, carried) in carried {
            let carried = match carried {
                Ok(carried) => carried,
                Err(why) => {
                    unread.push(Unlooked { folder: path, why });
                    continue;
                }
            };
            for (keyword, n) in carried.keywords {
                let row = labels.entry(keyword.to_ascii_lowercase());
                let row = row.or_insert_with(|| LabelRow {
                    label: label::name(&keyword).unwrap_or(&keyword).to_owned(),
                    keyword,
                    messages: 0,
                    folders: BTreeMap::new(),
                });
                row.messages += n;
                *row.folders.entry(path.clone()).or_default() += n;
            }
            let named = carried.permits.named.into_iter();
            folders.push(Keeps {
                folder: path,
                messages: carried.messages,
                new: carried.permits.new,
                named: named.filter(|flag| !flag.starts_with('\\')).collect(),
            });
        }
        Self {
            mailbox: mailbox.to_owned(),
            labels: labels.into_values().collect(),
            folders,
            unread,
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

impl Report for LabelsReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "label".into(),
            "keyword".into(),
            "folder".into(),
            Column::right("messages"),
        ]);
        for row in &self.labels {
            for (folder, n) in &row.folders {
                table.push([
                    row.label.clone(),
                    row.keyword.clone(),
                    folder.clone(),
                    n.to_string(),
                ]);
            }
        }
        let mut document = Document::new();
        if !self.labels.is_empty() {
            document = document.table(table);
        }
        let in_use = match self.labels.len() {
            0 => "no labels in use".to_owned(),
            n => format!("{} in use", count(n, "label")),
        };
        document = document.line(Text::strong(format!("{}: {in_use}", self.mailbox)));
        let closed = self.folders.iter().filter(|folder| !folder.new);
        for folder in closed {
            let named = match folder.named.is_empty() {
                true => "none at all".to_owned(),
                false => folder.named.join(", "),
            };
            document = document.line(format!(
                "  {} keeps no new labels, and of those there are: {named}",
                folder.folder
            ));
        }
        Unlooked::told(&self.unread, &self.mailbox, document)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "folder", "label", "keyword", "messages"]);
        for row in &self.labels {
            for (folder, n) in &row.folders {
                records.push([
                    self.mailbox.clone(),
                    folder.clone(),
                    row.label.clone(),
                    row.keyword.clone(),
                    n.to_string(),
                ]);
            }
        }
        records
    }
}
