//! Folders that the owner's list does not show, as a member with full access took the owner's `l`
//! there.

use crate::offboard::over;
use crate::provider::client::quoted;
use crate::provider::{Dovecot, Mailbox};

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
