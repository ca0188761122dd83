//! The files of the outbox: private, locked while somebody works on them, and on the disk before
//! anything relies on them.

use super::entry::{Entry, State, now};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::private::{self, How, NewFile, Unopened, failed, lock, sync_folder};
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufRead, BufReader, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// No description of a message is longer, in bytes: some hundred thousand recipients.
const MOST: u64 = 32 << 20;
/// No message is longer, in bytes.
const MOST_MESSAGE: u64 = 512 << 20;

/// The folder that holds them.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

/// A message that nobody else works on now.
#[derive(Debug)]
pub struct Slip {
    folder: PathBuf,
    /// What it is called in the outbox.
    pub id: String,
    /// How far it is.
    pub state: State,
    /// What is known of it.
    pub entry: Entry,
    /// Its lock lasts as long as it is open.
    file: File,
}

/// A message as it is listed.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What it is called in the outbox.
    pub id: String,
    /// How far it is.
    pub state: State,
    /// Whether somebody works on it now.
    pub busy: bool,
    /// What is known of it, or why nothing is.
    pub entry: Result<Entry>,
}

impl Outbox {
    /// The outbox below `state`, which is made where it is missing.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub fn open(state: &Path) -> Result<Self> {
        let folder = state.join("outbox");
        // What lies there is sent.
        let own = private::own_folder(&folder);
        own.map_err(|why| private::barred(&folder, "there can be no outbox here", &why))?;
        Ok(Self { folder })
    }

    /// Keeps a message: when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written. Nothing may be sent then.
    pub fn put(&self, entry: Entry, message: &[u8]) -> Result<Slip> {
        let entry = Entry {
            created: now(),
            ..entry
        };
        let random = RandomState::new().hash_one(std::process::id());
        let id = format!("{:08x}{:08x}", entry.created as u32, random as u32);
        let path = file_name(&self.folder, &id, State::Prepared);
        let kept = write(&path, &entry, message);
        let file = kept.map_err(|error| failed(&path, "cannot be written", &error))?;
        let (folder, state) = (self.folder.clone(), State::Prepared);
        Ok(Slip {
            folder,
            id,
            state,
            entry,
            file,
        })
    }

    /// Everything in it, the oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<Vec<Kept>> {
        let mut kept: Vec<Kept> = self
            .names()?
            .into_iter()
            .filter_map(|(id, state)| self.look(id, state))
            .collect();
        kept.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(kept)
    }

    /// The message called `id`, for nobody else until it is dropped.
    ///
    /// # Errors
    /// [`Exit::NotFound`] where there is none, [`Exit::TryAgain`] while somebody else works on it.
    pub fn take(&self, id: &str) -> Result<Slip> {
        let names = self.names()?;
        let Some((id, state)) = names.into_iter().find(|(name, _)| name == id) else {
            let what = format!("no message {id} in the outbox");
            return Err(Error::new(Exit::NotFound, what)
                .hint(format!("{} lists them", command(["outbox"]))));
        };
        let path = file_name(&self.folder, &id, state);
        let unreadable = |error| failed(&path, "cannot be read", &error);
        let file = open(&path).map_err(unreadable)?;
        let locked = lock(&file).map_err(unreadable)?;
        // Whoever had it may have moved it on in between.
        if !locked || !path.exists() {
            let what = "another run of sharemail works on this message";
            return Err(Error::new(Exit::TryAgain, what).about(&id));
        }
        let entry = read_entry(&mut BufReader::new(&file)).map_err(unreadable)?;
        let folder = self.folder.clone();
        Ok(Slip {
            folder,
            id,
            state,
            entry,
            file,
        })
    }

    /// Takes the message called `id` out, whatever it is.
    ///
    /// # Errors
    /// As [`Outbox::take`].
    pub fn forget(&self, id: &str) -> Result<()> {
        let kept = self.list()?.into_iter().find(|kept| kept.id == id);
        match kept {
            Some(kept) if kept.entry.is_err() && !kept.busy => {
                let path = file_name(&self.folder, &kept.id, kept.state);
                fs::remove_file(&path).map_err(|error| failed(&path, "cannot be removed", &error))
            }
            _ => self.take(id)?.remove(),
        }
    }

    /// Takes out what was made ready for the series called `key` and never handed over: a run was
    /// stopped right there, and nobody got it.
    ///
    /// # Errors
    /// When the folder cannot be read, or a file cannot be removed.
    pub fn sweep(&self, key: &str) -> Result<()> {
        for kept in self.list()? {
            let series = kept.entry.as_ref().ok().and_then(|e| e.series.as_deref());
            if series == Some(key) && kept.state == State::Prepared && !kept.busy {
                self.take(&kept.id)?.remove()?;
            }
        }
        Ok(())
    }

    /// What the names in the folder say; other files are nobody's business here.
    fn names(&self) -> Result<Vec<(String, State)>> {
        let unreadable = |error: io::Error| failed(&self.folder, "cannot be read", &error);
        let mut names = Vec::new();
        for file in fs::read_dir(&self.folder).map_err(unreadable)? {
            let name = file.map_err(unreadable)?.file_name();
            names.extend(name.to_str().and_then(parse_name));
        }
        Ok(names)
    }

    /// Nothing where it has gone in between.
    fn look(&self, id: String, state: State) -> Option<Kept> {
        let path = file_name(&self.folder, &id, state);
        let file = match open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            file => file,
        };
        let busy = file
            .as_ref()
            .is_ok_and(|file| matches!(lock(file), Ok(false)));
        let entry = file.and_then(|file| read_entry(&mut BufReader::new(&file)));
        let entry = entry.map_err(|error| failed(&path, "cannot be read", &error));
        Some(Kept {
            id,
            state,
            busy,
            entry,
        })
    }
}

impl Slip {
    /// Writes down how far the message is: when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn advance(&mut self, state: State) -> Result<()> {
        let path = self.path();
        let failed = |error| failed(&path, "cannot be renamed", &error);
        fs::rename(&path, file_name(&self.folder, &self.id, state)).map_err(failed)?;
        self.state = state;
        sync_folder(&self.folder).map_err(failed)
    }

    /// The message as it is filed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn message(&self) -> Result<Vec<u8>> {
        let read = || -> io::Result<Vec<u8>> {
            let mut file = BufReader::new(&self.file);
            file.rewind()?;
            read_entry(&mut file)?;
            let mut message = Vec::new();
            file.take(MOST_MESSAGE).read_to_end(&mut message)?;
            Ok(message)
        };
        read().map_err(|error| failed(&self.path(), "cannot be read", &error))
    }

    /// Takes it out of the outbox: it is filed, or was refused.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(self) -> Result<()> {
        let path = self.path();
        let removed = fs::remove_file(&path).and_then(|()| sync_folder(&self.folder));
        removed.map_err(|error| failed(&path, "cannot be removed", &error))
    }

    fn path(&self) -> PathBuf {
        file_name(&self.folder, &self.id, self.state)
    }
}

/// A file of the outbox is this user's alone, as what is written there is.
fn open(path: &Path) -> io::Result<File> {
    private::open(path, How::Read).map_err(Unopened::into_io)
}

fn file_name(folder: &Path, id: &str, state: State) -> PathBuf {
    folder.join(format!("{id}.{}", state.name()))
}

/// What a message is called and how far it is, by the name of its file.
pub(super) fn parse_name(name: &str) -> Option<(String, State)> {
    let (id, state) = name.split_once('.')?;
    let plain = id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
    Some((id.to_owned(), State::named(state)?)).filter(|_| plain)
}

/// A line of JSON, and then the message.
fn write(path: &Path, entry: &Entry, message: &[u8]) -> io::Result<File> {
    // Made 0600, it stays so under its new name; it is locked before anybody can see it.
    let mut file = NewFile::named(path).map_err(Unopened::into_io)?;
    lock(file.as_file())?;
    serde_json::to_writer(&mut file, entry)?;
    file.write_all(b"\n")?;
    file.write_all(message)?;
    file.put_new()
}

/// What stands before the message in its file.
pub(super) fn read_entry(file: &mut impl BufRead) -> io::Result<Entry> {
    let mut line = Vec::new();
    file.take(MOST).read_until(b'\n', &mut line)?;
    Ok(serde_json::from_slice(&line)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Envelope, MailAddress};
    use crate::model::identity::Identity;

    fn entry() -> Entry {
        let address = |text| MailAddress::parse(text).unwrap();
        Entry {
            profile: "test".into(),
            mailbox: "support@example.test".into(),
            sender: "alice@example.test".into(),
            identity: Identity::SendAs,
            message_id: "<a@example.test>".into(),
            envelope: Envelope::new(address("a@example.test"), [address("b@example.test")]),
            created: 0,
            save: true,
            series: None,
        }
    }

    fn outbox() -> (tempfile::TempDir, Outbox) {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("sharemail")).unwrap();
        (folder, outbox)
    }

    #[test]
    fn a_message_is_kept_until_it_is_removed() {
        let (_folder, outbox) = outbox();
        let mut slip = outbox.put(entry(), b"a: b\r\n\r\n\xff{}\n").unwrap();
        slip.advance(State::Sent).unwrap();
        let id = slip.id.clone();
        drop(slip);
        let kept = outbox.list().unwrap().remove(0);
        assert_eq!((kept.state, kept.busy), (State::Sent, false));
        let slip = outbox.take(&id).unwrap();
        assert_eq!(slip.message().unwrap(), b"a: b\r\n\r\n\xff{}\n");
        assert_eq!(slip.message().unwrap(), b"a: b\r\n\r\n\xff{}\n");
        assert_eq!(slip.entry.envelope, entry().envelope);
        slip.remove().unwrap();
        assert!(outbox.list().unwrap().is_empty());
        assert_eq!(outbox.take(&id).unwrap_err().exit(), Exit::NotFound);
    }

    #[test]
    fn only_what_was_never_handed_over_is_swept_out() {
        let (_folder, outbox) = outbox();
        let put = |series: Option<&str>, state: State| {
            let series = series.map(str::to_owned);
            let mut slip = outbox.put(Entry { series, ..entry() }, b"x").unwrap();
            slip.advance(state).unwrap();
        };
        put(Some("key"), State::Prepared);
        put(Some("key"), State::Committing);
        put(Some("other"), State::Prepared);
        put(None, State::Prepared);
        outbox.sweep("key").unwrap();
        let kept = outbox.list().unwrap();
        assert_eq!(kept.len(), 3);
        let ours = kept
            .iter()
            .find(|k| k.entry.as_ref().unwrap().series.as_deref() == Some("key"));
        assert_eq!(ours.unwrap().state, State::Committing);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it_or_works_on_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, outbox) = outbox();
        let slip = outbox.put(entry(), b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&outbox.folder), mode(&slip.path())), (0o700, 0o600));
        assert!(outbox.list().unwrap()[0].busy);
        assert_eq!(outbox.take(&slip.id).unwrap_err().exit(), Exit::TryAgain);
        assert_eq!(outbox.forget(&slip.id).unwrap_err().exit(), Exit::TryAgain);
    }

    #[test]
    fn what_cannot_be_read_is_listed_and_can_be_forgotten() {
        let (_folder, outbox) = outbox();
        for name in ["0123456789abcdef.sent", "other", "0123456789abcdeX.sent"] {
            fs::write(outbox.folder.join(name), "{").unwrap();
        }
        let kept = outbox.list().unwrap();
        assert!(kept.len() == 1 && kept[0].entry.is_err());
        outbox.forget(&kept[0].id).unwrap();
        assert!(outbox.list().unwrap().is_empty());
    }
}
