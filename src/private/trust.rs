//! Whether a file is what it is taken for: a regular one, and where that matters, one that nobody
//! but this user could have put there or changed.

use super::How;
use super::owner::{Group, open_to_others, owner, stranger};
use super::place::Place;
use super::unopened::Unopened;
use crate::input;
use crate::model::command::word;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Opens a regular file to read it, behind whatever links. A FIFO or a device is not waited for.
///
/// # Errors
/// What the system says; that it is no regular file.
pub fn regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.read(true).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no regular file")),
    }
}

/// What the regular file at `path` holds, of which no more than `most` bytes and one are read.
///
/// # Errors
/// As [`regular`].
pub fn read_regular(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = regular(path)?.take(most.saturating_add(1));
    { file }.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file that is to be this user's alone: a regular one, no link, of this user or root, that
/// nobody else may write, in a folder where nobody else can put another in its place. Made, it is
/// readable for its owner alone. Nothing is waited for.
///
/// # Errors
/// What the system says, and what is not so.
pub fn open(path: &Path, how: How) -> Result<File, Unopened> {
    let place = Place::named(path)?;
    let elsewhere = "name a file in a folder below it that is not there yet";
    trusted_folder(&place, Group::Stranger, elsewhere)?;
    let file = place.open(how).map_err(|error| denied(&place, error))?;
    trusted_file(path, &file.metadata()?, Group::Stranger)?;
    Ok(file)
}

/// What the file at `path` holds, at most `most` bytes, where only what this user, root, or a group
/// of nobody else may write is obeyed. It may be a pipe, and what the system hands over under a
/// name of its own is as good as typed. What lies on a mount that is read-only is whoever mounted
/// it answers for.
///
/// # Errors
/// What the system says, what is larger, and who else may write it.
pub fn obeyed(path: &Path, most: u64) -> Result<Vec<u8>, Unopened> {
    let place = Place::behind(path)?;
    let Some(metadata) = place.metadata()? else {
        return Err(io::Error::from(io::ErrorKind::NotFound).into());
    };
    if (!metadata.is_file() && place.is_handed_over()) || is_device(&metadata) {
        return Ok(input::file(path, most)?);
    }
    let file = match metadata.is_file() {
        true => Some(place.open(How::Read)?),
        false => None,
    };
    // What was opened is asked, not the path: nobody can put another in its place meanwhile.
    let metadata = match &file {
        Some(file) => file.metadata()?,
        None => metadata,
    };
    if !place.is_read_only() {
        trusted_owner(&place.path(), &metadata, Group::Own)?;
        if !place.is_handed_over() {
            trusted_folder(
                &place,
                Group::Own,
                "move the file into a folder of your own",
            )?;
        }
    }
    match file {
        Some(file) => Ok(input::within(file, most)?),
        None => Ok(input::file(path, most)?),
    }
}

/// Whether nobody but this user or root can change what is run or read at `path`, or put another in its
/// place, the group of nobody else included.
///
/// # Errors
/// What the system says; who else can.
pub fn judge(path: &Path) -> Result<(), Unopened> {
    let place = Place::behind(path)?;
    let Some(metadata) = place.metadata()? else {
        return Err(io::Error::from(io::ErrorKind::NotFound).into());
    };
    if place.is_read_only() {
        return Ok(());
    }
    trusted_owner(&place.path(), &metadata, Group::Own)?;
    trusted_folder(&place, Group::Own, "move it into a folder of your own")
}

/// Whether it is a device of the system, out of which nothing comes that others have put there:
/// `/dev/null` is how people say that there is nothing.
#[cfg(unix)]
fn is_device(metadata: &Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    metadata.file_type().is_char_device() && metadata.uid() == 0
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

/// Makes the folder at `path`, with those above it, for its owner alone, where it is missing, and
/// makes sure that nobody else can put anything into it.
///
/// # Errors
/// What the system says, and who else can.
pub fn own_folder(path: &Path) -> Result<(), Unopened> {
    // Any name will do: its folder is what counts.
    let place = Place::making_folders(&path.join("file"))?;
    let metadata = place.folder()?;
    let why = if let Some((owner, me)) = stranger(&metadata) {
        format!(
            "it belongs to {owner}, who can put anything into it, and not to {me}: run it as that \
             user, or set XDG_STATE_HOME to a folder of your own"
        )
    } else if let Some(mode) = open_to_others(&metadata, Group::Own) {
        let chmod = not_for_others(path);
        format!("others may write into it (mode {mode:04o}): {chmod}")
    } else {
        return Ok(());
    };
    Err(Unopened::Untrusted(why))
}

/// What takes from others that they may write `path`, as a shell reads it.
fn not_for_others(path: &Path) -> String {
    format!("chmod go-w {}", word(&path.display().to_string()))
}

/// A refusal in words that help: who else's it is, or that it is a link.
fn denied(place: &Place, error: io::Error) -> Unopened {
    let Ok(Some(metadata)) = place.metadata() else {
        return Unopened::System(error);
    };
    if metadata.is_symlink() {
        let what = "it is a symbolic link, which others could turn: name the file itself";
        return Unopened::Untrusted(what.to_owned());
    }
    match owner(&metadata) {
        Some((owner, me)) if error.kind() == io::ErrorKind::PermissionDenied => {
            Unopened::System(io::Error::new(
                error.kind(),
                format!("it belongs to {owner}, and {me} may not open it: run it as that user"),
            ))
        }
        _ => Unopened::System(error),
    }
}

fn trusted_file(path: &Path, metadata: &Metadata, group: Group) -> Result<(), Unopened> {
    if !metadata.is_file() {
        return Err(Unopened::Untrusted("it is no regular file".to_owned()));
    }
    trusted_owner(path, metadata, group)
}

fn trusted_owner(path: &Path, metadata: &Metadata, group: Group) -> Result<(), Unopened> {
    let why = if let Some((owner, me)) = stranger(metadata) {
        format!(
            "it belongs to {owner}, who can change it, and not to {me}: run it as that user, or \
             name a file of your own"
        )
    } else if let Some(mode) = open_to_others(metadata, group) {
        let chmod = not_for_others(path);
        format!("others may write it (mode {mode:04o}): {chmod}")
    } else {
        return Ok(());
    };
    Err(Unopened::Untrusted(why))
}

/// In a folder that others may write they can put another file in its place, unless it is one like
/// /tmp, where each can remove their own alone.
fn trusted_folder(place: &Place, group: Group, elsewhere: &str) -> Result<(), Unopened> {
    let metadata = place.folder()?;
    let folder = place.folder_path().display();
    let why = if let Some((owner, me)) = stranger(&metadata) {
        format!(
            "its folder {folder} belongs to {owner}, who can put another file in its place, and \
             not to {me}: run it as that user, or {elsewhere}"
        )
    } else if let Some(mode) = open_to_others(&metadata, group).filter(|mode| mode & 0o1000 == 0) {
        let chmod = not_for_others(place.folder_path());
        format!(
            "others may write its folder {folder} (mode {mode:04o}), and can put another file in \
             its place: {chmod}, or {elsewhere}"
        )
    } else {
        return Ok(());
    };
    Err(Unopened::Untrusted(why))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use tempfile::tempdir;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    fn why(path: &Path) -> String {
        match open(path, How::Read) {
            Err(Unopened::Untrusted(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_others_may_write_is_not_trusted() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "").unwrap();
        for mode in [0o600, 0o644, 0o400] {
            set_mode(&path, mode);
            assert!(open(&path, How::Read).is_ok());
        }
        for mode in [0o660, 0o602, 0o666] {
            set_mode(&path, mode);
            assert!(why(&path).contains(&format!("mode {mode:04o}): chmod go-w")));
        }
        set_mode(&path, 0o600);
        for mode in [0o777, 0o770, 0o703] {
            set_mode(folder.path(), mode);
            assert!(why(&path).contains("others may write its folder"));
        }
        // As /tmp is.
        set_mode(folder.path(), 0o1777);
        assert!(open(&path, How::Read).is_ok());
    }

    #[test]
    fn what_belongs_to_somebody_else_is_not_trusted() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "").unwrap();
        std::os::unix::fs::chown(&path, Some(54321), None).unwrap();
        assert!(why(&path).starts_with("it belongs to user 54321, who can change it"));
        std::os::unix::fs::chown(&path, Some(0), None).unwrap();
        std::os::unix::fs::chown(folder.path(), Some(54321), None).unwrap();
        assert!(why(&path).contains("belongs to user 54321"));
    }

    #[test]
    fn links_and_what_is_no_file_are_refused_and_nothing_is_waited_for() {
        let folder = tempdir().unwrap();
        let [path, link, fifo] = ["log", "link", "fifo"].map(|name| folder.path().join(name));
        fs::write(&path, "x").unwrap();
        symlink(&path, &link).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        assert!(why(&link).contains("symbolic link"));
        assert!(why(&fifo).contains("no regular file"));
        assert_eq!(read_regular(&link, 10).unwrap(), b"x");
        for path in [fifo.as_path(), folder.path(), Path::new("/dev/zero")] {
            let error = read_regular(path, 10).unwrap_err();
            assert_eq!(error.to_string(), "it is no regular file");
        }
    }
}
