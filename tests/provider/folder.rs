//! Folders for one server or one home, under the system's own for temporary files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Room enough for a server in memory.
const ROOM: u64 = 1 << 30;

/// A new one, which the caller deletes. Started by root, servers run as another user, who must be
/// able to pass through.
pub fn fresh() -> PathBuf {
    made(tempfile::Builder::new().prefix("sharemail-").tempdir())
}

/// One in memory, where there is room: nothing waits for a disk.
pub fn quick() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).map(|fs| fs.f_bavail * fs.f_frsize);
    let quick = tempfile::Builder::new()
        .prefix("sharemail-")
        .tempdir_in(memory);
    match (room, quick) {
        (Ok(ROOM..), Ok(quick)) => made(Ok(quick)),
        _ => fresh(),
    }
}

fn made(dir: std::io::Result<TempDir>) -> PathBuf {
    let dir = dir.unwrap().keep();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o711)).unwrap();
    dir
}
