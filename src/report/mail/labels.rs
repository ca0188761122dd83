//! label list: the labels in use, and what each folder keeps.

use super::label::Unlooked;
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::label;
use crate::model::setting::{Defined, Labels};
use crate::model::words::{count, some};
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
    /// The word for it, where the mailbox defines it.
    pub word: Option<String>,
    /// The keyword that it is.
    pub keyword: String,
    /// Its colour, where it has one.
    pub colour: Option<String>,
    /// Whether nobody says what it is, neither the mailbox nor mail programs by agreement.
    pub leftover: bool,
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

impl LabelRow {
    /// One that nobody carries yet.
    fn of(keyword: &str, names: &Labels) -> Self {
        let own = names.of_key(keyword);
        Self {
            label: names.name(keyword).to_owned(),
            word: own.map(|own| own.word.clone()),
            keyword: own.map_or(keyword, |own| own.key.as_str()).to_owned(),
            colour: own.and_then(|own| own.colour.clone()),
            leftover: own.is_none() && !label::is_agreed(keyword),
            messages: 0,
            folders: BTreeMap::new(),
        }
    }

    /// Each folder with how many of its messages carry it; one without a path where none does.
    fn places(&self) -> Vec<(&str, u64)> {
        match self.folders.is_empty() {
            true => vec![("", 0)],
            false => self.folders.iter().map(|(path, n)| (&**path, *n)).collect(),
        }
    }
}

impl LabelsReport {
    /// The labels that have `names`, and those that were found in each folder, by its path.
    pub fn new(
        mailbox: &str,
        names: &Labels,
        carried: impl Iterator<Item = (String, Result<Carried, String>)>,
    ) -> Self {
        let own = |defined: &Defined| {
            let key = defined.key.as_str();
            (key.to_ascii_lowercase(), LabelRow::of(key, names))
        };
        let mut labels: BTreeMap<String, LabelRow> = names.iter().map(own).collect();
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
                let row = row.or_insert_with(|| LabelRow::of(&keyword, names));
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
            "word".into(),
            "keyword".into(),
            "colour".into(),
            "folder".into(),
            Column::right("messages"),
        ]);
        for row in &self.labels {
            for (folder, n) in row.places() {
                table.push([
                    row.label.clone(),
                    row.word.clone().unwrap_or_default(),
                    row.keyword.clone(),
                    row.colour.clone().unwrap_or_default(),
                    folder.to_owned(),
                    n.to_string(),
                ]);
            }
        }
        let mut document = Document::new();
        if !self.labels.is_empty() {
            document = document.table(table);
        }
        let in_use = match self.labels.iter().filter(|row| row.messages > 0).count() {
            0 => "no labels in use".to_owned(),
            n => format!("{} in use", count(n, "label")),
        };
        document = document.line(Text::strong(format!("{}: {in_use}", self.mailbox)));
        let names_some = self.labels.iter().any(|row| row.word.is_some());
        let leftovers = self.labels.iter().filter(|row| row.leftover && names_some);
        let leftovers: Vec<String> = leftovers.map(|row| row.keyword.clone()).collect();
        if !leftovers.is_empty() {
            document = document.line(format!("  nobody defines {}", some(&leftovers)));
        }
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
        let mut records = Records::new(vec![
            "mailbox", "folder", "label", "keyword", "messages", "word", "colour",
        ]);
        for row in &self.labels {
            for (folder, n) in row.places() {
                records.push([
                    self.mailbox.clone(),
                    folder.to_owned(),
                    row.label.clone(),
                    row.keyword.clone(),
                    n.to_string(),
                    row.word.clone().unwrap_or_default(),
                    row.colour.clone().unwrap_or_default(),
                ]);
            }
        }
        records
    }
}
