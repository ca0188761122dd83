//! People whose login meets no answer, or one that says nothing of them: nobody is disowned for it.

use std::time::Duration;

use crate::plan::Wishes;
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Cyrus, Dovecot, Mailbox, Ran, run};

const FOLDERS: [&str; 2] = ["Sent", "Archive"];
const DROPPED: &str = "dropped the connection at the login";

/// A mailbox on each server, on which bob and carol may write, and a way to it that answers `reply`
/// to carol's login, or hangs up on it; everybody else's is taken.
fn with_carol_cut_off(reply: &'static str) -> [(Mailbox<'static>, Proxy); 2] {
    [Dovecot::running(), Cyrus::running()].map(|provider| {
        let mailbox = Mailbox::on(provider, &FOLDERS, 3);
        for folder in ["INBOX", "Sent", "Archive"] {
            let owned = mailbox.owned(folder);
            mailbox
                .owner()
                .command(&format!("DELETEACL {owned} anyone"));
        }
        for who in [mailbox.bob(), carol(&mailbox)] {
            mailbox.grant([who, "--write"]).exits(0);
        }
        let cut = Cut::Login(carol(&mailbox).to_owned(), reply);
        let proxy = Proxy::plain(provider, Duration::ZERO, Some(cut));
        (mailbox, proxy)
    })
}

fn carol<'m>(mailbox: &'m Mailbox) -> &'m str {
    &mailbox.people[2]
}

/// Runs sharemail by that way.
fn run(mailbox: &Mailbox, proxy: &Proxy, words: &[&str]) -> Ran {
    let mut command = proxy.sharemail(mailbox.provider);
    command.env("SHAREMAIL_MAILBOXES", &mailbox.address);
    run::run(&mut command, words)
}

/// By an independent client: what carol has is what she had.
#[track_caller]
fn carol_keeps(mailbox: &Mailbox) {
    for folder in ["INBOX", "Sent", "Archive"] {
        let held = mailbox.stored(folder, carol(mailbox));
        assert!(held.is_some_and(|held| held.contains('w')), "{folder}");
        let seen = mailbox.rights(carol(mailbox), folder);
        assert!(seen.is_some_and(|seen| seen.contains('w')), "{folder}");
    }
}

#[test]
fn a_dropped_login_takes_nothing_from_anybody_when_a_mailbox_is_checked() {
    for (mailbox, proxy) in with_carol_cut_off("") {
        let address = mailbox.address.as_str();
        let told = format!("{} could not be looked up: ", carol(&mailbox));
        let ran = run(&mailbox, &proxy, &["check", address]).exits(3);
        ran.says(&told).says(DROPPED).says_not("nobody whom");
        let ran = run(&mailbox, &proxy, &["check", address, "--fix", "--yes"]).exits(3);
        ran.says(&told).says_not("mended");
        carol_keeps(&mailbox);
        let checked = run(&mailbox, &proxy, &["check", address, "-o", "json"]).json();
        let checked = &checked["mailboxes"][0];
        assert_eq!(checked["people_in_doubt"][0]["who"], carol(&mailbox));
        assert_eq!(checked["people_in_doubt"][0]["may_pass"], true);
        assert_eq!(checked["people_not_looked_up"][0], carol(&mailbox));
        let review = run(&mailbox, &proxy, &["report", address, "-o", "json"]).json();
        let review = &review["mailboxes"][0];
        assert_eq!(review["people_in_doubt"][0]["who"], carol(&mailbox));
        assert_eq!(review["findings"], serde_json::json!([]));
        run(&mailbox, &proxy, &["report", address]).says(DROPPED);
    }
}

#[test]
fn what_is_given_to_somebody_whose_login_is_dropped_is_kept_and_not_verified() {
    for (mailbox, proxy) in with_carol_cut_off("") {
        let (address, carol) = (mailbox.address.as_str(), carol(&mailbox));
        let ran = run(
            &mailbox,
            &proxy,
            &["grant", address, carol, "--full-access"],
        );
        ran.exits(0)
            .says("not verified")
            .says(DROPPED)
            .says_not("undone")
            .says_not("knows no user");
        carol_keeps(&mailbox);
        assert!(mailbox.stored("Sent", carol).unwrap().contains('a'));
        let again = run(&mailbox, &proxy, &["explain", address, carol]).exits(3);
        again.says(DROPPED).says_not("nobody whom");
        let bob = mailbox.bob();
        let before = mailbox.entries("Sent");
        let ran = run(&mailbox, &proxy, &["access", "copy", bob, carol]);
        ran.exits(69).says("could not be looked up").says(DROPPED);
        assert_eq!(mailbox.entries("Sent"), before);
        let ran = run(&mailbox, &proxy, &["access", carol]).exits(3);
        ran.says("could not be looked up").says(address);
    }
}

#[test]
fn a_file_that_gives_somebody_something_whose_login_is_dropped_says_so() {
    for (mailbox, proxy) in with_carol_cut_off("") {
        let (bob, carol) = (mailbox.bob(), carol(&mailbox));
        let wishes = Wishes::of(&mailbox, &format!("write = [\"{bob}\", \"{carol}\"]\n"));
        let file = wishes.path();
        let file = file.to_str().unwrap();
        let told = format!("{carol} could not be looked up: ");
        let plan = ["plan", "-f", file, "--look-up", "all"];
        run(&mailbox, &proxy, &plan)
            .exits(0)
            .says(&told)
            .says(DROPPED);
        let apply = ["apply", "-f", file, "--yes"];
        run(&mailbox, &proxy, &apply).exits(3).says(&told);
        let check = ["check", "-f", file];
        let ran = run(&mailbox, &proxy, &check).exits(3).says(&told);
        ran.says_not("nobody whom")
            .says_not("unknown to the server");
        carol_keeps(&mailbox);
        mailbox.provider.run(check).exits(0);
    }
}

#[test]
fn whoever_leaves_is_taken_out_by_the_entries_and_what_was_not_seen_is_told() {
    for (mailbox, proxy) in with_carol_cut_off("") {
        let carol = carol(&mailbox);
        let ran = run(&mailbox, &proxy, &["offboard", carol, "--yes"]).exits(3);
        ran.says(&format!("{carol} could not be looked up: "))
            .says(DROPPED)
            .says_not("knows no user");
        assert_eq!(mailbox.stored("Sent", carol), None);
    }
}

#[test]
fn a_login_that_is_put_off_disowns_nobody_either() {
    for reply in [
        "NO [LIMIT] too many connections",
        "NO [UNAVAILABLE] down",
        "NO [ALERT] Too many simultaneous connections. (Failure)",
    ] {
        for (mailbox, proxy) in with_carol_cut_off(reply) {
            let address = mailbox.address.as_str();
            let ran = run(&mailbox, &proxy, &["check", address, "--fix", "--yes"]).exits(3);
            ran.says(&format!("{} could not be looked up: ", carol(&mailbox)));
            let ran = run(
                &mailbox,
                &proxy,
                &["grant", address, carol(&mailbox), "--write"],
            );
            ran.exits(0).says("not verified");
            carol_keeps(&mailbox);
        }
    }
}

#[test]
fn a_login_that_is_refused_without_naming_her_disowns_nobody_either() {
    for (mailbox, proxy) in with_carol_cut_off("NO [AUTHENTICATIONFAILED] no") {
        let address = mailbox.address.as_str();
        let ran = run(&mailbox, &proxy, &["check", address, "--fix", "--yes"]).exits(0);
        ran.says("no login of this name").says_not("in order");
        let ran = run(
            &mailbox,
            &proxy,
            &["grant", address, carol(&mailbox), "--write"],
        );
        ran.exits(0)
            .says("not verified")
            .says("no login of this name");
        carol_keeps(&mailbox);
    }
}

#[test]
fn names_that_no_login_can_have_are_told_by_every_verb_and_their_entries_stay() {
    let mailbox = Mailbox::on(Dovecot::running(), &FOLDERS, 1);
    let tagged = "bob+tag@example.test";
    mailbox
        .grant([mailbox.alice(), "--write", "--no-send"])
        .exits(0);
    let ran = mailbox.grant([tagged, "--write", "--no-send"]).exits(0);
    ran.says("not verified").says("no login of this name");
    let others = ["müller@example.test", "mailto:bob@example.test"];
    for name in others {
        for folder in ["INBOX", "Sent", "Archive"] {
            mailbox.set(folder, name, "lrs");
        }
    }
    let ran = mailbox.run(["check", &mailbox.address, "--fix", "--yes"]);
    for name in others.into_iter().chain([tagged]) {
        let told = ran.stdout.lines().any(|line| {
            line.contains(name)
                && line.contains("could not be looked up: ")
                && line.contains("no login of this name")
        });
        assert!(told, "{name}: {ran:?}");
        assert!(mailbox.stored("Sent", name).is_some(), "{name}");
    }
    let text = format!("write = [\"{}\", \"{tagged}\"]\n", mailbox.alice());
    let wishes = Wishes::of(&mailbox, &text);
    let told = format!("{tagged} could not be looked up: ");
    let plan = wishes.run(&mailbox, "plan", &["--look-up", "all"]);
    plan.exits(0).says(&told);
    wishes
        .run(&mailbox, "apply", &["--yes", "--prune"])
        .says(&told);
    wishes.run(&mailbox, "check", &[]).exits(0).says(&told);
    assert!(mailbox.stored("Sent", tagged).is_some());
}
