//! What became of the rows of a sheet, a line each.

use super::change::{AccessReport, MemberReport};
use crate::document::{Document, Records, Report, Text};
use crate::error::Error;
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::failure::Failure;
use crate::model::state::Folder;
use crate::model::words::{count, some};
use crate::report::failure::alike;
use crate::sheet::{Column, Row};
use serde::Serialize;

/// The report of `grant --csv`.
///
/// As CSV it is the sheet itself, with what became of each row behind it: it can be run again.
#[derive(Clone, Debug, Serialize)]
pub struct RowsReport {
    /// The file.
    pub file: String,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// Each row, in the order of the file.
    pub rows: Vec<RowReport>,
    /// What to know before trusting it.
    pub warnings: Vec<String>,
    /// What else to know.
    pub notes: Vec<String>,
    /// The columns of the file.
    #[serde(skip)]
    pub columns: Vec<Column>,
}

/// What became of one row.
#[derive(Clone, Debug, Serialize)]
pub struct RowReport {
    /// Its number; the header's is 1.
    pub row: usize,
    /// The mailbox.
    pub mailbox: String,
    /// The person or group.
    pub who: String,
    /// In a word.
    pub result: RowResult,
    /// In a sentence.
    pub why: String,
    /// What she has now; absent where it did not come so far.
    pub member: Option<MemberReport>,
    /// Every change that was not made, and every folder that could not be read.
    pub failures: Vec<Failure>,
    /// What would be changed, with `--dry-run`.
    pub planned: Vec<Change>,
    /// How a run of this row alone would end.
    #[serde(skip)]
    pub exit: Exit,
    /// What stands in it.
    #[serde(skip)]
    pub cells: Vec<String>,
    #[serde(skip)]
    line: Vec<Text>,
}

/// What became of a row, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowResult {
    /// Everything that it asks for was made.
    Done,
    /// It was so already.
    Unchanged,
    /// Something of it is missing.
    Partly,
    /// Nothing of it was made.
    Failed,
    /// It was not begun.
    NotTried,
    /// It would be made.
    Planned,
}

impl RowReport {
    /// A row that was worked on, which ended with `exit`.
    pub fn worked(row: &Row, report: AccessReport, exit: Exit) -> Self {
        let changed = report.members.iter().any(|member| member.changed > 0);
        let result = match exit {
            Exit::Done if changed => RowResult::Done,
            Exit::Done => RowResult::Unchanged,
            Exit::Partly => RowResult::Partly,
            _ => RowResult::Failed,
        };
        let mut line = report.headline();
        if let (Some(why), true) = (&report.cut_short, exit != Exit::Done) {
            line.push(Text::warn(format!(" (stopped before the end: {why})")));
        }
        let failures = report.failures;
        Self {
            member: report.members.into_iter().next(),
            failures,
            exit,
            ..Self::of(row, result, line)
        }
    }

    /// A row that could not be worked on.
    pub fn failed(row: &Row, error: &Error) -> Self {
        let mut why = error.what().to_owned();
        if let Some(advice) = error.advice() {
            why = format!("{why} ({advice})");
        }
        Self {
            exit: error.exit(),
            ..Self::of(row, RowResult::Failed, vec![Text::bad(format!(": {why}"))])
        }
    }

    /// A row that was not begun, and why.
    pub fn not_tried(row: &Row, why: &str, exit: Exit) -> Self {
        let line = vec![Text::warn(format!(": not tried: {why}"))];
        Self {
            exit,
            ..Self::of(row, RowResult::NotTried, line)
        }
    }

    /// A row of a dry run; what it would change in the folders `unread`, nobody knows.
    pub fn dry(row: &Row, planned: Vec<Change>, unread: &[&Folder]) -> Self {
        let failures: Vec<Failure> = unread.iter().filter_map(|f| Failure::unread(f)).collect();
        let mut paths: Vec<String> = planned.iter().map(|c| c.folder().path.clone()).collect();
        paths.dedup();
        let says = match planned.len() {
            0 if failures.is_empty() => ": nothing to do".to_owned(),
            0 => ": nothing to do where the entries could be read".to_owned(),
            n => {
                let n = count(n, "change");
                format!(": {n} would be made: {}", some(&paths))
            }
        };
        let (result, exit) = match (failures.is_empty(), planned.is_empty()) {
            (false, _) => (RowResult::Partly, Exit::Partly),
            (true, true) => (RowResult::Unchanged, Exit::Done),
            (true, false) => (RowResult::Planned, Exit::Done),
        };
        Self {
            planned,
            failures,
            exit,
            ..Self::of(row, result, vec![Text::plain(says)])
        }
    }

    fn of(row: &Row, result: RowResult, line: Vec<Text>) -> Self {
        let who: Vec<String> = row.wish.who.iter().map(ToString::to_string).collect();
        let text: String = line.iter().map(|piece| piece.content.as_str()).collect();
        Self {
            row: row.number,
            mailbox: row.mailbox.to_string(),
            who: who.join(" "),
            result,
            why: text.trim_start_matches(": ").trim().to_owned(),
            member: None,
            failures: Vec::new(),
            planned: Vec::new(),
            exit: Exit::Done,
            cells: row.cells.clone(),
            line,
        }
    }

    /// Whether it is as it should be.
    pub fn is_good(&self) -> bool {
        use RowResult::{Done, Planned, Unchanged};
        matches!(self.result, Done | Unchanged | Planned)
    }

    /// The failures in words, a line for each reason.
    fn reasons(&self) -> Vec<String> {
        alike(&self.failures.iter().collect::<Vec<_>>())
    }

    /// Everything that is to be said of it, in one cell.
    fn cell(&self) -> String {
        let reasons = self.reasons().into_iter();
        let reasons = reasons.map(|reason| reason.trim().to_owned());
        let all = [self.why.clone()].into_iter().chain(reasons);
        all.collect::<Vec<_>>().join("; ")
    }
}

impl RowResult {
    const fn word(self) -> &'static str {
        match self {
            RowResult::Done => "done",
            RowResult::Unchanged => "unchanged",
            RowResult::Partly => "partly",
            RowResult::Failed => "failed",
            RowResult::NotTried => "not-tried",
            RowResult::Planned => "planned",
        }
    }
}

impl Report for RowsReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for row in &self.rows {
            let mut pieces = vec![Text::dim(format!("row {}: ", row.row))];
            if row.member.is_none() {
                pieces.push(Text::plain(format!("{}: ", row.mailbox)));
            }
            pieces.push(Text::strong(&row.who));
            pieces.extend(row.line.iter().cloned());
            document = document.spans(pieces);
            for reason in row.reasons() {
                document = document.line(Text::bad(reason));
            }
        }
        document = document.line(Text::strong(self.summary()));
        document.warnings(&self.warnings).hints(&self.notes)
    }

    fn records(&self) -> Records {
        let told = [Column::Result, Column::Proof, Column::Why];
        let columns = self.columns.iter().chain(&told).map(|column| column.name());
        let row = |row: &RowReport| {
            let proof = row.member.as_ref().map(|member| member.proof.word());
            let told = [
                row.result.word().to_owned(),
                proof.unwrap_or_default().to_owned(),
                row.cell(),
            ];
            row.cells.iter().cloned().chain(told).collect()
        };
        Records {
            columns: columns.collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }
}

impl RowsReport {
    fn summary(&self) -> String {
        let all = [
            RowResult::Done,
            RowResult::Planned,
            RowResult::Unchanged,
            RowResult::Partly,
            RowResult::Failed,
            RowResult::NotTried,
        ];
        let told = all.into_iter().filter_map(|result| {
            let n = self.rows.iter().filter(|row| row.result == result).count();
            (n > 0).then(|| format!("{n} {}", result.word().replace('-', " ")))
        });
        let told: Vec<String> = told.collect();
        format!("{}: {}", count(self.rows.len(), "row"), told.join(", "))
    }
}
