//! Which of the people in all the mailboxes the server knows, each asked for once.

use crate::commands::crowd;
use crate::interrupt;
use crate::model::dialect::{Dialect, Reading};
use crate::model::state::{Known, Mailbox};
use crate::observe;
use crate::output::Output;
use crate::reach::Provider;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many people are asked for at once: among them somebody is, whom the server knows.
const AT_ONCE: usize = 8;
/// A server that has told nothing of so many will tell nothing of others.
const PATIENCE: usize = 24;

/// What the server says of each person, and what is to be said where it could not be asked: a
/// review without it is a review.
pub(super) fn known(
    mailboxes: &[Mailbox],
    provider: &Provider,
    output: &Output,
) -> (BTreeMap<String, Known>, Vec<String>) {
    let Some(first) = mailboxes.first() else {
        return (BTreeMap::new(), Vec::new());
    };
    let dialect: &Dialect = &first.dialect;
    let all: BTreeSet<&str> = mailboxes.iter().flat_map(Mailbox::identifiers).collect();
    let person = |name: &&str| matches!(dialect.read(name), Reading::Person(_));
    let people: Vec<&str> = all.into_iter().filter(person).collect();
    let progress = output.progress(Some(people.len() as u64), "looking people up");
    let (asked, told) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = |some: &&[&str]| {
        let hopeless = asked.fetch_add(some.len(), Ordering::Relaxed) >= PATIENCE
            && told.load(Ordering::Relaxed) == 0;
        if hopeless || interrupt::requested() {
            return Ok(BTreeMap::new());
        }
        let known = observe::known_people(provider, dialect, some, first.owner.as_deref())?;
        told.fetch_add(known.len(), Ordering::Relaxed);
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
