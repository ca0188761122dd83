//! Writing: on the disk before anything is sent, for its owner alone, never over another file.

use super::paper::{Header, Recorded};
use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::ledger::Witness;
use crate::model::change::{Change, Copy, Entry, Move};
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::plan::Plan;
use crate::private::{self, NewFile, Place, Unopened, folder_of};
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The undo file of a run. It is there from the first change on: a run that changes nothing leaves
/// none.
#[derive(Clone, Debug)]
pub struct UndoFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// Where that was when it was found free: the folder is held, whatever others do to the path.
    place: Arc<Place>,
    header: Header,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Waiting,
    Open(File),
    /// What is on the disk may end in half a line: nothing may come after it.
    Failed,
}

impl UndoFile {
    /// The file at `path`, which must not be there yet.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where there is something of that name, or no folder for it.
    pub fn at(path: &Path, header: Header) -> Result<Self> {
        let refused = |what: &str| {
            let error = Error::new(Exit::BadInput, what).about(path.display().to_string());
            Err(error.hint("--undo-file names a file that is not there yet, in a folder that is"))
        };
        if path.symlink_metadata().is_ok() {
            return refused("the file is there already, and may be needed to undo something else");
        }
        if !folder_of(path).is_dir() {
            return refused("there is no such folder");
        }
        let place = match Place::named(path) {
            Ok(place) => place,
            Err(why) => return refused(&why.to_string()),
        };
        let path = path.to_owned();
        let state = Mutex::new(State::Waiting);
        Ok(Self(Arc::new(Inner {
            path,
            place: Arc::new(place),
            header,
            state,
        })))
    }

    /// A new file in the folder `undo` below `state`, which is made where it is missing.
    ///
    /// # Errors
    /// When that folder cannot be made.
    pub fn below(state: &Path, header: Header) -> Result<Self> {
        let folder = state.join("undo");
        let own = private::own_folder(&folder);
        own.map_err(|why| private::barred(&folder, "there can be no undo files here", &why))?;
        let random = RandomState::new().hash_one(std::process::id()) as u32;
        // A colon has its own meaning in some file systems and in lists of paths.
        let made = header.made.replace(':', "");
        let name = format!("{}-{made}-{random:08x}.undo", header.command);
        Self::at(&folder.join(name), header)
    }

    /// Where it is, once something was written down.
    pub fn written(&self) -> Option<&Path> {
        match *self.state() {
            State::Waiting => None,
            State::Open(_) | State::Failed => Some(&self.0.path),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first changes: the file gets its name when it holds them.
    fn begin(&self, line: &[u8]) -> io::Result<File> {
        let place = Arc::clone(&self.0.place);
        let mut file = NewFile::new(place).map_err(Unopened::into_io)?;
        serde_json::to_writer(&mut file, &self.0.header)?;
        file.write_all(b"\n")?;
        file.write_all(line)?;
        file.put_new()
    }
}

impl Witness for UndoFile {
    fn about_to(&self, plan: &Plan) -> Result<()> {
        let mut line = serde_json::to_vec(&Recorded::new(plan))
            .map_err(|error| failed(&self.0.path, "cannot be written", &error.into()))?;
        line.push(b'\n');
        let mut state = self.state();
        let done = match &mut *state {
            State::Waiting => self.begin(&line).map(|file| *state = State::Open(file)),
            State::Open(file) => append(file, &line),
            State::Failed => Err(io::Error::other("an earlier line could not be written")),
        };
        done.map_err(|error| {
            // A file that never came to be may be tried again; half a line may not be followed.
            if matches!(*state, State::Open(_)) {
                *state = State::Failed;
            }
            failed(&self.0.path, "cannot be written", &error)
                .hint("nothing of it was changed; --undo-file names another place")
        })
    }

    /// What the server holds tells whether a change was made; but of a set that it stores in other
    /// letters than it was told, nobody could tell later who changed it, so that this is written down
    /// as the change that it is.
    fn became(&self, mailbox: &str, outcome: &Outcome) -> Result<()> {
        let changes = outcome.changes.iter().filter_map(otherwise).collect();
        let plan = Plan {
            mailbox: mailbox.to_owned(),
            changes,
        };
        match plan.is_empty() {
            true => Ok(()),
            false => self.about_to(&plan),
        }
    }
}

/// The change that the server made of one by itself.
fn otherwise((change, fate): &(Change, Fate)) -> Option<Change> {
    match (change, fate) {
        (
            Change::Entry(Entry {
                folder,
                identifier,
                after,
                ..
            }),
            Fate::Differs(Stored(stored)),
        ) if stored != after => Some(Change::Entry(Entry {
            folder: folder.clone(),
            identifier: identifier.clone(),
            before: *after,
            after: *stored,
        })),
        // Nobody could tell later which messages came into the folder.
        (Change::Move(Move { at: Some(_), .. }) | Change::Copy(Copy { at: Some(_), .. }), _) => {
            Some(change.clone())
        }
        _ => None,
    }
}

fn append(file: &mut File, line: &[u8]) -> io::Result<()> {
    let length = file.metadata()?.len();
    let written = file.write_all(line).and_then(|()| file.sync_data());
    if written.is_err() {
        // Best effort: a reader knows half a line when it sees one.
        let _ = file.set_len(length);
    }
    written
}

fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    let why = abridged(error.to_string().as_bytes());
    let error = Error::new(Exit::Failure, format!("the undo file {what}: {why}"));
    error.about(path.display().to_string())
}
