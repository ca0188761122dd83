//! `sharemail show`, compared with what the servers hold.

use serde_json::{Value, json};

use crate::provider::{Cyrus, Dovecot, Mailbox, Toy, on_both};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];

fn show(mailbox: &Mailbox) -> Value {
    mailbox
        .run(["show", &mailbox.address, "--folders", "-o", "json"])
        .exits(0)
        .json()
}

/// What `show` says of one identifier.
fn member<'a>(shown: &'a Value, identifier: &str) -> &'a Value {
    let members = shown["members"].as_array().unwrap();
    let found = members
        .iter()
        .find(|member| member["identifier"] == identifier);
    found.unwrap_or_else(|| panic!("no {identifier} in {shown:#}"))
}

#[test]
fn members_are_named_with_their_levels() {
    for mailbox in on_both(&FOLDERS, 3) {
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        for folder in ["INBOX"].iter().chain(&FOLDERS) {
            mailbox.set(folder, alice, mailbox.everything());
            mailbox.set(folder, bob, "lrs");
            mailbox.set(folder, carol, "lrswit");
        }
        let shown = show(&mailbox);
        let level = |who| &member(&shown, mailbox.spelled(who))["level"];
        assert_eq!(
            [level(alice), level(bob), level(carol)],
            ["full-access", "read-only", "custom"]
        );
        assert_eq!(
            shown["folders"],
            json!(["INBOX", "Archive", "Archive/2025", "Sent"])
        );
        assert_eq!(shown["mailbox"], json!(mailbox.address));
        assert_eq!(shown["owner"], json!(mailbox.spelled(&mailbox.address)));
        assert!(shown["matrix"].as_array().unwrap().len() >= 16);
        let table = mailbox.run(["show", &mailbox.address]).exits(0);
        table
            .says("full-access")
            .says("custom")
            .says("lrswit")
            .says(mailbox.spelled(bob));
    }
}

#[test]
fn folders_where_a_member_differs_are_named() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--write"]).exits(0);
        mailbox.set("Archive/2025", alice, "lr");
        mailbox.set("Sent", bob, "lrs");
        let shown = show(&mailbox);
        let alice = member(&shown, mailbox.spelled(alice));
        assert_eq!(alice["folders"], 3);
        let deviation = json!([{"level": "custom", "rights": "lr", "folders": ["Archive/2025"]}]);
        assert_eq!(alice["differs"], deviation);
        let bob = member(&shown, mailbox.spelled(bob));
        assert_eq!(bob["level"], "none");
        assert_eq!(bob["differs"][0]["folders"], json!(["Sent"]));
        mailbox
            .run(["show", &mailbox.address])
            .exits(0)
            .says("Archive/2025")
            .says("3 of 4");
    }
}

#[test]
fn folders_messages_and_quota_are_counted() {
    for mailbox in on_both(&FOLDERS, 0) {
        for folder in ["INBOX", "Sent"] {
            let mut owner = mailbox.member(&mailbox.address);
            let folder = match (folder, mailbox.provider.kind()) {
                ("INBOX", _) => "INBOX",
                _ => "Sent",
            };
            owner.append(folder, "Subject: hello\n\nworld\n");
        }
        mailbox.limit_storage(2048);
        let shown = show(&mailbox);
        assert_eq!(shown["messages"], 2);
        let quota = &shown["quota"][0];
        assert_eq!(
            [&quota["resource"], &quota["limit"]],
            [&json!("STORAGE"), &json!(2048)]
        );
        mailbox
            .run(["show", &mailbox.address])
            .exits(0)
            .says("4 folders, 2 messages")
            .says("of 2 MiB");
    }
}

#[test]
fn a_mailbox_nobody_shares_has_arrays_all_the_same() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let shown = mailbox
        .run(["show", &mailbox.address, "-o", "json"])
        .exits(0)
        .json();
    for key in ["folders", "quota", "members", "matrix", "unreadable"] {
        assert!(shown[key].is_array(), "{key} in {shown:#}");
    }
}

#[test]
fn people_groups_and_negative_entries_are_told_apart() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let (alice, negative) = (mailbox.alice(), format!("-{}", mailbox.alice()));
    for (who, rights) in [(alice, "lrs"), (&negative, "w"), ("$helpdesk", "lrs")] {
        mailbox.owner().setacl("INBOX", who, rights);
    }
    let shown = show(&mailbox);
    let kind = |who| member(&shown, who)["kind"].as_str().unwrap();
    let kinds = [kind(alice), kind(&negative), kind("$helpdesk")];
    assert_eq!(kinds, ["person", "negative", "group"]);
    mailbox
        .run(["show", &mailbox.address])
        .exits(0)
        .says("takes away");
}

#[test]
fn nothing_is_changed_by_looking() {
    for mailbox in on_both(&FOLDERS, 0) {
        let ran = mailbox.run(["show", &mailbox.address, "-vv"]).exits(0);
        assert_eq!(ran.changes(), [""; 0]);
    }
}

#[test]
fn an_unknown_mailbox_is_named() {
    for mailbox in on_both(&[], 0) {
        mailbox
            .run(["show", "nothing@"])
            .exits(67)
            .says("nothing@example.test");
    }
}

#[test]
fn hostile_names_cannot_reach_the_terminal() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        if line.contains("GETACL \"Sent\"") {
            peer.send("* ACL \"Sent\" {8}\r\nmal\x1b[2Jx lrs \"\u{202e}evil\" lr\r\n");
            peer.ok("done");
            return true;
        }
        if line.contains("LIST ") {
            peer.send("* LIST () \"/\" {6}\r\na\x1b]0;b\r\n");
        }
        false
    });
    for format in ["table", "json", "csv"] {
        let ran = toy.run(["show", "support@", "--folders", "-o", format]);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            !all.contains(['\x1b', '\u{202e}', '\x07']),
            "{format}: {all:?}"
        );
        ran.says("mal");
    }
}

#[test]
fn what_read_no_mailbox_ends_as_all_of_them_did() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        for verb in ["show", "check", "export", "identities", "report"] {
            provider.run([verb, "missing@", "nothing@"]).exits(67);
        }
    }
}

#[test]
fn several_mailboxes_are_shown_at_once_and_the_missing_one_is_named() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let [first, second] = [1, 0].map(|people| Mailbox::on(provider, &FOLDERS, people));
        first.grant([first.alice(), "--write"]).exits(0);
        let both = [first.address.as_str(), second.address.as_str()];
        let shown = provider
            .run(["show", both[0], both[1], "-o", "json"])
            .exits(0)
            .json();
        let names: Vec<&Value> = shown["mailboxes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| &m["mailbox"])
            .collect();
        assert_eq!(names, both);
        let ran = provider.run(["show", both[0], "missing@"]).exits(3);
        ran.says("write").says("missing@example.test: ");
        let csv = provider
            .run(["show", both[0], both[1], "-o", "csv"])
            .exits(0)
            .stdout;
        assert!(csv.starts_with("mailbox,who,"), "{csv}");
    }
}
