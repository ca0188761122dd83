//! audit: what the log of changes says, and whether it is whole.

mod rotate;
mod show;
mod verify;

use crate::audit::{Chain, Place};
use crate::cli::audit::{Audit, AuditCommand, LogFiles};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::profile::{Environment, state_folder};
use crate::run::Run;

/// Shows, checks or rotates the log.
///
/// # Errors
/// When the log cannot be read, and whatever is wrong with the profile that says where it is.
pub fn audit(args: &Audit, run: &Run) -> Result<Exit> {
    match &args.command {
        AuditCommand::Show(args) => show::show(args, run),
        AuditCommand::Verify(args) => verify::verify(args, run),
        AuditCommand::Rotate(args) => rotate::rotate(args, run),
    }
}

/// The files that are named, else those of the profile's log.
fn chain(files: &LogFiles, run: &Run) -> Result<Chain> {
    if !files.files.is_empty() {
        return Chain::of(&files.files);
    }
    let place = place(run)?;
    let path = place.log_file()?;
    let chain = Chain::find(path)?;
    if chain.parts.is_empty() && chain.head.is_none() {
        let what = "there is no log yet: nothing was changed from here";
        let error = Error::new(Exit::NotFound, what).about(path.display().to_string());
        return Err(error.hint("another user's log is shown by naming its file"));
    }
    Ok(chain)
}

fn place(run: &Run) -> Result<Place> {
    Place::new(&run.profile()?.audit, || {
        state_folder(&Environment::of_process())
    })
}
