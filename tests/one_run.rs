//! One run at a time moves the mail of a mailbox, also where they are on several machines: each of these has a state
//! folder of its own.

use std::path::PathBuf;
use std::process::Command;

use crate::provider::client::quoted;
use crate::provider::run::{self, Ran};
use crate::provider::{Client, Courier, Kind, Mailbox, on_both};

const FOLDERS: [&str; 2] = ["Archive", "Sent"];
const MAIL: usize = 40;
const SETTINGS: &str = "Team/Settings";

/// A mailbox on each server that keeps settings, with old mail.
fn mailboxes() -> [Mailbox<'static>; 3] {
    let [dovecot, cyrus] = on_both(&FOLDERS, 1);
    let courier = Mailbox::on(Courier::running(), &FOLDERS, 1);
    let all = [dovecot, cyrus, courier];
    for mailbox in &all {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let define = ["label", "define", &mailbox.address, "urgent"];
        mailbox.provider.run(define).exits(0);
        fill(mailbox);
    }
    all
}

fn fill(mailbox: &Mailbox) {
    let mut owner = mailbox.member(&mailbox.address);
    for n in 0..MAIL {
        let text = format!(
            "Message-ID: <{n}@example.test>\nSubject: {n}\nDate: Wed, 1 Jan 2020 09:00:00 +0000\n\n{n}\n"
        );
        owner.append_of("INBOX", "01-Jan-2020 10:00:00 +0000", &text);
    }
}

/// As it is called in a session of the owner's.
fn own(mailbox: &Mailbox, folder: &str) -> String {
    match mailbox.provider.kind() {
        Kind::Courier => format!("INBOX.{}", folder.replace('/', ".")),
        _ => folder.to_owned(),
    }
}

/// How many messages each of the folders holds.
fn held(mailbox: &Mailbox, folders: &[&str]) -> Vec<usize> {
    let mut owner = mailbox.member(&mailbox.address);
    let held = folders.iter().map(|folder| {
        let folder = match *folder {
            "INBOX" => "INBOX".to_owned(),
            folder => own(mailbox, folder),
        };
        let told = owner.command(&format!("EXAMINE {}", quoted(&folder)));
        let exists = told.lines().find_map(|line| line.strip_suffix(" EXISTS"));
        exists.map_or(0, |line| line.trim_start_matches("* ").parse().unwrap())
    });
    held.collect()
}

/// What is said beside the settings of whose turn it is.
fn said(mailbox: &Mailbox) -> Vec<String> {
    let mut owner = mailbox.member(&mailbox.address);
    owner.ok(&format!("EXAMINE {}", quoted(&own(mailbox, SETTINGS))));
    let told = owner.ok("FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])");
    let turns = told
        .lines()
        .filter(|line| line.starts_with("Subject: turn "));
    turns.map(str::to_owned).collect()
}

/// Says beside the settings that another run has the turn.
fn say(session: &mut Client, folder: &str, flags: &str, time: &str) {
    let text = "From: sharemail@localhost\r\nSubject: turn 0123456789abcdef fedcba9876543210 600\r\n\r\nx\r\n";
    session.append_flagged(folder, flags, time, text);
}

fn machine(mailbox: &Mailbox, name: &str) -> Command {
    let state: PathBuf = mailbox.provider.dir().join(format!("{name}.state"));
    let mut command = mailbox.provider.sharemail();
    command.env("XDG_STATE_HOME", state);
    command
}

fn archive(mailbox: &Mailbox, machine_name: &str) -> Ran {
    let mut command = machine(mailbox, machine_name);
    run::run(&mut command, words(mailbox))
}

fn words<'m>(mailbox: &'m Mailbox) -> [&'m str; 7] {
    let address = &mailbox.address;
    [
        "mail",
        "archive",
        address,
        "--folder",
        "INBOX",
        "--to-folder",
        "Archive",
    ]
}

#[test]
fn whoever_comes_second_waits_and_nothing_is_left_of_the_turn() {
    for mailbox in mailboxes() {
        let mut owner = mailbox.member(&mailbox.address);
        say(&mut owner, &own(&mailbox, SETTINGS), "\\Draft", "");
        drop(owner);
        let alice = mailbox.rights(mailbox.alice(), SETTINGS);
        assert!(!alice.unwrap_or_default().contains(['w', 't', 'e', 'i']));
        archive(&mailbox, "a")
            .exits(75)
            .says("another run is moving its mail, on another machine: nothing was done")
            .says("it is waited for until ");
        assert_eq!(held(&mailbox, &["INBOX", "Archive"]), [MAIL, 0]);
        assert_eq!(said(&mailbox).len(), 1, "its own entry is gone");
        // What moves nothing needs no turn.
        let mut command = machine(&mailbox, "a");
        let dry = [&words(&mailbox)[..], &["-n"]].concat();
        run::run(&mut command, dry).exits(0);
        let label = [
            "label",
            "add",
            &mailbox.address,
            "urgent",
            "--folder",
            "INBOX",
        ];
        mailbox.provider.run(label).exits(0);
    }
}

#[test]
fn a_turn_that_ended_and_one_that_came_by_mail_are_none() {
    for mailbox in mailboxes() {
        let mut owner = mailbox.member(&mailbox.address);
        let settings = own(&mailbox, SETTINGS);
        say(
            &mut owner,
            &settings,
            "\\Draft",
            "01-Jan-2020 10:00:00 +0000",
        );
        say(&mut owner, &settings, "\\Seen", "");
        drop(owner);
        archive(&mailbox, "a")
            .exits(0)
            .says("40 of 40 messages archived");
        assert_eq!(held(&mailbox, &["INBOX", "Archive"]), [0, MAIL]);
        let left = said(&mailbox).len();
        assert_eq!(left, 1, "the one that is no draft is nobody's");
    }
}

#[test]
fn of_runs_on_several_machines_at_once_each_message_is_moved_once() {
    for mailbox in mailboxes() {
        for _ in 0..4 {
            let names = ["a", "b", "c"];
            let running: Vec<_> = names
                .iter()
                .map(|name| run::start(machine(&mailbox, name).args(words(&mailbox))))
                .collect();
            let ran: Vec<Ran> = running.into_iter().map(run::wait).collect();
            for ran in &ran {
                assert!(matches!(ran.code, Some(0 | 75)), "{ran:?}");
            }
            let inbox = held(&mailbox, &["INBOX", "Archive"]);
            assert_eq!(inbox.iter().sum::<usize>(), MAIL, "{ran:?}");
            if inbox[1] == 0 {
                continue;
            }
            assert_eq!(inbox, [0, MAIL]);
            assert_eq!(said(&mailbox), [""; 0]);
            // Back again, for another round.
            let mut owner = mailbox.member(&mailbox.address);
            owner.ok(&format!("SELECT {}", quoted(&own(&mailbox, "Archive"))));
            owner.ok("STORE 1:* +FLAGS (\\Deleted)");
            owner.ok("EXPUNGE");
            drop(owner);
            fill(&mailbox);
        }
    }
}

#[test]
fn a_run_that_was_killed_keeps_nobody_on_its_own_machine_waiting() {
    for mailbox in mailboxes() {
        let mut child = run::start(machine(&mailbox, "a").args(words(&mailbox)));
        // Wherever it is then: the next run on the same machine knows that it is over.
        while child.try_wait().unwrap().is_none() && said(&mailbox).is_empty() {}
        child.kill().unwrap();
        run::wait(child);
        archive(&mailbox, "a").exits(0);
        assert_eq!(held(&mailbox, &["INBOX", "Archive"]), [0, MAIL]);
    }
}

/// Starts `words` on three machines at once; each does it or is told to do it again.
fn at_once(mailbox: &Mailbox, words: &[&str]) -> Vec<Ran> {
    let running: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|name| run::start(machine(mailbox, name).args(words)))
        .collect();
    let ran: Vec<Ran> = running.into_iter().map(run::wait).collect();
    for ran in &ran {
        // Who comes when all is done may find that it is gone from there.
        let is_late = ran.stdout.contains("moved on since or back already");
        assert!(matches!(ran.code, Some(0 | 75)) || is_late, "{ran:?}");
    }
    ran
}

#[test]
fn spare_copies_and_mail_that_comes_back_are_moved_once() {
    for mailbox in mailboxes() {
        let mut owner = mailbox.member(&mailbox.address);
        owner.ok(&format!("CREATE {}", quoted(&own(&mailbox, "Trash"))));
        drop(owner);
        fill(&mailbox);
        let clean = ["mail", "clean", &mailbox.address, "--duplicates", "--yes"];
        let mut n = 0;
        while held(&mailbox, &["INBOX"]) != [MAIL] && n < 4 {
            at_once(&mailbox, &clean);
            n += 1;
            let held = held(&mailbox, &["INBOX", "Trash"]);
            assert_eq!(held.iter().sum::<usize>(), 2 * MAIL);
        }
        assert_eq!(held(&mailbox, &["INBOX", "Trash"]), [MAIL, MAIL]);

        let file = mailbox.provider.dir().join("undo-at-once");
        let file = file.to_str().unwrap();
        let mut command = machine(&mailbox, "a");
        let archive = [&words(&mailbox)[..], &["--undo-file", file]].concat();
        run::run(&mut command, archive).exits(0);
        while held(&mailbox, &["Archive"]) != [0] && n < 8 {
            at_once(&mailbox, &["undo", file, "--yes"]);
            n += 1;
            let held = held(&mailbox, &["INBOX", "Archive"]);
            assert_eq!(held.iter().sum::<usize>(), MAIL);
        }
        assert_eq!(held(&mailbox, &["INBOX", "Archive"]), [MAIL, 0]);
        assert_eq!(said(&mailbox), [""; 0]);
    }
}
