//! audit rotate: the log begins a new file.

use super::place;
use crate::audit;
use crate::cli::audit::AuditRotate;
use crate::error::Result;
use crate::exit::Exit;
use crate::report::audit::RotateReport;
use crate::run::Run;

/// Puts the log aside, and says under which name.
///
/// # Errors
/// When there is no log, or it cannot be put aside.
pub fn rotate(_: &AuditRotate, run: &Run) -> Result<Exit> {
    let rotated = audit::rotate(place(run)?.log_file()?)?;
    let rotated = rotated.display().to_string();
    run.output().report(&RotateReport { rotated })?;
    Ok(Exit::Done)
}
