//! `sharemail rename`, compared with what the servers hold.

use crate::provider::{Client, Cyrus, Dovecot, Mailbox};

#[test]
fn a_mailbox_in_a_public_namespace_gets_another_name_and_keeps_the_rest() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    for name in ["Public/Team", "Public/Team/Plans"] {
        admin.create(name);
        admin.setacl(name, "bob@example.test", "lrs");
    }
    admin.append("Public/Team/Plans", "Subject: hello\n\nworld\n");
    dovecot
        .run(["rename", "Public/Team", "Public/Crew"])
        .exits(64)
        .says("--yes");
    let dry = dovecot
        .run(["rename", "Public/Team", "Public/Crew", "--dry-run", "-vv"])
        .exits(0);
    assert_eq!(dry.changes(), [""; 0]);
    dovecot
        .run(["rename", "Public/Team", "Public/Crew", "--yes"])
        .exits(0);
    let mut bob = Client::login(&dovecot, "bob@example.test", "password");
    assert_eq!(bob.list("Public/*"), ["Public/Crew", "Public/Crew/Plans"]);
    assert!(bob.ok("SELECT Public/Crew/Plans").contains("* 1 EXISTS"));
    assert_eq!(bob.myrights("Public/Crew/Plans").as_deref(), Some("lrs"));
}

#[test]
fn a_users_mailbox_is_renamed_or_the_refusal_explained() {
    let mailbox = Mailbox::on(Cyrus::running(), &["Sent"], 1);
    mailbox.grant([mailbox.alice(), "--write"]).exits(0);
    let new = format!("new{}", mailbox.address);
    let ran = mailbox
        .run(["rename", &mailbox.address, &new, "--yes"])
        .exits(77);
    ran.says("allowusermoves");
    assert_eq!(
        mailbox.rights(mailbox.alice(), "Sent").as_deref(),
        Some("ilprsw")
    );
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let cyrus = Cyrus::running();
    let ran = cyrus
        .run(["rename", "sales@", "billing@", "--yes", "-vv"])
        .exits(1);
    assert_eq!(ran.changes(), [""; 0]);
    ran.says("billing@example.test exists already");
}

#[test]
fn an_account_is_renamed_at_the_provider() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 0);
    let ran = mailbox
        .run(["rename", &mailbox.address, "new@", "--yes"])
        .exits(1);
    ran.says("at the provider");
}

#[test]
fn an_unknown_mailbox_is_named() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        provider
            .run(["rename", "nothing@", "new@", "--yes"])
            .exits(67)
            .says("nothing@example.test");
    }
}
