//! Where a file is: the folder that it lies in, held open, and its name there.
//!
//! A path is walked name by name, each looked up in the folder before it, which is held open: what
//! was judged is what is used, whatever others put in its place meanwhile. In a folder that others
//! may write, a symbolic link of somebody else leads wherever that one likes, at the latest when a
//! file is written there under this user's name: it is not followed. The system's own protection
//! (`fs.protected_symlinks`) may be off, and covers neither folders without the sticky bit nor the
//! replacing of a file.

use super::How;
use super::look::{is_read_only, look};
use rustix::fs::{AtFlags, Mode, OFlags, openat};
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// A file that need not exist yet, in a folder that does.
#[derive(Debug)]
pub struct Place {
    folder: File,
    /// How the folder was reached, for messages.
    at: PathBuf,
    name: OsString,
    /// It is a link of the system's to something that may have no name, as `/dev/stdin` is.
    is_handed_over: bool,
}

impl Place {
    /// Its path, behind the links that led there.
    pub fn path(&self) -> PathBuf {
        self.at.join(&self.name)
    }

    /// The path of its folder.
    pub fn folder_path(&self) -> &Path {
        match self.at.as_os_str().is_empty() {
            true => Path::new("."),
            false => &self.at,
        }
    }

    /// What its folder is like.
    ///
    /// # Errors
    /// What the system says.
    pub fn folder(&self) -> io::Result<Metadata> {
        self.folder.metadata()
    }

    /// The place called `name` in `folder`, which was reached as `at`.
    pub(super) fn new(folder: File, at: PathBuf, name: OsString, is_handed_over: bool) -> Self {
        Self {
            folder,
            at,
            name,
            is_handed_over,
        }
    }

    /// Whether the system handed it over, under whatever name.
    pub fn is_handed_over(&self) -> bool {
        self.is_handed_over
    }

    /// Whether nothing can be written where it lies, whatever permissions say.
    pub fn is_read_only(&self) -> bool {
        is_read_only(&self.folder)
    }

    /// What lies there, if anything. A link is not followed.
    ///
    /// # Errors
    /// What the system says.
    pub fn metadata(&self) -> io::Result<Option<Metadata>> {
        if self.is_handed_over {
            return std::fs::metadata(self.path()).map(Some);
        }
        match look(&self.folder, &self.at, &self.name) {
            Ok((metadata, _)) => Ok(Some(metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Opens what lies there; made, it is readable for its owner alone. Nothing is waited for, and
    /// no link followed.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self, how: How) -> io::Result<File> {
        let mut flags = OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        flags |= match how {
            How::Read => OFlags::RDONLY,
            How::Append => OFlags::RDWR | OFlags::APPEND | OFlags::CREATE,
            How::Write => OFlags::RDWR | OFlags::CREATE,
        };
        if !self.is_handed_over {
            flags |= OFlags::NOFOLLOW;
        }
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(File::from(openat(&self.folder, &self.name, flags, mode)?))
    }

    /// A name in its folder is safe only when the folder is on the disk too.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn sync_folder(&self) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        match openat(&self.folder, ".", flags, Mode::empty()) {
            // A folder to drop things into, which only others may look at.
            Err(rustix::io::Errno::ACCESS) => Ok(()),
            folder => File::from(folder?).sync_all(),
        }
    }

    /// Makes a file in its folder, for its owner alone, under a name that nobody had.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn make_beside(&self) -> io::Result<(OsString, File)> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let flags = flags | OFlags::NOFOLLOW;
        let mut tries = 0;
        loop {
            let random = RandomState::new().hash_one(std::process::id());
            let name = OsString::from(format!(".tmp{random:016x}"));
            match openat(&self.folder, &name, flags, Mode::RUSR | Mode::WUSR) {
                Err(rustix::io::Errno::EXIST) if tries < 100 => tries += 1,
                made => return Ok((name, File::from(made?))),
            }
        }
    }

    /// Makes a folder in its folder, for its owner alone, under a name that nobody had.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn make_folder_beside(&self) -> io::Result<OsString> {
        let mut tries = 0;
        loop {
            let random = RandomState::new().hash_one(std::process::id());
            let name = OsString::from(format!(".tmp{random:016x}"));
            match rustix::fs::mkdirat(&self.folder, &name, Mode::RWXU) {
                Err(rustix::io::Errno::EXIST) if tries < 100 => tries += 1,
                made => {
                    made?;
                    return Ok(name);
                }
            }
        }
    }

    /// Holds the folder called `name` in its folder open.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open_folder_beside(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        Ok(File::from(openat(
            &self.folder,
            name,
            flags,
            Mode::empty(),
        )?))
    }

    /// Gives the file called `name` in its folder this place, instead of what lies there.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn take(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(
            &self.folder,
            name,
            &self.folder,
            &self.name,
        )?)
    }

    /// The same, where nothing lies there.
    ///
    /// # Errors
    /// What the system says, as that something does.
    pub(super) fn take_free(&self, name: &OsStr) -> io::Result<()> {
        let folder = &self.folder;
        // Not every file system knows second names, nor each a renaming that minds what is there.
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        {
            use rustix::fs::{RenameFlags, renameat_with};
            use rustix::io::Errno;
            match renameat_with(folder, name, folder, &self.name, RenameFlags::NOREPLACE) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                renamed => return Ok(renamed?),
            }
        }
        rustix::fs::linkat(folder, name, folder, &self.name, AtFlags::empty())?;
        Ok(rustix::fs::unlinkat(folder, name, AtFlags::empty())?)
    }

    /// Removes the file called `name` from its folder.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn remove_beside(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.folder, name, AtFlags::empty())?)
    }
}
