//! Options that several commands share, and those that every command takes.

pub mod files;
pub mod global;
pub mod provider;
pub mod selection;
pub mod shared;
