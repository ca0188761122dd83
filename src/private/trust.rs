//! Whether a file is what it is taken for: a regular one, and where that matters, one that nobody
//! but this user could have put there or changed.

use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Why a file was not opened.
#[derive(Debug)]
pub enum Unopened {
    /// It is there, and somebody else could change it: why, and what to do.
    Untrusted(String),
    /// What the system says.
    System(io::Error),
}

impl From<io::Error> for Unopened {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untrusted(why) => f.write_str(why),
            Self::System(error) => error.fmt(f),
        }
    }
}

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

/// Opens a file that is to be this user's alone, with `options`: a regular one, no link, of this
/// user or root, that nobody else may write, in a folder where nobody else can put another in its
/// place. Made, it is readable for its owner alone. Nothing is waited for.
///
/// # Errors
/// What the system says, and what is not so.
pub fn open(path: &Path, options: &mut OpenOptions) -> Result<File, Unopened> {
    if let Ok(metadata) = fs::metadata(super::folder_of(path)) {
        trusted_folder(super::folder_of(path), &metadata)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path).map_err(|error| denied(path, error))?;
    trusted_file(path, &file.metadata()?)?;
    Ok(file)
}

/// A refusal in words that help: who else's it is, or that it is a link.
fn denied(path: &Path, error: io::Error) -> Unopened {
    let Ok(metadata) = fs::symlink_metadata(path) else {
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

fn trusted_file(path: &Path, metadata: &Metadata) -> Result<(), Unopened> {
    let why = if !metadata.is_file() {
        "it is no regular file".to_owned()
    } else if let Some((owner, me)) = stranger(metadata) {
        format!(
            "it belongs to {owner}, who can change it, and not to {me}: run it as that user, or \
             name a file of your own"
        )
    } else if let Some(mode) = open_to_others(metadata) {
        format!(
            "others may write it (mode {mode:04o}): chmod go-w {}",
            path.display()
        )
    } else {
        return Ok(());
    };
    Err(Unopened::Untrusted(why))
}

/// In a folder that others may write they can put another file in its place, unless it is one like
/// /tmp, where each can remove their own alone.
fn trusted_folder(folder: &Path, metadata: &Metadata) -> Result<(), Unopened> {
    let elsewhere = "name a file in a folder below it that is not there yet";
    let folder = folder.display();
    let why = if let Some((owner, me)) = stranger(metadata) {
        format!(
            "its folder {folder} belongs to {owner}, who can put another file in its place, and \
             not to {me}: run it as that user, or {elsewhere}"
        )
    } else if let Some(mode) = open_to_others(metadata).filter(|mode| mode & 0o1000 == 0) {
        format!(
            "others may write its folder {folder} (mode {mode:04o}), and can put another file in \
             its place: chmod go-w {folder}, or {elsewhere}"
        )
    } else {
        return Ok(());
    };
    Err(Unopened::Untrusted(why))
}

/// Whose it is, and who this is, where that is somebody else.
#[cfg(unix)]
fn owner(metadata: &Metadata) -> Option<(String, String)> {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    (metadata.uid() != me).then(|| (user(metadata.uid()), user(me)))
}

/// The same, unless it is root's, who can change everything anyway.
#[cfg(unix)]
fn stranger(metadata: &Metadata) -> Option<(String, String)> {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    owner(metadata).filter(|_| is_others(metadata.uid(), me))
}

#[cfg(unix)]
fn is_others(owner: u32, me: u32) -> bool {
    owner != me && owner != 0
}

#[cfg(unix)]
fn user(uid: u32) -> String {
    let known = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid));
    match known.ok().flatten() {
        Some(user) => format!("{} (user {uid})", user.name),
        None => format!("user {uid}"),
    }
}

#[cfg(not(unix))]
fn owner(_: &Metadata) -> Option<(String, String)> {
    None
}

#[cfg(not(unix))]
fn stranger(_: &Metadata) -> Option<(String, String)> {
    None
}

/// Its mode, where its group or others may write it.
#[cfg(unix)]
fn open_to_others(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(metadata.mode() & 0o7777).filter(|mode| mode & 0o022 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use tempfile::tempdir;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    fn why(path: &Path) -> String {
        match open(path, OpenOptions::new().read(true)) {
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
            assert!(open(&path, OpenOptions::new().read(true)).is_ok());
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
        assert!(open(&path, OpenOptions::new().read(true)).is_ok());
    }

    #[test]
    fn what_belongs_to_somebody_else_is_not_trusted() {
        for (owner, me, others) in [
            (0, 0, false),
            (7, 7, false),
            (0, 7, false),
            (7, 0, true),
            (7, 8, true),
        ] {
            assert_eq!(is_others(owner, me), others, "{owner} {me}");
        }
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
