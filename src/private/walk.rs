//! The way to a place: name by name, over no link that somebody else could have put there.

use super::look::{is_read_only, look};
use super::owner::{others_may_write, stranger};
use super::place::Place;
use super::unopened::Unopened;
use rustix::fs::{Mode, OFlags, openat};
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

/// No path leads over more links, as in Linux.
const MOST_LINKS: usize = 40;

impl Place {
    /// The place that `path` leads to, behind whatever links.
    ///
    /// # Errors
    /// What the system says; that the path leads over somebody else's link.
    pub fn behind(path: &Path) -> Result<Self, Unopened> {
        Walk::new(true, false).to(path)
    }

    /// The place that `path` names: what lies there may be a link, which is not followed.
    ///
    /// # Errors
    /// As [`Place::behind`].
    pub fn named(path: &Path) -> Result<Self, Unopened> {
        Walk::new(false, false).to(path)
    }

    /// As [`Place::behind`], where folders that are missing are made, for their owner alone.
    ///
    /// # Errors
    /// As [`Place::behind`].
    pub fn making_folders(path: &Path) -> Result<Self, Unopened> {
        Walk::new(true, true).to(path)
    }
}

/// The way to a place.
struct Walk {
    follows_last: bool,
    makes_folders: bool,
    /// What is still to be walked, the next at the end.
    left: Vec<OsString>,
    links: usize,
}

impl Walk {
    fn new(follows_last: bool, makes_folders: bool) -> Self {
        Self {
            follows_last,
            makes_folders,
            left: Vec::new(),
            links: 0,
        }
    }

    fn to(mut self, path: &Path) -> Result<Place, Unopened> {
        self.add(path);
        let mut at = PathBuf::new();
        let mut folder = open_folder(rustix::fs::CWD, OsStr::new("."))?;
        while let Some(name) = self.left.pop() {
            let is_last = self.left.is_empty();
            if name == "/" || name == ".." || name == "." {
                // Both are folders and no links, wherever one is.
                folder = open_folder(&folder, &name)?;
                at.push(&name);
                continue;
            }
            let (metadata, target) = match look(&folder, &at, &name) {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::NotFound && is_last => {
                    return Ok(Place::new(folder, at, name, false));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && self.makes_folders => {
                    make_folder(&folder, &name)?;
                    self.left.push(name);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            match target {
                Some(target) if self.follows_last || !is_last => {
                    trusted_link(&folder, &at.join(&name), &metadata)?;
                    self.count_link()?;
                    if !is_of_the_system(&folder) {
                        self.add(Path::new(&target));
                    } else if is_last {
                        return Ok(Place::new(folder, at, name, true));
                    } else {
                        folder = follow_folder(&folder, &name)?;
                        at.push(&name);
                    }
                }
                _ if is_last => return Ok(Place::new(folder, at, name, false)),
                _ => {
                    folder = open_folder(&folder, &name)?;
                    at.push(&name);
                }
            }
        }
        Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, and no file").into())
    }

    fn add(&mut self, path: &Path) {
        let names = path.components().rev().map(|part| match part {
            Component::RootDir | Component::Prefix(_) => OsString::from("/"),
            part => part.as_os_str().to_owned(),
        });
        self.left.extend(names);
    }

    fn count_link(&mut self) -> io::Result<()> {
        self.links += 1;
        match self.links > MOST_LINKS {
            true => Err(rustix::io::Errno::LOOP.into()),
            false => Ok(()),
        }
    }
}

/// A folder that can be walked through need not be one that can be read.
#[cfg(target_os = "linux")]
const TO_WALK: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const TO_WALK: OFlags = OFlags::RDONLY;

fn open_folder(from: impl AsFd, name: &OsStr) -> io::Result<File> {
    let flags = TO_WALK | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(openat(from, name, flags, Mode::empty())?))
}

fn follow_folder(from: &File, name: &OsStr) -> io::Result<File> {
    let flags = TO_WALK | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(File::from(openat(from, name, flags, Mode::empty())?))
}

fn make_folder(folder: &File, name: &OsStr) -> io::Result<()> {
    match rustix::fs::mkdirat(folder, name, Mode::RWXU) {
        // Another run was first.
        Err(rustix::io::Errno::EXIST) => Ok(()),
        made => Ok(made?),
    }
}

/// Whether links in `folder` are the kernel's own, whose text need not be a path: those of
/// `/proc/self/fd`.
#[cfg(target_os = "linux")]
fn is_of_the_system(folder: &File) -> bool {
    let system = rustix::fs::fstatfs(folder);
    system.is_ok_and(|system| system.f_type == rustix::fs::PROC_SUPER_MAGIC)
}

#[cfg(not(target_os = "linux"))]
fn is_of_the_system(_: &File) -> bool {
    false
}

/// Refuses a link that others could have put there.
fn trusted_link(folder: &File, path: &Path, link: &Metadata) -> Result<(), Unopened> {
    let around = folder.metadata()?;
    let Some(why) = others_may_write(&around).filter(|_| !is_read_only(folder)) else {
        return Ok(());
    };
    let whose = if let Some((owner, _)) = stranger(link) {
        format!("of {owner}")
    } else if link.nlink() > 1 {
        // A second name for a link of this user's is something that others can make.
        "with a second name".to_owned()
    } else {
        return Ok(());
    };
    let path = path.display();
    Err(Unopened::Untrusted(format!(
        "{path} is a symbolic link {whose} in a folder {why}, and may lead anywhere: remove the link, \
         or name another file"
    )))
}
