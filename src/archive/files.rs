//! A file for each message, in folders.

use super::form::Form;
use super::names::{Names, file};
use super::unwritten;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::message::Message;
use crate::private::NewFolder;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Where the manifest lies.
pub const MANIFEST: &str = "manifest.jsonl";

/// Folders with messages that are being written.
#[derive(Debug)]
pub struct Files {
    form: Form,
    new: NewFolder,
    names: Names,
    /// The folders that were made.
    made: BTreeSet<String>,
    /// Where the messages of the folder go that is at work.
    folder: String,
    now: Option<Now>,
}

/// The message that is being written.
#[derive(Debug)]
struct Now {
    name: String,
    file: File,
    arrived: Option<SystemTime>,
}

impl Files {
    /// Begins the folder `path`.
    ///
    /// # Errors
    /// [`Exit::Usage`] where something else than an empty folder is there, or nothing can be written.
    pub fn begin(form: Form, path: &Path) -> Result<Self> {
        let new = NewFolder::at(path).map_err(|why| {
            let error = Error::new(Exit::Usage, format!("cannot be written: {why}"));
            let error = error.about(path.display().to_string());
            error.hint("name a new folder: nothing is overwritten, or mixed with what is there")
        })?;
        let mut files = Self {
            form,
            new,
            names: Names::default(),
            made: BTreeSet::new(),
            folder: String::new(),
            now: None,
        };
        files
            .enter("INBOX")
            .map_err(|error| unwritten(path, &error))?;
        Ok(files)
    }

    pub fn path(&self) -> PathBuf {
        self.new.path()
    }

    /// The file in which the manifest is written.
    pub fn manifest(&self) -> io::Result<File> {
        self.new.create(Path::new(MANIFEST))
    }

    /// What follows lay in the folder `path`.
    pub fn enter(&mut self, path: &str) -> io::Result<()> {
        self.folder = self.names.folder(self.form, path);
        if self.form == Form::Maildir {
            let top = self.folder.clone();
            if !top.is_empty() && self.make(&top)? {
                // By this file a server knows that it is no mailbox of its own.
                self.new
                    .create(Path::new(&format!("{top}/maildirfolder")))?;
            }
            for part in ["cur", "new", "tmp"] {
                self.make(&self.inside(part))?;
            }
        }
        Ok(())
    }

    fn inside(&self, name: &str) -> String {
        match self.folder.as_str() {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        }
    }

    /// Makes a folder, and those above it; whether it was not there.
    fn make(&mut self, path: &str) -> io::Result<bool> {
        if self.made.contains(path) {
            return Ok(false);
        }
        if let Some((above, _)) = path.rsplit_once('/') {
            self.make(above)?;
        }
        match self.new.make_folder(Path::new(path)) {
            // Where letters are all the same to the file system, it may be another's.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        Ok(self.made.insert(path.to_owned()))
    }

    /// Begins a message; its file.
    pub fn open(&mut self, message: &Message, uid_validity: Option<u32>) -> io::Result<String> {
        if self.form == Form::Eml {
            let folder = self.folder.clone();
            self.make(&folder)?;
        }
        let name = self.inside(&file(self.form, message, uid_validity));
        let seconds = message.arrived.map(|at| at.timestamp());
        let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
        self.now = Some(Now {
            file: self.new.create(Path::new(&name))?,
            name: name.clone(),
            arrived: seconds.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
        });
        Ok(name)
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.now {
            Some(now) => now.file.write_all(bytes),
            None => Ok(()),
        }
    }

    /// Ends the message.
    pub fn close(&mut self) -> io::Result<()> {
        if let Some(now) = self.now.take() {
            if let Some(arrived) = now.arrived {
                now.file.set_modified(arrived)?;
            }
            // Where the system cannot do that for all of them at once.
            if cfg!(not(target_os = "linux")) {
                now.file.sync_all()?;
            }
        }
        Ok(())
    }

    /// Takes back what was written of the message.
    pub fn abandon(&mut self) -> io::Result<()> {
        match self.now.take() {
            Some(now) => self.new.remove(Path::new(&now.name)),
            None => Ok(()),
        }
    }

    pub fn sync(&self) -> io::Result<()> {
        self.new.sync().map(drop)
    }

    /// A file of it, to be read.
    pub fn read_again(&self, name: &str) -> io::Result<BufReader<File>> {
        Ok(BufReader::new(self.new.open(Path::new(name))?))
    }

    /// Gives it its place.
    pub fn put_new(self) -> io::Result<()> {
        self.new.put_new()
    }
}
