//! Everything that is wrong with the files, gathered to be told at once.

use super::source::Source;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input;
use std::path::Path;

/// More than this many are counted, not told.
const TOLD: usize = 200;

/// A growing list of what is wrong and where.
#[derive(Default)]
pub(super) struct Faults {
    /// Each with the number of its file and the byte in it.
    told: Vec<(usize, usize, Error)>,
    untold: usize,
}

impl Faults {
    /// `what` is wrong at the byte `at` of `source`; `hint` says what would be right.
    pub(super) fn add(&mut self, source: &Source, at: usize, what: String, hint: Option<String>) {
        if self.told.len() == TOLD {
            // Where it stands takes long to find out in a long line.
            self.untold += 1;
            return;
        }
        let error = Error::new(Exit::BadInput, what).about(source.place(at));
        let error = match hint {
            Some(hint) => error.hint(hint),
            None => error,
        };
        self.push(source.number, at, error);
    }

    /// The file at `path` as a whole is wrong.
    pub(super) fn about_file(&mut self, path: &Path, what: String) {
        self.about_file_with(path, what, None);
    }

    /// The same; `hint` says what would be right.
    pub(super) fn about_file_with(&mut self, path: &Path, what: String, hint: Option<String>) {
        let error = Error::new(Exit::BadInput, what).about(input::name(path));
        let error = match hint {
            Some(hint) => error.hint(hint),
            None => error,
        };
        self.push(0, 0, error);
    }

    /// Nothing where nothing is wrong.
    ///
    /// # Errors
    /// Everything that is, in the order of the files.
    pub(super) fn into_result(mut self) -> Result<(), Vec<Error>> {
        self.told.sort_by_key(|(file, at, _)| (*file, *at));
        let mut told: Vec<Error> = self.told.into_iter().map(|(_, _, error)| error).collect();
        if self.untold > 0 {
            let more = format!("and {} more of the kind", self.untold);
            told.push(Error::new(Exit::BadInput, more));
        }
        if told.is_empty() { Ok(()) } else { Err(told) }
    }

    fn push(&mut self, file: usize, at: usize, error: Error) {
        if self.told.len() < TOLD {
            self.told.push((file, at, error));
        } else {
            self.untold += 1;
        }
    }
}

/// The one of `known` that may have been meant by `typed`, as a question.
pub(super) fn nearest(typed: &str, known: &[&str]) -> Option<String> {
    crate::model::near::nearest(typed, known.iter().copied())
        .map(|near| format!("did you mean {near:?}?"))
}

/// `text`, cut where it is too long to be read.
pub(super) fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(80).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
