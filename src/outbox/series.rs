//! A series of messages, one for each row of a file: how far it is, on the disk before anything
//! relies on it, so that it goes on where it stopped.
//!
//! The file has a line for each step of a row, and the last one counts. A line that a crash cut
//! off was not relied on.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::private::{self, How, Unopened, failed, lock, sync_folder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// No such file is longer, in bytes: some hundred thousand rows.
const MOST: u64 = 256 << 20;

/// The rows of a series, for nobody else until it is dropped.
#[derive(Debug)]
pub struct Series {
    path: PathBuf,
    file: File,
    marks: BTreeMap<usize, Mark>,
}

/// What is known of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its number, from 1.
    pub row: usize,
    /// What tells it from another row.
    pub digest: String,
    /// How far it is.
    pub progress: Progress,
    /// What its message is called in the outbox.
    pub id: String,
    /// Its message's name, with brackets.
    pub message_id: String,
}

/// How far a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Its message goes next: the outbox knows more.
    Going,
    /// It was sent.
    Sent,
    /// It was not.
    NotSent,
    /// Nobody knows.
    Unknown,
}

impl Series {
    /// The series called `key` below `state`; where none was begun, one without a row.
    ///
    /// # Errors
    /// [`Exit::TryAgain`] while another run works on it, and when it cannot be read or made.
    pub fn open(state: &Path, key: &str) -> Result<Self> {
        let folder = state.join("series");
        let own = private::own_folder(&folder);
        own.map_err(|why| private::barred(&folder, "no series can be kept here", &why))?;
        let path = folder.join(key).with_extension("jsonl");
        let opened = open(&path).map_err(|error| failed(&path, "cannot be opened", &error))?;
        // Whoever had it may have come to its end in between.
        let Some(mut file) = opened.filter(|_| path.exists()) else {
            let what = "another run of sharemail sends the rows of this file";
            return Err(Error::new(Exit::TryAgain, what));
        };
        let marks = read(&mut file).map_err(|error| failed(&path, "cannot be read", &error))?;
        sync_folder(&folder).map_err(|error| failed(&folder, "cannot be written", &error))?;
        Ok(Self { path, file, marks })
    }

    /// What it is called.
    pub fn key(&self) -> &str {
        self.path
            .file_stem()
            .and_then(|key| key.to_str())
            .unwrap_or_default()
    }

    /// What is known of each row, in their order.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.marks.values()
    }

    /// What is known of a row.
    pub fn of(&self, row: usize) -> Option<&Mark> {
        self.marks.get(&row)
    }

    /// Writes down how far a row is: when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark(&mut self, mark: Mark) -> Result<()> {
        let write = |file: &mut File| -> io::Result<()> {
            let mut line = serde_json::to_vec(&mark)?;
            line.push(b'\n');
            file.write_all(&line)?;
            file.sync_data()
        };
        write(&mut self.file).map_err(|error| failed(&self.path, "cannot be written", &error))?;
        self.marks.insert(mark.row, mark);
        Ok(())
    }

    /// Forgets all rows.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin_anew(&mut self) -> Result<()> {
        self.marks.clear();
        let emptied = self.file.set_len(0).and_then(|()| self.file.sync_all());
        emptied.map_err(|error| failed(&self.path, "cannot be written", &error))
    }

    /// Takes it away: every row was sent, or none.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(|error| failed(&self.path, "cannot be removed", &error))
    }
}

impl Progress {
    /// Whether somebody may have got the message.
    pub fn may_be_sent(self) -> bool {
        self != Progress::NotSent
    }
}

/// Nothing where another process has it.
fn open(path: &Path) -> io::Result<Option<File>> {
    let file = private::open(path, How::Append).map_err(Unopened::into_io)?;
    Ok(lock(&file)?.then_some(file))
}

/// The last mark of each row. What follows the last whole line is cut off, so that the next one
/// begins a line.
fn read(file: &mut File) -> io::Result<BTreeMap<usize, Mark>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(MOST).read_to_end(&mut bytes)?;
    let (whole, marks) = marks(&bytes);
    if whole < bytes.len() {
        file.set_len(whole as u64)?;
    }
    marks
}

/// How many bytes the whole lines have, and the last mark of each row in them.
pub(super) fn marks(bytes: &[u8]) -> (usize, io::Result<BTreeMap<usize, Mark>>) {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n');
    let whole = whole.map_or(0, |end| end + 1);
    let lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n');
    let mark = |line| -> io::Result<(usize, Mark)> {
        let mark: Mark = serde_json::from_slice(line)?;
        Ok((mark.row, mark))
    };
    (whole, lines.map(mark).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(row: usize, progress: Progress) -> Mark {
        Mark {
            row,
            digest: "d".into(),
            progress,
            id: "0123456789abcdef".into(),
            message_id: "<a@example.test>".into(),
        }
    }

    #[test]
    fn the_last_mark_of_a_row_counts_and_half_a_line_is_none() {
        let state = tempfile::tempdir().unwrap();
        let mut series = Series::open(state.path(), "key").unwrap();
        series.mark(mark(1, Progress::Going)).unwrap();
        series.mark(mark(1, Progress::Sent)).unwrap();
        series.mark(mark(2, Progress::Going)).unwrap();
        let path = series.path.clone();
        drop(series);
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend(b"{\"row\":3,\"dig");
        fs::write(&path, bytes).unwrap();
        for _ in 0..2 {
            let mut series = Series::open(state.path(), "key").unwrap();
            assert_eq!(series.of(1).unwrap().progress, Progress::Sent);
            assert_eq!(series.of(2).unwrap().progress, Progress::Going);
            assert!(series.of(3).is_none());
            series.mark(mark(2, Progress::Going)).unwrap();
        }
        let mut series = Series::open(state.path(), "key").unwrap();
        series.begin_anew().unwrap();
        assert_eq!(series.marks().count(), 0);
        series.mark(mark(9, Progress::NotSent)).unwrap();
        drop(series);
        let series = Series::open(state.path(), "key").unwrap();
        assert_eq!(series.marks().count(), 1);
        series.remove().unwrap();
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it_or_works_on_it() {
        use std::os::unix::fs::PermissionsExt;
        let state = tempfile::tempdir().unwrap();
        let series = Series::open(state.path(), "key").unwrap();
        let mode = fs::metadata(&series.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let error = Series::open(state.path(), "key").unwrap_err();
        assert_eq!(error.exit(), Exit::TryAgain);
        assert!(Series::open(state.path(), "other").is_ok());
    }
}
