//! check: what is out of order, and what was mended.

use super::change::Failure;
use super::document::{Document, Records, Report, Text};
use super::list::Unopened;
use super::words::{count, some};
use crate::model::finding::Finding;
use serde::Serialize;

/// The report of `check`.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// Each mailbox that was looked into.
    pub mailboxes: Vec<Checked>,
    /// Mailboxes that could not be looked into.
    pub failures: Vec<Unopened>,
}

/// One mailbox that was looked into.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// What people call it.
    pub mailbox: String,
    /// What is out of order.
    pub findings: Vec<Finding>,
    /// How many entries were mended; absent without `--fix`.
    pub mended: Option<usize>,
    /// How many entries `--fix` would mend; absent unless `--dry-run`.
    pub would_mend: Option<usize>,
    /// What could not be mended although it was tried.
    pub failures: Vec<Failure>,
    /// Whether the server could say which people exist.
    pub people_known: bool,
}

/// A finding in a sentence, with the folders it is about.
fn sentence(finding: &Finding) -> String {
    let on =
        |folders: &[String]| format!("on {}: {}", count(folders.len(), "folder"), some(folders));
    match finding {
        Finding::NotInherited {
            identifier,
            rights,
            folders,
        } => {
            format!(
                "{identifier} has {rights} on the mailbox and no entry {}",
                on(folders)
            )
        }
        Finding::UnknownPerson {
            identifier,
            folders,
        } => {
            format!(
                "{identifier} is nobody whom the server knows: entries {}",
                on(folders)
            )
        }
        Finding::Misspelt {
            identifier,
            meant,
            folders,
        } => {
            format!(
                "{identifier} gives nothing in this spelling ({meant} would) {}",
                on(folders)
            )
        }
        Finding::Negative {
            identifier,
            folders,
        } => {
            format!("{identifier} takes rights away {}", on(folders))
        }
        Finding::Everybody {
            identifier,
            folders,
        } => {
            format!("{identifier} opens it to everybody {}", on(folders))
        }
        Finding::Unreadable { folders, why } => {
            format!("entries cannot be read {}: {why}", on(folders))
        }
    }
}

fn kind(finding: &Finding) -> &'static str {
    match finding {
        Finding::NotInherited { .. } => "not-inherited",
        Finding::UnknownPerson { .. } => "unknown-person",
        Finding::Misspelt { .. } => "misspelt",
        Finding::Negative { .. } => "negative",
        Finding::Everybody { .. } => "everybody",
        Finding::Unreadable { .. } => "unreadable",
    }
}

fn parts(finding: &Finding) -> (&str, &[String]) {
    match finding {
        Finding::NotInherited {
            identifier,
            folders,
            ..
        }
        | Finding::UnknownPerson {
            identifier,
            folders,
        }
        | Finding::Misspelt {
            identifier,
            folders,
            ..
        }
        | Finding::Negative {
            identifier,
            folders,
        }
        | Finding::Everybody {
            identifier,
            folders,
        } => (identifier, folders),
        Finding::Unreadable { folders, .. } => ("", folders),
    }
}

impl Report for CheckReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        let mut can_be_mended = false;
        for checked in &self.mailboxes {
            document = one(document, checked);
            can_be_mended |=
                checked.mended.is_none() && checked.findings.iter().any(Finding::can_be_mended);
        }
        for failure in &self.failures {
            document = document.warning(format!("{}: {}", failure.mailbox, failure.why));
        }
        if can_be_mended {
            document =
                document.hint("--fix adds the missing entries and removes those of unknown people");
        }
        document
    }

    fn records(&self) -> Records {
        let columns = vec!["mailbox", "finding", "identifier", "folder", "detail"];
        let mut rows = Vec::new();
        for checked in &self.mailboxes {
            for finding in &checked.findings {
                let (identifier, folders) = parts(finding);
                for folder in folders {
                    rows.push(vec![
                        checked.mailbox.clone(),
                        kind(finding).to_owned(),
                        identifier.to_owned(),
                        folder.clone(),
                        sentence(finding),
                    ]);
                }
            }
        }
        Records { columns, rows }
    }
}

fn one(document: Document, checked: &Checked) -> Document {
    let summary = match (checked.findings.len(), checked.mended, checked.would_mend) {
        (0, ..) => Text::good("in order"),
        (n, Some(mended), _) => Text::warn(format!(
            "{}, {} mended",
            count(n, "finding"),
            entries(mended)
        )),
        (n, None, Some(would)) => Text::warn(format!(
            "{}, {} would be mended",
            count(n, "finding"),
            entries(would)
        )),
        (n, None, None) => Text::warn(count(n, "finding")),
    };
    let mut document = document.spans([Text::strong(&checked.mailbox), Text::plain(": "), summary]);
    for finding in &checked.findings {
        document = document.line(format!("  {}", sentence(finding)));
    }
    for failure in &checked.failures {
        let who = failure.identifier.as_deref().unwrap_or_default();
        document = document.line(Text::bad(format!(
            "  failed: {who} on {}: {}",
            failure.folder, failure.why
        )));
    }
    if !checked.people_known && !checked.findings.is_empty() {
        return document.line(Text::dim(
            "  whether every person exists could not be found out here",
        ));
    }
    document
}

fn entries(n: usize) -> String {
    if n == 1 {
        "1 entry".to_owned()
    } else {
        format!("{n} entries")
    }
}
