//! An archive that is being written: message by message, each piece by piece.

use super::files::{Files, MANIFEST};
use super::form::Form;
use super::manifest::{Entry, LineBreaks};
use super::one_file::{self, OneFile};
use super::verify::{Told, verify};
use super::{hex, unwritten};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::mbox::Lines;
use crate::model::message::Message;
use crate::private::NewFile;
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Files with messages, which get their place when they are whole.
#[derive(Debug)]
pub struct Archive {
    form: Form,
    store: Store,
    manifest: BufWriter<File>,
    /// The manifest, where it is not in the same folder.
    beside: Option<NewFile>,
    folder: String,
    uid_validity: Option<u32>,
    now: Option<Now>,
    summary: Summary,
}

#[derive(Debug)]
enum Store {
    One(OneFile),
    Many(Files),
}

/// The message that is being written.
#[derive(Debug)]
struct Now {
    entry: Entry,
    hash: Sha256,
    /// Makes LF of CRLF, where that is done.
    lines: Option<Lines>,
    last: Option<u8>,
}

/// What was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many messages.
    pub messages: u64,
    /// How many bytes of the server's.
    pub bytes: u64,
    /// Where they are.
    pub path: PathBuf,
    /// Where the manifest is.
    pub manifest: PathBuf,
}

/// What was written of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many bytes of the server's.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: String,
    /// Its lines end with LF alone here and there, and what is written does not tell where.
    pub is_mixed: bool,
}

impl Archive {
    /// Begins files of this form for `path`, which get their place when they are [finished](Self::finish).
    ///
    /// # Errors
    /// [`Exit::Usage`] where something is there, or nothing can be written.
    pub fn begin(form: Form, path: &Path) -> Result<Self> {
        let failed = |error: io::Error| unwritten(path, &error);
        let (store, beside, file, manifest) = match form {
            Form::Mbox => {
                let mut name = OsString::from(path);
                name.push(".jsonl");
                let beside = one_file::begin(Path::new(&name))?;
                let file = beside.as_file().try_clone().map_err(failed)?;
                let store = Store::One(OneFile::begin(path)?);
                let manifest = beside.path();
                (store, Some(beside), file, manifest)
            }
            Form::Maildir | Form::Eml => {
                let files = Files::begin(form, path)?;
                let file = files.manifest().map_err(failed)?;
                let manifest = files.path().join(MANIFEST);
                (Store::Many(files), None, file, manifest)
            }
        };
        let path = match &store {
            Store::One(file) => file.path(),
            Store::Many(files) => files.path(),
        };
        Ok(Self {
            form,
            store,
            manifest: BufWriter::new(file),
            beside,
            folder: String::new(),
            uid_validity: None,
            now: None,
            summary: Summary {
                path,
                manifest,
                ..Summary::default()
            },
        })
    }

    /// The form of it.
    pub fn form(&self) -> Form {
        self.form
    }

    /// What follows lay in the folder `path`.
    ///
    /// # Errors
    /// [`Exit::Failure`] when the disk does not take it.
    pub fn enter(&mut self, path: &str, uid_validity: Option<u32>) -> Result<()> {
        path.clone_into(&mut self.folder);
        self.uid_validity = uid_validity;
        match &mut self.store {
            Store::One(_) => Ok(()),
            Store::Many(files) => files.enter(path).map_err(|error| self.failed(&error)),
        }
    }

    /// Begins `message`; its lines end in the file as they come where `as_sent`, or else as the form has it.
    ///
    /// # Errors
    /// As [`Archive::enter`].
    pub fn open(&mut self, message: &Message, as_sent: bool) -> Result<()> {
        let mut entry = Entry::of(message, &self.folder, self.uid_validity);
        let begun = match &mut self.store {
            Store::One(file) => file.open(message).map(|at| {
                entry.offset = Some(at);
                let name = file.path().file_name().map(OsString::from);
                entry.file = name.unwrap_or_default().to_string_lossy().into_owned();
            }),
            Store::Many(files) => files.open(message, self.uid_validity).map(|name| {
                entry.file = name;
            }),
        };
        begun.map_err(|error| self.failed(&error))?;
        let is_unix = self.form.is_unix() && !as_sent;
        if is_unix {
            entry.line_breaks = LineBreaks::Lf;
        }
        self.now = Some(Now {
            entry,
            hash: Sha256::new(),
            lines: is_unix.then(Lines::default),
            last: None,
        });
        Ok(())
    }

    /// Writes more of the message that was begun.
    ///
    /// # Errors
    /// As [`Archive::enter`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(now) = &mut self.now else {
            return Ok(());
        };
        now.hash.update(bytes);
        now.entry.size += bytes.len() as u64;
        now.last = bytes.last().copied().or(now.last);
        let written = match &mut now.lines {
            None => self.store.write(bytes),
            Some(lines) => {
                let mut unix = Vec::with_capacity(bytes.len());
                lines.push(bytes, &mut unix);
                self.store.write(&unix)
            }
        };
        written.map_err(|error| self.failed(&error))
    }

    /// What was written of the message so far.
    pub fn written(&self) -> Option<Written> {
        let now = self.now.as_ref()?;
        Some(Written {
            size: now.entry.size,
            sha256: hex(now.hash.clone()),
            is_mixed: now.lines.as_ref().is_some_and(|lines| lines.is_bare),
        })
    }

    /// Ends the message, of which the server says that it is `told` bytes long.
    ///
    /// # Errors
    /// As [`Archive::enter`].
    pub fn keep(&mut self, told: u64) -> Result<()> {
        let Some(mut now) = self.now.take() else {
            return Ok(());
        };
        let mut rest = Vec::new();
        if let Some(lines) = &mut now.lines {
            lines.end(&mut rest);
        }
        let mut entry = now.entry;
        let closed = self
            .store
            .write(&rest)
            .and_then(|()| match &mut self.store {
                Store::One(file) => {
                    entry.line_break_added = now.last != Some(b'\n');
                    file.close(entry.line_break_added)
                }
                Store::Many(files) => files.close(),
            });
        closed.map_err(|error| self.failed(&error))?;
        entry.told_size = (told != entry.size).then_some(told);
        entry.sha256 = hex(now.hash);
        self.summary.messages += 1;
        self.summary.bytes += entry.size;
        let line = serde_json::to_vec(&entry).map_err(io::Error::from);
        let line = line.and_then(|mut line| {
            line.push(b'\n');
            self.manifest.write_all(&line)
        });
        line.map_err(|error| self.failed(&error))
    }

    /// Takes back what was written of the message.
    ///
    /// # Errors
    /// As [`Archive::enter`].
    pub fn abandon(&mut self) -> Result<()> {
        self.now = None;
        let taken_back = match &mut self.store {
            Store::One(file) => file.abandon(),
            Store::Many(files) => files.abandon(),
        };
        taken_back.map_err(|error| self.failed(&error))
    }

    /// Has the disk take all of it, reads it again from there, and gives it its place when every message is
    /// what it was.
    ///
    /// # Errors
    /// [`Exit::Failure`] where a message is not, which is named, or the disk does not take it; then nothing
    /// of it is left.
    pub fn finish(mut self) -> Result<Summary> {
        let found = self.read_again().map_err(|error| self.failed(&error))?;
        let differs = |what: String| {
            let error =
                Error::new(Exit::Failure, what).about(self.summary.path.display().to_string());
            error.hint("the disk did not keep what was written to it: nothing of it is left; try another one")
        };
        match found {
            Told::Whole(n) if n == self.summary.messages => {}
            Told::Whole(n) => {
                let all = self.summary.messages;
                return Err(differs(format!(
                    "{n} messages are there of {all} that were written"
                )));
            }
            Told::Differs(what) => return Err(differs(what)),
        }
        let Self {
            store,
            beside,
            summary,
            ..
        } = self;
        let put = match store {
            Store::One(file) => file.put_new(),
            Store::Many(files) => files.put_new(),
        };
        let put = put.and_then(|()| beside.map_or(Ok(()), |beside| beside.put_new().map(drop)));
        put.map_err(|error| unwritten(&summary.path, &error))?;
        Ok(summary)
    }

    fn read_again(&mut self) -> io::Result<Told> {
        self.manifest.flush()?;
        let manifest = self.manifest.get_mut();
        manifest.sync_all()?;
        manifest.seek(SeekFrom::Start(0))?;
        let manifest = BufReader::new(manifest.try_clone()?);
        match &mut self.store {
            Store::One(file) => {
                let file = BufReader::with_capacity(256 << 10, file.read_again()?);
                verify(manifest, Some(file), &|name| {
                    Err(io::Error::other(name.to_owned()))
                })
            }
            Store::Many(files) => {
                files.sync()?;
                verify(manifest, None, &|name| files.read_again(name))
            }
        }
    }

    fn failed(&self, error: &io::Error) -> Error {
        unwritten(&self.summary.path, error)
    }
}

impl Store {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Store::One(file) => file.write(bytes),
            Store::Many(files) => files.write(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(uid: u32) -> Message {
        Message {
            uid,
            ..Message::default()
        }
    }

    fn filled(form: Form, path: &Path) -> Archive {
        let mut archive = Archive::begin(form, path).unwrap();
        archive.enter("INBOX", Some(7)).unwrap();
        for (uid, text) in [(1, "a\r\n"), (2, "given up"), (3, "From b")] {
            archive.open(&message(uid), false).unwrap();
            archive.write(text.as_bytes()).unwrap();
            match uid {
                2 => archive.abandon().unwrap(),
                _ => archive.keep(text.len() as u64).unwrap(),
            }
        }
        archive
    }

    /// The file below `folder` whose name ends so.
    fn file(folder: &Path, end: &str) -> PathBuf {
        let all = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut all = all.filter(|path| path.to_str().unwrap().ends_with(end) || path.is_dir());
        let found = all.next().unwrap();
        match found.is_dir() {
            true => file(&found, end),
            false => found,
        }
    }

    #[test]
    fn what_the_disk_did_not_keep_is_an_error_that_names_the_message_and_leaves_nothing() {
        for (form, end) in [(Form::Mbox, ""), (Form::Eml, "-3.eml")] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("x");
            let kept = filled(form, &path).finish().unwrap();
            assert_eq!((kept.messages, kept.bytes), (2, 9));
            std::fs::remove_file(&kept.manifest).unwrap();
            std::fs::rename(&path, folder.path().join("y")).unwrap();
            std::fs::remove_dir_all(folder.path().join("y"))
                .or_else(|_| std::fs::remove_file(folder.path().join("y")))
                .unwrap();
            let mut archive = filled(form, &path);
            let fault = match &mut archive.store {
                // Where nothing more is written, nobody but the disk turns a letter.
                Store::One(one) => {
                    one.open(&message(4)).unwrap();
                    "3 messages are there of 2"
                }
                Store::Many(_) => {
                    std::fs::write(file(folder.path(), end), "From c").unwrap();
                    "the message 3 of \"INBOX\" (without a Message-ID) is not on the disk"
                }
            };
            let error = archive.finish().unwrap_err();
            assert!(error.what().contains(fault), "{error}");
            assert_eq!(error.exit(), Exit::Failure);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
