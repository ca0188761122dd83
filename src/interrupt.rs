//! Ctrl-C and the other termination signals: work stops between two commands.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

static STOP: AtomicBool = AtomicBool::new(false);
static IDLE: AtomicBool = AtomicBool::new(false);
static PARTING: Mutex<Option<Parting>> = Mutex::new(None);

/// What is done before a signal ends the process.
type Parting = Box<dyn Fn() + Send>;

/// From here on the first signal lets the command that is in flight finish, and the second ends
/// the process at once.
///
/// # Errors
/// When the system takes no handler.
pub fn listen() -> Result<()> {
    let handler = || {
        if STOP.swap(true, Ordering::SeqCst) || IDLE.load(Ordering::SeqCst) {
            let parting = PARTING.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(parting) = parting.as_ref() {
                parting();
            }
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    };
    ctrlc::set_handler(handler)
        .map_err(|error| Error::new(Exit::Failure, format!("no signal handler: {error}")))
}

/// Does `work` during which the first signal, too, ends the process at once: it waits for a person,
/// a file or another program, and there is no command that could be cut in half.
pub fn idle<T>(work: impl FnOnce() -> T) -> T {
    // Somebody may be asked while something else is waited for.
    let before = IDLE.swap(true, Ordering::SeqCst);
    let done = work();
    IDLE.store(before, Ordering::SeqCst);
    done
}

/// As [`idle`], where something is to be put right before a signal ends the process.
pub fn idle_until<T>(parting: impl Fn() + Send + 'static, work: impl FnOnce() -> T) -> T {
    let set = |parting| *PARTING.lock().unwrap_or_else(PoisonError::into_inner) = parting;
    set(Some(Box::new(parting)));
    let done = idle(work);
    set(None);
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
