//! `sharemail mail clean --empty-folders`: what goes, what stays, and what a run left that broke off.

use crate::provider::client::{Client, quoted};
use crate::provider::{Courier, Kind, Mailbox, Ran, on_both};

const FOLDERS: [&str; 8] = [
    "Sent",
    "Empty",
    "Empty/Deep",
    "Full",
    "Above",
    "Above/Full",
    "Ruled",
    "Shared",
];

fn clean(mailbox: &Mailbox, typed: &str) -> Ran {
    let words = format!("mail clean {} --empty-folders {typed}", mailbox.address);
    mailbox
        .provider
        .run(words.split(' ').filter(|word| !word.is_empty()))
}

/// A session that may do all with its mail.
fn session(mailbox: &Mailbox) -> Client {
    match mailbox.provider.kind() {
        Kind::Courier => mailbox.owner(),
        _ => mailbox.member(&mailbox.address),
    }
}

fn name(mailbox: &Mailbox, folder: &str) -> String {
    match mailbox.provider.kind() {
        Kind::Courier => mailbox.owned(folder),
        _ => folder.to_owned(),
    }
}

fn put(mailbox: &Mailbox, folder: &str) {
    session(mailbox).append_asking(&name(mailbox, folder), "Subject: hello\n\nworld\n");
}

fn has(mailbox: &Mailbox, folder: &str) -> bool {
    !session(mailbox).list(&name(mailbox, folder)).is_empty()
}

fn rename(mailbox: &Mailbox, folder: &str, to: &str) {
    let (folder, to) = (name(mailbox, folder), name(mailbox, to));
    session(mailbox).ok(&format!("RENAME {} {}", quoted(&folder), quoted(&to)));
}

fn everywhere() -> Vec<Mailbox<'static>> {
    let courier = Mailbox::on(Courier::running(), &FOLDERS, 2);
    let all = on_both(&FOLDERS, 2).into_iter().chain([courier]);
    let filled = |mailbox: Mailbox<'static>| {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        mailbox
            .grant([mailbox.bob(), "--read-only", "--folder", "Shared"])
            .exits(0);
        put(&mailbox, "Full");
        put(&mailbox, "Above/Full");
        mailbox
    };
    all.map(filled).collect()
}

#[test]
fn empty_folders_go_and_come_back_with_their_entries() {
    for mailbox in everywhere() {
        let rule = [
            "rule",
            "add",
            &mailbox.address,
            "ruled",
            "--when",
            "subject = 'x'",
            "--then",
            "move = 'Ruled'",
        ];
        mailbox.provider.run(rule).exits(0);
        let before: Vec<_> = FOLDERS
            .iter()
            .map(|folder| mailbox.entries(folder))
            .collect();
        clean(&mailbox, "-n --detailed-exitcode")
            .exits(2)
            .says("remove  Empty/Deep")
            .says("2 changes would be made")
            .says("Ruled stays: a rule names it")
            .says("Shared stays:")
            .says("Above stays:")
            .says("Sent stays:");
        assert_eq!(clean(&mailbox, "").code, Some(64));
        assert!(FOLDERS.iter().all(|folder| has(&mailbox, folder)));
        let file = mailbox
            .provider
            .dir()
            .join(format!("{}.empty", mailbox.address));
        let file = file.to_str().unwrap();
        clean(&mailbox, &format!("--yes --undo-file {file}"))
            .exits(0)
            .says("2 of 2 changes made");
        for folder in FOLDERS {
            assert_eq!(
                has(&mailbox, folder),
                !folder.starts_with("Empty"),
                "{folder}"
            );
        }
        clean(&mailbox, "--yes").exits(0).says("nothing to do");
        mailbox.provider.run(["undo", file, "--yes"]).exits(0);
        let after: Vec<_> = FOLDERS
            .iter()
            .map(|folder| mailbox.entries(folder))
            .collect();
        assert_eq!(after, before, "{:?}", mailbox.provider.kind());
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn what_a_run_left_aside_is_finished_or_gets_its_name_again() {
    for mailbox in everywhere() {
        let aside = |folder: &str| format!("{folder} (put aside by sharemail)");
        rename(&mailbox, "Empty/Deep", &aside("Empty/Deep"));
        rename(&mailbox, "Full", &aside("Full"));
        clean(&mailbox, "-n").exits(0).says("put aside as Full");
        clean(&mailbox, "--yes").says("1 message came meanwhile");
        assert!(has(&mailbox, "Full"));
        for gone in ["Empty", "Empty/Deep", &aside("Empty/Deep"), &aside("Full")] {
            assert!(!has(&mailbox, gone), "{gone}");
        }
        let told = session(&mailbox).ok(&format!(
            "STATUS {} (MESSAGES)",
            quoted(&name(&mailbox, "Full"))
        ));
        assert!(told.contains("MESSAGES 1"), "{told}");
        clean(&mailbox, "--yes").exits(0).says("nothing to do");
    }
}
