//! Files that must outlive a crash, and are nobody else's business.

use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

/// Makes folders that nobody else may look into, with those above them.
#[cfg(unix)]
pub fn private_folders() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

/// Makes folders, with those above them.
#[cfg(not(unix))]
pub fn private_folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

/// Puts the names in `folder` on the disk: a new name is safe only then. Windows cannot open
/// folders.
///
/// # Errors
/// When the disk does not take them.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
