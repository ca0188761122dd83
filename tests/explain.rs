//! `sharemail explain`: what it says is what the member finds.

use serde_json::{Value, json};

use crate::provider::{Cyrus, Dovecot, Kind, Mailbox, on_both};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];

fn explain(mailbox: &Mailbox, who: &str) -> Value {
    mailbox
        .run(["explain", &mailbox.address, who, "-o", "json"])
        .exits(0)
        .json()
}

/// What it says of one folder.
fn of<'a>(explained: &'a Value, folder: &str) -> &'a Value {
    let folders = explained["folders"].as_array().unwrap();
    folders.iter().find(|row| row["folder"] == folder).unwrap()
}

fn mends(explained: &Value) -> String {
    let mend = explained["mend"].as_array().unwrap();
    mend.iter()
        .map(|command| command.as_str().unwrap().to_owned() + "\n")
        .collect()
}

#[test]
fn somebody_with_access_is_told_to_have_it_and_where_she_sees_it() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox
            .grant([mailbox.alice(), "--write", "--subscribe"])
            .exits(0);
        let explained = explain(&mailbox, mailbox.alice());
        assert_eq!(explained["path"], mailbox.seen("INBOX"));
        for folder in ["INBOX", "Sent", "Archive", "Archive/2025"] {
            let row = of(&explained, folder);
            assert_eq!(row["level"], "write", "{row}");
            assert_eq!([&row["visible"], &row["subscribed"]], [true, true], "{row}");
        }
        assert!(
            explained["entries"]
                .as_array()
                .unwrap()
                .iter()
                .any(|e| e["way"] == "own")
        );
        assert_eq!(explained["mend"], json!([]));
    }
}

#[test]
fn somebody_without_access_is_told_how_to_get_it() {
    for mailbox in on_both(&FOLDERS, 1) {
        let explained = explain(&mailbox, mailbox.alice());
        assert!(of(&explained, "INBOX")["rights"] == "", "{explained:#}");
        assert!(
            mends(&explained).contains("sharemail grant"),
            "{explained:#}"
        );
        let table = mailbox
            .run(["explain", &mailbox.address, mailbox.alice()])
            .exits(0);
        table.says("sharemail grant");
    }
}

#[test]
fn a_folder_that_lacks_the_entry_is_named_and_the_command_mends_it() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write", "--subscribe"]).exits(0);
        mailbox.revoke([alice, "--folder", "Archive"]).exits(0);
        let explained = explain(&mailbox, alice);
        assert_eq!(of(&explained, "Archive/2025")["rights"], "");
        let mend = mends(&explained);
        let command = mend
            .lines()
            .find(|line| line.starts_with("sharemail grant"))
            .unwrap();
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        mailbox.provider.run(&words).exits(0);
        assert_eq!(
            mailbox.rights(alice, "Archive/2025").as_deref(),
            Some("ilprsw")
        );
    }
}

#[test]
fn a_parent_that_hides_a_folder_is_named() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.set("Archive/2025", mailbox.alice(), "lr");
        let explained = explain(&mailbox, mailbox.alice());
        let row = of(&explained, "Archive/2025");
        assert_eq!(row["rights"], "lr", "{row}");
        // Both servers list a folder whose parents cannot be seen.
        let listed = mailbox.member(mailbox.alice()).list("*");
        let visible = listed.contains(&mailbox.seen("Archive/2025"));
        assert_eq!(row["visible"], visible, "{row}");
        assert_eq!(of(&explained, "Archive")["rights"], "");
    }
}

#[test]
fn rights_without_lookup_are_told_as_hidden() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    mailbox.set("Sent", mailbox.alice(), "r");
    let explained = explain(&mailbox, mailbox.alice());
    assert_eq!(of(&explained, "Sent")["visible"], false, "{explained:#}");
}

#[test]
fn rights_that_no_entry_shows_are_found() {
    let dovecot = Dovecot::with(&["--defaults-from-inbox"]);
    let mailbox = Mailbox::on(&dovecot, &["Work"], 1);
    mailbox.set("INBOX", mailbox.alice(), "lrs");
    assert_eq!(mailbox.stored("Work", mailbox.alice()), None);
    let explained = explain(&mailbox, mailbox.alice());
    assert_eq!(of(&explained, "Work")["rights"], "lrs", "{explained:#}");
    assert_eq!(of(&explained, "Work")["entry"], Value::Null);
}

#[test]
fn negative_entries_are_named_and_the_command_takes_them_away() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--write", "--subscribe"]).exits(0);
        let negative = format!("-{}", mailbox.spelled(alice));
        mailbox
            .owner()
            .setacl(&mailbox.owned("Sent"), &negative, "w");
        let explained = explain(&mailbox, alice);
        let entries = explained["entries"].as_array().unwrap();
        assert!(
            entries
                .iter()
                .any(|e| e["identifier"] == *negative && e["way"] == "negative")
        );
        assert_eq!(of(&explained, "Sent")["rights"], "lrsip");
        assert!(
            mends(&explained).contains(&format!("id:{negative}")),
            "{explained:#}"
        );
    }
}

#[test]
fn groups_and_everybody_are_told_as_what_may_count() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    mailbox.grant(["group:helpdesk", "--read-only"]).exits(0);
    let dave = explain(&mailbox, "dave");
    assert_eq!(dave["entries"][0]["way"], "group");
    assert_eq!(of(&dave, "Sent")["level"], "read-only");
    let erin = explain(&mailbox, "erin");
    assert_eq!(of(&erin, "Sent")["rights"], "");
    let mailbox = Mailbox::on(Cyrus::open_to_anyone(), &FOLDERS, 1);
    mailbox.grant(["anyone", "--read-only"]).exits(0);
    let alice = explain(&mailbox, mailbox.alice());
    assert!(
        alice["entries"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["way"] == "everybody")
    );
    assert_eq!(of(&alice, "Sent")["level"], "read-only");
}

#[test]
fn a_spelling_that_gives_nothing_is_named() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let local = crate::provider::mailbox::local(mailbox.alice());
    mailbox.owner().setacl("INBOX", local, "lrs");
    let explained = explain(&mailbox, mailbox.alice());
    assert_eq!(explained["entries"][0]["way"], "misspelt", "{explained:#}");
    assert_eq!(of(&explained, "INBOX")["rights"], "");
}

#[test]
fn somebody_whom_the_server_does_not_know_is_told() {
    for mailbox in on_both(&FOLDERS, 0) {
        mailbox
            .run(["explain", &mailbox.address, "nobody"])
            .says("nobody")
            .says_not("panicked");
    }
}

#[test]
fn one_folder_can_be_asked_about() {
    for mailbox in on_both(&FOLDERS, 1) {
        let words = [
            "explain",
            &mailbox.address,
            mailbox.alice(),
            "--folder",
            "Sent",
            "-o",
            "json",
        ];
        let explained = mailbox.run(words).exits(0).json();
        assert_eq!(explained["folders"].as_array().unwrap().len(), 1);
        let words = [
            "explain",
            &mailbox.address,
            mailbox.alice(),
            "--folder",
            "Snet",
        ];
        mailbox.run(words).exits(67).says("Sent");
    }
}

#[test]
fn a_group_is_explained_by_its_entries() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    mailbox.grant(["group:helpdesk", "--read-only"]).exits(0);
    let explained = explain(&mailbox, "group:helpdesk");
    assert_eq!(explained["login"], Value::Null);
    assert_eq!(explained["identifier"], "$helpdesk");
    assert_eq!(of(&explained, "Sent")["rights"], "lrs");
}

#[test]
fn nothing_is_changed_by_explaining() {
    for mailbox in on_both(&FOLDERS, 1) {
        let ran = mailbox
            .run(["explain", &mailbox.address, mailbox.alice(), "-vv"])
            .exits(0);
        assert_eq!(ran.changes(), [""; 0]);
        assert!(matches!(
            mailbox.provider.kind(),
            Kind::Dovecot | Kind::Cyrus
        ));
    }
}

#[test]
fn the_owner_sees_the_mailbox_as_her_own() {
    for mailbox in on_both(&FOLDERS, 0) {
        let explained = explain(&mailbox, &mailbox.address);
        assert_eq!(explained["path"], "INBOX", "{explained:#}");
        let sent = of(&explained, "Archive/2025");
        assert_eq!(
            [&sent["level"], &sent["visible"]],
            [&json!("full-access"), &json!(true)]
        );
        assert!(!mends(&explained).contains("grant"), "{explained:#}");
    }
}

/// Types each command that it names, and asks again until it names none.
fn mended(mailbox: &Mailbox, who: &str) -> Value {
    for _ in 0..4 {
        let explained = explain(mailbox, who);
        let mend = mends(&explained);
        if mend.is_empty() {
            return explained;
        }
        for line in mend.lines() {
            let ran = mailbox.provider.run(crate::hints::shell(line));
            assert!(matches!(ran.code, Some(0)), "{line}: {ran:?}");
        }
    }
    panic!("still something to mend: {:#}", explain(mailbox, who));
}

#[test]
fn every_cause_ends_with_a_command_that_mends_it() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        let set = |folders: &[&str], rights: &str| {
            for folder in folders {
                mailbox.set(folder, alice, rights);
            }
        };
        // No list shows what can be read.
        set(&["INBOX", "Sent", "Archive", "Archive/2025"], "lrs");
        set(&["Sent"], "rs");
        mended(&mailbox, alice);
        assert_eq!(mailbox.stored("Sent", alice).as_deref(), Some("lrs"));
        // What hides the rest keeps what it gives.
        set(&["Archive"], "s");
        mended(&mailbox, alice);
        assert_eq!(mailbox.stored("Archive", alice).as_deref(), Some("ls"));
        // A part of the mailbox is asked about, and the entry lies elsewhere.
        mailbox.revoke([alice, "--folder", "Archive"]).exits(0);
        let words = ["explain", &mailbox.address, alice, "--folder", "Archive"];
        let ran = mailbox.run(words).exits(0);
        let told = crate::hints::commands(&ran);
        assert!(
            told[0].contains("--rights lrs --folder Archive"),
            "{told:?}"
        );
        mailbox.provider.run(crate::hints::shell(&told[0])).exits(0);
        assert_eq!(mailbox.stored("Archive", alice).as_deref(), Some("lrs"));
        assert_eq!(mailbox.stored("Archive/2025", alice), None);
        // Entries on some folders alone, and one that lets nobody read.
        for folder in ["INBOX", "Archive"] {
            mailbox.revoke([alice, "--folder", folder, "--no-recurse"]);
        }
        set(&["Archive/2025"], "l");
        let explained = explain(&mailbox, alice);
        let offers = explained["offers"].to_string();
        assert!(offers.contains("--rights lrs --folder"), "{offers}");
        assert!(
            offers.contains("--rights lr --folder Archive/2025"),
            "{offers}"
        );
    }
}

#[test]
fn what_a_group_takes_away_is_taken_for_the_cause_where_her_session_shows_it() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 0);
    for folder in ["INBOX", "Sent"] {
        mailbox.set(folder, "dave@example.test", "lrs");
        mailbox.set(folder, "erin@example.test", "lrs");
        mailbox.set(folder, "-$helpdesk", "s");
    }
    for who in ["dave@example.test", "erin@example.test"] {
        mailbox
            .run(["folder", "subscribe", &mailbox.address, who])
            .exits(0);
    }
    // dave is in it, and erin is not.
    let dave = mends(&explain(&mailbox, "dave"));
    let lacks = mailbox.rights("dave@example.test", "Sent").unwrap();
    if lacks.contains('s') {
        // A user's own entry counts before a group's there.
        assert_eq!(dave, "");
    } else {
        assert!(dave.contains("sharemail revoke"), "{dave}");
        mended(&mailbox, "dave");
    }
    assert_eq!(mends(&explain(&mailbox, "erin")), "");
}

#[test]
fn what_no_session_shows_ends_with_whoever_tells_more() {
    // The server gives what no entry shows.
    let dovecot = Dovecot::with(&["--defaults-from-inbox"]);
    let mailbox = Mailbox::on(&dovecot, &["Work"], 1);
    mailbox.set("INBOX", mailbox.alice(), "lrs");
    let explained = explain(&mailbox, mailbox.alice());
    let offer = explained["offers"][0].as_str().unwrap();
    assert!(offer.contains("--rights lrs --folder Work"), "{offer}");
    mailbox.provider.run(crate::hints::shell(offer)).exits(0);
    assert_eq!(
        mailbox.stored("Work", mailbox.alice()).as_deref(),
        Some("lrs")
    );
    mailbox
        .run(["explain", &mailbox.address, mailbox.alice()])
        .says_not("no entry there shows");
    // Nobody of that name.
    let ran = mailbox.run(["explain", &mailbox.address, "nobody-at-all"]);
    ran.exits(67).says("create it there");
    // The entries cannot be read, and check tells why.
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 2);
    mailbox.grant([mailbox.bob(), "--full-access"]).exits(0);
    let sent = mailbox.seen("Sent");
    let taken = format!("SETACL \"{sent}\" \"-owner\" a");
    mailbox.member(mailbox.bob()).ok(&taken);
    let ran = mailbox.run(["explain", &mailbox.address, mailbox.alice(), "-o", "json"]);
    let told = mends(&ran.exits(3).json());
    assert!(
        told.contains(&format!("sharemail check {}\n", mailbox.address)),
        "{told}"
    );
}

#[test]
fn an_entry_for_the_owner_takes_nothing_from_others() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 1);
    mailbox
        .grant([mailbox.alice(), "--write", "--subscribe"])
        .exits(0);
    mailbox.set("Sent", "-owner", "t");
    let explained = explain(&mailbox, mailbox.alice());
    assert_eq!(mends(&explained), "", "{explained:#}");
}
