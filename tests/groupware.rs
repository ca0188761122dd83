//! Calendars, address books and the like below a mailbox of Cyrus: nobody gives or takes anything
//! there unasked.

use std::collections::BTreeMap;
use std::fs;

use crate::hints::{commands, shell};
use crate::provider::client::quoted;
use crate::provider::{Client, Cyrus, Mailbox};

/// As Cyrus itself makes them, with what its services let everybody know of them.
const KEPT: [(&str, &str); 4] = [
    ("#calendars", "CALENDAR"),
    ("#calendars/Default", "CALENDAR"),
    ("#addressbooks", "ADDRESSBOOK"),
    ("#notifications", "COLLECTION"),
];

fn with_calendars(people: usize) -> Mailbox<'static> {
    let mailbox = Mailbox::on(Cyrus::running(), &["Sent"], people);
    let mut admin = Client::admin(mailbox.provider);
    for (folder, kind) in KEPT {
        let name = mailbox.owned(folder);
        admin.ok(&format!("CREATE {} (TYPE {kind})", quoted(&name)));
        admin.setacl(&name, "anyone", "9");
    }
    mailbox
}

/// What stands on them.
fn kept(mailbox: &Mailbox) -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let entries = |(folder, _): (&'static str, _)| (folder, mailbox.entries(folder));
    KEPT.into_iter().map(entries).collect()
}

#[test]
fn giving_and_taking_leave_them_alone() {
    let mailbox = with_calendars(3);
    let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
    mailbox.set("#calendars/Default", bob, "lrs");
    let before = kept(&mailbox);
    let unchanged = |done: &str| assert_eq!(kept(&mailbox), before, "{done}");
    mailbox
        .grant([alice, "--full-access", "--send-as"])
        .exits(0);
    mailbox.grant([bob, "--write"]).exits(0);
    unchanged("grant");
    let address = &*mailbox.address;
    let words = ["access", "copy", bob, carol, "--mailbox", address];
    mailbox.run(words).exits(0).says("verified");
    assert!(mailbox.rights(carol, "Sent").is_some());
    unchanged("access copy");
    let dir = mailbox.provider.dir();
    let file = dir.join(format!("{address}.toml"));
    let wish = format!("[mailbox.\"{address}\"]\nread-only = [\"{alice}\"]\n");
    fs::write(&file, wish).unwrap();
    let file = file.to_str().unwrap();
    mailbox
        .run(["apply", "-f", file, "--prune", "--yes"])
        .exits(0);
    assert_eq!(mailbox.rights(carol, "Sent"), None);
    unchanged("apply");
    for folder in ["#calendars/More", "#addressbooks"] {
        mailbox
            .run(["folder", "create", address, folder])
            .exits(64)
            .says("names no mail folder");
    }
    mailbox.grant([bob, "--write"]).exits(0);
    let ran = mailbox.revoke([bob]).exits(0).says("left alone");
    unchanged("revoke");
    let [by_name] = &commands(&ran)[..] else {
        panic!("{ran:?}")
    };
    mailbox.provider.run(shell(by_name)).exits(0);
    assert_eq!(mailbox.stored("#calendars", bob), None);
}

#[test]
fn they_are_taken_for_no_mail_folders() {
    let mailbox = with_calendars(1);
    let address = &*mailbox.address;
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    for words in [
        vec!["show", address],
        vec!["show", address, "-o", "json"],
        vec!["folder", "list", address],
        vec!["export", address],
        vec!["access", mailbox.alice(), "-o", "json"],
        vec!["explain", address, mailbox.alice()],
    ] {
        for (folder, _) in KEPT {
            mailbox.provider.run(&words).exits(0).says_not(folder);
        }
    }
    mailbox.run(["check", address]).exits(0).says_not("#");
}

#[test]
fn somebody_who_leaves_and_still_has_a_calendar_is_told() {
    let mailbox = with_calendars(1);
    let bob = mailbox.alice();
    mailbox.grant([bob, "--write"]).exits(0);
    mailbox.set("#calendars/Default", bob, "lrs");
    let before = kept(&mailbox);
    let ran = crate::offboard::over(&[&mailbox], &["offboard", bob, "--yes"]);
    let ran = ran.says("#calendars/Default").says("left alone");
    assert_eq!(kept(&mailbox), before);
    assert_eq!(mailbox.rights(bob, "Sent"), None);
    let by_name = commands(&ran)
        .into_iter()
        .find(|c| c.contains('#'))
        .unwrap();
    mailbox.provider.run(shell(&by_name)).exits(0);
    assert_eq!(mailbox.stored("#calendars/Default", bob), None);
}

#[test]
fn what_goes_with_a_mailbox_is_said_before() {
    let mailbox = with_calendars(0);
    let address = &*mailbox.address;
    mailbox
        .run(["delete", address])
        .exits(64)
        .says("and 4 folders without mail");
    mailbox.run(["delete", address, "--yes"]).exits(0);
    let mut admin = Client::admin(mailbox.provider);
    let root = mailbox.owned("INBOX");
    let left = admin.ok(&format!("LIST \"\" {}", quoted(&format!("{root}*"))));
    assert!(!left.contains('#'), "{left}");
}
