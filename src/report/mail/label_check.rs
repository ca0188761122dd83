//! label check: labels that will be lost or that nobody knows.

use super::label::Unlooked;
use super::labels::LabelsReport;
use crate::document::{Document, Records, Report, Text};
use crate::exit::Exit;
use crate::model::dialect::Family;
use crate::model::label::{LONGEST_ON_DOVECOT, MOST_IN_MAILDIR};
use crate::model::setting::Labels;
use crate::model::words::some;
use serde::Serialize;
use std::collections::BTreeMap;

/// From so many labels in one folder on it is told.
const MANY: usize = 20;

/// The report of `label check`.
#[derive(Clone, Debug, Serialize)]
pub struct LabelCheckReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// What is out of order.
    pub findings: Vec<LabelFinding>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// What holds on this server whatever is found.
    pub remark: Option<&'static str>,
    #[serde(skip)]
    is_blind: bool,
}

/// One thing that is out of order.
#[derive(Clone, Debug, Serialize)]
pub struct LabelFinding {
    /// What.
    #[serde(rename = "finding")]
    pub kind: LabelFindingKind,
    /// Where, if that is one folder.
    pub folder: Option<String>,
    /// The keywords that are concerned.
    pub keywords: Vec<String>,
    /// How many they are.
    pub count: usize,
}

/// What can be out of order with labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelFindingKind {
    /// The folder keeps no labels that are new to it.
    NoNewLabels,
    /// The messages of the folder carry many different ones.
    ManyLabels,
    /// They carry more than a Maildir keeps.
    TooManyLabels,
    /// The keyword is longer than the server takes.
    TooLong,
    /// Messages carry it, and nobody defines it.
    Leftover,
}

impl LabelFindingKind {
    /// As JSON and CSV spell it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoNewLabels => "no-new-labels",
            Self::ManyLabels => "many-labels",
            Self::TooManyLabels => "too-many-labels",
            Self::TooLong => "too-long",
            Self::Leftover => "leftover",
        }
    }
}

impl LabelCheckReport {
    /// What is out of order with the labels that were `listed`, and have `names`, on a server of that kind.
    pub fn new(listed: LabelsReport, names: &Labels, family: Family) -> Self {
        let is_dovecot = family == Family::Dovecot;
        let mut findings = Vec::new();
        let mut find = |kind, folder: Option<&String>, keywords: Vec<String>| {
            findings.push(LabelFinding {
                kind,
                folder: folder.cloned(),
                count: keywords.len(),
                keywords,
            });
        };
        for folder in listed.folders.iter().filter(|folder| !folder.new) {
            let kind = LabelFindingKind::NoNewLabels;
            find(kind, Some(&folder.folder), folder.named.clone());
        }
        let mut of: BTreeMap<&String, Vec<String>> = BTreeMap::new();
        for row in &listed.labels {
            for folder in row.folders.keys() {
                of.entry(folder).or_default().push(row.keyword.clone());
            }
        }
        for (folder, keywords) in of {
            match keywords.len() {
                n if is_dovecot && n > MOST_IN_MAILDIR => {
                    find(LabelFindingKind::TooManyLabels, Some(folder), keywords);
                }
                n if n >= MANY => find(LabelFindingKind::ManyLabels, Some(folder), keywords),
                _ => {}
            }
        }
        for row in &listed.labels {
            if is_dovecot && row.keyword.len() > LONGEST_ON_DOVECOT {
                find(LabelFindingKind::TooLong, None, vec![row.keyword.clone()]);
            }
            if row.leftover && !names.is_empty() {
                find(LabelFindingKind::Leftover, None, vec![row.keyword.clone()]);
            }
        }
        let remark = (family == Family::Courier).then_some(
            "Courier: a mail program that has had a folder open since before may lose a label when it sets one of \
             its own",
        );
        Self {
            is_blind: listed.folders.is_empty() && !listed.unread.is_empty(),
            mailbox: listed.mailbox,
            findings,
            unread: listed.unread,
            remark,
        }
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        match (self.unread.is_empty(), self.findings.is_empty()) {
            _ if self.is_blind => Exit::Refused,
            (false, _) => Exit::Partly,
            (true, false) => Exit::Found,
            (true, true) => Exit::Done,
        }
    }
}

impl LabelFinding {
    fn sentence(&self) -> String {
        let folder = self.folder.as_deref().unwrap_or_default();
        let (n, keywords) = (self.count, some(&self.keywords));
        match self.kind {
            LabelFindingKind::NoNewLabels => {
                format!("{folder} keeps no labels that are new to it")
            }
            LabelFindingKind::ManyLabels => {
                format!("{folder}: messages carry {n} different labels")
            }
            LabelFindingKind::TooManyLabels => format!(
                "{folder}: messages carry {n} different labels, and a Maildir of Dovecot keeps {MOST_IN_MAILDIR}: \
                 the others are lost with its index"
            ),
            LabelFindingKind::TooLong => format!(
                "{keywords} is longer than {LONGEST_ON_DOVECOT} characters, which Dovecot does not take"
            ),
            LabelFindingKind::Leftover => {
                format!("messages carry {keywords}, which nobody defines")
            }
        }
    }
}

impl Report for LabelCheckReport {
    fn document(&self) -> Document {
        let told = self.findings.iter();
        let mut document = told.fold(Document::new(), |document, finding| {
            let line = format!("{}: {}", self.mailbox, finding.sentence());
            document.line(Text::bad(line))
        });
        if self.findings.is_empty() && !self.is_blind {
            let line = format!("{}: the labels are in order", self.mailbox);
            document = document.line(Text::good(line));
        }
        if let Some(remark) = self.remark {
            document = document.hint(remark);
        }
        Unlooked::told(&self.unread, &self.mailbox, document)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "finding", "folder", "count", "keywords"]);
        for finding in &self.findings {
            records.push([
                self.mailbox.clone(),
                finding.kind.word().to_owned(),
                finding.folder.clone().unwrap_or_default(),
                finding.count.to_string(),
                finding.keywords.join(" "),
            ]);
        }
        records
    }
}
