//! `sharemail mail archive --only finished`: whole conversations, by what a client of the tests' own put there and
//! finds afterwards.

use crate::mail_archive::{all, archive, changes};
use crate::provider::client::quoted;
use crate::provider::{Mailbox, on_both};

pub const PLACES: [&str; 6] = [
    "INBOX",
    "Projects",
    "Sent",
    "Drafts",
    "Trash",
    "Archive/2024",
];

/// What lies there: folder, flags, day of January 2024 (or later, as a whole date), from, own name, what it answers.
type Letter = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const OLD: [Letter; 20] = [
    // Answered from Sent, over three folders: goes.
    (
        "INBOX",
        "\\Seen \\Answered",
        "01",
        "carol@example.com",
        "a1",
        "",
    ),
    ("Projects", "\\Seen", "02", "carol@example.com", "a2", "a1"),
    ("Sent", "\\Seen", "03", "support@example.test", "a3", "a2"),
    // The last one is marked as answered: goes, whatever lies in Trash.
    ("Projects", "", "01", "dave@example.com", "b1", ""),
    (
        "INBOX",
        "\\Answered urgent",
        "02",
        "dave@example.com",
        "b2",
        "b1",
    ),
    ("Trash", "\\Flagged", "03", "dave@example.com", "b3", "b2"),
    // Somebody asked again, in another folder.
    ("INBOX", "\\Answered", "01", "erin@example.com", "c1", ""),
    ("Sent", "", "02", "support@example.test", "c2", "c1"),
    ("Projects", "", "03", "erin@example.com", "c3", "c2"),
    // Flagged in Sent.
    ("INBOX", "\\Answered", "01", "fay@example.com", "d1", ""),
    (
        "Sent",
        "\\Flagged",
        "02",
        "support@example.test",
        "d2",
        "d1",
    ),
    // Held, by what the first message says.
    ("INBOX", "\\Answered", "01", "gus@acme.example", "e1", ""),
    ("Sent", "", "02", "support@example.test", "e2", "e1"),
    // An answer is being written.
    ("INBOX", "\\Answered", "01", "hal@example.com", "f1", ""),
    ("Drafts", "\\Seen", "02", "support@example.test", "f2", "f1"),
    // Too young, by when the last one came.
    ("INBOX", "\\Answered", "01", "ida@example.com", "g1", ""),
    (
        "Sent",
        "",
        "01-Jun-2025",
        "support@example.test",
        "g2",
        "g1",
    ),
    // Nobody answered.
    ("INBOX", "", "01", "jan@example.com", "h1", ""),
    // In the archive lies what it begins with: goes.
    (
        "Archive/2024",
        "\\Answered",
        "01",
        "kim@example.com",
        "i1",
        "",
    ),
    ("Sent", "", "02", "support@example.test", "i2", "i1"),
];

fn put(mailbox: &Mailbox) {
    let mut owner = mailbox.member(&mailbox.address);
    for (folder, flags, day, from, name, to) in OLD {
        let answers = match to {
            "" => String::new(),
            to => {
                format!("In-Reply-To: <{to}@example.test>\r\nReferences: <{to}@example.test>\r\n")
            }
        };
        let day = match day.len() {
            2 => format!("{day}-Jan-2024"),
            _ => day.to_owned(),
        };
        let text = format!(
            "From: {from}\r\nSubject: about {name} \x1b[31m\r\nMessage-ID: <{name}@example.test>\r\n{answers}\r\nworld\r\n"
        );
        owner.ok(&format!(
            "APPEND {} ({flags}) {} {{{}+}}\r\n{text}",
            quoted(folder),
            quoted(&format!("{day} 10:00:00 +0000")),
            text.len()
        ));
    }
}

pub fn filled() -> [Mailbox<'static>; 2] {
    let folders = [
        "Projects",
        "Sent",
        "Drafts",
        "Trash",
        "Archive",
        "Archive/2024",
    ];
    on_both(&folders, 1).map(|mailbox| {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        put(&mailbox);
        let words = ["retention", "hold", &mailbox.address, "2026-17"];
        let what = ["--match", "from='*@acme.example'", "--until", "2999-01-01"];
        let words = words.into_iter().chain(what);
        mailbox.provider.run(words).exits(0);
        mailbox
    })
}

const TYPED: &str = "--only finished --before 2025-01-01 --to-folder Archive/{year}";

/// How many messages lie in each of the places.
pub fn counts(mailbox: &Mailbox) -> [usize; 6] {
    all(mailbox, PLACES).map(|folder| folder.len())
}

#[test]
fn whole_conversations_go_for_which_nobody_waits_and_each_is_told() {
    for mailbox in filled() {
        let before = all(&mailbox, PLACES);
        assert_eq!(counts(&mailbox), [8, 3, 6, 1, 1, 1]);
        let dry = archive(&mailbox, &format!("{TYPED} -n --detailed-exitcode"));
        assert_eq!(changes(&dry), 0);
        dry.exits(2)
            .says("6 of 6 messages would be archived")
            .says("answered, and old enough")
            .says("held for the case 2026-17")
            .says("an answer is being written")
            .says("a message is flagged")
            .says("the last message is not answered")
            .says("the last message is not old enough")
            .says_not("\x1b[31m");
        assert_eq!(all(&mailbox, PLACES), before);
        let json = archive(&mailbox, &format!("{TYPED} -n -o json"))
            .exits(0)
            .json();
        let told = json["conversations"].as_array().unwrap();
        assert_eq!(told.len(), 9, "{told:?}");
        let goes = told.iter().filter(|one| one["goes"] == true);
        let messages = goes.flat_map(|one| one["messages"].as_array().unwrap());
        assert_eq!(messages.count(), 6);
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.finished", mailbox.address));
        let file = file.to_str().unwrap();
        archive(&mailbox, &format!("{TYPED} --undo-file {file}"))
            .exits(0)
            .says("6 of 6 messages archived")
            .says("held for the case 2026-17");
        assert_eq!(counts(&mailbox), [6, 1, 4, 1, 1, 7]);
        let after = all(&mailbox, PLACES);
        let [mut then, mut now] = [before.concat(), after.concat()];
        then.sort();
        now.sort();
        assert_eq!(then, now, "each message is there once, as it was");
        let again = archive(&mailbox, TYPED);
        assert_eq!(changes(&again), 0);
        again
            .exits(0)
            .says("no conversation is finished and old enough, nothing to do");
        mailbox.provider.run(["undo", file, "--yes"]).exits(0);
        assert_eq!(all(&mailbox, PLACES), before);
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn what_a_run_that_broke_off_had_begun_is_finished() {
    for mailbox in filled() {
        // It moves what lies in Sent last.
        let mut owner = mailbox.member(&mailbox.address);
        for (folder, uids) in [("INBOX", "1"), ("Projects", "1:2")] {
            owner.ok(&format!("SELECT {folder}"));
            owner.ok(&format!("UID MOVE {uids} Archive/2024"));
        }
        archive(&mailbox, TYPED).exits(0).says("3 of 3 messages");
        assert_eq!(counts(&mailbox), [6, 1, 4, 1, 1, 7]);
    }
}

#[test]
fn nothing_goes_where_a_folder_is_unread_or_messages_are_chosen_otherwise() {
    for mailbox in filled() {
        let before = counts(&mailbox);
        let everything = mailbox.everything();
        mailbox.set("Projects", &mailbox.address, "la");
        let ran = archive(&mailbox, TYPED);
        assert_eq!(changes(&ran), 0);
        ran.exits(77)
            .says("which conversations are finished is not known")
            .says("\"Projects\"");
        mailbox.set("Projects", &mailbox.address, everything);
        for (typed, what) in [
            (
                "--only finished --folder INBOX --to-folder Archive",
                "how old the last message is",
            ),
            (
                "--only finished --before 1y --from carol --to-folder Archive",
                "takes no other choice of messages",
            ),
            (
                "--target 80% --before 1y --to-folder Archive",
                "makes it no smaller",
            ),
            (
                "--target 100% --before 1y --to-file x.mbox",
                "it is no share of the quota",
            ),
        ] {
            archive(&mailbox, typed).exits(64).says(what);
        }
        assert_eq!(counts(&mailbox), before);
    }
}
