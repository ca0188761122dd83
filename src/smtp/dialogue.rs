//! Dialogues with servers that keep to the protocol, as RFCs and real servers have them.

use super::*;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::{Envelope, MailAddress, Notify};
use crate::model::login::{Mechanism, Tls};
use crate::net::peer::{Peer, Script, credentials, serve};
use crate::net::{Credentials, Kind, OpenError, Trace};
use std::sync::{Arc, Mutex};

/// Alice's login.
const LOGIN: &str = "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 2.7.0 in";

pub(super) fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).unwrap()
}

pub(super) fn envelope(to: &[&str]) -> Envelope {
    Envelope::new(
        address("support@example.test"),
        to.iter().map(|t| address(t)),
    )
}

/// Greets, and logs alice in on a server with `extensions`, separated by commas.
pub(super) fn welcome(peer: &mut Peer, extensions: &str) {
    peer.say("220 mail.example.test ESMTP");
    peer.expect("EHLO [127.0.0.1]");
    peer.say("250-mail.example.test");
    for extension in extensions.split(',').filter(|e| !e.is_empty()) {
        peer.say(&format!("250-{extension}"));
    }
    peer.say("250 AUTH PLAIN LOGIN");
    peer.follow(LOGIN);
}

/// A session with a server that goes on by `script`.
pub(super) fn session(
    extensions: &'static str,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> (Submission, Script) {
    let (endpoint, thread) = serve(move |peer| {
        welcome(peer, extensions);
        script(peer);
    });
    let session = Submission::open(&endpoint, &credentials(), None).unwrap();
    (session, thread)
}

pub(super) fn dialogue(extensions: &'static str, lines: &'static str) -> (Submission, Script) {
    session(extensions, move |peer| peer.follow(lines))
}

pub(super) fn go_on(_: Step<'_>) -> Result<()> {
    Ok(())
}

const MESSAGE: &[u8] = b"Subject: x\r\n\r\n.hidden\r\n";

#[test]
fn a_message_goes_out_in_one_burst_where_the_server_takes_it() {
    let (mut session, script) = dialogue(
        "PIPELINING,SIZE 1000,8BITMIME,DSN",
        "C: MAIL FROM:<support@example.test> SIZE=23 RET=HDRS ENVID=7@example.test
         C: RCPT TO:<a@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a@example.test
         C: RCPT TO:<\"b c\"@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;\"b+20c\"@example.test
         C: RCPT TO:<d@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;d@example.test
         C: DATA
         S: 250 2.1.0 Ok
         S: 250 2.1.5 Ok
         S: 550 5.1.1 <\"b c\"@example.test>: Recipient address rejected
         S: 450-4.2.0 greylisted,
         S: 450 4.2.0 wait
         S: 354 End data with <CR><LF>.<CR><LF>
         C: Subject: x
         C: 
         C: ..hidden
         C: .
         S: 250 2.0.0 Ok: queued as 4c5T7z
         C: QUIT
         S: 221 2.0.0 Bye",
    );
    let mut envelope = envelope(&["a@example.test", "\"b c\"@example.test", "d@example.test"]);
    envelope.notify = Some(Notify::parse("success,failure").unwrap());
    envelope.id = Some("7@example.test".to_owned());
    let mut steps = Vec::new();
    let delivery = session.send(&envelope, MESSAGE, &mut |step| {
        steps.push(format!("{step:?}").split('(').next().unwrap().to_owned());
        Ok(())
    });
    session.quit();
    script.join().unwrap();
    assert_eq!(steps, ["Recipients", "Committing"]);
    let Verdict::Sent(reply) = &delivery.verdict else {
        panic!("{delivery:?}");
    };
    assert_eq!(reply.queue_id().as_deref(), Some("4c5T7z"));
    let fates: Vec<_> = delivery.recipients.iter().map(|r| &r.fate).collect();
    assert_eq!(fates[0], &Fate::Accepted);
    assert!(matches!(fates[1], Fate::Refused(r) if r.code() == 550));
    assert!(matches!(fates[2], Fate::Deferred(r) if r.text() == "greylisted, wait"));
    assert_eq!(delivery.exit(), Exit::Partly);
}

#[test]
fn without_pipelining_each_command_waits_and_two_messages_use_one_connection() {
    let (mut session, script) = session("", |peer| {
        for _ in 0..2 {
            for (command, reply) in [
                ("MAIL FROM:<support@example.test>", "250 ok"),
                ("RCPT TO:<a@example.test>", "250 ok"),
                ("DATA", "354 go"),
            ] {
                peer.expect(command);
                peer.expect_silence();
                peer.say(reply);
            }
            peer.follow("C: Subject: x\nC: \nC: ..hidden\nC: .\nS: 250 ok");
        }
    });
    for _ in 0..2 {
        let delivery = session.send(&envelope(&["a@example.test"]), MESSAGE, &mut go_on);
        assert_eq!(delivery.exit(), Exit::Done);
    }
    script.join().unwrap();
}

#[test]
fn a_sender_that_postfix_refuses_at_rcpt_is_told_from_a_recipient() {
    let (mut session, script) = dialogue(
        "PIPELINING",
        "C: MAIL FROM:<support@example.test>
         C: RCPT TO:<a@example.test>
         C: RCPT TO:<b@example.test>
         C: DATA
         S: 250 2.1.0 Ok
         S: 553 5.7.1 <support@example.test>: Sender address rejected: not owned by user bob
         S: 553 5.7.1 <support@example.test>: Sender address rejected: not owned by user bob
         S: 554 5.5.1 Error: no valid recipients
         C: RSET
         S: 250 2.0.0 Ok",
    );
    let to = ["a@example.test", "b@example.test"];
    let delivery = session.send(&envelope(&to), MESSAGE, &mut go_on);
    script.join().unwrap();
    assert!(matches!(
        delivery.verdict,
        Verdict::SenderRefused {
            not_owned: true,
            ..
        }
    ));
    assert_eq!(delivery.exit(), Exit::Refused);
}

#[test]
fn a_sender_refused_at_mail_asks_nobody_else() {
    let (mut session, script) = dialogue(
        "",
        "C: MAIL FROM:<support@example.test>
         S: 501 5.5.4 You are not allowed to send from this address.
         C: RSET
         S: 250 ok",
    );
    let delivery = session.send(&envelope(&["a@example.test"]), MESSAGE, &mut go_on);
    script.join().unwrap();
    assert!(matches!(
        delivery.verdict,
        Verdict::SenderRefused {
            not_owned: true,
            ..
        }
    ));
    assert_eq!(delivery.recipients[0].fate, Fate::Unknown);
}

#[test]
fn without_recipients_there_is_no_data() {
    let (mut session, script) = dialogue(
        "",
        "C: MAIL FROM:<support@example.test>
         S: 250 ok
         C: RCPT TO:<a@example.test>
         S: 550 5.1.1 unknown
         C: RCPT TO:<b@example.test>
         S: 450 4.2.1 busy
         C: RSET
         S: 250 ok",
    );
    let to = ["a@example.test", "b@example.test"];
    let delivery = session.send(&envelope(&to), MESSAGE, &mut go_on);
    script.join().unwrap();
    assert_eq!(delivery.verdict, Verdict::NoRecipients);
    assert_eq!(delivery.exit(), Exit::TryAgain);
}

#[test]
fn a_server_that_wants_data_for_nobody_gets_nothing() {
    let (mut session, script) = dialogue(
        "PIPELINING",
        "C: MAIL FROM:<support@example.test>
         C: RCPT TO:<a@example.test>
         C: DATA
         S: 250 ok
         S: 550 5.1.1 unknown
         S: 354 go
         C: .
         S: 554 5.5.1 no valid recipients
         C: RSET
         S: 250 ok",
    );
    let delivery = session.send(&envelope(&["a@example.test"]), MESSAGE, &mut go_on);
    assert_eq!(delivery.exit(), Exit::Failure);
    session.reset().unwrap();
    script.join().unwrap();
}

#[test]
fn a_message_is_refused_or_deferred_at_its_end() {
    for (reply, exit) in [
        ("550 5.7.1 spam", Exit::Failure),
        ("451 4.3.0 later", Exit::TryAgain),
        (
            "554 5.2.252 SendAsDenied; x not allowed to send as y",
            Exit::Refused,
        ),
        ("421 4.3.2 shutting down", Exit::TryAgain),
    ] {
        let (mut session, script) = session("PIPELINING", move |peer| {
            for _ in 0..3 {
                peer.line();
            }
            peer.send(b"250 ok\r\n250 ok\r\n354 go\r\n");
            while peer.line() != "." {}
            peer.say(reply);
            if !reply.starts_with("421") {
                peer.follow("C: RSET\nS: 250 ok");
            }
        });
        let delivery = session.send(&envelope(&["a@example.test"]), MESSAGE, &mut go_on);
        assert_eq!(delivery.exit(), exit, "{delivery:?}");
        assert!(!matches!(delivery.verdict, Verdict::Unknown(_)));
        let alive = session.reset().is_ok();
        assert_eq!(alive, !reply.starts_with("421"));
        script.join().unwrap();
    }
}

#[test]
fn what_a_server_cannot_take_is_not_begun() {
    let send = |extensions, from: &str, to: &str, message: &[u8]| {
        let (mut session, script) = session(extensions, Peer::expect_silence);
        let envelope = Envelope::new(address(from), [address(to)]);
        let delivery = session.send(&envelope, message, &mut go_on);
        script.join().unwrap();
        match delivery.verdict {
            Verdict::NotSent(error) => error,
            other => panic!("{other:?}"),
        }
    };
    let (from, to) = ("support@example.test", "a@example.test");
    let big = send("SIZE 20", from, to, MESSAGE);
    assert!(big.what().contains("20 bytes at most"), "{big}");
    let eight = send("SIZE", from, to, b"a: b\r\n\r\n\xff\r\n");
    assert!(eight.what().contains("8BITMIME"), "{eight}");
    let headers = send("8BITMIME", from, to, "a: é\r\n\r\n".as_bytes());
    assert!(headers.what().contains("SMTPUTF8"), "{headers}");
    let local = send("8BITMIME", from, "jörg@example.test", MESSAGE);
    assert!(local.what().contains("jörg@example.test"), "{local}");
    let smuggled = send(
        "8BITMIME",
        from,
        to,
        b"a: b\r\n\r\nx\n.\r\nMAIL FROM:<x>\r\n",
    );
    assert_eq!(smuggled.exit(), Exit::BadInput);
    assert!(send("", from, to, &[b'x'; 999]).what().contains("999"));
}

#[test]
fn letters_beyond_ascii_are_announced_where_they_are_needed() {
    let (mut session, script) = dialogue(
        "PIPELINING,8BITMIME,SMTPUTF8",
        "C: MAIL FROM:<support@example.test> BODY=8BITMIME SMTPUTF8
         C: RCPT TO:<jörg@xn--bcher-kva.example>
         C: DATA
         S: 250 ok
         S: 250 ok
         S: 354 go
         C: a: é
         C: 
         C: x
         C: .
         S: 250 ok",
    );
    let to = envelope(&["jörg@bücher.example"]);
    let delivery = session.send(&to, "a: é\r\n\r\nx".as_bytes(), &mut go_on);
    script.join().unwrap();
    assert_eq!(delivery.exit(), Exit::Done);
}

#[test]
fn a_caller_can_stop_at_every_step_and_nothing_is_sent() {
    for stop in [0, 1] {
        let (mut session, script) = session("PIPELINING", move |peer| {
            for _ in 0..3 {
                peer.line();
            }
            peer.send(b"250 ok\r\n250 ok\r\n354 go\r\n");
            while !peer.line().is_empty() {}
            // The end of the connection, or the last line and then that end.
            assert_ne!(peer.line(), ".");
            assert_eq!(peer.line(), "");
        });
        let mut steps = 0;
        let delivery = session.send(&envelope(&["a@example.test"]), MESSAGE, &mut |_| {
            steps += 1;
            if steps > stop {
                return Err(Error::new(Exit::Failure, "the disk is full"));
            }
            Ok(())
        });
        assert!(matches!(&delivery.verdict, Verdict::NotSent(e) if e.what().contains("disk")));
        assert!(session.reset().is_err());
        drop(session);
        script.join().unwrap();
    }
}

#[test]
fn a_probe_tells_apart_what_may_be_wrong_and_sends_nothing() {
    let probe = |mail: &'static str, rcpt: &'static str| {
        let (mut session, script) = session("PIPELINING", move |peer| {
            peer.expect("MAIL FROM:<support@example.test>");
            peer.expect("RCPT TO:<a@example.test>");
            peer.say(mail);
            peer.say(rcpt);
            peer.follow("C: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye");
        });
        let (from, to) = (address("support@example.test"), address("a@example.test"));
        let probe = session.probe(&from, &to).unwrap();
        session.quit();
        script.join().unwrap();
        probe
    };
    assert!(matches!(probe("250 ok", "250 ok"), Probe::Taken(_)));
    assert!(matches!(
        probe(
            "250 ok",
            "553 5.7.1 <support@example.test>: Sender address rejected: not owned by user b"
        ),
        Probe::NotOwned(_)
    ));
    assert!(matches!(
        probe("553 5.7.1 not yours", "503 5.5.1 need MAIL"),
        Probe::NotOwned(r) if r.code() == 553
    ));
    assert!(matches!(
        probe("550 5.1.8 domain not found", "503 5.5.1 need MAIL"),
        Probe::SenderRefused(_)
    ));
    assert!(matches!(
        probe("250 ok", "550 5.1.1 unknown"),
        Probe::RecipientRefused(_)
    ));
    assert!(matches!(
        probe("250 ok", "450 4.2.0 later"),
        Probe::Deferred(_)
    ));
}

/// How a login goes that follows `lines`, and what a watcher sees of it.
fn log_in(credentials: &Credentials, lines: &'static str) -> (Result<(), OpenError>, String) {
    let (endpoint, script) = serve(move |peer| {
        peer.say("220 mail.example.test ESMTP");
        peer.expect("EHLO [127.0.0.1]");
        peer.follow(lines);
    });
    let seen = Arc::new(Mutex::new(String::new()));
    let watcher = Arc::clone(&seen);
    let trace = Trace::new(move |_, line| {
        let mut seen = watcher.lock().unwrap();
        seen.push_str(line);
        seen.push('\n');
    });
    let opened = Submission::open(&endpoint, credentials, Some(trace)).map(drop);
    script.join().unwrap();
    let seen = seen.lock().unwrap().clone();
    assert!(!seen.contains("secret") && !seen.contains("c2VjcmV0") && !seen.contains("AGFsaWNl"));
    (opened, seen)
}

fn with(mechanism: Mechanism) -> Credentials {
    Credentials {
        mechanism,
        ..credentials()
    }
}

#[test]
fn each_mechanism_says_the_secret_in_its_own_form_and_nobody_sees_it() {
    let (plain, seen) = log_in(
        &with(Mechanism::Plain),
        "S: 250-hi\nS: 250 AUTH=PLAIN\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 235 in",
    );
    plain.unwrap();
    assert!(seen.contains("AUTH PLAIN ***"), "{seen}");
    let login = "S: 250-hi\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=
                 S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 2.7.0 in";
    // PLAIN where only LOGIN is offered says the same.
    for mechanism in [Mechanism::Login, Mechanism::Plain] {
        log_in(&with(mechanism), login).0.unwrap();
    }
    let acting = Credentials {
        authzid: Some("support".into()),
        ..with(Mechanism::Plain)
    };
    let lines =
        "S: 250-hi\nS: 250 AUTH PLAIN\nC: AUTH PLAIN c3VwcG9ydABhbGljZQBzZWNyZXQ=\nS: 235 in";
    log_in(&acting, lines).0.unwrap();
    let (refused, _) = log_in(&acting, "S: 250-hi\nS: 250 AUTH LOGIN");
    assert_eq!(refused.unwrap_err().kind, Kind::Config);
}

#[test]
fn a_long_token_waits_for_its_turn() {
    let long = Credentials {
        secret: "t".repeat(600).into(),
        ..with(Mechanism::Xoauth2)
    };
    let (endpoint, script) = serve(|peer| {
        peer.follow("S: 220 hi\nC: EHLO [127.0.0.1]\nS: 250-hi\nS: 250 AUTH XOAUTH2");
        peer.follow("C: AUTH XOAUTH2\nS: 334 ");
        assert!(peer.line().len() > 800);
        peer.follow("S: 334 eyJzdGF0dXMiOiI0MDAifQ==\nC: \nS: 535 5.7.8 no");
    });
    let error = Submission::open(&endpoint, &long, None).unwrap_err();
    script.join().unwrap();
    assert_eq!(error.kind, Kind::Authentication);
    assert!(error.error.what().contains("(token: 400)"), "{error}");
    assert!(!error.error.what().contains("ttt"));
}

#[test]
fn a_refused_login_says_which_kind_of_refusal_it_is() {
    for (reply, kind, exit) in [
        ("S: 535 5.7.8 wrong", Kind::Authentication, Exit::Refused),
        (
            "S: 534-5.7.14 Please log in\nS: 534 5.7.14 via your web browser",
            Kind::Authentication,
            Exit::Refused,
        ),
        ("S: 454 4.7.0 later", Kind::Temporary, Exit::TryAgain),
        ("S: 421 4.7.0 too many", Kind::Temporary, Exit::TryAgain),
        ("S: 538 5.7.11 encrypt", Kind::Config, Exit::Config),
        ("", Kind::Dropped, Exit::Unreachable),
    ] {
        let lines: &'static str = Box::leak(
            format!("S: 250-hi\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n{reply}")
                .into_boxed_str(),
        );
        let error = log_in(&with(Mechanism::Plain), lines).0.unwrap_err();
        assert_eq!((error.kind, error.error.exit()), (kind, exit), "{reply}");
    }
}

#[test]
fn a_server_that_repeats_the_secret_is_not_heard() {
    let (endpoint, script) = serve(|peer| {
        peer.follow("S: 220 hi\nC: EHLO [127.0.0.1]\nS: 250-hi\nS: 250 AUTH PLAIN");
        let line = peer.line();
        peer.say(&format!("535 5.7.8 hunter2-hunter2? {line}"));
    });
    let repeated = Credentials {
        secret: "hunter2-hunter2".into(),
        ..credentials()
    };
    let error = Submission::open(&endpoint, &repeated, None).unwrap_err();
    script.join().unwrap();
    assert!(!error.error.what().contains("hunter2"), "{error}");
    assert!(
        !error.error.what().contains("AGFsaWNlAGh1bnRlcjI"),
        "{error}"
    );
    assert!(error.error.what().contains("535 5.7.8"), "{error}");
}

/// How opening fails on a server that keeps to `lines`.
fn open_error(tls: Tls, lines: &'static str) -> OpenError {
    let (mut endpoint, script) = serve(move |peer| {
        for line in lines.lines().map(str::trim_start) {
            match line.split_at_checked(3) {
                Some(("C: ", line)) => peer.expect(line),
                Some(("S: ", line)) => peer.send(line.replace('↵', "\r\n").as_bytes()),
                _ => {}
            }
        }
    });
    endpoint.tls = tls;
    let error = Submission::open(&endpoint, &credentials(), None).unwrap_err();
    script.join().unwrap();
    error
}

#[test]
fn a_server_that_takes_no_mail_says_why() {
    let busy = open_error(Tls::None, "S: 421 4.3.2 too busy↵");
    assert_eq!(busy.kind, Kind::Temporary);
    let blocked = open_error(Tls::None, "S: 554 5.7.1 you are blocked↵");
    assert_eq!(blocked.kind, Kind::Unreachable);
    assert!(blocked.error.what().contains("you are blocked"));
    for garbage in [
        "S: * OK IMAP4rev1↵",
        "S: SSH-2.0-x↵",
        "S: \u{15}\u{3}\u{1}↵",
    ] {
        assert_eq!(open_error(Tls::None, garbage).kind, Kind::Protocol);
    }
    let old = open_error(Tls::None, "S: 220 hi↵\nC: EHLO [127.0.0.1]\nS: 502 what?↵");
    assert!(old.error.what().contains("refuses EHLO"));
}

#[test]
fn starttls_is_never_done_without_and_nothing_slips_in_before_it() {
    let stripped = open_error(
        Tls::Starttls,
        "S: 220 hi↵\nC: EHLO [127.0.0.1]\nS: 250-hi↵250 AUTH PLAIN↵",
    );
    assert_eq!(stripped.kind, Kind::Tls);
    let refused = open_error(
        Tls::Starttls,
        "S: 220 hi↵\nC: EHLO [127.0.0.1]\nS: 250-hi↵250 STARTTLS↵\nC: STARTTLS\nS: 454 no TLS now↵",
    );
    assert_eq!(refused.kind, Kind::Tls);
    let injected = open_error(
        Tls::Starttls,
        "S: 220 hi↵\nC: EHLO [127.0.0.1]\nS: 250-hi↵250 STARTTLS↵\nC: STARTTLS
         S: 220 go↵250-evil↵250 AUTH PLAIN↵",
    );
    assert_eq!(injected.kind, Kind::Protocol);
    let garbage = open_error(
        Tls::Starttls,
        "S: 220 hi↵\nC: EHLO [127.0.0.1]\nS: 250-hi↵250 STARTTLS↵\nC: STARTTLS\nS: 220 go↵",
    );
    assert_eq!(garbage.kind, Kind::Tls, "{garbage}");
}
