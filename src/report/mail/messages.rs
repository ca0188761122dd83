//! mail list: the messages that are meant.

use super::label::Unlooked;
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::message::Message;
use crate::model::setting::Labels;
use crate::model::words::{count, storage};
use crate::observe::Listed;
use chrono::{DateTime, FixedOffset, Local};
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// An ID is not cut shorter.
const SHORTEST: usize = 8;

/// The report of `mail list`.
#[derive(Clone, Debug, Serialize)]
pub struct MessagesReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// How many messages are meant.
    pub found: usize,
    /// They, or the first of them.
    pub messages: Vec<Row>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// How many are longer than is read for the text: what was read does not hold it, and the rest may.
    pub text_not_seen: u64,
    /// How many folders were looked into.
    #[serde(skip)]
    looked_into: usize,
}

/// One message.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The folder in which it lies.
    pub folder: String,
    /// The identity of the folder's numbering, where the server tells.
    pub uid_validity: Option<u32>,
    /// Its UID there.
    pub uid: u32,
    /// What commands take for it.
    pub id: String,
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
    /// The keywords that they are.
    pub keywords: Vec<String>,
    /// The server's own flags that it carries.
    pub flags: Vec<String>,
    /// How long it is, in bytes.
    pub size: u64,
    #[serde(skip)]
    at: Option<DateTime<FixedOffset>>,
}

impl Row {
    /// A `message` in `folder`, by its UID.
    pub(super) fn new(
        folder: &str,
        uid_validity: Option<u32>,
        message: Message,
        names: &Labels,
    ) -> Self {
        let name = |keyword: &String| names.name(keyword).to_owned();
        Self {
            folder: folder.to_owned(),
            uid_validity,
            uid: message.uid,
            id: message.uid.to_string(),
            arrived: message.arrived.map(|at| at.to_rfc3339()),
            written: message.head.written.map(|at| at.to_rfc3339()),
            from: message.head.from,
            to: message.head.to,
            cc: message.head.cc,
            subject: message.head.subject,
            message_id: message.head.id,
            labels: message.keywords.iter().map(name).collect(),
            keywords: message.keywords,
            flags: message.flags,
            size: message.size,
            at: message.arrived,
        }
    }

    /// When it was written, in the time of this machine; where it does not say that, when it arrived.
    pub(super) fn written_or_arrived(&self) -> String {
        let written = self.written.as_ref();
        let written = written.and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        local(written.or(self.at))
    }

    /// When it arrived; what nobody knows is before everything.
    pub fn arrived_at(&self) -> Option<DateTime<FixedOffset>> {
        self.at
    }
}

impl MessagesReport {
    /// What was found in each folder, by its path, with the names of labels.
    pub fn new(
        mailbox: &str,
        listed: impl Iterator<Item = (String, Result<Listed, String>)>,
        names: &Labels,
    ) -> Self {
        let mut report = Self {
            mailbox: mailbox.to_owned(),
            found: 0,
            messages: Vec::new(),
            unread: Vec::new(),
            text_not_seen: 0,
            looked_into: 0,
        };
        for (folder, listed) in listed {
            match listed {
                Ok(listed) => {
                    let row = |message| Row::new(&folder, listed.uid_validity, message, names);
                    report.messages.extend(listed.messages.into_iter().map(row));
                    report.text_not_seen += listed.not_read_to_the_end;
                    report.looked_into += 1;
                }
                Err(why) => report.unread.push(Unlooked { folder, why }),
            }
        }
        report.found = report.messages.len();
        report.name();
        report
    }

    /// Gives each message the shortest ID that means no other one listed.
    fn name(&mut self) {
        let ids = self
            .messages
            .iter()
            .filter_map(|row| row.message_id.clone());
        let mut ids: Vec<String> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        for row in &mut self.messages {
            if let Some(id) = &row.message_id {
                row.id = short(id, &ids);
            }
        }
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        match (self.unread.is_empty(), self.looked_into) {
            (true, _) => Exit::Done,
            (false, 0) => Exit::Refused,
            (false, _) => Exit::Partly,
        }
    }

    /// Puts them in this order; those that are alike stay as they are.
    pub fn sort(&mut self, order: impl Fn(&Row, &Row) -> Ordering) {
        self.messages.sort_by(order);
    }

    /// Puts them in the order of the alphabet, small letters as capitals.
    pub fn sort_by_text(&mut self, text: impl Fn(&Row) -> &String) {
        self.messages
            .sort_by_cached_key(|row| text(row).to_lowercase());
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

/// A moment in the time of this machine.
fn local(moment: Option<DateTime<FixedOffset>>) -> String {
    let local = moment.map(|at| at.with_timezone(&Local));
    local.map_or("?".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}

/// The shortest beginning of `id`, without its bracket and with three dots, that none of the others of `ids`
/// has, which are sorted; the whole of it where it is hardly longer.
fn short(id: &str, ids: &[String]) -> String {
    let at = ids.partition_point(|other| other.as_str() < id);
    let shared = |other: Option<&String>| {
        let both = other
            .into_iter()
            .flat_map(|other| other.bytes().zip(id.bytes()));
        both.take_while(|(a, b)| a == b).count()
    };
    let before = at.checked_sub(1).and_then(|n| ids.get(n));
    let least = shared(before).max(shared(ids.get(at + 1))) + 1;
    let inner = id.trim_matches(['<', '>']);
    // One more for the bracket.
    let length = least.max(SHORTEST + 1) - 1;
    match inner.get(..length) {
        Some(beginning) if length + 3 < inner.len() => format!("{beginning}..."),
        _ => inner.to_owned(),
    }
}

impl Report for MessagesReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "arrived".into(),
            "from".into(),
            "subject".into(),
            "labels".into(),
            Column::right("size"),
            "folder".into(),
            "id".into(),
        ]);
        for row in &self.messages {
            table.push([
                local(row.at),
                row.from.clone(),
                row.subject.clone(),
                row.labels.join(", "),
                storage(row.size.div_ceil(1024)),
                row.folder.clone(),
                row.id.clone(),
            ]);
        }
        let mut document = Document::new();
        if !self.messages.is_empty() {
            document = document.table(table);
        }
        let n = match self.found {
            0 => "no messages".to_owned(),
            n if n == self.messages.len() => count(n, "message"),
            n => format!("{} of {}", self.messages.len(), count(n, "message")),
        };
        let line = format!("{}: {n}", self.mailbox);
        self.told(document.line(Text::strong(line)))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "mailbox",
            "folder",
            "uid",
            "id",
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
        ]);
        for row in &self.messages {
            records.push([
                self.mailbox.clone(),
                row.folder.clone(),
                row.uid.to_string(),
                row.id.clone(),
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
            ]);
        }
        records
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
        let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
        for row in &whole.messages {
            *folders.entry(&row.folder).or_default() += 1;
        }
        Self {
            mailbox: &whole.mailbox,
            found: whole.found,
            folders,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_cut_as_far_as_it_means_no_other() {
        let ids = [
            "<abc@x.test>",
            "<abcdefghij1@mail.example.test>",
            "<abcdefghij2@mail.example.test>",
        ];
        let ids = ids.map(str::to_owned);
        let cut: Vec<String> = ids.iter().map(|id| short(id, &ids)).collect();
        assert_eq!(cut, ["abc@x.test", "abcdefghij1...", "abcdefghij2..."]);
        assert_eq!(short("<0123456789abcdef@x>", &ids), "01234567...");
    }
}
