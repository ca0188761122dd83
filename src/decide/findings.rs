//! check: what is out of order in a mailbox's entries, and the plan that mends it.

use super::identity::{identity_findings, mend_identities};
use super::settings::settings_findings;
use super::usage::nearly_full;
use crate::model::address::Address;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::{Family, Reading};
use crate::model::finding::{Finding, FindingKind};
use crate::model::login::Spelling;
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Known, Mailbox};
use std::collections::BTreeMap;

/// Everything that is out of order in `mailbox`. `known` says of an identifier whether the
/// server knows the person; identifiers that are not in it are not judged.
pub fn findings(mailbox: &Mailbox, known: &BTreeMap<String, Known>) -> Vec<Finding> {
    let mut found = Vec::new();
    for identifier in mailbox.identifiers() {
        let entries = |kind| about(mailbox, kind, identifier, with_entry(mailbox, identifier));
        match (judge(mailbox, identifier), known.get(identifier)) {
            // Seen on Dovecot 2.4 beside what the server's configuration gives: it takes nothing.
            (Judgement::Negative, _) if takes_nothing(mailbox, identifier) => {}
            (Judgement::Negative, _) => found.push(entries(FindingKind::Negative)),
            (Judgement::Everybody, _) => found.push(entries(FindingKind::Everybody)),
            (_, Some(Known::No)) => found.push(entries(FindingKind::UnknownPerson)),
            (Judgement::Misspelt(meant), _) => {
                found.push(Finding {
                    detail: Some(mailbox.dialect.who(&meant)),
                    ..entries(FindingKind::Misspelt)
                });
            }
            (Judgement::Usual, _) => {
                found.extend(without_entry(mailbox, identifier));
                found.extend(hidden(mailbox, identifier));
            }
        }
    }
    for folder in mailbox.folders.iter().chain(&mailbox.identity_folders) {
        if let Err(why) = &folder.acl {
            let finding = Finding::of_folder(FindingKind::Unreadable, &folder.path);
            found.push(Finding {
                detail: Some(why.clone()),
                ..finding
            });
        }
    }
    found.extend(identity_findings(mailbox));
    found.extend(settings_findings(mailbox));
    found.extend(nearly_full(mailbox));
    found
}

fn takes_nothing(mailbox: &Mailbox, identifier: &str) -> bool {
    let all = mailbox.folders.iter().chain(&mailbox.identity_folders);
    let mut taken = all.filter_map(|folder| folder.rights_of(identifier));
    taken.all(Rights::is_empty)
}

/// The plan that mends the entries that can be mended without guessing: folders that never
/// inherited get the mailbox's, those of people whom the server does not know, and
/// identity folders that cannot be believed are emptied.
pub fn mend(mailbox: &Mailbox, findings: &[Finding]) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    let about_entries = |finding: &&Finding| {
        matches!(
            finding.kind,
            FindingKind::NotInherited | FindingKind::UnknownPerson
        )
    };
    for finding in findings.iter().filter(about_entries) {
        let all = mailbox.folders.iter().chain(&mailbox.identity_folders);
        let folders = all.filter(|folder| finding.folders.contains(&folder.path));
        plan.changes.extend(folders.map(|folder| {
            Change::Entry(Entry {
                folder: folder.place(),
                identifier: finding.identifier.clone(),
                before: folder.rights_of(&finding.identifier),
                after: finding.rights,
            })
        }));
    }
    // Somebody unknown may stand in an identity folder that is emptied as a whole.
    let emptied = mend_identities(mailbox).changes.into_iter();
    let new: Vec<Change> = emptied
        .filter(|change| !plan.changes.contains(change))
        .collect();
    plan.changes.extend(new);
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
        // Whoever logs in so is called so.
        Reading::Person(name) if name == mailbox.login => Judgement::Usual,
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
        // Beside addresses Cyrus reads a bare name as somebody of its default domain.
        (Spelling::Address, false) if mailbox.dialect.family == Family::Cyrus => None,
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
    let has = |folder: &&_| Folder::rights_of(folder, identifier).is_some();
    mailbox
        .folders
        .iter()
        .chain(&mailbox.identity_folders)
        .filter(has)
        .map(|folder| folder.path.clone())
        .collect()
}

/// The folders that lack what the mailbox itself gives `identifier`: those that never inherited
/// anything, and those where only this member is missing.
fn without_entry(mailbox: &Mailbox, identifier: &str) -> Vec<Finding> {
    let Some(rights) = mailbox.root().and_then(|root| root.rights_of(identifier)) else {
        return Vec::new();
    };
    let lacks = |folder: &&Folder| folder.acl.is_ok() && folder.rights_of(identifier).is_none();
    let (bare, others): (Vec<&Folder>, Vec<&Folder>) = mailbox
        .folders
        .iter()
        .filter(lacks)
        .partition(|folder| !has_member(mailbox, folder));
    let paths = |folders: Vec<&Folder>| folders.iter().map(|folder| folder.path.clone()).collect();
    let finding = |kind, folders| Finding {
        rights: Some(rights),
        ..about(mailbox, kind, identifier, paths(folders))
    };
    let both = [
        finding(FindingKind::NotInherited, bare),
        finding(FindingKind::Lacking, others),
    ];
    both.into_iter()
        .filter(|finding| !finding.folders.is_empty())
        .collect()
}

/// Whether anybody but the owner and the administrator has an entry on `folder`.
fn has_member(mailbox: &Mailbox, folder: &Folder) -> bool {
    let keepers = [mailbox.owner.as_deref(), mailbox.administrator.as_deref()];
    folder
        .entries()
        .any(|(name, _)| !keepers.contains(&Some(name)) && !mailbox.is_builtin(name))
}

/// The folders that `identifier` can read and that no list shows.
fn hidden(mailbox: &Mailbox, identifier: &str) -> Option<Finding> {
    let unlisted = |folder: &&Folder| {
        folder
            .rights_of(identifier)
            .is_some_and(|rights| rights.has('r') && !rights.has('l'))
    };
    let folders: Vec<String> = mailbox
        .folders
        .iter()
        .filter(unlisted)
        .map(|folder| folder.path.clone())
        .collect();
    (!folders.is_empty()).then(|| about(mailbox, FindingKind::Hidden, identifier, folders))
}

/// A finding about the entries of `identifier`, called as people call it.
fn about(mailbox: &Mailbox, kind: FindingKind, identifier: &str, folders: Vec<String>) -> Finding {
    Finding::new(kind, &mailbox.dialect, identifier, folders)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn a_folder_is_not_taken_for_the_mailbox_that_is_no_folder() {
        let state = mailbox(&[("A", &[("bob@example.com", "lr")]), ("B", &[])]);
        assert_eq!(findings(&state, &BTreeMap::new()), []);
        let inherited = crate::decide::inherited(&state, [&state.folders[1].place()]).unwrap();
        assert!(inherited.is_empty());
    }

    #[test]
    fn a_folder_that_never_inherited_is_found_and_mended() {
        let state = mailbox(&[
            ("INBOX", &[("alice@example.com", "lrs")]),
            ("Sent", &[("alice@example.com", "lrs")]),
            ("Old", &[]),
        ]);
        let found = findings(&state, &BTreeMap::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, FindingKind::NotInherited);
        assert_eq!(
            (&*found[0].identifier, &*found[0].folders[0]),
            ("alice@example.com", "Old")
        );
        let plan = mend(&state, &found);
        assert_eq!(plan.changes.len(), 1);
        assert_eq!(plan.changes[0].folder().path, "Old");
    }

    #[test]
    fn an_entry_that_only_one_member_lacks_is_told_and_left_alone() {
        let both = [("alice@example.com", "lrs"), ("bob@example.com", "lrs")];
        let state = mailbox(&[
            ("INBOX", &both),
            ("Archive", &[("alice@example.com", "lrs")]),
        ]);
        let found = findings(&state, &BTreeMap::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, FindingKind::Lacking);
        assert!(mend(&state, &found).is_empty());
    }

    #[test]
    fn a_folder_that_can_be_read_but_not_listed_is_told() {
        let state = mailbox(&[("INBOX", &[("alice@example.com", "rs")])]);
        let found = findings(&state, &BTreeMap::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, FindingKind::Hidden);
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
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, FindingKind::UnknownPerson);
        assert_eq!(found[0].identifier, "gone@example.com");
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
            .filter_map(|finding| finding.detail)
            .collect();
        assert_eq!(
            meant,
            ["alice@example.com", "bob@example.com", "group:team"]
        );
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
