//! Who the files name whom the server does not know, or of whom nobody knows.

use crate::document::{Document, Records, Text};
use crate::model::failure::Unopened;
use crate::model::finding::Finding;
use crate::report::doubt::{Doubt, sentences};
use crate::report::mailbox::check::sentence;
use serde::Serialize;
use std::collections::BTreeSet;

/// What the server says of the people to whom files give something.
#[derive(Clone, Debug, Default, Serialize)]
pub struct People {
    /// Those whom it does not know.
    pub findings: Vec<Strange>,
    /// Those of whom it could not be found out, or was not, as there are too many.
    pub people_not_looked_up: Vec<String>,
    /// Why, of those of them for whom the server was asked.
    pub people_in_doubt: Vec<Doubt>,
    /// Whether the asking failed.
    #[serde(skip)]
    pub failed: bool,
}

/// Somebody whom the server does not know, in one mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct Strange {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Who, and where.
    #[serde(flatten)]
    pub finding: Finding,
}

impl People {
    /// Each in a sentence.
    pub(super) fn sentences(&self) -> impl Iterator<Item = String> {
        let told = |Strange { mailbox, finding }: &Strange| {
            let sentence = sentence(finding);
            format!("{mailbox}: {sentence}")
        };
        let doubts = sentences(&self.people_in_doubt);
        self.findings.iter().map(told).chain(doubts)
    }

    /// What can be done about it, where there is anybody.
    fn advice(&self) -> Option<&'static str> {
        let advice = "correct the name in the file (then --prune takes the old entries away), or make \
                      the account; until then the entries give nothing";
        (!self.findings.is_empty()).then_some(advice)
    }

    /// How many there are, behind what else is said; nothing where there is none.
    fn summary(&self) -> String {
        let names = self
            .findings
            .iter()
            .map(|strange| &strange.finding.identifier);
        match names.collect::<BTreeSet<_>>().len() {
            0 => String::new(),
            1 => "; 1 person is unknown to the server".to_owned(),
            n => format!("; {n} people are unknown to the server"),
        }
    }

    /// A row for each folder, of as many columns as the change of an entry has.
    fn rows(&self) -> Vec<[String; 7]> {
        let rows = |Strange { mailbox, finding }: &Strange| {
            let row = |folder: &String| {
                let [mailbox, folder] = [mailbox, folder].map(Clone::clone);
                let (who, kind) = (finding.identifier.clone(), finding.kind.name().to_owned());
                let [no, before, after] = [const { String::new() }; 3];
                [mailbox, no, folder, who, before, after, kind]
            };
            finding.folders.iter().map(row).collect::<Vec<_>>()
        };
        self.findings.iter().flat_map(rows).collect()
    }

    /// The last lines of a report: `summary`, with how many they are, and what can be done.
    pub(super) fn last_lines(&self, document: Document, summary: &str) -> Document {
        let document = document.line(Text::strong(format!("{summary}{}", self.summary())));
        match self.advice() {
            Some(advice) => document.hint(advice),
            None => document,
        }
    }
}

/// Adds to rows of changes, in whose seventh column stands why one failed, those of `failures` and of
/// `people`.
pub(super) fn add_rows(records: &mut Records, failures: &[Unopened], people: &People) {
    let failed = failures.iter().map(|Unopened { mailbox, why, .. }| {
        let mut row = [const { String::new() }; 7];
        row[0] = mailbox.clone();
        row[6] = why.clone();
        row
    });
    let width = records.columns.len();
    for row in failed.chain(people.rows()) {
        let mut row = row.to_vec();
        row.resize(width, String::new());
        records.push(row);
    }
}
