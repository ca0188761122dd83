//! What Courier does, on which sharemail relies or against which it guards.

use crate::provider::client::{Client, is_ok, quoted};
use crate::provider::{Courier, Mailbox, PASSWORD};

#[test]
fn an_authorisation_identity_is_ok_and_changes_nothing() {
    let provider = Courier::running();
    for name in ["support@example.test", "nobody@example.test"] {
        let mut client = Client::connect_plain(provider);
        // It takes no answer before it has asked (RFC 4959 is not offered).
        let answer = format!("{name}\0{}\0{PASSWORD}", provider.admin());
        assert!(client.authenticate_asked("PLAIN", answer.as_bytes()));
        // The administrator's own mailbox is the one that is not among those of others.
        let others = client.list("#shared.%").join(" ");
        assert!(others.contains("support@example test") && !others.contains("admin@"));
    }
}

#[test]
fn groups_are_hidden_from_getacl_and_refused_by_setacl() {
    let mailbox = Mailbox::on(Courier::running(), &[], 0);
    let name = quoted(&mailbox.seen("INBOX"));
    let mut admin = mailbox.owner();
    admin.ok(&format!("ACL STORE {name} \"group=helpdesk\" \"lrs\""));
    let told = admin.ok(&format!("GETACL {name}"));
    assert!(!told.contains("helpdesk"), "{told}");
    let told = admin.ok(&format!("LIST (ACL) \"\" {name}"));
    assert!(told.contains("(\"group=helpdesk\" \"lrs\")"), "{told}");
    admin.no(&format!("SETACL {name} group=helpdesk lr"));
}

#[test]
fn its_ok_to_a_change_proves_nothing() {
    let mailbox = Mailbox::on(Courier::running(), &[], 0);
    let name = quoted(&mailbox.seen("INBOX"));
    let mut admin = mailbox.owner();
    let told = admin.command(&format!("ACL STORE {name} \"owner\" \"l\""));
    assert!(is_ok(&told) && told.contains("* ACLFAILED"), "{told}");
    let told = admin.ok("ACL STORE \"#shared.nobody\" \"user=x\" \"lr\"");
    assert!(!told.contains("* "), "{told}");
}

#[test]
fn letters_that_getacl_hides_are_told_by_list() {
    let mailbox = Mailbox::on(Courier::running(), &[], 1);
    mailbox.set("INBOX", mailbox.alice(), "lrt");
    let name = quoted(&mailbox.seen("INBOX"));
    let mut admin = mailbox.owner();
    assert!(!admin.ok(&format!("GETACL {name}")).contains("lrt"));
    let told = admin.ok(&format!("LIST (ACL) \"\" {name}"));
    assert!(told.contains("\"lrt\""), "{told}");
    let mut alice = mailbox.member(mailbox.alice());
    assert!(alice.ok(&format!("MYRIGHTS {name}")).contains("\"lr\""));
    let told = alice.ok(&format!("LIST (MYRIGHTS) \"\" {name}"));
    assert!(told.contains("(\"MYRIGHTS\" \"lrt\")"), "{told}");
}

#[test]
fn a_dot_of_an_account_is_a_blank_or_munged_in_its_name() {
    let blank = Courier::running();
    let seen = Client::admin(blank).list("#shared.%");
    assert!(seen.contains(&"#shared.support@example test".to_owned()));
    let munged = Courier::with(&["--munge"]);
    let seen = Client::admin(&munged).list("#shared.%");
    assert!(seen.contains(&"#shared.support@example\\:test".to_owned()));
}
