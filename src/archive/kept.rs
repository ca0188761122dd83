//! What lies in an archive that was put in its place: read again, message by message.

use super::files::MANIFEST;
use super::form::Form;
use super::hex;
use super::manifest::Entry;
use super::store::Summary;
use super::verify::{Told, line, verify};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::safe::{Held, Safe};
use crate::private;
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufReader};
use std::path::{Component, Path, PathBuf};

/// An archive in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// How much is in it, and where it is.
    pub summary: Summary,
    /// The SHA-256 of its manifest.
    pub sha256: String,
    /// Which messages.
    pub safe: Safe,
}

impl Kept {
    /// The one of that form at `path`, read from the disk to its end; none where nothing is there.
    ///
    /// # Errors
    /// [`Exit::Usage`] where something is there without its manifest, or a manifest alone; [`Exit::Failure`] where a
    /// message is not as it was when it was written.
    pub fn at(form: Form, path: &Path) -> Result<Option<Self>> {
        let manifest = manifest(form, path);
        match (is_there(path), manifest.exists()) {
            (false, false) => return Ok(None),
            (true, true) => {}
            (true, false) => {
                let what = "it is there already, without the manifest that tells what is in it";
                return Err(odd(path, what));
            }
            (false, true) => {
                let what = format!(
                    "its manifest {} is there, and it is not",
                    manifest.display()
                );
                return Err(odd(path, &what));
            }
        }
        let failed = |error: io::Error| private::failed(path, "cannot be read", &error);
        let lines = BufReader::new(private::regular(&manifest).map_err(failed)?);
        let told = match form {
            Form::Mbox => {
                let file = private::regular(path).map_err(failed)?;
                let file = BufReader::with_capacity(256 << 10, file);
                let nothing = |name: &str| Err(io::Error::other(name.to_owned()));
                verify(lines, Some(file), &nothing)
            }
            Form::Maildir | Form::Eml => verify(lines, None, &|name| within(path, name)),
        };
        let kept = Self::read(path.to_owned(), manifest)?;
        match told.map_err(failed)? {
            Told::Whole(n) if n == kept.summary.messages => Ok(Some(kept)),
            Told::Whole(n) => {
                let all = kept.summary.messages;
                Err(spoilt(
                    path,
                    &format!("{n} messages are in it, and its manifest tells of {all}"),
                ))
            }
            Told::Differs(what) => Err(spoilt(path, &what)),
        }
    }

    /// The one that was just put in its place, and read then.
    ///
    /// # Errors
    /// [`Exit::Failure`] where its manifest cannot be read.
    pub fn of(summary: &Summary) -> Result<Self> {
        Self::read(summary.path.clone(), summary.manifest.clone())
    }

    fn read(path: PathBuf, manifest: PathBuf) -> Result<Self> {
        let failed = |error: io::Error| private::failed(&manifest, "cannot be read", &error);
        let file = private::regular(&manifest).map_err(failed)?;
        let (mut file, mut hash) = (BufReader::new(file), Sha256::new());
        let (mut safe, mut text) = (Safe::default(), Vec::new());
        let (mut messages, mut bytes) = (0, 0);
        while line(&mut file, &mut text).map_err(failed)? > 0 {
            hash.update(&text);
            let Ok(entry) = serde_json::from_slice::<Entry>(&text) else {
                return Err(spoilt(&path, "its manifest is not as it was written"));
            };
            messages += 1;
            bytes += entry.size;
            // Without the identity of its numbering nobody could tell it from another one later.
            if let Some(uid_validity) = entry.uid_validity {
                let held = Held {
                    size: entry.told_size.unwrap_or(entry.size),
                    sha256: entry.sha256,
                };
                safe.add(&entry.folder, uid_validity, entry.uid, held);
            }
        }
        Ok(Self {
            summary: Summary {
                messages,
                bytes,
                path,
                manifest,
            },
            sha256: hex(hash),
            safe,
        })
    }
}

fn manifest(form: Form, path: &Path) -> PathBuf {
    match form {
        Form::Mbox => {
            let mut name = OsString::from(path);
            name.push(".jsonl");
            name.into()
        }
        Form::Maildir | Form::Eml => path.join(MANIFEST),
    }
}

/// Whether something is there that is no empty folder.
fn is_there(path: &Path) -> bool {
    let is_empty = fs::read_dir(path).is_ok_and(|mut all| all.next().is_none());
    path.symlink_metadata().is_ok() && !is_empty
}

/// A file of a folder, by a name that leads nowhere else.
fn within(folder: &Path, name: &str) -> io::Result<BufReader<fs::File>> {
    let name = Path::new(name);
    let mut parts = name.components();
    match parts.all(|part| matches!(part, Component::Normal(_))) {
        true => Ok(BufReader::new(private::regular(&folder.join(name))?)),
        false => Err(io::Error::other("its manifest names a file elsewhere")),
    }
}

fn odd(path: &Path, what: &str) -> Error {
    let error = Error::new(Exit::Usage, what).about(path.display().to_string());
    error.hint("name a new one: nothing is overwritten or added to")
}

fn spoilt(path: &Path, what: &str) -> Error {
    let what = format!("it is not as it was when it was written: {what}");
    let error = Error::new(Exit::Failure, what).about(path.display().to_string());
    error.hint("nothing was deleted; put it aside, and name a new one")
}
