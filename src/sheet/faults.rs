//! Everything that is wrong with a sheet, gathered to be told at once.

use super::Column;
use crate::error::Error;
use crate::exit::Exit;

/// More than this many are counted, not told.
const TOLD: usize = 200;

/// A growing list of what is wrong and where.
pub(super) struct Faults {
    file: String,
    /// By row, 0 for the file as a whole.
    told: Vec<(usize, Error)>,
    untold: usize,
}

impl Faults {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            told: Vec::new(),
            untold: 0,
        }
    }

    /// The file as a whole is wrong.
    pub(super) fn add(&mut self, what: String, hint: Option<String>) {
        self.push(0, what, hint);
    }

    fn push(&mut self, row: usize, what: String, hint: Option<String>) {
        let error = Error::new(Exit::BadInput, what).about(&self.file);
        if self.told.len() < TOLD {
            let error = match hint {
                Some(hint) => error.hint(hint),
                None => error,
            };
            self.told.push((row, error));
        } else {
            self.untold += 1;
        }
    }

    /// The row of this number is wrong.
    pub(super) fn in_row(&mut self, row: usize, what: &str, hint: Option<String>) {
        self.push(row, format!("row {row}: {what}"), hint);
    }

    /// What stands in `column` of the row of this number is wrong.
    pub(super) fn in_cell(&mut self, row: usize, column: Column, what: &str, hint: Option<String>) {
        self.push(row, format!("row {row}, {}: {what}", column.name()), hint);
    }

    /// Nothing where nothing is wrong.
    ///
    /// # Errors
    /// Everything that is.
    pub(super) fn into_result(mut self) -> Result<(), Vec<Error>> {
        self.told.sort_by_key(|(row, _)| *row);
        let mut told: Vec<Error> = self.told.into_iter().map(|(_, error)| error).collect();
        if self.untold > 0 {
            let more = format!("and {} more of the kind", self.untold);
            told.push(Error::new(Exit::BadInput, more).about(&self.file));
        }
        if told.is_empty() { Ok(()) } else { Err(told) }
    }
}

/// `text` between quotes, cut where it is too long to be read.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(80).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}
