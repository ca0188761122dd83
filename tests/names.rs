//! Names of folders and people that are not plain words.

use crate::provider::client::{is_ok, quoted, replies};
use crate::provider::{Cyrus, Kind, Mailbox, on_both};

/// Folder names with everything that IMAP, modified UTF-7 or a pattern gives a meaning to.
const ODD: [&str; 16] = [
    "two words",
    "  ",
    "R&D",
    "&-",
    "&AOQ-",
    "quo\"te",
    "back\\slash",
    "star*",
    "per%cent",
    "Entwürfe",
    "下書き",
    "📥🦀",
    "a📥b/ü&",
    "(brackets) {12}",
    "NIL",
    "it's $5; 100+",
];

/// A mailbox with those of the odd folders that this server takes.
fn odd(mailbox: &Mailbox) -> Vec<&'static str> {
    let mut owner = mailbox.owner();
    let takes =
        |name: &&str| is_ok(&owner.command(&format!("CREATE {}", quoted(&mailbox.owned(name)))));
    let names: Vec<&str> = ODD.into_iter().filter(takes).collect();
    let least = if mailbox.provider.kind() == Kind::Dovecot {
        15
    } else {
        11
    };
    assert!(names.len() >= least, "{names:?}");
    names
}

#[test]
fn odd_folders_are_granted_shown_and_revoked_like_any_other() {
    for mailbox in on_both(&[], 1) {
        let (names, alice) = (odd(&mailbox), mailbox.alice());
        mailbox
            .grant([alice, "--write", "--subscribe"])
            .exits(0)
            .says("verified");
        let reply = mailbox.member(alice).ok("LSUB \"\" \"*\"");
        let subscribed: Vec<String> = replies(&reply, "LSUB")
            .into_iter()
            .filter_map(|mut words| words.pop())
            .collect();
        let shown = mailbox
            .run(["show", &mailbox.address, "-o", "json"])
            .exits(0)
            .json();
        let shown: Vec<&str> = shown["folders"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|f| f.as_str())
            .collect();
        for name in &names {
            assert_eq!(
                mailbox.rights(alice, name).as_deref(),
                Some("ilprsw"),
                "{name}"
            );
            assert!(shown.contains(name), "{name} in {shown:?}");
            assert!(
                subscribed.contains(&mailbox.seen(name)),
                "{name} in {subscribed:?}"
            );
        }
        mailbox.revoke([alice]).exits(0).says("verified");
        for name in &names {
            assert_eq!(mailbox.rights(alice, name), None, "{name}");
        }
    }
}

#[test]
fn each_odd_folder_can_be_named_alone() {
    for mailbox in on_both(&["starling", "per1cent", "two"], 1) {
        let (names, alice) = (odd(&mailbox), mailbox.alice());
        let folders: Vec<String> = names
            .iter()
            .filter(|name| !name.trim().is_empty())
            .map(|name| format!("--folder={name}"))
            .collect();
        let words = ["grant", &mailbox.address, alice, "--write", "--no-recurse"];
        let words = words.into_iter().chain(folders.iter().map(String::as_str));
        mailbox.provider.run(words).exits(0).says("verified");
        for name in names.iter().filter(|name| !name.trim().is_empty()) {
            assert_eq!(
                mailbox.stored(name, alice).as_deref(),
                Some("ilprsw"),
                "{name}"
            );
        }
        for other in ["INBOX", "starling", "per1cent", "two"] {
            assert_eq!(mailbox.stored(other, alice), None, "{other}");
        }
    }
}

#[test]
fn case_tells_folders_apart_except_the_inbox() {
    for mailbox in on_both(&["Plans", "plans", "PLANS"], 1) {
        let alice = mailbox.alice();
        mailbox
            .grant([alice, "--write", "--folder", "plans", "--folder", "inbox"])
            .exits(0)
            .says("2 folders");
        let stored = |folder| mailbox.stored(folder, alice).is_some();
        let all = ["Plans", "plans", "PLANS", "INBOX"].map(stored);
        assert_eq!(all, [false, true, false, true]);
    }
}

#[test]
fn odd_identifiers_are_passed_as_they_stand() {
    let [mailbox, _] = on_both(&[], 0);
    for who in [
        "with blank",
        "quo\"te",
        "back\\slash",
        "star*",
        "ümläut",
        "(x)",
        "NIL",
        "{3}",
        "$5",
    ] {
        mailbox.grant([&format!("id:{who}"), "--read-only", "--force"]);
        assert_eq!(
            mailbox.entries("INBOX").get(who).map(String::as_str),
            Some("lrs"),
            "{who}"
        );
        mailbox.revoke([&format!("id:{who}")]).exits(0);
        assert_eq!(mailbox.entries("INBOX").get(who), None, "{who}");
    }
}

#[test]
fn a_folder_that_only_looks_like_an_option_is_taken() {
    for mailbox in on_both(&["-dash", "--yes"], 1) {
        let alice = mailbox.alice();
        mailbox
            .grant([alice, "--write", "--folder=-dash", "--folder=--yes"])
            .exits(0)
            .says("2 folders");
        assert_eq!(mailbox.rights(alice, "-dash").as_deref(), Some("ilprsw"));
    }
}

#[test]
fn a_folder_called_inbox_below_the_mailbox_is_told_apart_from_it() {
    let mailbox = Mailbox::on(Cyrus::running(), &["Inbox", "Sent"], 2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    mailbox
        .grant([alice, "--read-only", "--folder", "Inbox"])
        .exits(0);
    assert_eq!(mailbox.stored("INBOX", alice).as_deref(), Some("lrs"));
    assert_eq!(mailbox.stored("Inbox", alice), None);
    let ran = mailbox.grant([bob, "--read-only", "--folder", "./Inbox"]);
    ran.exits(0).says("verified as");
    assert_eq!(mailbox.stored("INBOX", bob), None);
    assert_eq!(mailbox.stored("Inbox", bob).as_deref(), Some("lrs"));
    let shown = mailbox.run(["show", &mailbox.address]).exits(0);
    shown.says("1 of 3: INBOX").says("1 of 3: ./Inbox");
    mailbox.grant([alice, "--write"]).exits(0);
    assert_eq!(mailbox.stored("Inbox", alice).as_deref(), Some("ilprsw"));
    let words = [
        "folder",
        "rename",
        &mailbox.address,
        "./Inbox",
        "Eingang",
        "--yes",
    ];
    mailbox.run(words).exits(0);
    assert_eq!(mailbox.stored("Eingang", bob).as_deref(), Some("lrs"));
}
