//! Stands between sharemail and a server in clear text: hangs up on one login, or says no to one
//! question.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// What it does otherwise than the server would.
#[derive(Clone, Debug)]
pub enum Twist {
    /// The connection ends when somebody logs in as the user of this address, by whatever means.
    HangUpOn(String),
    /// GETACL of this folder is refused.
    DenyAcl(String),
}

/// A running one.
pub struct Relay {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    armed: Arc<AtomicBool>,
}

impl Relay {
    /// To this port of this machine; carries everything as it is until [`Relay::arm`].
    pub fn start(port: u16, twist: Twist) -> Relay {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let armed = Arc::new(AtomicBool::new(false));
        let now = Arc::clone(&armed);
        thread::spawn(move || {
            for client in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", port)))
                else {
                    continue;
                };
                let twist = now.load(Ordering::SeqCst).then(|| twist.clone());
                carry(client, server, twist);
            }
        });
        Relay {
            address,
            stop,
            armed,
        }
    }

    /// From the next connection on it does what it is for.
    pub fn arm(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

fn carry(client: TcpStream, server: TcpStream, twist: Option<Twist>) {
    let denied = Arc::new(Mutex::new(Vec::new()));
    let ends = [client.try_clone().unwrap(), server.try_clone().unwrap()];
    for end in &ends {
        end.set_nodelay(true).unwrap();
    }
    let hang_up = move || {
        ends.iter()
            .for_each(|end| drop(end.shutdown(Shutdown::Both)))
    };
    let [from, to] = [client.try_clone().unwrap(), server.try_clone().unwrap()];
    let (asks, tags, ends) = (twist.clone(), Arc::clone(&denied), hang_up);
    thread::spawn(move || {
        pump(from, to, |line| {
            let text = String::from_utf8_lossy(&line).into_owned();
            match &asks {
                Some(Twist::HangUpOn(user)) if logs_in(&text, user) => return None,
                Some(Twist::DenyAcl(folder)) if asks_entries(&text, folder) => {
                    let tag = text.split(' ').next().unwrap_or_default();
                    tags.lock().unwrap().push(tag.to_owned());
                }
                _ => {}
            }
            Some(line)
        });
        ends();
    });
    thread::spawn(move || {
        pump(server, client, |line| {
            let Some(Twist::DenyAcl(folder)) = &twist else {
                return Some(line);
            };
            let text = String::from_utf8_lossy(&line).into_owned();
            let tag = text.split(' ').next().unwrap_or_default();
            if text.starts_with("* ACL ") && rest_names(&text["* ACL ".len()..], folder) {
                return Some(Vec::new());
            }
            if denied.lock().unwrap().iter().any(|asked| asked == tag) {
                return Some(format!("{tag} NO [NOPERM] Permission denied\r\n").into_bytes());
            }
            Some(line)
        });
    });
}

/// Carries whole lines, with their literals, until an end or until `pass` gives none.
fn pump(from: TcpStream, mut to: TcpStream, mut pass: impl FnMut(Vec<u8>) -> Option<Vec<u8>>) {
    let mut from = BufReader::new(from);
    // What came together goes on together: a server waits before it takes small pieces.
    let mut waiting = Vec::new();
    loop {
        let mut line = Vec::new();
        if !matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
            break;
        }
        let Some(line) = pass(line) else {
            return;
        };
        let literal = literal(&line);
        waiting.extend(line);
        // A literal is the next thing on this way; the line that announced it goes ahead.
        if literal > 0 || !from.buffer().contains(&b'\n') {
            if to.write_all(&waiting).is_err() {
                break;
            }
            waiting.clear();
        }
        let mut body = vec![0; literal];
        if literal > 0 && (from.read_exact(&mut body).is_err() || to.write_all(&body).is_err()) {
            break;
        }
    }
    let _ = to.write_all(&waiting);
    let _ = to.shutdown(Shutdown::Write);
}

fn literal(line: &[u8]) -> usize {
    let text = String::from_utf8_lossy(line);
    let length = text
        .trim_end()
        .strip_suffix('}')
        .and_then(|text| text.rsplit('{').next());
    let length = length.map(|length| length.trim_end_matches('+').parse());
    length.and_then(Result::ok).unwrap_or(0)
}

/// LOGIN with the name, or a SASL answer that carries it; with a master's name behind it too.
fn logs_in(line: &str, user: &str) -> bool {
    let bare = user.split('@').next().unwrap_or(user);
    let is = |name: &str| {
        let name = name.split('*').next().unwrap_or(name);
        name == user || name == bare
    };
    line.split_whitespace().any(|word| {
        let decoded = BASE64_STANDARD.decode(word).unwrap_or_default();
        let decoded = String::from_utf8_lossy(&decoded).into_owned();
        is(word.trim_matches('"')) && line.to_uppercase().contains(" LOGIN ")
            || decoded.split('\0').any(is)
    })
}

fn asks_entries(line: &str, folder: &str) -> bool {
    let Some((_, command)) = line.split_once(' ') else {
        return false;
    };
    let name = command.strip_prefix("GETACL ");
    name.is_some_and(|name| rest_names(name, folder))
}

/// Whether the text begins with this name, quoted or not.
fn rest_names(text: &str, folder: &str) -> bool {
    let text = text.trim_end();
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let quoted = format!("\"{folder}\"");
    [folder, &quoted]
        .iter()
        .any(|name| text.strip_prefix(*name).is_some_and(ends))
}

#[test]
fn every_way_to_log_in_is_seen() {
    let plain = |answer: &str| {
        format!(
            "a AUTHENTICATE PLAIN {}\r\n",
            BASE64_STANDARD.encode(answer)
        )
    };
    let carol = "carol@example.test";
    for line in [
        "a LOGIN carol@example.test*admin password\r\n".to_owned(),
        "a LOGIN \"carol\" \"password\"\r\n".to_owned(),
        plain("carol\0cyrus\0password"),
        plain("carol@example.test\0admin\0password"),
        plain("\0carol@example.test*admin\0password"),
    ] {
        assert!(logs_in(&line, carol), "{line}");
    }
    for line in [
        "a SETACL INBOX carol lrs\r\n".to_owned(),
        "a LOGIN carola password\r\n".to_owned(),
        plain("bob\0cyrus\0password"),
    ] {
        assert!(!logs_in(&line, carol), "{line}");
    }
}
