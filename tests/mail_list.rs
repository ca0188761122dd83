//! `sharemail mail list`: what it tells, beside what a client of the tests' own sees.

use serde_json::Value;

use crate::provider::client::quoted;
use crate::provider::{Courier, Mailbox, Ran, on_both};

const FOLDERS: [&str; 2] = ["Archive", "Entwürfe/März"];

/// A message for `folder`: its header beside Date and Message-ID, and its body.
const MAIL: [(&str, &str, &str); 6] = [
    (
        "INBOX",
        "From: =?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <joerg@billing.example.com>\nTo: support@example.test\n\
         Subject: =?UTF-8?B?UmVjaG51bmcgZsO8ciBNw6Ryeg==?=\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
        "R3LDvMOfZSBhdXMgTcO8bmNoZW4K\n",
    ),
    (
        "INBOX",
        "From: dave@example.com\nTo: support@example.test\nCc: boss@example.com\nSubject: hello\n",
        "world\n",
    ),
    (
        "INBOX",
        "From: \"\u{1b}[2Jmallory\" <mallory@example.com>\nSubject: =?utf-8?q?=1B]0;owned=07?=\n",
        "evil\n",
    ),
    (
        "Archive",
        "From: carol@billing.example.com\nSubject: old\nContent-Type: text/html\n",
        "<p>die <b>Rech</b>nung 4711</p>\n",
    ),
    (
        "Archive",
        "From: erin@example.com\nSubject: OLDER\n",
        "nothing\n",
    ),
    (
        "Entwürfe/März",
        "From: Carol@Billing.Example.com\nSubject: draft\n",
        "x\n",
    ),
];

fn fill(mailbox: &Mailbox, append: impl Fn(&str, &str)) {
    for (n, (folder, header, body)) in MAIL.into_iter().enumerate() {
        let id = format!("{n}-long-and-unlike-the-others@{}", mailbox.address);
        let message = format!(
            "{header}Message-ID: <{id}>\nDate: Sat, 21 Nov 2026 10:0{n}:00 +0100\n\n{body}"
        );
        append(folder, &message);
    }
}

fn filled() -> [Mailbox<'static>; 2] {
    on_both(&FOLDERS, 1).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        fill(&mailbox, |folder, message| {
            let folder = match folder {
                "Entwürfe/März" => "Entw&APw-rfe/M&AOQ-rz",
                folder => folder,
            };
            mailbox.member(&mailbox.address).append(folder, message);
        });
        mailbox
    })
}

fn list<const N: usize>(mailbox: &Mailbox, words: [&str; N]) -> Ran {
    let first = ["mail", "list", &mailbox.address];
    mailbox
        .provider
        .run(first.iter().chain(&words).chain(&["-vv"]))
}

/// The subjects of those listed, in their order.
fn subjects<const N: usize>(mailbox: &Mailbox, words: [&str; N]) -> Vec<String> {
    let first = [
        "mail",
        "list",
        &mailbox.address,
        "-o",
        "json",
        "--sort",
        "subject",
    ];
    let ran = mailbox.provider.run(first.iter().chain(&words)).exits(0);
    let json = ran.json();
    let messages = json["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|row| row["subject"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_message_is_told_as_another_client_sees_it_and_none_is_read_by_it() {
    for mailbox in filled() {
        let told = list(&mailbox, ["--sort", "folder", "-o", "json"])
            .exits(0)
            .json();
        assert_eq!(told["found"], 6);
        let rows = told["messages"].as_array().unwrap();
        let first = &rows[0];
        assert_eq!(first["from"], "Jörg Müller <joerg@billing.example.com>");
        assert_eq!(first["subject"], "Rechnung für März");
        assert_eq!(first["written"], "2026-11-21T10:00:00+01:00");
        let mut alice = mailbox.member(mailbox.alice());
        for folder in ["INBOX", "Archive", "Entwürfe/März"] {
            alice.ok(&format!("EXAMINE {}", quoted(&mailbox.seen(folder))));
            let seen = alice.ok("UID FETCH 1:* (UID RFC822.SIZE INTERNALDATE)");
            let of_it: Vec<&Value> = rows.iter().filter(|row| row["folder"] == folder).collect();
            assert_eq!(seen.matches("RFC822.SIZE").count(), of_it.len(), "{seen}");
            for row in of_it {
                let size = format!("RFC822.SIZE {}", row["size"]);
                assert!(seen.contains(&size), "{size}\n{seen}");
                assert!(seen.contains(&format!("UID {}", row["uid"])), "{seen}");
            }
        }
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok(&format!("EXAMINE {}", quoted("INBOX")));
        let flags = owner.ok("UID FETCH 1:* (FLAGS)");
        assert!(!flags.contains("\\Seen"), "{flags}");
    }
}

#[test]
fn what_is_said_of_messages_means_the_same_on_every_server() {
    for mailbox in filled() {
        let found = |words: [&str; 2]| subjects(&mailbox, words);
        assert_eq!(
            found(["--from", "*@billing.example.com"]),
            ["draft", "old", "Rechnung für März"]
        );
        assert_eq!(found(["--from", "MÜLLER"]), ["Rechnung für März"]);
        assert_eq!(found(["--subject", "FÜR märz"]), ["Rechnung für März"]);
        assert_eq!(found(["--subject", "old"]), ["old", "OLDER"]);
        assert_eq!(found(["--cc", "boss"]), ["hello"]);
        assert_eq!(found(["--text", "grüße AUS"]), ["Rechnung für März"]);
        // Neither the header nor the tags are what people read.
        assert_eq!(found(["--text", "rechnung"]), ["old"]);
        assert!(found(["--text", "support@example.test"]).is_empty());
        assert!(found(["--since", "2099-01-01"]).is_empty());
        assert_eq!(found(["--since", "2020-01-01"]).len(), 6);
        assert!(found(["--larger", "5MiB"]).is_empty());
        assert_eq!(found(["--smaller", "5MiB"]).len(), 6);
        mailbox
            .provider
            .run(["label", "add", &mailbox.address, "urgent", "--text", "4711"])
            .exits(0)
            .says("1 message labelled");
        assert_eq!(found(["--label", "URGENT"]), ["old"]);
        assert_eq!(found(["--no-label", "urgent"]).len(), 5);
        list(&mailbox, ["--from", "nobody@example.net"])
            .exits(0)
            .says("no messages");
        list(&mailbox, ["--count", "--from", "billing.example.com"])
            .exits(0)
            .says("3 messages");
    }
}

#[test]
fn a_long_message_is_read_to_its_end_for_its_text() {
    for mailbox in filled() {
        let mut owner = mailbox.member(&mailbox.address);
        let attachment =
            "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\n".repeat(12_000);
        let part = |kind: &str, text: &str| format!("--b\nContent-Type: {kind}\n\n{text}\n");
        let file = format!(
            "--b\nContent-Type: application/pdf\nContent-Disposition: attachment\n\
             Content-Transfer-Encoding: base64\n\n{attachment}"
        );
        let html = part("text/html", "<p>nothing of the kind</p>");
        let behind = part("text/plain", "the needle");
        for (subject, parts) in [
            ("without", [html.clone(), file.clone(), String::new()]),
            ("behind", [html, file, behind]),
        ] {
            let parts = parts.concat();
            owner.append(
                "INBOX",
                &format!(
                    "Subject: {subject}\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n"
                ),
            );
        }
        assert_eq!(subjects(&mailbox, ["--text", "needle"]), ["behind"]);
        list(&mailbox, ["--text", "needle", "-o", "json"])
            .exits(0)
            .says("\"text_not_seen\": 0");
    }
}

#[test]
fn an_id_is_taken_back_and_goes_on_meaning_the_message() {
    for mailbox in filled() {
        let told = list(&mailbox, ["-o", "json"]).exits(0).json();
        let rows = told["messages"].as_array().unwrap();
        let hello = rows.iter().find(|row| row["subject"] == "hello").unwrap();
        let id = hello["id"].as_str().unwrap();
        assert!(id.ends_with("..."), "{id}");
        assert_eq!(subjects(&mailbox, [id]), ["hello"]);
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok(&format!("SELECT {}", quoted("INBOX")));
        owner.ok(&format!("UID MOVE {} {}", hello["uid"], quoted("Archive")));
        let moved = list(&mailbox, [id, "-o", "json"]).exits(0).json();
        assert_eq!(moved["messages"][0]["folder"], "Archive");
        list(&mailbox, ["nowhere-to-be-found..."])
            .exits(67)
            .says("no such message");
        list(&mailbox, ["7"]).exits(64).says("--folder");
        list(&mailbox, ["abc..."]).exits(64).says("at least 4");
    }
}

#[test]
fn a_list_is_fit_for_a_terminal_and_in_order() {
    for mailbox in filled() {
        let told = list(&mailbox, ["--sort", "size", "--limit", "2"]).exits(0);
        told.says("2 of 6 messages");
        let told = list(&mailbox, []).exits(0);
        assert!(
            !told.stdout.contains(['\u{1b}', '\u{7}']),
            "{:?}",
            told.stdout
        );
        let order = subjects(&mailbox, ["--reverse"]);
        let mut back = subjects(&mailbox, []);
        back.reverse();
        assert_eq!(order, back);
    }
}

#[test]
fn a_folder_that_may_not_be_read_is_named_and_is_not_empty() {
    let [mailbox, _] = filled();
    let owner = mailbox.spelled(&mailbox.address);
    // On Dovecot the owner may take her own rights.
    mailbox.set("Archive", owner, "la");
    list(&mailbox, [])
        .exits(3)
        .says("\"Archive\" could not be looked into")
        .says("4 messages");
}

#[test]
fn courier_lists_as_the_others_do() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive"], 1);
    let alice = mailbox.alice();
    mailbox.grant([alice, "--write"]).exits(0);
    let archive = mailbox.seen("Archive");
    for (_, header, body) in MAIL {
        mailbox
            .member(alice)
            .append_asking(&archive, &format!("{header}\n{body}"));
    }
    let found = |words: [&str; 2]| subjects(&mailbox, words);
    assert_eq!(
        found(["--from", "billing.example.com"]),
        ["draft", "old", "Rechnung für März"]
    );
    assert_eq!(found(["--subject", "FÜR märz"]), ["Rechnung für März"]);
    assert_eq!(found(["--text", "grüße AUS"]), ["Rechnung für März"]);
    assert_eq!(found(["--text", "rechnung"]), ["old"]);
}

fn show<const N: usize>(mailbox: &Mailbox, words: [&str; N]) -> Ran {
    let first = ["mail", "show", &mailbox.address];
    mailbox
        .provider
        .run(first.iter().chain(&words).chain(&["-vv"]))
}

#[test]
fn one_message_is_printed_as_people_read_it_and_stays_unread() {
    for mailbox in filled() {
        let mut owner = mailbox.member(&mailbox.address);
        let files = "From: fay@example.com\nSubject: files\nMessage-ID: <files@example.com>\n\
                     Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee\t\u{1b}[2Jbelow\n\
                     --b\nContent-Type: application/pdf; name=\"bill\u{7}.pdf\"\nContent-Disposition: attachment\n\
                     Content-Transfer-Encoding: base64\n\nAAAA\n--b--\n";
        owner.append("Archive", files);
        owner.append("INBOX", files);
        show(&mailbox, ["0-long..."])
            .exits(0)
            .says("From: Jörg Müller <joerg@billing.example.com>")
            .says("Subject: Rechnung für März")
            .says("Grüße aus München");
        show(&mailbox, ["3-long..."])
            .exits(0)
            .says("die Rechnung 4711");
        let told = show(&mailbox, ["<files@example.com>"])
            .exits(0)
            .says("File: bill")
            .says("(application/pdf, 1 KiB)")
            .says("it lies in");
        assert!(
            !told.stdout.contains(['\u{1b}', '\u{7}']),
            "{:?}",
            told.stdout
        );
        let json = show(
            &mailbox,
            ["<files@example.com>", "--folder", "Archive", "-o", "json"],
        );
        let json = json.exits(0).json();
        assert_eq!(
            (&json["folder"], &json["files"][0]["size"]),
            (&"Archive".into(), &3.into())
        );
        assert_eq!(json["elsewhere"], Value::Array(Vec::new()));
        show(&mailbox, ["<none@example.com>"])
            .exits(67)
            .says("no such message");
        show(&mailbox, ["7"]).exits(64).says("--folder");
        show(&mailbox, ["1", "--folder", "INBOX"])
            .exits(0)
            .says("Rechnung für März");
        owner.ok("EXAMINE INBOX");
        let flags = owner.ok("UID FETCH 1:* (FLAGS)");
        assert!(!flags.contains("\\Seen"), "{flags}");
        // Who looked at which message, and nothing of what it says.
        let words = ["audit", "show", "--mailbox", &mailbox.address];
        let log = mailbox.provider.run(words).exits(0);
        let log = log.says("read message 1 in INBOX");
        assert!(!log.stdout.contains("Rechnung"), "{}", log.stdout);
    }
}

#[test]
fn a_message_that_may_lie_where_nobody_can_look_is_not_called_missing() {
    let [mailbox, _] = filled();
    mailbox.set("Archive", mailbox.spelled(&mailbox.address), "la");
    show(&mailbox, ["<none@example.com>"])
        .exits(3)
        .says("it may be in \"Archive\"");
    show(&mailbox, ["1-long..."]).exits(0).says("world");
}

#[test]
fn a_beginning_that_means_several_messages_is_refused() {
    let [mailbox, _] = filled();
    let mut owner = mailbox.member(&mailbox.address);
    for n in [1, 2] {
        let message = format!("Subject: {n}\nMessage-ID: <same-{n}@example.com>\n\nx\n");
        owner.append("INBOX", &message);
    }
    show(&mailbox, ["same-..."])
        .exits(64)
        .says("several messages are called so")
        .says("<same-1@example.com>, <same-2@example.com>");
    show(&mailbox, ["same-1..."]).exits(0).says("Subject: 1");
}

/// Appends to `folder` a message called `id`, with `header` beside that, a date and a body.
fn put(mailbox: &Mailbox, folder: &str, id: &str, header: &str, body: &str) {
    let text = format!(
        "Message-ID: <{id}@{}>\nDate: Sat, 21 Nov 2026 10:00:00 +0100\nFrom: dave@example.com\n{header}\n{body}",
        mailbox.address
    );
    mailbox.member(&mailbox.address).append(folder, &text);
}

#[test]
fn a_conversation_is_meant_as_a_whole() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
        let named = |field: &str, ids: &[&str]| {
            let ids = ids.iter().map(|id| format!(" <{id}@{}>", mailbox.address));
            format!("{field}:{}\n", ids.collect::<String>())
        };
        put(&mailbox, "INBOX", "q", "Subject: question\n", "q\n");
        put(
            &mailbox,
            "Archive",
            "a",
            &format!("Subject: answer\n{}", named("In-Reply-To", &["q"])),
            "a\n",
        );
        put(
            &mailbox,
            "INBOX",
            "t",
            &format!("Subject: thanks\n{}", named("References", &["q", "gone"])),
            "t\n",
        );
        put(
            &mailbox,
            "INBOX",
            "u",
            &format!("Subject: later\n{}", named("References", &["gone"])),
            "u\n",
        );
        put(&mailbox, "INBOX", "o", "Subject: other\n", "o\n");
        put(
            &mailbox,
            "Archive",
            "p",
            &format!("Subject: aside\n{}", named("In-Reply-To", &["o"])),
            "p\n",
        );
        let whole = ["answer", "later", "question", "thanks"];
        assert_eq!(
            subjects(&mailbox, ["--subject", "answer", "--conversation"]),
            whole
        );
        assert_eq!(
            subjects(&mailbox, ["--text", "u", "--conversation"]).len(),
            4
        );
        assert_eq!(
            subjects(&mailbox, ["--subject", "nothing", "--conversation"]),
            [""; 0]
        );
        let inbox = ["--subject", "later", "--conversation", "--folder", "INBOX"];
        assert_eq!(subjects(&mailbox, inbox), ["later", "question", "thanks"]);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let words = [
            "mail",
            "export",
            &mailbox.address,
            "--subject",
            "answer",
            "--conversation",
            "--into",
            "eml",
        ];
        mailbox
            .provider
            .run(words.iter().copied().chain([path.to_str().unwrap()]))
            .exits(0);
        let folders =
            ["INBOX", "Archive"].map(|folder| std::fs::read_dir(path.join(folder)).unwrap());
        let files = folders.into_iter().flatten().flatten();
        let text: String = files
            .map(|file| std::fs::read_to_string(file.path()).unwrap())
            .collect();
        for word in whole {
            assert!(text.contains(&format!("Subject: {word}")), "{word}\n{text}");
        }
        assert!(!text.contains("Subject: other"), "{text}");
        // What is done to a conversation is done to these.
        let words = [
            "label",
            "add",
            &mailbox.address,
            "case",
            "--subject",
            "answer",
            "--conversation",
        ];
        mailbox.run(words).exits(0);
        let mut alice = mailbox.member(mailbox.alice());
        for (folder, carriers) in [("INBOX", 3), ("Archive", 1)] {
            alice.ok(&format!("EXAMINE {}", quoted(&mailbox.seen(folder))));
            let seen = alice.ok("UID FETCH 1:* (FLAGS)");
            assert_eq!(seen.matches("case").count(), carriers, "{seen}");
        }
        mailbox.run(words).exits(0).says("nothing to do");
    }
}

#[test]
fn a_copy_that_nobody_misses_is_a_duplicate_and_no_other_is() {
    for mailbox in on_both(&FOLDERS, 1) {
        let one = |folder: &str, way: &str| {
            put(
                &mailbox,
                folder,
                "1",
                &format!("{way}Subject: s\n"),
                "same\n",
            )
        };
        one("INBOX", "");
        one(
            "INBOX",
            "Received: by somebody; Sat, 21 Nov 2026 10:00:00 +0100\n",
        );
        one("INBOX", "");
        one("Archive", "");
        put(&mailbox, "INBOX", "1", "Subject: s\n", "forged\n");
        put(&mailbox, "INBOX", "2", "Subject: s\n", "same\n");
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT INBOX");
        owner.ok("UID STORE 2 +FLAGS (\\Answered)");
        let uids = |words: &[&str]| -> Vec<u64> {
            let first = [
                "mail",
                "list",
                &mailbox.address,
                "-o",
                "json",
                "--sort",
                "folder",
            ];
            let ran = mailbox
                .provider
                .run(first.iter().chain(words).copied())
                .exits(0);
            let rows = ran.json()["messages"].as_array().unwrap().clone();
            rows.iter()
                .map(|row| row["uid"].as_u64().unwrap())
                .collect()
        };
        assert_eq!(uids(&["--duplicate"]), [1, 3], "the answered one stays");
        assert_eq!(
            uids(&["--duplicate", "--unanswered", "--folder", "INBOX"]),
            [1, 3]
        );
        assert_eq!(uids(&["--duplicate", "3", "--folder", "INBOX"]), [3]);
        owner.ok("UID STORE 3 +FLAGS (urgent)");
        assert_eq!(
            uids(&["--duplicate"]),
            [1],
            "what another does not carry is missed"
        );
        let both = [
            "mail",
            "list",
            &mailbox.address,
            "--duplicate",
            "--conversation",
        ];
        mailbox.run(both).exits(64);
        mailbox
            .run([
                "mail",
                "usage",
                &mailbox.address,
                "--duplicate",
                "-o",
                "json",
            ])
            .exits(0);
    }
}
