//! `sharemail check`, compared with what the servers hold.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::provider::{Cyrus, Dovecot, Mailbox, Toy, on_both, terminal};

const FOLDERS: [&str; 2] = ["Sent", "Archive"];

/// The findings of one kind.
fn findings(mailbox: &Mailbox, kind: &str) -> Vec<Value> {
    let checked = mailbox
        .run(["check", &mailbox.address, "-o", "json"])
        .json();
    let findings = checked["mailboxes"][0]["findings"]
        .as_array()
        .unwrap()
        .clone();
    findings
        .into_iter()
        .filter(|finding| finding["finding"] == kind)
        .collect()
}

/// Without what Cyrus gives to everybody by itself.
fn orderly(people: usize) -> [Mailbox<'static>; 2] {
    let mailboxes = on_both(&FOLDERS, people);
    for mailbox in &mailboxes {
        for folder in ["INBOX", "Sent", "Archive"] {
            let owned = mailbox.owned(folder);
            mailbox.owner().ok(&format!("DELETEACL {owned} anyone"));
        }
    }
    mailboxes
}

#[test]
fn a_mailbox_in_order_is_said_to_be() {
    for mailbox in orderly(1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        mailbox
            .run(["check", &mailbox.address])
            .exits(0)
            .says("in order");
    }
}

#[test]
fn a_folder_that_never_inherited_is_found_and_mended() {
    for mailbox in orderly(1) {
        let alice = mailbox.alice();
        mailbox.set("INBOX", alice, "lrswip");
        mailbox.set("Sent", alice, "lrswip");
        let found = findings(&mailbox, "not-inherited");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["folders"], serde_json::json!(["Archive"]));
        mailbox
            .run(["check", &mailbox.address])
            .exits(2)
            .says("Archive")
            .says("--fix");
        let dry = mailbox
            .run(["check", &mailbox.address, "--fix", "--dry-run", "-vv"])
            .exits(2);
        assert_eq!(dry.changes(), [""; 0]);
        assert_eq!(mailbox.rights(alice, "Archive"), None);
        mailbox
            .run([
                "check",
                &mailbox.address,
                "--fix",
                "-n",
                "--detailed-exitcode",
            ])
            .exits(2);
        mailbox
            .run([
                "check",
                &mailbox.address,
                "--fix",
                "--yes",
                "--proof",
                "all",
            ])
            .exits(0)
            .says("mended: grant Archive")
            .says(&format!("{alice}: seen as "));
        assert_eq!(mailbox.rights(alice, "Archive").as_deref(), Some("ilprsw"));
        let again = mailbox
            .run(["check", &mailbox.address, "--fix", "--yes", "-vv"])
            .exits(0);
        assert_eq!(again.changes(), [""; 0]);
    }
}

#[test]
fn entries_of_people_whom_the_server_does_not_know_are_found_and_removed() {
    for mailbox in orderly(1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        for folder in ["INBOX", "Sent", "Archive"] {
            mailbox.set(folder, "gone@example.test", "lrs");
        }
        let found = findings(&mailbox, "unknown-person");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["identifier"], mailbox.spelled("gone@example.test"));
        mailbox
            .run(["check", &mailbox.address, "--fix", "--yes"])
            .exits(0)
            .says("mended: revoke Sent");
        assert_eq!(mailbox.stored("Sent", "gone@example.test"), None);
        assert_eq!(
            mailbox.rights(mailbox.alice(), "Sent").as_deref(),
            Some("ilprsw")
        );
    }
}

#[test]
fn nothing_is_mended_while_nobody_has_said_yes() {
    for mailbox in orderly(1) {
        let alice = mailbox.alice();
        mailbox.set("INBOX", alice, "lrswip");
        mailbox.set("Sent", alice, "lrswip");
        let ran = mailbox
            .run(["check", &mailbox.address, "--fix", "-vv"])
            .exits(64);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("would mend: grant Archive")
            .says("Make 1 change in 1 mailbox to mend this?")
            .says("add --yes to do it without being asked");
        assert_eq!(mailbox.rights(alice, "Archive"), None);
        let answer = |typed| {
            let words = ["check", &mailbox.address, "--fix"];
            terminal::run(&mailbox.provider.sharemail(), &words, typed)
        };
        answer("n\n").exits(1).says("nothing was mended");
        assert_eq!(mailbox.rights(alice, "Archive"), None);
        answer("y\n").exits(0).says("mended: grant Archive");
        assert_eq!(mailbox.rights(alice, "Archive").as_deref(), Some("ilprsw"));
        // Where nothing is to be mended, nobody is asked.
        mailbox
            .run(["check", &mailbox.address, "--fix"])
            .exits(0)
            .says("in order");
    }
}

#[test]
fn whoever_does_not_have_what_was_mended_is_told_where_somebody_asks() {
    // The entry is stored, and alice is told that there is no such folder.
    let toy = Toy::twisted(&FOLDERS, |peer, line, _| {
        let is_hers = line.contains("shared/") && line.contains("/Archive");
        if is_hers {
            peer.no("[NONEXISTENT] no such mailbox");
        }
        is_hers
    });
    toy.set("INBOX", "alice@example.test", "lrswip");
    toy.set("Sent", "alice@example.test", "lrswip");
    let words = "check support@ --fix --yes --proof all -o json".split(' ');
    let told = toy.run(words).exits(3).json();
    let proofs = told["mailboxes"][0]["proofs"].as_array().unwrap();
    assert_eq!(proofs.len(), 1, "{told:#}");
    assert_eq!(proofs[0]["who"], "alice@example.test");
    assert_eq!(proofs[0]["proof"]["result"], "partly", "{told:#}");
    toy.finish();
}

#[test]
fn a_mailbox_is_not_emptied_of_its_members_unless_that_is_meant() {
    for mailbox in orderly(0) {
        for folder in ["INBOX", "Sent", "Archive"] {
            mailbox.set(folder, "gone@example.test", "lrs");
        }
        let words = ["check", &mailbox.address, "--fix", "--yes", "-vv"];
        let ran = mailbox.run(words).exits(77);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("nobody would be left").says("--force");
        mailbox
            .run(["check", &mailbox.address, "--fix", "--dry-run"])
            .exits(77)
            .says("would mend: revoke Sent")
            .says("nobody would be left");
        assert!(mailbox.stored("Sent", "gone@example.test").is_some());
        mailbox
            .provider
            .run([&words[..], &["--force"]].concat())
            .exits(0);
        assert_eq!(mailbox.stored("Sent", "gone@example.test"), None);
    }
}

#[test]
fn what_somebody_changed_since_it_was_looked_at_is_left_alone() {
    let read = AtomicUsize::new(0);
    let toy = Toy::twisted(&FOLDERS, move |_, line, world| {
        // It is surveyed, and read again before it is mended: bob came between.
        let is_sent = line.contains("GETACL") && line.contains("Sent");
        if is_sent && read.fetch_add(1, Ordering::SeqCst) == 1 {
            world.set("Sent", "bob@example.test", "lrs");
        }
        false
    });
    toy.set("INBOX", "alice@example.test", "lrswip");
    toy.set("Archive", "alice@example.test", "lrswip");
    let ran = toy.run(["check", "support@", "--fix", "--yes"]).exits(75);
    ran.says("somebody changed it since it was looked at: nothing was mended");
    assert_eq!(toy.heard_of("SETACL").len(), 0);
}

#[test]
fn negative_entries_and_entries_for_everybody_are_found_and_left() {
    let dovecot = Dovecot::with(&["--anyone"]);
    for mailbox in [
        Mailbox::on(&dovecot, &FOLDERS, 1),
        Mailbox::on(Cyrus::open_to_anyone(), &FOLDERS, 1),
    ] {
        let negative = format!("-{}", mailbox.spelled(mailbox.alice()));
        for (folder, who, rights) in [
            ("Sent", negative.as_str(), "w"),
            ("Archive", "anyone", "lrs"),
        ] {
            mailbox.owner().setacl(&mailbox.owned(folder), who, rights);
        }
        assert_eq!(findings(&mailbox, "negative")[0]["identifier"], *negative);
        assert!(
            findings(&mailbox, "everybody")
                .iter()
                .any(|f| f["identifier"] == "anyone")
        );
        mailbox
            .run(["check", &mailbox.address, "--fix", "--yes"])
            .exits(2);
        assert_eq!(mailbox.entries("Sent")[&negative], "w");
        assert_eq!(mailbox.entries("Archive")["anyone"], "lrs");
    }
}

#[test]
fn people_are_called_the_same_by_every_command() {
    for mailbox in orderly(1) {
        let alice = mailbox.alice().to_owned();
        mailbox
            .run(["folder", "create", &mailbox.address, "Ablage/Über uns"])
            .exits(0);
        for (folder, who) in [
            ("INBOX", &*alice),
            ("INBOX", "group:mail"),
            ("Sent", "id:-bob"),
        ] {
            mailbox
                .run([
                    "grant",
                    &mailbox.address,
                    who,
                    "--read-only",
                    "--force",
                    "--folder",
                    folder,
                    "--no-recurse",
                ])
                .exits(0);
        }
        let (name, file) = (&*mailbox.address, tempfile::tempdir().unwrap());
        let page = file.path().join("review.html");
        mailbox.run(["report", name, "--out", page.to_str().unwrap()]);
        let every = [
            mailbox.run(["show", name]).stdout,
            mailbox.run(["check", name]).stdout,
            mailbox.run(["check", name, "--fix", "--dry-run"]).stdout,
            mailbox.run(["export", name]).stdout,
            mailbox
                .run([
                    "grant",
                    name,
                    "--full-access",
                    &alice,
                    "group:mail",
                    "--dry-run",
                ])
                .stdout,
            std::fs::read_to_string(&page).unwrap(),
        ];
        for told in every {
            assert!(told.contains(&alice), "{alice}: {told}");
            assert!(told.contains("group:mail"), "{told}");
            // What the server calls them stands in no report for people.
            let raw = [" $mail", " -bob ", ">$mail", ">-bob"];
            assert!(!raw.iter().any(|raw| told.contains(raw)), "{told}");
        }
        mailbox.run(["show", name]).says("id:-bob");
        let why = mailbox.run(["explain", name, &alice]).stdout;
        assert!(why.contains("group:mail"), "{why}");
        let json = mailbox.run(["check", name, "-o", "json"]).json();
        let found = json["mailboxes"][0]["findings"].as_array().unwrap();
        let hers = found.iter().find(|f| f["who"] == *alice).expect("hers");
        assert_eq!(hers["identifier"], mailbox.spelled(&alice));
    }
}

#[test]
fn spellings_that_give_nothing_are_found() {
    let dovecot = Mailbox::on(Dovecot::running(), &[], 1);
    for who in ["alice", "Bob@Example.Test", "group:helpdesk"] {
        dovecot.owner().setacl("INBOX", who, "lr");
    }
    let found = findings(&dovecot, "misspelt");
    let mut said: Vec<_> = found
        .iter()
        .map(|f| f["detail"].as_str().unwrap())
        .collect();
    let unknown = findings(&dovecot, "unknown-person");
    said.sort_unstable();
    assert_eq!(said.len() + unknown.len(), 3, "{found:?} {unknown:?}");
    assert!(said.contains(&"group:helpdesk"), "{said:?}");
    let cyrus = Mailbox::on(Cyrus::running(), &[], 1);
    cyrus
        .owner()
        .setacl(&cyrus.owned("INBOX"), cyrus.alice(), "lr");
    let found = findings(&cyrus, "misspelt");
    assert!(
        found
            .iter()
            .any(|f| f["detail"] == cyrus.alice() && f["identifier"] == cyrus.alice()),
        "{found:?}"
    );
}

#[test]
fn every_mailbox_in_reach_is_checked_when_none_is_named() {
    let cyrus = Cyrus::start();
    let one = Mailbox::on(&cyrus, &["Sent"], 1);
    one.set("INBOX", one.alice(), "lrs");
    let ran = cyrus.run(["check"]).exits(2);
    let ran = ran
        .says("mailboxes: 1 finding in 1 of them")
        .says(&one.address)
        .says(one.alice());
    // What is in order is told in the first line alone.
    assert!(!ran.stdout.contains("sales@example.test"), "{}", ran.stdout);
    let all = cyrus.run(["check", "--output", "json"]).exits(2);
    all.says(&one.address).says("sales@example.test");
}

#[test]
fn two_mailboxes_are_checked_at_once() {
    let [one, two] = [0, 1].map(|_| Mailbox::on(Dovecot::running(), &FOLDERS, 1));
    two.set("INBOX", two.alice(), "lrs");
    let checked = one
        .run(["check", &one.address, &two.address, "-o", "json"])
        .exits(2)
        .json();
    // They come sorted by name, and support10 before support9.
    let counts = [&one, &two].map(|mailbox| {
        let mut all = checked["mailboxes"].as_array().unwrap().iter();
        let its = all.find(|one| one["mailbox"] == *mailbox.address).unwrap();
        its["findings"].as_array().unwrap().len()
    });
    assert_eq!(counts, [0, 1]);
}

#[test]
fn a_mailbox_that_does_not_exist_does_not_hide_the_others() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let ran = mailbox
        .run(["check", &mailbox.address, "nothing@"])
        .exits(3);
    ran.says("in order").says("nothing@example.test");
}

#[test]
fn a_folder_that_cannot_be_read_is_found() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        let refused = line.contains("GETACL \"Sent\"");
        if refused {
            peer.no("[NOPERM] hidden");
        }
        refused
    });
    toy.run(["check", "support@"])
        .exits(2)
        .says("Sent")
        .says("hidden");
}
