//! `sharemail folder`, compared with what the servers hold.

use crate::provider::client::{quoted, utf7};
use crate::provider::{Mailbox, on_both};

const FOLDERS: [&str; 4] = ["Sent", "Archive", "Archive/2025", "Archived"];
const MESSAGE: &str = "Subject: hello\n\nworld\n";

/// The folders in the owner's own session, as on the wire, without those of others.
fn folders(mailbox: &Mailbox) -> Vec<String> {
    let mut folders = mailbox.member(&mailbox.address).list("*");
    folders.retain(|name| !name.starts_with("Other Users"));
    folders.sort_unstable();
    folders
}

fn folder<const N: usize>(mailbox: &Mailbox, verb: &str, words: [&str; N]) -> crate::provider::Ran {
    let first = ["folder", verb, &mailbox.address];
    mailbox.provider.run(first.iter().chain(&words))
}

#[test]
fn folders_are_listed_with_messages_and_members() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.set("Sent", mailbox.alice(), "lrs");
        mailbox.member(&mailbox.address).append("Sent", MESSAGE);
        let listed = folder(&mailbox, "list", ["-o", "json"]).exits(0).json();
        let rows = listed["folders"].as_array().unwrap();
        let names: Vec<&str> = rows
            .iter()
            .map(|row| row["folder"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            ["INBOX", "Archive", "Archive/2025", "Archived", "Sent"]
        );
        assert_eq!(rows[4]["messages"], 1);
        assert_eq!(rows[3]["messages"], 0);
        folder(&mailbox, "list", []).exits(0).says("Archive/2025");
    }
}

#[test]
fn a_new_folder_gets_the_grants_of_the_mailbox() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--write"]).exits(0);
        mailbox.set("Archive", bob, "lr");
        folder(&mailbox, "create", ["Plans/2026/May", "Archive/2026"]).exits(0);
        for new in ["Plans", "Plans/2026", "Plans/2026/May", "Archive/2026"] {
            assert_eq!(
                mailbox.rights(alice, new).as_deref(),
                Some("ilprsw"),
                "{new}"
            );
            assert_eq!(mailbox.rights(bob, new), None, "{new}");
        }
    }
}

#[test]
fn making_a_folder_again_sends_no_change() {
    for mailbox in on_both(&FOLDERS, 0) {
        folder(&mailbox, "create", ["Plans"]).exits(0);
        let ran = folder(&mailbox, "create", ["Plans", "-vv"]).exits(0);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("nothing to do");
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        let before = folders(&mailbox);
        for (verb, first, second) in [
            ("create", "Plans", "Plans/2026"),
            ("rename", "Archive", "Old"),
            ("delete", "Archive", "--yes"),
            ("subscribe", mailbox.alice(), "--folder=Sent"),
        ] {
            let words = [first, second, "--dry-run", "--detailed-exitcode", "-vv"];
            let ran = folder(&mailbox, verb, words).exits(2);
            assert_eq!(ran.changes(), [""; 0], "{verb}");
        }
        assert_eq!(folders(&mailbox), before);
    }
}

#[test]
fn a_folder_is_renamed_with_those_below_and_keeps_its_rights() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        mailbox
            .member(&mailbox.address)
            .append("Archive/2025", MESSAGE);
        folder(&mailbox, "rename", ["Archive", "Old"])
            .exits(64)
            .says("--yes");
        folder(&mailbox, "rename", ["Archive", "Old", "--yes"]).exits(0);
        assert_eq!(
            folders(&mailbox),
            [
                "Archived",
                "INBOX",
                "Identities",
                "Identities/Send As",
                "Identities/Send on Behalf",
                "Old",
                "Old/2025",
                "Sent"
            ]
        );
        assert_eq!(
            mailbox.rights(mailbox.alice(), "Old/2025").as_deref(),
            Some("ilprsw")
        );
        let mut alice = mailbox.member(mailbox.alice());
        let select = format!("SELECT {}", quoted(&mailbox.seen("Old/2025")));
        assert!(alice.ok(&select).contains("* 1 EXISTS"));
    }
}

#[test]
fn a_folder_is_deleted_with_those_below_and_no_other() {
    for mailbox in on_both(&FOLDERS, 0) {
        mailbox
            .member(&mailbox.address)
            .append("Archive/2025", MESSAGE);
        folder(&mailbox, "delete", ["Archive"])
            .exits(64)
            .says("--yes");
        assert_eq!(folders(&mailbox).len(), 5);
        let ran = folder(&mailbox, "delete", ["Archive", "--yes"]).exits(0);
        ran.says("2 folders and 1 message");
        assert_eq!(folders(&mailbox), ["Archived", "INBOX", "Sent"]);
        folder(&mailbox, "delete", ["Archive", "--yes"])
            .exits(67)
            .says("Archive");
    }
}

#[test]
fn the_inbox_is_neither_deleted_nor_renamed() {
    for mailbox in on_both(&FOLDERS, 0) {
        let before = folders(&mailbox);
        for (verb, words) in [
            ("delete", ["INBOX", "--yes", "-q"]),
            ("rename", ["INBOX", "Old", "--yes"]),
        ] {
            let ran = folder(&mailbox, verb, words);
            assert_ne!(ran.code, Some(0), "{ran:?}");
        }
        assert_eq!(folders(&mailbox), before);
    }
}

#[test]
fn members_are_subscribed_to_what_they_can_see() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--read-only"]).exits(0);
        mailbox
            .grant([bob, "--read-only", "--folder", "Archive"])
            .exits(0);
        folder(&mailbox, "subscribe", [alice, bob]).exits(0);
        let subscribed = |person| mailbox.member(person).ok("LSUB \"\" \"*\"");
        for name in ["INBOX", "Sent", "Archive", "Archive/2025", "Archived"] {
            assert!(subscribed(alice).contains(&mailbox.seen(name)), "{name}");
        }
        assert!(subscribed(bob).contains(&mailbox.seen("Archive/2025")));
        assert!(!subscribed(bob).contains(&mailbox.seen("Sent")));
        let again = folder(&mailbox, "subscribe", [alice, bob, "-vv"]).exits(0);
        assert_eq!(again.changes(), [""; 0]);
    }
}

#[test]
fn only_the_folders_named_are_subscribed() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        folder(
            &mailbox,
            "subscribe",
            [mailbox.alice(), "--folder", "Archive", "--no-recurse"],
        )
        .exits(0);
        let lists = mailbox.member(mailbox.alice()).ok("LSUB \"\" \"*\"");
        assert!(lists.contains(&mailbox.seen("Archive")));
        assert!(
            !lists.contains("2025") && !lists.contains("Sent"),
            "{lists}"
        );
    }
}

#[test]
fn nobody_is_subscribed_who_does_not_exist() {
    for mailbox in on_both(&FOLDERS, 0) {
        folder(&mailbox, "subscribe", ["nobody"]).exits(67);
    }
}

#[test]
fn odd_names_are_made_renamed_and_deleted() {
    for mailbox in on_both(&[], 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let before = folders(&mailbox);
        for name in [
            "Entwürfe & Ideen",
            "R&D",
            "📥 new",
            "下書き",
            "a  b",
            "it's",
            "&-x",
            "-dash",
        ] {
            folder(&mailbox, "create", ["--", name]).exits(0);
            assert!(folders(&mailbox).contains(&utf7(name)), "{name}");
            assert_eq!(
                mailbox.rights(mailbox.alice(), name).as_deref(),
                Some("ilprsw"),
                "{name}"
            );
            let new = format!("{name} Ö");
            folder(&mailbox, "rename", ["--yes", "--", name, &new]).exits(0);
            assert!(folders(&mailbox).contains(&utf7(&new)), "{name}");
            folder(&mailbox, "delete", ["--yes", "--", &new]).exits(0);
            assert_eq!(folders(&mailbox), before);
        }
    }
}

#[test]
fn names_that_the_server_cannot_hold_are_refused_in_its_words() {
    for mailbox in on_both(&[], 0) {
        for name in ["a//b", "/a", "a/", "~x"] {
            let ran = folder(&mailbox, "create", [name]);
            assert!(
                ran.code != Some(0) || folders(&mailbox).len() > 1,
                "{name}: {ran:?}"
            );
            ran.says_not("panicked");
        }
    }
}

#[test]
fn what_was_made_is_taken_back_by_its_undo_file() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let before = folders(&mailbox);
        let file = format!("{}.undo", mailbox.address);
        let path = mailbox.provider.dir().join(file);
        let path = path.to_str().unwrap();
        let words = ["Plans", "Plans/2026", "--undo-file", path];
        let ran = folder(&mailbox, "create", words).exits(0);
        ran.says("this takes it back");
        assert_ne!(folders(&mailbox), before);
        mailbox.provider.run(["undo", path, "--yes"]).exits(0);
        assert_eq!(folders(&mailbox), before);
    }
}

#[test]
fn a_name_is_taken_back_by_its_undo_file() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let before = folders(&mailbox);
        let file = format!("{}-name.undo", mailbox.address);
        let path = mailbox.provider.dir().join(file);
        let path = path.to_str().unwrap();
        let words = ["Archive", "Bills", "--yes", "--undo-file", path];
        folder(&mailbox, "rename", words)
            .exits(0)
            .says("this takes it back");
        assert_ne!(folders(&mailbox), before);
        mailbox.provider.run(["undo", path, "--yes"]).exits(0);
        assert_eq!(folders(&mailbox), before);
        let again = mailbox
            .provider
            .run(["undo", path, "--yes", "-vv"])
            .exits(0);
        assert_eq!(again.changes(), [""; 0]);
    }
}

#[test]
fn no_undo_file_promises_mail_back() {
    for mailbox in on_both(&FOLDERS, 0) {
        let before = folders(&mailbox);
        let path = mailbox.provider.dir().join("never.undo");
        let words = ["--yes", "--undo-file", path.to_str().unwrap()];
        let ran = folder(&mailbox, "delete", ["Sent", words[0], words[1], words[2]]).exits(64);
        ran.says("does not come back");
        let all = [&["delete", &mailbox.address], &words[..]].concat();
        mailbox.provider.run(all).exits(64);
        assert_eq!(folders(&mailbox), before);
        assert!(!path.exists());
    }
}

/// Cyrus keeps a deleted folder under a name that tells the second.
#[test]
fn a_folder_that_comes_and_goes_twice_in_a_second_is_gone() {
    for mailbox in on_both(&FOLDERS, 1) {
        for _ in 0..6 {
            mailbox.member(&mailbox.address).create("Brief");
            folder(&mailbox, "delete", ["Brief", "--yes"])
                .exits(0)
                .says("Brief");
            assert!(!folders(&mailbox).contains(&"Brief".to_owned()));
        }
    }
}

#[test]
fn members_see_what_was_made_and_what_is_gone_where_that_is_asked_for() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let ran = folder(&mailbox, "create", ["Plans", "--proof", "all"]).exits(0);
        ran.says(&format!("{}: seen as", mailbox.alice()));
        let words = ["Plans", "--yes", "--proof", "all", "-o", "json"];
        let gone = folder(&mailbox, "delete", words).exits(0).json();
        assert_eq!(gone["proofs"][0]["who"], mailbox.alice(), "{gone}");
        assert_eq!(gone["proofs"][0]["proof"]["result"], "verified", "{gone}");
        let address = &mailbox.address;
        let words = ["create", address, "--folder", "Plans/Old", "--proof", "all"];
        let made = mailbox.run(words).exits(0);
        made.says(&format!("{}: seen as", mailbox.alice()));
        let words = ["Plans/Old", "Plans/New", "--yes", "--proof", "all"];
        folder(&mailbox, "rename", words)
            .exits(0)
            .says("1 member see it under its new name");
        folder(&mailbox, "delete", ["Plans", "--yes"]).exits(0);
        // Unasked nobody is looked at.
        let ran = folder(&mailbox, "create", ["Plans", "-o", "json"]).exits(0);
        assert_eq!(ran.json().get("proofs"), None);
    }
}
