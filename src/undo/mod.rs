//! Undo files: what a run is about to change, written down before it is sent, so that it can be
//! taken back.
//!
//! A line of JSON says which provider it was made on, and each line after it holds changes of one
//! mailbox:
//!
//! ```json
//! {"sharemail":"undo","version":1,"profile":"prod","host":"imap.example.com","port":993,"command":"revoke","made":"2026-11-21T09:30:00Z"}
//! {"mailbox":"support@example.com","changes":[{"change":"entry","folder":"INBOX","identifier":"alice@example.com","before":"lrs","after":null}]}
//! ```
//!
//! A line is on the disk before its changes are sent. So a file without its last line's end means
//! that nothing of that line was sent.

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod paper;
mod read;
mod write;

pub use paper::{Header, Recorded};
pub use read::{Record, read};
pub use write::UndoFile;

/// What undo files call a run that forwards.
pub const FORWARDING: &str = "rule run --forward";
