//! The log of changes: a file of JSON lines in which each carries the hash of the one before.
//!
//! ```text
//! Log ──► Book ──► Page        lines written: locked, chained, on the disk
//!  │                 └► Head   the last line, remembered beside the file
//!  └────► Syslog               the same lines for the system's log
//! Chain ──► Lines ──► verify, show
//! ```
//!
//! A change has two lines: `intent`, on the disk before anything is sent, and `outcome`, after the
//! server's state was read again. A process that is killed in between leaves the first alone. Beside
//! them, `run` tells of the process that wrote, `rotated` joins two files, `torn` names what a crash
//! left of a line, and `broken` that the file was not as it had been left.
//!
//! What the chain proves: between two lines that are known to be genuine, nothing was changed, put
//! in or taken out. Whoever may write the file can write it anew from any line on; that is seen
//! only by the last line being remembered where he cannot write: [`Link`] is what to remember.

mod actor;
mod book;
mod bounded;
mod chain;
mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod head;
mod line;
mod lines;
mod link;
mod log;
mod page;
mod place;
mod rotate;
mod show;
mod syslog;
mod tail;
#[cfg(test)]
mod tampering;
mod told;
mod verify;

pub use actor::Actor;
pub use chain::{Chain, Part};
pub use link::Link;
pub use log::Log;
pub use place::Place;
pub use rotate::rotate;
pub use show::{Filter, Shown, show};
pub use told::Told;
pub use verify::{Finding, Verdict, verify};
