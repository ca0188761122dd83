//! Policies that take only finished conversations, by what a client of the tests' own put there and finds afterwards.

use crate::mail_archive::{all, changes};
use crate::mail_archive_finished::{PLACES, counts, filled};
use crate::provider::client::quoted;
use crate::provider::{Mailbox, Ran};

fn run(mailbox: &Mailbox, typed: &str) -> Ran {
    let (verb, rest) = typed.split_once(' ').unwrap_or((typed, ""));
    let words = ["retention", verb, mailbox.address.as_str()].into_iter();
    let rest = rest.split(' ').filter(|word| !word.is_empty());
    mailbox.provider.run(words.chain(rest).chain(["-vv"]))
}

fn said() -> [Mailbox<'static>; 2] {
    filled().map(|mailbox| {
        // What came today keeps its conversation, however old the rest is.
        let mut owner = mailbox.member(&mailbox.address);
        let text = "From: support@example.test\r\nSubject: again\r\nMessage-ID: <g3@example.test>\r\n\
                    In-Reply-To: <g1@example.test>\r\n\r\nworld\r\n";
        let sent = quoted("Sent");
        owner.ok(&format!("APPEND {sent} () {{{}+}}\r\n{text}", text.len()));
        for folder in ["INBOX", "Projects", "Sent"] {
            let policy = "--after 1y --then archive --to Archive/{year} --only finished";
            run(&mailbox, &format!("set {folder} {policy}")).exits(0);
        }
        mailbox
    })
}

#[test]
fn whole_conversations_go_for_which_nobody_waits_and_why_the_others_stay_is_told() {
    for mailbox in said() {
        run(&mailbox, "show").exits(0).says("only = \"finished\"");
        let before = all(&mailbox, PLACES);
        assert_eq!(counts(&mailbox), [8, 3, 7, 1, 1, 1]);
        let plan = run(&mailbox, "plan");
        assert_eq!(changes(&plan), 0);
        plan.exits(0)
            .says("6 of 18 messages would go")
            .says("of a conversation that is held (2026-17)")
            .says("of which an answer is being written")
            .says("of a conversation that is flagged")
            .says("of which the last message is not answered")
            .says("of which the last message is not old enough")
            .says("answered, and old enough")
            .says_not("\x1b[31m");
        let json = run(&mailbox, "plan -o json").exits(0).json();
        let told = json["mailboxes"][0]["conversations"].as_array().unwrap();
        let goes = told.iter().filter(|one| one["goes"] == true);
        let messages = goes.flat_map(|one| one["messages"].as_array().unwrap());
        assert_eq!(messages.count(), 6);
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.policy", mailbox.address));
        let file = file.to_str().unwrap();
        run(&mailbox, &format!("run --force --undo-file {file}"))
            .exits(0)
            .says("6 of 6 messages went");
        assert_eq!(counts(&mailbox), [6, 1, 5, 1, 1, 7]);
        let [mut then, mut now] = [before.concat(), all(&mailbox, PLACES).concat()];
        then.sort();
        now.sort();
        assert_eq!(then, now, "each message is there once, as it was");
        let again = run(&mailbox, "run --force");
        assert_eq!(changes(&again), 0);
        again.exits(0).says("nothing to do");
        mailbox.provider.run(["undo", file, "--yes"]).exits(0);
        assert_eq!(all(&mailbox, PLACES), before);
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn nothing_goes_by_such_a_policy_where_a_folder_is_unread() {
    for mailbox in said() {
        let before = counts(&mailbox);
        let everything = mailbox.everything();
        mailbox.set("Drafts", &mailbox.address, "la");
        let ran = run(&mailbox, "run --force");
        assert_eq!(changes(&ran), 0);
        ran.exits(77)
            .says("which conversations are finished is not known")
            .says("\"Drafts\"");
        mailbox.set("Drafts", &mailbox.address, everything);
        assert_eq!(counts(&mailbox), before);
    }
}

#[test]
fn the_file_says_it_and_the_mailbox_takes_it() {
    for mailbox in said() {
        let told = mailbox.provider.run(["export", &mailbox.address]);
        let told = told.exits(0).stdout;
        assert!(told.contains("only = \"finished\""), "{told}");
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.toml", mailbox.address));
        std::fs::write(&file, &told).unwrap();
        let file = file.to_str().unwrap();
        run(&mailbox, "set INBOX --none").exits(0);
        mailbox
            .provider
            .run(["check", "-f", file])
            .exits(2)
            .says("retention");
        mailbox
            .provider
            .run(["apply", "-f", file, "--yes"])
            .exits(0);
        mailbox.provider.run(["check", "-f", file]).exits(0);
        run(&mailbox, "show").exits(0).says("3 policies");
    }
}
