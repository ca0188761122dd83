//! rule check: rules that do not do what they say, and what the server filters by in their place.

use super::installed::InstalledReport;
use crate::decide::rule_findings::RuleFinding;
use crate::document::{Document, Records, Report, Table, Text};
use crate::error::printable;
use crate::exit::Exit;
use crate::model::words::count;
use serde::Serialize;

/// The report of `rule check`.
#[derive(Clone, Debug, Serialize)]
pub struct RuleCheckReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// How many rules there are.
    pub rules: usize,
    /// What is out of order.
    pub findings: Vec<Row>,
    /// Why it is not known what the server filters by, where that was asked.
    pub unknown: Option<String>,
    /// Why not everybody could be looked up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<String>,
    /// Whether the profile says where scripts are kept.
    pub filters: bool,
}

/// One thing that is out of order.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What.
    pub finding: &'static str,
    /// The rule that is concerned, where it is one.
    pub rule: Option<String>,
    /// The script that is concerned, where it is one.
    pub script: Option<String>,
    /// More of it, in words.
    pub detail: String,
}

impl RuleCheckReport {
    /// What was found of `rules` rules of `mailbox`.
    pub fn new(mailbox: &str, rules: usize, found: Vec<(String, RuleFinding)>) -> Self {
        let row = |(rule, finding): (String, RuleFinding)| {
            let (finding, detail) = match finding {
                RuleFinding::FolderMissing(why) => ("folder-missing", why),
                RuleFinding::SenderUnknown(address) => (
                    "sender-unknown",
                    format!("it wants mail from {address}, whom the server does not know"),
                ),
                RuleFinding::ForwardBarred(address, why) => {
                    ("forward-barred", format!("it {}", why.of(&address)))
                }
                RuleFinding::NeverReached(by) => (
                    "never-reached",
                    format!(
                        "the rule {by:?} takes all that it would, and is the last one for them"
                    ),
                ),
            };
            Row {
                finding,
                rule: Some(rule),
                script: None,
                detail,
            }
        };
        Self {
            mailbox: mailbox.to_owned(),
            rules,
            findings: found.into_iter().map(row).collect(),
            unknown: None,
            untold: Vec::new(),
            filters: false,
        }
    }

    /// The same where not everybody could be looked up, and why.
    #[must_use]
    pub fn untold(mut self, why: Vec<String>) -> Self {
        self.untold = why;
        self
    }

    /// The same where somebody else's script, which is active, sends mail on to `addresses`.
    #[must_use]
    pub fn redirected(mut self, script: &str, addresses: impl IntoIterator<Item = String>) -> Self {
        self.findings
            .extend(addresses.into_iter().map(|address| Row {
            finding: "foreign-forward",
            rule: None,
            script: Some(script.to_owned()),
            detail: format!(
                "it forwards to {}, and the profile does not name that domain (forward-domains)",
                printable(&address)
            ),
        }));
        self
    }

    /// The same with what would have to be put at the server, or why that is not known.
    #[must_use]
    pub fn at_server(mut self, foreseen: Result<InstalledReport, String>) -> Self {
        self.filters = true;
        match foreseen {
            Err(why) => self.unknown = Some(why),
            Ok(report) => self
                .findings
                .extend(report.steps.into_iter().map(|step| Row {
                    finding: "not-filtered",
                    rule: None,
                    detail: format!("rule install would {} it", step.what),
                    script: Some(step.script),
                })),
        }
        self
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        let is_whole = self.unknown.is_none() && self.untold.is_empty();
        match (self.findings.is_empty(), is_whole) {
            (_, false) => Exit::Partly,
            (true, true) => Exit::Done,
            (false, true) => Exit::Found,
        }
    }
}

impl Report for RuleCheckReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        if !self.findings.is_empty() {
            let mut table = Table::new(["finding", "rule", "script", "detail"]);
            for row in &self.findings {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                table.push([
                    row.finding.to_owned(),
                    text(&row.rule),
                    text(&row.script),
                    row.detail.clone(),
                ]);
            }
            document = document.table(table);
        }
        for why in &self.untold {
            document = document.line(why.clone());
        }
        if let Some(why) = &self.unknown {
            document = document.line(format!("what the server filters by is not known: {why}"));
        }
        if !self.filters {
            let remark =
                "the profile names no server of scripts: what comes is not filtered by these rules";
            document = document.line(Text::dim(remark.to_owned()));
        }
        let rules = match self.rules {
            0 => "no rules".to_owned(),
            n => count(n, "rule"),
        };
        let found = match self.findings.len() {
            0 => "nothing found".to_owned(),
            n => count(n, "finding"),
        };
        document.line(Text::strong(format!("{}: {rules}, {found}", self.mailbox)))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "finding", "rule", "script", "detail"]);
        for row in &self.findings {
            records.push([
                self.mailbox.clone(),
                row.finding.to_owned(),
                row.rule.clone().unwrap_or_default(),
                row.script.clone().unwrap_or_default(),
                row.detail.clone(),
            ]);
        }
        records
    }
}
