//! mail show: one message as text.

use crate::document::{Document, Records, Report, Text};
use crate::mail::body;
use crate::mail::files::{self, File};
use crate::model::label;
use crate::model::message::Message;
use crate::model::words::storage;
use chrono::Local;
use mail_parser::MessageParser;
use serde::Serialize;

/// The report of `mail show`.
#[derive(Clone, Debug, Serialize)]
pub struct MessageReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// The folder in which it lies.
    pub folder: String,
    /// Its UID there.
    pub uid: u32,
    /// Its Message-ID, where it has one.
    pub message_id: Option<String>,
    /// When it arrived, as RFC 3339 has it.
    pub arrived: Option<String>,
    /// When it was written, as it says itself.
    pub written: Option<String>,
    /// Who wrote it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Who got a copy.
    pub cc: String,
    /// What it is about.
    pub subject: String,
    /// What people call its labels.
    pub labels: Vec<String>,
    /// The server's own flags that it carries.
    pub flags: Vec<String>,
    /// How long it is, in bytes.
    pub size: u64,
    /// What it says, in lines that end with a line feed.
    pub text: String,
    /// Whether something of the text could not be read, or nothing says how.
    pub lossy: bool,
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
        message: Message,
        raw: &[u8],
        elsewhere: Vec<String>,
    ) -> Self {
        let parsed = MessageParser::default().parse(raw);
        let text = parsed.as_ref().map(body::text).unwrap_or_default();
        let files = parsed.as_ref().map(files::files).unwrap_or_default();
        let enclosed = |File { name, kind, size }| Enclosed { name, kind, size };
        let name = |keyword: &String| label::name(keyword).unwrap_or(keyword).to_owned();
        Self {
            mailbox: mailbox.to_owned(),
            folder: folder.to_owned(),
            uid: message.uid,
            message_id: message.head.id,
            arrived: message.arrived.map(|at| at.to_rfc3339()),
            written: message.head.written.map(|at| at.to_rfc3339()),
            from: message.head.from,
            to: message.head.to,
            cc: message.head.cc,
            subject: message.head.subject,
            labels: message.keywords.iter().map(name).collect(),
            flags: message.flags,
            size: message.size,
            text: text.text.replace("\r\n", "\n").replace('\r', "\n"),
            lossy: text.lossy,
            files: files.into_iter().map(enclosed).collect(),
            elsewhere,
        }
    }

    /// When it was written, in the time of this machine; else when it arrived.
    fn date(&self) -> String {
        let moment = self.written.as_ref().or(self.arrived.as_ref());
        let moment = moment.and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
        let local = moment.map(|at| at.with_timezone(&Local));
        local.map_or("?".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
    }
}

impl Report for MessageReport {
    fn document(&self) -> Document {
        let labels = self.labels.join(", ");
        let place = format!("{}, UID {}", self.folder, self.uid);
        let date = self.date();
        let fields = [
            ("From", &self.from),
            ("To", &self.to),
            ("Cc", &self.cc),
            ("Date", &date),
            ("Subject", &self.subject),
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
        records.push([
            self.mailbox.clone(),
            self.folder.clone(),
            self.uid.to_string(),
            self.message_id.clone().unwrap_or_default(),
            self.arrived.clone().unwrap_or_default(),
            self.written.clone().unwrap_or_default(),
            self.from.clone(),
            self.to.clone(),
            self.cc.clone(),
            self.subject.clone(),
            self.labels.join(" "),
            self.flags.join(" "),
            self.size.to_string(),
            files.join(" "),
            self.text.clone(),
        ]);
        records
    }
}
