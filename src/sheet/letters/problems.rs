//! Everything that is wrong with a file of rows and with what is to be filled in, told at once.

use crate::error::{Error, Result};
use crate::exit::Exit;

/// A growing list of what is wrong and where.
pub struct Problems {
    file: String,
    told: Vec<Error>,
    untold: usize,
}

impl Problems {
    /// More than this many are counted, not told.
    const TOLD: usize = 100;

    /// Nothing is wrong with the file called `file` yet.
    pub fn in_file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            told: Vec::new(),
            untold: 0,
        }
    }

    /// Adds a problem of the file.
    pub fn push(&mut self, place: &str, what: &str) {
        let error = Error::new(Exit::BadInput, what).about(place);
        let error = error.about(&self.file);
        self.add(error);
    }

    /// Adds a problem of an option.
    pub fn push_option(&mut self, option: &str, what: &str) {
        self.add(Error::new(Exit::BadInput, what).about(option));
    }

    fn add(&mut self, error: Error) {
        if self.told.len() < Self::TOLD {
            self.told.push(error);
        } else {
            self.untold += 1;
        }
    }

    /// Nothing where nothing is wrong. Of several each is told, in a line.
    ///
    /// # Errors
    /// [`Exit::BadInput`] where there is any.
    pub fn settle(self, tell: impl Fn(&Error)) -> Result<()> {
        let count = self.told.len() + self.untold;
        let file = &self.file;
        match self.told.as_slice() {
            [] => Ok(()),
            [only] => Err(only.clone().hint("nothing was sent")),
            all => {
                all.iter().for_each(tell);
                let what = format!("{count} problems with the rows of {file}: nothing was sent");
                Err(Error::new(Exit::BadInput, what))
            }
        }
    }

    /// What is told of each.
    #[cfg(any(test, fuzzing))]
    pub fn texts(&self) -> Vec<String> {
        self.told
            .iter()
            .map(|error| error.what().to_owned())
            .collect()
    }
}
