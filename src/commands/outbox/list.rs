//! outbox: what was not sent or filed to the end.

use crate::error::Result;
use crate::exit::Exit;
use crate::post::sending::outbox;
use crate::report::mail::outbox::{OutboxReport, Waiting};
use crate::run::Run;

/// Lists what waits.
///
/// # Errors
/// When the outbox cannot be read.
pub fn list(run: &Run) -> Result<Exit> {
    let messages = outbox()?.list()?.iter().map(Waiting::new).collect();
    run.output().report(&OutboxReport { messages })?;
    Ok(Exit::Done)
}
