//! A result that goes into a file: private, whole or not at all.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::private;
use std::io::{self, Write};
use std::path::Path;

/// A file that is about to be written. Whatever stood there before stays until all of the new
/// one is on the disk.
#[derive(Debug)]
pub struct NewFile(private::NewFile);

impl NewFile {
    /// Makes sure that a file can be written at `path`, before the work that fills it.
    ///
    /// # Errors
    /// [`Exit::Usage`] where nothing can be written there, something else than a file is, or the
    /// path leads over somebody else's link.
    pub fn at(path: &Path) -> Result<Self> {
        private::NewFile::at(path).map(Self).map_err(|why| {
            let error = Error::new(Exit::Usage, format!("cannot be written: {why}"));
            error.about(path.display().to_string())
        })
    }

    /// Writes `text` as all that the file holds.
    ///
    /// # Errors
    /// [`Exit::Failure`] when the disk does not take it; then the old file is untouched.
    pub fn fill(self, text: &str) -> Result<()> {
        self.fill_with(|file| file.write_all(text.as_bytes()))
    }

    /// The same with what `write` writes.
    ///
    /// # Errors
    /// As [`NewFile::fill`].
    pub fn fill_with(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let name = self.0.path().display().to_string();
        let mut file = self.0;
        let written = write(&mut file).and_then(|()| file.replace());
        written.map(drop).map_err(|error| {
            let what = format!("cannot be written: {error}");
            Error::new(Exit::Failure, what).about(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_file_is_private_and_a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("review.html");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let link = folder.path().join("latest.html");
        symlink(&path, &link).unwrap();
        NewFile::at(&link).unwrap().fill("new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(link.is_symlink());
    }

    #[test]
    fn what_cannot_be_written_is_told_before_the_work_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("none/x")] {
            assert_eq!(NewFile::at(&path).unwrap_err().exit(), Exit::Usage);
        }
        drop(NewFile::at(&folder.path().join("x")).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
