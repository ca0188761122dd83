//! A file that is written: private, whole or not at all, and never by way of somebody else's link.

use super::place::Place;
use super::unopened::Unopened;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that is about to get its place. Whatever lies there stays until all of the new one is on
/// the disk; where it never gets there, nothing of it is left.
#[derive(Debug)]
pub struct NewFile {
    place: Arc<Place>,
    file: File,
    /// What it is called in the folder until it has its place.
    name: OsString,
    has_its_place: bool,
}

impl NewFile {
    /// Begins a file for `path`. A link of this user's stays a link: what it leads to is replaced.
    ///
    /// # Errors
    /// What the system says; that something else than a file is there; that the path leads over
    /// somebody else's link.
    pub fn at(path: &Path) -> Result<Self, Unopened> {
        Self::new(Place::behind(path)?)
    }

    /// Begins a file for `path` as it is named: a link there is what lies there.
    ///
    /// # Errors
    /// As [`NewFile::at`].
    pub fn named(path: &Path) -> Result<Self, Unopened> {
        Self::new(Place::named(path)?)
    }

    /// Begins a file for a place.
    ///
    /// # Errors
    /// What the system says; that something else than a file is there.
    pub fn new(place: impl Into<Arc<Place>>) -> Result<Self, Unopened> {
        let place = place.into();
        if place.metadata()?.is_some_and(|there| !there.is_file()) {
            let what = "it is there and no regular file";
            return Err(Unopened::Untrusted(what.to_owned()));
        }
        let (name, file) = place.make_beside()?;
        Ok(Self {
            place,
            file,
            name,
            has_its_place: false,
        })
    }

    /// The path that it gets, behind all links.
    pub fn path(&self) -> PathBuf {
        self.place.path()
    }

    /// The file as it is so far, to be locked.
    pub fn as_file(&self) -> &File {
        &self.file
    }

    /// Puts it in its place, instead of what lies there, when all of it is on the disk.
    ///
    /// # Errors
    /// What the system says; then the old file is untouched.
    pub fn replace(self) -> io::Result<File> {
        self.put(Place::take)
    }

    /// The same where a crash of the system may bring back what lay there.
    ///
    /// # Errors
    /// As [`NewFile::replace`].
    pub fn replace_for_now(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        self.take_its_place(Place::take)
    }

    /// As [`NewFile::replace`], for a file that everybody may read.
    ///
    /// # Errors
    /// As [`NewFile::replace`].
    pub fn replace_for_all(self) -> io::Result<File> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            self.file
                .set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        self.replace()
    }

    /// Puts it in its place, where nothing lies there, when all of it is on the disk.
    ///
    /// # Errors
    /// What the system says, as that something does.
    pub fn put_new(self) -> io::Result<File> {
        self.put(Place::take_free)
    }

    fn put(mut self, take: fn(&Place, &OsStr) -> io::Result<()>) -> io::Result<File> {
        let file = self.file.try_clone()?;
        file.sync_all()?;
        self.take_its_place(take)?;
        self.place.sync_folder()?;
        Ok(file)
    }

    fn take_its_place(&mut self, take: fn(&Place, &OsStr) -> io::Result<()>) -> io::Result<()> {
        take(&self.place, &self.name)?;
        self.has_its_place = true;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.has_its_place {
            // Where that fails, an empty file with a strange name is left.
            let _ = self.place.remove_beside(&self.name);
        }
    }
}
