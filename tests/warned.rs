//! An untagged NO ends nothing (RFC 3501, section 7.1.2); where a server says no more, its words are
//! told, and what became of the change is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::provider::fake::Peer;
use crate::provider::toy::{SUPPORT, World};
use crate::provider::{Ran, Toy, run};

const FOLDERS: [&str; 2] = ["Archive", "Sent"];
const ALICE: &str = "alice@example.test";
const WORDS: &str = "this folder has \x1b[1mtoo many entries";
const TOLD: &str = "too many entries";

/// One that takes so many entries on Sent and not one more: it says so, and forgets the command.
fn full(verb: &'static str) -> Toy {
    Toy::twisted(&FOLDERS, move |peer, line, _| {
        let is_full = line.contains(verb) && line.contains("\"Sent\"");
        if is_full {
            peer.send(format!("* NO {WORDS}\r\n"));
        }
        is_full
    })
}

fn run(toy: &Toy, words: &[&str]) -> Ran {
    // It waits a sixth of this before it asks whether the server lives.
    run::run(toy.sharemail().env("SHAREMAIL_IMAP_TIMEOUT", "3s"), words).says_not("\x1b")
}

#[test]
fn a_grant_that_met_an_untagged_no_and_silence_is_read_back_and_told_in_the_servers_words() {
    let toy = full("SETACL");
    let ran = run(&toy, &["grant", "support@", "alice", "--write"]).exits(3);
    ran.says("write on 2 folders")
        .says("Sent")
        .says(TOLD)
        .says_not("accepted")
        .says_not("did not answer within")
        .says_not("run it again");
    assert_eq!(toy.heard_of("NOOP").len(), 1, "{:?}", toy.heard());
    assert_eq!(toy.stored("Archive", ALICE).as_deref(), Some("lrswip"));
    assert_eq!(toy.stored("Sent", ALICE), None);
}

#[test]
fn where_the_server_did_it_all_the_same_it_is_done() {
    let toy = Toy::twisted(&FOLDERS, |peer, line, world| {
        let silent = line.contains("SETACL \"Sent\"");
        if silent {
            peer.send(format!("* NO {WORDS}\r\n"));
            world.set("Sent", ALICE, "lrswip");
        }
        silent
    });
    let ran = run(&toy, &["grant", "support@", "alice", "--write"]).exits(0);
    ran.says("write on 3 folders").says("verified as alice");
}

#[test]
fn a_revocation_that_met_one_is_told_as_what_it_is() {
    let toy = full("DELETEACL");
    run(&toy, &["grant", "support@", "alice", "--write"]).exits(0);
    let ran = run(&toy, &["revoke", "support@", "alice"]).exits(3);
    ran.says(TOLD)
        .says("not revoked everywhere")
        .says("Sent")
        .says_not("(verified")
        .says_not("entries are gone");
    assert_eq!(toy.stored("Archive", ALICE), None);
    assert!(toy.stored("Sent", ALICE).is_some());
}

#[test]
fn what_cannot_be_read_for_one_is_told_in_its_words() {
    for words in [
        &["explain", "support@", "alice"][..],
        &["check", "support@"],
        &["show", "support@"],
    ] {
        let ran = run(&full("GETACL"), words);
        assert_ne!(ran.code, Some(0), "{ran:?}");
        ran.says(TOLD).says("GETACL").says_not("in order");
    }
}

#[test]
fn a_file_that_met_one_is_told_in_the_servers_words() {
    let toy = full("SETACL");
    let file = toy.write(
        "wishes.toml",
        &format!("[mailbox.\"{SUPPORT}\"]\nwrite = [\"alice\"]\n"),
    );
    let file = file.to_str().unwrap();
    let ran = run(&toy, &["apply", "--yes", "-f", file]).exits(3);
    ran.says(TOLD).says_not("accepted");
    assert_eq!(toy.stored("Archive", ALICE).as_deref(), Some("lrswip"));
}

#[test]
fn a_server_that_is_only_slow_after_one_is_waited_for() {
    let toy = Toy::twisted(&FOLDERS, |peer: &mut Peer, line, _: &World| {
        if line.contains("SETACL \"Sent\"") {
            peer.send(format!("* NO {WORDS}\r\n"));
            // Longer than it takes sharemail to ask whether the server lives.
            peer.sleep(Duration::from_millis(1200));
        }
        false
    });
    let ran = run(&toy, &["grant", "support@", "alice", "--write"]).exits(0);
    ran.says("write on 3 folders").says("verified as alice");
    assert_eq!(toy.heard_of("NOOP").len(), 1);
}

#[test]
fn an_ok_that_stored_nothing_is_told_with_what_the_server_said_of_it() {
    let toy = Toy::twisted(&FOLDERS, |peer, line, _| {
        let ignored = line.contains("SETACL \"Sent\"");
        if ignored {
            peer.send(format!("* NO {WORDS}\r\n"));
            peer.ok("done");
        }
        ignored
    });
    let ran = run(&toy, &["grant", "support@", "alice", "--write"]).exits(3);
    ran.says(TOLD).says("Sent");
}

#[test]
fn a_server_that_falls_silent_altogether_is_told_with_its_last_words() {
    let gone = AtomicBool::new(false);
    let toy = Toy::twisted(&FOLDERS, move |peer, line, _| {
        if line.contains("SETACL \"Sent\"") && !gone.swap(true, Ordering::SeqCst) {
            peer.send(format!("* NO {WORDS}\r\n"));
            peer.drain();
        }
        false
    });
    let ran = run(&toy, &["grant", "support@", "alice", "--write"]);
    assert_ne!(ran.code, Some(0), "{ran:?}");
    ran.says(TOLD).says_not("accepted");
}

/// What each verb asks of the folder, or for it.
const ASKED: [&str; 8] = [
    "LIST",
    "GETACL",
    "LISTRIGHTS",
    "MYRIGHTS",
    "EXAMINE",
    "SETACL",
    "DELETEACL",
    "NAMESPACE",
];

/// One that says these words and nothing more, each time it is asked this of Sent, or of everything;
/// and whether it came to that.
fn mute(verb: &'static str) -> (Toy, Arc<AtomicBool>) {
    let met = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&met);
    let toy = Toy::twisted(&FOLDERS, move |peer, line, _| {
        let command = line.split_once(' ').map_or("", |(_, command)| command);
        let of_all = ["LIST", "NAMESPACE", "LISTRIGHTS"].contains(&verb);
        let is_it =
            command.split(' ').next() == Some(verb) && (of_all || command.contains("Sent\""));
        if is_it {
            told.store(true, Ordering::SeqCst);
            peer.send(format!("* NO {WORDS}\r\n"));
        }
        is_it
    });
    (toy, met)
}

/// Whatever it is that the server answers so: what could not be done, or seen, is told as that, in
/// the server's words, and nothing is called good that nobody has seen.
#[test]
fn each_command_of_each_verb_may_meet_one() {
    for verb in ASKED {
        for words in ["grant", "sheet", "file", "revoke", "explain", "check"] {
            let (toy, met) = mute(verb);
            for folder in ["INBOX", "Archive", "Sent"] {
                if words != "grant" && words != "sheet" && words != "file" {
                    toy.set(folder, ALICE, "lrswip");
                }
            }
            let sheet = toy.write("rows.csv", "mailbox,who,level\nsupport@,alice,write\n");
            let wishes = format!("[mailbox.\"{SUPPORT}\"]\nwrite = [\"alice\"]\n");
            let file = toy.write("wishes.toml", &wishes);
            let (sheet, file) = (sheet.to_str().unwrap(), file.to_str().unwrap());
            let typed: &[&str] = match words {
                "grant" => &["grant", "support@", "alice", "--write"],
                "sheet" => &["grant", "--yes", "--csv", sheet],
                "file" => &["apply", "--yes", "-f", file],
                "revoke" => &["revoke", "support@", "alice"],
                "explain" => &["explain", "support@", "alice"],
                _ => &["check", "support@"],
            };
            let ran = run(&toy, typed);
            let said = format!("{verb} at {words}: {ran:?}");
            assert!(!matches!(ran.code, None | Some(64 | 70 | 101)), "{said}");
            if !met.load(Ordering::SeqCst) {
                continue;
            }
            let stored = toy.stored("Sent", ALICE);
            let is_so = match words {
                "grant" | "sheet" | "file" => stored.as_deref() == Some("lrswip"),
                "revoke" => stored.is_none(),
                _ => false,
            };
            assert!(said.contains(TOLD) && !said.contains("password"), "{said}");
            assert!(
                !said.contains("accepted") && !said.contains("in order"),
                "{said}"
            );
            match words {
                "explain" | "check" => assert_ne!(ran.code, Some(0), "{said}"),
                _ => assert_eq!(ran.code == Some(0), is_so, "{said}"),
            }
            let is_proof = ["MYRIGHTS", "EXAMINE", "DELETEACL"].contains(&verb);
            assert!(!is_proof || !said.contains("(verified as"), "{said}");
        }
    }
}
