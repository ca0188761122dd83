//! Changes that were not made, and why.

use super::document::{Document, Text};
use super::plan::failure;
use super::words::{count, some};
use crate::model::dialect::Dialect;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Change;
use crate::model::state::Folder;
use serde::Serialize;

/// One change that was not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The folder.
    pub folder: String,
    /// Whose entry it is, as one would write it on the command line; absent where the folder itself
    /// could not be read.
    pub who: Option<String>,
    /// The identifier of the entry; absent where the folder itself could not be read.
    pub identifier: Option<String>,
    /// What came back.
    pub why: String,
    /// Whether it may have been made all the same.
    #[serde(skip)]
    pub is_unknown: bool,
}

impl Failure {
    /// The changes of `outcome` that were not made, people spelled as the server does.
    pub fn of(outcome: &Outcome) -> Vec<Failure> {
        Self::named(outcome, str::to_owned)
    }

    /// The same, with people called as on the command line, which `dialect` tells.
    pub fn called(outcome: &Outcome, dialect: &Dialect) -> Vec<Failure> {
        Self::named(outcome, |identifier| dialect.who(identifier))
    }

    /// That the entries of `folder` could not be read, where that is so.
    pub fn unread(folder: &Folder) -> Option<Failure> {
        Some(Failure {
            folder: folder.path.clone(),
            who: None,
            identifier: None,
            why: format!(
                "its entries could not be read {}",
                folder.acl.as_ref().err()?
            ),
            is_unknown: false,
        })
    }

    fn named(outcome: &Outcome, who: impl Fn(&str) -> String) -> Vec<Failure> {
        let failures = outcome.failures();
        failures
            .map(|(change, fate)| Failure::from_change(change, fate, &who))
            .collect()
    }

    /// Whether the work ended before it: people are told how many of them there are.
    pub(super) fn is_untried(&self) -> bool {
        Some(&self.why) == failure(&Fate::NotTried).as_ref()
    }

    fn from_change(change: &Change, fate: &Fate, who: &impl Fn(&str) -> String) -> Failure {
        let identifier = match change {
            Change::Entry { identifier, .. } => Some(identifier.clone()),
            _ => None,
        };
        let why = failure(fate).unwrap_or_default();
        Failure {
            folder: change.folder().path.clone(),
            who: identifier.as_deref().map(who),
            identifier,
            why,
            is_unknown: matches!(fate, Fate::Unknown(_)),
        }
    }
}

/// What was not made, reason by reason, and how much was not tried, with `more` that nobody names.
pub(super) fn not_made(mut document: Document, failures: &[Failure], more: usize) -> Document {
    let (untried, failed): (Vec<&Failure>, Vec<&Failure>) =
        failures.iter().partition(|failure| failure.is_untried());
    for line in alike(&failed) {
        document = document.line(Text::bad(line));
    }
    let untried = untried.len() + more;
    if untried > 0 {
        let n = count(untried, "change");
        document = document.line(Text::warn(format!("  not tried: {n}")));
    }
    document
}

/// Failures with the same reason in one line each.
pub(super) fn alike(failures: &[&Failure]) -> Vec<String> {
    let mut reasons: Vec<(&Failure, Vec<String>)> = Vec::new();
    for failure in failures {
        let same = |(other, _): &&mut (&Failure, Vec<String>)| {
            other.identifier == failure.identifier && other.why == failure.why
        };
        match reasons.iter_mut().find(same) {
            Some((_, folders)) => folders.push(failure.folder.clone()),
            None => reasons.push((failure, vec![failure.folder.clone()])),
        }
    }
    let line = |(failure, folders): (&Failure, Vec<String>)| {
        let who = failure
            .who
            .as_ref()
            .map(|i| format!("{i} on "))
            .unwrap_or_default();
        let on = match folders.len() {
            1 => folders.concat(),
            n => format!("{n} folders ({})", some(&folders)),
        };
        format!("  failed: {who}{on}: {}", failure.why)
    };
    reasons.into_iter().map(line).collect()
}
