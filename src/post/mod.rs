//! One message or a series on its way: the outbox, the submission, the copy, the mark on what was
//! answered. The only way in which mail leaves.

pub mod filing;
pub mod handing;
pub mod posting;
pub mod sending;
