//! One message or a series on its way: the outbox, the submission, the copy, the mark on what was
//! answered. The only way in which mail leaves.
//!
//! - [`sending`] is who sends from where; [`permission`] finds out as what.
//! - [`handing`] hands a message over, with the outbox and the log ([`posting`]) as witnesses, and lets [`filing`]
//!   put its copy where everybody sees it. [`told`] makes what is said of it.
//! - [`series`] does so for each row of a sheet.
//! - [`onward`] does so for messages that rules send on.
//! - [`probing`] asks what would be taken, and sends nothing.

pub mod filing;
pub mod handing;
pub mod onward;
mod page;
pub mod permission;
pub mod posting;
pub mod probing;
pub mod sending;
pub mod series;
pub mod told;
