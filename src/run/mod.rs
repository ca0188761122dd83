//! From options to what a verb works with: the provider, the submission, files, the undo file.

pub mod connect;
pub mod files;
pub mod secret;
pub mod sending;
pub mod undoable;
pub mod wishes;
