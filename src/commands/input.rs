//! A file that the command line names, where - is standard input.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::io::Read;
use std::path::Path;

/// What the file at `path` holds, at most `most` bytes. It may be a pipe that somebody has yet to
/// write to.
///
/// # Errors
/// [`Exit::BadInput`] where it cannot be read, or is larger.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
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

/// What people call it.
pub fn name(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}
