//! Servers that break the protocol, or the connection.

use super::peer::{credentials, dialogue, serve, session};
use super::*;
use crate::exit::Exit;
use crate::model::folder::WireName;
use crate::model::login::{Mechanism, Tls};
use crate::model::pace::Pace;
use crate::net::peer::Peer;
use std::io::Read as _;
use std::net::{TcpListener, UdpSocket};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(5);

fn folders(count: usize) -> Vec<WireName> {
    (0..count)
        .map(|n| WireName::from_wire(format!("f{n}")))
        .collect()
}

/// DELETEACL of bob on so many folders.
fn without_bob(count: usize) -> Vec<Request> {
    let without = |folder| Request::delete_acl(folder, "bob");
    folders(count).iter().map(without).collect()
}

/// Three of them come to the server.
fn expect_without_bob(peer: &mut Peer) {
    for n in 1..=3 {
        peer.expect(&format!("S{n} DELETEACL \"f{}\" \"bob\"", n - 1));
    }
}

fn pace() -> Pace<'static> {
    Pace::unattended()
}

/// How opening fails on a server that says `greeting` and then follows `rest`.
fn open_error(tls: Tls, lines: &'static str) -> OpenError {
    let (mut endpoint, script) = serve(move |peer| {
        for line in lines.lines().map(str::trim_start) {
            match line.split_at_checked(3) {
                Some(("C: ", line)) => peer.expect(line),
                Some(("S: ", line)) => peer.send(line.replace("↵", "\r\n").as_bytes()),
                _ => {}
            }
        }
    });
    endpoint.tls = tls;
    endpoint.timeout = LONG;
    let error = Session::open(&endpoint, &credentials(), None).unwrap_err();
    script.join().unwrap();
    error
}

#[test]
fn replies_in_any_order_find_their_folder() {
    let (mut session, script) = dialogue(
        "ACL",
        "C: S1 GETACL \"f0\"
         C: S2 GETACL \"f1\"
         C: S3 GETACL \"f2\"
         S: * ACL f2 c lr
         S: S3 OK done
         S: * ACL f0 a l
         S: * ACL f1 b r
         S: S2 OK done
         S: * ACL f9 x a
         S: S1 OK done",
    );
    let acls = session.acls(&folders(3), &pace()).unwrap();
    script.join().unwrap();
    let who: Vec<_> = acls
        .iter()
        .map(|a| &*a.as_ref().unwrap()[0].identifier)
        .collect();
    assert_eq!(who, ["a", "b", "c"]);
}

#[test]
fn a_bye_in_mid_batch_says_what_is_done_and_what_is_not_known() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        expect_without_bob(peer);
        peer.say("S2 OK done");
        peer.say("* BYE [UNAVAILABLE] \u{1b}[2J going down");
    });
    let batch = session.run(without_bob(3), &pace());
    script.join().unwrap();
    assert_eq!(batch.answers[0], Answer::Unknown);
    assert!(batch.answers[1].is_ok());
    assert_eq!(batch.answers[2], Answer::Unknown);
    let error = batch.broken.unwrap();
    assert_eq!(error.exit(), Exit::TryAgain);
    assert!(error.what().contains("going down") && !error.what().contains('\u{1b}'));
    assert_eq!(
        session.noop().unwrap_err(),
        error,
        "the session stays broken"
    );
}

#[test]
fn a_connection_that_breaks_leaves_the_rest_unsent() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        peer.line();
        peer.send(b"S1 O");
    });
    let batch = session.run(without_bob(2000), &pace());
    script.join().unwrap();
    assert_eq!(batch.broken.unwrap().exit(), Exit::Unreachable);
    assert_eq!(batch.answers[0], Answer::Unknown);
    assert_eq!(batch.answers[1999], Answer::Unsent);
}

#[test]
fn the_window_is_bounded_and_refilled_in_bursts() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        let (mut asked, mut answered) = (0, 0);
        for burst in [1000, 500, 500, 400] {
            for _ in 0..burst {
                asked += 1;
                let folder = asked - 1;
                peer.expect(&format!("S{asked} GETACL \"f{folder}\""));
            }
            // More than a window never waits for an answer.
            peer.expect_silence();
            let burst = if asked < 2400 { 500 } else { asked - answered };
            let mut replies = String::new();
            for _ in 0..burst {
                let folder = answered;
                answered += 1;
                replies += &format!("* ACL f{folder} a l\r\nS{answered} OK done\r\n");
            }
            peer.send(replies.as_bytes());
        }
    });
    let ticks = AtomicUsize::new(0);
    let pace = Pace {
        tick: &|n| {
            ticks.fetch_add(n, Ordering::Relaxed);
        },
        stop: &AtomicBool::new(false),
    };
    let acls = session.acls(&folders(2400), &pace).unwrap();
    script.join().unwrap();
    assert!(acls.iter().all(Result::is_ok));
    assert_eq!(ticks.load(Ordering::Relaxed), 2400);
}

#[test]
fn the_last_few_commands_are_not_kept_back() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        for n in 0..1000 {
            peer.expect(&format!("S{} GETACL \"f{n}\"", n + 1));
        }
        // As many replies as commands are left; none of the others is waited for.
        for n in 0..20 {
            peer.say(&format!("* ACL f{n} a l\r\nS{} OK done", n + 1));
        }
        for n in 1000..1020 {
            peer.expect(&format!("S{} GETACL \"f{n}\"", n + 1));
        }
        for n in 20..1020 {
            peer.say(&format!("* ACL f{n} a l\r\nS{} OK done", n + 1));
        }
    });
    let acls = session.acls(&folders(1020), &pace()).unwrap();
    script.join().unwrap();
    assert!(acls.iter().all(Result::is_ok));
}

#[test]
fn the_window_is_bounded_in_bytes_too() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        let mut unanswered = 0;
        while unanswered + 4020 < 32 << 10 {
            unanswered += peer.line().len() + 2;
        }
        peer.expect_silence();
    });
    let long = |n| WireName::from_wire(format!("{n}{}", "x".repeat(4000)));
    let folders: Vec<_> = (10..30).map(long).collect();
    assert!(session.acls(&folders, &pace()).is_err());
    script.join().unwrap();
}

#[test]
fn two_commands_on_one_folder_are_never_in_flight_together() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        peer.expect("S1 DELETEACL \"f0\" \"a\"");
        peer.expect("S2 DELETEACL \"f1\" \"a\"");
        peer.say("S1 OK done");
        peer.say("S2 OK done");
        peer.expect("S3 DELETEACL \"f0\" \"b\"");
        peer.expect("S4 DELETEACL \"f1\" \"b\"");
        peer.say("S4 OK done");
        peer.say("S3 NO no");
    });
    let all = folders(2);
    let requests = vec![
        Request::delete_acl(&all[0], "a"),
        Request::delete_acl(&all[0], "b"),
        Request::delete_acl(&all[1], "a"),
        Request::delete_acl(&all[1], "b"),
    ];
    let batch = session.run(requests, &pace());
    script.join().unwrap();
    let done: Vec<_> = batch.answers.iter().map(Answer::is_ok).collect();
    assert_eq!(done, [true, false, true, true]);
}

#[test]
fn an_interrupt_drains_what_is_in_flight() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let (mut session, script) = session("ACL", LONG, |peer| {
        for n in 1..=64 {
            assert!(peer.line().starts_with(&format!("S{n} DELETEACL")));
        }
        STOP.store(true, Ordering::Relaxed);
        for n in 1..=64 {
            peer.say(&format!("S{n} OK done"));
        }
        peer.expect("S65 NOOP");
        peer.say("S65 OK still there");
    });
    let pace = Pace {
        tick: &|_| {},
        stop: &STOP,
    };
    let batch = session.run(without_bob(800), &pace);
    assert_eq!(batch.broken, None);
    assert_eq!(batch.answers.iter().filter(|a| a.is_ok()).count(), 64);
    assert_eq!(batch.answers[799], Answer::Unsent);
    session.noop().unwrap();
    script.join().unwrap();
}

#[test]
fn a_silent_server_and_one_that_drips_run_into_the_deadline() {
    for drips in [false, true] {
        let (mut session, script) = session("ACL", SOON, move |peer| {
            peer.line();
            for byte in b"* OK this line takes longer than anybody waits for it ".repeat(2) {
                if drips {
                    peer.send(&[byte]);
                }
                thread::sleep(Duration::from_millis(10));
            }
        });
        let error = session.noop().unwrap_err();
        assert_eq!(error.exit(), Exit::Unreachable);
        assert!(
            error.what().contains("did not answer within 0.3 s"),
            "{error}"
        );
        script.join().unwrap();
    }
}

#[test]
fn a_response_of_endless_empty_literals_runs_into_the_deadline() {
    let timeout = Duration::from_millis(50);
    let (mut session, _script) = session("ACL", timeout, move |peer| {
        peer.line();
        peer.send(b"* X");
        for _ in 0..200 {
            peer.send(b" {0}\r\n");
            thread::sleep(timeout / 2);
        }
    });
    let error = session.noop().unwrap_err();
    assert!(!error.what().contains("closed"), "{error}");
    assert_eq!(error.exit(), Exit::Unreachable);
}

#[test]
fn half_a_million_attributes_of_a_folder_are_not_kept() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        peer.expect("S1 LIST \"\" \"*\"");
        let attributes = "a ".repeat(500_000);
        peer.say(&format!("* LIST ({attributes}) \"/\" x"));
        peer.say("S1 OK done");
    });
    let listed = session
        .list(&Pattern::everything(), ListOptions::default())
        .unwrap();
    assert_eq!(listed[0].attributes.iter().count(), 0);
    script.join().unwrap();
}

#[test]
fn a_slow_server_that_sends_whole_lines_is_waited_for() {
    let (mut session, script) = session("ACL", SOON, |peer| {
        peer.line();
        for _ in 0..4 {
            thread::sleep(Duration::from_millis(150));
            peer.say("* OK Hang in there..");
        }
        peer.say("S1 OK done");
    });
    session.noop().unwrap();
    script.join().unwrap();
}

/// What GETACL makes of a server that answers with `reply`.
fn acl_error(reply: Vec<u8>) -> crate::error::Error {
    let (mut session, script) = session("ACL", LONG, move |peer| {
        peer.line();
        peer.send(&reply);
    });
    let error = session.acls(&folders(1), &pace()).unwrap_err();
    assert_eq!(session.noop().unwrap_err(), error);
    drop(session);
    script.join().unwrap();
    error
}

#[test]
fn a_huge_literal_is_refused_when_it_is_announced() {
    let error = acl_error(b"* ACL f0 {104857600}\r\n".to_vec());
    assert_eq!(error.exit(), Exit::Protocol);
    assert!(
        error.what().contains("a literal of 104857600 bytes"),
        "{error}"
    );
    let error = acl_error(b"* ACL f0 {99999999999999999999999}\r\n".to_vec());
    assert_eq!(error.exit(), Exit::Protocol);
}

#[test]
fn an_endless_line_and_endless_literals_are_refused() {
    assert_eq!(acl_error(vec![b'x'; 3 << 20]).exit(), Exit::Protocol);
    let megabyte = [b"{1000000}\r\n".to_vec(), vec![b'x'; 1_000_000]].concat();
    let reply = [
        b"* ACL f0 ".to_vec(),
        [megabyte, b" ".to_vec()].concat().repeat(6),
    ]
    .concat();
    assert_eq!(acl_error(reply).exit(), Exit::Protocol);
}

#[test]
fn deep_nesting_is_refused_where_it_is_read_and_ignored_where_it_is_not() {
    let nested = "(".repeat(10_000);
    let (mut session, script) = session("ACL", LONG, move |peer| {
        peer.line();
        peer.say(&format!("* X {nested}"));
        peer.say("S1 OK done");
        peer.line();
        peer.say(&format!("* LIST () \"/\" a {nested}"));
    });
    session.noop().unwrap();
    let error = session
        .list(&Pattern::everything(), ListOptions::default())
        .unwrap_err();
    assert_eq!(error.exit(), Exit::Protocol);
    script.join().unwrap();
}

#[test]
fn nonsense_breaks_the_session() {
    for reply in [
        &b"\r\n"[..],
        b"S1\r\n",
        b"S7 OK not mine\r\n",
        b"a1 OK an old one\r\n",
        b"S1 WHAT\r\n",
        b"+ go on\r\n",
        b"* ACL f0 half\r\n",
        b"* ACL f0 \"half\r\n",
        b"\xff\xfe\xfd\r\n",
        b"* ACL f0 a l\r\nS1 OK done\r\nS1 OK again\r\n",
    ] {
        let (mut session, script) = session("ACL", LONG, move |peer| {
            peer.line();
            peer.send(reply);
        });
        let first = session.acls(&folders(1), &pace());
        let error = first.and_then(|_| session.noop()).unwrap_err();
        let shown = String::from_utf8_lossy(reply);
        // After the good reply the second one meets the next command, or the end of the line.
        let exits = [Exit::Protocol, Exit::Unreachable];
        assert!(exits.contains(&error.exit()), "{shown}: {error}");
        script.join().unwrap();
    }
}

#[test]
fn a_greeting_must_be_one() {
    let bye = open_error(Tls::None, "S: * BYE too many users↵");
    assert_eq!(
        (bye.kind, bye.error.exit()),
        (Kind::Temporary, Exit::TryAgain)
    );
    assert!(bye.error.what().contains("too many users"));
    let full = open_error(
        Tls::None,
        "S: * NO [ALERT] Too many connections from your IP↵",
    );
    assert_eq!(full.error.exit(), Exit::TryAgain);
    assert!(full.error.advice().unwrap().contains("--connections"));
    for garbage in [
        "S: 220 smtp.example.com ESMTP↵",
        "S: HTTP/1.1 400 Bad Request↵",
        "S: ↵",
    ] {
        assert_eq!(open_error(Tls::None, garbage).kind, Kind::Protocol);
    }
    let preauth = open_error(Tls::None, "S: * PREAUTH welcome↵");
    assert_eq!(preauth.kind, Kind::Protocol);
    assert_eq!(open_error(Tls::None, "").kind, Kind::Unreachable);
}

#[test]
fn starttls_takes_no_byte_from_before_the_handshake_and_never_falls_back() {
    let injected = open_error(
        Tls::Starttls,
        "S: * OK ready↵
         C: S1 CAPABILITY
         S: * CAPABILITY IMAP4rev1 STARTTLS↵S1 OK done↵
         C: S2 STARTTLS
         S: S2 OK begin↵* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] trust me↵",
    );
    assert_eq!(injected.kind, Kind::Protocol);
    let stripped = open_error(
        Tls::Starttls,
        "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready↵",
    );
    assert_eq!(stripped.kind, Kind::Tls);
    let refused = open_error(
        Tls::Starttls,
        "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready↵
         C: S1 STARTTLS
         S: S1 NO not today↵",
    );
    assert_eq!(refused.kind, Kind::Tls);
    let preauth = open_error(Tls::Starttls, "S: * PREAUTH welcome↵");
    assert_eq!(preauth.kind, Kind::Protocol);
}

#[test]
fn a_refused_login_tells_which_step_failed() {
    for (reply, kind, exit) in [
        (
            "NO [AUTHENTICATIONFAILED] no",
            Kind::Authentication,
            Exit::Refused,
        ),
        (
            "NO [AUTHORIZATIONFAILED] no",
            Kind::Authorization,
            Exit::Refused,
        ),
        ("NO [UNAVAILABLE] später", Kind::Temporary, Exit::TryAgain),
        ("NO [LIMIT] too many", Kind::Temporary, Exit::TryAgain),
        (
            "NO [ALERT] Too many simultaneous connections. (Failure)",
            Kind::Temporary,
            Exit::TryAgain,
        ),
        (
            "NO Maximum number of connections from user+IP exceeded",
            Kind::Temporary,
            Exit::TryAgain,
        ),
        ("NO (((( {5} \u{fffd}", Kind::Authentication, Exit::Refused),
        ("BAD what?", Kind::Authentication, Exit::Refused),
    ] {
        let (endpoint, script) = serve(move |peer| {
            peer.say("* OK ready");
            peer.expect("a1 CAPABILITY");
            peer.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN");
            peer.say("a1 OK done");
            peer.expect("a2 AUTHENTICATE PLAIN");
            peer.say("+ ");
            peer.expect("AGFsaWNlAHNlY3JldA==");
            peer.say(&format!("a2 {reply}"));
        });
        let error = Session::open(&endpoint, &credentials(), None).unwrap_err();
        assert_eq!((error.kind, error.error.exit()), (kind, exit), "{reply}");
        script.join().unwrap();
    }
}

#[test]
fn a_login_survives_what_the_imap_crate_does_not() {
    let nested = "(".repeat(20_000);
    for line in [
        &*format!("* X {nested}"),
        "* NO [ALERT] the disk is full",
        "* BAD {12}",
        "* LIST (",
        "* ACL {0}",
    ] {
        let line = line.to_owned();
        let literal = line.ends_with("{0}");
        let (endpoint, script) = serve(move |peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready");
            peer.line();
            peer.say(&line);
            peer.say("a1 OK [CAPABILITY IMAP4rev1 ACL] in");
        });
        let opened = Session::open(&endpoint, &credentials(), None);
        // A literal of any size has no place in a login; an empty one is let pass.
        assert!(opened.is_ok() || literal, "{:?}", opened.err());
        script.join().unwrap();
    }
    let dropped = open_error(
        Tls::None,
        "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready↵
         C: a1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==",
    );
    assert_eq!(dropped.kind, Kind::Dropped);
    let huge = open_error(
        Tls::None,
        "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready↵
         C: a1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==
         S: * X {1000}↵",
    );
    assert_eq!(huge.kind, Kind::Protocol);
}

#[test]
fn logindisabled_is_obeyed() {
    let error = open_error(
        Tls::None,
        "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready↵",
    );
    assert_eq!(error.kind, Kind::Config);
    assert!(error.error.advice().unwrap().contains("TLS"));
}

#[test]
fn a_password_of_any_letters_goes_by_login_and_into_no_log() {
    for (secret, lines) in [
        ("a \"b\\", &["a1 LOGIN \"alice\" \"a \\\"b\\\\\""][..]),
        ("pässwörd", &["S1 LOGIN \"alice\" {10+}", "pässwörd"]),
    ] {
        let (endpoint, script) = serve(move |peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 LITERAL+] ready");
            lines.iter().for_each(|line| peer.expect(line));
            let tag = &lines[0][..2];
            peer.say(&format!("{tag} OK [CAPABILITY IMAP4rev1] in"));
            if tag == "S1" {
                peer.expect("S1 CAPABILITY");
                peer.say("* CAPABILITY IMAP4rev1 ACL");
                peer.say("S1 OK done");
            }
        });
        let mut credentials = credentials();
        credentials.mechanism = Mechanism::Login;
        credentials.secret = secret.into();
        let log = std::sync::Arc::new(Mutex::new(String::new()));
        let seen = std::sync::Arc::clone(&log);
        let trace = Trace::new(move |_, line| {
            let mut log = seen.lock().unwrap();
            log.push_str(line);
            log.push('\n');
        });
        Session::open(&endpoint, &credentials, Some(trace)).unwrap();
        script.join().unwrap();
        let log = log.lock().unwrap();
        assert!(log.contains("LOGIN ***") && !log.contains("alice"), "{log}");
    }
}

#[test]
fn without_tls_nothing_is_said_beyond_loopback() {
    // An address of this machine that is not loopback, where it has one; nothing is sent.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let routed = socket.connect("198.51.100.1:9");
    let address = routed.and_then(|()| socket.local_addr()).map(|a| a.ip());
    let Some(address) = address.ok().filter(|a| !a.is_loopback()) else {
        return;
    };
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let endpoint = Endpoint {
        host: address.to_string(),
        port: listener.local_addr().unwrap().port(),
        tls: Tls::None,
        trust: Trust::system(),
        timeout: LONG,
    };
    let error = Session::open(&endpoint, &credentials(), None).unwrap_err();
    let (mut client, _) = listener.accept().unwrap();
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).unwrap();
    assert_eq!((error.kind, heard.len()), (Kind::Config, 0));
}

#[test]
fn a_session_can_live_in_a_thread() {
    fn lives_in_a_thread<T: Send + 'static>() {}
    lives_in_a_thread::<Session>();
}

#[test]
fn an_untagged_no_and_silence_end_once_the_server_answers_noop() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        expect_without_bob(peer);
        peer.say("S1 OK done");
        peer.say("* NO [LIMIT] too \u{1b}[2Jmany entries");
        peer.say("S3 OK done");
        peer.expect("S4 NOOP");
        peer.say("S4 OK here");
    });
    let batch = session.run(without_bob(3), &pace());
    script.join().unwrap();
    assert!(batch.answers[0].is_ok() && batch.answers[2].is_ok());
    assert_eq!(batch.answers[1], Answer::Unknown);
    assert_eq!(batch.said, ["NO: too \\u{1b}[2Jmany entries"]);
    let error = batch.broken.unwrap();
    assert_eq!(error.exit(), Exit::Refused);
    assert!(
        error.what().contains("never answered DELETEACL \"f1\""),
        "{error}"
    );
    assert!(session.noop().is_err(), "nothing more is sent");
}

#[test]
fn an_untagged_no_before_a_reply_is_only_told() {
    let (mut session, script) = session("ACL", LONG, |peer| {
        peer.expect("S1 DELETEACL \"f0\" \"bob\"");
        peer.say("* NO almost full");
        peer.expect("S2 NOOP");
        peer.say("S1 OK done\r\nS2 OK here");
        peer.expect("S3 NOOP");
        peer.say("S3 OK here");
    });
    let batch = session.run(without_bob(1), &pace());
    assert!(batch.answers[0].is_ok());
    assert_eq!(batch.broken, None);
    session.noop().unwrap();
    script.join().unwrap();
}

/// Says a line every moment, for longer than a login may take.
fn talk_on(peer: &mut Peer, line: &str) {
    for _ in 0..600 {
        peer.say(line);
        thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn a_login_that_goes_on_and_on_has_an_end() {
    let scripts: [fn(&mut Peer); 3] = [
        |peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready");
            peer.line();
            talk_on(peer, "* OK still thinking");
        },
        |peer| {
            peer.say("* OK ready");
            peer.line();
            talk_on(peer, "* OK still thinking");
        },
        |peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready");
            peer.line();
            talk_on(peer, "* CAPABILITY IMAP4rev1 AUTH=PLAIN");
        },
    ];
    let tries = scripts.map(|script| {
        thread::spawn(move || {
            // Nobody waits for the server to come to its end.
            let (mut endpoint, _) = serve(script);
            // A busy machine may take a moment for each line.
            endpoint.timeout = Duration::from_secs(3);
            Session::open(&endpoint, &credentials(), None).unwrap_err()
        })
    });
    for tried in tries {
        let error = tried.join().unwrap().error;
        let what = "talks on, and the login was not done within 12 s";
        assert!(error.what().contains(what), "{error}");
        assert_eq!(error.exit(), Exit::Unreachable);
    }
}

#[test]
fn after_the_login_there_is_no_hurry() {
    let (mut session, script) = session("ACL", Duration::from_secs(1), move |peer| {
        peer.line();
        peer.say("S1 OK done");
    });
    thread::sleep(Duration::from_millis(4100));
    session.noop().unwrap();
    script.join().unwrap();
}
