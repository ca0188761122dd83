//! What is made of the command tree to be read: the help, the manual, the completion scripts.

mod file;
pub mod generate;
pub(in crate::cli) mod groups;
pub(in crate::cli) mod help;
mod man;
pub mod manual;
mod roff;
pub mod script;
