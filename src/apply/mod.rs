//! Plan to Outcome: the only room that changes a server, and what it changes is written down before and
//! after. Nobody else makes a change, and nobody passes the ledger by.
//!
//! - [`carry_out`] makes the plan of one mailbox, [`together`] those of many in one session; both read
//!   again what the server stored. [`unread`] leaves that to whoever opens what was made.
//! - Each kind of change has a file: what it asks of the server, and how it is read again; `kind` tells what
//!   all of them do.
//! - [`by_program`] is what the provider's own program does.
//! - Changes of mail are made `one_by_one`.
//! - [`deeds`] are done beside plans: subscribing, filing, marking; [`scripts`] are put so too. [`turn`] keeps two runs
//!   from moving the same mail.

mod answered;
mod answers;
mod batch;
pub mod by_program;
mod carry_out;
mod copying;
mod create;
pub mod deeds;
mod delete;
mod entry;
mod expunge;
mod eyes;
mod kind;
mod label;
mod moving;
mod one_by_one;
mod quota;
mod received;
mod remove;
mod rename;
pub mod scripts;
mod seen;
mod setting;
mod together;
pub mod turn;
mod verify;
mod written;

pub use answered::mark_answered;
pub use carry_out::{carry_out, taken_over, unread};
pub use received::{receive, withdraw};
pub use together::together;
