//! apply: what became of the plan, mailbox by mailbox.

use super::difference::nothing_to_do;
use super::people::{People, add_rows};
use crate::document::{Document, Records, Report, Text};
use crate::exit::Exit;
use crate::model::dialect::Dialect;
use crate::model::failure::Failure;
use crate::model::failure::Unopened;
use crate::model::outcome::{Outcome, Tally};
use crate::model::proof::Proof;
use crate::model::words::{count, some};
use crate::report::access::proof::proved;
use crate::report::failure::not_made;
use crate::report::mailbox::plan::Step;
use crate::report::mailbox::rows::{columns, result, row};
use serde::Serialize;
use std::collections::BTreeSet;

/// The report of `apply`.
#[derive(Clone, Debug, Serialize)]
pub struct ApplyReport {
    /// The mailboxes where something was to be changed.
    pub mailboxes: Vec<Applied>,
    /// How many were as the files say.
    pub unchanged: usize,
    /// Those where nothing could be done, with why.
    pub failures: Vec<Unopened>,
    /// What the plan was known by.
    pub checksum: String,
    /// How many changes were planned.
    pub planned: usize,
    /// How many of them were for mailboxes where nothing could be done.
    #[serde(skip)]
    pub untouched: usize,
    /// In how many mailboxes something was to be changed.
    #[serde(skip)]
    pub differing: usize,
    /// Of those who are named.
    #[serde(flatten)]
    pub people: People,
    /// What else to know.
    pub notes: Vec<String>,
}

/// What became of one mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct Applied {
    /// What people call it.
    pub mailbox: String,
    /// Whether it was made.
    pub new: bool,
    /// Each change and what became of it.
    pub changes: Vec<Step>,
    /// How many of them may have been made or not.
    pub unknown: usize,
    /// Why the rest was not tried, where the work was cut short.
    pub cut_short: Option<String>,
    /// What the sessions of those showed whose entries were changed.
    pub proofs: Vec<Proved>,
    /// What to warn of.
    pub warnings: Vec<String>,
    #[serde(skip)]
    failures: Vec<Failure>,
    /// How many changes were planned that the outcome does not tell of.
    #[serde(skip)]
    untold: usize,
    /// How a run about it alone would end: 0 where it is as it was to be, and the members see that.
    #[serde(skip)]
    pub exit: Exit,
}

/// What somebody's own session showed.
#[derive(Clone, Debug, Serialize)]
pub struct Proved {
    /// Who, as one would write it on the command line.
    pub who: String,
    /// What was seen.
    pub proof: Proof,
}

impl ApplyReport {
    /// Those whose own sessions showed that the server knows them, or who were told already.
    pub fn seen(&self) -> BTreeSet<String> {
        let proofs = self.mailboxes.iter().flat_map(|mailbox| &mailbox.proofs);
        let seen = |proved: &&Proved| !matches!(proved.proof, Proof::NotVerified { .. });
        proofs
            .filter(seen)
            .map(|proved| proved.who.clone())
            .collect()
    }
}

impl Applied {
    /// What became of the mailbox called `mailbox`, whose people `dialect` spells.
    pub fn new(
        mailbox: &str,
        dialect: &Dialect,
        new: bool,
        outcome: Outcome,
        proofs: Vec<(String, Proof)>,
        warnings: Vec<String>,
    ) -> Self {
        let failures = Failure::called(&outcome, dialect);
        let step = |(change, fate)| Step {
            level: None,
            change,
            fate: Some(fate),
        };
        Self {
            mailbox: mailbox.to_owned(),
            new,
            unknown: outcome.tally().unknown,
            exit: outcome.exit_seen(proofs.iter().map(|(_, proof)| proof)),
            changes: outcome.changes.into_iter().map(step).collect(),
            cut_short: outcome.cut_short,
            proofs: proofs
                .into_iter()
                .map(|(who, proof)| Proved { who, proof })
                .collect(),
            warnings,
            failures,
            untold: 0,
        }
    }

    /// The same where `planned` changes were to be made: of work that was cut short not all may be
    /// told.
    #[must_use]
    pub fn of(mut self, planned: usize) -> Self {
        if self.cut_short.is_some() {
            self.untold = planned.saturating_sub(self.changes.len());
        }
        self
    }

    fn tally(&self) -> Tally {
        let untold = Tally {
            all: self.untold,
            ..Tally::default()
        };
        Tally::of(self.changes.iter().filter_map(|step| step.fate.as_ref())).and(untold)
    }

    fn told(&self, mut document: Document) -> Document {
        let made = if self.new { "made, " } else { "" };
        let changes = format!(": {made}{}", self.tally());
        let mut pieces = vec![Text::strong(&self.mailbox), Text::plain(changes)];
        let verified = |proved: &&Proved| matches!(proved.proof, Proof::Verified { .. });
        let seen: Vec<String> = self
            .proofs
            .iter()
            .filter(verified)
            .map(|proved| proved.who.clone())
            .collect();
        if !seen.is_empty() {
            pieces.push(Text::good(format!(" (verified as {})", some(&seen))));
        }
        document = document.spans(pieces);
        document = not_made(document, &self.failures, self.untold);
        for proved in &self.proofs {
            document = proof_line(document, proved);
        }
        if let Some(why) = &self.cut_short {
            let name = &self.mailbox;
            document = document.warning(format!(
                "{name}: stopped before the end: {why}; run it again to go on"
            ));
        }
        self.warnings.iter().fold(document, |document, why| {
            document.warning(format!("{}: {why}", self.mailbox))
        })
    }
}

fn proof_line(
    document: Document,
    Proved {
        who,
        proof: proved_by,
    }: &Proved,
) -> Document {
    match proved_by {
        Proof::Verified { .. } => document,
        Proof::Remains { folders, has, .. } => {
            let on = some(folders);
            document.line(Text::warn(format!(
                "  {who}: other entries still give {has} on {on}"
            )))
        }
        other => document.spans(
            [Text::plain(format!("  {who} "))]
                .into_iter()
                .chain(proved(other))
                .collect::<Vec<_>>(),
        ),
    }
}

/// Mailboxes that failed for the same reason in one line.
fn alike_failures(failures: &[Unopened]) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for Unopened { mailbox, why, .. } in failures {
        match reasons.iter_mut().find(|(other, _)| other == why) {
            Some((_, mailboxes)) => mailboxes.push(mailbox.clone()),
            None => reasons.push((why, vec![mailbox.clone()])),
        }
    }
    let line = |(why, mailboxes): (&str, Vec<String>)| match mailboxes.len() {
        1 => format!("{}: {why}", mailboxes.concat()),
        n => format!("{n} mailboxes ({}): {why}", some(&mailboxes)),
    };
    reasons.into_iter().map(line).collect()
}

impl Report for ApplyReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for mailbox in &self.mailboxes {
            document = mailbox.told(document);
        }
        document = alike_failures(&self.failures)
            .into_iter()
            .fold(document, |document, line| document.line(Text::bad(line)));
        let people = self.people.sentences();
        document = people.fold(document, |document, line| document.line(Text::bad(line)));
        let tallies = self.mailboxes.iter().map(Applied::tally);
        let tally = tallies.fold(Tally::default(), Tally::and);
        let whole = tally.and(Tally {
            all: self.untouched,
            ..Tally::default()
        });
        let summary = match (tally.all, whole.all) {
            (0, _) if self.failures.is_empty() => nothing_to_do(self.unchanged),
            (0, 0) => "nothing was done".to_owned(),
            (0, all) => format!("nothing was done of {}", count(all, "change")),
            _ if self.mailboxes.len() < self.differing => format!(
                "{whole}, in {} of {}",
                self.mailboxes.len(),
                count(self.differing, "mailbox")
            ),
            _ if whole.unknown > 0 => {
                format!("{whole}, in {}", count(self.mailboxes.len(), "mailbox"))
            }
            _ => format!("{whole} in {}", count(self.mailboxes.len(), "mailbox")),
        };
        document = self.people.last_lines(document, &summary);
        document.hints(&self.notes)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(columns(["result"]));
        for mailbox in &self.mailboxes {
            for step in &mailbox.changes {
                let result = step.fate.as_ref().map_or_else(|| "done".to_owned(), result);
                records.push(row(&mailbox.mailbox, &step.change, [result]));
            }
        }
        add_rows(&mut records, &self.failures, &self.people);
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;
    use crate::model::change::{Change, Entry};
    use crate::model::folder::WireName;
    use crate::model::outcome::Fate;
    use crate::model::plan::Place;
    use crate::model::rights::Rights;

    fn said(report: &ApplyReport) -> Vec<String> {
        let blocks = report.document().blocks.into_iter();
        let line = |block| match block {
            Block::Line(pieces) => pieces,
            _ => Vec::new(),
        };
        let text = |pieces: Vec<Text>| pieces.into_iter().map(|piece| piece.content).collect();
        blocks.map(|block| text(line(block))).collect()
    }

    #[test]
    fn an_interrupted_run_tells_how_much_of_the_whole_was_done() {
        let change = Change::Entry(Entry {
            folder: Place {
                path: "INBOX".to_owned(),
                wire: WireName::inbox(),
            },
            identifier: "alice".to_owned(),
            before: None,
            after: Some(Rights::NONE),
        });
        let outcome = Outcome {
            changes: vec![(change, Fate::Done)],
            cut_short: Some("interrupted".to_owned()),
            ..Outcome::default()
        };
        let dialect = crate::decide::tests::mailbox(&[]).dialect;
        let applied = Applied::new(
            "a@example.com",
            &dialect,
            false,
            outcome,
            Vec::new(),
            Vec::new(),
        );
        let untried = |name: &str| Unopened {
            mailbox: name.to_owned(),
            why: "not tried: interrupted".to_owned(),
            exit: Exit::Interrupted,
        };
        let report = ApplyReport {
            mailboxes: vec![applied.of(3)],
            unchanged: 0,
            failures: vec![untried("b@example.com"), untried("c@example.com")],
            checksum: String::new(),
            planned: 10,
            untouched: 7,
            differing: 3,
            people: People::default(),
            notes: Vec::new(),
        };
        let said = said(&report);
        let expected = [
            "a@example.com: 1 of 3 changes made",
            "  not tried: 2 changes",
            "2 mailboxes (b@example.com, c@example.com): not tried: interrupted",
            "1 of 10 changes made, in 1 of 3 mailboxes",
        ];
        let lines: Vec<&String> = said.iter().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected);
    }
}
