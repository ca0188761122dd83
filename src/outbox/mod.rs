//! The outbox: what is being sent, kept on disk until its copy is filed.
//!
//! One file per message holds everything that is needed to file it, and its name says how far it
//! is. A step is one rename, so that a crash leaves the state before it or the state after it:
//!
//! ```text
//! prepared ──► committing ──► sent ──► (gone: filed)
//!     │            └────────► unknown
//!     └► (gone: refused)
//! ```
//!
//! Beside it lies a file for each series of messages that is not sent to its end: which of its rows
//! went, and as which message in the outbox.
//!
//! Nothing here sends: a message that may have been sent is never sent again.

mod entry;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod series;
mod store;

pub use entry::{Entry, State};
pub use series::{Mark, Progress, Series};
pub use store::{Kept, Outbox, Slip};
