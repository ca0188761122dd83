//! A series of messages, one for each row of a file: how far it is, on the disk before anything
//! relies on it, so that it goes on where it stopped.
//!
//! The file has a line for each step of a row, and the last one counts. A line that a crash cut
//! off was not relied on. A series that came to its end is kept for a while, so that whoever does
//! not know that sends nothing twice.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::private::{self, How, Unopened, failed, lock, sync_folder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// So long a series that came to its end is known.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// No such file is longer, in bytes: some hundred thousand rows.
const MOST: u64 = 256 << 20;

/// The rows of a series, for nobody else until it is dropped.
#[derive(Debug)]
pub struct Series {
    path: PathBuf,
    file: File,
    marks: Marks,
}

/// What the lines of a series say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// The last of each row.
    pub rows: BTreeMap<usize, Mark>,
    /// When the last row was sent, where that is the last line: in seconds of Unix time.
    pub ended: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Mark(Mark),
    End { ended: u64 },
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
        self.marks.rows.values()
    }

    /// What is known of a row.
    pub fn of(&self, row: usize) -> Option<&Mark> {
        self.marks.rows.get(&row)
    }

    /// Writes down how far a row is: when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark(&mut self, mark: Mark) -> Result<()> {
        self.write(&Line::Mark(mark.clone()))?;
        self.marks.ended = None;
        self.marks.rows.insert(mark.row, mark);
        Ok(())
    }

    /// When the last row was sent, where all were.
    pub fn ended(&self) -> Option<SystemTime> {
        let seconds = Duration::from_secs(self.marks.ended?);
        SystemTime::UNIX_EPOCH.checked_add(seconds)
    }

    /// Writes down that every row was sent. Those that came to their end long ago are forgotten.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&mut self) -> Result<()> {
        if self.marks.ended.is_none() {
            let now = since_epoch();
            self.write(&Line::End { ended: now })?;
            self.marks.ended = Some(now);
        }
        self.sweep();
        Ok(())
    }

    fn write(&mut self, line: &Line) -> Result<()> {
        let write = |file: &mut File| -> io::Result<()> {
            let mut line = serde_json::to_vec(line)?;
            line.push(b'\n');
            file.write_all(&line)?;
            file.sync_data()
        };
        write(&mut self.file).map_err(|error| failed(&self.path, "cannot be written", &error))
    }

    /// Removes other series that ended long ago. What cannot be looked at stays.
    fn sweep(&self) {
        let before = since_epoch().saturating_sub(KEPT.as_secs());
        let folder = self
            .path
            .parent()
            .and_then(|folder| fs::read_dir(folder).ok());
        for path in folder
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
        {
            if path == self.path || path.extension().is_none_or(|e| e != "jsonl") {
                continue;
            }
            let Ok(Some(mut file)) = open(&path) else {
                continue;
            };
            let ended = read(&mut file).ok().and_then(|marks| marks.ended);
            if ended.is_some_and(|ended| ended < before) {
                let _ = fs::remove_file(&path);
            }
        }
    }

    /// Forgets all rows.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin_anew(&mut self) -> Result<()> {
        self.marks = Marks::default();
        let emptied = self.file.set_len(0).and_then(|()| self.file.sync_all());
        emptied.map_err(|error| failed(&self.path, "cannot be written", &error))
    }

    /// Takes it away: no row was tried.
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

fn since_epoch() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

/// Nothing where another process has it.
fn open(path: &Path) -> io::Result<Option<File>> {
    let file = private::open(path, How::Append).map_err(Unopened::into_io)?;
    Ok(lock(&file)?.then_some(file))
}

/// The last mark of each row. What follows the last whole line is cut off, so that the next one
/// begins a line.
fn read(file: &mut File) -> io::Result<Marks> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(MOST).read_to_end(&mut bytes)?;
    let (whole, marks) = marks(&bytes);
    if whole < bytes.len() {
        file.set_len(whole as u64)?;
    }
    marks
}

/// How many bytes the whole lines have, and what they say.
pub(super) fn marks(bytes: &[u8]) -> (usize, io::Result<Marks>) {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n');
    let whole = whole.map_or(0, |end| end + 1);
    let mut marks = Marks::default();
    for line in bytes[..whole].split_inclusive(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(Line::Mark(mark)) => {
                marks.ended = None;
                marks.rows.insert(mark.row, mark);
            }
            Ok(Line::End { ended }) => marks.ended = Some(ended),
            Err(error) => return (whole, Err(error.into())),
        }
    }
    (whole, Ok(marks))
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

    #[test]
    fn a_series_that_came_to_its_end_is_known_for_a_while() {
        let state = tempfile::tempdir().unwrap();
        let mut series = Series::open(state.path(), "key").unwrap();
        series.mark(mark(1, Progress::Sent)).unwrap();
        assert_eq!(series.ended(), None);
        series.end().unwrap();
        let folder = series.path.parent().unwrap().to_owned();
        drop(series);
        let mut series = Series::open(state.path(), "key").unwrap();
        assert!(series.ended().is_some() && series.marks().count() == 1);
        series.mark(mark(2, Progress::Going)).unwrap();
        assert_eq!(series.ended(), None);
        let ended = |ended: u64| format!("{{\"ended\":{ended}}}\n");
        let now = since_epoch();
        for (name, text) in [
            ("old", ended(now - KEPT.as_secs() - 5)),
            ("new", ended(now - KEPT.as_secs() + 500)),
            ("open", String::new()),
            ("odd", "no mark\n".to_owned()),
        ] {
            fs::write(folder.join(name).with_extension("jsonl"), text).unwrap();
        }
        series.end().unwrap();
        let mut left: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["key.jsonl", "new.jsonl", "odd.jsonl", "open.jsonl"]);
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
