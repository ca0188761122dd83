//! Files that must outlive a crash, and are nobody else's business.

use crate::error::{Error, abridged};
use crate::exit::Exit;
use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

/// Makes folders that nobody else may look into, with those above them.
#[cfg(unix)]
pub fn private_folders() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

/// Makes folders, with those above them.
#[cfg(not(unix))]
pub fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

/// Puts the names in `folder` on the disk: a new name is safe only then. Windows cannot open
/// folders.
///
/// # Errors
/// When the disk does not take them.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Whether nobody else has the file: it is ours until it is closed.
///
/// # Errors
/// When the system cannot lock it.
#[cfg(unix)]
pub fn lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Nobody else is asked here.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn lock(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// What went wrong with the file at `path`.
pub fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    let why = abridged(error.to_string().as_bytes());
    Error::new(Exit::Failure, format!("{what}: {why}")).about(path.display().to_string())
}
