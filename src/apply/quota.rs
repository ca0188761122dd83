//! Quota: SETQUOTA replaces every resource of a root at once (RFC 9208, section 4.1.4), so the
//! others are read and written back.

use super::kind::Wire;
use super::seen::Seen;
use crate::error::Result;
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::change::{Change, Quota};
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Place;

impl Wire for Quota<Place> {
    /// Sets it, and asks whether the server is still there.
    fn make(&self, session: &mut Session, wave: &[Change], _: &Pace) -> Outcome {
        let fate = match replace(session, &self.folder.wire, &self.resource, self.after) {
            Ok(()) => Fate::Done,
            Err(why) => Fate::Refused(why),
        };
        let broken = session.noop().err().map(|error| error.to_string());
        let fate = match &broken {
            Some(why) => Fate::Unknown(why.clone()),
            None => fate,
        };
        // It goes alone.
        let changes = wave.iter().map(|change| (change.clone(), fate.clone()));
        Outcome {
            changes: changes.collect(),
            cut_short: broken,
            said: Vec::new(),
        }
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        let folder = std::slice::from_ref(&self.folder.wire);
        let answer = session.quotas(folder, &Pace::unattended())?;
        let quotas = match answer.into_iter().next() {
            Some(Ok(quotas)) => quotas,
            Some(Err(refusal)) => {
                let why = format!("the limit that is stored cannot be read {refusal}");
                return Ok(Some(Seen::Unclear(why)));
            }
            None => return Ok(Some(Seen::Unclear("no limit was read".to_owned()))),
        };
        let mut resources = quotas.iter().flat_map(|root| &root.resources);
        let stored = resources.find(|stored| stored.name.eq_ignore_ascii_case(&self.resource));
        Ok(Some(match stored {
            Some(stored) if stored.limit == self.after => Seen::Made,
            Some(stored) => Seen::Unmade(format!("the limit is {}", stored.limit)),
            None => Seen::Unmade("there is no limit".to_owned()),
        }))
    }
}

/// The refusal is in the server's words.
fn replace(
    session: &mut Session,
    folder: &WireName,
    resource: &str,
    limit: u64,
) -> Result<(), String> {
    let asked = session.quotas(std::slice::from_ref(folder), &Pace::unattended());
    let answer = asked.map_err(|error| error.to_string())?.into_iter().next();
    // A server that has no limit yet may answer NO; its root is then named after the folder. One
    // that cannot tell now may have others, which would be lost.
    let quotas = match answer {
        Some(Err(refusal)) if refusal.tells_nothing() => {
            return Err(format!("the limits there are could not be read {refusal}"));
        }
        Some(Ok(quotas)) => quotas,
        Some(Err(_)) | None => Vec::new(),
    };
    let first = quotas.first();
    let root = match first {
        Some(quota) => quota.root.clone(),
        None => String::from_utf8_lossy(folder.as_bytes()).into_owned(),
    };
    let mut limits: Vec<(String, u64)> = first
        .into_iter()
        .flat_map(|quota| &quota.resources)
        .filter(|other| !other.name.eq_ignore_ascii_case(resource))
        .map(|other| (other.name.clone(), other.limit))
        .collect();
    limits.push((resource.to_owned(), limit));
    session.set_quota(&root, &limits).map_err(|error| {
        let why = error.to_string();
        // Some never let a limit be set by anybody, and say it like that.
        match error.exit() {
            Exit::Refused => format!(
                "{why}; where the server lets nobody set limits over IMAP, they are set where it keeps its \
                 accounts"
            ),
            _ => why,
        }
    })
}
