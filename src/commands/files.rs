//! Files that the command line names, read whole and within bounds.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::export::Groups;
use crate::profile::Profile;
use std::io::{ErrorKind, Read};
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
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, &error.to_string())),
    };
    // A FIFO that nobody writes to would keep us waiting for ever.
    if !metadata.is_file() {
        return Err(unreadable(path, "it is no regular file"));
    }
    let mut text = String::new();
    let file = std::fs::File::open(path).and_then(|f| f.take(most + 1).read_to_string(&mut text));
    file.map_err(|error| unreadable(path, &error.to_string()))?;
    if text.len() as u64 > most {
        return Err(unreadable(path, "it is too large"));
    }
    Ok(Some(text))
}

/// What the file at `path` holds, at most `most` bytes, where - is standard input. It may be a pipe
/// that somebody has yet to write to.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be read, or is larger.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>> {
    let fail = |why: String| Error::new(Exit::BadInput, why).about(name(path));
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(most + 1)
            .read_to_end(&mut bytes)
    } else {
        let file = std::fs::File::open(path);
        file.and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| fail(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > most {
        return Err(fail(format!("it is larger than {most} bytes")));
    }
    Ok(bytes)
}

/// What people call the file at `path`.
pub fn name(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// The error with the file that it is about.
pub fn about(error: Error, path: &Path) -> Error {
    error.about(path.display().to_string())
}

fn unreadable(path: &Path, why: &str) -> Error {
    about(
        Error::new(Exit::BadInput, format!("the file cannot be read: {why}")),
        path,
    )
}
