//! Servers that break the protocol, or the connection.

use super::dialogue::{dialogue, envelope, go_on, session};
use super::*;
use crate::exit::Exit;
use crate::net::peer::{Peer, Script};
use std::thread;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(300);
const MESSAGE: &[u8] = b"Subject: x\r\n\r\nhello\r\n";

/// A session whose every wait is short.
fn impatient(
    extensions: &'static str,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> (Submission, Script) {
    let (mut session, script) = session(extensions, script);
    session.wire.connection().set_timeout(SOON);
    session.patience = SOON;
    (session, script)
}

fn send(session: &mut Submission, to: &[&str]) -> Delivery {
    session.send(&envelope(to), MESSAGE, &mut go_on)
}

/// Takes the commands for one recipient and all of the message.
fn take_message(peer: &mut Peer) {
    for _ in 0..3 {
        peer.line();
    }
    peer.send(b"250 ok\r\n250 ok\r\n354 go\r\n");
    while peer.line() != "." {}
}

#[test]
fn a_connection_that_dies_before_the_answer_leaves_an_unknown() {
    let ends: [fn(&mut Peer); 5] = [
        |_| {},
        |peer| peer.send(b"25"),
        |peer| peer.send(b"250-ok\r\n"),
        |peer| peer.say("what?"),
        |peer| peer.say("354 again"),
    ];
    for end in ends {
        let (mut session, script) = impatient("PIPELINING", move |peer| {
            take_message(peer);
            end(peer);
        });
        let delivery = send(&mut session, &["a@example.test"]);
        script.join().unwrap();
        assert!(
            matches!(delivery.verdict, Verdict::Unknown(_)),
            "{delivery:?}"
        );
        assert_eq!(delivery.exit(), Exit::Partly);
        assert_eq!(delivery.recipients[0].fate, Fate::Accepted);
        // Nothing more is said on this connection.
        let again = send(&mut session, &["a@example.test"]);
        assert!(matches!(again.verdict, Verdict::NotSent(_)));
    }
}

#[test]
fn a_server_that_never_answers_or_drips_runs_into_the_deadline() {
    for drips in [false, true] {
        let (mut session, script) = impatient("PIPELINING", move |peer| {
            take_message(peer);
            for _ in 0..100 {
                if drips {
                    peer.send(b"250-still thinking\r\n");
                }
                thread::sleep(Duration::from_millis(10));
            }
        });
        let delivery = send(&mut session, &["a@example.test"]);
        let Verdict::Unknown(error) = delivery.verdict else {
            panic!("{delivery:?}");
        };
        assert!(
            error.what().contains("did not answer within 0.3 s"),
            "{error}"
        );
        drop(session);
        script.join().unwrap();
    }
}

#[test]
fn a_message_that_was_cut_off_before_its_end_is_not_sent() {
    let (mut session, script) = impatient("", |peer| {
        peer.follow(
            "C: MAIL FROM:<support@example.test>
             S: 250 ok
             C: RCPT TO:<a@example.test>
             S: 250 ok
             C: DATA
             S: 354 go",
        );
        peer.line();
        peer.say("552 5.3.4 too much");
    });
    let long = [b"a: b\r\n\r\n".to_vec(), b"x\r\n".repeat(10_000_000)].concat();
    let to = envelope(&["a@example.test"]);
    let delivery = session.send(&to, &long, &mut go_on);
    script.join().unwrap();
    // Its reasons may be lost with the connection.
    assert!(
        matches!(delivery.verdict, Verdict::NotSent(_) | Verdict::Refused(_)),
        "{delivery:?}"
    );
    assert!(session.check().is_err());
}

#[test]
fn a_server_that_goes_among_the_recipients_says_who_was_accepted() {
    let (mut session, script) = dialogue(
        "PIPELINING",
        "C: MAIL FROM:<support@example.test>
         C: RCPT TO:<a@example.test>
         C: RCPT TO:<b@example.test>
         C: RCPT TO:<c@example.test>
         C: DATA
         S: 250 ok
         S: 250 ok
         S: 421 4.7.0 too many errors",
    );
    let to = ["a@example.test", "b@example.test", "c@example.test"];
    let delivery = send(&mut session, &to);
    script.join().unwrap();
    assert!(matches!(&delivery.verdict, Verdict::Deferred(r) if r.code() == 421));
    assert_eq!(delivery.recipients[0].fate, Fate::Accepted);
    assert!(matches!(delivery.recipients[1].fate, Fate::Deferred(_)));
    assert_eq!(delivery.recipients[2].fate, Fate::Unknown);
    assert_eq!(session.check().unwrap_err().exit(), Exit::TryAgain);
}

#[test]
fn a_refused_sender_stays_refused_when_the_server_hangs_up_on_it() {
    for end in ["", "421 4.7.0 bye"] {
        let (mut session, script) = impatient("PIPELINING", move |peer| {
            for _ in 0..3 {
                peer.line();
            }
            peer.say("553 5.7.1 not yours");
            peer.say(end);
        });
        let delivery = send(&mut session, &["a@example.test"]);
        script.join().unwrap();
        assert_eq!(delivery.exit(), Exit::Refused, "{delivery:?}");
    }
}

#[test]
fn a_server_that_said_goodbye_meanwhile_is_understood() {
    let (mut session, script) = session("PIPELINING", |peer| {
        take_message(peer);
        peer.send(b"250 ok\r\n421 4.4.2 timeout\r\n");
    });
    assert_eq!(send(&mut session, &["a@example.test"]).exit(), Exit::Done);
    script.join().unwrap();
    assert_eq!(
        send(&mut session, &["a@example.test"]).exit(),
        Exit::TryAgain
    );
}

#[test]
fn replies_out_of_step_break_the_session_before_the_message() {
    for replies in [
        "250 ok\r\n250 ok\r\n250 ok\r\n",
        "354 go\r\n250 ok\r\n250 ok\r\n",
        "250 ok\r\n354 go\r\n354 go\r\n",
        "250-a\r\n251 b\r\n",
        "\r\n",
        "250ok\r\n",
        "999 x\r\n",
        "* OK\r\n",
        "\u{fffd}\u{fffd}\r\n",
    ] {
        let (mut session, script) = impatient("PIPELINING", move |peer| {
            for _ in 0..3 {
                peer.line();
            }
            peer.send(replies.as_bytes());
            assert!(!peer.line().starts_with("Subject"));
        });
        let delivery = send(&mut session, &["a@example.test"]);
        assert!(
            matches!(delivery.verdict, Verdict::NotSent(_)),
            "{replies:?}: {delivery:?}"
        );
        assert_eq!(delivery.exit(), Exit::Protocol, "{replies:?}");
        assert!(session.reset().is_err());
        drop(session);
        script.join().unwrap();
    }
}

#[test]
fn endless_lines_and_replies_are_refused() {
    for reply in [
        vec![b'2'; 1 << 20],
        b"250-x\r\n".repeat(100_000),
        [b"250-".to_vec(), vec![b'x'; 5000], b"\r\n".to_vec()]
            .concat()
            .repeat(100),
    ] {
        let (mut session, script) = impatient("PIPELINING", move |peer| {
            peer.line();
            peer.send(&reply);
        });
        assert_eq!(
            send(&mut session, &["a@example.test"]).exit(),
            Exit::Protocol
        );
        drop(session);
        script.join().unwrap();
    }
}

#[test]
fn ten_thousand_recipients_never_block_both_sides() {
    let count = 10_000;
    let (mut session, script) = session("PIPELINING", move |peer| {
        peer.line();
        peer.say("250 ok");
        // As long as servers' replies get, and a server that answers before it reads on.
        let reply = format!("250 2.1.5 {}\r\n", "x".repeat(480));
        for _ in 0..count {
            assert!(peer.line().starts_with("RCPT"));
            peer.send(reply.as_bytes());
        }
        peer.expect("DATA");
        peer.say("354 go");
        while peer.line() != "." {}
        peer.say("250 ok");
    });
    let to: Vec<_> = (0..count).map(|n| format!("r{n}@example.test")).collect();
    let to: Vec<_> = to.iter().map(|t| &**t).collect();
    assert_eq!(send(&mut session, &to).exit(), Exit::Done);
    script.join().unwrap();
}

#[test]
fn the_window_waits_for_replies() {
    let (mut session, script) = session("PIPELINING", |peer| {
        for _ in 0..100 {
            peer.line();
        }
        peer.expect_silence();
        peer.say("550 5.1.0 no");
        for _ in 0..99 {
            peer.say("503 5.5.1 no");
        }
        // A refused sender is reason enough to say no more.
        peer.follow("C: RSET\nS: 250 ok");
    });
    let to: Vec<_> = (0..500).map(|n| format!("r{n}@example.test")).collect();
    let to: Vec<_> = to.iter().map(|t| &**t).collect();
    let delivery = send(&mut session, &to);
    script.join().unwrap();
    assert!(matches!(
        delivery.verdict,
        Verdict::SenderRefused {
            not_owned: false,
            ..
        }
    ));
}
