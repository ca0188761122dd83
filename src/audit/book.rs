//! The file that is written to: taken, gone on with, on the disk, given back. Each time anew, as
//! another run or another program may have written to it, or moved it away, in between.

use super::file::{open_own, take};
use super::head::Head;
use super::page::{Durable, Page};
use super::place::failed;
use super::rotate::replace;
use super::tail::{Last, Tail};
use crate::error::Result;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// A file of the log.
#[derive(Clone, Debug)]
pub struct Book {
    path: PathBuf,
    rotate: Option<u64>,
}

/// Lines that were written.
pub struct Written {
    file: File,
    from: u64,
    to: u64,
}

impl Book {
    /// The one at `path`; from `rotate` bytes on another is begun.
    pub fn new(path: PathBuf, rotate: Option<u64>) -> Self {
        Self { path, rotate }
    }

    /// Adds the lines that `write` gives: all of them, or none.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append(
        &self,
        durable: Durable,
        write: impl FnOnce(&mut Page<'_>) -> io::Result<()>,
    ) -> Result<Written> {
        let unwritten = |error| failed(&self.path, "the log cannot be written", &error);
        loop {
            let file = take(&self.path)?;
            let length = file.metadata().map_err(unwritten)?.len();
            let tail = Tail::of(&file, length).map_err(unwritten)?;
            let head = Head::open(&self.path)?;
            let remembered = head.read().map_err(unwritten)?;
            if matches!(tail.last, Last::None) && remembered.is_none() {
                // A crash may come between the first line and its remembering; from here on,
                // nothing remembered is something that was taken away.
                head.begin().map_err(unwritten)?;
            }
            if let (Last::Line(link), None) = (&tail.last, &tail.torn)
                && remembered.is_some()
                && self.rotate.is_some_and(|limit| length >= limit)
            {
                replace(&self.path, &file, *link, &head)?;
                continue;
            }
            let mut page = Page::begin(&file, &tail, remembered).map_err(unwritten)?;
            let written = write(&mut page).and_then(|()| page.end(&head, durable));
            return match written {
                Ok((from, to)) => Ok(Written { file, from, to }),
                Err(error) => {
                    page.take_back();
                    Err(unwritten(error))
                }
            };
        }
    }
}

impl Book {
    /// Has on the disk what was to be there later.
    ///
    /// # Errors
    /// When the system cannot do that.
    pub fn settle(&self) -> Result<()> {
        let unwritten = |error| failed(&self.path, "the log cannot be written", &error);
        match open_own(&self.path)? {
            Some(file) => file.sync_data().map_err(unwritten),
            // Whoever has moved it away has done so.
            None => Ok(()),
        }
    }
}

impl Written {
    /// Gives every line to `each`.
    ///
    /// # Errors
    /// The first that `each` returns, and what the system says.
    pub fn lines(self, mut each: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        let mut file = self.file;
        file.seek(SeekFrom::Start(self.from))?;
        let reader = io::BufReader::new(file.take(self.to - self.from));
        io::BufRead::lines(reader).try_for_each(|line| each(&line?))
    }
}
