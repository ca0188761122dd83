//! Messages kept in files: behind each other in one (mbox), or each in one of its own (Maildir, .eml), with
//! a manifest beside them by which anybody can prove later what was kept.
//!
//! - [`Archive`] takes messages piece by piece, and gets its place when all of it is on the disk and was read
//!   again from there.
//! - [`Kept`] is what was put in its place, read again.
//! - [`manifest`] says what a line of the manifest is.
//! - `names` makes names that every file system bears.

mod files;
mod form;
mod kept;
mod manifest;
mod names;
mod one_file;
mod store;
mod verify;

pub use form::Form;
pub use kept::Kept;
pub use manifest::{Carried, Entry, LineBreaks};
pub use store::{Archive, Summary, Written};

use crate::error::Error;
use crate::private;
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::Path;

/// What cannot be written.
fn unwritten(path: &Path, error: &io::Error) -> Error {
    private::failed(path, "cannot be written", error)
}

/// A hash as it is written down.
fn hex(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
