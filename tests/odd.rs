//! All that changes and tells, on each server that is odd in one way: a sheet, a file, a copy, a
//! handing over and an undoing judge by the same as a grant does.

use std::collections::BTreeSet;

use crate::provider::fake_smtp::{Act, FakeSmtp};
use crate::provider::odd::{self, BOB, CAROL};
use crate::provider::{Ran, Toy, run};

const FOLDERS: [&str; 2] = ["INBOX", "Sent"];
const SEND_AS: &str = "Identities/Send As";

/// A server, and what its sessions of carol's prove.
struct Odd {
    name: &'static str,
    toy: fn() -> Toy,
    /// Whether what she was given can be seen.
    seen: bool,
    /// Whether it can be seen that she has nothing left.
    gone: bool,
    /// Whether she can be looked up.
    known: bool,
}

const GOOD: Odd = Odd {
    name: "",
    toy: odd::closing,
    seen: true,
    gone: true,
    known: true,
};

fn all() -> [Odd; 9] {
    let unanswered = || odd::refusing(&["MYRIGHTS", "EXAMINE"], "[UNAVAILABLE] later");
    [
        Odd {
            name: "tells no l and no a",
            toy: odd::without_l_and_a,
            ..GOOD
        },
        Odd {
            name: "counts groups where a folder is opened",
            toy: odd::by_group,
            ..GOOD
        },
        Odd {
            name: "denies all rights",
            toy: odd::denying,
            ..GOOD
        },
        Odd {
            name: "stores closed sets",
            ..GOOD
        },
        Odd {
            name: "puts off all questions",
            toy: unanswered,
            seen: false,
            gone: false,
            known: true,
        },
        Odd {
            name: "hangs up on her login",
            toy: odd::shutting_out,
            seen: false,
            gone: false,
            known: false,
        },
        Odd {
            name: "has no separator behind its prefix",
            toy: odd::without_separator,
            ..GOOD
        },
        Odd {
            name: "keeps INBOX below a level",
            toy: odd::below_a_level,
            ..GOOD
        },
        Odd {
            name: "knows what was listed",
            toy: odd::behind_a_list,
            ..GOOD
        },
    ]
}

impl Odd {
    /// On a server of its own, told which it is where it fails.
    fn each(work: impl Fn(&Odd, &Toy)) {
        for odd in all() {
            println!("a server that {}", odd.name);
            work(&odd, &(odd.toy)());
        }
    }

    /// What she was given is there, and is told as what it is.
    fn given(&self, ran: &Ran) {
        let said = ran.stdout.clone() + &ran.stderr;
        let verified = said.contains("(verified as");
        assert_eq!(verified, self.seen, "{}: {ran:?}", self.name);
        assert!(!said.contains("gives nothing"), "{}: {ran:?}", self.name);
    }
}

fn letters(text: &str) -> BTreeSet<char> {
    text.chars().collect()
}

/// What is stored for her, as a set.
fn hers(toy: &Toy, folder: &str) -> Option<BTreeSet<char>> {
    toy.stored(folder, CAROL).as_deref().map(letters)
}

#[track_caller]
fn has_write(toy: &Toy) {
    for folder in FOLDERS {
        assert_eq!(hers(toy, folder), Some(letters("lrswip")), "{folder}");
    }
}

#[track_caller]
fn has_nothing(toy: &Toy) {
    for folder in FOLDERS.iter().chain(&[SEND_AS]) {
        assert_eq!(hers(toy, folder), None, "{folder}");
    }
}

/// What is told of her afterwards: by whom she is asked for, and of the mailbox as a whole.
fn told(odd: &Odd, toy: &Toy) {
    let explained = toy.run(["explain", "support@", "carol", "-o", "json"]);
    let json = explained.json();
    let inbox = &json["folders"][0];
    assert_eq!(inbox["folder"], "INBOX", "{json:#}");
    if odd.seen {
        assert_eq!(inbox["level"], "write", "{}: {json:#}", odd.name);
        assert_eq!(explained.code, Some(0), "{json:#}");
    } else {
        assert!(json["not_verified"].is_string(), "{}: {json:#}", odd.name);
    }
    let checked = toy.run(["check", "support@"]);
    checked
        .exits(if odd.known { 0 } else { 3 })
        .says_not("not-believed");
    let shown = toy.run(["show", "support@", "-o", "json"]).exits(0).json();
    let members = shown["members"].as_array().unwrap();
    let carol = members.iter().find(|m| m["identifier"] == CAROL).unwrap();
    let identities = carol["identities"].as_array().unwrap();
    let sends = identities.iter().any(|identity| identity == "send-as");
    assert!(sends, "{}: {shown:#}", odd.name);
}

#[test]
fn a_grant_and_a_revocation() {
    Odd::each(|odd, toy| {
        let ran = toy.run(["grant", "support@", "carol", "--write", "--send-as"]);
        odd.given(&ran.exits(0));
        has_write(toy);
        told(odd, toy);
        let ran = toy.run(["revoke", "support@", "carol"]).exits(0);
        assert_eq!(ran.stdout.contains("(verified as"), odd.gone, "{ran:?}");
        let ran = toy.run(["revoke", "support@", "carol", "--send-as"]);
        ran.exits(0);
        has_nothing(toy);
    });
}

#[test]
fn the_rows_of_a_sheet() {
    Odd::each(|odd, toy| {
        let text = "mailbox,who,level,send-as\nsupport@example.test,carol,write,yes\n";
        let path = toy.write("rows.csv", text);
        let ran = toy.run(["grant", "--yes", "--csv", path.to_str().unwrap()]);
        odd.given(&ran.exits(0));
        has_write(toy);
        told(odd, toy);
    });
}

#[test]
fn a_file_of_what_shall_be() {
    Odd::each(|odd, toy| {
        let file = |text: &str| {
            let text = format!("[mailbox.\"support@example.test\"]\n{text}");
            let path = toy.write("wishes.toml", &text);
            path.to_str().unwrap().to_owned()
        };
        let wishes = file("write = [\"carol\"]\nsend-as = [\"carol\"]\n");
        let ran = toy.run(["apply", "--yes", "-f", &wishes]);
        let ran = ran.exits(if odd.known { 0 } else { 3 });
        odd.given(&ran);
        has_write(toy);
        told(odd, toy);
        // It comes to an end: there is nothing more to do.
        let again = toy.run(["plan", "--detailed-exitcode", "-f", &wishes]);
        again.exits(0);
        let less = file("write = []\nsend-as = []\n");
        let ran = toy.run(["apply", "--yes", "--prune", "--force", "-f", &less]);
        let ran = ran.exits(0);
        assert_eq!(ran.stdout.contains("(verified as"), odd.gone, "{ran:?}");
        has_nothing(toy);
    });
}

/// What bob has, in the letters in which the server would store it.
fn for_bob(toy: &Toy) {
    for folder in FOLDERS {
        toy.set(folder, BOB, "wpisrl");
    }
    toy.set(SEND_AS, BOB, "lp");
}

/// A run over every mailbox, of which there is one.
fn over_all(toy: &Toy, words: &[&str]) -> Ran {
    run::run(
        toy.sharemail().env("SHAREMAIL_MAILBOXES", "support@"),
        words,
    )
}

#[test]
fn what_a_colleague_has() {
    Odd::each(|odd, toy| {
        for_bob(toy);
        let ran = over_all(toy, &["access", "copy", "bob", "carol"]);
        if !odd.known {
            // Nothing is given to somebody who cannot be looked up.
            assert_ne!(ran.code, Some(0), "{ran:?}");
            return has_nothing(toy);
        }
        odd.given(&ran.exits(0));
        has_write(toy);
        assert!(toy.stored(SEND_AS, CAROL).is_some());
    });
}

#[test]
fn what_somebody_leaves() {
    Odd::each(|odd, toy| {
        for_bob(toy);
        let ran = over_all(
            toy,
            &["offboard", "bob", "--to", "carol", "--yes", "-o", "json"],
        );
        if !odd.known {
            assert_ne!(ran.code, Some(0), "{ran:?}");
            return has_nothing(toy);
        }
        let received = ran.json()["received"][0].clone();
        assert_eq!(
            received["failures"],
            serde_json::json!([]),
            "{}: {received:#}",
            odd.name
        );
        let word = if odd.seen { "verified" } else { "not-verified" };
        assert_eq!(received["proof"]["result"], word, "{received:#}");
        has_write(toy);
    });
}

#[test]
fn what_is_taken_back() {
    Odd::each(|odd, toy| {
        let dir = toy.write("x", "");
        let undo = dir.with_file_name("grant.undo");
        let undo = undo.to_str().unwrap();
        let words = ["support@", "carol", "--write", "--send-as"];
        let file = ["--undo-file", undo];
        toy.run(["grant"].iter().chain(&words).chain(&file))
            .exits(0);
        has_write(toy);
        let ran = toy.run(["undo", undo, "--yes"]).exits(0);
        ran.says_not("changed since");
        has_nothing(toy);
        println!("{}", odd.name);
    });
}

/// What her own session says of her identities, before she sends and where she is only asked about: it
/// takes no administrator.
#[test]
fn what_she_may_send_by_her_own_session() {
    let smtp = FakeSmtp::plain(|_, _| Act::Go);
    Odd::each(|odd, toy| {
        if !odd.known {
            return;
        }
        let password = toy.write("hers", "password\n");
        let run = |words: &[&str]| {
            let mut command = toy.sharemail();
            let command = smtp.serve(&mut command);
            command.env("SHAREMAIL_SMTP_USER", CAROL);
            command.env("SHAREMAIL_SMTP_PASSWORD_FILE", &password);
            command.env("SHAREMAIL_SENT_COPY", "server");
            command.env("XDG_STATE_HOME", password.parent().unwrap());
            run::run(command, words)
        };
        let to = ["--to", "robin@example.org", "-s", "x", "--body", "y"];
        let sent = || run(&[&["send", "support@", "--user", "carol", "--as"], &to[..]].concat());
        let before = smtp.received().len();
        for folder in FOLDERS {
            toy.set(folder, CAROL, "lrswip");
        }
        assert!(!matches!(sent().code, Some(0 | 64)), "{}", odd.name);
        assert_eq!(smtp.received().len(), before, "{}", odd.name);
        toy.run(["grant", "support@", "carol", "--send-as"])
            .exits(0);
        let told = run(&["can-send", "support@", "-o", "json"]).json();
        assert_eq!(told["grants"]["send_as"], true, "{}: {told:#}", odd.name);
        assert_eq!(told["grants"]["send_on_behalf"], false, "{told:#}");
        let ran = sent();
        if odd.seen {
            ran.exits(0);
            assert_eq!(smtp.received().len(), before + 1, "{}", odd.name);
            // What she can read is more than an identity.
            toy.set(SEND_AS, CAROL, "lrp");
            assert_ne!(sent().code, Some(0), "{}", odd.name);
        } else {
            assert_ne!(ran.code, Some(0), "{ran:?}");
        }
    });
    smtp.finish();
}
