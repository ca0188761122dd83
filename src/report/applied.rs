//! apply: what became of the plan, mailbox by mailbox.

use super::difference::nothing_to_do;
use super::document::{Document, Records, Report, Text};
use super::failure::{Failure, not_made};
use super::list::Unopened;
use super::plan::{Step, cells, failure};
use super::proof::{Proof, proved};
use super::words::{count, some};
use crate::model::dialect::Dialect;
use crate::model::outcome::{Fate, Outcome};
use serde::Serialize;

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
    /// Why the rest was not tried, where the work was cut short.
    pub cut_short: Option<String>,
    /// What the sessions of those showed whose entries were changed.
    pub proofs: Vec<Proved>,
    /// What to warn of.
    pub warnings: Vec<String>,
    #[serde(skip)]
    failures: Vec<Failure>,
}

/// What somebody's own session showed.
#[derive(Clone, Debug, Serialize)]
pub struct Proved {
    /// Who, as one would write it on the command line.
    pub who: String,
    /// What was seen.
    pub proof: Proof,
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
            change,
            fate: Some(fate),
        };
        Self {
            mailbox: mailbox.to_owned(),
            new,
            changes: outcome.changes.into_iter().map(step).collect(),
            cut_short: outcome.cut_short,
            proofs: proofs
                .into_iter()
                .map(|(who, proof)| Proved { who, proof })
                .collect(),
            warnings,
            failures,
        }
    }

    /// Whether it is not as it was to be, or a member does not see that it is.
    pub fn has_failed(&self) -> bool {
        let lacking =
            |proved: &Proved| matches!(proved.proof, Proof::Partly { .. } | Proof::Nothing { .. });
        self.cut_short.is_some() || !self.failures.is_empty() || self.proofs.iter().any(lacking)
    }

    fn done(&self) -> usize {
        let done = |step: &&Step| step.fate == Some(Fate::Done);
        self.changes.iter().filter(done).count()
    }

    fn told(&self, mut document: Document) -> Document {
        let made = if self.new { "made, " } else { "" };
        let (n, all) = (self.done(), self.changes.len());
        let changes = match n == all {
            true => format!(": {made}{} made", count(n, "change")),
            false => format!(": {made}{n} of {} made", count(all, "change")),
        };
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
        document = not_made(document, &self.failures);
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

impl Report for ApplyReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for mailbox in &self.mailboxes {
            document = mailbox.told(document);
        }
        for failure in &self.failures {
            document = document.line(Text::bad(format!("{}: {}", failure.mailbox, failure.why)));
        }
        let (done, all) = self.mailboxes.iter().fold((0, 0), |(done, all), mailbox| {
            (done + mailbox.done(), all + mailbox.changes.len())
        });
        let summary = match all {
            0 if self.failures.is_empty() => nothing_to_do(self.unchanged),
            0 => "nothing was done".to_owned(),
            all => format!(
                "{done} of {} made in {}",
                count(all, "change"),
                count(self.mailboxes.len(), "mailbox")
            ),
        };
        document.line(Text::strong(summary))
    }

    fn records(&self) -> Records {
        let mut records = Records::new([
            "mailbox",
            "change",
            "folder",
            "identifier",
            "before",
            "after",
            "result",
        ]);
        for mailbox in &self.mailboxes {
            for step in &mailbox.changes {
                let [verb, folder, who, before, after] = cells(&step.change);
                let result = step
                    .fate
                    .as_ref()
                    .and_then(failure)
                    .unwrap_or_else(|| "done".to_owned());
                records.push([
                    mailbox.mailbox.clone(),
                    verb,
                    folder,
                    who,
                    before,
                    after,
                    result,
                ]);
            }
        }
        for Unopened { mailbox, why } in &self.failures {
            records.push([mailbox.as_str(), "", "", "", "", "", why]);
        }
        records
    }
}
