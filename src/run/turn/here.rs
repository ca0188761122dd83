//! The lock on this machine: a file in the state folder.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::digest::sha256;
use crate::private::{How, Place, lock};
use crate::profile::{Environment, state_folder};
use crate::reach::Provider;
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// The file that says which machine this is.
const MACHINE: &str = "machine";
/// How long that is, in characters.
const LONG: usize = 32;

/// No other run of this user on this machine has the turn of a mailbox as long as this is there.
pub struct Here {
    _locked: File,
    folder: PathBuf,
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
            true => Ok(Some(Self {
                _locked: file,
                folder,
            })),
            false => {
                let what = "another run is moving its mail: nothing was done";
                let error = Error::new(Exit::TryAgain, what).about(name.to_string());
                Err(error.hint("run it again when that is done"))
            }
        }
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
