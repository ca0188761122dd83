//! Which of many people the server knows, each asked for once.

use crate::interrupt;
use crate::model::pace::Audience;
use crate::model::state::Known;
use crate::observe;
use crate::reach::Provider;
use crate::reach::crowd;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many people are asked for at once: among them somebody is, whom the server knows.
const AT_ONCE: usize = 8;
/// A server that has told nothing of so many will tell nothing of others.
const PATIENCE: usize = 24;

/// What the server says of each of `people`, as it spells them, and what is to be said where it could not be asked.
/// `control` is the login name of somebody who is known to exist.
pub fn known(
    people: &[&str],
    control: Option<&str>,
    provider: &Provider,
    audience: &dyn Audience,
) -> (BTreeMap<String, Known>, Vec<String>) {
    let progress = audience.begins(Some(people.len() as u64), "looking people up");
    let (asked, told) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = |some: &&[&str]| {
        let hopeless = asked.fetch_add(some.len(), Ordering::Relaxed) >= PATIENCE
            && told.load(Ordering::Relaxed) == 0;
        if hopeless || interrupt::requested() {
            return Ok(BTreeMap::new());
        }
        let known = observe::known_people(provider, some, control)?;
        let answers = known.values().filter(|known| known.is_told()).count();
        told.fetch_add(answers, Ordering::Relaxed);
        progress.tick(some.len() as u64);
        Ok(known)
    };
    let parts: Vec<&[&str]> = people.chunks(AT_ONCE).collect();
    let (mut known, mut notes) = (BTreeMap::new(), Vec::new());
    for result in crowd::each(&parts, provider.profile().imap.connections_of_many, work) {
        match result {
            Ok(part) => known.extend(part),
            Err(error) => {
                let note = format!("Not everybody could be looked up: {}", error.what());
                notes.push(note);
            }
        }
    }
    notes.dedup();
    (known, notes)
}
