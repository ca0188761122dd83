//! Ctrl-C and the other termination signals: work stops between two commands.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static STOP: AtomicBool = AtomicBool::new(false);
static IDLE: AtomicBool = AtomicBool::new(false);
static PARTING: Mutex<Option<Parting>> = Mutex::new(None);

/// What is done before a signal ends the process.
type Parting = Box<dyn Fn() + Send>;

/// The process groups of programs that are running for this one.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// From here on the first signal lets the command that is in flight finish, and the second ends
/// the process at once.
///
/// # Errors
/// When the system takes no handler.
pub fn listen() -> Result<()> {
    let handler = || {
        if STOP.swap(true, Ordering::SeqCst) || IDLE.load(Ordering::SeqCst) {
            end();
        }
    };
    ctrlc::set_handler(handler)
        .map_err(|error| Error::new(Exit::Failure, format!("no signal handler: {error}")))
}

/// Ends the process at once.
fn end() -> ! {
    let parting = PARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(parting) = parting.as_ref() {
        parting();
    }
    groups().iter().for_each(|group| kill(*group));
    std::process::exit(i32::from(Exit::Interrupted.code()));
}

/// Does `work` during which the first signal, too, ends the process at once: it waits for a person,
/// a file or another program, and there is no command that could be cut in half.
pub fn idle<T>(work: impl FnOnce() -> T) -> T {
    // Somebody may be asked while something else is waited for.
    let before = IDLE.swap(true, Ordering::SeqCst);
    // A signal that came before nobody would obey: the work may wait for ever. The order of the two lets
    // none slip between them.
    if requested() {
        end();
    }
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

/// A program with a process group of its own, which hears no Ctrl-C of this one's.
#[must_use]
pub struct Followed(u32);

/// The process group `group` ends when this process is ended at once, as long as what is returned
/// is kept.
pub fn follow(group: u32) -> Followed {
    groups().push(group);
    Followed(group)
}

impl Drop for Followed {
    fn drop(&mut self) {
        groups().retain(|group| *group != self.0);
    }
}

fn groups() -> MutexGuard<'static, Vec<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn kill(group: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = i32::try_from(group).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill(_: u32) {}
