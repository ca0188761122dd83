//! State, Plan or Outcome to what is said: serialised once, tables from the same.

pub mod access;
pub mod audit;
pub mod doctor;
pub mod doubt;
pub mod failure;
pub mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod html;
pub mod install_docs;
pub mod login;
pub mod mail;
pub mod mailbox;
pub mod merge;
pub mod page;
pub mod part;
pub mod review;
pub mod undo;
