//! Folders that the owner's list does not show, as a member with full access took the owner's `l`
//! there.

use std::time::Duration;

use crate::offboard::over;
use crate::provider::client::quoted;
use crate::provider::proxy::Proxy;
use crate::provider::{Dovecot, Mailbox, run};

const FOLDERS: [&str; 2] = ["Sent", "Team"];

/// alice has full access, bob may write; then alice shares Team with carol too, who has nothing else,
/// and takes it from the owner's list by this entry.
fn hidden_by(entry: &str, rights: &str) -> Mailbox<'static> {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 3);
    let (alice, bob, carol) = (mailbox.alice(), mailbox.bob(), mailbox.people[2].as_str());
    mailbox.grant([alice, "--full-access"]).exits(0);
    mailbox.grant([bob, "--write"]).exits(0);
    let mut session = mailbox.member(alice);
    let team = mailbox.seen("Team");
    session.setacl(&team, carol, "lrswip");
    session.setacl(&team, entry, rights);
    let listed = mailbox.owner().list("*");
    assert!(!listed.contains(&"Team".to_owned()), "{listed:?}");
    assert!(reads(&mailbox, carol) && reads(&mailbox, bob));
    mailbox
}

fn reads(mailbox: &Mailbox, person: &str) -> bool {
    let select = format!("SELECT {}", quoted(&mailbox.seen("Team")));
    mailbox.member(person).command(&select).contains(" OK ")
}

#[test]
fn what_the_owner_cannot_list_is_found_through_members_and_revoked() {
    for (entry, rights) in [("owner", "a"), ("-owner", "l")] {
        let mailbox = hidden_by(entry, rights);
        let (bob, carol) = (mailbox.bob(), mailbox.people[2].as_str());
        mailbox
            .run(["check", &mailbox.address])
            .exits(2)
            .says("members see what the owner's list does not show")
            .says("Team");
        let report = mailbox.run(["report", &mailbox.address, "--format", "csv"]);
        report.exits(0).says(carol).says("does not show Team");
        for person in [bob, carol] {
            mailbox
                .revoke([person])
                .exits(0)
                .says("verified as")
                .says("the owner's list does not show Team");
            assert!(!reads(&mailbox, person), "{person} still reads Team");
            assert_eq!(mailbox.stored("Team", person), None);
        }
    }
}

#[test]
fn whoever_is_offboarded_loses_what_the_owner_cannot_list() {
    let mailbox = hidden_by("owner", "a");
    let (bob, carol) = (mailbox.bob(), mailbox.people[2].as_str());
    for person in [carol, bob] {
        over(&[&mailbox], &["offboard", person, "--yes"])
            .exits(0)
            .says("the owner's list does not show Team");
        assert!(!reads(&mailbox, person), "{person} still reads Team");
    }
}

#[test]
fn a_folder_that_is_hidden_from_its_reader_too_is_found_by_whoever_hid_it() {
    let mailbox = hidden_by("owner", "a");
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    let team = mailbox.seen("Team");
    mailbox.member(alice).setacl(&team, bob, "r");
    assert!(reads(&mailbox, bob));
    mailbox.revoke([bob]).exits(0).says("Team");
    assert!(!reads(&mailbox, bob));
}

#[test]
fn a_mended_mailbox_shows_the_owner_what_was_hidden() {
    for (entry, rights) in [("owner", "a"), ("-owner", "l")] {
        let mailbox = hidden_by(entry, rights);
        let undo = tempfile::tempdir().unwrap();
        let undo = undo.path().join("it.undo");
        let undo = undo.to_str().unwrap();
        let lists = || mailbox.owner().list("*").contains(&"Team".to_owned());
        let plan = mailbox.run(["check", &mailbox.address, "--fix", "--dry-run"]);
        plan.exits(2).says("by the entry of").says("would mend");
        assert!(!lists(), "a dry run");
        let fix = [
            "check",
            &mailbox.address,
            "--fix",
            "--yes",
            "--undo-file",
            undo,
        ];
        mailbox.run(fix).says("mended").says("Team");
        assert!(
            lists(),
            "{entry} {rights}: the owner's list does not show Team"
        );
        let check = mailbox.run(["check", &mailbox.address]);
        check.says_not("does not show");
        mailbox.run(["undo", undo, "--yes"]).exits(0);
        assert!(!lists(), "what was mended was not taken back");
    }
}

#[test]
fn one_person_logs_in_once_however_many_mailboxes_are_looked_at() {
    let provider = Dovecot::running();
    let mailboxes: Vec<Mailbox> = (0..3)
        .map(|_| Mailbox::on(provider, &["Sent"], 1))
        .collect();
    let alice = mailboxes[0].alice();
    for mailbox in &mailboxes {
        mailbox.grant([alice, "--full-access"]).exits(0);
        mailbox.set("INBOX", "nobody-there@example.test", "lrs");
    }
    for verb in ["check", "report"] {
        let proxy = Proxy::plain(provider, Duration::ZERO, None);
        let mut command = proxy.sharemail(provider);
        // One pair of hands needs nobody twice at the same time.
        let words = [verb, "--connections", "1"].into_iter();
        let names = mailboxes.iter().map(|mailbox| mailbox.address.as_str());
        run::run(&mut command, words.chain(names));
        assert_eq!(proxy.logins_as(alice), 1, "{verb}: alice");
        let stranger = proxy.logins_as("nobody-there@example.test");
        assert!(stranger <= 4, "{verb}: {stranger} attempts as nobody");
    }
}

#[test]
fn a_level_of_none_takes_what_the_owner_cannot_list() {
    for way in ["file", "plan"] {
        let mailbox = hidden_by("owner", "a");
        let carol = mailbox.people[2].as_str();
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
        let wish = format!("[mailbox.\"{}\"]\nnone = [\"{carol}\"]\n", mailbox.address);
        let file = path("wish.toml");
        std::fs::write(&file, wish).unwrap();
        let told = "the owner's list does not show Team";
        if way == "file" {
            let ran = mailbox.run(["apply", "-f", &file, "--yes"]);
            ran.exits(0).says(told);
        } else {
            let plan = path("plan.json");
            let ran = mailbox.run(["plan", "-f", &file, "--out", &plan]);
            ran.says(told);
            mailbox.run(["apply", &plan, "--yes"]).exits(0);
        }
        assert!(!reads(&mailbox, carol), "{way}: carol still reads Team");
        assert_eq!(mailbox.stored("Team", carol), None);
        assert!(reads(&mailbox, mailbox.bob()), "{way}: bob lost Team");
    }
}
