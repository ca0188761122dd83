//! Changes that were not made, and why.

use crate::document::{Document, Text};
use crate::model::failure::Failure;
use crate::model::words::{count, some};

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
