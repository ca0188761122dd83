//! A folder that goes, on the wire: DELETE (RFC 9051, section 6.3.5), read again by LIST.

use super::answers::told;
use super::kind::{Wire, depth, wire};
use super::seen::{Seen, exists};
use crate::error::Result;
use crate::imap::{Answer, Request, Session};
use crate::model::change::{Change, Delete};
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Place;
use std::thread;
use std::time::{Duration, Instant};

/// The next second has begun on the server when this is over.
const A_SECOND: Duration = Duration::from_millis(1100);

impl Wire for Delete<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((2, depth(&self.folder.path)))
    }

    fn request(&self) -> Option<Request> {
        Some(Request::delete(&self.folder.wire))
    }

    /// Deletes the folders of `wave`. Cyrus keeps a deleted folder for some days, under a name that tells the
    /// second: another of the same name that goes within that second is refused as "already there", and goes in
    /// the next one.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        let request = |change: &Change| wire(change).request();
        let mut batch = session.run(wave.iter().filter_map(request).collect(), pace);
        let each = batch.answers.iter().enumerate();
        let early = each.filter(|(_, answer)| is_too_early(answer));
        let again: Vec<usize> = early.map(|(n, _)| n).collect();
        if !again.is_empty() && batch.broken.is_none() && waits(A_SECOND, pace) {
            let requests = again.iter().filter_map(|&n| request(wave.get(n)?));
            let second = session.run(requests.collect(), pace);
            for (n, answer) in again.into_iter().zip(second.answers) {
                // What was not sent again was refused, and nothing else.
                if !matches!(answer, Answer::Unsent) {
                    batch.answers[n] = answer;
                }
            }
            batch.broken = second.broken;
            batch.said.extend(second.said);
        }
        told(wave, batch)
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        Ok(Some(match exists(session, &self.folder.wire)? {
            true => Seen::Unmade("the folder is still there".to_owned()),
            false => Seen::Made,
        }))
    }
}

/// Whether a folder of that name was deleted in this very second: no other DELETE is told of something that is
/// already there.
fn is_too_early(answer: &Answer) -> bool {
    match answer {
        Answer::No { code, text } => {
            let is_coded = code
                .as_ref()
                .is_some_and(|code| code.name == "ALREADYEXISTS");
            is_coded || text.to_ascii_lowercase().contains("already exists")
        }
        _ => false,
    }
}

/// Waits so long; whether nobody stopped the run meanwhile.
fn waits(time: Duration, pace: &Pace) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < time {
        if pace.stopped() {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}
