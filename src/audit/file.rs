//! Opening the file of the log: a plain file, no link, that nobody else may write.

use super::place::{failed, refused};
use crate::error::Result;
use crate::exit::Exit;
use crate::private;
use std::fs::{self, File, OpenOptions};
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
        let Some(file) = open_to_read(path)? else {
            return Ok(None);
        };
        let locked = private::share(&file).map_err(|e| failed(path, "cannot be locked", &e))?;
        if locked && is_at(&file, path) {
            return Ok(Some(file));
        }
        wait(path, begin)?;
    }
}

/// Opens any file of a log to read it; nothing where there is none.
///
/// # Errors
/// When it is no plain file or cannot be read.
pub fn open_to_read(path: &Path) -> Result<Option<File>> {
    let mut options = OpenOptions::new();
    // A FIFO is not waited for.
    without_waiting(options.read(true), false);
    let file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(|error| failed(path, "cannot be read", &error))?,
    };
    plain(path, &file)?;
    Ok(Some(file))
}

/// The folder that `path` lies in.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
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
    let made = private::folders().create(folder(path));
    made.map_err(|error| failed(folder(path), "the log's folder cannot be made", &error))?;
    let file = open_private(path).map_err(|error| match fs::symlink_metadata(path) {
        Ok(at) if at.is_symlink() => {
            let what = "the log is a symbolic link, which others could turn: name the file itself";
            refused(Exit::Config, path, what)
        }
        _ => failed(path, "the log cannot be opened", &error),
    })?;
    let metadata = plain(path, &file)?;
    if may_others_write(&metadata) {
        let what = "the log can be written by others: let it be its owner's alone (chmod go-w)";
        return Err(refused(Exit::Config, path, what));
    }
    Ok(file)
}

/// What is written goes to the end, wherever somebody else has moved that: the file may be marked
/// as one that can only grow.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    without_waiting(options.read(true).append(true).create(true), true);
    options.open(path)
}

fn plain(path: &Path, file: &File) -> Result<fs::Metadata> {
    let metadata = file.metadata();
    let metadata = metadata.map_err(|error| failed(path, "cannot be read", &error))?;
    if metadata.is_file() {
        return Ok(metadata);
    }
    Err(refused(Exit::Config, path, "the log must be a plain file"))
}

fn is_at(file: &File, path: &Path) -> bool {
    let there = fs::metadata(path).map(|at| identity(&at));
    let here = file.metadata().map(|at| identity(&at));
    matches!((there, here), (Ok(there), Ok(here)) if there == here)
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions, own: bool) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = if own {
        OFlags::NONBLOCK | OFlags::NOFOLLOW
    } else {
        OFlags::NONBLOCK
    };
    options.mode(0o600).custom_flags(flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn without_waiting(_: &mut OpenOptions, _: bool) {}

#[cfg(unix)]
fn may_others_write(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o022 != 0
}

#[cfg(not(unix))]
fn may_others_write(_: &fs::Metadata) -> bool {
    false
}
