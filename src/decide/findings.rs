//! check: what is out of order in a mailbox's entries, and the plan that mends it.

use crate::model::address::Address;
use crate::model::dialect::{Family, Reading};
use crate::model::finding::Finding;
use crate::model::login::Spelling;
use crate::model::plan::{Change, Plan};
use crate::model::state::{Known, Mailbox};
use std::collections::BTreeMap;

/// Everything that is out of order in `mailbox`. `known` says of an identifier whether the
/// server knows the person; identifiers that are not in it are not judged.
pub fn findings(mailbox: &Mailbox, known: &BTreeMap<String, Known>) -> Vec<Finding> {
    let mut found = Vec::new();
    for identifier in mailbox.members() {
        let folders = || with_entry(mailbox, identifier);
        let identifier = identifier.to_owned();
        match (judge(mailbox, &identifier), known.get(&identifier)) {
            (Judgement::Negative, _) => {
                found.push(Finding::Negative {
                    folders: folders(),
                    identifier,
                });
            }
            (Judgement::Everybody, _) => {
                found.push(Finding::Everybody {
                    folders: folders(),
                    identifier,
                });
            }
            (_, Some(Known::No)) => {
                found.push(Finding::UnknownPerson {
                    folders: folders(),
                    identifier,
                });
            }
            (Judgement::Misspelt(meant), _) => {
                found.push(Finding::Misspelt {
                    folders: folders(),
                    identifier,
                    meant,
                });
            }
            (Judgement::Usual, _) => found.extend(not_inherited(mailbox, &identifier)),
        }
    }
    for folder in &mailbox.folders {
        if let Err(why) = &folder.acl {
            found.push(Finding::Unreadable {
                folders: vec![folder.path.clone()],
                why: why.clone(),
            });
        }
    }
    found
}

/// The plan that mends what can be mended without guessing: missing entries are added, entries
/// of people whom the server does not know are removed.
pub fn mend(mailbox: &Mailbox, findings: &[Finding]) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    for finding in findings {
        let (identifier, folders, after) = match finding {
            Finding::NotInherited {
                identifier,
                rights,
                folders,
            } => (identifier, folders, Some(*rights)),
            Finding::UnknownPerson {
                identifier,
                folders,
            } => (identifier, folders, None),
            _ => continue,
        };
        for folder in folders.iter().filter_map(|path| mailbox.folder(path)) {
            plan.changes.push(Change::Entry {
                folder: folder.place(),
                identifier: identifier.clone(),
                before: folder.rights_of(identifier),
                after,
            });
        }
    }
    plan
}

enum Judgement {
    Usual,
    Negative,
    Everybody,
    Misspelt(String),
}

fn judge(mailbox: &Mailbox, identifier: &str) -> Judgement {
    match mailbox.dialect.read(identifier) {
        Reading::Negative(_) => Judgement::Negative,
        Reading::Special("owner" | "administrators") | Reading::Group(_) => Judgement::Usual,
        Reading::Special(_) => Judgement::Everybody,
        Reading::Person(name) => match proper(mailbox, name) {
            Some(meant) if meant != name => Judgement::Misspelt(meant),
            _ => Judgement::Usual,
        },
    }
}

/// How the server would have to spell what `name` looks like, where that can be told.
fn proper(mailbox: &Mailbox, name: &str) -> Option<String> {
    if mailbox.dialect.family == Family::Dovecot {
        for mark in ["group:", "group="] {
            if let Some(group) = name.strip_prefix(mark) {
                return Some(format!("${group}"));
            }
        }
    }
    let owner = mailbox
        .owner
        .as_deref()
        .and_then(|owner| owner.rsplit_once('@'));
    match (mailbox.dialect.people, name.contains('@')) {
        (Spelling::Address, true) => Address::parse(name, None).ok().map(|a| a.to_string()),
        (Spelling::Address, false) => {
            owner.map(|(_, domain)| format!("{name}@{domain}").to_lowercase())
        }
        // People of other domains may rightly stand there by their address.
        (Spelling::LocalPart, true) => {
            let (local, domain) = name.rsplit_once('@')?;
            let ours = mailbox
                .name
                .rsplit_once('@')
                .is_some_and(|(_, ours)| ours == domain);
            ours.then(|| local.to_owned())
        }
        (Spelling::LocalPart, false) => None,
    }
}

fn with_entry(mailbox: &Mailbox, identifier: &str) -> Vec<String> {
    let has = |folder: &&_| crate::model::state::Folder::rights_of(folder, identifier).is_some();
    mailbox
        .folders
        .iter()
        .filter(has)
        .map(|folder| folder.path.clone())
        .collect()
}

fn not_inherited(mailbox: &Mailbox, identifier: &str) -> Option<Finding> {
    let rights = mailbox.folders.first()?.rights_of(identifier)?;
    let lacks = |folder: &&crate::model::state::Folder| {
        folder.acl.is_ok() && folder.rights_of(identifier).is_none()
    };
    let folders: Vec<String> = mailbox
        .folders
        .iter()
        .filter(lacks)
        .map(|folder| folder.path.clone())
        .collect();
    let identifier = identifier.to_owned();
    (!folders.is_empty()).then_some(Finding::NotInherited {
        identifier,
        rights,
        folders,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn a_folder_that_never_inherited_is_found_and_mended() {
        let state = mailbox(&[
            ("INBOX", &[("alice@example.com", "lrs")]),
            ("Sent", &[("alice@example.com", "lrs")]),
            ("Old", &[]),
        ]);
        let found = findings(&state, &BTreeMap::new());
        assert!(matches!(&found[..],
            [Finding::NotInherited { identifier, folders, .. }]
                if identifier == "alice@example.com" && folders == &["Old"]));
        let plan = mend(&state, &found);
        assert_eq!(plan.changes.len(), 1);
        assert_eq!(plan.changes[0].folder().path, "Old");
    }

    #[test]
    fn deliberately_different_rights_are_no_finding() {
        let state = mailbox(&[
            ("INBOX", &[("alice@example.com", "lrs")]),
            ("Sent", &[("alice@example.com", "l")]),
        ]);
        assert_eq!(findings(&state, &BTreeMap::new()), []);
    }

    #[test]
    fn only_people_whom_the_server_disowns_are_orphans() {
        let state = mailbox(&[(
            "INBOX",
            &[("gone@example.com", "lrs"), ("here@example.com", "lrs")],
        )]);
        let known = BTreeMap::from([
            ("gone@example.com".to_owned(), Known::No),
            ("here@example.com".to_owned(), Known::Yes),
        ]);
        let found = findings(&state, &known);
        assert!(matches!(&found[..],
            [Finding::UnknownPerson { identifier, .. }] if identifier == "gone@example.com"));
        assert_eq!(mend(&state, &found).changes.len(), 1);
    }

    #[test]
    fn spellings_that_give_nothing_are_told_with_the_right_one() {
        let state = mailbox(&[(
            "INBOX",
            &[
                ("Alice@Example.com", "lr"),
                ("group:team", "lr"),
                ("bob", "lr"),
                ("$ok", "lr"),
            ],
        )]);
        let meant: Vec<String> = findings(&state, &BTreeMap::new())
            .into_iter()
            .filter_map(|finding| match finding {
                Finding::Misspelt { meant, .. } => Some(meant),
                _ => None,
            })
            .collect();
        assert_eq!(meant, ["alice@example.com", "bob@example.com", "$team"]);
    }

    #[test]
    fn negative_entries_and_entries_for_everybody_are_told_but_not_mended() {
        let state = mailbox(&[("INBOX", &[("-bob@example.com", "r"), ("anyone", "lrs")])]);
        let found = findings(&state, &BTreeMap::new());
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|finding| !finding.can_be_mended()));
        assert!(mend(&state, &found).is_empty());
    }
}
