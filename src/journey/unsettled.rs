//! Folders whose making was broken off before their entries were settled.
//!
//! A new folder inherits what its server likes, for an instant or, where the run is killed or the
//! connection lost, until somebody looks: an entry that no file lists is nobody's business later.
//! So what is about to be made is noted on this machine first, and until that note is gone such a
//! folder is planned as if it were not there: it is made what a new one is.

use super::states::Found;
use crate::decide::errand::Stage;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::private::{self, How, NewFile, Unopened, barred};
use crate::profile::{Environment, state_folder};
use crate::reach::Provider;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// No note is longer, in bytes: some hundred thousand folders.
const MOST: u64 = 16 << 20;

/// What the runs on this machine left unsettled in one mailbox.
#[derive(Default)]
pub struct Unsettled {
    path: Option<PathBuf>,
    note: Note,
    /// Why a note that is there could not be read.
    lost: Option<String>,
    /// Those that this run makes.
    making: BTreeSet<String>,
    /// Those that are there.
    there: BTreeSet<String>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    host: String,
    mailbox: String,
    folders: BTreeSet<String>,
}

impl Unsettled {
    /// What is noted of the mailbox called `mailbox`; nothing where there is no place for notes.
    pub fn of(provider: &Provider, mailbox: &str) -> Self {
        let host = &provider.profile().imap.host;
        let folder = state_folder(&Environment::of_process()).ok();
        let path = folder.map(|folder| folder.join("unsettled").join(name(host, mailbox)));
        let is_ours = |note: &Note| note.host == *host && note.mailbox == mailbox;
        let (note, lost) = match path.as_deref().map(read) {
            Some(Ok(note)) => (note.filter(is_ours), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        let none = || Note {
            host: host.clone(),
            mailbox: mailbox.to_owned(),
            folders: BTreeSet::new(),
        };
        Self {
            note: note.unwrap_or_else(none),
            lost,
            path,
            making: BTreeSet::new(),
            there: BTreeSet::new(),
        }
    }

    /// Learns which of the folders are there, before they are taken from `state`.
    pub fn look(&mut self, state: &Mailbox) {
        let all = state.folders.iter().chain(&state.identity_folders);
        let paths = all.map(|folder| folder.path.clone());
        let noted = paths.filter(|path| self.note.folders.contains(path));
        self.there = noted.collect();
    }

    /// Whether the folder called `path` is there, and was left unsettled.
    pub fn is_there(&self, path: &str) -> bool {
        self.there.contains(path)
    }

    /// Notes the folders that `plan` makes.
    ///
    /// # Errors
    /// When that cannot be written: then they must not be made.
    pub fn about_to_make(&mut self, plan: &Plan) -> Result<()> {
        let made = plan.changes.iter().filter_map(made).map(str::to_owned);
        self.making.extend(made);
        if self.making.is_subset(&self.note.folders) {
            return Ok(());
        }
        self.note.folders.extend(self.making.iter().cloned());
        let path = self.path.as_deref().ok_or_else(|| {
            let what = "there is no folder to note in which folders are about to be made";
            Error::new(Exit::Config, what).hint("set XDG_STATE_HOME or HOME")
        })?;
        write(path, &self.note).map_err(|why| barred(path, "cannot be written", &why))
    }

    /// All that this run made have the entries that they shall have.
    pub fn settled(&mut self) {
        if self.making.is_empty() {
            return;
        }
        self.note.folders = &self.note.folders - &self.making;
        // A note that stays has them settled once more.
        if let Some(path) = &self.path {
            let _ = match self.note.folders.is_empty() {
                true => fs::remove_file(path).map_err(Unopened::from),
                false => write(path, &self.note),
            };
        }
    }

    /// What `plan` makes of `state`, from which the folders that it makes once more are taken: those of `makes`
    /// where they are known before, else as many of all that are noted as it would make.
    ///
    /// # Errors
    /// Those of `plan`.
    pub fn plan<T: Changes>(
        &self,
        state: &mut Mailbox,
        makes: &BTreeSet<String>,
        plan: impl Fn(&Mailbox) -> Result<T>,
    ) -> Result<T> {
        let mut hidden = match makes.is_empty() {
            true => self.note.folders.clone(),
            false => &self.note.folders & makes,
        };
        while !hidden.is_empty() {
            let masked = without(state, &hidden);
            // Without a folder of which the file says who has access, there may be no plan.
            let Ok(planned) = plan(&masked) else {
                break;
            };
            let made: BTreeSet<&str> = planned.changes().iter().filter_map(made).collect();
            let again = |path: &String| made.contains(path.as_str());
            if hidden.iter().all(again) {
                *state = masked;
                return Ok(planned);
            }
            hidden.retain(again);
        }
        plan(state)
    }

    /// A mailbox that is itself one of them is as good as not there.
    pub fn seen(&self, mut found: Found) -> Found {
        if self.note.folders.contains("INBOX") {
            found.is_new = true;
            found.state.folders.clear();
            found.state.identity_folders.clear();
            found.state.quota.clear();
        }
        found
    }

    /// What is to be told of the folders that `plan` makes once more.
    pub fn told(&self, plan: &Plan) -> Option<String> {
        let made: Vec<&str> = plan.changes.iter().filter_map(made).collect();
        let again: Vec<&str> = made
            .into_iter()
            .filter(|path| self.note.folders.contains(*path))
            .collect();
        let mailbox = &self.note.mailbox;
        if let (Some(why), Some(path)) = (&self.lost, &self.path) {
            return Some(format!(
                "{mailbox}: a note of a run that may have broken off cannot be read ({}: {why}): what the \
                 server put on its new folders by itself may have stayed",
                path.display()
            ));
        }
        (!again.is_empty()).then(|| {
            format!(
                "{mailbox}: a run broke off before the entries of {} were settled: what the server put \
                 there by itself goes, as on a new folder",
                again.join(", ")
            )
        })
    }
}

/// What says which changes it makes.
pub trait Changes {
    /// They.
    fn changes(&self) -> &[Change];
}

impl Changes for Plan {
    fn changes(&self) -> &[Change] {
        &self.changes
    }
}

impl Changes for Option<Stage> {
    fn changes(&self) -> &[Change] {
        self.as_ref().map_or(&[], |stage| &stage.changes)
    }
}

fn made(change: &Change) -> Option<&str> {
    change.makes().map(|folder| folder.path.as_str())
}

fn without(state: &Mailbox, paths: &BTreeSet<String>) -> Mailbox {
    let mut state = state.clone();
    state.folders.retain(|folder| !paths.contains(&folder.path));
    state
        .identity_folders
        .retain(|folder| !paths.contains(&folder.path));
    state
}

fn name(host: &str, mailbox: &str) -> String {
    let digest = Sha256::digest(format!("{host}\0{mailbox}"));
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{hex}.json")
}

/// The note at `path`, where there is one.
///
/// # Errors
/// Why it cannot be read: whatever it said is not nothing.
fn read(path: &Path) -> Result<Option<Note>, String> {
    let file = match private::open(path, How::Read) {
        Ok(file) => file,
        Err(missing) if missing.is_missing() => return Ok(None),
        Err(error) => return Err(error.into_io().to_string()),
    };
    let mut bytes = Vec::new();
    let read = file.take(MOST).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    let note = serde_json::from_slice(&bytes);
    note.map(Some).map_err(|error| error.to_string())
}

fn write(path: &Path, note: &Note) -> Result<(), Unopened> {
    let folder = path.parent().unwrap_or(Path::new("."));
    private::own_folder(folder)?;
    let mut file = NewFile::named(path)?;
    serde_json::to_writer(&mut file, note).map_err(io::Error::from)?;
    file.replace().map(drop)?;
    Ok(())
}
