//! Rules that leave copies, seen by a client of the tests' own that reads every message.

use std::collections::BTreeMap;
use std::fs;

use crate::provider::client::quoted;
use crate::provider::mail::mails;
use crate::provider::sieve::deliver;
use crate::provider::{Courier, Cyrus, Dovecot, Kind, Mailbox, Ran, on_both};

const FOLDERS: [&str; 3] = ["Books", "Tax", "Done"];

fn rule(mailbox: &Mailbox, typed: &[&str]) -> Ran {
    let mut words = vec!["rule", typed[0], &mailbox.address];
    words.extend(&typed[1..]);
    words.push("-vv");
    mailbox.provider.run(words)
}

fn add(mailbox: &Mailbox, [name, when, then]: [&str; 3]) -> Ran {
    rule(mailbox, &["add", name, "--when", when, "--then", then])
}

/// What a client of the owner calls a folder.
fn own(mailbox: &Mailbox, folder: &str) -> String {
    match (mailbox.provider.kind(), folder) {
        (Kind::Courier, "INBOX") => folder.to_owned(),
        (Kind::Courier, _) => format!("INBOX.{folder}"),
        _ => folder.to_owned(),
    }
}

fn message(from: &str, n: usize) -> String {
    format!(
        "From: {from}\nMessage-ID: <{n}@x.test>\nSubject: letter {n}\n\nof {from}, number {n}\n"
    )
}

fn fill(mailbox: &Mailbox, all: &[&str]) {
    let mut owner = mailbox.member(&mailbox.address);
    for (n, from) in all.iter().enumerate() {
        owner.append_asking("INBOX", &message(from, n));
    }
}

/// The messages of each folder, by all that they say, each with what it carries.
type Lying = BTreeMap<&'static str, Vec<(String, String)>>;

fn lying(mailbox: &Mailbox) -> Lying {
    let mut owner = mailbox.member(&mailbox.address);
    let mut all = BTreeMap::new();
    for folder in ["INBOX"].into_iter().chain(FOLDERS) {
        let mut mails: Vec<(String, String)> = mails(&mut owner, &own(mailbox, folder))
            .iter()
            .map(|mail| {
                let flags = mail.flags.iter().map(|flag| flag.to_lowercase());
                let mut flags: Vec<String> = flags.filter(|flag| flag != "\\recent").collect();
                flags.sort_unstable();
                (mail.text(), flags.join(" "))
            })
            .collect();
        mails.sort_unstable();
        all.insert(folder, mails);
    }
    all
}

/// The numbers of the messages of a folder, each with what it carries.
fn told(lying: &Lying, folder: &str) -> Vec<String> {
    let number = |text: &str| {
        let (_, rest) = text.split_once("number ").unwrap();
        rest.trim().to_owned()
    };
    let all = lying[folder].iter();
    let mut all: Vec<String> = all
        .map(|(text, flags)| format!("{} {flags}", number(text)).trim().to_owned())
        .collect();
    all.sort_unstable();
    all
}

fn copies(ran: &Ran) -> usize {
    let sent = ran.sent();
    sent.iter()
        .filter(|command| command.starts_with("UID COPY"))
        .count()
}

fn undo_file(mailbox: &Mailbox, name: &str) -> String {
    let file = mailbox.provider.dir();
    let file = file.join(format!("{}.{name}", mailbox.address));
    file.to_str().unwrap().to_owned()
}

fn with_rules(mailbox: &Mailbox) {
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    add(
        mailbox,
        ["a", "from = \"a@*\"", "label = \"first\", copy = \"Books\""],
    )
    .exits(0);
    let then = "label = \"second\", flag = true, copy = [\"Tax\", \"Books\"], move = \"Done\"";
    add(mailbox, ["b", "subject = \"letter 2\"", then]).exits(0);
    add(mailbox, ["c", "from = \"a@*\"", "label = \"third\""]).exits(0);
}

fn copies_and_goes_on(mailbox: &Mailbox) {
    with_rules(mailbox);
    fill(mailbox, &["a@x.test", "b@x.test", "a@x.test", "b@x.test"]);
    let before = lying(mailbox);
    let dry = rule(mailbox, &["run", "-n", "--detailed-exitcode", "-o", "json"]).exits(2);
    assert_eq!(copies(&dry), 0);
    let json = dry.json();
    assert_eq!(json["messages"][0]["copies"][0], "Books");
    assert_eq!(json["messages"][1]["copies"].as_array().unwrap().len(), 2);
    assert_eq!(json["messages"][1]["to"], "Done");
    assert_eq!(lying(mailbox), before);
    let file = undo_file(mailbox, "copies");
    let ran = rule(mailbox, &["run", "--undo-file", &file]).exits(0);
    ran.says("4 messages judged, 2 taken by rules, 2 changed");
    let after = lying(mailbox);
    assert_eq!(told(&after, "INBOX"), ["0 first third", "1", "3"]);
    assert_eq!(
        told(&after, "Books"),
        ["0 first", "2 \\flagged first second"]
    );
    assert_eq!(told(&after, "Tax"), ["2 \\flagged first second"]);
    assert_eq!(told(&after, "Done"), ["2 \\flagged first second"]);
    // Byte for byte.
    assert_eq!(after["Books"][0].0, after["INBOX"][0].0);
    assert_eq!(after["Tax"][0].0, after["Done"][0].0);
    // Members see them too.
    let mut alice = mailbox.member(mailbox.alice());
    let told_by_alice = alice.ok(&format!(
        "STATUS {} (MESSAGES)",
        quoted(&mailbox.seen("Books"))
    ));
    assert!(told_by_alice.contains("MESSAGES 2"), "{told_by_alice}");
    drop(alice);
    for typed in [&["run"][..], &["run", "--all"]] {
        let again = rule(mailbox, typed).exits(0);
        assert_eq!(copies(&again), 0, "{:?}", again.sent());
        assert_eq!(lying(mailbox), after);
    }
    let words = ["audit", "show", "--mailbox", &mailbox.address];
    let log = mailbox.provider.run(words).exits(0);
    log.says("copy INBOX → Books: 1 message").says_not("letter");
    let undone = mailbox.provider.run(["undo", &file, "--yes"]).exits(0);
    undone.says_not("stay");
    assert_eq!(lying(mailbox), before);
    fs::remove_file(file).unwrap();
}

#[test]
fn copies_carry_what_was_given_by_then_and_are_made_once() {
    for mailbox in on_both(&FOLDERS, 1) {
        copies_and_goes_on(&mailbox);
    }
}

#[test]
fn on_courier_they_do_too() {
    copies_and_goes_on(&Mailbox::on(Courier::running(), &FOLDERS, 1));
}

/// Does something to the first message of a folder.
fn by_hand(mailbox: &Mailbox, folder: &str, command: &str) {
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok(&format!("SELECT {}", quoted(&own(mailbox, folder))));
    owner.ok(command);
    owner.ok("EXPUNGE");
}

#[test]
fn a_copy_that_somebody_deleted_stays_away_until_all_is_judged_again() {
    for mailbox in on_both(&FOLDERS, 1) {
        add(&mailbox, ["a", "from = \"a@*\"", "copy = \"Books\""]).exits(0);
        fill(&mailbox, &["a@x.test", "a@x.test"]);
        rule(&mailbox, &["run"]).exits(0).says("2 changed");
        // What carries something else is known all the same.
        by_hand(&mailbox, "Books", "STORE 2 +FLAGS (\\Flagged mine)");
        by_hand(&mailbox, "Books", "STORE 1 +FLAGS (\\Deleted)");
        rule(&mailbox, &["run"]).exits(0).says("nothing new");
        assert_eq!(told(&lying(&mailbox), "Books"), ["1 \\flagged mine"]);
        let dry = rule(&mailbox, &["run", "--all", "-n"]).exits(0);
        dry.says("2 taken by rules, 1 would be changed");
        rule(&mailbox, &["run", "--all"]).exits(0).says("1 changed");
        assert_eq!(told(&lying(&mailbox), "Books"), ["0", "1 \\flagged mine"]);
        // What lies there in these very words is enough, unless both are judged.
        let mut owner = mailbox.member(&mailbox.address);
        owner.append_asking("INBOX", &message("a@x.test", 1));
        let run = rule(&mailbox, &["run"]).exits(0);
        run.says("1 message judged, 2 before, 1 taken by rules and so already");
        rule(&mailbox, &["run", "--all"]).exits(0).says("1 changed");
        assert_eq!(
            told(&lying(&mailbox), "Books"),
            ["0", "1", "1 \\flagged mine"]
        );
    }
}

#[test]
fn an_undo_leaves_what_somebody_worked_with_and_what_is_the_last_of_its_kind() {
    for mailbox in on_both(&FOLDERS, 1) {
        add(&mailbox, ["a", "from = \"a@*\"", "copy = \"Books\""]).exits(0);
        fill(&mailbox, &["a@x.test", "a@x.test", "a@x.test", "a@x.test"]);
        let file = undo_file(&mailbox, "worked");
        rule(&mailbox, &["run", "--undo-file", &file]).exits(0);
        by_hand(&mailbox, "Books", "STORE 1 +FLAGS (\\Seen)");
        by_hand(&mailbox, "Books", "STORE 2 +FLAGS (\\Answered)");
        by_hand(&mailbox, "Books", "STORE 3 +FLAGS (\\Deleted)");
        by_hand(&mailbox, "INBOX", "STORE 4 +FLAGS (\\Deleted)");
        let undone = mailbox.provider.run(["undo", &file, "--yes"]);
        undone
            .says("2 copies made there stay")
            .says("1 copy made there is not there any more");
        let all = lying(&mailbox);
        assert_eq!(told(&all, "Books"), ["1 \\answered", "3"]);
        assert_eq!(told(&all, "INBOX"), ["0", "1", "2"]);
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn what_was_copied_when_it_came_is_not_copied_again() {
    for provider in [Dovecot::filtering(), Cyrus::filtering()] {
        let mailbox = Mailbox::on(provider, &FOLDERS, 0);
        let then = "label = \"first\", copy = [\"Books\", \"Tax\"]";
        add(&mailbox, ["a", "from = \"a@*\"", then]).exits(0);
        let mail: Vec<String> = (0..3).map(|n| message("a@x.test", n)).collect();
        deliver(provider, &mailbox.address, &mail);
        let before = lying(&mailbox);
        assert_eq!(told(&before, "Books"), ["0 first", "1 first", "2 first"]);
        let ran = rule(&mailbox, &["run"]).exits(0);
        assert_eq!(copies(&ran), 0);
        ran.says("3 taken by rules and so already, nothing to do");
        assert_eq!(lying(&mailbox), before);
        let sieve = rule(&mailbox, &["export"]).exits(0);
        sieve.says("fileinto :copy \"Books\";").says("\"copy\"");
    }
}

#[test]
fn what_cannot_take_copies_is_told_before_anything_is_changed() {
    for mailbox in on_both(&FOLDERS, 1) {
        let refused = |then: &str| add(&mailbox, ["x", "from = \"a@*\"", then]);
        refused("copy = \"Bocks\"")
            .exits(67)
            .says("did you mean \"Books\"?");
        refused("copy = \"inbox\"")
            .exits(65)
            .says("lies in INBOX already");
        refused("copy = \"Team/Settings\"").exits(64);
        add(
            &mailbox,
            ["a", "from = \"a@*\"", "label = \"x\", copy = \"Books\""],
        )
        .exits(0);
        fill(&mailbox, &["a@x.test"]);
        let before = lying(&mailbox);
        let without = |letter: char| mailbox.everything().replace(letter, "");
        mailbox.set("Books", &mailbox.address, &without('i'));
        let ran = rule(&mailbox, &["run"]).exits(77);
        ran.says("lacks the i right");
        mailbox.set("Books", &mailbox.address, mailbox.everything());
        assert_eq!(lying(&mailbox), before);
        mailbox.set("Books", &mailbox.address, &without('r'));
        rule(&mailbox, &["run"])
            .exits(77)
            .says("has copies already");
        mailbox.set("Books", &mailbox.address, mailbox.everything());
        assert_eq!(lying(&mailbox), before);
        mailbox.member(&mailbox.address).ok("DELETE Books");
        rule(&mailbox, &["check"])
            .exits(2)
            .says("copies mail into \"Books\"");
        rule(&mailbox, &["run"])
            .exits(67)
            .says("copies mail into \"Books\"");
        assert_eq!(lying_but_books(&mailbox), told(&before, "INBOX"));
    }
}

fn lying_but_books(mailbox: &Mailbox) -> Vec<String> {
    let mut owner = mailbox.member(&mailbox.address);
    let all = mails(&mut owner, "INBOX");
    let number = |text: String| text.split_once("number ").unwrap().1.trim().to_owned();
    all.iter().map(|mail| number(mail.text())).collect()
}

#[test]
fn a_full_quota_ends_it_and_each_copy_is_there_once_afterwards() {
    for mailbox in on_both(&FOLDERS, 1) {
        if !mailbox.provider.sets_quota() {
            continue;
        }
        let then = "label = \"x\", copy = \"Books\", move = \"Done\"";
        add(&mailbox, ["a", "from = \"a@*\"", then]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        for n in 0..6 {
            let text = format!("{}{}\n", message("a@x.test", n), "y".repeat(70_000));
            let text = text.replace('\n', "\r\n");
            owner.ok(&format!("APPEND INBOX {{{}+}}\r\n{text}", text.len()));
        }
        drop(owner);
        mailbox.limit_storage(600);
        let ran = rule(&mailbox, &["run"]);
        assert_ne!(ran.code, Some(0));
        let all = lying(&mailbox);
        assert!(all["Done"].is_empty() && all["INBOX"].len() == 6);
        mailbox.limit_storage(100_000);
        rule(&mailbox, &["run"]).exits(0);
        let all = lying(&mailbox);
        assert_eq!(
            [all["INBOX"].len(), all["Books"].len(), all["Done"].len()],
            [0, 6, 6]
        );
        assert_eq!(all["Books"], all["Done"]);
    }
}
