//! Dialogues with servers of tests: what is said, and what a server does that real ones do not on demand.

use super::*;
use crate::exit::Exit;
use crate::net::peer::{Peer, Script, credentials, serve};
use crate::net::{Credentials, Kind, OpenError};
use std::time::Duration;

const GREETING: &str = r#"S: "IMPLEMENTATION" "Toy"
    S: "SASL" "PLAIN LOGIN"
    S: "SIEVE" "fileinto"
    S: "VERSION" "1.0"
    S: OK "hello"
    "#;

/// What a login as Alice with her own password says, and what the server can do then.
const LOGIN: &str = r#"C: AUTHENTICATE "PLAIN" "AGFsaWNlAHNlY3JldA=="
    S: OK "in"
    C: CAPABILITY
    S: "SIEVE" "fileinto include"
    S: "MAXREDIRECTS" "4"
    S: "VERSION" "1.0"
    S: OK
    "#;

fn open(
    credentials: Credentials,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> (Result<Filters, OpenError>, Script) {
    let (endpoint, script) = serve(script);
    (Filters::open(&endpoint, &credentials, None), script)
}

fn session(script: impl FnOnce(&mut Peer) + Send + 'static) -> (Filters, Script) {
    let (filters, script) = open(credentials(), |peer| {
        peer.follow(GREETING);
        peer.follow(LOGIN);
        script(peer);
    });
    (filters.unwrap(), script)
}

fn name(name: &str) -> ScriptName {
    ScriptName::new(name).unwrap()
}

#[test]
fn scripts_are_listed_read_checked_put_and_activated() {
    let (mut filters, script) = session(|peer| {
        peer.expect("LISTSCRIPTS");
        peer.send("\"a \\\"b\\\"\" ACTIVE\r\n{5}\r\nBüro\r\n".as_bytes());
        peer.say("OK \"two\"");
        peer.expect("GETSCRIPT \"Büro\"");
        peer.send("{11}\r\nkeep;\r\n# ü\r\nOK\r\n".as_bytes());
        peer.expect("CHECKSCRIPT {7+}");
        peer.expect("keep;");
        peer.expect("");
        peer.say("NO {20}");
        peer.send(b"line 1: no\r\nline 2: \r\n");
        peer.expect("HAVESPACE \"s\" 7");
        peer.say("OK");
        peer.expect("PUTSCRIPT \"s\" {7+}");
        peer.expect("keep;");
        peer.expect("");
        peer.say("OK (WARNINGS) {7}");
        peer.send(b"line 1:\r\n");
        peer.expect("SETACTIVE \"s\"");
        peer.say("NO (NONEXISTENT) \"none\"");
        peer.expect("LOGOUT");
        peer.say("OK");
    });
    assert!(filters.capabilities().has("include"), "it was asked again");
    assert_eq!(filters.capabilities().max_redirects, Some(4));
    let listed = filters.list().unwrap().unwrap();
    let names: Vec<_> = listed
        .iter()
        .map(|one| (one.name.clone().unwrap(), one.active))
        .collect();
    assert_eq!(names, [(name("a \"b\""), true), (name("Büro"), false)]);
    let text = filters.get(&name("Büro")).unwrap().unwrap();
    assert_eq!(text, "keep;\r\n# ü".as_bytes());
    let refusal = filters.check(b"keep;\r\n").unwrap().unwrap_err();
    assert_eq!(refusal.to_string(), "line 1: no; line 2:");
    filters.has_room(&name("s"), 7).unwrap().unwrap();
    let warned = filters.put(&name("s"), b"keep;\r\n").unwrap().unwrap();
    assert_eq!(warned.as_deref(), Some("line 1:"));
    let refusal = filters.activate(&name("s")).unwrap().unwrap_err();
    assert_eq!(refusal.code.as_deref(), Some("NONEXISTENT"));
    filters.quit();
    script.join().unwrap();
}

#[test]
fn an_administrator_acts_as_the_owner() {
    let admin = Credentials {
        authzid: Some("support@example.test".into()),
        ..credentials()
    };
    let (filters, script) = open(admin, |peer| {
        peer.follow(GREETING);
        peer.expect("AUTHENTICATE \"PLAIN\" \"c3VwcG9ydEBleGFtcGxlLnRlc3QAYWxpY2UAc2VjcmV0\"");
        peer.say("NO \"Authorization failed c3VwcG9ydEBleGFtcGxlLnRlc3QAYWxpY2UAc2VjcmV0\"");
    });
    let refused = filters.unwrap_err();
    script.join().unwrap();
    assert_eq!(refused.kind, Kind::Authentication);
    assert_eq!(refused.error.exit(), Exit::Refused);
    let what = refused.error.what();
    assert!(
        what.contains("\"alice\" as \"support@example.test\""),
        "{what}"
    );
    assert!(
        !what.contains("AGFsaWNl") && what.contains("****"),
        "{what}"
    );
}

#[test]
fn a_server_that_asks_for_more_is_answered() {
    let login = Credentials {
        mechanism: crate::model::login::Mechanism::Login,
        ..credentials()
    };
    let (filters, script) = open(login, |peer| {
        peer.follow(GREETING);
        peer.follow(
            r#"C: AUTHENTICATE "LOGIN"
            S: "VXNlcm5hbWU6"
            C: "YWxpY2U="
            S: {12}
            S: UGFzc3dvcmQ6
            C: "c2VjcmV0"
            S: OK
            C: CAPABILITY
            S: OK
            "#,
        );
    });
    assert!(!filters.unwrap().capabilities().versioned);
    script.join().unwrap();
}

#[test]
fn a_server_without_a_certificate_is_not_talked_to_where_tls_is_wanted() {
    let (mut endpoint, script) = serve(|peer| peer.follow(GREETING));
    endpoint.tls = crate::model::login::Tls::Starttls;
    let refused = Filters::open(&endpoint, &credentials(), None).unwrap_err();
    script.join().unwrap();
    assert_eq!(refused.kind, Kind::Tls);
    assert!(refused.error.what().contains("offers no STARTTLS"));
}

#[test]
fn what_comes_in_the_clear_behind_starttls_is_not_believed() {
    let (mut endpoint, script) = serve(|peer| {
        peer.say("\"STARTTLS\"");
        peer.say("OK");
        peer.expect("STARTTLS");
        peer.send(b"OK\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n");
        peer.hang_up();
    });
    endpoint.tls = crate::model::login::Tls::Starttls;
    let refused = Filters::open(&endpoint, &credentials(), None).unwrap_err();
    script.join().unwrap();
    assert_eq!(refused.kind, Kind::Protocol);
    assert!(refused.error.what().contains("somebody may be in between"));
}

#[test]
fn what_no_server_may_do_ends_the_session() {
    let tricks: [&[u8]; 8] = [
        b"{99999999}\r\n",
        b"{5}\r\nab",
        b"WHAT\r\n",
        b"\"a\" (\r\n\x07\r\n",
        b"\"open\r\n",
        b"OK\r\n",
        b"\"a\" \"b\"\r\nOK\r\n",
        b"BYE (TRYLATER) \"gone\"\r\n",
    ];
    for trick in tricks {
        let (mut filters, script) = session(move |peer| {
            peer.line();
            peer.send(trick);
            peer.hang_up();
        });
        let error = filters.get(&name("x")).unwrap_err();
        assert!(
            matches!(
                error.exit(),
                Exit::Protocol | Exit::Unreachable | Exit::TryAgain
            ),
            "{error}"
        );
        assert_eq!(filters.list().unwrap_err(), error, "no more is said");
        drop(filters);
        script.join().unwrap();
    }
}

#[test]
fn a_server_that_drips_or_never_ends_runs_into_a_bound() {
    let (mut filters, script) = session(|peer| {
        peer.line();
        for _ in 0..300 {
            peer.send(b"\"a\"\r\n");
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    filters
        .wire
        .connection()
        .set_timeout(Duration::from_millis(50));
    let error = filters.list().unwrap_err();
    assert_eq!(error.exit(), Exit::Unreachable, "{error}");
    drop(filters);
    script.join().unwrap();
    let (mut filters, script) = session(|peer| {
        peer.line();
        peer.send(&b"\"a\"\r\n".repeat(20_000));
        peer.hang_up();
    });
    let error = filters.list().unwrap_err();
    assert!(error.what().contains("without end"), "{error}");
    drop(filters);
    script.join().unwrap();
}
