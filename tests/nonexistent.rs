//! What lists show and nobody has any more, as on Dovecot 2.4: it is told as that where the server says
//! so itself, and whatever else it says leaves it unread.

use std::process::Command;

use serde_json::json;

use crate::provider::fake::Peer;
use crate::provider::toy::World;
use crate::provider::{Client, Dovecot, PASSWORD, Provider, Ran, Toy, run};
use crate::unread::list;

const ALL: &str = "lrswipkxtea";
/// What a server may say to a command in place of its usual answer; whether it did.
type Answer = fn(&mut Peer, &str) -> bool;

const GONE: &str = "[NONEXISTENT] Mailbox doesn't exist";

/// The provider's own program makes or deletes this account.
fn steward(provider: &Provider, task: &str, address: &str) {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/accounts");
    let ran = Command::new(program)
        .arg(provider.dir())
        .args([task, address])
        .status();
    assert!(ran.unwrap().success());
}

#[test]
fn an_account_that_is_gone_leaves_nobody_incomplete() {
    let dovecot = Dovecot::start();
    let gone = "passing@example.test";
    steward(&dovecot, "create", gone);
    for (who, level) in [("alice@", "--read-only"), ("erin@", "--full-access")] {
        dovecot.run(["grant", "passing@", who, level]).exits(0);
        dovecot.run(["grant", "support@", who, level]).exits(0);
    }
    steward(&dovecot, "delete", gone);
    // The server keeps what it read of its users for as long as their file looks the same.
    std::thread::sleep(std::time::Duration::from_secs(2));
    let mut alice = Client::login(&dovecot, "alice@example.test", PASSWORD);
    let is_listed = alice.ok("LIST \"\" \"*\"").contains(gone);
    alice.no(&format!("EXAMINE shared/{gone}"));
    let expected = if is_listed { json!([gone]) } else { json!([]) };
    let told = |ran: Ran| match is_listed {
        true => ran.says("there is no such mailbox (NONEXISTENT): passing@example.test"),
        false => ran.says_not(gone),
    };
    let with_support = |words: &[&str]| {
        let mut command = dovecot.sharemail();
        run::run(command.env("SHAREMAIL_MAILBOXES", "support@"), words)
    };
    let access = with_support(&["access", "alice@", "-o", "json"]);
    let access = access.exits(0).json();
    assert_eq!(access["nonexistent"], expected);
    assert_eq!(access["failures"], json!([]));
    told(with_support(&["access", "alice@"]).exits(0));
    // An administrator who is shown it.
    let erin = |words: &[&str]| {
        let mut command = dovecot.sharemail();
        command.env("SHAREMAIL_PASSWORD", PASSWORD);
        command.args(["--user", "erin@example.test", "--reach", "namespace"]);
        run::run(&mut command, words)
    };
    for verb in ["list", "export"] {
        let ran = told(erin(&[verb]).exits(0));
        assert!(!ran.stdout.contains(gone), "{}", ran.stdout);
    }
    let parted = with_support(&["offboard", "alice@", "--yes"]).exits(0);
    told(parted.says("taken out of 1 shared mailbox"));
    // What is made anew under its name is a mailbox like any other.
    steward(&dovecot, "create", gone);
    dovecot
        .run(["grant", "passing@", "alice@", "--read-only"])
        .exits(0);
    let access = with_support(&["access", "alice@", "-o", "json"]);
    let access = access.exits(0).json();
    assert_eq!(access["nonexistent"], json!([]));
    assert!(access["access"].to_string().contains(gone));
}

/// One that lists team@ with a folder to alice, which nobody can log in as; `answer` may say something
/// else of it than that it does not exist.
fn listing(answer: Answer) -> Toy {
    let toy = Toy::twisted(&[], move |peer, line, _| {
        let lists = line.contains(" LIST ") && line.contains("\"shared/");
        if lists {
            let deep = line.ends_with("*\"");
            let names = ["team@example.test", "team@example.test/Sent"];
            for name in names.into_iter().take(if deep { 2 } else { 1 }) {
                peer.send(format!("* LIST () \"/\" \"shared/{name}\"\r\n"));
            }
            peer.ok("done");
        }
        lists || line.contains("shared/team@") && answer(peer, line)
    });
    toy.set("INBOX", "alice@example.test", "lrs");
    toy
}

fn with_mailbox(toy: &Toy, words: &[&str]) -> Ran {
    let mut command = toy.sharemail();
    run::run(command.env("SHAREMAIL_MAILBOXES", "support@"), words)
}

#[test]
fn only_the_servers_own_word_is_believed() {
    let toy = listing(|_, _| false);
    let access = with_mailbox(&toy, &["access", "alice@", "-o", "json"]);
    let access = access.exits(0).json();
    assert_eq!(access["nonexistent"], json!(["team@example.test"]));
    let parted = with_mailbox(&toy, &["offboard", "alice@", "--yes", "-o", "json"]);
    let parted = parted.exits(0).json();
    assert_eq!(parted["nonexistent"], json!(["team@example.test"]));
    assert_eq!(parted["complete"], true);
    // Anything else, of any of its folders, to either question.
    let others: [(&str, Answer); 6] = [
        ("a fault", |peer, line| {
            no(peer, line, "EXAMINE", "[SERVERBUG] internal error")
        }),
        ("not now", |peer, line| {
            no(peer, line, "MYRIGHTS", "[UNAVAILABLE] not now")
        }),
        ("not yours", |peer, line| {
            no(peer, line, "EXAMINE", "[NOPERM] not yours")
        }),
        ("no word", |peer, line| {
            no(peer, line, "EXAMINE", "Mailbox doesn't exist")
        }),
        ("another folder", |peer, line| {
            no(
                peer,
                line,
                "EXAMINE \"shared/team@example.test/Sent",
                "[NOPERM] not yours",
            )
        }),
        ("rights", |peer, line| {
            let asked = line.contains(" MYRIGHTS ") && line.ends_with("team@example.test\"");
            if asked {
                peer.send("* MYRIGHTS \"shared/team@example.test\" l\r\n");
                peer.ok("done");
            }
            asked
        }),
    ];
    for (what, answer) in others {
        let toy = listing(answer);
        let access = with_mailbox(&toy, &["access", "alice@", "-o", "json"]);
        let access = access.exits(3).json();
        assert_eq!(access["nonexistent"], json!([]), "{what}");
        assert_eq!(
            access["failures"][0]["mailbox"], "team@example.test",
            "{what}"
        );
        let parted = with_mailbox(&toy, &["offboard", "alice@", "--yes", "-o", "json"]);
        let parted = parted.exits(3).json();
        assert_eq!(parted["nonexistent"], json!([]), "{what}");
        assert_eq!(parted["complete"], false, "{what}");
    }
    // A session that ends over it has said nothing.
    let toy = listing(|peer, line| {
        let asked = line.contains(" EXAMINE ");
        if asked {
            peer.close();
        }
        asked
    });
    with_mailbox(&toy, &["access", "alice@"]).exits(69);
    let parted = with_mailbox(&toy, &["offboard", "alice@", "--yes", "-o", "json"]);
    let parted = parted.exits(3).json();
    assert_eq!(parted["failures"][0]["mailbox"], "team@example.test");
}

/// Refuses what begins so in these words.
fn no(peer: &mut Peer, line: &str, begin: &str, words: &str) -> bool {
    let asked = line.contains(&format!(" {begin}"));
    if asked {
        peer.no(words);
    }
    asked
}

/// Two mailboxes that the administrator's own session lists, of which m2 does not exist; `answer` may
/// say something else of it.
fn surveyed(answer: Answer) -> Toy {
    Toy::twisted(&[], move |peer, line, world: &World| {
        for name in ["shared/m1@example.test", "shared/m2@example.test"] {
            world.set(name, "admin", ALL);
        }
        let denied = |verb: &&str| line.contains(&format!(" {verb} \"shared/m2@"));
        if answer(peer, line) {
            return true;
        }
        if ["GETACL", "MYRIGHTS", "EXAMINE", "LISTRIGHTS"]
            .iter()
            .any(denied)
        {
            peer.no(GONE);
            return true;
        }
        list(peer, line, world)
    })
}

#[test]
fn an_administrator_who_is_shown_it_reads_the_rest() {
    let namespaced = |toy: &Toy, words: &[&str]| {
        let mut command = toy.sharemail();
        run::run(command.env("SHAREMAIL_REACH", "namespace"), words)
    };
    for verb in ["list", "export", "identities", "report"] {
        let toy = surveyed(|_, _| false);
        let ran = namespaced(&toy, &[verb]).exits(0);
        let ran = ran.says("listed to admin, although the server itself says");
        let tells = ["list", "export"].contains(&verb);
        assert!(
            !tells || ran.stdout.contains("m1@example.test"),
            "{verb}: {}",
            ran.stdout
        );
        assert!(!ran.stdout.contains("m2@example.test"), "{}", ran.stdout);
        let toy = surveyed(|peer, line| no(peer, line, "EXAMINE \"shared/m2@", "[SERVERBUG] no"));
        namespaced(&toy, &[verb]).exits(3).says("m2@example.test");
    }
}
