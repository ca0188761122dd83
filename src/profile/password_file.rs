//! A password file, which nobody but its owner may read.

use super::secret_text::{MAX, checked};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::word;
use crate::private::{How, NewFile, Place};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use std::fs::Metadata;
use std::io::{Read, Write as _};
use std::path::Path;

/// The secret in the file at `path`.
///
/// # Errors
/// When it is no regular file, others may read it, or it holds no secret.
pub(super) fn read(path: &Path) -> Result<SecretString> {
    let about = format!("password-file {}", path.display());
    let fail = |error: std::io::Error| Error::new(Exit::Config, format!("{about}: {error}"));
    let place = Place::behind(path).map_err(|why| fail(why.into_io()))?;
    // A FIFO nobody writes to is not waited for.
    let file = place.open(How::Read).map_err(fail)?;
    // The opened file is asked, not the path: nobody can put another in its place meanwhile.
    let metadata = file.metadata().map_err(fail)?;
    if !metadata.is_file() {
        let what = format!("{about} is not a regular file");
        return Err(Error::new(Exit::Config, what));
    }
    check_mode(&metadata, path, &about)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX + 3));
    file.take(MAX as u64 + 3)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    checked(&bytes, &about)
}

/// Keeps `secret` in the file at `path`, which only its owner can read from its first moment on; its
/// folders are made where they are missing. What lies there stays unless it may `replace` it.
///
/// # Errors
/// [`Exit::Config`] where something lies there that must stay, or nothing can be written.
pub fn keep(path: &Path, secret: &SecretString, replace: bool) -> Result<()> {
    let fail = |why: String| {
        let what = format!("password-file {} cannot be written: {why}", path.display());
        Error::new(Exit::Config, what)
    };
    let place = Place::making_folders(path).map_err(|why| fail(why.to_string()))?;
    // It is made beside its place with mode 0600, and gets its name when all of it is there.
    let mut file = NewFile::new(place).map_err(|why| fail(why.to_string()))?;
    let line = Zeroizing::new(format!("{}\n", secret.expose_secret()));
    file.write_all(line.as_bytes())
        .map_err(|error| fail(error.to_string()))?;
    let put = match replace {
        true => file.replace(),
        false => file.put_new(),
    };
    put.map(drop).map_err(|error| fail(error.to_string()))
}

#[cfg(unix)]
fn check_mode(metadata: &Metadata, path: &Path, about: &str) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let what = format!("{about} is open to other users (mode {mode:04o})");
    Err(Error::new(Exit::Config, what)
        .hint(format!("chmod 600 {}", word(&path.display().to_string()))))
}

#[cfg(not(unix))]
fn check_mode(_: &Metadata, _: &Path, _: &str) -> Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;
    use tempfile::{TempDir, tempdir};

    fn file(content: &[u8], mode: u32) -> (TempDir, PathBuf) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn what_is_kept_is_private_and_read_again() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("new/prod.password");
        let secret = SecretString::from("h\u{e4}mmer 2");
        keep(&path, &secret, false).unwrap();
        assert_eq!(read(&path).unwrap().expose_secret(), "h\u{e4}mmer 2");
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let other = SecretString::from("other");
        assert!(keep(&path, &other, false).is_err());
        assert_eq!(read(&path).unwrap().expose_secret(), "h\u{e4}mmer 2");
        // What was open to others is not any more.
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        keep(&path, &other, true).unwrap();
        assert_eq!(
            (read(&path).unwrap().expose_secret(), mode(&path)),
            ("other", 0o600)
        );
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
        assert!(keep(folder.path(), &other, true).is_err());
    }

    #[test]
    fn a_private_file_gives_its_line() {
        for mode in [0o600, 0o400] {
            let (_folder, path) = file(b"hunter2\n", mode);
            assert_eq!(read(&path).unwrap().expose_secret(), "hunter2");
        }
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_remedy() {
        for mode in [0o640, 0o604, 0o660, 0o601] {
            let (_folder, path) = file(b"hunter2\n", mode);
            let error = read(&path).unwrap_err();
            assert_eq!(error.exit(), Exit::Config);
            assert!(error.what().contains(&format!("mode {mode:04o}")));
            let remedy = format!("chmod 600 {}", path.display());
            assert_eq!(error.advice(), Some(remedy.as_str()));
        }
    }

    #[test]
    fn a_link_is_judged_by_the_file_behind_it() {
        let (folder, path) = file(b"hunter2", 0o600);
        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        assert!(read(&link).is_ok());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        assert!(read(&link).is_err());
    }

    #[test]
    fn only_regular_files_are_read_and_nothing_is_waited_for() {
        let folder = tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        let made = std::process::Command::new("mkfifo")
            .args(["-m", "600"])
            .arg(&fifo)
            .status();
        assert!(made.unwrap().success());
        for path in [fifo.as_path(), folder.path(), Path::new("/dev/zero")] {
            let error = read(path).unwrap_err();
            assert!(error.what().ends_with("is not a regular file"), "{error}");
        }
        assert!(read(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_file_of_two_lines_or_without_end_is_refused() {
        let (_folder, path) = file(b"hunter2\nuser: admin\n", 0o600);
        let error = read(&path).unwrap_err();
        assert!(error.what().ends_with("holds more than one line"));
        let (_folder, path) = file(&vec![b'x'; 2 * MAX], 0o600);
        assert!(
            read(&path)
                .unwrap_err()
                .what()
                .ends_with("is longer than 64 KiB")
        );
    }
}
