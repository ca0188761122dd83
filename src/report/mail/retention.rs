//! retention show: the policies and holds of a mailbox.

use crate::document::{Document, Records, Report, Table, Text};
use crate::manifest::{policy_in_toml, when_in_toml};
use crate::model::retention::{Hold, Holds, Policies, Policy};
use crate::model::words::count;
use chrono::NaiveDate;
use serde::Serialize;

/// The report of `retention show`.
#[derive(Clone, Debug, Serialize)]
pub struct RetentionReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// What happens to the mail of each folder that a policy is about.
    pub policies: Vec<PolicyRow>,
    /// What is kept for which case.
    pub holds: Vec<HoldRow>,
    /// The folders that policies are about and that are not there.
    pub missing: Vec<String>,
}

/// What happens to the mail of one folder.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyRow {
    /// The folder.
    pub folder: String,
    /// What is said of it.
    #[serde(flatten)]
    pub policy: Policy,
}

/// What is kept for one case.
#[derive(Clone, Debug, Serialize)]
pub struct HoldRow {
    /// What people call it.
    pub case: String,
    /// Which messages are kept, in TOML.
    #[serde(rename = "match")]
    pub what: String,
    /// The first day on which they are not any more.
    pub until: String,
    /// Whether that day has come.
    pub is_over: bool,
}

impl RetentionReport {
    /// The `policies` and `holds` of `mailbox`, of which the folders `missing` are not there, as it is `today`.
    pub fn new(
        mailbox: &str,
        policies: &Policies,
        holds: &Holds,
        missing: &[String],
        today: NaiveDate,
    ) -> Self {
        let policy = |(folder, policy): (&str, &Policy)| PolicyRow {
            folder: folder.to_owned(),
            policy: policy.clone(),
        };
        let hold = |hold: &Hold| HoldRow {
            case: hold.case.clone(),
            what: when_in_toml(&hold.what),
            until: hold.until.to_string(),
            is_over: !hold.lasts(today),
        };
        Self {
            mailbox: mailbox.to_owned(),
            policies: policies.iter().map(policy).collect(),
            holds: holds.iter().map(hold).collect(),
            missing: missing.to_vec(),
        }
    }
}

impl Report for RetentionReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        if !self.policies.is_empty() {
            let mut table = Table::new(["folder", "policy"]);
            for row in &self.policies {
                table.push([row.folder.clone(), policy_in_toml(&row.policy)]);
            }
            document = document.table(table);
        }
        if !self.holds.is_empty() {
            let mut table = Table::new(["case", "keeps", "until"]);
            for row in &self.holds {
                let over = if row.is_over { " (over)" } else { "" };
                let until = format!("{}{over}", row.until);
                table.push([row.case.clone(), row.what.clone(), until]);
            }
            document = document.table(table);
        }
        let policies = match self.policies.len() {
            0 => "no policy: nothing goes by itself".to_owned(),
            1 => "1 policy".to_owned(),
            n => format!("{n} policies"),
        };
        let holds = match self.holds.len() {
            0 => "no holds".to_owned(),
            n => count(n, "hold"),
        };
        let line = format!("{}: {policies}, {holds}", self.mailbox);
        document = document.line(Text::strong(line));
        for folder in &self.missing {
            document = document.warning(format!(
                "{}: there is no folder {folder:?}, of which a policy speaks",
                self.mailbox
            ));
        }
        document
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "kind", "about", "says", "until"]);
        for row in &self.policies {
            records.push([
                self.mailbox.clone(),
                "policy".to_owned(),
                row.folder.clone(),
                policy_in_toml(&row.policy),
                String::new(),
            ]);
        }
        for row in &self.holds {
            records.push([
                self.mailbox.clone(),
                "hold".to_owned(),
                row.case.clone(),
                row.what.clone(),
                row.until.clone(),
            ]);
        }
        records
    }
}
