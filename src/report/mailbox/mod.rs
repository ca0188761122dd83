//! What is told of a mailbox and its folders: which there are, what is in order, what became of them.

pub mod check;
pub mod folders;
pub mod list;
pub mod plan;
pub(super) mod rows;
pub(super) mod settings;
pub mod several;
pub mod show;
pub mod subscribe;
