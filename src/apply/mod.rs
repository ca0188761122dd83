//! Plan to Outcome: the only room that changes a server.

mod answered;
mod batch;
pub mod carry_out;
pub mod deeds;
mod quota;
mod verify;

pub use answered::mark_answered;
pub use batch::{apply, apply_over, subscribe};
pub use verify::verify;
