//! State, Plan or Outcome to what is said: serialised once, tables from the same.

pub mod access;
pub mod applied;
pub mod audit;
pub mod can_send;
pub mod case;
pub mod change;
pub mod check;
pub mod difference;
pub mod doctor;
pub mod document;
pub mod doubt;
pub mod explain;
pub mod failure;
pub mod folders;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod handed;
pub mod identities;
pub mod list;
pub mod login;
pub mod merge;
pub mod offboard;
pub mod outbox;
pub mod page;
pub mod part;
pub mod plan;
pub mod proof;
pub mod review;
pub mod rows;
pub mod send;
mod sending;
pub mod series;
pub mod several;
pub mod show;
pub mod subscribe;
pub mod undo;
pub mod words;
