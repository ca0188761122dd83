//! Both reaches, whatever the server's prefixes and separators are.

use crate::provider::mailbox::local;
use crate::provider::{Client, Cyrus, Dovecot, Mailbox, PASSWORD, Provider, Ran, run};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];

/// The whole journey on a mailbox of this provider: granted, proved, shown, revoked, proved.
fn journey(provider: &Provider) {
    let mailbox = Mailbox::on(provider, &FOLDERS, 1);
    let alice = mailbox.alice();
    mailbox
        .grant([alice, "--write", "--subscribe"])
        .exits(0)
        .says("write on 4 folders")
        .says("verified");
    for folder in ["INBOX", "Sent", "Archive", "Archive/2025"] {
        assert_eq!(
            mailbox.rights(alice, folder).as_deref(),
            Some("ilprsw"),
            "{folder}"
        );
    }
    let shown = mailbox
        .run(["show", &mailbox.address, "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(
        shown["folders"],
        serde_json::json!(["INBOX", "Archive", "Archive/2025", "Sent"])
    );
    mailbox
        .run(["folder", "create", &mailbox.address, "Plans/2026"])
        .exits(0);
    assert_eq!(
        mailbox.rights(alice, "Plans/2026").as_deref(),
        Some("ilprsw")
    );
    let explained = mailbox
        .run(["explain", &mailbox.address, alice, "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(explained["path"], mailbox.seen("INBOX"), "{explained:#}");
    mailbox.revoke([alice]).exits(0).says("verified");
    assert_eq!(mailbox.rights(alice, "Archive/2025"), None);
}

/// The profile without this key.
fn without(provider: &Provider, key: &str) -> String {
    let config = std::fs::read_to_string(provider.config_path()).unwrap();
    let lines = config.lines().filter(|line| !line.starts_with(key));
    let path = provider.dir().join(format!("without-{key}.toml"));
    std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A run as somebody who is no administrator.
fn run_as<const N: usize>(provider: &Provider, person: &str, words: [&str; N]) -> Ran {
    let mut command = provider.sharemail();
    command.env("SHAREMAIL_PASSWORD", PASSWORD);
    run::run(
        command.args(["--user", person, "--reach", "namespace"]),
        words,
    )
}

#[test]
fn a_dovecot_master_user_by_login_name() {
    journey(Dovecot::running());
}

#[test]
fn a_dovecot_master_user_by_authorisation_identity() {
    journey(&Dovecot::with(&["--authzid"]));
}

#[test]
fn a_dovecot_with_dots_between_folders() {
    journey(&Dovecot::with(&["--separator", "."]));
}

#[test]
fn a_cyrus_with_slashes_between_folders() {
    journey(Cyrus::running());
}

#[test]
fn a_cyrus_with_dots_between_folders() {
    journey(&Cyrus::with(&["--netnews"]));
}

#[test]
fn a_cyrus_with_virtual_domains() {
    journey(&Cyrus::with(&["--virtdomains"]));
}

#[test]
fn a_dot_in_a_name_is_no_separator() {
    for options in [&["--netnews"][..], &[]] {
        let cyrus = Cyrus::with(options);
        let mut people = cyrus.fresh_all(&["first.last", "any.body"]);
        let (address, alice) = (people.remove(0), people.remove(0));
        cyrus
            .run(["grant", &address, &alice, "--write", "--no-send"])
            .exits(0)
            .says("verified");
        let mut session = Client::login(&cyrus, &alice, PASSWORD);
        let seen = session.list("Other Users*");
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(session.myrights(&seen[0]).as_deref(), Some("ilprsw"));
    }
}

#[test]
fn a_reach_that_the_profile_leaves_out_is_found_out() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let config = without(provider, "reach");
        let mailbox = Mailbox::on(provider, &FOLDERS, 1);
        let ran = mailbox
            .grant([mailbox.alice(), "--write", "--config", &config])
            .exits(0);
        ran.says("verified");
        assert_eq!(
            mailbox.rights(mailbox.alice(), "Sent").as_deref(),
            Some("ilprsw")
        );
    }
}

#[test]
fn a_way_to_impersonate_that_the_profile_leaves_out_is_found_out() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let config = without(provider, "impersonate");
        let mailbox = Mailbox::on(provider, &FOLDERS, 1);
        let ran = mailbox
            .grant([mailbox.alice(), "--write", "--config", &config])
            .exits(0);
        ran.says("verified");
    }
}

#[test]
fn where_nobody_can_be_impersonated_the_grant_is_stored_and_said_not_to_be_verified() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    admin.create("Public/Team");
    admin.create("Public/Team/Plans");
    let ran = dovecot
        .run(["grant", "Public/Team", "bob", "--write"])
        .exits(0);
    ran.says("write on 2 folders").says("not verified");
    let mut bob = Client::login(&dovecot, "bob@example.test", PASSWORD);
    assert_eq!(bob.myrights("Public/Team/Plans").as_deref(), Some("ilprsw"));
}

#[test]
fn a_public_namespace_beside_impersonation_is_reached_by_its_path() {
    let dovecot = Dovecot::start();
    let mut admin = Client::admin(&dovecot);
    for name in ["Public/Team", "Public/Team/Plans", "Public/Teams"] {
        admin.create(name);
    }
    let words = [
        "grant",
        "Public/Team",
        "bob",
        "--write",
        "--reach",
        "namespace",
    ];
    dovecot
        .run(words)
        .exits(0)
        .says("write on 2 folders")
        .says("verified as bob");
    let mut bob = Client::login(&dovecot, "bob@example.test", PASSWORD);
    assert_eq!(
        bob.list("Public/*"),
        [
            "Public/Team",
            "Public/Team/Identities/Send on Behalf",
            "Public/Team/Plans"
        ]
    );
}

#[test]
fn a_mailbox_may_be_named_by_its_path() {
    let mailbox = Mailbox::on(Cyrus::running(), &FOLDERS, 1);
    let path = mailbox.owned("INBOX");
    mailbox
        .run(["grant", &path, mailbox.alice(), "--write"])
        .exits(0)
        .says("verified");
    assert_eq!(
        mailbox.rights(mailbox.alice(), "Sent").as_deref(),
        Some("ilprsw")
    );
    mailbox.run(["show", &path]).exits(0).says("4 folders");
}

#[test]
fn a_member_with_full_access_shares_further_without_being_an_administrator() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailbox = Mailbox::on(provider, &FOLDERS, 3);
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        mailbox.grant([alice, "--full-access"]).exits(0);
        mailbox.grant([bob, "--write"]).exits(0);
        let share = ["grant", &mailbox.address, carol, "--read-only"];
        run_as(provider, alice, share)
            .exits(0)
            .says("read-only on 4 folders");
        assert_eq!(mailbox.rights(carol, "Sent").as_deref(), Some("lrs"));
        let refused = run_as(provider, bob, ["grant", &mailbox.address, carol, "--write"]);
        assert_ne!(refused.code, Some(0), "{refused:?}");
        assert_eq!(mailbox.rights(carol, "Sent").as_deref(), Some("lrs"));
        assert!(refused.stderr.contains(local(&mailbox.address)) || !refused.stdout.is_empty());
    }
}

#[test]
fn nobody_without_a_grant_reaches_the_mailbox() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailbox = Mailbox::on(provider, &FOLDERS, 2);
        for words in [["show", &mailbox.address], ["check", &mailbox.address]] {
            let ran = run_as(provider, mailbox.bob(), words);
            assert!([Some(67), Some(77), Some(3)].contains(&ran.code), "{ran:?}");
        }
    }
}
