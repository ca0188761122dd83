//! send --each: what became of the message for each row.

use super::send::{CopyState, CopyTold, DryReport, Outcome, Told, by};
use crate::document::{Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::identity::Identity;
use crate::model::words::{count, some};
use serde::{Serialize, Serializer};

/// The report of a series of messages.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesReport {
    /// The shared mailbox that they are from.
    pub mailbox: String,
    /// Who sent them.
    pub sender: String,
    /// As what.
    pub identity: Identity,
    /// In the order of the file.
    pub rows: Vec<RowTold>,
    /// Why rows were not tried, where some were not.
    pub stopped: Option<String>,
    /// How a run ends that stopped before anything was sent.
    #[serde(skip)]
    pub stopped_exit: Option<Exit>,
    /// What to do next.
    #[serde(skip)]
    pub hints: Vec<String>,
}

/// What became of one row.
#[derive(Clone, Debug, Serialize)]
pub struct RowTold {
    /// Its number, from 1, the line of names left out.
    pub row: usize,
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// To whom.
    pub to: Vec<String>,
    /// Its message's name, with brackets, once it has one.
    pub message_id: Option<String>,
    /// What became of it.
    pub outcome: RowOutcome,
    /// What the server said to the message as a whole, or what went wrong.
    pub answer: Option<String>,
    /// What the server said of each recipient, where it was asked in this run.
    pub recipients: Vec<Told>,
    /// What became of the copy.
    pub copy: CopyTold,
    /// Its name in the outbox, where it stays there.
    pub outbox: Option<String>,
    /// How a run would end that sent this one message.
    #[serde(skip)]
    pub exit: Exit,
}

/// What became of the message for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// As for a single message.
    Handed(Outcome),
    /// An earlier run sent it.
    AlreadySent,
    /// The run ended before it.
    NotTried,
}

/// The report of a dry run.
#[derive(Clone, Debug, Serialize)]
pub struct DrySeries {
    /// As what they would be sent.
    pub identity: Identity,
    /// In the order of the file.
    pub rows: Vec<DryRow>,
    /// The first message as a whole.
    pub first: Option<DryReport>,
}

/// One row of a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DryRow {
    /// Its number, from 1, the line of names left out.
    pub row: usize,
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// To whom.
    pub to: Vec<String>,
    /// What it is about.
    pub subject: String,
}

impl RowOutcome {
    /// Nobody knows whether it was sent.
    pub const UNKNOWN: Self = Self::Handed(Outcome::Unknown);

    /// As JSON and CSV spell it.
    const fn word(self) -> &'static str {
        match self {
            Self::Handed(outcome) => outcome.word(),
            Self::AlreadySent => "already-sent",
            Self::NotTried => "not-tried",
        }
    }

    const fn is_sent(self) -> bool {
        matches!(self, Self::Handed(Outcome::Sent) | Self::AlreadySent)
    }
}

impl Serialize for RowOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl RowTold {
    /// What the server refused, or what went wrong.
    fn why(&self) -> String {
        let refused = self.recipients.iter().filter_map(|told| {
            let answer = told.answer.as_ref()?;
            Some(match self.to.len() {
                1 => answer.clone(),
                _ => format!("{}: {answer}", told.address),
            })
        });
        let whole = self.answer.clone().filter(|_| !self.outcome.is_sent());
        let copy = self
            .copy
            .why
            .iter()
            .map(|why| format!("its copy is not filed: {why}"));
        let all: Vec<String> = whole.into_iter().chain(refused).chain(copy).collect();
        all.join("; ")
    }

    /// Whether only the copy is missing.
    fn is_unfiled(&self) -> bool {
        let refused = self.recipients.iter().any(|told| told.answer.is_some());
        self.copy.state == CopyState::NotFiled && !refused
    }

    fn state(&self) -> Text {
        match (self.outcome, self.exit) {
            (RowOutcome::Handed(Outcome::Sent), Exit::Done) => Text::good("sent"),
            (RowOutcome::Handed(Outcome::Sent), _) if self.is_unfiled() => {
                Text::warn("sent, not filed")
            }
            (RowOutcome::Handed(Outcome::Sent), _) => Text::warn("sent in part"),
            (RowOutcome::AlreadySent, _) => Text::plain("already sent"),
            (RowOutcome::UNKNOWN, _) => Text::bad("unknown"),
            (RowOutcome::NotTried, _) => Text::warn("not tried"),
            (RowOutcome::Handed(Outcome::Deferred), _) => Text::warn("deferred"),
            (RowOutcome::Handed(_), Exit::TryAgain) => Text::warn("deferred"),
            (RowOutcome::Handed(_), _) => Text::bad("not sent"),
        }
    }

    fn recipients(&self) -> String {
        match self.to.as_slice() {
            [] => "-".to_owned(),
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        }
    }
}

impl SeriesReport {
    /// Whether nothing is left to be sent, and everybody knows it.
    pub fn is_all_sent(&self) -> bool {
        self.rows.iter().all(|row| row.outcome.is_sent())
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        let any = |wanted: Exit| self.rows.iter().any(|row| row.exit == wanted);
        let may_be_sent =
            |row: &RowTold| row.outcome.is_sent() || row.outcome == RowOutcome::UNKNOWN;
        match self.stopped_exit {
            Some(Exit::Interrupted) => Exit::Interrupted,
            _ if self.rows.iter().all(|row| row.exit == Exit::Done) => Exit::Done,
            _ if self.rows.iter().any(may_be_sent) => Exit::Partly,
            Some(stopped) => stopped,
            None if any(Exit::TryAgain) => Exit::TryAgain,
            None => self.rows.first().map_or(Exit::Done, |row| row.exit),
        }
    }

    fn headline(&self) -> Vec<Text> {
        let (sent, rows) = (
            self.rows.iter().filter(|row| row.outcome.is_sent()),
            &self.rows,
        );
        let text = format!("{} of {} sent", sent.count(), count(rows.len(), "message"));
        let by = by(&self.sender, self.identity, &self.mailbox);
        let text = if self.is_all_sent() {
            Text::good(text)
        } else {
            Text::bad(text)
        };
        vec![
            Text::strong(&self.mailbox),
            Text::plain(": "),
            text,
            Text::plain(by),
        ]
    }

    fn rows_that(&self, is: impl Fn(&RowTold) -> bool) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| is(row));
        rows.map(|row| row.row.to_string()).collect()
    }

    /// What to do about copies that are not filed, each once.
    fn filing_hints(&self) -> Vec<String> {
        let mut hints: Vec<String> = Vec::new();
        for hint in self.rows.iter().filter_map(|row| row.copy.hint.as_ref()) {
            if !hints.contains(hint) {
                hints.push(hint.clone());
            }
        }
        hints
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = Vec::new();
        warnings.extend(self.stopped.iter().map(|why| format!("stopped: {why}")));
        let unknown = self.rows_that(|row| row.outcome == RowOutcome::UNKNOWN);
        if !unknown.is_empty() {
            warnings.push(format!(
                "row {}: may have been sent, and is not sent again; {} shows it",
                some(&unknown),
                command(["outbox"])
            ));
        }
        let unfiled = self.rows_that(|row| row.copy.state == CopyState::NotFiled);
        if !unfiled.is_empty() {
            warnings.push(format!(
                "row {}: sent, and the copy is not filed; {} files it",
                some(&unfiled),
                command(["outbox", "file"])
            ));
        }
        warnings
    }
}

impl Report for SeriesReport {
    fn document(&self) -> Document {
        let mut table = Table::new(["row", "to", "result", "answer"]);
        for row in &self.rows {
            table.push([
                Text::plain(row.row.to_string()),
                Text::strong(row.recipients()),
                row.state(),
                Text::plain(row.why()),
            ]);
        }
        let document = Document::new().spans(self.headline()).table(table);
        let document = self
            .warnings()
            .into_iter()
            .fold(document, Document::warning);
        let left = |row: &RowTold| !row.outcome.is_sent() && row.outcome != RowOutcome::UNKNOWN;
        let resume = "the same command with --resume sends what is not sent";
        let resume = self.rows.iter().any(left).then(|| resume.to_owned());
        let hints = self.hints.iter().cloned().chain(self.filing_hints());
        let hints = hints.chain(resume);
        hints.fold(document, Document::hint)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "row",
            "line",
            "to",
            "outcome",
            "answer",
            "message_id",
            "copy",
            "outbox",
        ]);
        for row in &self.rows {
            records.push([
                row.row.to_string(),
                row.line.to_string(),
                row.to.join(" "),
                row.outcome.word().to_owned(),
                row.why(),
                row.message_id.clone().unwrap_or_default(),
                row.copy.state.word().to_owned(),
                row.outbox.clone().unwrap_or_default(),
            ]);
        }
        records
    }
}

impl Report for DrySeries {
    fn document(&self) -> Document {
        let mut table = Table::new(["row", "to", "subject"]);
        for row in &self.rows {
            let cells = [row.row.to_string(), row.to.join(", "), row.subject.clone()];
            table.push(cells);
        }
        let messages = count(self.rows.len(), "message");
        let document = Document::new()
            .line(format!("{messages} would be sent"))
            .table(table);
        match &self.first {
            None => document,
            Some(first) => {
                let document = document.blank().line("The first:").blank();
                let blocks = first.document().blocks;
                Document {
                    blocks: document.blocks.into_iter().chain(blocks).collect(),
                }
            }
        }
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["row", "line", "to", "subject"]);
        for row in &self.rows {
            records.push([
                row.row.to_string(),
                row.line.to_string(),
                row.to.join(" "),
                row.subject.clone(),
            ]);
        }
        records
    }
}
