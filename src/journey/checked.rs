//! One mailbox checked: what is out of order in it, and what mends it.

use super::somebody::People;
use super::viewed::Viewed;
use crate::decide::Mending;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::dialect::Reading;
use crate::model::failure::Failure;
use crate::model::state::{Known, Mailbox};
use crate::reach::Provider;
use crate::report::doubt::doubts;
use crate::report::mailbox::check::Checked;

/// What is out of order in `mailbox`, and what mends it; nothing is changed or planned yet.
pub fn checked<'v>(
    mailbox: &'v Mailbox,
    viewed: &Viewed,
    people: &People,
    provider: &Provider,
) -> (Checked, Mending<'v>) {
    let looked = &viewed.looked;
    let (dialect, members) = (&mailbox.dialect, mailbox.identifiers());
    let known = people.of(mailbox);
    let (findings, own_login) = viewed.all_findings(mailbox, &known, provider);
    let mending = Mending::new(mailbox, &findings, &viewed.mends);
    let person = |name: &&&str| matches!(dialect.read(name), Reading::Person(_));
    let unknown = members
        .iter()
        .filter(person)
        .filter(|name| !known.get(**name).is_some_and(Known::is_told));
    let unknown: Vec<String> = unknown.map(|name| dialect.who(name)).collect();
    let unasked = people.untold.iter().filter(|_| !unknown.is_empty());
    let failures: Vec<Failure> = looked
        .broken
        .iter()
        .map(unlooked)
        .chain(unasked.cloned())
        .chain(own_login)
        .map(Failure::of_mailbox)
        .collect();
    let checked = Checked {
        mailbox: mailbox.name.clone(),
        findings,
        changes: Vec::new(),
        dry_run: false,
        mended: match failures.is_empty() {
            true => Exit::Done,
            false => Exit::Partly,
        },
        failures,
        not_looked_through: looked.blind(mailbox),
        people_not_looked_up: unknown,
        identities_not_tried: viewed.untried(),
        people_in_doubt: doubts(&known, dialect, |_| true),
        dialect: dialect.clone(),
        unknown: 0,
        proofs: Vec::new(),
    };
    (checked, mending)
}

fn unlooked(error: &Error) -> String {
    format!("folders that the owner's list may not show were not looked for: {error}")
}
