//! `sharemail revoke`, seen from the member's side.

use crate::provider::client::{is_ok, quoted};
use crate::provider::{Cyrus, Dovecot, Mailbox, on_both};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];

/// The folders of a mailbox made with [`FOLDERS`] that a person can do anything with.
fn reached(mailbox: &Mailbox, person: &str) -> Vec<&'static str> {
    let mut session = mailbox.member(person);
    let folders = ["INBOX"].into_iter().chain(FOLDERS);
    folders
        .filter(|folder| session.myrights(&mailbox.seen(folder)).is_some())
        .collect()
}

#[test]
fn a_revoked_member_reaches_nothing_any_more() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, bob, "--full-access"]).exits(0);
        let ran = mailbox.revoke([alice]).exits(0);
        ran.says("no access")
            .says("verified as")
            .says("may go on reading until it reconnects");
        assert_eq!(reached(&mailbox, alice), [""; 0]);
        let mut session = mailbox.member(alice);
        session.no(&format!("SELECT {}", quoted(&mailbox.seen("INBOX"))));
        assert!(!session.list("*").contains(&mailbox.seen("INBOX")));
        assert_eq!(mailbox.stored("Sent", alice), None);
        assert_eq!(reached(&mailbox, bob).len(), 4);
    }
}

#[test]
fn one_folder_is_revoked_with_those_below() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, bob, "--write"]).exits(0);
        let ran = mailbox.revoke([alice, "--folder", "Archive"]).exits(0);
        ran.says("no access to 2 folders of");
        mailbox
            .revoke([bob, "--folder", "Archive", "--no-recurse"])
            .exits(0);
        assert_eq!(reached(&mailbox, alice), ["INBOX", "Sent"]);
        assert_eq!(reached(&mailbox, bob), ["INBOX", "Sent", "Archive/2025"]);
        mailbox
            .revoke([alice, "--folder", "Arhcive"])
            .exits(67)
            .says("Archive");
    }
}

#[test]
fn a_second_run_sends_no_change() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let first = mailbox.revoke([mailbox.alice(), "-vv"]).exits(0);
        // Four folders, and Send on Behalf.
        assert_eq!(first.changes().len(), 5);
        let second = mailbox.revoke([mailbox.alice(), "-vv"]).exits(0);
        assert_eq!(second.changes(), [""; 0]);
        second
            .says("nothing to take away")
            .says_not("may go on reading");
    }
}

#[test]
fn a_dry_run_changes_nothing_and_tells_the_plan() {
    for mailbox in on_both(&FOLDERS, 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let words = [mailbox.alice(), "--dry-run", "--detailed-exitcode", "-vv"];
        let ran = mailbox.revoke(words).exits(2);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("5 changes would be made").says("Archive/2025");
        assert_eq!(reached(&mailbox, mailbox.alice()).len(), 4);
    }
}

#[test]
fn an_entry_of_somebody_who_is_gone_can_be_revoked() {
    for mailbox in on_both(&FOLDERS, 0) {
        mailbox.set("Sent", "gone@example.test", "lrs");
        mailbox.revoke(["gone"]).exits(0);
        assert_eq!(mailbox.stored("Sent", "gone@example.test"), None);
    }
}

#[test]
fn an_identifier_is_revoked_as_it_stands() {
    for mailbox in on_both(&FOLDERS, 0) {
        for who in ["-bob", "group:x", "x y", "q\"uote", "$"] {
            let sent = quoted(&mailbox.owned("Sent"));
            let set = format!("SETACL {sent} {} lr", quoted(who));
            let stored = || mailbox.entries("Sent").contains_key(who);
            // Cyrus takes no group that the system does not know, and no blanks.
            if !is_ok(&mailbox.owner().command(&set)) {
                continue;
            }
            assert!(stored(), "{who}");
            mailbox.revoke([&format!("id:{who}")]).exits(0);
            assert!(!stored(), "{who}");
        }
        mailbox.revoke(["--", "-bob"]).exits(64).says("id:-bob");
    }
}

#[test]
fn what_other_entries_still_give_is_told() {
    let dovecot = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    let dave = "dave@example.test";
    dovecot
        .grant([dave, "group:helpdesk", "--read-only"])
        .exits(0);
    dovecot
        .revoke([dave])
        .exits(3)
        .says("others still give")
        .says("lrs");
    assert_eq!(reached(&dovecot, dave).len(), 4);
    let cyrus = Mailbox::on(Cyrus::open_to_anyone(), &FOLDERS, 1);
    cyrus
        .grant([cyrus.alice(), "anyone", "--read-only"])
        .exits(0);
    cyrus
        .revoke([cyrus.alice()])
        .exits(3)
        .says("others still give");
    cyrus.revoke(["anyone"]).exits(0);
    assert_eq!(reached(&cyrus, cyrus.alice()), [""; 0]);
}

#[test]
fn the_owner_keeps_everything() {
    for mailbox in on_both(&FOLDERS, 0) {
        let before = mailbox.owner().getacl(&mailbox.owned("INBOX"));
        mailbox
            .revoke([&mailbox.address])
            .exits(77)
            .says("refused")
            .says("full access first");
        assert_eq!(mailbox.owner().getacl(&mailbox.owned("INBOX")), before);
    }
}

#[test]
fn the_last_administrator_of_an_ownerless_mailbox_stays() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = crate::provider::Client::admin(&dovecot);
    admin.create("Public/Team");
    let before = admin.getacl("Public/Team");
    dovecot
        .run(["revoke", "Public/Team", "id:admin"])
        .exits(77)
        .says("admin");
    assert_eq!(admin.getacl("Public/Team"), before);
    dovecot
        .run(["grant", "Public/Team", "bob", "--full-access"])
        .exits(0);
    dovecot.run(["revoke", "Public/Team", "id:admin"]).exits(77);
    dovecot.run(["revoke", "Public/Team", "bob"]).exits(0);
    assert_eq!(admin.getacl("Public/Team"), before);
}

#[test]
fn several_people_are_revoked_at_once() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, bob, "--write"]).exits(0);
        mailbox.revoke([alice, bob]).exits(0);
        for folder in FOLDERS {
            assert!(
                mailbox.entries(folder).keys().all(|who| who == "anyone"),
                "{folder}"
            );
        }
    }
}

#[test]
fn a_session_that_is_open_right_now_may_go_on_reading() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    mailbox
        .member(&mailbox.address)
        .append("INBOX", "Subject: hello\n\nworld\n");
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    let mut alice = mailbox.member(mailbox.alice());
    alice.ok(&format!("SELECT {}", quoted(&mailbox.seen("INBOX"))));
    mailbox
        .revoke([mailbox.alice()])
        .exits(0)
        .says("until it reconnects");
    assert!(alice.ok("FETCH 1 BODY.PEEK[TEXT]").contains("world"));
    let mut again = mailbox.member(mailbox.alice());
    again.no(&format!("SELECT {}", quoted(&mailbox.seen("INBOX"))));
}
