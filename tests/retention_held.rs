//! What a hold has once matched is kept until it ends, wherever it goes and whatever the hold says by then, judged by a
//! client of the tests' own.

use std::fs;

use crate::mail_archive::{archive, changes, lying};
use crate::provider::client::{Client, quoted};
use crate::provider::{Courier, Kind, Mailbox, Ran, on_both};

const OLD: &str = "03-Mar-2013 10:00:00 +0000";

fn run(mailbox: &Mailbox, typed: &str) -> Ran {
    let (verb, rest) = typed.split_once(' ').unwrap_or((typed, ""));
    let words = ["retention", verb, mailbox.address.as_str()].into_iter();
    let rest = rest.split(' ').filter(|word| !word.is_empty());
    mailbox.provider.run(words.chain(rest).chain(["-vv"]))
}

/// The mailbox's own session.
fn own(mailbox: &Mailbox) -> Client {
    match mailbox.provider.kind() {
        Kind::Courier => mailbox.owner(),
        _ => mailbox.member(&mailbox.address),
    }
}

/// A folder as it is called there.
fn at(mailbox: &Mailbox, folder: &str) -> String {
    match mailbox.provider.kind() {
        Kind::Courier => mailbox.owned(folder),
        _ => folder.to_owned(),
    }
}

/// Four old messages: two that the hold matches, of which one has no Message-ID, and two others.
fn filled() -> Vec<Mailbox<'static>> {
    let folders = ["Old", "Drafts", "Trash"];
    let mut all = Vec::from(on_both(&folders, 1));
    all.push(Mailbox::on(Courier::running(), &folders, 1));
    for mailbox in &all {
        let mut owner = own(mailbox);
        for (n, from) in ["acme", "acme", "b", "c"].into_iter().enumerate() {
            let id = match n {
                1 => String::new(),
                n => format!("Message-ID: <{n}@{from}.test>\n"),
            };
            let text =
                format!("From: {from}@{from}.example\nSubject: secret {n}\n{id}\nworld {n}\n");
            owner.append_of(&at(mailbox, "INBOX"), OLD, &text);
        }
    }
    all
}

/// Has the file say of the hold that it is about something else, which the mailbox takes over.
fn narrowed(mailbox: &Mailbox) {
    let told = mailbox
        .provider
        .run(["export", &mailbox.address])
        .exits(0)
        .stdout;
    let other = told.replace("*@acme.example", "*@nobody.example");
    assert_ne!(told, other);
    let file = mailbox
        .provider
        .dir()
        .join(format!("{}.narrow", mailbox.address));
    fs::write(&file, other).unwrap();
    let file = file.to_str().unwrap();
    mailbox
        .provider
        .run(["apply", "-f", file, "--yes"])
        .exits(0);
    run(mailbox, "show").exits(0).says("nobody.example");
}

fn moved(owner: &mut Client, mailbox: &Mailbox, folder: &str) {
    owner.ok(&format!("SELECT {}", quoted(&at(mailbox, "INBOX"))));
    owner.ok(&format!("UID COPY 1:* {}", quoted(&at(mailbox, folder))));
    owner.ok("UID STORE 1:* +FLAGS.SILENT (\\Deleted)");
    owner.ok("UID EXPUNGE 1:*");
}

/// What lies in `folder` are the two that the hold has matched, as they were `before`.
fn are_held(owner: &mut Client, folder: &str, before: &[String]) {
    let left = lying(owner, folder);
    assert!(left.iter().all(|one| before.contains(one)));
    let told = owner.ok("UID FETCH 1:* BODY.PEEK[HEADER.FIELDS (FROM)]");
    let count = |what: &str| told.matches(what).count();
    assert_eq!((left.len(), count("From: "), count("acme@")), (2, 2, 2));
}

const HOLD: &str = "hold 2026-17 --match from='*@acme.example' --until 2999-01-01";

#[test]
fn what_was_matched_once_stays_wherever_it_goes() {
    for mailbox in filled() {
        run(&mailbox, HOLD)
            .exits(0)
            .says("the hold \"2026-17\" keeps 2 messages as it is now")
            .says_not("secret");
        narrowed(&mailbox);
        let mut owner = own(&mailbox);
        moved(&mut owner, &mailbox, "Old");
        run(&mailbox, "set Old --after 1y --then delete --at-once").exits(0);
        run(&mailbox, "plan").exits(0).says("2 held (2026-17)");
        let before = lying(&mut owner, &at(&mailbox, "Old"));
        run(&mailbox, "run --yes --force")
            .exits(0)
            .says("2 of 2 messages went");
        are_held(&mut owner, &at(&mailbox, "Old"), &before);
        let again = run(&mailbox, "run --yes --force");
        assert_eq!(changes(&again), 0);
        again.exits(0);
        // When it has ended nothing of it is kept.
        run(&mailbox, "release 2026-17").exits(0);
        run(&mailbox, HOLD.replace("acme", "nobody").as_str())
            .exits(0)
            .says("keeps 0 messages");
        run(&mailbox, "run --yes --unsafe-allow-remove-all")
            .exits(0)
            .says("2 of 2 messages went");
        assert!(lying(&mut owner, &at(&mailbox, "Old")).is_empty());
    }
}

#[test]
fn a_run_remembers_what_it_sees_held_in_any_folder() {
    for mailbox in filled() {
        run(&mailbox, &HOLD.replace("acme", "nobody")).exits(0);
        let told = mailbox
            .provider
            .run(["export", &mailbox.address])
            .exits(0)
            .stdout;
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.wide", mailbox.address));
        fs::write(&file, told.replace("*@nobody.example", "*@acme.example")).unwrap();
        let words = ["apply", "-f", file.to_str().unwrap(), "--yes"];
        mailbox.provider.run(words).exits(0);
        // Of INBOX no policy speaks.
        run(&mailbox, "set Old --after 1y --then delete --at-once").exits(0);
        run(&mailbox, "run --yes").exits(0).says("nothing to do");
        narrowed(&mailbox);
        let mut owner = own(&mailbox);
        moved(&mut owner, &mailbox, "Old");
        run(&mailbox, "run --yes --force")
            .exits(0)
            .says("2 of 2 messages went");
        assert_eq!(lying(&mut owner, &at(&mailbox, "Old")).len(), 2);
    }
}

#[test]
fn what_is_held_stays_where_mail_is_taken_out_and_each_is_told() {
    for mailbox in filled() {
        run(&mailbox, HOLD).exits(0);
        narrowed(&mailbox);
        let mut owner = own(&mailbox);
        let inbox = at(&mailbox, "INBOX");
        let before = lying(&mut owner, &inbox);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mbox");
        let typed = format!(
            "--folder INBOX --before 2015-01-01 --to-file {}",
            path.display()
        );
        let dry = archive(&mailbox, &format!("{typed} -n"));
        assert_eq!(changes(&dry), 0);
        dry.exits(3)
            .says("2 of 4 messages would be written")
            .says("the message 1 of \"INBOX\" stays (it is held for the case 2026-17)")
            .says("the message 2 of \"INBOX\" stays");
        let ran = archive(&mailbox, &format!("{typed} --yes"));
        assert!(ran.sent().iter().all(|sent| !sent.starts_with("EXPUNGE")));
        ran.exits(3).says("2 of 4 messages archived");
        are_held(&mut owner, &inbox, &before);
        let file = fs::read_to_string(&path).unwrap();
        assert!(file.contains("secret 2") && file.contains("secret 3"));
        assert!(!file.contains("acme"), "{file}");
        let again = archive(&mailbox, &format!("{typed} --yes"));
        assert_eq!(changes(&again), 0);
        again.exits(3).says("held for the case 2026-17");
        // Into another mailbox the same.
        let text = "From: d@d.example\nMessage-ID: <4@d.test>\n\nworld 4\n";
        own(&mailbox).append_of(&inbox, OLD, text);
        let mut names = mailbox.provider.fresh_all(&["archive"]);
        let other = Mailbox {
            provider: mailbox.provider,
            address: names.remove(0),
            people: mailbox.people.clone(),
        };
        let typed = format!(
            "--folder INBOX --before 2015-01-01 --to-mailbox {}",
            other.address
        );
        let json = archive(&mailbox, &format!("{typed} --yes -o json"))
            .exits(3)
            .json();
        assert_eq!(json["withheld"].as_array().unwrap().len(), 2);
        assert_eq!(json["deleted"], 1);
        are_held(&mut owner, &inbox, &before);
        let there = lying(&mut own(&other), &at(&other, "INBOX"));
        assert_eq!(there.len(), 1);
        // And where drafts are cleared out.
        moved(&mut owner, &mailbox, "Drafts");
        let words = [
            "mail",
            "clean",
            &mailbox.address,
            "--drafts",
            "30d",
            "--yes",
        ];
        mailbox
            .provider
            .run(words)
            .exits(0)
            .says("2 held (2026-17)");
        assert_eq!(lying(&mut owner, &at(&mailbox, "Drafts")).len(), 2);
    }
}
