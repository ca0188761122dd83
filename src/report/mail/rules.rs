//! rule list: the rules of a mailbox.

use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::manifest::{then_in_toml, when_in_toml};
use crate::model::rule::Rules;
use crate::model::words::count;
use serde::Serialize;

/// The report of `rule list`.
#[derive(Clone, Debug, Serialize)]
pub struct RulesReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Each rule, in the order in which they are asked.
    pub rules: Vec<RuleRow>,
}

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub struct RuleRow {
    /// What people call it.
    pub name: String,
    /// Which messages it takes, in TOML.
    pub when: String,
    /// What happens to them, in TOML.
    pub then: String,
}

impl RulesReport {
    /// The `rules` of `mailbox`.
    pub fn new(mailbox: &str, rules: &Rules) -> Self {
        let row = |rule: &crate::model::rule::Rule| RuleRow {
            name: rule.name.clone(),
            when: when_in_toml(&rule.when),
            then: then_in_toml(&rule.then),
        };
        Self {
            mailbox: mailbox.to_owned(),
            rules: rules.iter().map(row).collect(),
        }
    }
}

impl Report for RulesReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            Column::right("#"),
            "rule".into(),
            "when".into(),
            "then".into(),
        ]);
        for (n, row) in self.rules.iter().enumerate() {
            let n = (n + 1).to_string();
            table.push([n, row.name.clone(), row.when.clone(), row.then.clone()]);
        }
        let mut document = Document::new();
        if !self.rules.is_empty() {
            document = document.table(table);
        }
        let rules = match self.rules.len() {
            0 => "no rules".to_owned(),
            n => count(n, "rule"),
        };
        document.line(Text::strong(format!("{}: {rules}", self.mailbox)))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "rule", "when", "then"]);
        for row in &self.rules {
            records.push([
                self.mailbox.clone(),
                row.name.clone(),
                row.when.clone(),
                row.then.clone(),
            ]);
        }
        records
    }
}
