//! The floor: the same commands in a bare stream, all sent before any reply is read. A change is
//! three of them, one after the other, each with logins of its own: the entries as they are, the
//! changes, and the entries as they are then. The proof of a grant is one more: the member's rights, in
//! a session of hers.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use native_tls::{Certificate, TlsConnector, TlsStream};

use super::provider::{PASSWORD, Provider};
use super::scene::{MEMBER, Scene, Size};

/// As many connections as sharemail opens when nothing else is said: for one mailbox, for many.
fn hands(scene: &Scene<'_>) -> usize {
    match (scene.is_dovecot(), scene.size) {
        (false, _) => 1,
        (true, Size::OneMailbox) => 2,
        (true, Size::ManyMailboxes) => 16,
    }
}

/// How long `SETACL` for `who` takes on every folder that is no identity's.
pub fn changes(scene: &Scene<'_>, who: &str) -> Duration {
    stream(scene, false, |folder| {
        format!("SETACL {folder} {who} {}", scene.rights())
    })
}

/// How long GETACL takes on every folder, those that keep identities included.
pub fn entries(scene: &Scene<'_>) -> Duration {
    stream(scene, true, |folder| format!("GETACL {folder}"))
}

/// How long MYRIGHTS takes on every folder of the one mailbox, in the member's own session; where
/// nothing is left to her, each is refused.
pub fn proof(scene: &Scene<'_>) -> Duration {
    let member = super::provider::address(MEMBER);
    let mailbox = &scene.mailboxes[0];
    let commands: Vec<String> = scene
        .seen_by_others(mailbox)
        .map(|folder| format!("MYRIGHTS {folder}"))
        .collect();
    let connector = connector(scene);
    let begin = Instant::now();
    session(scene, &connector, &member, &commands);
    begin.elapsed()
}

/// How long it takes to take the entry of `who` from every folder that is no identity's.
pub fn removals(scene: &Scene<'_>, who: &str) -> Duration {
    stream(scene, false, |folder| format!("DELETEACL {folder} {who}"))
}

/// How long `command` on every folder takes from the first connect to the last reply. A login is
/// needed for each mailbox where the server has them apart.
fn stream(
    scene: &Scene<'_>,
    with_identities: bool,
    command: impl Fn(&str) -> String + Sync,
) -> Duration {
    let sessions = sessions(scene, with_identities, &command);
    let hands = hands(scene);
    let next = AtomicUsize::new(0);
    let connector = connector(scene);
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..hands.min(sessions.len()) {
            scope.spawn(|| {
                while let Some((login, commands)) =
                    sessions.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    session(scene, &connector, login, commands);
                }
            });
        }
    });
    begin.elapsed()
}

type Session = (String, Vec<String>);

fn sessions(
    scene: &Scene<'_>,
    with_identities: bool,
    command: &impl Fn(&str) -> String,
) -> Vec<Session> {
    let all = |mailbox: &String| -> Vec<String> {
        let more = scene.identities(mailbox).filter(|_| with_identities);
        scene
            .wire(mailbox)
            .chain(more)
            .map(|f| command(&f))
            .collect()
    };
    if scene.is_dovecot() && scene.size == Size::OneMailbox {
        // Several hands may share the folders of one mailbox.
        let login = scene.login(&scene.mailboxes[0]);
        let commands = all(&scene.mailboxes[0]);
        let part = commands.len().div_ceil(hands(scene));
        return commands
            .chunks(part)
            .map(|some| (login.clone(), some.to_vec()))
            .collect();
    }
    if scene.is_dovecot() {
        let each = scene.mailboxes.iter();
        return each
            .map(|mailbox| (scene.login(mailbox), all(mailbox)))
            .collect();
    }
    vec![(
        scene.login(""),
        scene.mailboxes.iter().flat_map(all).collect(),
    )]
}

fn connector(scene: &Scene<'_>) -> TlsConnector {
    trusting(scene.provider)
}

/// What trusts the server of `provider`.
pub fn trusting(provider: &Provider) -> TlsConnector {
    let pem = std::fs::read(provider.ca_path()).unwrap();
    TlsConnector::builder()
        .add_root_certificate(Certificate::from_pem(&pem).unwrap())
        .disable_built_in_roots(true)
        .build()
        .unwrap()
}

fn session(scene: &Scene<'_>, connector: &TlsConnector, login: &str, commands: &[String]) {
    let way = (scene.provider.host(), scene.proxy.port());
    session_at(way, connector, login, commands);
}

/// A login as `login` at the host and port of `way`, and `commands` in a bare stream.
pub fn session_at(
    (host, port): (&str, u16),
    connector: &TlsConnector,
    login: &str,
    commands: &[String],
) {
    let tcp = TcpStream::connect(("127.0.0.1", port)).unwrap();
    tcp.set_nodelay(true).unwrap();
    let tls = connector.connect(host, tcp).unwrap();
    let mut lines = BufReader::new(tls);
    line(&mut lines);
    send(
        &mut lines,
        &format!("t0 LOGIN \"{login}\" \"{PASSWORD}\"\r\n"),
    );
    answers(&mut lines, 1);
    // As many in flight as both sides' buffers take without anybody having to read.
    for some in commands.chunks(500) {
        let stream: String = some
            .iter()
            .enumerate()
            .map(|(n, command)| format!("t{n} {command}\r\n"))
            .collect();
        send(&mut lines, &stream);
        answers(&mut lines, some.len());
    }
}

fn send(lines: &mut BufReader<TlsStream<TcpStream>>, text: &str) {
    lines.get_mut().write_all(text.as_bytes()).unwrap();
}

fn answers(lines: &mut BufReader<TlsStream<TcpStream>>, mut left: usize) {
    while left > 0 {
        let line = line(lines);
        if line.starts_with('t') {
            assert!(
                line.split(' ').nth(1) == Some("OK") || is_absence(&line),
                "{line}"
            );
            left -= 1;
        }
    }
}

/// Whether a member is told that a folder is none of hers.
fn is_absence(line: &str) -> bool {
    line.contains("NO [NONEXISTENT]") || line.contains("NO Mailbox does not exist")
}

fn line(lines: &mut BufReader<TlsStream<TcpStream>>) -> String {
    let mut line = Vec::new();
    assert!(
        lines.read_until(b'\n', &mut line).unwrap() > 0,
        "the server hung up"
    );
    String::from_utf8_lossy(&line).into_owned()
}
