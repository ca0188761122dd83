//! Files that nobody else may read, that one run at a time works on, and that are on the disk
//! before anything relies on them.

mod trust;

pub use trust::{Unopened, open, read_regular, regular};

use crate::error::{Error, abridged};
use crate::exit::Exit;
use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

/// Takes the file for this run, without waiting, until it is closed; whether nobody else has it.
///
/// # Errors
/// When the system cannot lock it.
#[cfg(unix)]
pub fn lock(file: &File) -> io::Result<bool> {
    take(file, rustix::fs::FlockOperation::NonBlockingLockExclusive)
}

/// As [`lock`], beside others that only read.
///
/// # Errors
/// When the system cannot lock it.
#[cfg(unix)]
pub fn share(file: &File) -> io::Result<bool> {
    take(file, rustix::fs::FlockOperation::NonBlockingLockShared)
}

/// Gives back a file that was taken, and stays open.
///
/// # Errors
/// When the system cannot do that.
#[cfg(unix)]
pub fn release(file: &File) -> io::Result<()> {
    Ok(rustix::fs::flock(file, rustix::fs::FlockOperation::Unlock)?)
}

#[cfg(unix)]
fn take(file: &File, how: rustix::fs::FlockOperation) -> io::Result<bool> {
    match rustix::fs::flock(file, how) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Takes the file for this run.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn lock(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Takes the file for this run.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn share(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Gives back a file that was taken, and stays open.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn release(_: &File) -> io::Result<()> {
    Ok(())
}

/// Makes folders, with those above them, that only their owner may enter.
pub fn folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// A new name is safe only when the folder is on the disk too; Windows cannot open folders.
///
/// # Errors
/// When the disk does not take it.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The folder that `path` lies in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// What went wrong with the file at `path`.
pub fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    let why = abridged(error.to_string().as_bytes());
    Error::new(Exit::Failure, format!("{what}: {why}")).about(path.display().to_string())
}
