//! mail export: what was written, folder by folder.

use super::label::Unlooked;
use crate::archive::{Form, Summary};
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::words::{messages, storage};
use crate::observe::{Copied, Missed};
use serde::Serialize;

/// The report of `mail export`.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// `mbox`, `maildir` or `eml`.
    pub form: &'static str,
    /// Where the messages are; absent where nothing was written.
    pub path: Option<String>,
    /// Where the manifest is.
    pub manifest: Option<String>,
    /// How many messages were exported, and are on the disk as the server sent them.
    pub exported: u64,
    /// How many bytes the server sent of them.
    pub bytes: u64,
    /// Each folder that was looked into and holds messages that are meant.
    pub folders: Vec<ExportedFolder>,
    /// The messages that could not be had.
    pub not_exported: Vec<NotExported>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// How many messages are of another length than the server says.
    pub of_other_size: u64,
    /// How many are longer than is read for the text: what was read does not hold it, and the rest may.
    pub text_not_seen: u64,
    #[serde(skip)]
    looked_into: usize,
}

/// What was exported of a folder.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedFolder {
    /// Its path.
    pub folder: String,
    /// How many messages.
    pub exported: u64,
    /// How many bytes.
    pub bytes: u64,
    /// How many could not be had.
    pub not_exported: usize,
}

/// A message that could not be had.
#[derive(Clone, Debug, Serialize)]
pub struct NotExported {
    /// The folder in which it lies, or lay.
    pub folder: String,
    /// Its UID there.
    pub uid: u32,
    /// Its Message-ID, where it has one.
    pub message_id: Option<String>,
    /// Why not.
    pub why: String,
}

impl NotExported {
    /// Those of `folder`.
    pub(super) fn of(folder: &str, missed: Vec<Missed>) -> impl Iterator<Item = Self> {
        let told = move |Missed { uid, id, why }| Self {
            folder: folder.to_owned(),
            uid,
            message_id: id,
            why,
        };
        missed.into_iter().map(told)
    }
}

impl ExportedReport {
    /// What became of each folder of `mailbox`, by its path, and what was `kept`.
    pub fn new(
        form: Form,
        mailbox: &str,
        folders: Vec<(String, Result<Copied, String>)>,
        text_not_seen: u64,
        kept: Option<&Summary>,
    ) -> Self {
        let mut report = Self {
            mailbox: mailbox.to_owned(),
            form: form.name(),
            path: kept.map(|kept| kept.path.display().to_string()),
            manifest: kept.map(|kept| kept.manifest.display().to_string()),
            exported: kept.map_or(0, |kept| kept.messages),
            bytes: kept.map_or(0, |kept| kept.bytes),
            folders: Vec::new(),
            not_exported: Vec::new(),
            unread: Vec::new(),
            of_other_size: 0,
            text_not_seen,
            looked_into: 0,
        };
        for (folder, copied) in folders {
            match copied {
                Ok(copied) => report.add(folder, copied),
                Err(why) => report.unread.push(Unlooked { folder, why }),
            }
        }
        report
    }

    fn add(&mut self, folder: String, copied: Copied) {
        self.looked_into += 1;
        self.of_other_size += copied.guessed;
        let not_exported = copied.missed.len();
        if copied.messages > 0 || not_exported > 0 {
            self.folders.push(ExportedFolder {
                folder: folder.clone(),
                exported: copied.messages,
                bytes: copied.bytes,
                not_exported,
            });
        }
        self.not_exported
            .extend(NotExported::of(&folder, copied.missed));
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        let is_whole = self.unread.is_empty() && self.not_exported.is_empty();
        match (is_whole, self.looked_into) {
            (true, _) => Exit::Done,
            (false, 0) => Exit::Refused,
            (false, _) => Exit::Partly,
        }
    }
}

impl Report for ExportedReport {
    fn document(&self) -> Document {
        let columns = [
            "folder".into(),
            Column::right("messages"),
            Column::right("size"),
        ];
        let mut table = Table::new(columns);
        for row in &self.folders {
            let size = storage(row.bytes.div_ceil(1024));
            table.push([row.folder.clone(), row.exported.to_string(), size]);
        }
        let mut document = Document::new();
        if !self.folders.is_empty() {
            document = document.table(table);
        }
        let line = match (&self.path, &self.manifest) {
            (Some(path), Some(manifest)) => {
                let messages = match self.exported {
                    0 => "no messages are".to_owned(),
                    1 => "1 message is".to_owned(),
                    n => format!("{} are", messages(n)),
                };
                format!(
                    "{}: {messages} in {path}, as the server sent them; {manifest} tells what they are",
                    self.mailbox
                )
            }
            _ => format!("{}: nothing was written", self.mailbox),
        };
        document = document.line(Text::strong(line));
        for missed in &self.not_exported {
            let id = missed
                .message_id
                .as_deref()
                .unwrap_or("without a Message-ID");
            document = document.warning(format!(
                "{}: the message {} of {:?} ({id}) is not exported {}",
                self.mailbox, missed.uid, missed.folder, missed.why
            ));
        }
        if self.of_other_size > 0 {
            document = document.warning(format!(
                "{}: {} of another length than the server says: each came alike when it was asked for again, \
                 and the manifest tells both",
                self.mailbox,
                messages(self.of_other_size)
            ));
        }
        if self.text_not_seen > 0 {
            document = document.warning(format!(
                "{}: {} exported whose text was not read to the end: longer than 64 MiB, and what was read \
                 does not hold the text",
                self.mailbox,
                messages(self.text_not_seen)
            ));
        }
        Unlooked::told(&self.unread, &self.mailbox, document)
    }

    fn records(&self) -> Records {
        let columns = [
            "mailbox",
            "folder",
            "uid",
            "message_id",
            "exported",
            "bytes",
            "why",
        ];
        let mut records = Records::new(columns.to_vec());
        let none = String::new;
        for row in &self.folders {
            records.push([
                self.mailbox.clone(),
                row.folder.clone(),
                none(),
                none(),
                row.exported.to_string(),
                row.bytes.to_string(),
                none(),
            ]);
        }
        for missed in &self.not_exported {
            records.push([
                self.mailbox.clone(),
                missed.folder.clone(),
                missed.uid.to_string(),
                missed.message_id.clone().unwrap_or_default(),
                "0".to_owned(),
                none(),
                missed.why.clone(),
            ]);
        }
        for Unlooked { folder, why } in &self.unread {
            records.push([
                self.mailbox.clone(),
                folder.clone(),
                none(),
                none(),
                "0".to_owned(),
                none(),
                why.clone(),
            ]);
        }
        records
    }
}
