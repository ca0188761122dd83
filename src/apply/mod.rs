//! Plan to Outcome: the only room that changes a server.

mod batch;
mod quota;
mod verify;

pub use batch::{apply, apply_over, subscribe};
pub use verify::verify;
