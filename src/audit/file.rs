//! Opening the file of the log: a plain file, no link, that nobody else may write.

use super::place::{failed, refused};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::private::{self, How, Place, Unopened, folder_of};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long another run of sharemail may keep the log.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often is looked whether it still does.
const MOMENT: Duration = Duration::from_millis(3);

/// Opens the log to write to its end, made where it is missing, and takes it for this run.
///
/// # Errors
/// When that cannot be done, or takes too long.
pub fn take(path: &Path) -> Result<File> {
    let begin = Instant::now();
    loop {
        let file = open_to_append(path)?;
        let locked = private::lock(&file).map_err(|e| failed(path, "cannot be locked", &e))?;
        // Between opening and locking it somebody may have put another in its place.
        if locked && is_at(&file, path) {
            return Ok(file);
        }
        wait(path, begin)?;
    }
}

/// Opens the log to read it, while nobody writes.
///
/// # Errors
/// As [`take`]; nothing where there is no file.
pub fn look(path: &Path) -> Result<Option<File>> {
    let begin = Instant::now();
    loop {
        let Some(file) = open_own(path)? else {
            return Ok(None);
        };
        let locked = private::share(&file).map_err(|e| failed(path, "cannot be locked", &e))?;
        if locked && is_at(&file, path) {
            return Ok(Some(file));
        }
        wait(path, begin)?;
    }
}

/// Opens any file of a log to read it, whoever wrote it; nothing where there is none.
///
/// # Errors
/// When it is no regular file or cannot be read.
pub fn open_to_read(path: &Path) -> Result<Option<File>> {
    match private::regular(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file
            .map(Some)
            .map_err(|error| failed(path, "the log cannot be read", &error)),
    }
}

/// Opens a file that this user's runs write, to read it: the same is asked of it as where it is
/// written. Nothing where there is none.
///
/// # Errors
/// As [`private::open`].
pub fn open_own(path: &Path) -> Result<Option<File>> {
    match private::open(path, How::Read) {
        Err(Unopened::System(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file.map(Some).map_err(|error| {
            let is_there = matches!(error, Unopened::Untrusted(_));
            let error = unopened(path, "the log cannot be read", error);
            if !is_there {
                return error;
            }
            error.hint(format!(
                "mend that first; named on the command line it is read as it is: {}",
                command(["audit", "verify", &path.display().to_string()])
            ))
        }),
    }
}

/// What to say where a file was not opened.
pub fn unopened(path: &Path, what: &str, error: Unopened) -> Error {
    match error {
        Unopened::Untrusted(why) => {
            let what = format!("the log cannot be trusted: {why}");
            refused(Exit::Config, path, &what)
        }
        Unopened::System(error) => failed(path, what, &error),
    }
}

/// The file beside `path` whose name has `more` at its end.
pub fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(more);
    path.with_file_name(name)
}

/// What tells a file from all others, under whatever name.
#[cfg(unix)]
pub fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
pub fn identity(_: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}

fn wait(path: &Path, begin: Instant) -> Result<()> {
    if begin.elapsed() > PATIENCE {
        let what = format!(
            "the log was kept by another run of sharemail for {} s",
            PATIENCE.as_secs()
        );
        return Err(refused(Exit::TryAgain, path, &what));
    }
    thread::sleep(MOMENT);
    Ok(())
}

fn open_to_append(path: &Path) -> Result<File> {
    let made = Place::making_folders(path);
    made.map_err(|why| unopened(folder_of(path), "the log's folder cannot be made", why))?;
    // What is written goes to the end, wherever somebody else has moved that: the file may be
    // marked as one that can only grow.
    let file = private::open(path, How::Append);
    file.map_err(|error| unopened(path, "the log cannot be opened", error))
}

fn is_at(file: &File, path: &Path) -> bool {
    let there = fs::symlink_metadata(path).map(|at| identity(&at));
    let here = file.metadata().map(|at| identity(&at));
    matches!((there, here), (Ok(there), Ok(here)) if there == here)
}
