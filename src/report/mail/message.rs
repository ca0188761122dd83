//! mail show: one message as text.

use super::rows::Row;
use crate::document::{Document, Records, Report, Text};
use crate::mail::body;
use crate::mail::files::{self, File};
use crate::model::message::Message;
use crate::model::setting::Labels;
use crate::model::words::storage;
use crate::observe::LONGEST;
use mail_parser::MessageParser;
use serde::Serialize;

/// The report of `mail show`.
#[derive(Clone, Debug, Serialize)]
pub struct MessageReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// What a list tells of it.
    #[serde(flatten)]
    pub row: Row,
    /// What it says, in lines that end with a line feed.
    pub text: String,
    /// Whether something of the text could not be read, or nothing says how.
    pub lossy: bool,
    /// Whether it is longer than is read: the end of the text, and files, may be missing here.
    pub cut: bool,
    /// The files that go with it.
    pub files: Vec<Enclosed>,
    /// The other folders in which it lies.
    pub elsewhere: Vec<String>,
}

/// A file that goes with it.
#[derive(Clone, Debug, Serialize)]
pub struct Enclosed {
    /// What it is called; empty where it has no name.
    pub name: String,
    /// What it is, as it says itself.
    #[serde(rename = "type")]
    pub kind: String,
    /// How long it is, in bytes.
    pub size: usize,
}

impl MessageReport {
    /// What `raw` says, which is the `message` in `folder`, and lies `elsewhere` too.
    pub fn new(
        mailbox: &str,
        folder: &str,
        (uid_validity, message): (Option<u32>, Message),
        names: &Labels,
        raw: &[u8],
        elsewhere: Vec<String>,
    ) -> Self {
        let parsed = MessageParser::default().parse(raw);
        let text = parsed.as_ref().map(body::text).unwrap_or_default();
        let files = parsed.as_ref().map(files::files).unwrap_or_default();
        let enclosed = |File { name, kind, size }| Enclosed { name, kind, size };
        Self {
            mailbox: mailbox.to_owned(),
            row: Row::new(folder, uid_validity, message, names),
            text: text.text.replace("\r\n", "\n").replace('\r', "\n"),
            lossy: text.lossy,
            cut: raw.len() >= LONGEST,
            files: files.into_iter().map(enclosed).collect(),
            elsewhere,
        }
    }
}

impl Report for MessageReport {
    fn document(&self) -> Document {
        let row = &self.row;
        let labels = row.labels.join(", ");
        let place = format!("{}, UID {}", row.folder, row.uid);
        let date = row.written_or_arrived();
        let fields = [
            ("From", &row.from),
            ("To", &row.to),
            ("Cc", &row.cc),
            ("Date", &date),
            ("Subject", &row.subject),
            ("Labels", &labels),
            ("Folder", &place),
        ];
        let mut document = Document::new();
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            document = document.spans([Text::dim(format!("{name}: ")), Text::plain(value)]);
        }
        for file in &self.files {
            let name = match file.name.is_empty() {
                true => "(no name)",
                false => &file.name,
            };
            let size = storage((file.size as u64).div_ceil(1024));
            document = document.spans([
                Text::dim("File: "),
                Text::plain(format!("{name} ({}, {size})", file.kind)),
            ]);
        }
        document = document.blank();
        for line in self.text.trim_end().lines() {
            document = document.line(line.replace('\t', "    "));
        }
        if self.lossy {
            document = document.warning("something of the text could not be read");
        }
        if self.cut {
            document = document
                .warning("it is longer than 64 MiB, and what stands behind that was not read");
        }
        if !self.elsewhere.is_empty() {
            document = document.hint(format!("it lies in {} too", self.elsewhere.join(", ")));
        }
        document
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "mailbox",
            "folder",
            "uid",
            "message_id",
            "arrived",
            "written",
            "from",
            "to",
            "cc",
            "subject",
            "labels",
            "flags",
            "size",
            "files",
            "text",
        ]);
        let files: Vec<&str> = self.files.iter().map(|file| &*file.name).collect();
        let row = &self.row;
        records.push([
            self.mailbox.clone(),
            row.folder.clone(),
            row.uid.to_string(),
            row.message_id.clone().unwrap_or_default(),
            row.arrived.clone().unwrap_or_default(),
            row.written.clone().unwrap_or_default(),
            row.from.clone(),
            row.to.clone(),
            row.cc.clone(),
            row.subject.clone(),
            row.labels.join(" "),
            row.flags.join(" "),
            row.size.to_string(),
            files.join(" "),
            self.text.clone(),
        ]);
        records
    }
}
