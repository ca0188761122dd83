//! The configuration file: bounded, UTF-8, and what it says.

use super::table::{self, Config};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::private::{self, Unopened};
use std::path::Path;

/// A larger file is not read, in bytes.
pub(super) const MAX: u64 = 1024 * 1024;

/// The file at `path`, or nothing where there is none.
pub(super) fn open(path: &Path) -> Result<Option<Config>> {
    match text(path)? {
        Some(text) => table::parse(path, text).map(Some),
        None => Ok(None),
    }
}

/// The text of the file at `path`, or nothing where there is none.
pub(super) fn text(path: &Path) -> Result<Option<String>> {
    let about = path.display().to_string();
    let fail = |what: String| Error::new(Exit::Config, what).about(&about);
    // It says which server gets the password, and which commands are run.
    let bytes = match private::obeyed(path, MAX) {
        Ok(bytes) => bytes,
        Err(why) if why.is_missing() => return Ok(None),
        Err(why @ Unopened::System(_)) => return Err(fail(format!("cannot be read: {why}"))),
        Err(why @ Unopened::Untrusted(_)) => return Err(fail(format!("is not obeyed: {why}"))),
    };
    let text = String::from_utf8(bytes).map_err(|_| fail("is not UTF-8 text".into()))?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_a_folder_and_foreign_bytes_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(open(folder.path()).is_err());
        let path = folder.path().join("c.toml");
        assert!(open(&path).unwrap().is_none());
        std::fs::write(&path, vec![b'#'; 1024 * 1024 + 1]).unwrap();
        assert!(
            open(&path)
                .unwrap_err()
                .what()
                .ends_with("is larger than 1 MiB")
        );
        std::fs::write(&path, b"# \xff").unwrap();
        assert!(
            open(&path)
                .unwrap_err()
                .what()
                .ends_with("is not UTF-8 text")
        );
    }
}
