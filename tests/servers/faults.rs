//! The fake and the proxy do what tests will ask of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::provider::authority::{self, Authority};
use crate::provider::client::{replies, utf7};
use crate::provider::fake::Fake;
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Client, Dovecot, PASSWORD};

fn lines(port: u16) -> (TcpStream, impl Iterator<Item = String>) {
    let socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let reader = BufReader::new(socket.try_clone().unwrap());
    (socket, reader.lines().map_while(Result::ok))
}

#[test]
fn a_fake_follows_its_script_and_cuts() {
    let fake = Fake::plain(|peer| {
        assert!(peer.let_in("IMAP4rev1 ACL"));
        peer.expect("GETACL");
        peer.send("* ACL INBOX half");
        peer.close();
    });
    let (mut socket, mut lines) = lines(fake.port());
    assert_eq!(
        lines.next().unwrap(),
        "* OK [CAPABILITY IMAP4rev1 ACL] ready"
    );
    socket.write_all(b"a LOGIN x y\r\n").unwrap();
    assert_eq!(lines.next().unwrap(), "a OK [CAPABILITY IMAP4rev1 ACL] in");
    socket.write_all(b"b GETACL INBOX\r\n").unwrap();
    assert_eq!(lines.next().unwrap(), "* ACL INBOX half");
    assert!(lines.next().is_none());
    assert_eq!(fake.connections(), 1);
    fake.finish();
}

#[test]
#[should_panic(expected = "expected LOGIN, got a NOOP")]
fn a_fake_fails_the_test_when_its_script_does() {
    let fake = Fake::plain(|peer| {
        peer.expect("LOGIN");
    });
    let (mut socket, mut lines) = lines(fake.port());
    socket.write_all(b"a NOOP\r\n").unwrap();
    assert!(lines.next().is_none());
    fake.finish();
}

#[test]
fn a_fake_speaks_tls() {
    let fake = Fake::tls(|peer| {
        peer.send("* BYE go away\r\n");
    });
    let config = std::fs::read_to_string(fake.config_path()).unwrap();
    let ca = config
        .split("ca-file = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let tls = authority::connector(ca.as_ref());
    let socket = TcpStream::connect(("127.0.0.1", fake.port())).unwrap();
    let mut said = String::new();
    tls.connect("localhost", socket)
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "* BYE go away\r\n");
    fake.finish();
}

#[test]
fn bad_certificates_are_bad() {
    for (kind, reason) in [
        ("expired", "expired"),
        ("wrong-host", "mismatch"),
        ("self-signed", "self-signed"),
    ] {
        let dovecot = Dovecot::with(&["--cert", kind]);
        let tls = authority::connector(&dovecot.ca_path());
        let socket = TcpStream::connect(("127.0.0.1", dovecot.imaps_port())).unwrap();
        let error = tls.connect("localhost", socket).err().unwrap().to_string();
        assert!(error.to_lowercase().contains(reason), "{kind}: {error}");
    }
    let _ = Authority::new("expired").acceptor();
}

#[test]
fn a_proxy_delays_each_way_without_narrowing_it() {
    let dovecot = Dovecot::running();
    let proxy = Proxy::tls(dovecot, Duration::from_millis(20), None);
    let mut client = Client::connect_at(dovecot, proxy.port());
    client.ok("LOGIN alice@example.test password");
    let mut took = |act: &dyn Fn(&mut Client)| {
        let start = Instant::now();
        act(&mut client);
        start.elapsed()
    };
    let noop = took(&|client| drop(client.ok("NOOP")));
    assert!(noop >= Duration::from_millis(40));
    // In time for one round trip in sixteen kilobytes, this would take twice as long as a NOOP for each.
    let text = "0123456789abcde\n".repeat(1 << 16);
    let append = took(&|client| client.append("INBOX", &text));
    assert!(append < 20 * noop, "{append:?}, NOOP {noop:?}");
}

#[test]
fn a_proxy_cuts_before_or_after_a_command() {
    let dovecot = Dovecot::running();
    for (cut, made) in [(Cut::Before("Two", 1), false), (Cut::After("Two", 1), true)] {
        let user = dovecot.fresh("cut");
        let proxy = Proxy::plain(dovecot, Duration::ZERO, Some(cut));
        let (mut socket, mut lines) = lines(proxy.port());
        write!(socket, "a LOGIN {user} {PASSWORD}\r\nb CREATE One\r\n").unwrap();
        assert!(lines.any(|line| line.starts_with("b OK")));
        socket.write_all(b"c CREATE Two\r\n").unwrap();
        assert!(lines.next().is_none());
        let names = Client::login(dovecot, &user, PASSWORD).list("*");
        assert_eq!(names.contains(&"Two".to_owned()), made, "{names:?}");
        assert!(names.contains(&"One".to_owned()));
    }
}

#[test]
fn a_proxy_cuts_after_bytes() {
    let proxy = Proxy::tls(
        Dovecot::running(),
        Duration::ZERO,
        Some(Cut::AfterBytes(100)),
    );
    let ca = authority::connector(&Dovecot::running().ca_path());
    let socket = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    assert!(ca.connect("localhost", socket).is_err());
}

#[test]
fn the_client_reads_quotes_and_literals() {
    let transcript =
        "* LIST () \"/\" {5}\r\na b\"c\r\n* LIST (\\X \\Y) \"/\" \"q\\\"\\\\\"\r\nc1 OK\r\n";
    let names: Vec<_> = replies(transcript, "LIST")
        .into_iter()
        .map(|w| w[2].clone())
        .collect();
    assert_eq!(names, ["a b\"c", "q\"\\"]);
    assert_eq!(
        utf7("~peter/mail/台北/日本語"),
        "~peter/mail/&U,BTFw-/&ZeVnLIqe-"
    );
    assert_eq!(utf7("A&B 🦀"), "A&-B &2D7dgA-");
}
