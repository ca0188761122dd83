//! What is told of a file of wishes: how it differs from what is there, and what became of it.

pub mod applied;
pub mod difference;
pub mod people;
