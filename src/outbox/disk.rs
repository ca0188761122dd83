//! Private files that are on the disk before anything relies on them, and locked while somebody
//! works on them.

use crate::error::{Error, abridged};
use crate::exit::Exit;
use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

/// Whether nobody else has the file.
#[cfg(unix)]
pub(super) fn lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
pub(super) fn lock(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Makes folders that are for nobody else.
#[cfg(unix)]
pub(super) fn private_folders() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(not(unix))]
pub(super) fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

/// A new name is safe only when the folder is on the disk too; Windows cannot open folders.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// What went wrong with the file at `path`.
pub(super) fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    let why = abridged(error.to_string().as_bytes());
    Error::new(Exit::Failure, format!("{what}: {why}")).about(path.display().to_string())
}
