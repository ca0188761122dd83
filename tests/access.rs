//! `sharemail access`: what it lists is what the member reaches.

use serde_json::{Value, json};

use crate::provider::{Client, Cyrus, Dovecot, Mailbox, PASSWORD, Provider, on_both, run};

const FOLDERS: [&str; 2] = ["Sent", "Archive"];

fn access(provider: &Provider, who: &str) -> Value {
    provider.run(["access", who, "-o", "json"]).exits(0).json()
}

/// What it says of one mailbox.
fn of<'a>(access: &'a Value, mailbox: &str) -> Vec<&'a Value> {
    let reached = access["access"].as_array().unwrap();
    reached
        .iter()
        .filter(|row| row["mailbox"] == mailbox)
        .collect()
}

#[test]
fn what_a_member_reaches_is_listed_with_the_entry() {
    for mailbox in on_both(&FOLDERS, 2) {
        let (alice, bob) = (mailbox.alice(), mailbox.bob());
        mailbox.grant([alice, "--write"]).exits(0);
        mailbox
            .grant([bob, "--read-only", "--folder", "Sent"])
            .exits(0);
        let reached = access(mailbox.provider, alice);
        let rows = of(&reached, &mailbox.address);
        assert_eq!(rows.len(), 1, "{reached:#}");
        assert_eq!([&rows[0]["level"], &rows[0]["through"]], ["write", alice]);
        assert_eq!(rows[0]["folders"], json!(["INBOX", "Archive", "Sent"]));
        let reached = access(mailbox.provider, bob);
        assert_eq!(
            of(&reached, &mailbox.address)[0]["folders"],
            json!(["Sent"])
        );
    }
}

#[test]
fn a_member_of_a_group_reaches_what_the_group_does() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    mailbox.grant(["group:helpdesk", "--read-only"]).exits(0);
    let reached = access(mailbox.provider, "dave");
    let rows = of(&reached, &mailbox.address);
    assert_eq!(
        [&rows[0]["level"], &rows[0]["through"]],
        ["read-only", "group:helpdesk"]
    );
    let reached = access(mailbox.provider, "erin");
    assert_eq!(of(&reached, &mailbox.address).len(), 0);
}

#[test]
fn what_is_open_to_everybody_is_listed_as_that() {
    let cyrus = Cyrus::open_to_anyone();
    let mailbox = Mailbox::on(cyrus, &FOLDERS, 1);
    mailbox.grant(["anyone", "--read-only"]).exits(0);
    let reached = access(cyrus, mailbox.alice());
    assert_eq!(of(&reached, &mailbox.address)[0]["through"], "anyone");
}

#[test]
fn a_group_reaches_what_its_entries_say() {
    let cyrus = Cyrus::running();
    let mailbox = Mailbox::on(cyrus, &FOLDERS, 0);
    mailbox.grant(["group:mail", "--read-only"]).exits(0);
    let reached = access(cyrus, "group:mail");
    let rows = of(&reached, &mailbox.address);
    assert_eq!(
        [&rows[0]["level"], &rows[0]["through"]],
        ["read-only", "group:mail"]
    );
    assert_eq!(rows[0]["folders"], json!(["INBOX", "Archive", "Sent"]));
}

#[test]
fn a_member_without_any_rights_over_others_may_ask_for_herself() {
    for mailbox in on_both(&FOLDERS, 2) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let ask = |person: &str| {
            let mut command = mailbox.provider.sharemail();
            command.args(["access", "-o", "json", "--user", person]);
            command.env("SHAREMAIL_PASSWORD", PASSWORD);
            run::run(&mut command, [""; 0]).exits(0).json()
        };
        let alice = ask(mailbox.alice());
        let rows = of(&alice, &mailbox.address);
        assert_eq!(rows.len(), 1, "{alice:#}");
        assert_eq!(rows[0]["level"], "write");
        assert_eq!(rows[0]["folders"], json!(["INBOX", "Archive", "Sent"]));
        assert_eq!(of(&ask(mailbox.bob()), &mailbox.address).len(), 0);
    }
}

#[test]
fn nobody_reaches_anything_without_a_grant() {
    let dovecot = Dovecot::running();
    let lonely = dovecot.fresh("lonely");
    dovecot
        .run(["access", &lonely])
        .exits(0)
        .says("reaches no shared mailbox");
}

#[test]
fn public_folders_are_reached_too() {
    let dovecot = Dovecot::start();
    let mut admin = Client::admin(&dovecot);
    admin.create("Public/Team");
    admin.setacl("Public/Team", "bob@example.test", "lrs");
    let reached = access(&dovecot, "bob");
    assert_eq!(
        of(&reached, "Public/Team")[0]["level"],
        "read-only",
        "{reached:#}"
    );
}

#[test]
fn the_csv_has_a_row_for_each_folder() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    let csv = mailbox
        .run(["access", mailbox.alice(), "-o", "csv"])
        .exits(0)
        .stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "who,mailbox,folder,level,rights,through,listed,identities"
    );
    assert_eq!(lines.len(), 4, "{csv}");
}

#[test]
fn somebody_whom_the_server_does_not_know_is_told() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        provider.run(["access", "nobody"]).exits(67);
    }
}
