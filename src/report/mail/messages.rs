//! mail list: the messages that are meant.

use super::label::Unlooked;
use super::rows::{Row, Rows};
use crate::document::{Column, Document, Long, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::message::Message;
use crate::model::pile::Pile;
use crate::model::setting::Labels;
use crate::model::words::count;
use crate::observe::Listed;
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The report of `mail list`.
#[derive(Clone, Debug, Serialize)]
pub struct MessagesReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// How many messages are meant.
    pub found: usize,
    /// They, or the first of them.
    pub messages: Rows,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// How many are longer than is read for the text: what was read does not hold it, and the rest may.
    pub text_not_seen: u64,
    /// How many folders were looked into.
    #[serde(skip)]
    looked_into: usize,
}

impl MessagesReport {
    /// What was found in each folder, by its path, with the names of labels.
    pub fn new(
        mailbox: &str,
        listed: impl Iterator<Item = (String, Result<Listed<Pile>, String>)>,
        names: &Labels,
    ) -> Self {
        let mut report = Self {
            mailbox: mailbox.to_owned(),
            found: 0,
            messages: Rows::new(names),
            unread: Vec::new(),
            text_not_seen: 0,
            looked_into: 0,
        };
        for (folder, listed) in listed {
            match listed {
                Ok(listed) => {
                    let (uid_validity, messages) = (listed.uid_validity, listed.messages);
                    report.messages.add(folder, uid_validity, messages);
                    report.text_not_seen += listed.not_read_to_the_end;
                    report.looked_into += 1;
                }
                Err(why) => report.unread.push(Unlooked { folder, why }),
            }
        }
        report.found = report.messages.len();
        report.messages.name();
        report
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        match (self.unread.is_empty(), self.looked_into) {
            (true, _) => Exit::Done,
            (false, 0) => Exit::Refused,
            (false, _) => Exit::Partly,
        }
    }

    /// Puts them in the order of `key`; those that are alike stay as they are.
    pub fn sort<K>(&mut self, key: impl Fn(&Message) -> K, order: impl Fn(&K, &K) -> Ordering) {
        self.messages.sort_by(key, order);
    }

    /// Puts them in the order of the alphabet, small letters as capitals.
    pub fn sort_by_text(&mut self, text: impl Fn(&Message) -> &String) {
        self.sort(|message| text(message).to_lowercase(), String::cmp);
    }

    /// The last one first.
    pub fn reverse(&mut self) {
        self.messages.reverse();
    }

    /// Leaves out all but the first `most`.
    pub fn limit(&mut self, most: Option<usize>) {
        self.messages.truncate(most.unwrap_or(usize::MAX));
    }

    fn told(&self, document: Document) -> Document {
        let mut document = document;
        if self.text_not_seen > 0 {
            let n = count(
                usize::try_from(self.text_not_seen).unwrap_or(usize::MAX),
                "message",
            );
            document = document.warning(format!(
                "{}: {n} counted whose text was not read to the end: longer than 64 MiB, and what was read \
                 does not hold the text",
                self.mailbox
            ));
        }
        Unlooked::told(&self.unread, &self.mailbox, document)
    }
}

impl Long for MessagesReport {
    fn columns(&self) -> Vec<Column> {
        Row::columns()
    }

    fn rows(&self) -> Box<dyn Iterator<Item = Vec<Text>> + '_> {
        Box::new(self.messages.iter().map(Row::cells))
    }

    fn fields(&self) -> Vec<&'static str> {
        Row::fields()
    }

    fn records(&self) -> Box<dyn Iterator<Item = Vec<String>> + '_> {
        Box::new(self.messages.iter().map(|row| row.record(&self.mailbox)))
    }

    fn rest(&self) -> Document {
        let n = match self.found {
            0 => "no messages".to_owned(),
            n if n == self.messages.len() => count(n, "message"),
            n => format!("{} of {}", self.messages.len(), count(n, "message")),
        };
        let line = format!("{}: {n}", self.mailbox);
        self.told(Document::new().line(Text::strong(line)))
    }
}

/// The report of `mail list --count`.
#[derive(Clone, Debug, Serialize)]
pub struct CountReport<'r> {
    /// What people call the mailbox.
    pub mailbox: &'r str,
    /// How many messages are meant.
    pub found: usize,
    /// How many in each folder where there are any, by its path.
    pub folders: BTreeMap<&'r str, u64>,
    /// The folders that could not be looked into.
    pub unread: &'r [Unlooked],
    #[serde(skip)]
    whole: &'r MessagesReport,
}

impl<'r> CountReport<'r> {
    /// The numbers of `whole`.
    pub fn new(whole: &'r MessagesReport) -> Self {
        Self {
            mailbox: &whole.mailbox,
            found: whole.found,
            folders: whole.messages.by_folder(),
            unread: &whole.unread,
            whole,
        }
    }
}

impl Report for CountReport<'_> {
    fn document(&self) -> Document {
        let mut table = Table::new(["folder".into(), Column::right("messages")]);
        for (folder, n) in &self.folders {
            table.push([(*folder).to_owned(), n.to_string()]);
        }
        let mut document = Document::new();
        if !self.folders.is_empty() {
            document = document.table(table);
        }
        let line = format!("{}: {}", self.mailbox, count(self.found, "message"));
        self.whole.told(document.line(Text::strong(line)))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "folder", "messages"]);
        for (folder, n) in &self.folders {
            records.push([self.mailbox.to_owned(), (*folder).to_owned(), n.to_string()]);
        }
        records
    }
}
