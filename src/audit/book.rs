//! The file that is written to: taken, gone on with, on the disk, given back. Each time anew, as
//! another run or another program may have written to it, or moved it away, in between.

use super::file::take;
use super::head::Head;
use super::page::Page;
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

/// Lines that are on the disk.
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

    /// Adds the lines that `write` gives; when this returns, they are on the disk, or none is.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append(&self, write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> Result<Written> {
        let unwritten = |error| failed(&self.path, "the log cannot be written", &error);
        loop {
            let file = take(&self.path)?;
            let length = file.metadata().map_err(unwritten)?.len();
            let tail = Tail::of(&file, length).map_err(unwritten)?;
            let head = Head::open(&self.path).map_err(|error| {
                failed(&Head::path(&self.path), "the log cannot be written", &error)
            })?;
            if let (Last::Line(link), None) = (&tail.last, &tail.torn)
                && self.rotate.is_some_and(|limit| length >= limit)
            {
                replace(&self.path, *link, &head)?;
                continue;
            }
            let remembered = head.read().map_err(unwritten)?;
            let mut page = Page::begin(&file, &tail, remembered).map_err(unwritten)?;
            let written = write(&mut page).and_then(|()| page.end(&head));
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
