//! The throwaway servers are what they claim to be, seen with a client of their own.

use crate::provider::{Client, Dovecot, PASSWORD};

#[test]
fn a_dovecot_user_sees_a_granted_mailbox_under_shared() {
    let dovecot = Dovecot::start();
    let mut support = Client::impersonate(&dovecot, "support@example.test");
    support.create("Work");
    support.setacl("INBOX", "alice@example.test", "lrs");
    support.append("INBOX", "Subject: hello\n\nworld\n");
    assert_eq!(support.getacl("INBOX")["alice@example.test"], "lrs");

    let mut alice = Client::login(&dovecot, "alice@example.test", PASSWORD);
    assert_eq!(alice.list("shared/*"), ["shared/support@example.test"]);
    assert_eq!(
        alice.myrights("shared/support@example.test").as_deref(),
        Some("lrs")
    );
    assert!(
        alice
            .ok("SELECT shared/support@example.test")
            .contains("* 1 EXISTS")
    );
    alice.no("APPEND shared/support@example.test {1+}\r\nx");
}
