//! State, Plan or Outcome to what is said: serialised once, tables from the same.

pub mod access;
pub mod case;
pub mod change;
pub mod check;
pub mod doctor;
pub mod document;
pub mod explain;
pub mod folders;
pub mod list;
pub mod login;
pub mod members;
pub mod outbox;
pub mod plan;
pub mod send;
pub mod show;
pub mod subscribe;
mod words;
