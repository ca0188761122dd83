//! `sharemail mail archive --target`: what is largest and oldest goes until the mailbox is small enough, as a client of
//! the tests' own finds it.

use crate::mail_archive::{archive, changes, lying};
use crate::mail_archive_finished;
use crate::provider::{Courier, Kind, Mailbox, on_both};

/// Ten messages of 2010 to 2019, of which each is some 8 KiB longer than the one before.
fn filled() -> [Mailbox<'static>; 2] {
    on_both(&["Sent"], 1).map(|mailbox| {
        let mut owner = mailbox.member(&mailbox.address);
        for n in 1..=10 {
            let line = format!("{}\n", "x".repeat(79));
            let text = format!(
                "From: a@a.example\nSubject: secret {n}\nMessage-ID: <{n}@a.test>\n\n{}",
                line.repeat(100 * n)
            );
            let time = format!("01-Jan-{} 10:00:00 +0000", 2009 + n);
            owner.append_of("INBOX", &time, &text);
        }
        mailbox
    })
}

#[test]
fn what_is_largest_and_oldest_goes_until_it_is_enough() {
    for mailbox in filled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mbox");
        let typed = format!("--before 2020-01-01 --to-file {}", path.display());
        let mut owner = mailbox.member(&mailbox.address);
        let before = lying(&mut owner, "INBOX");
        // Without a quota there is no share of it.
        if mailbox.provider.kind() == Kind::Cyrus {
            let refused = archive(&mailbox, &format!("{typed} --target 80% --yes"));
            assert_eq!(changes(&refused), 0);
            refused.exits(77).says("tells no quota");
        }
        mailbox.limit_storage(500);
        let dry = archive(&mailbox, &format!("{typed} --target 80% -n -o json"));
        assert_eq!(changes(&dry), 0);
        let told = dry.exits(0).json();
        let target = &told["target"];
        let all = target["messages"].as_array().unwrap();
        assert_eq!((all.len(), &target["is_reached"]), (10, &true.into()));
        let goes: Vec<u64> = all
            .iter()
            .filter(|one| one["goes"] == true)
            .map(|one| one["uid"].as_u64().unwrap())
            .collect();
        let why = |one: &serde_json::Value| one["why"].as_str().unwrap().to_owned();
        assert!(all.iter().all(|one| !why(one).is_empty()));
        // 440 of 500 KiB are used, and 40 have to go: the one with the most of size and age is enough.
        assert_eq!(goes.len(), 1, "{told}");
        archive(&mailbox, &format!("{typed} --target 80% --yes"))
            .exits(0)
            .says("1 of 10 messages archived")
            .says("the mailbox is below 80 % without it")
            .says("large and old enough");
        let after = lying(&mut owner, "INBOX");
        assert_eq!(after.len(), 9);
        assert!(after.iter().all(|one| before.contains(one)));
        let sizes = owner.ok("UID FETCH 1:* RFC822.SIZE");
        let sizes = sizes.split("RFC822.SIZE ").skip(1);
        let used: u64 = sizes
            .map(|told| told.split(|c: char| !c.is_ascii_digit()).next().unwrap())
            .map(|told| told.parse::<u64>().unwrap())
            .sum();
        assert!(used <= 400 * 1024, "{used}");
        let other = dir.path().join("b.mbox");
        let typed = format!("--before 2020-01-01 --to-file {}", other.display());
        let again = archive(&mailbox, &format!("{typed} --target 80% --yes"));
        assert_eq!(changes(&again), 0);
        again.exits(0).says("0 of 9 messages");
        assert!(!other.exists());
        // What is meant is not enough.
        archive(&mailbox, &format!("{typed} --target 1% --larger 70K -n"))
            .exits(0)
            .says("the mailbox would not be below 1 %");
    }
}

#[test]
fn courier_without_a_quota_is_told_so() {
    let mailbox = Mailbox::on(Courier::running(), &[], 1);
    let typed = "--before 1y --target 80% --to-file x.mbox --yes";
    archive(&mailbox, typed).exits(77).says("quota");
}

#[test]
fn finished_conversations_go_into_files_whole() {
    for mailbox in mail_archive_finished::filled() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mbox");
        let typed = format!(
            "--only finished --before 2025-01-01 --to-file {}",
            path.display()
        );
        let before = mail_archive_finished::counts(&mailbox);
        archive(&mailbox, &format!("{typed} -n"))
            .says("7 of ")
            .says("held for the case 2026-17");
        assert_eq!(mail_archive_finished::counts(&mailbox), before);
        archive(&mailbox, &format!("{typed} --yes")).says("answered, and old enough");
        let after = mail_archive_finished::counts(&mailbox);
        let all = |counts: [usize; 6]| counts.iter().sum::<usize>();
        assert_eq!(all(before) - all(after), 7);
        // Nearly full, and the largest is enough.
        mailbox.limit_storage(2);
        let other = dir.path().join("b.mbox");
        let typed = typed.replace("a.mbox", "b.mbox");
        archive(&mailbox, &format!("{typed} --target 99% -n")).says("0 of 10 messages");
        assert!(!other.exists());
    }
}
