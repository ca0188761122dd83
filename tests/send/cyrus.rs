//! The same beside a Cyrus: the mailbox is there, and a Postfix takes the mail.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use tempfile::TempDir;

use crate::provider::mail::mails;
use crate::provider::mailbox::local;
use crate::provider::{Client, Cyrus, Mail, Mailbox, Postfix, Provider, Ran, run};

/// A shared mailbox on Cyrus whose alice may send as it and carol on its behalf.
struct Office<'p> {
    mailbox: Mailbox<'p>,
    state: TempDir,
}

/// A Postfix whose people are those of the Cyrus: no other test makes any there.
fn postfix() -> &'static Provider {
    static RUNNING: OnceLock<Provider> = OnceLock::new();
    RUNNING.get_or_init(Postfix::start)
}

/// Those of one Cyrus may have the names of those of another.
fn make_known(mut people: Vec<&str>) {
    static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap();
    people.retain(|person| known.insert((*person).to_owned()));
    if !people.is_empty() {
        postfix().add_users(&people, &[]);
    }
}

impl<'p> Office<'p> {
    fn on(cyrus: &'p Provider, sent: &str) -> Office<'p> {
        let mailbox = Mailbox::on(cyrus, &[sent, "Größe & Maß"], 3);
        let [alice, _, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        let alices = [alice, "--full-access", "--send-as"];
        mailbox.grant(alices).exits(0);
        mailbox.grant([carol, "--send-on-behalf"]).exits(0);
        let everybody = mailbox.people.iter().chain([&mailbox.address]);
        make_known(everybody.map(String::as_str).collect());
        postfix().sender_owners(&mailbox.address, &[&mailbox.address, alice]);
        let state = tempfile::tempdir().unwrap();
        Office { mailbox, state }
    }

    fn person(&self, number: usize) -> &str {
        &self.mailbox.people[number]
    }

    /// The administrators of the two servers have different names.
    fn sharemail(&self) -> Command {
        let mut command = self.mailbox.provider.sharemail();
        command
            .env("XDG_STATE_HOME", self.state.path())
            .env("SHAREMAIL_SMTP_HOST", "localhost")
            .env(
                "SHAREMAIL_SMTP_PORT",
                postfix().submissions_port().to_string(),
            )
            .env("SHAREMAIL_SMTP_TLS", "implicit")
            .env("SHAREMAIL_SMTP_CA_FILE", postfix().ca_path())
            .env("SHAREMAIL_SMTP_USER", "admin")
            .env(
                "SHAREMAIL_SMTP_PASSWORD_FILE",
                postfix().dir().join("password"),
            )
            .env("SHAREMAIL_SMTP_IMPERSONATE", "{mailbox}*{admin}");
        command
    }

    fn send(&self, user: &str, words: &[&str]) -> Ran {
        self.send_by(&mut self.sharemail(), user, words)
    }

    fn send_by(&self, by: &mut Command, user: &str, words: &[&str]) -> Ran {
        let begin = ["send", &self.mailbox.address, "--user", user];
        let subject = ["--subject", "Größe 🎉", "--body", "wörld\n"];
        run::run(by, begin.iter().chain(&subject).chain(words))
    }

    /// The shared folder as a person sees it.
    fn copies(&self, person: &str, folder: &str) -> Vec<Mail> {
        mails(&mut self.mailbox.member(person), &self.mailbox.seen(folder))
    }
}

fn robin() -> String {
    postfix().fresh("robin")
}

#[test]
fn send_as_on_cyrus_files_the_copy_in_her_own_session() {
    let (office, robin, log) = (Office::on(Cyrus::running(), "Sent"), robin(), robin());
    let (alice, support) = (office.person(0), &office.mailbox.address);
    let ran = office
        .send(alice, &["--to", &robin, "--bcc", &log])
        .exits(0);
    ran.says("filed in Sent");
    let mail = postfix().mail_of(&robin).remove(0);
    assert_eq!(mail.field("From").unwrap(), *support);
    assert_eq!(mail.field("Return-Path").unwrap(), format!("<{support}>"));
    assert_eq!((mail.field("Sender"), mail.field("Bcc")), (None, None));
    assert_eq!(postfix().mail_of(&log)[0].field("Bcc"), None);
    let copies = office.copies(alice, "Sent");
    let [copy] = &copies[..] else {
        panic!("{copies:?}")
    };
    assert!(
        copy.flags.contains(&"\\Seen".to_owned()),
        "{:?}",
        copy.flags
    );
    assert_eq!(copy.field("Bcc").unwrap(), log);
    let travelled = copy.text().replace(&format!("Bcc: {log}\r\n"), "");
    assert!(mail.text().ends_with(&travelled), "{travelled}");
}

#[test]
fn send_on_behalf_on_cyrus_shows_both_and_the_copy_is_filed_for_her() {
    let (office, robin) = (Office::on(Cyrus::running(), "Sent"), robin());
    let (carol, support) = (office.person(2), &office.mailbox.address);
    // She has nothing but the identity: her session sees no Sent folder.
    office.send(carol, &["--to", &robin]).exits(0);
    let mail = postfix().mail_of(&robin).remove(0);
    assert_eq!(mail.field("From").unwrap(), *support);
    assert_eq!(mail.field("Sender").unwrap(), carol);
    assert_eq!(mail.field("Return-Path").unwrap(), format!("<{carol}>"));
    let copies = office.copies(office.person(0), "Sent");
    assert_eq!(copies.len(), 1);
    assert_eq!(copies[0].field("Sender").unwrap(), carol);
    // What has been seen Cyrus keeps for each user apart: it is so for whoever filed it.
    let mut owner = Client::impersonate(office.mailbox.provider, support);
    let copy = mails(&mut owner, "Sent").remove(0);
    assert!(copy.flags.contains(&"\\Seen".to_owned()));
    office
        .send(carol, &["--to", &robin, "--as"])
        .exits(77)
        .says("does not hold Send As");
}

#[test]
fn a_person_of_cyrus_with_a_login_of_her_own_needs_no_administrator() {
    let (office, robin) = (Office::on(Cyrus::running(), "Sent"), robin());
    let alice = office.person(0);
    let mut hers = office.sharemail();
    hers.env("SHAREMAIL_IMAP_USER", alice)
        .env("SHAREMAIL_SMTP_USER", alice)
        .env_remove("SHAREMAIL_SMTP_IMPERSONATE");
    let words = [
        "send",
        &office.mailbox.address,
        "--to",
        &robin,
        "--subject",
        "x",
        "--body",
        "x",
        "-vv",
    ];
    let ran = run::run(&mut hers, words).exits(0).says("filed in Sent");
    assert!(!ran.stderr.contains("admin") && !ran.stderr.contains("cyrus\0"));
    assert_eq!(postfix().mail_of(&robin).len(), 1);
    assert_eq!(office.copies(alice, "Sent").len(), 1);
    // Cyrus spells her without the domain, and Postfix with it.
    let mut hers = office.sharemail();
    hers.env("SHAREMAIL_IMAP_USER", local(alice))
        .env("SHAREMAIL_SMTP_USER", alice)
        .env_remove("SHAREMAIL_SMTP_IMPERSONATE");
    let asked = run::run(&mut hers, ["can-send", &office.mailbox.address]);
    asked.exits(0).says("may send as");
}

#[test]
fn nobody_on_cyrus_sends_without_an_identity_or_by_one_that_she_made() {
    let (office, robin) = (Office::on(Cyrus::running(), "Sent"), robin());
    let bob = office.person(1);
    let ran = office.send(bob, &["--to", &robin]);
    ran.exits(77)
        .says("holds neither Send As nor Send on Behalf");
    office.mailbox.set("Identities/Send As", bob, "lpa");
    let ran = office.send(bob, &["--to", &robin]).exits(77);
    ran.says("not believed").says("Identities/Send As");
    postfix().settled();
    assert!(postfix().mail_in(&robin, "INBOX").is_empty());
    assert!(office.copies(office.person(0), "Sent").is_empty());
}

#[test]
fn a_sent_folder_of_another_name_is_found_on_cyrus_by_the_owners_special_use() {
    let (office, robin) = (Office::on(Cyrus::running(), "Gesendet"), robin());
    let alice = office.person(0);
    let ran = office.send(alice, &["--to", &robin]).exits(3);
    ran.says("its copy is not filed").says("Sent folder");
    let mut owner = Client::impersonate(office.mailbox.provider, &office.mailbox.address);
    // Cyrus keeps special uses for each user apart: nobody but the owner sees it.
    owner.ok("SETMETADATA Gesendet (/private/specialuse \"\\Sent\")");
    let filed = run::run(&mut office.sharemail(), ["outbox", "file"]).exits(0);
    filed.says("filed in Gesendet");
    office
        .send(alice, &["--to", &robin])
        .exits(0)
        .says("filed in Gesendet");
    assert_eq!(office.copies(alice, "Gesendet").len(), 2);
    assert_eq!(postfix().mails_of(&robin, 2).len(), 2);
}

#[test]
fn every_kind_of_cyrus_finds_the_mailbox_and_the_folder() {
    for options in [["--netnews"], ["--virtdomains"]] {
        let cyrus = Cyrus::with(&options);
        let (office, robin) = (Office::on(&cyrus, "Sent"), robin());
        for user in [office.person(0), office.person(2)] {
            office
                .send(user, &["--to", &robin])
                .exits(0)
                .says("filed in Sent");
        }
        assert_eq!(postfix().mails_of(&robin, 2).len(), 2);
        assert_eq!(office.copies(office.person(0), "Sent").len(), 2);
    }
}
