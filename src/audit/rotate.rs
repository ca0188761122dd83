//! Another file for the log: the old one gets a name of its own, and the first line of the new one
//! names it and carries on its chain.

use super::file::{beside, identity, take};
use super::head::Head;
use super::line::{Event, now, seal};
use super::link::Link;
use super::place::{failed, refused};
use super::tail::{Last, Tail};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::command::command;
use crate::private::{self, NewFile, Unopened, folder_of};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Begins another file for the log at `path`; what the old one is called now.
///
/// # Errors
/// When there is nothing to be moved, or it cannot be done: then everything is as before.
pub fn rotate(path: &Path) -> Result<PathBuf> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Err(refused(Exit::NotFound, path, "there is no log yet"));
    }
    let unreadable = |error| failed(path, "the log cannot be read", &error);
    let file = take(path)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let tail = Tail::of(&file, length).map_err(unreadable)?;
    let (Last::Line(last), None) = (&tail.last, &tail.torn) else {
        let verify = command(["audit", "verify"]);
        let what = format!("the log does not end with one of its lines: see {verify}");
        return Err(refused(Exit::Failure, path, &what));
    };
    let head = Head::open(path)?;
    if head.read().map_err(unreadable)?.is_none() {
        let verify = command(["audit", "verify"]);
        let what = format!("how the log should end is not remembered: see {verify}");
        return Err(refused(Exit::Failure, path, &what));
    }
    replace(path, &file, *last, &head)
}

/// The same for a file that this run has taken, which ends with `last`. Nobody ever finds no file
/// at `path`: the old one gets its second name before the new one takes the first.
pub(super) fn replace(path: &Path, file: &File, last: Link, head: &Head) -> Result<PathBuf> {
    let failed = |error: io::Error| failed(path, "the log cannot be rotated", &error);
    // Nobody comes back to it.
    file.sync_data().map_err(failed)?;
    let date = now();
    let date = date.split('T').next().unwrap_or_default();
    let old = beside(path, &format!(".{date}.{}", last.number));
    let name = old.file_name().unwrap_or_default().to_string_lossy();
    let from = Some(name.into_owned());
    let mut line = Vec::new();
    let sealed = seal(last, &now(), &Event::Rotated { from }, &mut line);
    let first = sealed.map_err(|error| failed(error.into()))?;
    // Made 0600, it stays so under its new name.
    let new = NewFile::named(path).map_err(Unopened::into_io);
    let mut new = new.map_err(failed)?;
    let written = new.write_all(&line).and_then(|()| new.as_file().sync_all());
    written.map_err(failed)?;
    link(path, &old).map_err(failed)?;
    let moved = head.write(first).and_then(|()| new.replace_for_now());
    if let Err(error) = moved {
        let _ = head.write(last);
        let _ = fs::remove_file(&old);
        return Err(failed(error));
    }
    // It is there in any case; after a crash perhaps under its old name.
    let _ = private::sync_folder(folder_of(path));
    Ok(old)
}

/// A second name for the file at `path`; one from a run that was stopped in the middle will do.
fn link(path: &Path, old: &Path) -> io::Result<()> {
    match fs::hard_link(path, old) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let same =
                identity(&fs::symlink_metadata(old)?) == identity(&fs::symlink_metadata(path)?);
            if same { Ok(()) } else { Err(error) }
        }
        linked => linked,
    }
}
