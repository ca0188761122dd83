//! State, Plan or Outcome to what is said: serialised once, tables from the same.

pub mod document;
