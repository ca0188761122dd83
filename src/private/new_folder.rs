//! A folder that is filled: private, whole or not at all.

use super::place::Place;
use super::unopened::Unopened;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that is about to get its place, where nothing is or an empty folder. Where it never gets there,
/// nothing of it is left.
#[derive(Debug)]
pub struct NewFolder {
    place: Place,
    #[cfg(unix)]
    folder: File,
    /// What it is called until it has its place.
    name: OsString,
    has_its_place: bool,
}

impl NewFolder {
    /// Begins a folder for `path`.
    ///
    /// # Errors
    /// What the system says; that something else than an empty folder is there; that the path leads over
    /// somebody else's link.
    pub fn at(path: &Path) -> Result<Self, Unopened> {
        let place = Place::behind(path)?;
        if let Some(there) = place.metadata()? {
            let is_empty = || std::fs::read_dir(place.path()).map(|mut all| all.next().is_none());
            if !there.is_dir() || !is_empty()? {
                let what = "it is there already, and no empty folder";
                return Err(Unopened::Untrusted(what.to_owned()));
            }
        }
        let name = place.make_folder_beside()?;
        Ok(Self {
            #[cfg(unix)]
            folder: place.open_folder_beside(&name)?,
            place,
            name,
            has_its_place: false,
        })
    }

    /// The path that it gets, behind all links.
    pub fn path(&self) -> PathBuf {
        self.place.path()
    }

    /// Makes the folder `path` in it; those above it must be there.
    ///
    /// # Errors
    /// What the system says, as that it is there.
    #[cfg(unix)]
    pub fn make_folder(&self, path: &Path) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(
            &self.folder,
            path,
            rustix::fs::Mode::RWXU,
        )?)
    }

    /// Makes the file `path` in it, where nothing is.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(unix)]
    pub fn create(&self, path: &Path) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(File::from(openat(&self.folder, path, flags, mode)?))
    }

    /// Opens the file `path` in it, to be read.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(unix)]
    pub fn open(&self, path: &Path) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(openat(
            &self.folder,
            path,
            flags,
            Mode::empty(),
        )?))
    }

    /// Removes the file `path` from it.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(unix)]
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        use rustix::fs::{AtFlags, unlinkat};
        Ok(unlinkat(&self.folder, path, AtFlags::empty())?)
    }

    /// Makes the folder `path` in it.
    ///
    /// # Errors
    /// What the system says, as that it is there.
    #[cfg(not(unix))]
    pub fn make_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(self.beside().join(path))
    }

    /// Makes the file `path` in it, where nothing is.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(not(unix))]
    pub fn create(&self, path: &Path) -> io::Result<File> {
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        options.open(self.beside().join(path))
    }

    /// Opens the file `path` in it, to be read.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(not(unix))]
    pub fn open(&self, path: &Path) -> io::Result<File> {
        File::open(self.beside().join(path))
    }

    /// Removes the file `path` from it.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(not(unix))]
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(self.beside().join(path))
    }

    /// Has the disk take all that was written to its file system, where the system can do that at once:
    /// whether it can.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn sync(&self) -> io::Result<bool> {
        #[cfg(target_os = "linux")]
        {
            rustix::fs::syncfs(&self.folder)?;
            Ok(true)
        }
        #[cfg(not(target_os = "linux"))]
        {
            Ok(false)
        }
    }

    /// Puts it in its place, where nothing lies there or an empty folder.
    ///
    /// # Errors
    /// What the system says, as that something does.
    pub fn put_new(mut self) -> io::Result<()> {
        #[cfg(unix)]
        self.folder.sync_all()?;
        match self.place.metadata()? {
            // A folder takes the place of an empty one alone.
            Some(there) if there.is_dir() => self.place.take(&self.name)?,
            _ => self.place.take_free(&self.name)?,
        }
        self.has_its_place = true;
        self.place.sync_folder()
    }

    fn beside(&self) -> PathBuf {
        self.place.folder_path().join(&self.name)
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.has_its_place {
            // Where that fails, a folder with a strange name is left.
            let _ = std::fs::remove_dir_all(self.beside());
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    fn filled(path: &Path) -> NewFolder {
        let new = NewFolder::at(path).unwrap();
        new.make_folder(Path::new("a")).unwrap();
        let mut file = new.create(Path::new("a/b")).unwrap();
        file.write_all(b"x").unwrap();
        new
    }

    #[test]
    fn a_folder_is_there_as_a_whole_or_not_at_all_and_private() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("new");
        drop(filled(&path));
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
        std::fs::create_dir(&path).unwrap();
        filled(&path).put_new().unwrap();
        assert_eq!(std::fs::read(path.join("a/b")).unwrap(), b"x");
        for (what, mode) in [("", 0o700), ("a", 0o700), ("a/b", 0o600)] {
            let metadata = path.join(what).metadata().unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, mode, "{what}");
            assert!(metadata.uid() == parent.path().metadata().unwrap().uid());
        }
        assert!(NewFolder::at(&path).is_err());
        assert!(NewFolder::at(&path.join("a/b")).is_err());
        let again = filled(&parent.path().join("other"));
        std::fs::create_dir_all(parent.path().join("other/full")).unwrap();
        assert!(again.put_new().is_err());
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 2);
    }
}
