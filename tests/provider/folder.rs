//! Folders for one server or one home, under the system's own for temporary files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// A new one, which the caller deletes. Started by root, servers run as another user, who must be
/// able to pass through.
pub fn fresh() -> PathBuf {
    let dir = tempfile::Builder::new()
        .prefix("sharemail-")
        .tempdir()
        .unwrap()
        .keep();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o711)).unwrap();
    dir
}
