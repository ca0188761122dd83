//! Ctrl-C and the other termination signals: work stops between two commands.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);
static IDLE: AtomicBool = AtomicBool::new(false);

/// From here on the first signal lets the command that is in flight finish, and the second ends
/// the process at once.
///
/// # Errors
/// When the system takes no handler.
pub fn listen() -> Result<()> {
    let handler = || {
        if STOP.swap(true, Ordering::SeqCst) || IDLE.load(Ordering::SeqCst) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    };
    ctrlc::set_handler(handler)
        .map_err(|error| Error::new(Exit::Failure, format!("no signal handler: {error}")))
}

/// Does `work` during which the first signal, too, ends the process at once: it waits for a person,
/// a file or another program, and there is no command that could be cut in half.
pub fn idle<T>(work: impl FnOnce() -> T) -> T {
    IDLE.store(true, Ordering::SeqCst);
    let done = work();
    IDLE.store(false, Ordering::SeqCst);
    done
}

/// True once somebody wants to stop.
pub fn flag() -> &'static AtomicBool {
    &STOP
}

/// Whether somebody wants to stop.
pub fn requested() -> bool {
    STOP.load(Ordering::SeqCst)
}
