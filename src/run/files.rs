//! Files that the command line names, read whole and within bounds.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::export::Groups;
use crate::profile::Profile;
use crate::{input, interrupt, memory};
use std::io::ErrorKind;
use std::path::Path;

/// Who is in which group, by the file at `path`; nothing where none is named.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be read, or says something else.
pub fn groups(path: Option<&Path>, profile: &Profile) -> Result<Groups> {
    let Some(path) = path else {
        return Ok(Groups::default());
    };
    let text = text_there(path, Groups::MOST)?;
    let groups = Groups::parse(&text, profile.domain.as_deref());
    groups.map_err(|error| about(error, path))
}

/// The text of the file at `path`, which must be there, at most `most` bytes.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be read, or is larger.
pub fn text_there(path: &Path, most: u64) -> Result<String> {
    text(path, most)?.ok_or_else(|| unreadable(path, "there is no such file"))
}

/// The same; nothing where there is no file.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be read, or is larger.
pub fn text(path: &Path, most: u64) -> Result<Option<String>> {
    let bytes = match interrupt::idle(|| input::file(path, most)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, &error.to_string())),
    };
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| unreadable(path, "it is not UTF-8 text"))?;
    Ok(Some(text))
}

/// What the file at `path` holds, at most `most` bytes, where - is standard input. It may be a pipe
/// that somebody has yet to write to.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be read, or is larger.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>> {
    input::bytes(path, most).map_err(|error| {
        let what = format!("cannot be read: {error}");
        Error::new(Exit::BadInput, what).about(input::name(path))
    })
}

/// Makes sure that there is room for what the file at `path` says: each of its parts takes up to `each`
/// bytes (see [`memory::fits`]).
///
/// # Errors
/// [`Exit::BadInput`] where there is none.
pub fn fits(bytes: &[u8], each: u64, path: &Path) -> Result<()> {
    memory::fits(bytes, each).map_err(|excess| about(excess.of_file(), path))
}

/// The error with the file that it is about.
pub fn about(error: Error, path: &Path) -> Error {
    error.about(input::name(path))
}

fn unreadable(path: &Path, why: &str) -> Error {
    about(
        Error::new(Exit::BadInput, format!("the file cannot be read: {why}")),
        path,
    )
}
