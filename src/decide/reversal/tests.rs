//! What is put back, and what is left alone.

use super::reversal as of;
use crate::decide::tests::mailbox;
use crate::model::change::back::Reversal;
use crate::model::change::{Change, Create, Delete, Entry, Rename};
use crate::model::folder::WireName;
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;

fn reversal(mailbox: &Mailbox, done: &[Change<String>]) -> Reversal {
    let place = |path: &str| {
        Some(Place {
            path: path.to_owned(),
            wire: WireName::inbox(),
        })
    };
    of(mailbox, done, &place)
}

fn rights(text: &str) -> Option<Rights> {
    (text != "-").then(|| Rights::parse(text).unwrap())
}

fn entry(folder: &str, before: &str, after: &str) -> Change<String> {
    Change::Entry(Entry {
        folder: folder.to_owned(),
        identifier: "alice".to_owned(),
        before: rights(before),
        after: rights(after),
    })
}

fn create(folder: &str) -> Change<String> {
    Change::Create(Create {
        folder: folder.to_owned(),
        special_use: None,
    })
}

/// How many go back, are back, and stay.
fn counts(mailbox: &Mailbox, done: &[Change<String>]) -> (usize, usize, usize) {
    let reversal = reversal(mailbox, done);
    (reversal.len(), reversal.already, reversal.kept.len())
}

#[test]
fn only_what_is_as_it_was_left_is_put_back() {
    let state = mailbox(&[
        ("INBOX", &[]),
        ("Sent", &[("alice", "lrs")]),
        ("Trash", &[("alice", "lra")]),
    ]);
    let taken = ["INBOX", "Sent", "Trash", "Gone"].map(|folder| entry(folder, "lrs", "-"));
    assert_eq!(counts(&state, &taken), (1, 1, 2));
}

#[test]
fn a_value_that_was_changed_twice_goes_back_to_the_first() {
    let done = [entry("INBOX", "lr", "lrs"), entry("INBOX", "lrs", "-")];
    for now in ["lrs", "-"] {
        let entries: Vec<(&str, &str)> = match now {
            "-" => Vec::new(),
            now => vec![("alice", now)],
        };
        let state = mailbox(&[("INBOX", &entries)]);
        let plan = reversal(&state, &done).plan;
        assert!(
            matches!(&plan.changes[..], [Change::Entry(Entry { after, .. })] if *after == rights("lr"))
        );
    }
    assert_eq!(
        counts(&mailbox(&[("INBOX", &[("alice", "lr")])]), &done).1,
        1
    );
}

#[test]
fn no_file_puts_more_than_an_identity_where_identities_are_kept() {
    let state = mailbox(&[("INBOX", &[]), ("Identities/Send As", &[])]);
    let mut state = state;
    state.part_identity_folders();
    let taken = |before| [entry("Identities/Send As", before, "-")];
    assert_eq!(counts(&state, &taken("lp")), (1, 0, 0));
    assert_eq!(counts(&state, &taken("lpa")), (0, 0, 1));
}

#[test]
fn an_entry_without_rights_and_none_are_the_same() {
    let state = mailbox(&[("INBOX", &[])]);
    assert_eq!(counts(&state, &[entry("INBOX", "lrs", "")]), (1, 0, 0));
    assert_eq!(counts(&state, &[entry("INBOX", "", "lrs")]), (0, 1, 0));
}

#[test]
fn a_new_folder_goes_again_only_when_it_is_empty() {
    let mut state = mailbox(&[
        ("INBOX", &[]),
        ("New", &[]),
        ("New/Below", &[]),
        ("Full", &[]),
        ("Full/Below", &[]),
    ]);
    for folder in &mut state.folders {
        folder.messages = Some(u64::from(folder.path == "Full/Below"));
    }
    let done = ["New", "New/Below", "Full", "Full/Below", "Gone"].map(create);
    let found = reversal(&state, &done);
    let gone: Vec<&str> = found
        .plan
        .changes
        .iter()
        .map(|c| c.folder().path.as_str())
        .collect();
    assert_eq!(gone, ["New/Below", "New"]);
    assert_eq!((found.already, found.kept.len()), (1, 2));
}

#[test]
fn a_new_folder_that_is_shared_with_others_stays() {
    let mut state = mailbox(&[
        ("INBOX", &[("alice", "lrs")]),
        ("New", &[("alice", "lrs"), ("bob", "lr")]),
        ("Other", &[("alice", "lrs"), ("dave", "lr")]),
    ]);
    for folder in &mut state.folders {
        folder.messages = Some(0);
    }
    let bobs = Change::Entry(Entry {
        folder: "New".to_owned(),
        identifier: "bob".to_owned(),
        before: None,
        after: rights("lr"),
    });
    let found = reversal(&state, &[create("New"), create("Other"), bobs]);
    let going = |change: &&Change| matches!(change, Change::Delete(..));
    let going: Vec<&Change> = found.plan.changes.iter().filter(going).collect();
    assert_eq!(going.len(), 1);
    assert_eq!(going[0].folder().path, "New");
    assert!(found.kept[0].why.contains("shared with dave"));
}

#[test]
fn a_new_mailbox_stays_and_that_is_no_failure() {
    let state = mailbox(&[("INBOX", &[])]);
    let found = reversal(&state, &[create("INBOX")]);
    assert!(found.mailbox_stays && found.is_empty() && found.kept.is_empty());
}

#[test]
fn the_folders_of_identities_stay() {
    let mut state = mailbox(&[("INBOX", &[]), ("Identities", &[])]);
    state.part_identity_folders();
    let stripped = entry("Identities", "lrka", "-");
    let found = reversal(&state, &[create("Identities"), stripped]);
    assert_eq!(found.stay, ["Identities"]);
    assert!(found.is_empty() && found.kept.is_empty());
}

#[test]
fn what_a_folder_of_identities_inherited_goes_though_nobody_wrote_it_down() {
    let state = |own: &[(&str, &str)]| {
        let mut state = mailbox(&[("INBOX", &[("carol", "lrs")]), ("Identities", own)]);
        state.part_identity_folders();
        state
    };
    let is_gone = |found: &Reversal, who: &str| {
        let mut changes = found.plan.changes.iter();
        changes.any(|change| {
            change.is_entry_of(who) && matches!(change, Change::Entry(Entry { after: None, .. }))
        })
    };
    let found = reversal(&state(&[("carol", "lrs")]), &[create("Identities")]);
    assert!(is_gone(&found, "carol") && found.kept.is_empty());
    // It was about to go when the run was killed.
    let taken = Change::Entry(Entry {
        folder: "Identities".to_owned(),
        identifier: "dave".to_owned(),
        before: rights("lra"),
        after: None,
    });
    let found = reversal(
        &state(&[("dave", "lra"), ("bob", "lp"), ("eve", "lrs")]),
        &[create("Identities"), taken],
    );
    assert!(is_gone(&found, "dave") && found.len() == 1);
    // Whoever was given an identity since then keeps it; what nobody can tell is named.
    assert_eq!(found.kept.len(), 1);
    assert_eq!(found.kept[0].identifier.as_deref(), Some("eve"));
}

#[test]
fn many_entries_on_many_folders_take_no_longer_the_more_they_are() {
    let entry = |folder: &String, n: usize| {
        Change::Entry(Entry {
            folder: folder.clone(),
            identifier: format!("person{n}"),
            before: rights("lrs"),
            after: None,
        })
    };
    crate::growth::is_linear(250, |count| {
        let names: Vec<String> = (0..count).map(|n| format!("F{n}")).collect();
        let folders: Vec<(&str, &[(&str, &str)])> =
            names.iter().map(|name| (name.as_str(), &[][..])).collect();
        let state = mailbox(&folders);
        let entries = names
            .iter()
            .flat_map(|name| (0..20).map(move |n| entry(name, n)));
        let done: Vec<Change<String>> = entries.collect();
        let found = reversal(&state, &done);
        assert_eq!(found.len(), 20 * count);
        assert!(crate::decide::lock_out(&state, &found.plan).is_ok());
    });
}

#[test]
fn what_was_deleted_cannot_come_back() {
    let state = mailbox(&[("INBOX", &[])]);
    let gone = Change::Delete(Delete {
        folder: "Old".to_owned(),
        messages: Some(3),
    });
    assert!(
        reversal(&state, &[gone]).kept[0]
            .why
            .contains("cannot come back")
    );
}

#[test]
fn a_folder_gets_its_name_back_and_the_mailbox_itself_no_other() {
    let state = mailbox(&[("INBOX", &[]), ("Bills", &[])]);
    let renamed = |folder: &str, to: &str| {
        Change::Rename(Rename {
            folder: folder.to_owned(),
            to: to.to_owned(),
            whole: false,
        })
    };
    let back = reversal(&state, &[renamed("Invoices", "Bills")]);
    assert!(back.kept.is_empty());
    let [Change::Rename(rename)] = &back.plan.changes[..] else {
        panic!("{back:?}");
    };
    assert_eq!(
        (&*rename.folder.path, &*rename.to.path),
        ("Bills", "Invoices")
    );
    for hostile in [renamed("Old", "INBOX"), renamed("Identities", "Bills")] {
        let back = reversal(&state, &[hostile]);
        assert!(back.plan.is_empty() && back.kept.len() == 1, "{back:?}");
    }
}
