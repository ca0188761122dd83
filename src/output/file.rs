//! A result that goes into a file: private, whole or not at all.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is about to be written. Whatever stood there before stays until all of the new
/// one is on the disk.
#[derive(Debug)]
pub struct NewFile {
    target: PathBuf,
    file: NamedTempFile,
}

impl NewFile {
    /// Makes sure that a file can be written at `path`, before the work that fills it.
    ///
    /// # Errors
    /// [`Exit::Usage`] where nothing can be written there, or something else than a file is.
    pub fn at(path: &Path) -> Result<Self> {
        let fail = |why: String| {
            let error = Error::new(Exit::Usage, format!("cannot be written: {why}"));
            error.about(path.display().to_string())
        };
        // A link stays a link: what it points to is replaced.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if target.exists() && !target.is_file() {
            return Err(fail("it is there and no regular file".to_owned()));
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // It is made 0600, and stays so under its new name.
        let file = NamedTempFile::new_in(folder).map_err(|error| fail(error.to_string()))?;
        Ok(Self { target, file })
    }

    /// Writes `text` as all that the file holds.
    ///
    /// # Errors
    /// [`Exit::Failure`] when the disk does not take it; then the old file is untouched.
    pub fn fill(self, text: &str) -> Result<()> {
        let name = self.target.display().to_string();
        self.replace(text.as_bytes()).map_err(|error| {
            let what = format!("cannot be written: {error}");
            Error::new(Exit::Failure, what).about(name)
        })
    }

    fn replace(mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.as_file().sync_all()?;
        self.file
            .persist(self.target)
            .map_err(|error| error.error)?;
        Ok(())
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
