//! `sharemail label define` and `rename`: what people call labels, kept in the mailbox, where members may only
//! read it, seen by a client of the tests' own.

use std::fs;
use std::thread;

use serde_json::{Value, json};

use crate::provider::client::quoted;
use crate::provider::run;
use crate::provider::{Courier, Kind, Mailbox, Ran, on_both};

const FOLDERS: [&str; 2] = ["Sent", "Archive"];
const SETTINGS: &str = "Team/Settings";

fn mailboxes() -> [Mailbox<'static>; 2] {
    on_both(&FOLDERS, 2).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--full-access"]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        for n in 1..=3 {
            let message = format!(
                "From: carol@example.com\nSubject: {n}\nMessage-ID: <{n}@example.test>\n\
                 Date: Sat, 21 Nov 2026 10:00:00 +0000\n\nworld\n"
            );
            owner.append("INBOX", &message);
        }
        mailbox
    })
}

/// What is typed after `sharemail label`: the verb, and what comes after the mailbox.
fn label<const N: usize>(mailbox: &Mailbox, verb: &str, words: [&str; N]) -> Ran {
    let first = ["label", verb, &mailbox.address];
    let all = first
        .iter()
        .chain(words.iter())
        .map(|word| (*word).to_owned());
    mailbox.provider.run(all.chain(["-vv".to_owned()]))
}

/// The labels that `list` tells: word, name, keyword, colour, messages.
fn listed(mailbox: &Mailbox) -> Vec<Value> {
    let told = label(mailbox, "list", ["-o", "json"]).exits(0).json();
    let row = |row: &Value| {
        json!([
            row["word"],
            row["label"],
            row["keyword"],
            row["colour"],
            row["messages"]
        ])
    };
    told["labels"].as_array().unwrap().iter().map(row).collect()
}

/// What a message of INBOX carries, as alice sees it.
fn carried(mailbox: &Mailbox, uid: u32) -> String {
    let mut session = mailbox.member(mailbox.alice());
    session.ok(&format!("SELECT {}", quoted(&mailbox.seen("INBOX"))));
    let told = session.ok(&format!("UID FETCH {uid} (FLAGS)"));
    let flags = told.split_once("FLAGS (").unwrap().1;
    flags
        .split_once(')')
        .unwrap()
        .0
        .replace("\\Recent", "")
        .trim()
        .to_owned()
}

/// The text of all that lies among the settings, as somebody reads it.
fn settings(mailbox: &Mailbox, who: &str) -> String {
    let mut session = mailbox.member(who);
    session.ok(&format!("EXAMINE {}", quoted(&mailbox.seen(SETTINGS))));
    session.ok("UID FETCH 1:* (FLAGS BODY.PEEK[])")
}

#[test]
fn a_label_has_a_name_that_everybody_reads_and_no_member_writes() {
    for mailbox in mailboxes() {
        let dry = label(
            &mailbox,
            "define",
            ["invoice", "--name", "Rechnung", "-n", "--detailed-exitcode"],
        );
        dry.exits(2).says("Team/Settings");
        label(
            &mailbox,
            "define",
            ["invoice", "--name", "Rechnung", "--colour", "#CC0000"],
        )
        .exits(0);
        let again = label(&mailbox, "define", ["invoice", "--name", "Rechnung"]).exits(0);
        assert!(again.sent().iter().all(|sent| !sent.starts_with("APPEND")));
        label(&mailbox, "define", ["urgent", "--key", "$label1"]).exits(0);
        label(&mailbox, "define", ["work"]).exits(0);
        // By its word, its name, or its keyword.
        label(&mailbox, "add", ["invoice", "1", "--folder", "INBOX"])
            .exits(0)
            .says("1 message labelled Rechnung (invoice)");
        label(&mailbox, "add", ["RECHNUNG", "2", "--folder", "INBOX"]).exits(0);
        label(&mailbox, "add", ["urgent", "1", "--folder", "INBOX"]).exits(0);
        label(&mailbox, "add", ["odd", "3", "--folder", "INBOX"]).exits(0);
        assert!(
            carried(&mailbox, 1).contains("invoice") && carried(&mailbox, 1).contains("$label1")
        );
        assert!(
            carried(&mailbox, 2).contains("invoice") && !carried(&mailbox, 2).contains("echnung")
        );
        assert_eq!(
            listed(&mailbox),
            [
                json!(["urgent", "urgent", "$label1", null, 1]),
                json!(["work", "Work", "$label2", null, 0]),
                json!(["invoice", "Rechnung", "invoice", "#cc0000", 2]),
                json!([null, "odd", "odd", null, 1]),
            ]
        );
        label(&mailbox, "list", [])
            .exits(0)
            .says("nobody defines odd");
        let shown = mailbox.run([
            "mail",
            "list",
            &mailbox.address,
            "--label",
            "rechnung",
            "-o",
            "json",
        ]);
        let shown = shown.exits(0).json();
        assert_eq!(shown["found"], 2);
        let labels = &shown["messages"][0]["labels"];
        assert!(labels.to_string().contains("Rechnung"), "{labels}");
        let one = mailbox
            .run(["mail", "show", &mailbox.address, "<1@example.test>"])
            .exits(0);
        one.says("Rechnung");
        // As members see it.
        let alice = mailbox.alice();
        assert!(settings(&mailbox, alice).contains("Rechnung"));
        assert_eq!(mailbox.rights(alice, SETTINGS).as_deref(), Some("lr"));
        let mut hers = mailbox.member(alice);
        let folder = quoted(&mailbox.seen(SETTINGS));
        hers.no(&format!("DELETE {folder}"));
        hers.no(&format!(
            "CREATE {}",
            quoted(&mailbox.seen("Team/Settings/Mine"))
        ));
        hers.no(&format!(
            "RENAME {folder} {}",
            quoted(&mailbox.seen("Mine"))
        ));
        hers.ok(&format!("SELECT {folder}"));
        hers.command("UID STORE 1:* +FLAGS (\\Deleted)");
        hers.command("EXPUNGE");
        let mut append = mailbox.member(alice);
        let told = append.command(&format!("APPEND {folder} (\\Draft) {{8+}}\r\nA: b\r\n\r\n"));
        assert!(!told.contains("APPENDUID"), "{told}");
        assert_eq!(listed(&mailbox).len(), 4);
        // Somebody without access sees nothing of it.
        assert_eq!(mailbox.rights(mailbox.bob(), SETTINGS), None);
    }
}

#[test]
fn a_rename_changes_the_name_alone_and_is_taken_back() {
    for mailbox in mailboxes() {
        label(&mailbox, "define", ["invoice", "--name", "Rechnung"]).exits(0);
        label(&mailbox, "add", ["invoice", "1", "--folder", "INBOX"]).exits(0);
        let before = carried(&mailbox, 1);
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}-name.undo", mailbox.address));
        let file = file.to_str().unwrap();
        label(
            &mailbox,
            "rename",
            ["rechnung", "Sofort 🔥 50% a]b", "--undo-file", file],
        )
        .exits(0);
        assert_eq!(
            listed(&mailbox),
            [json!(["invoice", "Sofort 🔥 50% a]b", "invoice", null, 1])]
        );
        assert_eq!(carried(&mailbox, 1), before);
        label(
            &mailbox,
            "remove",
            ["Sofort 🔥 50% a]b", "1", "--folder", "INBOX"],
        )
        .exits(0)
        .says("1 message rid of");
        assert!(!carried(&mailbox, 1).contains("invoice"));
        mailbox.run(["undo", file, "--yes"]).exits(0);
        assert_eq!(
            listed(&mailbox),
            [json!(["invoice", "Rechnung", "invoice", null, 0])]
        );
        fs::remove_file(file).unwrap();
        label(&mailbox, "rename", ["other", "Other"])
            .exits(67)
            .says("no label called \"other\" is defined");
        label(&mailbox, "rename", ["invoices", "Other"])
            .exits(67)
            .says("did you mean \"invoice\"?");
        let log = mailbox
            .run(["audit", "show", "--mailbox", &mailbox.address, "-o", "json"])
            .exits(0);
        assert!(
            log.stdout.contains("\"labels\"") && !log.stdout.contains("Rechnung"),
            "{}",
            log.stdout
        );
    }
}

#[test]
fn what_cannot_be_a_label_is_refused_and_hostile_names_stay_names() {
    let [mailbox, _] = mailboxes();
    for (words, what) in [
        (["define", "a]b", "--name", "A"], "no keyword holds"),
        (["define", "a", "--name", "x\u{7}y"], ""),
        (["define", "a", "--key", "\\Seen"], "is no label"),
        (["define", "a", "--key", "a b"], "no keyword holds"),
        (["define", "a", "--colour", "red"], "is no colour"),
        (["define", "a", "--name", " "], ""),
    ] {
        let [verb, rest @ ..] = words;
        label(&mailbox, verb, rest).exits(64).says(what);
    }
    assert_eq!(
        mailbox.rights(mailbox.alice(), SETTINGS),
        None,
        "nothing was made for that"
    );
    let hostile = "\"]\n[labels".replace('\n', " ");
    for (word, name) in [
        ("für später 🔥", "\u{202a}x".trim_start_matches('\u{202a}')),
        ("quote", &hostile),
        ("hash", "# '''x"),
        ("line", "a = \"b\""),
    ] {
        label(&mailbox, "define", [word, "--name", name]).exits(0);
        let told = listed(&mailbox);
        assert!(
            told.iter().any(|row| row[0] == word && row[1] == name),
            "{word}: {told:?}"
        );
    }
    label(&mailbox, "define", ["other", "--name", "QUOTE"])
        .exits(64)
        .says("cannot be told from \"quote\"");
    label(&mailbox, "define", ["other", "--key", "HASH"])
        .exits(64)
        .says("cannot be told from");
    label(&mailbox, "define", ["hash", "--key", "other"])
        .exits(64)
        .says("the keyword of a label stays");
    label(&mailbox, "add", ["für später 🔥", "1", "--folder", "INBOX"]).exits(0);
    assert!(carried(&mailbox, 1).contains("f&apw-r_sp&aoq-ter_&2d3djq-"));
}

#[test]
fn what_somebody_else_wrote_there_is_not_obeyed() {
    for mailbox in mailboxes() {
        label(&mailbox, "define", ["invoice", "--name", "Rechnung"]).exits(0);
        // Mail that came by a detail address is no draft, whoever sent it.
        let mut owner = mailbox.member(&mailbox.address);
        owner.append(
            SETTINGS,
            "Subject: labels\n\n[labels]\n\"invoice\" = \"Forged\"\n",
        );
        assert_eq!(listed(&mailbox)[0][1], "Rechnung");
        // A member who could write there makes nothing believed.
        mailbox.set(SETTINGS, mailbox.alice(), "lrswi");
        let list = label(&mailbox, "list", []).exits(0);
        list.says("not obeyed").says_not("Rechnung");
        label(&mailbox, "define", ["other"])
            .exits(77)
            .says("not obeyed");
        let ran = label(&mailbox, "add", ["invoice", "1", "--folder", "INBOX"]).exits(77);
        ran.says("not obeyed");
        assert!(!carried(&mailbox, 1).contains("invoice"));
        let check = mailbox.run(["check", &mailbox.address]).exits(2);
        check
            .says("settings are not obeyed")
            .says(mailbox.spelled(mailbox.alice()));
        // A keyword is what it is.
        label(&mailbox, "add", ["$label1", "1", "--folder", "INBOX"]).exits(0);
        mailbox
            .run(["mail", "list", &mailbox.address])
            .exits(0)
            .says("not obeyed");
    }
}

#[test]
fn two_at_once_lose_nothing_unseen() {
    for mailbox in mailboxes() {
        label(&mailbox, "define", ["first"]).exits(0);
        let both = thread::scope(|scope| {
            let runs = ["left", "right"].map(|word| {
                scope.spawn({
                    let mailbox = &mailbox;
                    move || label(mailbox, "define", [word])
                })
            });
            runs.map(|run| run.join().unwrap())
        });
        let told = listed(&mailbox);
        let is_there = |word: &str| told.iter().any(|row| row[0] == word);
        assert!(is_there("first"));
        for (ran, word) in both.iter().zip(["left", "right"]) {
            // Whoever was told that it is done finds it, unless the other one says otherwise at the same moment.
            let is_done = ran.code == Some(0);
            assert!(
                !is_done || is_there(word),
                "{word}: {told:?}\n{}",
                ran.stdout
            );
        }
        for word in ["left", "right"] {
            label(&mailbox, "define", [word]).exits(0);
        }
        assert_eq!(listed(&mailbox).len(), 3);
    }
}

#[test]
fn readers_come_and_go_with_members() {
    for mailbox in mailboxes() {
        label(&mailbox, "define", ["invoice"]).exits(0);
        mailbox.grant([mailbox.bob(), "--read-only"]).exits(0);
        assert_eq!(
            mailbox.rights(mailbox.bob(), SETTINGS).as_deref(),
            Some("lr")
        );
        mailbox.revoke([mailbox.bob()]).exits(0);
        assert_eq!(mailbox.rights(mailbox.bob(), SETTINGS), None);
        let moved = mailbox.run(["folder", "delete", &mailbox.address, SETTINGS, "--yes"]);
        moved.exits(64).says("label define");
    }
}

#[test]
fn courier_keeps_names_too() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive"], 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    label(&mailbox, "define", ["invoice", "--name", "Für später"]).exits(0);
    label(&mailbox, "rename", ["invoice", "Rechnung"]).exits(0);
    assert_eq!(
        listed(&mailbox),
        [json!(["invoice", "Rechnung", "invoice", null, 0])]
    );
    assert_eq!(
        mailbox.rights(mailbox.alice(), SETTINGS).as_deref(),
        Some("lr")
    );
}

/// What a folder is called in a session of the mailbox's own.
fn own(mailbox: &Mailbox, folder: &str) -> String {
    match (mailbox.provider.kind(), folder) {
        (Kind::Courier, "Archive") => "INBOX.Archive".to_owned(),
        _ => folder.to_owned(),
    }
}

/// What each message of a folder carries that is a label, by UID, as its owner sees it.
fn labels_in(mailbox: &Mailbox, folder: &str) -> Vec<Vec<String>> {
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok(&format!("EXAMINE {}", quoted(&own(mailbox, folder))));
    let told = owner.ok("UID FETCH 1:* (FLAGS)");
    let labels = |line: &str| {
        let flags = line.split_once("FLAGS (")?.1.split_once(')')?.0;
        let words = flags.split(' ').filter(|word| !word.is_empty());
        let own = words.filter(|word| !word.starts_with('\\'));
        let mut all: Vec<String> = own.map(str::to_lowercase).collect();
        all.sort();
        Some(all)
    };
    let fetched = told.lines().filter(|line| line.contains(" FETCH "));
    fetched.filter_map(labels).collect()
}

/// INBOX: one with each label, one with both; Archive: one with the first.
fn two_labels(mailbox: &Mailbox) -> [Vec<Vec<String>>; 2] {
    label(mailbox, "define", ["bill", "--name", "Rechnung"]).exits(0);
    label(mailbox, "define", ["invoice"]).exits(0);
    let mut owner = mailbox.member(&mailbox.address);
    owner.append_asking(&own(mailbox, "Archive"), "Subject: old\n\nworld\n");
    for (folder, message, labels) in [
        ("INBOX", 1, "bill"),
        ("INBOX", 2, "invoice other"),
        ("INBOX", 3, "bill invoice"),
        ("Archive", 1, "bill other"),
    ] {
        owner.ok(&format!("SELECT {}", quoted(&own(mailbox, folder))));
        owner.ok(&format!("STORE {message} +FLAGS ({labels})"));
    }
    ["INBOX", "Archive"].map(|folder| labels_in(mailbox, folder))
}

fn merged_and_taken_back(mailbox: &Mailbox) {
    let before = two_labels(mailbox);
    let all = || ["INBOX", "Archive"].map(|folder| labels_in(mailbox, folder));
    let defined = || {
        let mut words: Vec<Value> = listed(mailbox).iter().map(|row| row[0].clone()).collect();
        words.retain(|word| !word.is_null());
        words
    };
    label(mailbox, "merge", ["bill", "nowhere"])
        .exits(67)
        .says("no label called");
    label(mailbox, "merge", ["bill", "RECHNUNG"])
        .exits(64)
        .says("are the same label");
    label(mailbox, "merge", ["bill", "invoice", "-n"]).exits(0);
    label(
        mailbox,
        "merge",
        ["bill", "invoice", "-n", "--detailed-exitcode"],
    )
    .exits(2);
    assert_eq!(all(), before);
    let file = mailbox
        .provider
        .dir()
        .join(format!("{}-merge.undo", mailbox.address));
    let file = file.to_str().unwrap();
    let ran = label(
        mailbox,
        "merge",
        ["rechnung", "invoice", "--yes", "--undo-file", file],
    );
    let ran = ran.exits(0);
    // Nothing is taken before everything is given, and the name goes last.
    let is_change = |sent: &&str| {
        ["+FLAGS", "-FLAGS", "APPEND"]
            .iter()
            .any(|word| sent.contains(word))
    };
    let sent = ran.sent();
    let sent: Vec<&str> = sent.iter().map(AsRef::as_ref).filter(is_change).collect();
    let at = |word: &str| {
        let mut all = sent
            .iter()
            .enumerate()
            .filter(|(_, sent)| sent.contains(word))
            .map(|(n, _)| n);
        let first = all.next().unwrap_or_else(|| panic!("no {word}: {sent:?}"));
        (first, all.next_back().unwrap_or(first))
    };
    assert!(
        at("+FLAGS.SILENT (invoice)").1 < at("-FLAGS.SILENT (bill)").0,
        "{sent:?}"
    );
    assert!(at("-FLAGS.SILENT (bill)").1 < at("APPEND").0, "{sent:?}");
    let words = |labels: &[&str]| {
        labels
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        all(),
        [
            vec![
                words(&["invoice"]),
                words(&["invoice", "other"]),
                words(&["invoice"])
            ],
            vec![words(&["invoice", "other"])],
        ]
    );
    assert_eq!(defined(), [json!("invoice")]);
    label(
        mailbox,
        "merge",
        ["bill", "invoice", "-n", "--detailed-exitcode"],
    )
    .exits(0);
    label(mailbox, "merge", ["bill", "invoice"]).exits(0);
    mailbox.run(["undo", file, "--yes"]).exits(0);
    assert_eq!(all(), before);
    assert_eq!(defined(), [json!("bill"), json!("invoice")]);
    fs::remove_file(file).unwrap();
}

#[test]
fn two_labels_become_one_and_that_is_taken_back() {
    for mailbox in mailboxes() {
        merged_and_taken_back(&mailbox);
    }
}

#[test]
fn two_labels_become_one_on_courier() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive"], 1);
    let mut owner = mailbox.member(&mailbox.address);
    for n in 1..=3 {
        owner.append_asking("INBOX", &format!("Subject: {n}\n\nworld\n"));
    }
    drop(owner);
    merged_and_taken_back(&mailbox);
}

#[test]
fn where_a_folder_cannot_be_looked_into_the_label_stays_defined() {
    let [mailbox, _] = mailboxes();
    let before = two_labels(&mailbox);
    mailbox.set("Archive", &mailbox.address, "la");
    let ran = label(&mailbox, "merge", ["bill", "invoice", "--yes"]);
    ran.exits(3)
        .says("\"Archive\" could not be looked into")
        .says("stays defined");
    assert!(
        labels_in(&mailbox, "INBOX")
            .iter()
            .all(|labels| !labels.contains(&"bill".to_owned()))
    );
    assert_eq!(listed_words(&mailbox), ["bill", "invoice"]);
    mailbox.set("Archive", &mailbox.address, "lrswipkxtea");
    assert_eq!(labels_in(&mailbox, "Archive"), before[1]);
    label(&mailbox, "merge", ["bill", "invoice", "--yes"]).exits(0);
    assert_eq!(listed_words(&mailbox), ["invoice"]);
}

/// The words of the labels that are defined, where a folder may be closed.
fn listed_words(mailbox: &Mailbox) -> Vec<String> {
    let ran = label(mailbox, "export", ["--format", "thunderbird"]).exits(0);
    let lines = ran.stdout.lines().filter_map(|line| {
        let word = line.split_once("tags.")?.1.split_once(".tag\"")?.0;
        Some(word.to_owned())
    });
    lines.collect()
}

#[test]
fn one_more_label_than_a_maildir_keeps_is_refused_before_anything_is_changed() {
    for mailbox in mailboxes() {
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT INBOX");
        let words: Vec<String> = (1..=26).map(|n| format!("word{n}")).collect();
        owner.ok(&format!("STORE 1 +FLAGS ({})", words.join(" ")));
        drop(owner);
        label(&mailbox, "add", ["word26", "2", "--folder", "INBOX"]).exits(0);
        let new = ["urgent", "2", "--folder", "INBOX"];
        let merge = ["word1", "important", "--yes"];
        if mailbox.provider.kind() == Kind::Dovecot {
            for ran in [label(&mailbox, "add", new), label(&mailbox, "merge", merge)] {
                let ran = ran.exits(77).says("max-keywords");
                assert!(ran.sent().iter().all(|sent| !sent.contains("STORE")));
            }
            let (when, then) = ("from=\"*@example.com\"", "label=\"later\"");
            let words = [
                "rule",
                "add",
                &mailbox.address,
                "late",
                "--when",
                when,
                "--then",
                then,
            ];
            mailbox.run(words).exits(0);
            let ran = mailbox.run(["rule", "run", &mailbox.address, "-vv"]);
            let ran = ran.exits(77).says("max-keywords");
            assert!(ran.sent().iter().all(|sent| !sent.contains("STORE")));
            let knowing = |words: [&str; 4]| {
                let mut knows = mailbox.provider.sharemail();
                knows.env("SHAREMAIL_MAX_KEYWORDS", "27");
                let first = ["label", "add", &mailbox.address];
                run::run(&mut knows, first.into_iter().chain(words))
            };
            knowing(new).exits(0);
            knowing(["later", "2", "--folder", "INBOX"])
                .exits(77)
                .says("27 labels are the most");
        } else {
            label(&mailbox, "add", new).exits(0);
            label(&mailbox, "merge", merge).exits(0);
        }
    }
}

#[test]
fn labels_that_will_be_lost_or_that_nobody_knows_are_found() {
    let [dovecot, cyrus] = mailboxes();
    for mailbox in [&dovecot, &cyrus] {
        label(mailbox, "check", [])
            .exits(0)
            .says("the labels are in order");
        label(
            mailbox,
            "define",
            ["invoice", "--name", "Rech\"nung", "--colour", "#CC0000"],
        )
        .exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok("SELECT INBOX");
        let words = |n: usize| {
            (1..=n)
                .map(|n| format!("word{n}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        owner.ok(&format!("STORE 1 +FLAGS (invoice {})", words(18)));
        let found = label(mailbox, "check", ["-o", "json"]).exits(2).json();
        let findings = found["findings"].as_array().unwrap();
        assert_eq!(
            findings.len(),
            18,
            "each of the others is a leftover: {found}"
        );
        owner.ok(&format!("STORE 2 +FLAGS ({})", words(19)));
        label(mailbox, "check", [])
            .exits(2)
            .says("INBOX: messages carry 20 different labels");
        owner.ok(&format!("STORE 2 +FLAGS ({})", words(26)));
        let found = label(mailbox, "check", ["-o", "csv"]).exits(2);
        match mailbox.provider.kind() {
            Kind::Dovecot => found.says("too-many-labels,INBOX,27,"),
            _ => found.says("many-labels,INBOX,27,"),
        };
        let told = label(mailbox, "export", ["--format", "thunderbird"]).exits(0);
        assert_eq!(
            told.stdout,
            "user_pref(\"mailnews.tags.invoice.tag\", \"Rech\\\"nung\");\n\
             user_pref(\"mailnews.tags.invoice.color\", \"#cc0000\");\n"
        );
    }
}

#[test]
fn whoever_could_write_settings_loses_that_by_revoke_and_has_the_mailbox_by_grant() {
    for mailbox in on_both(&["Sent"], 1) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--full-access"]).exits(0);
        let define = [
            "label",
            "define",
            &mailbox.address,
            "urgent",
            "--name",
            "Sofort",
        ];
        mailbox.provider.run(define).exits(0);
        mailbox.set("Team/Settings", alice, "lrswi");
        mailbox
            .provider
            .run(["check", &mailbox.address])
            .exits(2)
            .says("settings are not obeyed")
            .says("sharemail revoke and grant again");
        mailbox
            .provider
            .run(["retention", "show", &mailbox.address])
            .exits(77);
        mailbox.revoke([alice]).exits(0);
        mailbox.grant([alice, "--full-access"]).exits(0);
        mailbox.provider.run(define).exits(0).says("nothing to do");
        let rights = mailbox.stored("Team/Settings", alice).unwrap();
        assert!(!rights.contains(['i', 'w']), "{rights}");
    }
}
