//! Questions that go out behind the login: a round trip less, and nothing worse where a server does
//! not put up with it.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::provider::fake::Peer;
use crate::provider::toy::World;
use crate::provider::{Cyrus, Dovecot, Provider, Ran, Toy, run};

const GRANT: [&str; 4] = ["grant", "support@", "alice", "--write"];
const FOLDERS: [&str; 2] = ["Archive", "Sent"];
const ALICE: &str = "alice@example.test";

/// The dialogue's lines that hold one of `words`, as they came.
fn dialogue(ran: &Ran, words: &[&str]) -> Vec<String> {
    let lines = ran.stderr.lines();
    let told = lines.filter(|line| words.iter().any(|word| line.contains(word)));
    told.map(str::to_owned).collect()
}

/// Whether some session asked for its INBOX before its login was answered.
fn asks_early(ran: &Ran) -> bool {
    let told = dialogue(ran, &["GETACL \"INBOX\"", "a1 OK", "AUTHENTICATE"]);
    told.windows(2)
        .any(|pair| pair[0].contains("AUTHENTICATE") && pair[1].contains("GETACL"))
}

fn shown(provider: &Provider) -> Ran {
    provider.run(["show", "support@", "-vvv"]).exits(0)
}

#[test]
fn dovecot_is_asked_behind_the_login() {
    let ran = shown(&Dovecot::start());
    assert!(asks_early(&ran), "{ran:?}");
    // And it was answered: there was no second login.
    assert_eq!(dialogue(&ran, &["AUTHENTICATE"]).len(), 1, "{ran:?}");
}

#[test]
fn cyrus_is_not_asked_behind_the_login_for_it_reads_the_login_twice_then() {
    let cyrus = Cyrus::start();
    let alice = cyrus.fresh("alice");
    // The administrator's session, the one that reads again, and the member's.
    let ran = cyrus.run(["grant", "support@", &alice, "--read-only", "-vvv"]);
    let ran = ran.exits(0).says("verified as alice");
    assert!(!asks_early(&ran), "{ran:?}");
    assert_eq!(dialogue(&ran, &["Already authenticated"]), [""; 0]);
}

#[test]
fn a_proxy_that_swallows_what_follows_the_login_costs_a_timeout_and_no_more() {
    let toy = Toy::dovecot(&FOLDERS, |peer, line, _| {
        if line.contains("AUTHENTICATE") {
            peer.forget();
        }
        false
    });
    let mut command = toy.sharemail();
    let ran = run::run(command.env("SHAREMAIL_IMAP_TIMEOUT", "1s"), GRANT);
    ran.exits(0).says("verified as alice");
    assert_eq!(toy.stored("Archive", ALICE).as_deref(), Some("lrswip"));
}

#[test]
fn a_server_that_hangs_up_on_what_follows_the_login_is_asked_later() {
    let lost = AtomicUsize::new(0);
    let toy = Toy::dovecot(&FOLDERS, move |peer, line, _| {
        let first = line.contains("AUTHENTICATE") && lost.fetch_add(1, Ordering::SeqCst) == 0;
        if first {
            peer.close();
        }
        first
    });
    toy.run(["show", "support@"]).exits(0).says("3 folders");
    assert_eq!(toy.heard_of("AUTHENTICATE").len(), 2);
}

#[test]
fn a_refused_login_is_not_tried_once_more() {
    let refuse = |peer: &mut Peer, line: &str, _: &World| {
        let asked = line.contains("AUTHENTICATE");
        if asked {
            peer.no("[AUTHENTICATIONFAILED] wrong password");
        }
        asked
    };
    let logins = |toy: &Toy| {
        let ran = toy.run(["show", "support@"]);
        ran.exits(77).says("wrong password");
        toy.heard_of("AUTHENTICATE").len()
    };
    let early = logins(&Toy::dovecot(&FOLDERS, refuse));
    assert_eq!(early, logins(&Toy::twisted(&FOLDERS, refuse)));
}

#[test]
fn what_a_server_lacks_is_refused_early_and_not_missed() {
    // It has neither QUOTA nor SPECIAL-USE, which every Dovecot might have.
    let toy = Toy::dovecot(&FOLDERS, |peer, line, _| {
        let unknown = line.contains("GETQUOTAROOT") || line.contains("RETURN");
        if unknown {
            let tag = peer.tag().to_owned();
            peer.send(format!("{tag} BAD unknown command\r\n"));
        }
        unknown
    });
    toy.run(["show", "support@"]).exits(0).says("3 folders");
    assert_eq!(toy.heard_of("GETQUOTAROOT").len(), 1);
}

#[test]
fn a_wrong_password_is_not_tried_with_every_mailbox() {
    let toy = Toy::dovecot(&FOLDERS, |peer, line, _| {
        let asked = line.contains("AUTHENTICATE");
        if asked {
            peer.no("[AUTHENTICATIONFAILED] wrong password");
        }
        asked
    });
    let mailboxes: String = (0..40)
        .map(|n| format!("[mailbox.\"box{n}@example.test\"]\nwrite = [\"alice\"]\n"))
        .collect();
    let file = toy.write("access.toml", &mailboxes);
    toy.run(["plan", "-f", file.to_str().unwrap()])
        .exits(77)
        .says("wrong password");
    let logins = toy.heard_of("AUTHENTICATE").len();
    assert!(logins < 10, "{logins}");
}
