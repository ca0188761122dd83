//! outbox forget: what need not be settled any more goes.

use crate::cli::outbox::OutboxForget;
use crate::error::Result;
use crate::exit::Exit;
use crate::post::sending::outbox;
use crate::run::Run;

/// Removes those named.
///
/// # Errors
/// When one is not there, or cannot be removed.
pub fn forget(args: &OutboxForget, _: &Run) -> Result<Exit> {
    let outbox = outbox()?;
    args.ids.iter().try_for_each(|id| outbox.forget(id))?;
    Ok(Exit::Done)
}
