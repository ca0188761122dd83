//! Changes that were not made, and mailboxes that could not be looked into, and why.

use crate::document::{Document, Text};
use crate::model::failure::{Failure, Unopened};
use crate::model::words::{count, some};

/// What was not made, reason by reason, and how much was not tried, with `more` that nobody names.
pub(super) fn not_made(mut document: Document, failures: &[Failure], more: usize) -> Document {
    let (failed, untried) = sorted(failures);
    for line in failed {
        document = document.line(Text::bad(line));
    }
    let untried = untried + more;
    if untried > 0 {
        let n = count(untried, "change");
        document = document.line(Text::warn(format!("  not tried: {n}")));
    }
    document
}

/// What failed, in lines, and how much was not tried.
fn sorted(failures: &[Failure]) -> (Vec<String>, usize) {
    let (untried, failed): (Vec<&Failure>, Vec<&Failure>) =
        failures.iter().partition(|failure| failure.is_untried());
    (alike(&failed), untried.len())
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
        // Nobody knows that it failed.
        let verdict = if failure.is_unknown { "" } else { "failed: " };
        format!("  {verdict}{who}{on}: {}", failure.why)
    };
    reasons.into_iter().map(line).collect()
}

/// `2 changes failed`, `2 changes unknown`, `2 changes failed, 1 unknown`.
pub(super) fn lacking(failures: &[Failure]) -> String {
    let unknown = Failure::unknown(failures);
    match (failures.len() - unknown, unknown) {
        (0, unknown) => format!("{} unknown", count(unknown, "change")),
        (failed, 0) => format!("{} failed", count(failed, "change")),
        (failed, unknown) => format!("{} failed, {unknown} unknown", count(failed, "change")),
    }
}

/// What was not done on a mailbox, in lines of their own.
pub(super) fn left_undone(
    mut document: Document,
    mailbox: &str,
    failures: &[Failure],
    cut_short: &Option<String>,
) -> Document {
    let (failed, untried) = sorted(failures);
    for line in failed {
        document = document.line(Text::bad(format!("{mailbox}:{line}")));
    }
    if untried > 0 {
        let n = count(untried, "change");
        document = document.line(Text::warn(format!("{mailbox}: not tried: {n}")));
    }
    match cut_short {
        Some(why) => document.warning(format!(
            "{mailbox}: stopped before the end: {why}; run it again to go on"
        )),
        None => document,
    }
}

/// Mailboxes that could not be looked into, as warnings.
pub(super) fn unopened(document: Document, failures: &[Unopened]) -> Document {
    failures.iter().fold(document, |document, failure| {
        document.warning(format!("{}: {}", failure.mailbox, failure.why))
    })
}
