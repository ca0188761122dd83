//! A message for each row of a sheet, over one connection: nothing twice, and nothing that nobody knows of
//! again.

mod earlier;
mod round;
mod told;

pub use earlier::Again;
pub use told::dry;

use super::filing::Filing;
use super::handing::{Hand, Wishes};
use super::sending::{Begun, Sending};
use crate::error::Result;
use crate::mail::letter::{From, Letter};
use crate::model::digest::digest;
use crate::outbox::Series;
use crate::output::Output;
use crate::profile::{Environment, state_folder};
use crate::reach::MemberView;
use crate::report::mail::series::SeriesReport;
use crate::sheet::letters::Sheet;
use round::Round;
use std::path::Path;

/// What is sent, by whom, and how.
#[derive(Clone, Copy)]
pub struct Mailing<'a> {
    /// The rows.
    pub sheet: &'a Sheet,
    /// What goes to each.
    pub letter: &'a Letter,
    /// Who it is from.
    pub from: &'a From,
    /// The provider, and who sends with it.
    pub begun: &'a Begun,
    /// Who sends as what.
    pub sending: &'a Sending,
    /// What is wished for besides.
    pub wishes: Wishes,
    /// What is done about rows that an earlier run sent.
    pub again: Again,
}

impl Mailing<'_> {
    /// Sends the letter to each row, and tells what became of each. `file` holds the rows; `hers` is the
    /// sender's own session, where she was asked.
    ///
    /// # Errors
    /// Whatever stands in the way before the first message goes.
    pub fn send(
        self,
        file: &Path,
        hers: Option<MemberView>,
        output: &Output,
    ) -> Result<SeriesReport> {
        let Self { begun, sending, .. } = self;
        let mut filing = Filing::new(&begun.provider, &sending.mailbox, &sending.person, hers);
        let mut series = self.series(file)?;
        let mut ends = earlier::ends(self.again, self.sheet, &mut series, &mut filing)?;
        let (mut stopped, mut hints) = (None, Vec::new());
        if ends.len() < self.sheet.rows.len() {
            let hand = Hand::open(self.wishes, begun, sending, filing, output);
            let mut hand = match hand {
                Ok(hand) => hand,
                Err(error) if series.marks().next().is_none() => {
                    series.remove()?;
                    return Err(error);
                }
                Err(error) => return Err(error),
            };
            let mut round = Round {
                sheet: self.sheet,
                letter: self.letter,
                from: self.from,
                sending,
                series: &mut series,
                hand: &mut hand,
                hints: Vec::new(),
            };
            stopped = round.go(&mut ends, output);
            hints = round.hints;
            hand.close();
        } else {
            filing.close();
        }
        let report = told::report(self.sheet, self.letter, sending, &ends, stopped, hints);
        if report.is_all_sent() {
            series.end()?;
        }
        Ok(report)
    }

    /// What is known of earlier runs of the same rows, from the same mailbox, with the same text.
    fn series(&self, file: &Path) -> Result<Series> {
        // A file may be called by many names.
        let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let texts = [
            self.begun.provider.profile().name.clone(),
            self.sending.mailbox.to_string(),
            path.to_string_lossy().into_owned(),
            self.letter.digest(),
        ];
        let key = digest(texts.iter().map(String::as_bytes));
        Series::open(&state_folder(&Environment::of_process())?, &key)
    }
}
