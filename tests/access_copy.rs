//! `sharemail access copy`, seen from the newcomer's side.

use serde_json::json;

use crate::offboard::{entries, over};
use crate::provider::{Cyrus, Dovecot, Kind, Mailbox, on_both, terminal};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Entwürfe/März"];

#[test]
fn a_newcomer_gets_what_a_colleague_has_on_every_mailbox() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let first = Mailbox::on(provider, &FOLDERS, 2);
        let second = Mailbox::on(provider, &FOLDERS, 0);
        let (alice, bob) = (first.alice(), first.bob());
        first.grant([alice, "--full-access", "--send-as"]).exits(0);
        first.set("Sent", alice, "lrswi");
        second
            .grant([alice, "--read-only", "--folder", "Archive"])
            .exits(0);
        let ran = over(&[&first, &second], &["access", "copy", alice, bob]).exits(0);
        let ran = ran.says("on 2 shared mailboxes").says("verified as");
        let hint = "many mail programs show nothing until the folders are subscribed";
        assert_eq!(ran.stderr.matches(hint).count(), 1, "{ran:?}");
        let subscribes = |m: &Mailbox| format!("sharemail folder subscribe {} {bob}", m.address);
        let both = [&first, &second].map(subscribes);
        assert!(both.iter().any(|command| ran.stderr.contains(command)));
        ran.says("and likewise on 1 mailbox more");
        assert_eq!(
            first.rights(bob, "Entwürfe/März").unwrap(),
            first.everything()
        );
        assert_eq!(first.rights(bob, "Sent").as_deref(), Some("ilrsw"));
        assert_eq!(
            first.stored("Identities/Send As", bob).as_deref(),
            Some("lp")
        );
        assert_eq!(first.stored("Identities/Send on Behalf", bob), None);
        assert_eq!(second.rights(bob, "Archive").as_deref(), Some("lrs"));
        assert_eq!(second.stored("INBOX", bob), None);
        assert_eq!(first.rights(alice, "Sent").as_deref(), Some("ilrsw"));
        let again = over(&[&first, &second], &["access", "copy", alice, bob, "-vv"]).exits(0);
        assert_eq!(again.changes(), [""; 0]);
        again.says("has it already").says_not(hint);
    }
}

#[test]
fn greater_rights_of_the_newcomer_stay() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--read-only"]).exits(0);
        mailbox.grant([bob, "--write"]).exits(0);
        mailbox.set("Archive", bob, "lp");
        let ran = over(&[&mailbox], &["access", "copy", alice, bob, "-o", "json"]).exits(0);
        assert_eq!(ran.json()["received"][0]["changed"], 1);
        assert_eq!(mailbox.rights(bob, "INBOX").as_deref(), Some("ilprsw"));
        assert_eq!(mailbox.rights(bob, "Archive").as_deref(), Some("lprs"));
    }
}

#[test]
fn only_the_mailboxes_that_are_named_are_copied() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let first = Mailbox::on(provider, &FOLDERS, 2);
        let second = Mailbox::on(provider, &FOLDERS, 0);
        let (alice, bob) = (first.alice(), first.bob());
        first.grant([alice, "--read-only"]).exits(0);
        second.grant([alice, "--read-only"]).exits(0);
        let words = ["access", "copy", alice, bob, "--mailbox", &second.address];
        provider.run(words).exits(0).says("on 1 shared mailbox");
        assert_eq!(first.rights(bob, "INBOX"), None);
        assert_eq!(second.rights(bob, "INBOX").as_deref(), Some("lrs"));
    }
}

#[test]
fn a_group_may_get_what_a_person_has_and_the_other_way_round() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 2);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    let copy = |from: &str, to: &str| {
        let words = ["access", "copy", from, to, "--mailbox", &mailbox.address];
        let yes = to.starts_with("group:").then_some("--yes");
        mailbox.provider.run(words.into_iter().chain(yes)).exits(0)
    };
    copy(mailbox.alice(), "group:helpdesk").says("a group cannot log in");
    assert_eq!(
        mailbox.rights("dave@example.test", "Sent").as_deref(),
        Some("ilprsw")
    );
    copy("group:helpdesk", mailbox.bob());
    assert_eq!(
        mailbox.rights(mailbox.bob(), "Sent").as_deref(),
        Some("ilprsw")
    );
}

#[test]
fn whoever_is_more_than_one_person_is_given_nothing_unasked() {
    for mailbox in on_both(&FOLDERS, 2) {
        let alice = mailbox.alice();
        mailbox.grant([alice, "--read-only"]).exits(0);
        let before = entries(&mailbox);
        let copy = |to: &str, more: &[&str]| {
            let words = ["access", "copy", alice, to, "-vv"];
            over(&[&mailbox], &[&words[..], more].concat())
        };
        for (to, them) in [
            ("anyone", "which is everybody"),
            ("id:anyone", "which is everybody"),
            ("group:helpdesk", "which is a group"),
        ] {
            let ran = copy(to, &[]).exits(64);
            assert_eq!(ran.changes(), [""; 0]);
            let question = format!("Give {to}, {them}, what {alice} has on 1 shared mailbox");
            ran.says(&question).says("--yes");
            copy(to, &["--dry-run"])
                .exits(0)
                .says("nothing was changed");
        }
        for to in ["anyone", "id:authenticated"] {
            let words = ["offboard", alice, "--to", to, "--yes"];
            over(&[&mailbox], &words).exits(64).says("anyone is nobody");
        }
        assert_eq!(entries(&mailbox), before);
        let config = crate::offboard::config(mailbox.provider, &[&mailbox.address]);
        let mut command = mailbox.provider.sharemail();
        command.env("SHAREMAIL_CONFIG", config);
        let ran = terminal::run(
            &command,
            &["access", "copy", alice, "group:helpdesk"],
            "n\n",
        );
        ran.exits(1).says("nothing was given to anybody");
        assert_eq!(entries(&mailbox), before);
        copy("group:helpdesk", &["--yes"]).says_not("Give ");
        // Cyrus knows no such group.
        if mailbox.provider.kind() == Kind::Dovecot {
            assert_ne!(entries(&mailbox), before);
        }
    }
}

#[test]
fn a_dry_run_and_refusals_change_nothing() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--read-only"]).exits(0);
        let before = entries(&mailbox);
        let copy = |words: &[&str]| over(&[&mailbox], &[&["access", "copy"], words].concat());
        let ran = copy(&[alice, bob, "-n", "--detailed-exitcode", "-o", "json"]).exits(2);
        let report = ran.json();
        let changes = report["received"][0]["changes"].as_array().unwrap();
        // Cyrus has Entwürfe too.
        assert!(changes.len() >= 4, "{report:#}");
        assert_eq!(report["received"][0]["level"], json!("read-only"));
        copy(&[alice, "nobody"]).exits(67);
        copy(&[alice, alice]).exits(64);
        copy(&[bob, alice]).exits(0).says("nothing to copy");
        assert_eq!(entries(&mailbox), before);
    }
}

#[test]
fn a_negative_entry_has_nothing_and_gets_nothing() {
    for mailbox in on_both(&FOLDERS, 3) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([bob, "--read-only"]).exits(0);
        let negative = format!("-{}", mailbox.spelled(alice));
        mailbox.set("Sent", &negative, "lrs");
        let (negative, before) = (format!("id:{negative}"), entries(&mailbox));
        for words in [
            &["access", "copy", bob, &negative][..],
            &["access", "copy", &negative, bob],
            &["offboard", bob, "--to", &negative, "--yes"],
        ] {
            over(&[&mailbox], words).exits(64).says("negative entry");
        }
        assert_eq!(entries(&mailbox), before);
        let carol = mailbox.people[2].as_str();
        let words = ["offboard", &negative, "--to", carol, "--yes"];
        over(&[&mailbox], &words).exits(0);
        assert_eq!(mailbox.stored("Sent", &negative[3..]), None);
        assert_eq!(mailbox.stored("Sent", carol), None);
    }
}

#[test]
fn somebody_called_copy_can_be_asked_about() {
    let dovecot = Dovecot::start();
    dovecot.add_user("copy", &[]);
    dovecot
        .run(["access", "copy@"])
        .exits(0)
        .says("copy@example.test reaches no");
    dovecot.run(["access", "copy"]).exits(64);
}

#[test]
fn a_name_that_is_nobodys_is_no_colleague_who_has_nothing() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        let address = &*mailbox.address;
        let copy = |from: &str| {
            let words = ["access", "copy", from, bob, "--mailbox", address];
            mailbox.provider.run(words)
        };
        copy("nosuch-colleague")
            .exits(67)
            .says("the server knows no such user");
        copy("group:nosuch").exits(67).says("nobody of that name");
        copy(alice).exits(0).says("nothing to copy");
        assert_eq!(mailbox.rights(bob, "INBOX"), None);
    }
}

#[test]
fn a_group_may_be_called_by_an_address() {
    let dovecot = Dovecot::running();
    let member = "grouped-by-address";
    dovecot.add_user(member, &["acl_groups=desk@example.test"]);
    dovecot.log_in_once(member);
    let mailbox = Mailbox::on(dovecot, &FOLDERS, 0);
    mailbox.grant(["group:desk@", "--read-only"]).exits(0);
    let member = format!("{member}@example.test");
    assert_eq!(mailbox.rights(&member, "Sent").as_deref(), Some("lrs"));
    mailbox.revoke(["group:desk@example.test"]).exits(0);
    assert_eq!(mailbox.rights(&member, "Sent"), None);
}
