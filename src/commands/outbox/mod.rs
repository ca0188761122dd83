//! outbox: what was not sent or filed to the end, and filing it. Nothing here sends.

mod file;
mod forget;
mod list;

use crate::cli::outbox::{Outbox, OutboxCommand};
use crate::error::Result;
use crate::exit::Exit;
use crate::run::Run;

/// Lists, files or removes what is in the outbox.
///
/// # Errors
/// When the outbox cannot be read, and whatever is wrong with the profile.
pub fn outbox(args: &Outbox, run: &Run) -> Result<Exit> {
    match &args.command {
        None => list::list(run),
        Some(OutboxCommand::File(args)) => file::file(args, run),
        Some(OutboxCommand::Forget(args)) => forget::forget(args, run),
    }
}
