//! rule show: one rule in full.

use crate::document::{Document, Records, Report, Text};
use crate::manifest::{then_in_toml, when_in_toml};
use crate::model::rule::Rule;
use serde::Serialize;

/// The report of `rule show`.
#[derive(Clone, Debug, Serialize)]
pub struct RuleReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// As which of its rules it is asked, from 1.
    pub number: usize,
    /// What people call it.
    pub rule: String,
    /// Which messages it takes, in TOML.
    pub when: String,
    /// What happens to them, in TOML.
    pub then: String,
    /// The script that it becomes, where there is one.
    pub sieve: Option<String>,
    /// Why there is none.
    pub missing: Option<String>,
}

impl RuleReport {
    /// The `rule` of `mailbox` that is asked as this `number`, and the script that it becomes, or why it becomes none.
    pub fn new(mailbox: &str, number: usize, rule: &Rule, sieve: Result<String, String>) -> Self {
        let missing = sieve.as_ref().err().cloned();
        Self {
            mailbox: mailbox.to_owned(),
            number,
            rule: rule.name.clone(),
            when: when_in_toml(&rule.when),
            then: then_in_toml(&rule.then),
            sieve: sieve.ok(),
            missing,
        }
    }
}

impl Report for RuleReport {
    fn document(&self) -> Document {
        let head = format!("{}: rule {}, {:?}", self.mailbox, self.number, self.rule);
        let mut document = Document::new()
            .line(Text::strong(head))
            .line(format!("when: {}", self.when))
            .line(format!("then: {}", self.then));
        for line in self.sieve.iter().flat_map(|sieve| sieve.lines()) {
            document = document.line(Text::dim(line.to_owned()));
        }
        match &self.missing {
            Some(why) => document.line(format!("it becomes no script: {why}")),
            None => document,
        }
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["mailbox", "number", "rule", "when", "then", "sieve"]);
        records.push([
            self.mailbox.clone(),
            self.number.to_string(),
            self.rule.clone(),
            self.when.clone(),
            self.then.clone(),
            self.sieve.clone().unwrap_or_default(),
        ]);
        records
    }
}
