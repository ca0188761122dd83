//! Ctrl-C and the other termination signals: work stops between two commands.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// From here on the first signal lets the command that is in flight finish, and the second ends
/// the process at once.
///
/// # Errors
/// When the system takes no handler.
pub fn listen() -> Result<()> {
    let handler = || {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    };
    ctrlc::set_handler(handler)
        .map_err(|error| Error::new(Exit::Failure, format!("no signal handler: {error}")))
}

/// True once somebody wants to stop.
pub fn flag() -> &'static AtomicBool {
    &STOP
}

/// Whether somebody wants to stop.
pub fn requested() -> bool {
    STOP.load(Ordering::SeqCst)
}
