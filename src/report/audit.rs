//! audit show and audit verify: the changes of the log, and whether it is whole.

use crate::audit::{Chain, Finding, Shown, Verdict};
use crate::document::{Column, Document, Item, Records, Report, Text};
use crate::model::change::facts::{or_none, plain};
use crate::model::change::in_log;
use crate::model::words::{self, count};
use serde::Serialize;

/// A change as `audit show` tells it.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Logged(pub Shown);

/// The report of `audit verify`.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyReport {
    /// The files that were looked into, the oldest first.
    pub files: Vec<String>,
    /// How many lines they have.
    pub lines: u64,
    /// The last line's number and hash: what to keep elsewhere.
    pub head: Option<String>,
    /// What is wrong.
    pub findings: Vec<Found>,
    /// How much more is.
    pub more: u64,
    /// What is worth knowing and not wrong.
    pub remarks: Vec<Found>,
}

/// What was found at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The file, where it is about one.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<u64>,
    /// What is the matter.
    pub says: String,
}

/// The report of `audit rotate`.
#[derive(Clone, Debug, Serialize)]
pub struct RotateReport {
    /// What the old file is called now.
    pub rotated: String,
}

impl VerifyReport {
    /// What `verdict` says of `chain`.
    pub fn new(chain: &Chain, verdict: &Verdict) -> Self {
        let paths = chain.parts.iter().map(|part| part.path.display());
        let files: Vec<String> = paths.map(|path| path.to_string()).collect();
        let found = |found: &Finding| Found {
            file: found.file.and_then(|file| files.get(file).cloned()),
            line: found.line,
            says: found.says.clone(),
        };
        Self {
            lines: verdict.lines,
            head: verdict.end.map(|link| link.to_string()),
            findings: verdict.findings.iter().map(found).collect(),
            more: verdict.more,
            remarks: verdict.remarks.iter().map(found).collect(),
            files,
        }
    }
}

impl Found {
    fn place(&self) -> String {
        let file = self.file.as_deref().map(|path| path.rsplit('/').next());
        match (file.flatten(), self.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            _ => String::new(),
        }
    }
}

impl Report for VerifyReport {
    fn document(&self) -> Document {
        let files = count(self.files.len(), "file");
        let lines = count(usize::try_from(self.lines).unwrap_or(usize::MAX), "line");
        let whole = match self.findings.len() {
            0 => Text::good("whole"),
            n => {
                let all = usize::try_from(self.more).unwrap_or(usize::MAX);
                Text::bad(count(all.saturating_add(n), "finding"))
            }
        };
        let mut document =
            Document::new().spans([Text::strong(format!("{lines} in {files}: ")), whole]);
        for found in &self.findings {
            document = document.line(Text::bad(format!("  {}{}", found.place(), found.says)));
        }
        if self.more > 0 {
            document = document.line(Text::bad(format!("  and {} more", self.more)));
        }
        for remark in &self.remarks {
            document = document.line(format!("  {}{}", remark.place(), remark.says));
        }
        match &self.head {
            Some(head) => document.line(Text::dim(format!("head {head}"))),
            None => document,
        }
    }

    fn records(&self) -> Records {
        let mut records = Records::new(["kind", "file", "line", "says"]);
        let all = self.findings.iter().map(|found| ("finding", found));
        for (kind, found) in all.chain(self.remarks.iter().map(|found| ("remark", found))) {
            records.push([
                kind.to_owned(),
                found.file.clone().unwrap_or_default(),
                found.line.map(|line| line.to_string()).unwrap_or_default(),
                found.says.clone(),
            ]);
        }
        records
    }
}

impl Report for RotateReport {
    fn document(&self) -> Document {
        Document::new().line(format!("the log up to now is in {}", self.rotated))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(["rotated"]);
        records.push([self.rotated.as_str()]);
        records
    }
}

impl Item for Logged {
    fn columns() -> Vec<Column> {
        let titles = ["time (utc)", "by", "command", "mailbox", "change", "fate"];
        titles.map(Column::left).to_vec()
    }

    fn row(&self) -> Vec<Text> {
        let Shown { at, told, .. } = &self.0;
        let time = at.split('.').next().unwrap_or_default().replace('T', " ");
        vec![
            Text::dim(time),
            told.login.clone().into(),
            told.command.clone().into(),
            told.mailbox.clone().into(),
            self.change().into(),
            self.outcome(),
        ]
    }

    fn fields() -> Vec<&'static str> {
        vec![
            "n",
            "at",
            "event",
            "run",
            "profile",
            "login",
            "as",
            "user",
            "command",
            "mailbox",
            "change",
            "folder",
            "to",
            "identifier",
            "sender",
            "before",
            "after",
            "fate",
            "why",
            "stored",
            "answer",
        ]
    }

    fn record(&self) -> Vec<String> {
        let Shown { n, at, event, told } = &self.0;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            n.to_string(),
            at.clone(),
            event.clone(),
            told.run.clone(),
            told.profile.clone(),
            told.login.clone(),
            text(&told.acting),
            told.user.clone(),
            told.command.clone(),
            told.mailbox.clone(),
            told.change.clone(),
            text(&told.folder),
            text(&told.to),
            text(&told.identifier),
            text(&told.sender),
            plain(told.before.as_ref()),
            plain(told.after.as_ref()),
            self.fate().to_owned(),
            text(&told.why),
            plain(told.stored.as_ref()),
            text(&told.answer),
        ]
    }
}

impl Logged {
    /// What became of it, in one word; `unfinished` where the log says nothing of that.
    fn fate(&self) -> &str {
        self.0.told.fate.as_deref().unwrap_or("unfinished")
    }

    fn outcome(&self) -> Text {
        let told = &self.0.told;
        let detail = match (&told.why, &told.stored, told.accepted) {
            (Some(why), _, _) => format!(" {why}"),
            (None, Some(stored), _) => format!(": the server stores {}", or_none(Some(stored))),
            (None, None, Some(n)) => format!(": {n} accepted"),
            _ => String::new(),
        };
        let text = format!("{}{detail}", self.fate());
        match self.fate() {
            "done" => Text::good(text),
            "refused" | "differs" => Text::bad(text),
            _ => Text::warn(text),
        }
    }

    /// What was to be changed, in words.
    fn change(&self) -> String {
        let told = &self.0.told;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let folder = text(&told.folder);
        if let Some(words) = in_log(&told.change, &folder, &told.facts()) {
            return words;
        }
        let messages = words::messages(told.messages.unwrap_or_default());
        match told.change.as_str() {
            "export" => format!("export {folder}: {messages}"),
            "keep" => format!("keep {messages} in {}", text(&told.to)),
            "receive" => format!("put {messages} of {} into {folder}", text(&told.from)),
            "withdraw" => format!("take {messages} that lay twice out of {folder}"),
            "read" => format!("read message {} in {folder}", text(&told.uids)),
            "send" => format!(
                "{} {} to {}, {}",
                text(&told.sender),
                text(&told.identity),
                told.recipients.unwrap_or_default(),
                text(&told.message_id)
            ),
            "file" => format!("file {} in {folder}", text(&told.message_id)),
            "script" => format!("put the script {}", text(&told.setting)),
            "activate" => format!("filter mail by the script {}", text(&told.setting)),
            "mark" => format!("mark a message in {folder} as answered"),
            "subscribe" => format!("subscribe {} to {folder}", text(&told.acting)),
            other => format!("{other} {folder}"),
        }
    }
}
