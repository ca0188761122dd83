//! Sending from a mailbox on Courier, which has nobody act as somebody else: each with a login of
//! her own, and a Postfix that takes the mail.

use std::process::Command;
use std::sync::OnceLock;

use crate::provider::mail::mails;
use crate::provider::{Courier, Mailbox, PASSWORD, Postfix, Provider, Ran, run};

fn postfix() -> &'static Provider {
    static RUNNING: OnceLock<Provider> = OnceLock::new();
    RUNNING.get_or_init(Postfix::start)
}

/// A mailbox whose alice may send as it, bob on its behalf, and carol not at all.
fn office(sent: &str) -> Mailbox<'static> {
    let mailbox = Mailbox::on(Courier::running(), &[sent, "Größe"], 3);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    mailbox
        .grant([alice, "--full-access", "--send-as"])
        .exits(0);
    mailbox.grant([bob, "--write"]).exits(0);
    let mut all: Vec<&str> = mailbox.people.iter().map(String::as_str).collect();
    all.push(&mailbox.address);
    postfix().add_users(&all, &[]);
    postfix().sender_owners(&mailbox.address, &[&mailbox.address, alice]);
    mailbox
}

/// With the login of `person` on both servers.
fn own(mailbox: &Mailbox, person: &str) -> Command {
    let mut command = mailbox.provider.sharemail();
    command
        .env("SHAREMAIL_IMAP_USER", person)
        .env("SHAREMAIL_PASSWORD", PASSWORD)
        .env("SHAREMAIL_SMTP_HOST", "localhost")
        .env(
            "SHAREMAIL_SMTP_PORT",
            postfix().submissions_port().to_string(),
        )
        .env("SHAREMAIL_SMTP_TLS", "implicit")
        .env("SHAREMAIL_SMTP_CA_FILE", postfix().ca_path())
        .env("SHAREMAIL_SMTP_USER", person);
    command
}

fn send(mailbox: &Mailbox, person: &str, words: &[&str]) -> Ran {
    let begin = [
        "send",
        &mailbox.address,
        "--subject",
        "Größe 🎉",
        "--body",
        "wörld\n",
    ];
    run::run(&mut own(mailbox, person), begin.iter().chain(words))
}

#[test]
fn both_identities_send_and_the_copies_lie_in_the_shared_sent_folder() {
    let mailbox = office("Sent");
    let (alice, bob, carol) = (mailbox.alice(), mailbox.bob(), &mailbox.people[2]);
    let robin = postfix().fresh("robin");
    send(&mailbox, alice, &["--to", &robin])
        .exits(0)
        .says("filed in Sent");
    let mail = postfix().mail_of(&robin).remove(0);
    assert_eq!(mail.field("From").unwrap(), mailbox.address);
    assert_eq!(mail.field("Sender"), None);
    send(&mailbox, bob, &["--to", &robin])
        .exits(0)
        .says("(Send on Behalf)");
    let mail = postfix().mails_of(&robin, 2).remove(1);
    assert_eq!(mail.field("From").unwrap(), mailbox.address);
    assert_eq!(mail.field("Sender").unwrap(), bob);
    send(&mailbox, carol, &["--to", &robin])
        .exits(77)
        .says("nothing was sent");
    let copies = mails(&mut mailbox.member(alice), &mailbox.seen("Sent"));
    assert_eq!(copies.len(), 2);
    let can = |person: &str| run::run(&mut own(&mailbox, person), ["can-send", &mailbox.address]);
    can(alice).exits(0).says("Send As");
    can(bob).exits(0).says("Send on Behalf");
    can(carol).exits(77);
}

#[test]
fn nobody_sends_as_somebody_else_and_that_is_said() {
    let mailbox = office("Sent");
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    let robin = postfix().fresh("robin");
    let ran = send(&mailbox, alice, &["--to", &robin, "--user", bob]).exits(77);
    ran.says("Courier lets nobody act as somebody else")
        .says("a profile of their own")
        .says_not("reach =");
    assert!(mails(&mut mailbox.member(alice), &mailbox.seen("Sent")).is_empty());
}

#[test]
fn the_table_for_postfix_is_made_from_couriers_entries() {
    let mailbox = office("Sent");
    let table = || {
        let words = ["identities", &mailbox.address, "--format", "postfix"];
        mailbox.run(words).exits(0).stdout
    };
    let (told, alone) = (table(), format!("{0} {0}", mailbox.address));
    let line = format!("{0} {1},{0}", mailbox.address, mailbox.alice());
    assert!(told.lines().any(|told| told == line), "{line} {told}");
    mailbox.revoke([mailbox.alice()]).exits(0);
    let told = table();
    assert!(told.lines().any(|told| told == alone), "{alone} {told}");
}
