//! Reading something about many folders: pipelined, each reply put to the folder that it names.

use super::Session;
use crate::error::Result;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::{Cursor, Malformed};
use crate::model::pace::{self, Pace};

/// One result per item, in the order of the items.
pub(super) type Gathered<T> = Result<Vec<Result<T, Refusal>>>;

impl Session {
    /// Runs `requests`, each on one folder, and reads the untagged responses called `name`:
    /// after the folder's name, `read` takes the rest.
    ///
    /// Replies are put to a folder by the name in them, never by their order. An OK without its
    /// data is a refusal.
    pub(super) fn gather<T>(
        &mut self,
        requests: &[Request],
        pace: &Pace,
        name: &'static str,
        read: impl FnMut(&mut Cursor<'_>) -> Result<T, Malformed>,
    ) -> Gathered<T> {
        let mut gatherer = Gatherer {
            name,
            read,
            found: requests.iter().map(|_| None).collect(),
        };
        let batch = self.link.run(requests, pace, &mut gatherer);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let items = gatherer.found.into_iter().zip(&batch.answers);
        items
            .map(|(found, answer)| item(found, answer, name))
            .collect()
    }

    /// Runs one command; the outer result is the session's, the inner one the server's.
    pub(super) fn ask(
        &mut self,
        request: Request,
        collector: &mut dyn Collect,
    ) -> Result<Result<(), Refusal>> {
        let batch = self.link.run(&[request], &Pace::unattended(), collector);
        match (
            batch.broken,
            batch.answers.first().and_then(Answer::refusal),
        ) {
            (Some(error), _) => Err(error),
            (None, Some(refusal)) => Ok(Err(refusal)),
            (None, None) => Ok(Ok(())),
        }
    }
}

struct Gatherer<T, F> {
    name: &'static str,
    read: F,
    found: Vec<Option<T>>,
}

impl<T, F: FnMut(&mut Cursor<'_>) -> Result<T, Malformed>> Collect for Gatherer<T, F> {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        if !data.is(self.name) {
            return Ok(());
        }
        let mut values = data.values;
        let folder = values.astring()?;
        if let Some(asker) = aloft.asker(folder) {
            self.found[asker] = Some((self.read)(&mut values)?);
        }
        Ok(())
    }
}

pub(super) fn item<T>(found: Option<T>, answer: &Answer, name: &str) -> Result<Result<T, Refusal>> {
    match (found, answer) {
        (_, Answer::Unsent | Answer::Unknown) => Err(pace::stopped()),
        (Some(value), Answer::Ok { .. }) => Ok(Ok(value)),
        (_, answer) => Ok(Err(answer
            .refusal()
            .unwrap_or_else(|| Refusal::silent(name)))),
    }
}
