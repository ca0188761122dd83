//! `sharemail create`, compared with what the servers hold.

use crate::provider::toy::IDENTITIES;
use crate::provider::{Client, Cyrus, Dovecot, Kind, Mailbox, PASSWORD, on_both};

const STANDARD: [&str; 5] = ["Archive", "Drafts", "INBOX", "Sent", "Trash"];

/// The folders of a mailbox in its owner's own session.
fn folders(mailbox: &Mailbox) -> Vec<String> {
    let mut session = mailbox.member(&mailbox.address);
    let mut folders = session.list("*");
    folders.retain(|name| !name.starts_with("Other Users"));
    folders.sort_unstable();
    folders
}

/// A mailbox that the server has not heard of; on Cyrus its user exists without one.
fn unmade(name: &str) -> Mailbox<'static> {
    let cyrus = Cyrus::running();
    cyrus.add_user(name, &[]);
    let address = format!("{name}@example.test");
    let user = format!("user/{name}");
    let mut admin = Client::admin(cyrus);
    admin.setacl(&user, "cyrus", "lrswipkxtea");
    admin.ok(&format!("DELETE {user}"));
    Mailbox {
        provider: cyrus,
        address,
        people: Vec::new(),
    }
}

#[test]
fn a_mailbox_is_made_with_its_folders_and_rights_for_nobody() {
    let mailbox = unmade("made");
    mailbox.run(["create", "made@"]).exits(0).says("made");
    let mut all = [STANDARD.as_slice(), &IDENTITIES].concat();
    all.sort_unstable();
    assert_eq!(folders(&mailbox), all);
    for folder in all {
        assert!(
            mailbox.entries(folder).is_empty(),
            "{folder}: {:?}",
            mailbox.entries(folder)
        );
    }
    let mut alice = mailbox.member("alice@example.test");
    assert_eq!(alice.list("Other Users/made*"), [""; 0]);
}

#[test]
fn special_use_is_set_where_the_server_can() {
    let mailbox = unmade("special");
    mailbox.run(["create", "special@"]).exits(0);
    let listed = mailbox
        .member(&mailbox.address)
        .ok("LIST \"\" \"*\" RETURN (SPECIAL-USE)");
    for (mark, name) in [
        ("\\Sent", "Sent"),
        ("\\Drafts", "Drafts"),
        ("\\Trash", "Trash"),
        ("\\Archive", "Archive"),
    ] {
        let line = listed
            .lines()
            .find(|line| line.trim_end().ends_with(name))
            .unwrap();
        assert!(line.contains(mark), "{line}");
    }
}

#[test]
fn an_account_gets_its_folders_under_impersonation() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    mailbox
        .run(["create", &mailbox.address, "--folder", "Invoices/2025"])
        .exits(0);
    let all = [
        "Archive",
        "Drafts",
        "INBOX",
        "Identities",
        "Identities/Send As",
        "Identities/Send on Behalf",
        "Invoices",
        "Invoices/2025",
        "Sent",
        "Trash",
    ];
    assert_eq!(folders(&mailbox), all);
    assert!(all.iter().all(|folder| mailbox.entries(folder).is_empty()));
}

#[test]
fn an_account_that_does_not_exist_has_to_be_made_at_the_provider() {
    Dovecot::running()
        .run(["create", "nothing@"])
        .exits(67)
        .says("nothing@example.test")
        .says("create it there");
}

#[test]
fn a_second_run_sends_no_change() {
    for mailbox in on_both(&[], 0) {
        if !mailbox.provider.sets_quota() {
            mailbox.run(["create", &mailbox.address]).exits(0);
            let ran = mailbox.run(["create", &mailbox.address, "-vv"]).exits(0);
            assert_eq!(ran.changes(), [""; 0]);
            continue;
        }
        mailbox
            .run(["create", &mailbox.address, "--quota", "5MiB"])
            .exits(0);
        let ran = mailbox
            .run(["create", &mailbox.address, "--quota", "5MiB", "-vv"])
            .exits(0);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("nothing to do");
    }
}

#[test]
fn a_dry_run_changes_nothing_and_tells_the_plan() {
    let before = on_both(&[], 0);
    for mailbox in &before {
        let ran = mailbox
            .run(["create", &mailbox.address, "--dry-run", "-vv"])
            .exits(0);
        assert_eq!(ran.changes(), [""; 0]);
        ran.says("Sent").says("Trash");
        assert_eq!(folders(mailbox), ["INBOX"]);
    }
    let mailbox = unmade("dry");
    mailbox
        .run(["create", "dry@", "--dry-run", "--detailed-exitcode"])
        .exits(2);
    assert_eq!(Client::admin(Cyrus::running()).list("user/dry"), [""; 0]);
}

#[test]
fn a_quota_is_set_and_holds() {
    for mailbox in on_both(&[], 0) {
        if !mailbox.provider.sets_quota() {
            let ran = mailbox.run(["create", &mailbox.address, "--quota", "5MiB", "-vv"]);
            assert_eq!(ran.changes(), [""; 0]);
            ran.exits(77)
                .says("takes no limits of storage")
                .says("quota_storage_size");
            // What it has already needs no setting.
            let same = ["create", &mailbox.address, "--quota", "1GiB"];
            mailbox.run(same).exits(0);
            continue;
        }
        mailbox
            .run(["create", &mailbox.address, "--quota", "5MiB"])
            .exits(0);
        let mut owner = mailbox.member(&mailbox.address);
        assert!(owner.ok("GETQUOTAROOT INBOX").contains(" 5120)"));
        mailbox
            .run(["create", &mailbox.address, "--quota", "five"])
            .exits(64);
    }
}

#[test]
fn folders_with_odd_names_are_made() {
    for mailbox in on_both(&[], 0) {
        let name = "Entwürfe & Ideen 📥/下書き";
        mailbox
            .run(["create", &mailbox.address, "--folder", name])
            .exits(0);
        let wire = crate::provider::client::utf7(name);
        assert!(folders(&mailbox).contains(&wire), "{:?}", folders(&mailbox));
    }
}

#[test]
fn those_who_share_the_mailbox_reach_the_folders_that_come_later() {
    for mailbox in on_both(&[], 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        mailbox.run(["create", &mailbox.address]).exits(0);
        assert_eq!(
            mailbox.rights(mailbox.alice(), "Trash").as_deref(),
            Some("ilprsw")
        );
    }
}

#[test]
fn a_new_mailbox_can_be_shared_at_once() {
    let mailbox = unmade("fresh");
    mailbox.run(["create", "fresh@"]).exits(0);
    mailbox
        .grant(["alice", "--write"])
        .exits(0)
        .says("write on 5 folders")
        .says("verified");
    assert_eq!(
        mailbox.rights("alice@example.test", "Sent").as_deref(),
        Some("ilprsw")
    );
}

#[test]
fn mailboxes_are_made_where_the_domain_and_a_dot_belong_to_the_name() {
    for options in [["--virtdomains", "--empty"], ["--netnews", "--empty"]] {
        let cyrus = Cyrus::with(&options);
        let mailbox = Mailbox {
            provider: &cyrus,
            address: "support@example.test".to_owned(),
            people: Vec::new(),
        };
        mailbox
            .run(["create", "support@", "--folder", "Archive/2025"])
            .exits(0);
        let mut admin = Client::admin(&cyrus);
        let wanted = mailbox.owned("Archive/2025");
        assert!(
            admin.list("*").contains(&wanted),
            "{wanted}: {:?}",
            admin.list("*")
        );
        assert!(mailbox.entries("Archive/2025").is_empty());
    }
}

#[test]
fn a_mailbox_is_made_in_a_public_namespace() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    dovecot
        .run(["create", "Public/Team", "--folder", "Plans"])
        .exits(0);
    let mut admin = Client::login(&dovecot, "admin", PASSWORD);
    let names = admin.list("Public/*");
    assert!(names.contains(&"Public/Team/Plans".to_owned()), "{names:?}");
    assert!(names.contains(&"Public/Team/Sent".to_owned()), "{names:?}");
    assert_eq!(dovecot.kind(), Kind::Dovecot);
}

#[test]
fn a_quota_leaves_other_limits_alone_and_stays_below_what_servers_take() {
    let mailbox = Mailbox::on(Cyrus::running(), &[], 0);
    let root = mailbox.owned("INBOX");
    mailbox
        .owner()
        .ok(&format!("SETQUOTA {root} (STORAGE 1000 MESSAGE 50)"));
    mailbox
        .run(["create", &mailbox.address, "--quota", "5MiB"])
        .exits(0);
    let quota = mailbox.owner().ok(&format!("GETQUOTA {root}"));
    assert!(
        quota.contains(" 5120") && quota.contains("MESSAGE 0 50"),
        "{quota}"
    );
    let ran = mailbox.run(["create", &mailbox.address, "--quota", "3TiB"]);
    assert_ne!(ran.code, Some(0), "{ran:?}");
    ran.says("more than servers take");
    assert!(
        mailbox
            .owner()
            .ok(&format!("GETQUOTA {root}"))
            .contains(" 5120")
    );
}
