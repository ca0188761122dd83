//! Every command that is printed can be typed as it stands, and does what is said of it.

use std::process::Command;

use crate::provider::client::quoted;
use crate::provider::{Client, Cyrus, Dovecot, Kind, Mailbox, OTHER_DOMAIN, Provider, Ran, run};

/// Words of the sentence around a command, which are none of its own.
const SENTENCE: [&str; 12] = [
    "tells", "takes", "shows", "mends", "and", "or", "with", "files", "makes", "lists", "says",
    "looks",
];

/// The commands in what a run said.
pub fn commands(ran: &Ran) -> Vec<String> {
    let said = format!("{}\n{}", ran.stdout, ran.stderr);
    let mut found: Vec<String> = Vec::new();
    for line in said.lines() {
        for (at, _) in line.match_indices("sharemail ") {
            let command = up_to_the_sentence(&line[at..]);
            let is_own = at == 0 || line[..at].ends_with([' ', '"', '`', '(']);
            if is_own && command.contains(' ') && !found.contains(&command) {
                found.push(command);
            }
        }
    }
    found
}

fn up_to_the_sentence(text: &str) -> String {
    let (mut in_quotes, mut escaped) = (false, false);
    let mut end = text.len();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if escaped || c == '\\' && !in_quotes {
            escaped = !escaped;
            continue;
        }
        match c {
            '\'' => in_quotes = !in_quotes,
            ' ' | ';' | ',' | '"' | '`' | ')' if !in_quotes => {
                if SENTENCE.contains(&&text[start..at]) {
                    end = start;
                    break;
                }
                if c != ' ' {
                    end = at;
                    break;
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    text[..end].trim_end().to_owned()
}

/// The words behind `sharemail`, as a shell splits them.
pub fn shell(command: &str) -> Vec<String> {
    let rest = command.strip_prefix("sharemail ").unwrap();
    let script = format!("set -f; printf '%s\\0' {rest}");
    let said = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(said.status.success(), "{command}");
    let words = String::from_utf8(said.stdout).unwrap();
    let words = words.trim_end_matches('\0').split('\0');
    words.map(str::to_owned).collect()
}

/// Runs each of them; none may be one that cannot be typed.
fn run_all(provider: &Provider, commands: &[String]) {
    for command in commands {
        let ran = provider.run(shell(command));
        assert!(
            !matches!(ran.code, None | Some(64 | 65 | 70 | 78)),
            "{command}\n{ran:?}"
        );
    }
}

/// What `explain` offers, of both kinds.
fn explained(mailbox: &Mailbox, who: &str) -> (Ran, Vec<String>) {
    let ran = mailbox.run(["explain", &mailbox.address, who, "-o", "json"]);
    let json = ran.json();
    let lines = ["mend", "offers"].map(|key| json[key].as_array().unwrap().clone());
    let lines = lines.iter().flatten();
    let told = lines
        .map(|line| line.as_str().unwrap().to_owned())
        .collect();
    (ran, told)
}

#[test]
fn an_entry_of_somebody_elses_is_no_misspelling() {
    for provider in [Cyrus::default_domain(), Cyrus::two_domains()] {
        let mailbox = Mailbox::on(provider, &["Sent"], 1);
        let here = mailbox.alice();
        let there = format!("bob@{OTHER_DOMAIN}");
        let name = mailbox.owned("INBOX");
        let mut admin = Client::admin(provider);
        admin.setacl(&name, "bob", "lrs");
        admin.setacl(&name, &there, "lrs");
        admin.setacl(&name, mailbox.spelled(here), "lrs");
        for who in [&*there, "bob", here] {
            let (ran, told) = explained(&mailbox, who);
            let others = ran.json()["entries"].as_array().unwrap().clone();
            assert!(others.iter().all(|e| e["way"] != "misspelt"), "{others:#?}");
            assert!(!told.iter().any(|c| c.contains("revoke")), "{told:?}");
        }
        let checked = mailbox
            .run(["check", &mailbox.address, "-o", "json"])
            .json();
        assert!(!checked.to_string().contains("misspelt"), "{checked:#}");
    }
}

#[test]
fn an_entry_that_takes_away_is_offered_nothing() {
    for mailbox in crate::provider::on_both(&["Sent"], 1) {
        mailbox.grant([mailbox.alice(), "--write"]).exits(0);
        let negative = format!("-{}", mailbox.spelled(mailbox.alice()));
        mailbox
            .owner()
            .setacl(&mailbox.owned("INBOX"), &negative, "r");
        let exactly = format!("id:{negative}");
        for who in [exactly.as_str(), "id:-nosuch"] {
            let (_, told) = explained(&mailbox, who);
            assert!(!told.iter().any(|c| c.contains("grant")), "{told:?}");
            run_all(mailbox.provider, &told);
        }
        let (_, told) = explained(&mailbox, mailbox.alice());
        assert!(told.iter().any(|c| c.contains(&exactly)), "{told:?}");
        run_all(mailbox.provider, &told);
        let rights = mailbox.rights(mailbox.alice(), "INBOX").unwrap();
        assert!(rights.contains('r'), "{rights}");
    }
}

#[test]
fn anonymous_is_nobody_special_on_cyrus() {
    let mailbox = Mailbox::on(Cyrus::running(), &["Sent"], 1);
    let alice = mailbox.alice();
    for name in ["anonymous", "authenticated"] {
        let owned = mailbox.owned("INBOX");
        mailbox.owner().setacl(&owned, name, "lrs");
    }
    assert_eq!(mailbox.rights(alice, "INBOX"), None);
    let address = &*mailbox.address;
    let access = mailbox.run(["access", alice, "-o", "json"]).exits(0).json();
    assert!(
        !access["access"].to_string().contains(address),
        "{access:#}"
    );
    let (ran, _) = explained(&mailbox, alice);
    assert!(!ran.stdout.contains("everybody"), "{}", ran.stdout);
    let checked = mailbox.run(["check", address]);
    checked.says_not("everybody");
    let shown = mailbox.run(["show", address, "-o", "json"]).json();
    let members = shown["members"].as_array().unwrap();
    assert!(members.iter().all(|m| m["kind"] != "special"), "{shown:#}");
}

/// Names that need `id:`, or quotes for a shell, or both.
const ODD: [&str; 8] = [
    "Alice@Example.Test",
    "-alice",
    "-$team",
    "!$ops",
    "group:sales",
    "two words",
    "o'neil@example.test",
    "$HOME",
];

#[test]
fn what_is_told_of_odd_names_can_be_typed() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent", "It's a folder"], 1);
    for name in ODD {
        for folder in ["INBOX", "Sent"] {
            mailbox.owner().setacl(&mailbox.owned(folder), name, "lr");
        }
    }
    let shown = mailbox.run(["show", &mailbox.address, "-o", "json"]).json();
    for member in shown["members"].as_array().unwrap() {
        let who = member["who"].as_str().unwrap();
        let (ran, told) = explained(&mailbox, who);
        assert!(matches!(ran.code, Some(0 | 67)), "{who}: {ran:?}");
        assert_eq!(ran.json()["identifier"], member["identifier"], "{who}");
        run_all(mailbox.provider, &told);
    }
    for words in [
        ["check", &mailbox.address],
        ["show", &mailbox.address],
        ["list", "-q"],
    ] {
        let told = commands(&mailbox.run(words));
        run_all(mailbox.provider, &told);
    }
    for name in ODD {
        let ran = mailbox.revoke([&format!("id:{name}")]);
        run_all(mailbox.provider, &commands(&ran.exits(0)));
        assert_eq!(mailbox.stored("INBOX", name), None, "{name}");
    }
}

#[test]
fn somebody_whom_the_server_does_not_know_is_taken_away_by_what_is_told() {
    for mailbox in crate::provider::on_both(&["Sent"], 0) {
        mailbox
            .owner()
            .setacl(&mailbox.owned("INBOX"), "gone-today", "lr");
        let (ran, told) = explained(&mailbox, "id:gone-today");
        assert_eq!(ran.code, Some(67));
        assert_eq!(told.len(), 1, "{told:?}");
        let ran = mailbox.provider.run(shell(&told[0]));
        ran.exits(0);
        assert_eq!(mailbox.stored("INBOX", "gone-today"), None);
    }
}

#[test]
fn a_mailbox_with_blanks_in_its_name_is_told_in_quotes() {
    let dovecot = Dovecot::running();
    let mut admin = Client::admin(dovecot);
    let folder = "Public/Our Team's $HOME";
    admin.create(folder);
    admin.setacl(folder, "admin", "lrswipkxtea");
    admin.setacl(folder, "Bob@example.test", "lrs");
    let run = |words: &[String]| {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_REACH", "namespace");
        run::run(&mut command, words)
    };
    let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let granted = run(&words(&[
        "grant",
        folder,
        "bob@example.test",
        "--full-access",
    ]));
    let explained = run(&words(&["explain", folder, "bob"]));
    let mut told = commands(&granted);
    told.extend(commands(&explained));
    assert!(
        told.iter().any(|c| c.contains("id:Bob@example.test")),
        "{told:?}"
    );
    for command in told {
        let ran = run(&shell(&command));
        assert!(
            !matches!(ran.code, None | Some(64 | 67)),
            "{command}\n{ran:?}"
        );
    }
    assert!(!admin.getacl(folder).contains_key("Bob@example.test"));
}

#[test]
fn the_last_member_of_a_folder_of_nobodys_may_go() {
    let provider = Cyrus::running();
    assert_eq!(provider.kind(), Kind::Cyrus);
    let bob = provider.fresh("bob");
    let bare = provider.spelled(&bob);
    let folder = format!("crew-{bare}");
    let mut admin = Client::admin(provider);
    admin.ok(&format!("CREATE {}", quoted(&folder)));
    for who in admin.getacl(&folder).into_keys() {
        admin.ok(&format!("DELETEACL {folder} {}", quoted(&who)));
    }
    admin.setacl(&folder, bare, "lrswipkxtea");
    provider.run(["revoke", &folder, &bob]).exits(0);
    assert!(!admin.getacl(&folder).contains_key(bare));
    provider
        .run(["grant", &folder, &bob, "--read-only"])
        .exits(0);
    assert_eq!(admin.getacl(&folder)[bare], "lrs");
}
