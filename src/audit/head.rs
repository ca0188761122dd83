//! The last line of the log, remembered beside it: that lines are missing at its end cannot be
//! seen in the log itself.

use super::file::{beside, open_own, unopened};
use super::link::Link;
use crate::error::Result;
use crate::private::{self, How};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Longer than any link.
const MOST: u64 = 200;

/// The file that remembers.
#[derive(Debug)]
pub struct Head {
    file: File,
}

impl Head {
    /// Where it lies beside the log at `path`.
    pub fn path(path: &Path) -> PathBuf {
        beside(path, ".head")
    }

    /// Opens it to be written, made where it is missing. Whoever does that has taken the log.
    ///
    /// # Errors
    /// As [`private::open`].
    pub fn open(path: &Path) -> Result<Self> {
        let path = Self::path(path);
        match private::open(&path, How::Write) {
            Ok(file) => Ok(Self { file }),
            Err(error) => Err(unopened(&path, "the log cannot be written", error)),
        }
    }

    /// What it remembers; nothing where it is new or holds something else.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(&self) -> io::Result<Option<Link>> {
        (&self.file).seek(SeekFrom::Start(0))?;
        parse(&self.file)
    }

    /// Remembers `link`. In place and without waiting for the disk: after a crash it may remember
    /// an earlier line, which is true too.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, link: Link) -> io::Result<()> {
        let text = format!("{link}\n");
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(text.as_bytes())?;
        if file.metadata()?.len() > text.len() as u64 {
            file.set_len(text.len() as u64)?;
        }
        Ok(())
    }

    /// Remembers that there is a log, and no line in it yet: on the disk before there is one.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin(&self) -> io::Result<()> {
        self.write(Link::START)?;
        self.file.sync_all()
    }

    /// What is remembered of the log at `path`, if anything.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or somebody else could have written it.
    pub fn remembered(path: &Path) -> Result<Option<Link>> {
        let path = Self::path(path);
        let file = open_own(&path)?;
        let link = file.map(|file| parse(&file)).transpose();
        let link = link.map_err(|error| super::place::failed(&path, "cannot be read", &error))?;
        Ok(link.flatten())
    }
}

fn parse(file: &File) -> io::Result<Option<Link>> {
    let mut text = Vec::new();
    file.take(MOST).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().next().and_then(|line| line.parse().ok()))
}
