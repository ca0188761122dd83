//! Files that nobody else may read, that one run at a time works on, and that are on the disk
//! before anything relies on them.

#[cfg(unix)]
mod look;
mod new_file;
mod new_folder;
mod owner;
#[cfg(unix)]
mod place;
#[cfg(not(unix))]
#[path = "private/place_by_path.rs"]
mod place;
#[cfg(unix)]
#[cfg(test)]
mod tests;
mod trust;
mod unopened;
#[cfg(unix)]
mod walk;

pub use new_file::NewFile;
pub use new_folder::NewFolder;
pub use place::Place;
pub use trust::{judge, obeyed, open, own_folder, read_regular, regular};
pub use unopened::Unopened;

use crate::error::{Error, abridged};
use crate::exit::Exit;
use std::fs::File;
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

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// To be read.
    Read,
    /// To be read, and written to its end; made where it is missing.
    Append,
    /// To be read and written anywhere; made where it is missing.
    Write,
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

/// What stands in the way at `path`: something that others can change is a matter of how this
/// machine is set up.
pub fn barred(path: &Path, what: &str, why: &Unopened) -> Error {
    match why {
        Unopened::System(error) => failed(path, what, error),
        Unopened::Untrusted(why) => {
            Error::new(Exit::Config, format!("{what}: {why}")).about(path.display().to_string())
        }
    }
}

/// What went wrong with the file at `path`.
pub fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    let why = abridged(error.to_string().as_bytes());
    Error::new(Exit::Failure, format!("{what}: {why}")).about(path.display().to_string())
}
