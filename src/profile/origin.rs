//! Where a value was given: a flag, a variable, a line of the file.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Where a value was given; shown in front of every error about it.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// On the command line, or typed when asked for.
    Flag(String),
    /// In this environment variable.
    Environment(String),
    /// In the file, at this offset.
    File(Spot),
}

/// A place in the configuration file.
#[derive(Clone)]
pub(super) struct Spot {
    source: Rc<Source>,
    offset: usize,
}

/// The configuration file as it was read.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Origin {
    /// A place in `source`.
    pub(super) fn file(source: &Rc<Source>, span: Range<usize>) -> Self {
        let source = Rc::clone(source);
        let offset = span.start;
        Origin::File(Spot { source, offset })
    }

    /// The folder that relative paths are relative to: the file's for what stands in a file.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Origin::File(spot) => spot.source.path.parent(),
            Origin::Flag(_) | Origin::Environment(_) => None,
        }
    }
}

impl Spot {
    /// Line and column, counted from 1; the column in characters.
    fn line_and_column(&self) -> (usize, usize) {
        let text = self.source.text.as_bytes();
        let before = &text[..self.offset.min(text.len())];
        let start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        (line, column)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(name) | Origin::Environment(name) => f.write_str(name),
            Origin::File(spot) => {
                let (line, column) = spot.line_and_column();
                write!(f, "{}:{line}:{column}", spot.source.path.display())
            }
        }
    }
}

impl fmt::Debug for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.source.path.display(), self.offset)
    }
}
