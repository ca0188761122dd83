//! Who of all the people in the entries of many mailboxes is somebody whom the server knows.

use super::viewed::Viewed;
use crate::error::Result;
use crate::model::dialect::Reading;
use crate::model::state::{Known, Mailbox};
use crate::observe::known::known;
use crate::output::Output;
use crate::reach::Provider;
use std::collections::{BTreeMap, BTreeSet};

/// Who of all the people in the entries is somebody.
pub struct People {
    known: BTreeMap<String, Known>,
    /// Why not all of them could be asked for.
    pub untold: Vec<String>,
}

impl People {
    /// Asks for each of them once, however many mailboxes name her. Whoever was looked through is
    /// known, and nobody else need be asked for.
    pub fn look_up(
        viewed: &[Result<(Mailbox, Viewed)>],
        provider: &Provider,
        output: &Output,
    ) -> Self {
        let viewed: Vec<&(Mailbox, Viewed)> = viewed.iter().flatten().collect();
        let seen: BTreeSet<&str> = viewed
            .iter()
            .flat_map(|(_, viewed)| viewed.looked.seen.iter().map(String::as_str))
            .collect();
        let unseen = viewed.iter().flat_map(|(mailbox, _)| {
            let person = |name: &&str| matches!(mailbox.dialect.read(name), Reading::Person(_));
            mailbox.identifiers().into_iter().filter(person)
        });
        let asked: BTreeSet<&str> = unseen.filter(|name| !seen.contains(name)).collect();
        let asked: Vec<&str> = asked.into_iter().collect();
        let control = viewed
            .iter()
            .find_map(|(mailbox, _)| mailbox.owner.as_deref());
        let (mut known, untold) = known(&asked, control, provider, output);
        known.extend(seen.iter().map(|name| ((*name).to_owned(), Known::Yes)));
        Self { known, untold }
    }

    /// What is known of those who stand in this mailbox.
    pub fn of(&self, mailbox: &Mailbox) -> BTreeMap<String, Known> {
        let names = mailbox.identifiers().into_iter();
        names
            .filter_map(|name| Some((name.to_owned(), self.known.get(name)?.clone())))
            .collect()
    }
}
