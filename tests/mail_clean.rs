//! `sharemail mail clean`: what goes and what stays, as a client of the tests' own hashes it.

use crate::mail_archive::{all, changes};
use crate::provider::client::{Client, quoted};
use crate::provider::{Mailbox, Ran, on_both};

const FOLDERS: [&str; 4] = ["Drafts", "Trash", "Junk", "Sent"];

fn append(owner: &mut Client, folder: &str, date: &str, flags: &str, text: &str) {
    let text = text.replace('\n', "\r\n");
    owner.ok(&format!(
        "APPEND {} ({flags}) {} {{{}+}}\r\n{text}",
        quoted(folder),
        quoted(date),
        text.len()
    ));
}

const OLD: &str = "01-Feb-2001 00:00:01 +0000";

fn clean(mailbox: &Mailbox, typed: &str) -> Ran {
    let words = format!("mail clean {} {typed} -vv", mailbox.address);
    mailbox.provider.run(words.split(' '))
}

fn filled() -> [Mailbox<'static>; 2] {
    on_both(&FOLDERS, 1).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        for folder in FOLDERS {
            let text = format!("Subject: secret in {folder}\n\nworld\n");
            append(&mut owner, folder, OLD, "\\Seen", &text);
        }
        owner.append("Drafts", "Subject: new draft\n\nworld\n");
        mailbox
    })
}

#[test]
fn old_drafts_go_and_what_was_thrown_away_an_hour_ago_stays_however_old_it_is() {
    for mailbox in filled() {
        let before = all(&mailbox, FOLDERS);
        let typed = "--trash 30d --junk 30d --drafts 90d";
        let dry = clean(&mailbox, &format!("{typed} -n --detailed-exitcode"));
        assert_eq!(changes(&dry), 0);
        dry.exits(2)
            .says("1 of 4 messages would go")
            .says("2001-02-01")
            .says("not old enough")
            .says_not("secret");
        // Nobody is there to be asked.
        let unasked = clean(&mailbox, typed);
        assert_eq!((unasked.code, changes(&unasked)), (Some(64), 0));
        assert_eq!(all(&mailbox, FOLDERS), before);
        let ran = clean(&mailbox, &format!("{typed} --yes"));
        assert!(ran.sent().iter().all(|sent| !sent.starts_with("EXPUNGE")));
        ran.exits(0).says("1 of 1 message went");
        let after = all(&mailbox, FOLDERS);
        assert_eq!(after[1..], before[1..]);
        assert_eq!(after[0].len(), 1);
        assert!(!after[0][0].contains("2001"));
        let again = clean(&mailbox, &format!("{typed} --yes"));
        assert_eq!(changes(&again), 0);
        again.exits(0).says("nothing to do");
        clean(&mailbox, "").exits(64);
        clean(&mailbox, "--duplicates --trash 3d").exits(64);
    }
}

#[test]
fn what_is_held_stays() {
    for mailbox in filled() {
        let before = all(&mailbox, FOLDERS);
        let words = [
            "retention",
            "hold",
            &mailbox.address,
            "2026-17",
            "--match",
            "subject = 'secret*'",
            "--until",
            "2099-01-01",
        ];
        mailbox.provider.run(words).exits(0);
        clean(&mailbox, "--drafts 90d --yes").exits(0).says("held");
        assert_eq!(all(&mailbox, FOLDERS), before);
    }
}

#[test]
fn the_copy_with_an_answer_or_a_label_stays_and_the_spare_one_comes_back() {
    for mailbox in filled() {
        let mut owner = mailbox.member(&mailbox.address);
        let twin = |n: usize| {
            format!(
                "From: carol@example.com\nMessage-ID: <{n}@example.test>\nSubject: twin\n\nworld\n"
            )
        };
        append(&mut owner, "INBOX", OLD, "", &twin(1));
        append(&mut owner, "INBOX", OLD, "\\Answered urgent", &twin(1));
        append(&mut owner, "INBOX", OLD, "", &twin(2));
        append(&mut owner, "Sent", OLD, "", &twin(1));
        let places = ["INBOX", "Sent", "Trash"];
        let before = all(&mailbox, places);
        clean(&mailbox, "--duplicates -n --detailed-exitcode")
            .exits(2)
            .says("1 of 1 message would go into the trash");
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.spare", mailbox.address));
        let file = file.to_str().unwrap();
        clean(&mailbox, &format!("--duplicates --undo-file {file}"))
            .exits(0)
            .says("1 of 1 message went into the trash");
        let [inbox, sent, trash] = all(&mailbox, places);
        assert_eq!((inbox.len(), trash.len()), (2, before[2].len() + 1));
        assert_eq!(sent, before[1]);
        assert!(inbox.iter().any(|one| one.contains("urgent")));
        clean(&mailbox, "--duplicates")
            .exits(0)
            .says("no message is a spare copy");
        mailbox.provider.run(["undo", file, "--yes"]).exits(0);
        assert_eq!(all(&mailbox, places), before);
        std::fs::remove_file(file).unwrap();
    }
}
