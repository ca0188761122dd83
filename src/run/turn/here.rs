//! The lock on this machine: a file in the state folder. As long as a run moves mail, it says since when: a server goes
//! on with what it was sent by one that was killed.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::digest::sha256;
use crate::private::{How, Place, lock};
use crate::profile::{Environment, state_folder};
use crate::reach::Provider;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// The file that says which machine this is.
const MACHINE: &str = "machine";
/// How long that is, in characters.
const LONG: usize = 32;
/// No file of a lock is longer, in bytes.
const LONGEST: u64 = 1 << 20;

/// No other run of this user on this machine has the turn of a mailbox as long as this is there.
pub struct Here {
    locked: File,
    path: PathBuf,
    folder: PathBuf,
    /// What was begun, by this run or by one that did not come to its end.
    begun: Option<Begun>,
}

/// What a run has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Begun {
    /// Into which folders it puts messages, by their paths: the identity of the numbering, and the lowest UID that these
    /// get.
    into: BTreeMap<String, (u32, u32)>,
    /// Whether the server may be at work on it yet.
    is_open: bool,
}

impl Here {
    /// For the mailbox called `name`; none where there is no state folder.
    ///
    /// # Errors
    /// [`Exit::TryAgain`] where another run has it.
    pub fn of(provider: &Provider, name: &MailboxName) -> Result<Option<Self>> {
        let Ok(folder) = state_folder(&Environment::of_process()) else {
            return Ok(None);
        };
        let folder = folder.join("turns");
        // Several servers may share a host, each with mailboxes of the same names.
        let (host, port) = (&provider.profile().imap.host, provider.profile().imap.port);
        let path = folder.join(sha256(format!("{host}\0{port}\0{name}").as_bytes()));
        let file = open(&path, How::Append)?;
        match lock(&file).map_err(|error| unusable(&path, &error.to_string()))? {
            true => {
                let begun = read(&file).map_err(|error| unusable(&path, &error.to_string()))?;
                Ok(Some(Self {
                    locked: file,
                    path,
                    folder,
                    begun,
                }))
            }
            false => {
                let what = "another run is moving its mail: nothing was done";
                let error = Error::new(Exit::TryAgain, what).about(name.to_string());
                Err(error.hint("run it again when that is done"))
            }
        }
    }

    /// Whether something was begun of which the server may be at work yet.
    pub fn is_open(&self) -> bool {
        self.begun.as_ref().is_some_and(|begun| begun.is_open)
    }

    /// What was begun before is over: what was put where is known to the next run that puts some there.
    ///
    /// # Errors
    /// As [`Here::begin`].
    pub fn settled(&mut self) -> Result<()> {
        if !self.is_open() {
            return Ok(());
        }
        let begun = self.begun.clone().filter(|begun| !begun.into.is_empty());
        self.write(begun.map(|begun| Begun {
            is_open: false,
            ..begun
        }))
    }

    /// Since which UID messages may have been put into the folder at `path` by runs that did not come to their end, with
    /// the identity of its numbering.
    pub fn since(&self, path: &str) -> Option<(u32, u32)> {
        self.begun.as_ref()?.into.get(path).copied()
    }

    /// Messages are moved from now on.
    ///
    /// # Errors
    /// Where the file cannot be written: then nothing may be moved.
    pub fn begin(&mut self) -> Result<()> {
        if self.is_open() {
            return Ok(());
        }
        self.write(Some(Begun {
            is_open: true,
            ..self.begun.clone().unwrap_or_default()
        }))
    }

    /// Messages are put into the folder at `path` from now on, and get no lower UID than that of `since`.
    ///
    /// # Errors
    /// As [`Here::begin`].
    pub fn begin_into(&mut self, path: &str, since: (u32, u32)) -> Result<()> {
        let mut begun = self.begun.clone().unwrap_or_default();
        let is_known = begun.into.insert(path.to_owned(), since) == Some(since);
        if is_known && begun.is_open {
            return Ok(());
        }
        begun.is_open = true;
        self.write(Some(begun))
    }

    /// What was begun came to its end. Where that cannot be written, the next run waits for nothing.
    pub fn end(&mut self) {
        if self.begun.is_some() {
            let _ = self.write(None);
        }
    }

    fn write(&mut self, begun: Option<Begun>) -> Result<()> {
        let text = match &begun {
            Some(begun) => serde_json::to_vec(begun).unwrap_or_default(),
            None => Vec::new(),
        };
        let mut file = &self.locked;
        let mut write = || {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(&text)?;
            file.sync_all()
        };
        write().map_err(|error| unusable(&self.path, &error.to_string()))?;
        self.begun = begun;
        Ok(())
    }

    /// What this machine is called in entries: a random word that is kept. An entry of a run that was killed is
    /// known by it.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub fn machine(&self) -> Result<String> {
        let path = self.folder.join(MACHINE);
        let failed = |error: std::io::Error| unusable(&path, &error.to_string());
        let mut file = open(&path, How::Write)?;
        // Of two first runs at once the second reads what the first wrote.
        while !lock(&file).map_err(failed)? {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let mut word = String::new();
        (&mut file)
            .take(LONG as u64 + 1)
            .read_to_string(&mut word)
            .map_err(failed)?;
        let is_word = word.len() == LONG && word.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_word {
            word = random();
            file.set_len(0).map_err(failed)?;
            file.rewind().map_err(failed)?;
            file.write_all(word.as_bytes()).map_err(failed)?;
            file.sync_all().map_err(failed)?;
        }
        Ok(word)
    }
}

/// A word that nobody guesses, of [`LONG`] characters.
pub fn random() -> String {
    // Each state is keyed by the system's randomness.
    let half = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", half(), half())
}

/// What stands in `file`. What cannot be understood was cut off as it was written, before anything was moved into a
/// folder.
fn read(mut file: &File) -> std::io::Result<Option<Begun>> {
    let mut text = Vec::new();
    file.rewind()?;
    file.take(LONGEST).read_to_end(&mut text)?;
    match text.is_empty() {
        true => Ok(None),
        false => Ok(Some(serde_json::from_slice(&text).unwrap_or(Begun {
            into: BTreeMap::new(),
            is_open: true,
        }))),
    }
}

fn open(path: &Path, how: How) -> Result<File> {
    let place =
        Place::making_folders(path).map_err(|why| unusable(path, &why.into_io().to_string()))?;
    let file = place.open(how);
    file.map_err(|error| unusable(path, &error.to_string()))
}

fn unusable(path: &Path, why: &str) -> Error {
    let what = format!("{} cannot be locked: {why}", path.display());
    Error::new(Exit::Failure, what)
}
