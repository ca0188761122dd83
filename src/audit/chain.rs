//! The files of a log, the oldest first: the one that is written to, and those before it, found by
//! what the first line of each refers to.

use super::file::{identity, look, open_to_read};
use super::head::Head;
use super::line::Mark;
use super::lines::Lines;
use super::link::Link;
use super::place::failed;
use super::tail::{Last, Tail};
use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::private::{self, folder_of};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

/// No folder is searched for more files than this.
const MOST_FILES: usize = 10_000;

/// A file of the log, as it is at one moment.
#[derive(Debug)]
pub struct Part {
    /// Where it is.
    pub path: PathBuf,
    file: File,
    /// How much of it counts: what comes later is none of this reading's business.
    pub length: u64,
}

/// A log as it is at one moment.
#[derive(Debug)]
pub struct Chain {
    /// Its files, the oldest first.
    pub parts: Vec<Part>,
    /// The line before the first of them, where it has one and its file is not here.
    pub missing: Option<Link>,
    /// What is remembered of its end.
    pub head: Option<Link>,
    /// Whether nothing is, where something must be.
    pub forgotten: bool,
}

struct Candidate {
    part: Part,
    first: Option<Mark>,
    last: Option<Link>,
}

impl Chain {
    /// The log at `path` with all that came before.
    ///
    /// # Errors
    /// When a file of it cannot be read.
    pub fn find(path: &Path) -> Result<Self> {
        let unreadable = |error| failed(path, "the log cannot be read", &error);
        let current = look(path)?;
        let remembered = Head::remembered(path)?;
        let head = remembered.filter(|link| *link != Link::START);
        let current = current.map(|file| Part::of(path, file)).transpose()?;
        // Whoever reads may take as long as people do.
        if let Some(part) = &current {
            private::release(&part.file).map_err(unreadable)?;
        }
        // Whoever begins a log remembers that first.
        let has_lines = current.as_ref().is_some_and(|part| part.length > 0);
        let forgotten = has_lines && remembered.is_none();
        let mut others = candidates(path, current.as_ref()).map_err(unreadable)?;
        // Moved away or emptied by another program, there is only what is remembered.
        let (mut wanted, mut from) = match &current {
            Some(part) if part.length > 0 => part.before().map_err(unreadable)?,
            _ => (head, None),
        };
        let mut parts: Vec<Part> = current.into_iter().collect();
        while let Some(link) = wanted {
            let linked = |other: &Candidate| other.last == Some(link);
            let named = |other: &Candidate| other.part.path.file_name() == from.as_deref();
            let found = others.iter().position(linked);
            let found = found.or_else(|| others.iter().position(named));
            let Some(found) = found else { break };
            let other = others.swap_remove(found);
            (wanted, from) = before(other.first.as_ref());
            parts.push(other.part);
        }
        parts.reverse();
        Ok(Self {
            parts,
            missing: wanted,
            head,
            forgotten,
        })
    }

    /// These files, in this order, wherever they come from.
    ///
    /// # Errors
    /// When one is not there or cannot be read.
    pub fn of(paths: &[PathBuf]) -> Result<Self> {
        // Named by hand: the profile, which knows where the log is, has nothing to do with it.
        let unread = |path: &PathBuf, error: io::Error| {
            let why = match error.kind() {
                io::ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => abridged(error.to_string().as_bytes()),
            };
            let what = format!("cannot be read: {why}");
            Error::new(Exit::BadInput, what).about(path.display().to_string())
        };
        let part = |path: &PathBuf| {
            let file = private::regular(path).map_err(|error| unread(path, error))?;
            Part::of(path, file)
        };
        Ok(Self {
            parts: paths.iter().map(part).collect::<Result<_>>()?,
            missing: None,
            head: None,
            forgotten: false,
        })
    }
}

impl Part {
    fn of(path: &Path, file: File) -> Result<Self> {
        let metadata = file.metadata();
        let metadata = metadata.map_err(|error| failed(path, "cannot be read", &error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            length: metadata.len(),
        })
    }

    /// Its lines, from the first one on.
    ///
    /// # Errors
    /// What the system says.
    pub fn lines(&self) -> Result<Lines> {
        let begin = || -> io::Result<Lines> {
            let mut file = self.file.try_clone()?;
            file.rewind()?;
            Ok(Lines::of(file, self.length))
        };
        begin().map_err(|error| self.unreadable(&error))
    }

    /// What to say where it cannot be read.
    pub fn unreadable(&self, error: &io::Error) -> crate::error::Error {
        failed(&self.path, "cannot be read", error)
    }

    fn first(&self) -> io::Result<Option<Mark>> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        let mut lines = Lines::of(file, self.length);
        let first = lines.next()?;
        Ok(first.and_then(|raw| Mark::of(raw.bytes).filter(|_| raw.fits())))
    }

    /// The line that its first one was written after, if any, and the file that one names.
    fn before(&self) -> io::Result<(Option<Link>, Option<std::ffi::OsString>)> {
        Ok(before(self.first()?.as_ref()))
    }
}

fn before(first: Option<&Mark>) -> (Option<Link>, Option<std::ffi::OsString>) {
    let first = first.filter(|mark| mark.n > 1);
    let from = first.and_then(|mark| mark.from.clone());
    (first.map(Mark::before), from.map(Into::into))
}

/// The files beside the log whose names begin as its own: whoever rotates it adds to the name.
fn candidates(path: &Path, current: Option<&Part>) -> io::Result<Vec<Candidate>> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut known = BTreeSet::new();
    if let Some(part) = current {
        known.insert(identity(&part.file.metadata()?));
    }
    let entries = match fs::read_dir(folder_of(path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries.take(MOST_FILES) {
        let other = entry?;
        let name = other.file_name();
        let begins = name.to_string_lossy().starts_with(&*stem);
        if !begins || other.path() == Head::path(path) {
            continue;
        }
        // What cannot be opened or is no file is not of the log.
        let Ok(Some(file)) = open_to_read(&other.path()) else {
            continue;
        };
        let part = Part {
            path: other.path(),
            length: file.metadata()?.len(),
            file,
        };
        if cfg!(unix) && !known.insert(identity(&part.file.metadata()?)) {
            continue;
        }
        let last = match Tail::of(&part.file, part.length)?.last {
            Last::Line(link) => Some(link),
            Last::None | Last::Strange(_) => None,
        };
        let first = part.first()?;
        found.push(Candidate { part, first, last });
    }
    // The same in every run, whatever order the system has.
    found.sort_by(|a, b| a.part.path.cmp(&b.part.path));
    Ok(found)
}
