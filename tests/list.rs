//! `sharemail list`, compared with what the servers hold.

use serde_json::Value;

use crate::provider::{Client, Cyrus, Dovecot, Mailbox, Provider, Ran};

/// `list` as JSON, with `mailboxes` in the profile.
fn list(provider: &Provider, mailboxes: &str, words: &[&str]) -> Ran {
    let config = std::fs::read_to_string(provider.config_path()).unwrap();
    let domain = "domain = \"example.test\"\n";
    let config = config.replace(domain, &format!("{domain}mailboxes = [{mailboxes}]\n"));
    let path = provider
        .dir()
        .join(format!("list-{}.toml", mailboxes.len()));
    std::fs::write(&path, config).unwrap();
    let config = ["list", "--config", path.to_str().unwrap()];
    provider.run(config.iter().chain(words))
}

/// What `list` says of one mailbox.
fn mailbox<'a>(listed: &'a Value, name: &str) -> &'a Value {
    let mailboxes = listed["mailboxes"].as_array().unwrap();
    let found = mailboxes.iter().find(|mailbox| mailbox["mailbox"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {listed:#}"))
}

#[test]
fn a_namespace_shows_every_mailbox() {
    let cyrus = Cyrus::start();
    let shared = Mailbox::on(&cyrus, &["Sent", "Archive"], 1);
    shared.grant([shared.alice(), "--write"]).exits(0);
    shared
        .member(&shared.address)
        .append("INBOX", "Subject: hello\n\nworld\n");
    cyrus
        .run(["list"])
        .exits(0)
        .says(&shared.address)
        .says("billing@example.test");
    let listed = cyrus.run(["list", "-o", "json"]).exits(0).json();
    let ours = mailbox(&listed, &shared.address);
    assert_eq!([&ours["folders"], &ours["messages"]], [3, 1]);
    assert_eq!(listed["mailboxes"].as_array().unwrap().len(), 13);
    assert_eq!(listed["failures"].as_array().unwrap().len(), 0);
}

#[test]
fn under_impersonation_the_profile_names_the_mailboxes() {
    let dovecot = Dovecot::running();
    let shared = Mailbox::on(dovecot, &["Sent", "Archive"], 1);
    shared.grant([shared.alice(), "--write"]).exits(0);
    let names = format!("\"sales@\", \"{}\"", shared.address);
    let listed = list(dovecot, &names, &["-o", "json"]).exits(0).json();
    let ours = mailbox(&listed, &shared.address);
    assert_eq!(
        [&ours["folders"], &ours["members"], &ours["messages"]],
        [3, 1, 0]
    );
    assert_eq!(ours["storage_limit"], 1_048_576);
    mailbox(&listed, "sales@example.test");
    assert_eq!(listed["mailboxes"].as_array().unwrap().len(), 2);
}

#[test]
fn without_names_under_impersonation_it_says_what_to_do() {
    let ran = Dovecot::running().run(["list"]).exits(78);
    ran.says("IMAP cannot list accounts").says("mailboxes = [");
}

#[test]
fn a_mailbox_that_cannot_be_opened_does_not_hide_the_others() {
    let ran = list(Dovecot::running(), "\"nothing@\", \"sales@\"", &[]).exits(3);
    ran.says("sales@example.test").says("nothing@example.test");
}

#[test]
fn a_public_namespace_shows_its_mailboxes() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    admin.create("Public/Team");
    admin.create("Public/Team/2025");
    admin.create("Public/Board");
    let listed = dovecot.run(["list", "-o", "json"]).exits(0).json();
    assert_eq!(mailbox(&listed, "Public/Team")["folders"], 2);
    assert_eq!(mailbox(&listed, "Public/Board")["folders"], 1);
}

#[test]
fn every_format_tells_the_same() {
    let cyrus = Cyrus::running();
    let csv = cyrus.run(["list", "-o", "csv"]).exits(0).stdout;
    assert!(csv.starts_with(
        "mailbox,folders,members,messages,storage_used,storage_limit,send_as,send_on_behalf\n"
    ));
    assert!(
        csv.lines()
            .any(|line| line.starts_with("office@example.test,1,")),
        "{csv}"
    );
}

#[test]
fn a_mailbox_with_folders_is_listed_once_with_virtual_domains() {
    let cyrus = Cyrus::with(&["--virtdomains"]);
    let shared = Mailbox::on(&cyrus, &["Sent", "Archive/2025"], 1);
    shared.grant([shared.alice(), "--write"]).exits(0);
    let listed = cyrus.run(["list", "-o", "json"]).exits(0).json();
    let all = listed["mailboxes"].as_array().unwrap();
    let ours = all.iter().filter(|m| m["mailbox"] == *shared.address);
    let ours: Vec<_> = ours.map(|m| (&m["folders"], &m["members"])).collect();
    assert_eq!(ours, [(&4.into(), &1.into())], "{listed:#}");
    cyrus.run(["check"]).exits(0).says_not("finding");
}
