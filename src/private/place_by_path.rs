//! Where a file is, on systems where a folder cannot be held open: its path, behind all links.

use super::How;
use super::unopened::Unopened;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// A file that need not exist yet, in a folder that does.
#[derive(Debug)]
pub struct Place {
    path: PathBuf,
}

impl Place {
    /// The place that `path` leads to, behind whatever links.
    ///
    /// # Errors
    /// None here.
    pub fn behind(path: &Path) -> Result<Self, Unopened> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Ok(Self { path })
    }

    /// The place that `path` names.
    ///
    /// # Errors
    /// None here.
    pub fn named(path: &Path) -> Result<Self, Unopened> {
        let path = path.to_owned();
        Ok(Self { path })
    }

    /// As [`Place::behind`], where folders that are missing are made.
    ///
    /// # Errors
    /// What the system says.
    pub fn making_folders(path: &Path) -> Result<Self, Unopened> {
        std::fs::create_dir_all(super::folder_of(path))?;
        Self::behind(path)
    }

    /// Its path, behind the links that led there.
    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// The path of its folder.
    pub fn folder_path(&self) -> &Path {
        super::folder_of(&self.path)
    }

    /// What its folder is like.
    ///
    /// # Errors
    /// What the system says.
    pub fn folder(&self) -> io::Result<Metadata> {
        self.folder_path().metadata()
    }

    /// Whether the system handed it over, under whatever name.
    pub fn is_handed_over(&self) -> bool {
        false
    }

    /// Whether nothing can be written where it lies.
    pub fn is_read_only(&self) -> bool {
        false
    }

    /// What lies there, if anything. A link is not followed.
    ///
    /// # Errors
    /// What the system says.
    pub fn metadata(&self) -> io::Result<Option<Metadata>> {
        match self.path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            found => found.map(Some),
        }
    }

    /// Opens what lies there.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self, how: How) -> io::Result<File> {
        let mut options = OpenOptions::new();
        match how {
            How::Read => options.read(true),
            How::Append => options.read(true).append(true).create(true),
            How::Write => options.read(true).write(true).create(true).truncate(false),
        };
        options.open(&self.path)
    }

    /// Folders cannot be opened here.
    ///
    /// # Errors
    /// None here.
    pub fn sync_folder(&self) -> io::Result<()> {
        Ok(())
    }

    /// Makes a folder in its folder under a name that nobody had.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn make_folder_beside(&self) -> io::Result<OsString> {
        let mut tries = 0;
        loop {
            let random = RandomState::new().hash_one(std::process::id());
            let name = OsString::from(format!(".tmp{random:016x}"));
            match std::fs::create_dir(self.folder_path().join(&name)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < 100 => {
                    tries += 1;
                }
                made => return made.map(|()| name),
            }
        }
    }

    /// Makes a file in its folder under a name that nobody had.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn make_beside(&self) -> io::Result<(OsString, File)> {
        let random = RandomState::new().hash_one(std::process::id());
        let name = OsString::from(format!(".tmp{random:016x}"));
        let mut options = OpenOptions::new();
        let path = self.folder_path().join(&name);
        let file = options.read(true).write(true).create_new(true).open(path)?;
        Ok((name, file))
    }

    /// Gives the file called `name` in its folder this place, instead of what lies there.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn take(&self, name: &OsStr) -> io::Result<()> {
        std::fs::rename(self.folder_path().join(name), &self.path)
    }

    /// The same, where nothing lies there.
    ///
    /// # Errors
    /// What the system says, as that something does.
    pub(super) fn take_free(&self, name: &OsStr) -> io::Result<()> {
        let from = self.folder_path().join(name);
        std::fs::hard_link(&from, &self.path)?;
        std::fs::remove_file(from)
    }

    /// Removes the file called `name` from its folder.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn remove_beside(&self, name: &OsStr) -> io::Result<()> {
        std::fs::remove_file(self.folder_path().join(name))
    }
}
