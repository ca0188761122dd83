//! label check: labels that will be lost or that nobody knows.

use super::list::carried;
use crate::cli::label::LabelCheck;
use crate::error::Result;
use crate::exit::Exit;
use crate::report::mail::label_check::LabelCheckReport;
use crate::run::Run;

/// Tells them, and which folders could not be looked into.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet.
pub fn check(args: &LabelCheck, run: &Run) -> Result<Exit> {
    let (report, names, family) = carried(&args.target, &args.scope, run)?;
    let report = LabelCheckReport::new(report, &names, family);
    run.output().report(&report)?;
    Ok(report.exit())
}
