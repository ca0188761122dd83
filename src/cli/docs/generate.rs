//! The files that the program makes of its own command tree: man pages and completion scripts.

pub use super::file::Generated;
use super::file::unwritten;
use super::{man, manual, script};
use crate::cli::completions::Shell;
use crate::error::Result;
use crate::private::{NewFile, Unopened};
use clap::ValueEnum;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// All of them, the same in every run and on every machine.
///
/// # Errors
/// When a file cannot be rendered, which no tree that passes the tests gives rise to.
pub fn files() -> Result<Vec<Generated>> {
    let mut files = pages()?;
    for shell in Shell::value_variants() {
        files.push(Generated {
            path: Path::new("completions").join(script::file_name(*shell)),
            content: script::text(*shell)?,
        });
    }
    Ok(files)
}

/// The man pages, each in `man/` with its section for its extension.
///
/// # Errors
/// As [`files`].
pub fn pages() -> Result<Vec<Generated>> {
    let mut pages = man::pages()?;
    pages.extend(manual::pages()?);
    Ok(pages)
}

/// Writes all of them below `folder`, and says where. Other files there are left alone.
///
/// # Errors
/// When a folder or a file cannot be written.
pub fn write_below(folder: &Path) -> Result<Vec<PathBuf>> {
    files()?
        .into_iter()
        .map(|file| write(folder, &file))
        .collect()
}

fn write(folder: &Path, file: &Generated) -> Result<PathBuf> {
    let path = folder.join(&file.path);
    install(&path, &file.content)?;
    Ok(path)
}

/// Writes a file that everybody may read, whole or not at all, and the folders that it needs.
///
/// # Errors
/// When a folder or the file cannot be written.
pub fn install(path: &Path, content: &str) -> Result<()> {
    let parent = path.parent().map_or(Ok(()), make_folders);
    let written = parent.and_then(|()| put(path, content.as_bytes()));
    written.map_err(|error| unwritten(&error).about(path.display().to_string()))
}

/// What is made is for everybody too, whatever this user's files are otherwise.
fn make_folders(folder: &Path) -> std::io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    folder.parent().map_or(Ok(()), make_folders)?;
    match std::fs::create_dir(folder) {
        // Another run may have been faster.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        made => made?,
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// They are for everybody to read, unlike all else that is written.
fn put(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut file = NewFile::at(path).map_err(Unopened::into_io)?;
    file.write_all(content)?;
    file.replace_for_all().map(drop)
}
