//! What lies in a folder that is held open.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// What lies in `folder` under that name, and where it leads if it is a link: of one and the same
/// thing, which is held in between.
#[cfg(target_os = "linux")]
pub(super) fn look(
    folder: &File,
    _: &Path,
    name: &OsStr,
) -> io::Result<(Metadata, Option<OsString>)> {
    use rustix::fs::{Mode, OFlags, openat};
    use std::os::unix::ffi::OsStringExt as _;
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = File::from(openat(folder, name, flags, Mode::empty())?);
    let metadata = file.metadata()?;
    let target = match metadata.is_symlink() {
        true => {
            let target = rustix::fs::readlinkat(&file, "", Vec::new())?;
            Some(OsString::from_vec(target.into_bytes()))
        }
        false => None,
    };
    Ok((metadata, target))
}

/// The same by its path: where links cannot be held open, others have an instant.
#[cfg(not(target_os = "linux"))]
pub(super) fn look(_: &File, at: &Path, name: &OsStr) -> io::Result<(Metadata, Option<OsString>)> {
    let path = at.join(name);
    let metadata = path.symlink_metadata()?;
    let target = match metadata.is_symlink() {
        true => Some(path.read_link()?.into_os_string()),
        false => None,
    };
    Ok((metadata, target))
}

/// Whether nothing can be written into `folder`, whatever permissions say.
pub(super) fn is_read_only(folder: &File) -> bool {
    let mount = rustix::fs::fstatvfs(folder);
    let flag = rustix::fs::StatVfsMountFlags::RDONLY;
    mount.is_ok_and(|mount| mount.f_flag.contains(flag))
}
