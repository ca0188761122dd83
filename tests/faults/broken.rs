//! Servers and lines that break: sharemail ends in time, says what happened, and a re-run converges.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::provider::fake::{Fake, Peer};
use crate::provider::toy::{IDENTITIES, SUPPORT, World};
use crate::provider::{Ran, Toy, run};

const GRANT: [&str; 4] = ["grant", "support@", "alice", "--write"];
const FOLDERS: [&str; 4] = ["Archive", "Drafts", "Sent", "Trash"];
const ALICE: &str = "alice@example.test";

/// A grant on a toy whose twist this is, with a short timeout.
fn grant(twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static) -> (Toy, Ran) {
    grant_within("1s", twist)
}

/// The same with a timeout of the test's own.
fn grant_within(
    timeout: &str,
    twist: impl Fn(&mut Peer, &str, &World) -> bool + Send + Sync + 'static,
) -> (Toy, Ran) {
    let toy = Toy::twisted(&FOLDERS, twist);
    let mut command = toy.sharemail();
    command.env("SHAREMAIL_IMAP_TIMEOUT", timeout);
    let ran = run::run(&mut command, GRANT);
    (toy, ran)
}

/// How many folders of a toy have the entry that [`grant`] makes.
fn granted(toy: &Toy) -> usize {
    let folders = ["INBOX"].iter().chain(&FOLDERS);
    folders
        .filter(|folder| toy.stored(folder, ALICE).as_deref() == Some("lrswip"))
        .count()
}

#[test]
fn a_server_that_never_greets_is_given_up() {
    let fake = Fake::plain(Peer::drain);
    let ran = run::run(fake.sharemail().env("SHAREMAIL_IMAP_TIMEOUT", "1s"), GRANT).exits(69);
    ran.says("did not answer within 1 s");
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    thread::scope(|scope| {
        for verb in ["AUTHENTICATE", "NAMESPACE", "LIST ", "GETACL", "LISTRIGHTS"] {
            scope.spawn(move || {
                let (_, ran) = grant(move |_, line, _| line.contains(verb));
                ran.exits(69).says("did not answer within 1 s");
            });
        }
    });
}

#[test]
fn a_server_that_answers_half_is_given_up() {
    let (toy, ran) = grant(|peer, line, _| {
        let asked = line.contains("GETACL");
        if asked {
            peer.send("* ACL \"INBOX\" \"support@exam");
            peer.drain();
        }
        asked
    });
    ran.exits(69).says("did not answer within 1 s");
    assert_eq!(toy.heard_of("SETACL"), [""; 0]);
}

#[test]
fn a_server_that_drips_is_given_up() {
    let (_, ran) = grant_within("300ms", |peer, line, _| {
        if line.contains("LIST ") {
            let line = "* LIST () \"/\" \"INBOX\"".repeat(1000);
            peer.send_slowly(line, Duration::from_millis(10));
        }
        line.contains("LIST ")
    });
    ran.exits(69).says("did not answer within 0.3 s");
}

#[test]
fn a_server_that_only_ever_talks_is_given_up() {
    let (_, ran) = grant_within("200ms", |peer, line, _| {
        while line.contains("LIST ") && peer.send("* OK still there\r\n") {
            peer.sleep(Duration::from_millis(20));
        }
        line.contains("LIST ")
    });
    ran.exits(69)
        .says("talks on, but answers too slowly: 4 s were not enough");
}

#[test]
fn a_server_that_says_bye_for_a_greeting_is_quoted() {
    let fake = Fake::plain(|peer| {
        peer.send("* BYE too many \x1b[31mconnections\r\n");
    });
    let ran = run::run(&mut fake.sharemail(), GRANT);
    ran.exits(75)
        .says("too many \\u{1b}[31mconnections")
        .says_not("\x1b");
}

#[test]
fn a_server_that_needs_no_login_cannot_tell_who_we_are() {
    let fake = Fake::plain(|peer| {
        peer.send("* PREAUTH [CAPABILITY IMAP4rev1 ACL] you are root\r\n");
        while let Some(command) = peer.next() {
            assert!(!command.contains("SETACL"), "{command}");
            peer.ok("done");
        }
    });
    let ran = run::run(&mut fake.sharemail(), GRANT);
    assert_ne!(ran.code, Some(0), "{ran:?}");
    ran.says_not("panicked");
    fake.finish();
}

#[test]
fn a_server_that_speaks_no_imap_is_no_server() {
    for greeting in [
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n",
        "\r\n",
        "* \r\n",
        "\0\0\r\n",
    ] {
        let fake = Fake::plain(move |peer| {
            peer.send(greeting);
            peer.drain();
        });
        run::run(&mut fake.sharemail(), GRANT).exits(76);
    }
}

#[test]
fn a_huge_literal_is_refused_before_it_arrives() {
    let (toy, ran) = grant(|peer, line, _| {
        if !line.contains("GETACL") {
            return false;
        }
        peer.send("* ACL INBOX {104857600}\r\n");
        let taken = (0..1600).take_while(|_| peer.send([b'x'; 65536])).count();
        assert!(taken < 800, "{taken}");
        true
    });
    ran.exits(76);
    toy.finish();
}

#[test]
fn a_line_without_end_is_refused() {
    let (_, ran) = grant(|peer, line, _| {
        while line.contains("GETACL") && peer.send([b'x'; 65536]) {}
        line.contains("GETACL")
    });
    ran.exits(76);
}

#[test]
fn ten_thousand_parentheses_are_no_harm() {
    for text in ["* LIST ", "* ACL ", "* X-UNHEARD ", "* OK ["] {
        let (_, ran) = grant(move |peer, line, _| {
            if line.contains("GETACL") {
                peer.send(format!("{text}{}\r\n", "(".repeat(10_000)));
            }
            false
        });
        assert!([Some(0), Some(76)].contains(&ran.code), "{text}: {ran:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_survived() {
    let (toy, ran) = grant(|peer, line, _| {
        if line.contains("LIST ") {
            peer.send(b"* LIST () \"/\" \"caf\xe9\"\r\n* LIST () \"/\" {3}\r\n\xff\xfe\xfd\r\n");
            peer.send(b"* X-\xff\x80 \xc3\x28\r\n* OK \xe9t\xe9\r\n");
        }
        if line.contains("GETACL") && !line.contains("INBOX") && !line.contains("Sent") {
            peer.send(b"* ACL Sent \"m\xfcller\" lr\r\n");
        }
        false
    });
    // Two of its folders are not there for GETACL, which is a failure of those two.
    let ran = ran.exits(3);
    assert!(ran.stdout.contains("write on 5 folders"), "{ran:?}");
    assert_eq!(granted(&toy), 5);
}

#[test]
fn replies_in_any_order_find_their_commands() {
    // What is held back, and how many make a batch: all folders are read, then six are changed
    // and read again.
    let held = Mutex::new((Vec::new(), FOLDERS.len() + 1 + IDENTITIES.len()));
    let (toy, ran) = grant(move |peer, line, world| {
        let Some((tag, command)) = line.split_once(' ') else {
            return false;
        };
        let Some((verb @ ("SETACL" | "GETACL"), rest)) = command.split_once(' ') else {
            return false;
        };
        let folder = rest.split('"').nth(1).unwrap().to_owned();
        let (held, batch) = &mut *held.lock().unwrap();
        // Among the first questions it asks whose session this is, and is alone.
        let number: u32 = tag.trim_start_matches('S').parse().unwrap();
        if folder == "INBOX" && number <= 3 {
            return false;
        }
        held.push((tag.to_owned(), verb == "GETACL", folder));
        if verb == "SETACL" {
            let rights = rest.rsplit(' ').next().unwrap().trim_matches('"');
            world.set(&held.last().unwrap().2, ALICE, rights);
        }
        if held.len() == *batch {
            *batch = FOLDERS.len() + 2;
            for (tag, ask, folder) in held.drain(..).rev() {
                if ask {
                    let entry = world.stored(&folder, ALICE);
                    let entry = entry.map_or(String::new(), |r| format!(" {ALICE} {r}"));
                    peer.send(format!(
                        "* ACL \"{folder}\" {SUPPORT} lrswipkxtea{entry}\r\n"
                    ));
                }
                peer.send(format!("{tag} OK done\r\n"));
            }
        }
        true
    });
    ran.exits(0)
        .says("write on 5 folders")
        .says("verified as alice");
    assert_eq!(granted(&toy), 5);
}

#[test]
fn stray_untagged_replies_are_normal() {
    let (toy, ran) = grant(|peer, _, _| {
        peer.send("* BAD stray\r\n* NO [ALERT] disk is \x07full\r\n* 3 EXISTS\r\n");
        peer.send("* CAPABILITY IMAP4rev1 ACL\r\n* FLAGS ()\r\n");
        false
    });
    ran.exits(0).says_not("\x07");
    assert_eq!(granted(&toy), 5);
}

#[test]
fn a_reply_that_nobody_waits_for_ends_the_session() {
    for reply in [
        "S999 OK surprise\r\n",
        "a1 OK again\r\n",
        "x BAD what\r\n",
        "+ go on\r\n",
    ] {
        let (_, ran) = grant(move |peer, line, _| {
            if line.contains("LIST ") {
                peer.send(reply);
            }
            false
        });
        ran.exits(76);
    }
}

#[test]
fn a_refused_command_is_told_in_the_servers_words_without_its_escapes() {
    let (toy, ran) = grant(|peer, line, _| {
        let refused = line.contains("SETACL \"Sent\"");
        if refused {
            peer.no("[NOPERM] not \x1b[2Jfor you \u{202e}");
        }
        refused
    });
    ran.exits(3)
        .says("write on 4 folders")
        .says("Sent: refused")
        .says("not \\u{1b}[2Jfor you")
        .says_not("\x1b")
        .says_not("\u{202e}");
    assert_eq!(granted(&toy), 4);
}

#[test]
fn a_folder_that_cannot_be_read_is_named() {
    let (toy, ran) = grant(|peer, line, _| {
        let refused = line.contains("GETACL \"Sent\"");
        if refused {
            peer.no("[NOPERM] hidden");
        }
        refused
    });
    ran.exits(3).says("Sent").says("hidden");
    assert_eq!(granted(&toy), 4);
}

#[test]
fn an_ok_that_stored_nothing_is_told() {
    let (_, ran) = grant(|peer, line, _| {
        let ignored = line.contains("SETACL \"Sent\"");
        if ignored {
            peer.ok("done");
        }
        ignored
    });
    ran.exits(3)
        .says("write on 4 folders")
        .says("Sent")
        .says("stores nothing");
}

#[test]
fn an_ok_that_leaves_us_who_we_were_changes_nothing() {
    let (toy, ran) = grant(|peer, line, _| {
        let asked = line.contains("GETACL \"INBOX\"");
        if asked {
            peer.send("* ACL INBOX admin lrswipkxtea\r\n");
            peer.ok("done");
        }
        asked
    });
    ran.exits(77).says("support@example.test");
    assert_eq!(toy.heard_of("SETACL"), [""; 0]);
}

#[test]
fn a_server_that_drops_the_connection_in_the_middle_is_told_with_what_was_done() {
    let once = AtomicBool::new(false);
    let (toy, ran) = grant(move |peer, line, _| {
        let cut = line.contains("SETACL \"Drafts\"") && !once.swap(true, Ordering::SeqCst);
        if cut {
            peer.close();
        }
        cut
    });
    let done = granted(&toy);
    assert!((1..5).contains(&done), "{done}");
    ran.exits(3)
        .says(&format!("write on {done} folder"))
        .says("run it again");
    toy.run(GRANT).exits(0).says("write on 5 folders");
    assert_eq!(granted(&toy), 5);
}

#[test]
fn nothing_with_a_line_break_or_nul_is_sent() {
    let toy = Toy::new(&[]);
    for bad in ["a\r\nx LOGOUT", "a\nb", "a\rb"] {
        let words: &[&[&str]] = &[
            &["grant", bad, "alice", "--write"],
            &["grant", "support@", bad, "--write"],
            &["grant", "support@", "alice", "--write", "--folder", bad],
            &["grant", "support@", "alice", "--rights", bad],
            &["revoke", bad, "alice"],
            &["revoke", "support@", bad],
            &["revoke", "support@", "alice", "--folder", bad],
            &["show", bad],
            &["check", bad],
            &["list", "--profile", bad],
            &["explain", bad, "alice"],
            &["explain", "support@", bad],
            &["explain", "support@", "alice", "--folder", bad],
            &["access", bad],
            &["create", bad],
            &["create", "support@", "--folder", bad],
            &["create", "support@", "--quota", bad],
            &["delete", bad, "--yes"],
            &["rename", bad, "sales@", "--yes"],
            &["rename", "support@", bad, "--yes"],
            &["folder", "list", bad],
            &["folder", "create", bad, "Sent"],
            &["folder", "create", "support@", bad],
            &["folder", "rename", bad, "Sent", "Gone", "--yes"],
            &["folder", "rename", "support@", bad, "Gone", "--yes"],
            &["folder", "rename", "support@", "Sent", bad, "--yes"],
            &["folder", "delete", bad, "Sent", "--yes"],
            &["folder", "delete", "support@", bad, "--yes"],
            &["folder", "subscribe", bad, "alice"],
            &["folder", "subscribe", "support@", bad],
            &["show", "support@", "--user", bad],
            &["show", "support@", "--domain", bad],
            &["show", "support@", "--impersonate", bad],
            &["show", "support@", "--host", bad],
            &["show", "support@", "--timeout", bad],
        ];
        for words in words {
            let ran = toy.run(*words).exits(64);
            assert!(!ran.stderr.contains('\r'), "{ran:?}");
        }
    }
    assert_eq!(toy.connections(), 0);
}

#[test]
fn a_password_with_a_line_break_is_not_sent() {
    let toy = Toy::new(&[]);
    for bad in ["a\r\nb", "a\0b"] {
        // The system itself keeps NUL out of arguments and variables; a file may hold one.
        let file = toy.write("secret", bad);
        let mut command = toy.sharemail();
        command
            .env_remove("SHAREMAIL_PASSWORD")
            .env("SHAREMAIL_IMAP_PASSWORD_FILE", file);
        let ran = run::run(&mut command, GRANT);
        assert!([Some(65), Some(78)].contains(&ran.code), "{ran:?}");
    }
    assert_eq!(toy.connections(), 0);
}

#[test]
fn a_second_ctrl_c_ends_the_wait_for_a_silent_server() {
    let toy = Toy::twisted(&FOLDERS, |_, line, _| line.contains("GETACL \"Sent\""));
    let child = run::start(
        toy.sharemail()
            .args(GRANT)
            .env("SHAREMAIL_IMAP_TIMEOUT", "60s"),
    );
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    while toy.heard_of("GETACL").len() < 5 {
        thread::sleep(Duration::from_millis(5));
    }
    for _ in 0..2 {
        kill_process(pid, Signal::INT).unwrap();
        thread::sleep(Duration::from_millis(100));
    }
    // It would have been given up after 60 s, with another code.
    run::wait(child).exits(130);
    assert_eq!(toy.heard_of("SETACL"), [""; 0]);
}

#[test]
fn a_request_to_terminate_is_an_interruption_too() {
    let toy = Toy::twisted(&FOLDERS, |peer, line, _| {
        if line.contains("GETACL") {
            peer.sleep(Duration::from_millis(300));
        }
        false
    });
    let child = run::start(toy.sharemail().args(GRANT));
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    while toy.heard_of("GETACL").is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    kill_process(pid, Signal::TERM).unwrap();
    run::wait(child).exits(130);
    assert_eq!(granted(&toy), 0);
}

#[test]
fn a_session_that_the_server_ends_is_told_in_its_words() {
    let (toy, ran) = grant(|peer, line, _| {
        if line.contains("LISTRIGHTS") {
            peer.send("* BYE going down for \x1b[5mmaintenance\r\n");
            peer.close();
        }
        false
    });
    ran.exits(75).says("maintenance").says_not("\x1b");
    assert_eq!(granted(&toy), 0);
}

#[test]
fn a_server_without_acl_is_told_as_that() {
    let fake = Fake::plain(|peer| {
        peer.let_in("IMAP4rev1 AUTH=PLAIN SASL-IR NAMESPACE");
        while let Some(command) = peer.next() {
            assert!(!command.contains("SETACL"), "{command}");
            peer.ok("done");
        }
    });
    let ran = run::run(&mut fake.sharemail(), GRANT);
    assert!(![Some(0), None].contains(&ran.code), "{ran:?}");
    ran.says_not("panicked");
    fake.finish();
}
