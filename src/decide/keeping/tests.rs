//! What goes for good, and where folders are labels.

use super::*;
use crate::decide::tests::mailbox;
use crate::model::retention::Age;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Ten messages of the year 2001, and forty of today.
fn aged() -> Aged {
    let item = |uid: u32| {
        let day = Some(day(if uid <= 10 {
            "2001-01-01"
        } else {
            "2026-11-29"
        }));
        Item {
            uid,
            size: 10,
            day,
            saved: day,
            is_answered: false,
            is_flagged: false,
            holds: Vec::new(),
            is_doubtful: false,
            conversation: None,
        }
    };
    Aged {
        uid_validity: 7,
        items: (1..=50).map(item).collect(),
        removes: true,
        ..Aged::default()
    }
}

fn keeping(folder: &str, aged: Aged) -> Result<Keeping> {
    let state = mailbox(&[("INBOX", &[]), ("Trash", &[])]);
    let mut policies = Policies::default();
    let policy = Policy {
        after: Age::Days(30),
        then: Then::Delete,
        only: None,
        grace: None,
        at_once: true,
    };
    policies.set(folder, policy);
    let found = vec![(state.folder(folder).unwrap(), Ok(aged))];
    Keeping::new(
        &state,
        &policies,
        found,
        Leave::default(),
        day("2026-11-29"),
    )
}

#[test]
fn nothing_goes_for_good_where_the_server_cannot_remove_exactly_that() {
    assert_eq!(keeping("INBOX", aged()).unwrap().for_good(), 10);
    let without = Aged {
        removes: false,
        ..aged()
    };
    let Err(error) = keeping("INBOX", without) else {
        panic!()
    };
    assert_eq!(error.exit(), Exit::Refused);
    assert!(error.what().contains("UIDPLUS"), "{error}");
}

#[test]
fn where_folders_are_labels_mail_goes_into_the_trash_and_for_good_from_there() {
    let labels = || Aged {
        is_label: true,
        ..aged()
    };
    let from_inbox = keeping("INBOX", labels()).unwrap();
    assert_eq!(from_inbox.for_good(), 0);
    let targets: Vec<&String> = from_inbox.targets().into_iter().collect();
    assert_eq!(targets, ["Trash"]);
    assert_eq!(keeping("Trash", labels()).unwrap().for_good(), 10);
}
