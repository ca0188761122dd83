//! Nouns without I/O: address, rights, level, identifier, folder, wish, state, plan, outcome.

pub mod folder;
pub mod login;
pub mod rights;
