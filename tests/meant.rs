//! Names that are nowhere: whoever mistypes one is told which she probably meant, by every verb, and
//! whoever asks the wrong verb is told the right one.

use std::process::Command;

use crate::provider::client::quoted;
use crate::provider::{Client, Cyrus, Dovecot, Kind, Mailbox, on_both, run, terminal};

/// The profile's mailboxes, where the server cannot list them.
fn sharemail(mailbox: &Mailbox) -> Command {
    let mut command = mailbox.provider.sharemail();
    if mailbox.provider.kind() == Kind::Dovecot {
        command.env("SHAREMAIL_MAILBOXES", format!("{} other@", mailbox.address));
    }
    command
}

/// The mailbox as the only one of the profile.
fn alone(mailbox: &Mailbox) -> Command {
    let mut command = mailbox.provider.sharemail();
    if mailbox.provider.kind() == Kind::Dovecot {
        command.env("SHAREMAIL_MAILBOXES", &mailbox.address);
    }
    command
}

/// A name without its second-last letter before the `@`, or before the number that tests give.
fn mistyped(name: &str) -> String {
    let end = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap();
    format!("{}{}", &name[..end - 2], &name[end - 1..])
}

#[test]
fn a_mistyped_mailbox_is_told_by_every_verb_that_takes_one() {
    for mailbox in on_both(&["Sent"], 1) {
        let wrong = mistyped(&mailbox.address);
        let meant = format!("did you mean {}?", mailbox.address);
        let alice = mailbox.alice();
        for words in [
            &["show", &wrong][..],
            &["grant", &wrong, alice, "--write"],
            &["revoke", &wrong, alice],
            &["explain", &wrong, alice],
            &["check", &wrong],
            &["folder", "list", &wrong],
            &["folder", "subscribe", &wrong, alice],
            &["delete", &wrong, "--yes"],
            &["doctor", &wrong],
            &["export", &wrong],
            &["identities", &wrong],
        ] {
            let ran = run::run(&mut sharemail(&mailbox), words);
            assert!(!matches!(ran.code, Some(0)), "{words:?} {ran:?}");
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(said.contains(&meant), "{words:?}\n{ran:?}");
        }
        let far = run::run(&mut sharemail(&mailbox), ["show", "weather-forecast@"]);
        far.exits(67).says_not("did you mean");
    }
}

#[test]
fn a_mistyped_public_folder_is_told_too() {
    let dovecot = Dovecot::running();
    let mut admin = Client::admin(dovecot);
    let folder = "Public/Warehouse Team";
    admin.ok(&format!("CREATE {}", quoted(folder)));
    let mut command = dovecot.sharemail();
    command.env("SHAREMAIL_REACH", "namespace");
    let ran = run::run(&mut command, ["show", "Public/Warehose Team"]).exits(67);
    ran.says(&format!("did you mean {folder}?"));
    admin.ok(&format!("DELETE {}", quoted(folder)));
}

#[test]
fn a_mistyped_person_or_group_is_told_by_every_verb_that_takes_one() {
    for mailbox in on_both(&["Sent"], 2) {
        let (alice, address) = (mailbox.alice(), mailbox.address.as_str());
        mailbox.grant([alice, "--write"]).exits(0);
        // Cyrus takes no entry of a group that it does not know.
        let grouped = mailbox.provider.kind() == Kind::Dovecot;
        if grouped {
            mailbox.grant(["group:helpdesk", "--read-only"]).exits(0);
        }
        let wrong = mistyped(alice);
        let meant = format!("did you mean {alice}?");
        for words in [
            &["grant", address, &wrong, "--write"][..],
            &["revoke", address, &wrong],
            &["explain", address, &wrong],
            &["access", &wrong],
            &["access", "copy", &wrong, mailbox.bob(), "--yes"],
            &["access", "copy", alice, &wrong, "--yes"],
            &["offboard", &wrong, "--yes"],
        ] {
            let ran = run::run(&mut alone(&mailbox), words);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(said.contains(&meant), "{words:?}\n{ran:?}");
        }
        // Nor is she forgotten where some other mailbox could not be read.
        if grouped {
            let names = format!("{address} nobody-has-this@");
            let copy = ["access", "copy", &wrong, mailbox.bob(), "--yes"];
            let mut some = alone(&mailbox);
            let ran = run::run(some.env("SHAREMAIL_MAILBOXES", names), copy);
            ran.exits(3).says(&meant);
        }
        for words in grouped
            .then_some([
                &["revoke", address, "group:helpdeks"][..],
                &["explain", address, "group:helpdeks"],
                &["access", "group:helpdeks"],
            ])
            .into_iter()
            .flatten()
        {
            let ran = run::run(&mut alone(&mailbox), words);
            ran.says("did you mean group:helpdesk?");
        }
        // Whoever is there was not mistyped, and a stranger is nobody's namesake.
        let stranger = "xavier-of-nowhere@example.test";
        for who in [alice, mailbox.bob(), stranger] {
            mailbox
                .run(["explain", address, who])
                .says_not("did you mean");
            mailbox.revoke([who]).says_not("did you mean");
        }
    }
}

#[test]
fn a_person_is_no_mailbox_and_a_mailbox_no_person() {
    for mailbox in on_both(&["Sent"], 1) {
        let person = mailbox.alice().split('@').next().unwrap();
        let ran = run::run(&mut sharemail(&mailbox), ["show", person]).exits(67);
        ran.says(&format!("did you mean {person}@"))
            .says(&format!("sharemail access {person} tells"));
        let address = mailbox.address.as_str();
        let ran = run::run(&mut sharemail(&mailbox), ["access", address]);
        ran.says(&format!("sharemail show {address}"));
    }
    // The mailbox of a person, which is an account there.
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    let ran = mailbox.run(["show", mailbox.alice()]).exits(0);
    ran.says(&format!("sharemail access {}", mailbox.alice()));
}

#[test]
fn a_new_mailbox_is_made_whatever_it_is_like() {
    let cyrus = Cyrus::running();
    let mailbox = Mailbox::on(cyrus, &[], 0);
    let wrong = mistyped(&mailbox.address);
    let ran = cyrus.run(["create", &wrong]).exits(0);
    ran.says_not("did you mean");
    cyrus.run(["delete", &wrong, "--yes"]).exits(0);
}

#[test]
fn a_narrow_terminal_breaks_no_address() {
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent", "Archive/2026"], 2);
    let (alice, bob) = (mailbox.alice(), mailbox.bob());
    mailbox.grant([alice, "--write"]).exits(0);
    mailbox
        .grant([bob, "--read-only", "--folder", "Archive/2026"])
        .exits(0);
    for (columns, titled) in [("40", false), ("60", true), ("80", true)] {
        let mut command = alone(&mailbox);
        command.env("COLUMNS", columns);
        let ran = terminal::run(&command, &["show", &mailbox.address], "").exits(0);
        for who in [alice, bob] {
            assert!(ran.stdout.contains(who), "{columns}: {}", ran.stdout);
        }
        assert_eq!(
            ran.stdout.contains("MEMBER") && ran.stdout.matches("MEMBER").count() == 1,
            titled,
            "{}",
            ran.stdout
        );
        let most = columns.parse().unwrap();
        let ran = terminal::run(&command, &["access", alice], "").exits(0);
        assert!(ran.stdout.contains(&mailbox.address), "{}", ran.stdout);
        let table = ran.stdout.lines().filter(|line| !line.contains("hint"));
        for line in table {
            // What shows how far it is was on the line before.
            let line = line.rsplit("\u{1b}[2K").next().unwrap();
            let plain = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m"]
                .iter()
                .fold(line.to_owned(), |line, code| line.replace(code, ""));
            assert!(
                plain.trim_end().chars().count() <= most,
                "{columns}: {line:?}"
            );
        }
    }
}
