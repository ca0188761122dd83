//! `sharemail grant`, seen from the member's side.

use crate::provider::{Mailbox, on_both};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];
const MESSAGE: &str = "From: robin@example.com\nSubject: hello\n\nworld\n";

/// The folders of a mailbox made with [`FOLDERS`].
fn folders() -> impl Iterator<Item = &'static str> {
    ["INBOX"].into_iter().chain(FOLDERS)
}

fn with_a_message(mailbox: &Mailbox) {
    mailbox.owner().append(&mailbox.owned("INBOX"), MESSAGE);
}

#[test]
fn full_access_lets_a_member_do_everything_everywhere() {
    for mailbox in on_both(&FOLDERS, 1) {
        let alice = mailbox.alice();
        assert_eq!(mailbox.rights(alice, "INBOX"), None);
        mailbox
            .grant([alice, "--full-access"])
            .exits(0)
            .says("full-access on 4 folders")
            .says("verified as");
        for folder in folders() {
            assert_eq!(
                mailbox.rights(alice, folder).as_deref(),
                Some(mailbox.everything()),
                "{folder}"
            );
        }
        let mut member = mailbox.member(alice);
        member.append(&mailbox.seen("Sent"), MESSAGE);
        member.ok(&format!("SELECT \"{}\"", mailbox.seen("Sent")));
        member.ok("STORE 1 +FLAGS (\\Deleted)");
        assert!(member.ok("EXPUNGE").contains("* 1 EXPUNGE"));
        member.create(&mailbox.seen("Archive/2026"));
        member.setacl(&mailbox.seen("Archive"), "erin@example.test", "lr");
    }
}
