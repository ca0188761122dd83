//! State, Plan or Outcome to what is said: serialised once, tables from the same.

pub mod access;
pub mod can_send;
pub mod case;
pub mod change;
pub mod check;
pub mod doctor;
pub mod document;
pub mod explain;
pub mod failure;
pub mod folders;
pub mod identities;
pub mod list;
pub mod login;
pub mod merge;
pub mod outbox;
pub mod page;
pub mod plan;
pub mod proof;
pub mod review;
pub mod rows;
pub mod send;
mod sending;
pub mod series;
pub mod show;
pub mod subscribe;
mod words;
