//! `sharemail export`: what mailboxes are like, as the file that makes them so.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::str::FromStr;

use crate::provider::{Cyrus, Dovecot, Kind, Mailbox, Provider, Ran, Toy};

const FOLDERS: [&str; 4] = [
    "Archive",
    "Archive/2025",
    "Entwürfe 'alt', [x] = \"#1\"",
    "Sent",
];

fn export(mailbox: &Mailbox, words: &[&str]) -> Ran {
    let first = ["export", mailbox.address.as_str()];
    mailbox.provider.run(first.iter().chain(words))
}

/// Gives this rights, as the server itself spells it, behind sharemail's back.
fn set(mailbox: &Mailbox, folder: &str, identifier: &str, rights: &str) {
    mailbox
        .owner()
        .setacl(&mailbox.owned(folder), identifier, rights);
}

fn group(provider: &Provider) -> &'static str {
    match provider.kind() {
        Kind::Dovecot => "$helpdesk",
        _ => "group:staff",
    }
}

/// A mailbox with everything that a file can say.
fn rich(provider: &Provider) -> Mailbox<'_> {
    let folders: Vec<&str> = match provider.kind() {
        // It stores them damaged, or takes them for something else.
        Kind::Cyrus => vec![
            "Archive",
            "Archive/2025",
            "Entwürfe 'alt', [x] = #1",
            "Sent",
        ],
        _ => FOLDERS.to_vec(),
    };
    let mailbox = Mailbox::on(provider, &folders, 3);
    let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].clone());
    mailbox
        .grant([&alice, "--full-access", "--send-as"])
        .exits(0);
    mailbox.grant([&bob, "--write"]).exits(0);
    mailbox
        .grant([&bob, "--read-only", "--folder", "Archive"])
        .exits(0);
    mailbox.revoke([&alice, "--folder", "Sent"]).exits(0);
    mailbox.set("Sent", &carol, "lrswt");
    set(&mailbox, "INBOX", group(provider), "lrs");
    set(
        &mailbox,
        "INBOX",
        &format!("-{}", mailbox.spelled(&bob)),
        "w",
    );
    set(&mailbox, folders[2], "odd name's", "lr");
    mailbox
}

#[test]
fn everything_that_a_file_can_say_is_written() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let mailbox = rich(provider);
        let [alice, bob, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        let ran = export(&mailbox, &[]).exits(0);
        assert!(ran.stderr.is_empty(), "{ran:?}");
        let odd = match provider.kind() {
            Kind::Cyrus => "Entwürfe 'alt', [x] = #1",
            _ => "Entwürfe 'alt', [x] = \\\"#1\\\"",
        };
        let group = if provider.kind() == Kind::Dovecot {
            "helpdesk"
        } else {
            "staff"
        };
        let support = &mailbox.address;
        let expected = format!(
            "# What shared mailboxes are like, as sharemail export found them.\n\
             \n\
             [mailbox.\"{support}\"]\n\
             folders = [\"Archive\", \"{odd}\", \"Sent\", \"Archive/2025\"]\n\
             full-access = [\"{alice}\"]\n\
             write = [\"{bob}\"]\n\
             send-as = [\"{alice}\"]\n\
             send-on-behalf = [\"{bob}\"]\n\
             \n\
             [mailbox.\"{support}\".folder.\"Archive\"]\n\
             read-only = [\"{bob}\"]\n\
             \n\
             [mailbox.\"{support}\".folder.\"Archive/2025\"]\n\
             read-only = [\"{bob}\"]\n\
             \n\
             [mailbox.\"{support}\".folder.\"{odd}\"]\n\
             rights = {{ \"id:odd name's\" = \"lr\" }}\n\
             \n\
             [mailbox.\"{support}\".folder.\"INBOX\"]\n\
             read-only = [\"group:{group}\"]\n\
             rights = {{ \"id:-{}\" = \"w\" }}\n\
             \n\
             [mailbox.\"{support}\".folder.\"Sent\"]\n\
             none = [\"{alice}\"]\n\
             rights = {{ \"{carol}\" = \"lrswt\" }}\n",
            mailbox.spelled(bob)
        );
        assert_eq!(without_quota(&ran.stdout), expected);
        // The same state gives the same bytes, however it is read.
        assert_eq!(export(&mailbox, &["--connections", "1"]).stdout, ran.stdout);
    }
}

/// Without the limit of storage, which is the server's.
fn without_quota(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("quota = "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_file_is_private_whole_and_in_the_form_of_its_name() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 1);
    mailbox.grant([mailbox.alice(), "--read-only"]).exits(0);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let ran = export(&mailbox, &["--out", &path("a.toml")]).exits(0);
    assert!(
        ran.stdout.is_empty() && ran.stderr.contains("1 mailbox written to"),
        "{ran:?}"
    );
    let mode = fs::metadata(path("a.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(path("a.toml")).unwrap();
    assert_eq!(text, export(&mailbox, &[]).stdout);
    export(&mailbox, &["--out", &path("a.json"), "--quiet"]).exits(0);
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(path("a.json")).unwrap()).unwrap();
    assert_eq!(
        json["mailbox"][&mailbox.address]["read-only"][0],
        mailbox.alice()
    );
    assert_eq!(export(&mailbox, &["--format", "json"]).json(), json);
    // What cannot be written is told before anything is read.
    let ran = export(&mailbox, &["--out", &path("none/a.toml"), "-vv"]).exits(64);
    assert!(ran.sent().is_empty(), "{ran:?}");
}

#[test]
fn what_cannot_be_told_is_named_and_the_rest_is_written() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 2);
    let (alice, mallory) = (mailbox.alice(), mailbox.bob());
    mailbox.grant([alice, "--read-only", "--send-as"]).exits(0);
    mailbox.grant([mallory, "--full-access"]).exits(0);
    mailbox.set("Identities/Send As", mallory, "lpa");
    let ran = export(&mailbox, &[]).exits(0);
    let remark = format!("Send As is not believed and left out: {mallory} holds");
    assert!(ran.stdout.contains(&format!("# {remark}")), "{ran:?}");
    assert!(ran.stderr.contains(&remark), "{ran:?}");
    assert!(!ran.stdout.contains("send-as"), "{ran:?}");
    let words = ["export", &mailbox.address, "nothing@example.test"];
    let ran = mailbox.provider.run(words).exits(3);
    assert!(
        ran.stdout.contains("\n# nothing@example.test: left out: "),
        "{ran:?}"
    );
    assert!(
        ran.stdout.contains(&format!("read-only = [\"{alice}\"]")),
        "{ran:?}"
    );
    mailbox
        .provider
        .run(["export", "nothing@example.test"])
        .exits(67);
}

#[test]
fn nothing_that_a_server_says_ends_a_line_or_a_text() {
    let evil = "x\\\"]\\nwrite = [\\\"mallory";
    let toy = Toy::twisted(&["Sent"], move |peer, line, _| {
        let asked = line.contains("GETACL \"Sent\"");
        if asked {
            peer.send(format!(
                "* ACL \"Sent\" \"{evil}\" lrs {{9}}\r\na\nb = \"c\u{1b} lrs \"\u{202e}d\" lrs\r\n"
            ));
            peer.ok("done");
        }
        asked
    });
    let ran = toy.run(["export", "support@"]).exits(0);
    let sane = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}';
    assert!(ran.stdout.chars().all(sane), "{ran:?}");
    let value =
        toml::Table::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{ran:?}"));
    let sent = &value["mailbox"]["support@example.test"]["folder"]["Sent"];
    assert_eq!(sent["read-only"].as_array().unwrap().len(), 2, "{ran:?}");
    assert!(sent.get("write").is_none(), "{ran:?}");
}
