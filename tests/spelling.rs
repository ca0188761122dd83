//! How people are spelled where the profile does not say so: by what the server shows.

use std::fs;

use crate::provider::mailbox::local;
use crate::provider::{Client, Cyrus, Dovecot, Mailbox, PASSWORD, Provider, Ran, run};

/// Runs sharemail as a member with full access, whom the server shows no domains.
fn as_member<const N: usize>(mailbox: &Mailbox, member: &str, words: [&str; N]) -> Ran {
    let mut command = mailbox.provider.sharemail();
    command.env("SHAREMAIL_IMAP_USER", member);
    command.env("SHAREMAIL_PASSWORD", PASSWORD);
    run::run(&mut command, words)
}

/// The identifiers of a folder, as the administrator sees them.
fn named(mailbox: &Mailbox, folder: &str) -> Vec<String> {
    mailbox.entries(folder).into_keys().collect()
}

fn set_ups() -> [&'static Provider; 3] {
    [
        Cyrus::two_domains(),
        Cyrus::two_domains_with_dots(),
        Cyrus::default_domain(),
    ]
}

#[test]
fn a_member_with_full_access_takes_the_entry_that_counts() {
    for provider in set_ups() {
        let mailbox = Mailbox::on(provider, &["Sent"], 3);
        let [alice, _, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        for folder in ["INBOX", "Sent"] {
            mailbox.set(folder, alice, "lrswipkxtea");
            mailbox.set(folder, carol, "lrs");
        }
        assert!(mailbox.rights(carol, "Sent").is_some());
        as_member(&mailbox, alice, ["revoke", &mailbox.address, carol])
            .exits(0)
            .says_not("had no entry");
        assert_eq!(named(&mailbox, "Sent"), [mailbox.spelled(alice)]);
        assert_eq!(mailbox.rights(carol, "INBOX"), None);
        assert_eq!(mailbox.rights(carol, "Sent"), None);
    }
}

#[test]
fn what_such_a_member_gives_is_had() {
    for provider in set_ups() {
        let mailbox = Mailbox::on(provider, &["Sent"], 2);
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        for folder in ["INBOX", "Sent"] {
            mailbox.set(folder, alice, "lrswipkxtea");
        }
        as_member(
            &mailbox,
            alice,
            ["grant", &mailbox.address, local(bob), "--read-only"],
        )
        .exits(0);
        let mut both = [mailbox.spelled(alice), mailbox.spelled(bob)];
        both.sort_unstable();
        assert_eq!(named(&mailbox, "Sent"), both);
        assert_eq!(mailbox.rights(bob, "Sent").as_deref(), Some("lrs"));
        let shown = as_member(&mailbox, alice, ["show", &mailbox.address, "-o", "json"]);
        let shown = shown.exits(0).json();
        let members = shown["members"].as_array().unwrap();
        let owners = mailbox.spelled(&mailbox.address);
        assert!(
            members.iter().all(|m| m["identifier"] != owners),
            "{shown:#}"
        );
    }
}

#[test]
fn a_member_names_nobody_of_another_domain() {
    for provider in [Cyrus::two_domains(), Cyrus::default_domain()] {
        let mailbox = Mailbox::on(provider, &[], 2);
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.set("INBOX", alice, "lrswipkxtea");
        mailbox.set("INBOX", bob, "lrs");
        let stranger = format!("{}@elsewhere.test", local(bob));
        as_member(&mailbox, alice, ["revoke", &mailbox.address, &stranger])
            .exits(0)
            .says("had no entry");
        assert!(mailbox.rights(bob, "INBOX").is_some());
    }
}

#[test]
fn a_profile_that_the_server_contradicts_gives_nothing_to_anybody() {
    for (provider, wrong, right) in [
        (Cyrus::two_domains(), "local-part", "address"),
        (Cyrus::default_domain(), "address", "local-part"),
    ] {
        let mailbox = Mailbox::on(provider, &["Sent"], 2);
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.set("INBOX", alice, "lrs");
        let address = &*mailbox.address;
        let file = provider.dir().join(format!("wrong-{address}.toml"));
        fs::write(
            &file,
            format!("[mailbox.\"{address}\"]\nread-only = [\"{bob}\"]\n"),
        )
        .unwrap();
        let file = file.to_str().unwrap();
        let owned = mailbox.owned("INBOX");
        let before = mailbox.owner().getacl(&owned);
        for words in [
            vec!["doctor", address],
            vec!["grant", address, bob, "--read-only"],
            vec!["revoke", address, alice],
            vec!["explain", address, alice],
            vec!["apply", "-f", file, "--yes"],
            vec!["access", "copy", alice, bob, "--mailbox", address],
        ] {
            let mut command = provider.sharemail();
            command.env("SHAREMAIL_IDENTIFIER", wrong);
            run::run(&mut command, words)
                .exits(67)
                .says("would be stored and give nothing")
                .says(&format!("identifier = \"{right}\""));
        }
        assert_eq!(mailbox.owner().getacl(&owned), before);
    }
}

#[test]
fn a_public_folder_spells_people_as_its_entries_do() {
    let dovecot = Dovecot::without_domains();
    let mut admin = Client::admin(dovecot);
    let folder = "Public/Spelled";
    admin.create(folder);
    admin.setacl(folder, "admin", "lrswipkxtea");
    admin.setacl(folder, "bob", "lrs");
    let run = |words: [&str; 3]| {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_REACH", "namespace");
        run::run(&mut command, [words[0], folder, words[1], words[2]])
    };
    run(["grant", "carol", "--read-only"]).exits(0);
    assert_eq!(admin.getacl(folder)["carol"], "lrs");
    run(["revoke", "bob", "-q"]).exits(0);
    let entries = admin.getacl(folder);
    assert!(!entries.contains_key("bob"), "{entries:?}");
}
