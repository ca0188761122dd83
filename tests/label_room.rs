//! Labels that mail brings into a folder: more than a Maildir keeps are refused before anything is changed.

use crate::provider::client::quoted;
use crate::provider::{Kind, Mailbox, Ran, on_both, run};

/// Puts a message with these keywords into a folder.
fn append(mailbox: &Mailbox, folder: &str, keywords: &str) {
    let mut owner = mailbox.member(&mailbox.address);
    owner.append_asking(folder, "From: a@x.test\nSubject: hello\n\nworld\n");
    owner.ok(&format!("SELECT {}", quoted(folder)));
    owner.ok(&format!("STORE * +FLAGS ({keywords})"));
}

/// The commands that change what lies where and what it carries.
fn changes(ran: &Ran) -> usize {
    let sent = ran.sent().into_iter();
    let verbs = ["UID STORE", "UID MOVE", "UID COPY"];
    sent.filter(|command| verbs.iter().any(|verb| command.starts_with(verb)))
        .count()
}

/// How many messages lie in a folder.
fn lie(mailbox: &Mailbox, folder: &str) -> usize {
    let told = mailbox
        .member(&mailbox.address)
        .ok(&format!("STATUS {folder} (MESSAGES)"));
    let n = told.split_once("MESSAGES ").unwrap().1;
    n.split(')').next().unwrap().parse().unwrap()
}

#[test]
fn labels_are_counted_where_mail_goes_before_it_does() {
    for mailbox in on_both(&["Full"], 1) {
        let words: Vec<String> = (1..=26).map(|n| format!("word{n}")).collect();
        append(&mailbox, "Full", &words.join(" "));
        append(&mailbox, "INBOX", "word7 \\Flagged");
        let add = |name, when, then| {
            let words = [
                "rule",
                "add",
                &mailbox.address,
                name,
                "--when",
                when,
                "--then",
                then,
            ];
            mailbox.run(words).exits(0);
        };
        add("m", "from=\"a@*\"", "move=\"Full\"");
        let run = |words: &[&str]| mailbox.provider.run(words.iter().copied().chain(["-vv"]));
        // What is there already takes no room.
        run(&["rule", "run", &mailbox.address])
            .exits(0)
            .says("1 changed");
        assert_eq!(lie(&mailbox, "Full"), 2);
        append(&mailbox, "INBOX", "later");
        let rule = ["rule", "run", &mailbox.address];
        let archive = [
            "mail",
            "archive",
            &mailbox.address,
            "--folder",
            "INBOX",
            "--to-folder",
            "Full",
        ];
        if mailbox.provider.kind() == Kind::Dovecot {
            for words in [&rule[..], &archive, &[&rule[..], &["-n"]].concat()] {
                let ran = run(words).exits(77).says("later would be one more in Full");
                assert_eq!(changes(&ran), 0);
            }
            assert_eq!(lie(&mailbox, "Full"), 2);
            let mut knows = mailbox.provider.sharemail();
            knows.env("SHAREMAIL_MAX_KEYWORDS", "27");
            run::run(&mut knows, archive).exits(0);
        } else {
            run(&archive).exits(0);
        }
        assert_eq!(lie(&mailbox, "Full"), 3);
    }
}
