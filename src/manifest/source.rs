//! A file that was read, and where in it something stands.

use crate::input;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

/// A file that was read.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Its place among the files, from 1.
    pub(super) number: usize,
    /// Where each line begins, and places on the way through long ones.
    marks: OnceCell<Vec<Mark>>,
}

/// A place in a file that is known.
#[derive(Clone, Copy, Default)]
struct Mark {
    at: usize,
    /// From 1, as is the column.
    line: usize,
    column: usize,
}

/// From a known place it is no farther to the next, in bytes: a file may be a single line.
const STEP: usize = 4096;

impl Source {
    pub(super) fn new(number: usize, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            number,
            path: path.into(),
            text: text.into(),
            marks: OnceCell::new(),
        }
    }

    pub(super) fn is_json(&self) -> bool {
        // No TOML begins so.
        has_extension(&self.path, "json") || self.text.trim_start().starts_with('{')
    }

    /// What people call it.
    pub(super) fn name(&self) -> String {
        input::name(&self.path)
    }

    /// `file:line:column` of the byte `at`, counted from 1; the column in characters.
    pub(super) fn place(&self, at: usize) -> String {
        let marks = self.marks.get_or_init(|| marks(&self.text));
        let at = at.min(self.text.len());
        let n = marks.partition_point(|mark| mark.at <= at);
        let mark = marks[..n].last().copied().unwrap_or_default();
        let after = String::from_utf8_lossy(&self.text.as_bytes()[mark.at..at]);
        let (line, column) = (mark.line, mark.column + after.chars().count());
        format!("{}:{line}:{column}", self.name())
    }
}

fn marks(text: &str) -> Vec<Mark> {
    let mut here = Mark {
        at: 0,
        line: 1,
        column: 1,
    };
    let mut marks = vec![here];
    let mut last = 0;
    for (at, character) in text.char_indices() {
        if at - last >= STEP {
            marks.push(here);
            last = at;
        }
        here.at = at + character.len_utf8();
        if character == '\n' {
            (here.line, here.column) = (here.line + 1, 1);
            marks.push(here);
            last = here.at;
        } else {
            here.column += 1;
        }
    }
    marks
}

/// Whether the name of the file at `path` ends so.
pub(super) fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|given| given.eq_ignore_ascii_case(wanted))
}
