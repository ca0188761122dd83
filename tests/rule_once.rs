//! `sharemail rule run`: each message is judged once, seen by a client of the tests' own.

use std::fs;

use crate::provider::client::quoted;
use crate::provider::{Courier, Mailbox, Ran, on_both};

fn rule(mailbox: &Mailbox, typed: &[&str]) -> Ran {
    let mut words = vec!["rule", typed[0], &mailbox.address];
    words.extend(&typed[1..]);
    words.push("-vv");
    mailbox.provider.run(words)
}

fn add(mailbox: &Mailbox, [name, when, then]: [&str; 3]) -> Ran {
    rule(mailbox, &["add", name, "--when", when, "--then", then])
}

fn append(mailbox: &Mailbox, folder: &str, from: &str) {
    let message = format!("From: {from}\nSubject: hello\n\nworld\n");
    mailbox
        .member(&mailbox.address)
        .append_asking(folder, &message);
}

/// Puts something on the first message of a folder, or takes it off, as a person does.
fn by_hand(mailbox: &Mailbox, folder: &str, store: &str) {
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok(&format!("SELECT {}", quoted(folder)));
    owner.ok(&format!("STORE 1 {store}"));
}

/// What each message of a folder carries but `\Recent` and `\Seen`.
fn carried(mailbox: &Mailbox, folder: &str) -> Vec<String> {
    let mut session = mailbox.member(&mailbox.address);
    session.ok(&format!("EXAMINE {}", quoted(folder)));
    let told = session.ok("UID FETCH 1:* (FLAGS)");
    let fetched = told.lines().filter_map(|line| {
        let flags = line.split_once(" FETCH ")?.1.split_once("FLAGS (")?.1;
        let flags = flags.split_once(')')?.0.split(' ');
        let mut flags: Vec<&str> = flags
            .filter(|flag| !["\\Recent", "\\Seen", ""].contains(flag))
            .collect();
        flags.sort_unstable();
        Some(flags.join(" "))
    });
    fetched.collect()
}

/// What `rule run` did, but for what it noted.
fn run(mailbox: &Mailbox, typed: &[&str], says: &str) -> Ran {
    let mut words = vec!["run"];
    words.extend(typed);
    rule(mailbox, &words).exits(0).says(says)
}

fn once(mailbox: &Mailbox, archive: &str) {
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    add(mailbox, ["a", "from = \"a@*\"", "label = \"first\""]).exits(0);
    for from in ["a@x.test", "b@x.test", "a@x.test"] {
        append(mailbox, "INBOX", from);
    }
    run(
        mailbox,
        &["-n"],
        "3 messages judged, 2 taken by rules, 2 would be changed",
    );
    run(
        mailbox,
        &[],
        "3 messages judged, 2 taken by rules, 2 changed",
    );
    assert_eq!(carried(mailbox, "INBOX"), ["first", "", "first"]);
    // What somebody took off stays off, and what comes is judged.
    by_hand(mailbox, "INBOX", "-FLAGS (first)");
    append(mailbox, "INBOX", "a@x.test");
    run(
        mailbox,
        &[],
        "1 message judged, 3 before, 1 taken by rules, 1 changed",
    );
    assert_eq!(carried(mailbox, "INBOX"), ["", "", "first", "first"]);
    let again = run(mailbox, &[], "nothing new, 4 messages judged before");
    let sent = again.sent();
    let is_change = |command: &str| {
        ["UID STORE", "APPEND"]
            .iter()
            .any(|verb| command.starts_with(verb))
    };
    assert!(!sent.iter().any(|command| is_change(command)), "{sent:?}");
    // A rule that is new is asked about all of them, and no other one is with it.
    add(mailbox, ["b", "subject = \"hello\"", "flag = true"]).exits(0);
    run(
        mailbox,
        &[],
        "4 messages judged, 4 taken by rules, 4 changed",
    );
    let flagged = "\\Flagged first";
    assert_eq!(
        carried(mailbox, "INBOX"),
        ["\\Flagged", "\\Flagged", flagged, flagged]
    );
    // So is one that says something else, though it is called as it was.
    rule(mailbox, &["remove", "b"]).exits(0);
    add(mailbox, ["b", "from = \"b@*\"", "label = \"second\""]).exits(0);
    by_hand(mailbox, "INBOX", "-FLAGS (\\Flagged)");
    run(
        mailbox,
        &[],
        "4 messages judged, 1 taken by rules, 1 changed",
    );
    let second = "\\Flagged second";
    assert_eq!(carried(mailbox, "INBOX"), ["", second, flagged, flagged]);
    // What is meant by itself is judged, and so is everything where that is asked for.
    run(
        mailbox,
        &["--from", "b@x.test"],
        "1 message judged, 1 taken by rules and so already",
    );
    let file = mailbox
        .provider
        .dir()
        .join(format!("{}.once", mailbox.address));
    let file = file.to_str().unwrap();
    run(
        mailbox,
        &["--all", "--undo-file", file],
        "4 messages judged, 4 taken by rules, 1 changed",
    );
    assert_eq!(
        carried(mailbox, "INBOX"),
        ["first", second, flagged, flagged]
    );
    // What was taken back does not come again by itself.
    mailbox.provider.run(["undo", file, "--yes"]).exits(0);
    fs::remove_file(file).unwrap();
    run(mailbox, &[], "nothing new, 4 messages judged before");
    assert_eq!(carried(mailbox, "INBOX"), ["", second, flagged, flagged]);
    // A folder that is made anew holds other messages under the same numbers.
    append(mailbox, archive, "a@x.test");
    run(
        mailbox,
        &["--folder", "Archive"],
        "1 message judged, 1 taken by rules, 1 changed",
    );
    run(
        mailbox,
        &["--folder", "Archive"],
        "nothing new, 1 message judged before",
    );
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok(&format!("DELETE {archive}"));
    // Of some servers the numbering is the second in which a folder was made.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    owner.ok(&format!("CREATE {archive}"));
    drop(owner);
    append(mailbox, archive, "a@x.test");
    run(
        mailbox,
        &["--folder", "Archive"],
        "1 message judged, 1 taken by rules, 1 changed",
    );
    assert_eq!(carried(mailbox, archive), ["first"]);
    // Members read what was noted, and no message is told by it.
    let mut alice = mailbox.member(mailbox.alice());
    alice.ok(&format!(
        "SELECT {}",
        quoted(&mailbox.seen("Team/Settings"))
    ));
    let text = alice.ok("UID FETCH 1:* (BODY.PEEK[])");
    assert!(
        text.contains("[[judged]]") && !text.contains("hello"),
        "{text}"
    );
}

#[test]
fn what_somebody_took_off_stays_off() {
    for mailbox in on_both(&["Archive"], 1) {
        once(&mailbox, "Archive");
    }
}

#[test]
fn on_courier_it_does_too() {
    let mailbox = Mailbox::on(Courier::running(), &["Archive"], 1);
    once(&mailbox, "INBOX.Archive");
}

#[test]
fn what_could_not_be_changed_is_judged_again() {
    for mailbox in on_both(&["Archive"], 1) {
        add(&mailbox, ["a", "from = \"a@*\"", "label = \"first\""]).exits(0);
        append(&mailbox, "Archive", "a@x.test");
        let others = mailbox.everything().replace('w', "");
        mailbox.set("Archive", &mailbox.address, &others);
        let words = ["run", "--folder", "INBOX", "--folder", "Archive"];
        rule(&mailbox, &words).exits(77);
        mailbox.set("Archive", &mailbox.address, mailbox.everything());
        rule(&mailbox, &words)
            .exits(0)
            .says("1 message judged, 1 taken by rules, 1 changed");
    }
}
