//! `sharemail delete`, compared with what the servers hold.

use crate::provider::{Client, Cyrus, Dovecot, Mailbox, terminal};

const FOLDERS: [&str; 3] = ["Sent", "Archive", "Archive/2025"];

/// One with a message in it.
fn doomed() -> Mailbox<'static> {
    let mailbox = Mailbox::on(Cyrus::running(), &FOLDERS, 0);
    mailbox
        .member(&mailbox.address)
        .append("Sent", "Subject: hello\n\nworld\n");
    mailbox
}

fn left(mailbox: &Mailbox) -> Vec<String> {
    let root = mailbox.owned("INBOX");
    let mut admin = Client::admin(mailbox.provider);
    [admin.list(&root), admin.list(&format!("{root}/*"))].concat()
}

#[test]
fn a_mailbox_goes_with_everything_in_it() {
    let mailbox = doomed();
    let ran = mailbox.run(["delete", &mailbox.address, "--yes"]).exits(0);
    ran.says("4 folders and 1 message");
    assert_eq!(left(&mailbox), [""; 0]);
    mailbox.run(["delete", &mailbox.address, "--yes"]).exits(67);
}

#[test]
fn without_a_terminal_it_has_to_be_told_yes() {
    let mailbox = doomed();
    mailbox
        .run(["delete", &mailbox.address])
        .exits(64)
        .says("--yes");
    assert_eq!(left(&mailbox).len(), 4);
}

#[test]
fn a_dry_run_deletes_nothing_and_says_how_much_would_go() {
    let mailbox = doomed();
    let ran = mailbox
        .run(["delete", &mailbox.address, "--dry-run", "-vv"])
        .exits(0);
    assert_eq!(ran.changes(), [""; 0]);
    ran.says("1 message");
    assert_eq!(left(&mailbox).len(), 4);
    mailbox
        .run([
            "delete",
            &mailbox.address,
            "--dry-run",
            "--detailed-exitcode",
        ])
        .exits(2);
}

#[test]
fn an_account_is_deleted_at_the_provider() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 0);
    let ran = mailbox.run(["delete", &mailbox.address, "--yes"]).exits(1);
    ran.says("at the provider");
    mailbox.owner().ok("SELECT Archive/2025");
}

#[test]
fn others_of_a_like_name_stay() {
    let cyrus = Cyrus::start();
    let mailbox = Mailbox {
        provider: &cyrus,
        address: "info@example.test".into(),
        people: vec![],
    };
    cyrus.add_users(&["info2", "infos"], &[]);
    mailbox.make(&["Sent"]);
    mailbox.run(["delete", "info@", "--yes"]).exits(0);
    let mut left = Client::admin(&cyrus).list("user/info*");
    left.sort_unstable();
    assert_eq!(left, ["user/info2", "user/infos"]);
}

#[test]
fn a_mailbox_in_a_public_namespace_goes_with_its_folders() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    for name in [
        "Public/Team",
        "Public/Team/Plans",
        "Public/Team/Plans/2025",
        "Public/Teams",
    ] {
        admin.create(name);
    }
    dovecot
        .run(["delete", "Public/Team", "--yes"])
        .exits(0)
        .says("3 folders");
    assert_eq!(Client::admin(&dovecot).list("Public/*"), ["Public/Teams"]);
}

#[test]
fn a_person_at_a_terminal_is_asked_first() {
    let mailbox = doomed();
    let words = ["delete", mailbox.address.as_str()];
    let answer = |typed| terminal::run(&mailbox.provider.sharemail(), &words, typed);
    let ran = answer("n\n").exits(1);
    ran.says("4 folders and 1 message")
        .says("nothing was deleted");
    assert_eq!(left(&mailbox).len(), 4);
    answer("\n").exits(1);
    assert_eq!(left(&mailbox).len(), 4);
    answer("y\n").exits(0);
    assert_eq!(left(&mailbox), [""; 0]);
}
