//! Nouns without I/O: address, rights, level, identifier, folder, wish, state, plan, outcome.

pub mod address;
pub mod command;
pub mod deed;
pub mod desired;
pub mod dialect;
pub mod effect;
pub mod finding;
pub mod folder;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod groupware;
pub mod home;
pub mod identity;
pub mod letter;
pub mod level;
pub mod level_name;
pub mod login;
pub mod member;
pub mod moment;
pub mod near;
pub mod outcome;
pub mod partition;
pub mod plan;
pub mod rights;
pub mod risk;
pub mod size;
pub mod spelling;
pub mod spellings;
pub mod state;
pub mod tree;
pub mod typed;
pub mod vocabulary;
pub mod who;
pub mod wish;
