//! offboard: every entry of somebody who leaves, in every spelling.

use super::access::spell;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::Unspeakable;
use crate::model::failure::Unopened;
use crate::model::plan::Plan;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;

/// The plan that takes every entry of `who` away: those of each folder and of each identity folder,
/// whether it is believed or not, those that give and those that take away. Somebody's own mailbox
/// is left alone.
///
/// Folders whose ACL cannot be read are left out; the caller names them.
pub fn leaving(mailbox: &Mailbox, who: &Who) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    if is_own(mailbox, who) {
        return plan;
    }
    for folder in all_folders(mailbox) {
        let hers = folder
            .entries()
            .filter(|(identifier, _)| mailbox.dialect.means(identifier, who));
        plan.changes.extend(hers.map(|(identifier, before)| {
            Change::Entry(Entry {
                folder: folder.place(),
                identifier: identifier.to_owned(),
                before: Some(before),
                after: None,
            })
        }));
    }
    plan
}

/// How `who` is spelled where the entry counts; nothing where none could.
///
/// # Errors
/// [`Exit::Config`] where WHO cannot be spelled for the server.
pub fn spelled(mailbox: &Mailbox, who: &Who) -> Result<Option<String>> {
    match mailbox.dialect.spell(who) {
        Err(Unspeakable::Poisonous) => Ok(None),
        _ => spell(mailbox, who).map(Some),
    }
}

/// Whether the mailbox is `who`'s own.
pub fn is_own(mailbox: &Mailbox, who: &Who) -> bool {
    let owner = mailbox.owner.as_deref();
    owner.is_some_and(|owner| mailbox.dialect.means(owner, who))
}

/// The folders, and then those that keep identities.
pub fn all_folders(mailbox: &Mailbox) -> impl Iterator<Item = &Folder> {
    mailbox.folders.iter().chain(&mailbox.identity_folders)
}

/// The folders of a mailbox whose entries could not be read.
pub fn unreadable(mailbox: &Mailbox) -> Option<Unopened> {
    let bad = all_folders(mailbox).filter(|folder| folder.acl.is_err());
    let bad: Vec<&str> = bad.map(|folder| folder.path.as_str()).collect();
    let first = bad.first()?;
    let more = match bad.len() - 1 {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    Some(Unopened {
        mailbox: mailbox.name.clone(),
        why: format!("the entries of {first:?}{more} could not be read"),
        exit: Exit::Partly,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{mailbox, who};

    fn taken(mailbox: &Mailbox, name: &str) -> Vec<String> {
        let entry = |change: &Change| match change {
            Change::Entry(Entry {
                folder,
                identifier,
                after: None,
                ..
            }) => format!("{} {identifier}", folder.path),
            other => panic!("{other:?}"),
        };
        leaving(mailbox, &who(name))
            .changes
            .iter()
            .map(entry)
            .collect()
    }

    #[test]
    fn every_spelling_on_every_folder_goes_and_nobody_else() {
        let mut state = mailbox(&[
            (
                "INBOX",
                &[("alice@example.com", "lra"), ("bob@example.com", "lr")],
            ),
            ("Sent", &[("-Alice@example.com", "lr"), ("$alice", "lr")]),
            (
                "Identities/Send As",
                &[("alice", "lrswipkxtea"), ("bob@example.com", "lp")],
            ),
        ]);
        state.part_identity_folders();
        assert_eq!(
            taken(&state, "alice"),
            [
                "INBOX alice@example.com",
                "Sent -Alice@example.com",
                "Identities/Send As alice"
            ]
        );
    }

    #[test]
    fn a_persons_own_mailbox_is_left_alone() {
        let state = mailbox(&[("INBOX", &[("support@example.com", "lra")])]);
        assert!(is_own(&state, &who("support")));
        assert!(taken(&state, "support").is_empty());
    }
}
