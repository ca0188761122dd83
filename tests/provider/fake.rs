//! IMAP servers that no real one would be: they say what a test tells them to, byte for byte.
//!
//! ```ignore
//! let fake = Fake::plain(|peer| {
//!     peer.send("* OK ready\r\n");
//!     peer.expect("LOGIN");
//!     peer.ok("");
//!     peer.expect("GETACL");
//!     peer.send("* ACL INBOX alice lr");
//!     peer.close();
//! });
//! let output = fake.sharemail().args(["show", "support@"]).output().unwrap();
//! fake.finish();
//! ```

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use native_tls::TlsAcceptor;

use super::authority::Authority;
use super::{command, folder};

/// A listening fake. Every connection runs the same script, in a thread of its own.
pub struct Fake {
    address: SocketAddr,
    tls: &'static str,
    dir: PathBuf,
    authority: Authority,
    state: Arc<State>,
    listener: Option<JoinHandle<()>>,
}

struct State {
    stop: AtomicBool,
    connections: AtomicUsize,
    conversations: Mutex<Vec<JoinHandle<()>>>,
}

/// What a script does with one connection.
type Script = dyn Fn(&mut Peer) + Send + Sync;

impl Fake {
    /// Clear text only.
    pub fn plain(script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Fake {
        Fake::start("none", Authority::new("good"), Arc::new(script))
    }

    /// TLS from the first byte, with a good certificate.
    pub fn tls(script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Fake {
        Fake::start("implicit", Authority::new("good"), Arc::new(script))
    }

    /// Clear text until the script calls [`Peer::starttls`].
    pub fn starttls(script: impl Fn(&mut Peer) + Send + Sync + 'static) -> Fake {
        Fake::start("starttls", Authority::new("good"), Arc::new(script))
    }

    fn start(tls: &'static str, authority: Authority, script: Arc<Script>) -> Fake {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = authority.acceptor();
        let state = Arc::new(State {
            stop: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            conversations: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let implicit = tls == "implicit";
        let listener =
            thread::spawn(move || accept(&listener, &shared, &script, &acceptor, implicit));
        let dir = folder::fresh();
        Fake {
            address,
            tls,
            dir,
            authority,
            state,
            listener: Some(listener),
        }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The folder that holds its profile.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The authority that signed its certificate.
    pub fn ca_path(&self) -> PathBuf {
        self.authority.ca_path()
    }

    /// How it is protected, as a profile's `tls` has it.
    pub fn protection(&self) -> &'static str {
        self.tls
    }

    /// How many connections it has had.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The sharemail under test with a profile for this fake: administrator `admin`, who reaches
    /// mailboxes by `{mailbox}*{admin}`. Everything can be changed by environment or flag.
    pub fn sharemail(&self) -> Command {
        let mut command = command::sharemail(&self.dir);
        command.env("SHAREMAIL_CONFIG", self.config_path());
        command.env("SHAREMAIL_PASSWORD", super::PASSWORD);
        command
    }

    /// Writes the profile and says where it is.
    pub fn config_path(&self) -> PathBuf {
        let path = self.dir.join("config.toml");
        let profile = format!(
            "[profile.fake]\ndomain = \"example.test\"\nreach = \"impersonate\"\n\n\
             [profile.fake.imap]\nhost = \"localhost\"\nport = {}\ntls = \"{}\"\n\
             ca-file = {:?}\nuser = \"admin\"\nimpersonate = \"{{mailbox}}*{{admin}}\"\n\
             timeout = \"3s\"\n",
            self.port(),
            self.tls,
            self.authority.ca_path(),
        );
        std::fs::write(&path, profile).unwrap();
        path
    }

    /// Stops listening, waits for the scripts, and fails if one of them did.
    pub fn finish(mut self) {
        self.stop();
        let conversations = std::mem::take(&mut *self.state.conversations.lock().unwrap());
        for conversation in conversations {
            if let Err(panic) = conversation.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }

    fn stop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, which looks at `stop` after each connection.
        drop(TcpStream::connect(self.address));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn accept(
    listener: &TcpListener,
    state: &State,
    script: &Arc<Script>,
    acceptor: &TlsAcceptor,
    implicit: bool,
) {
    for socket in listener.incoming() {
        if state.stop.load(Ordering::SeqCst) {
            return;
        }
        let number = state.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let (script, acceptor, socket) = (Arc::clone(script), acceptor.clone(), socket.unwrap());
        let conversation = thread::spawn(move || {
            let mut peer = Peer::new(number, socket, acceptor);
            if !implicit || peer.handshake() {
                script(&mut peer);
            }
        });
        state.conversations.lock().unwrap().push(conversation);
    }
}

/// The client at the other end of one connection.
pub struct Peer {
    /// 1 for the first connection that this fake had.
    pub number: usize,
    socket: TcpStream,
    acceptor: TlsAcceptor,
    tls: Option<native_tls::TlsStream<TcpStream>>,
    received: Vec<u8>,
    tag: String,
    is_gone: bool,
}

impl Peer {
    fn new(number: usize, socket: TcpStream, acceptor: TlsAcceptor) -> Peer {
        socket
            .set_read_timeout(Some(Duration::from_secs(300)))
            .unwrap();
        socket
            .set_write_timeout(Some(Duration::from_secs(300)))
            .unwrap();
        socket.set_nodelay(true).unwrap();
        Peer {
            number,
            socket,
            acceptor,
            tls: None,
            received: Vec::new(),
            tag: String::new(),
            is_gone: false,
        }
    }

    /// Sends these bytes, and tells whether the client still took them.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let bytes = bytes.as_ref();
        if self.is_gone {
            return false;
        }
        match &mut self.tls {
            Some(tls) => tls.write_all(bytes).and_then(|()| tls.flush()).is_ok(),
            None => self.socket.write_all(bytes).is_ok(),
        }
    }

    /// Sends them one by one, with this much time between any two.
    pub fn send_slowly(&mut self, bytes: impl AsRef<[u8]>, pause: Duration) {
        for byte in bytes.as_ref() {
            self.send([*byte]);
            thread::sleep(pause);
        }
    }

    /// The next line of the client without its end, or `None` when the client has gone.
    pub fn line(&mut self) -> Option<String> {
        let line = self.line_bytes()?;
        Some(
            String::from_utf8_lossy(&line)
                .trim_end_matches(['\r', '\n'])
                .to_owned(),
        )
    }

    /// A message up to its lonely dot, which is dropped, as are the dots that were stuffed
    /// (RFC 5321, section 4.5.2). `None` when the client has gone before.
    pub fn message(&mut self) -> Option<Vec<u8>> {
        let mut message = Vec::new();
        loop {
            let line = self.line_bytes()?;
            if line == b".\r\n" {
                return Some(message);
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    /// The message that is announced at the end of a command, which is asked for where its sender waits for that, and
    /// the end of the line behind it. `None` when the client has gone before.
    pub fn literal(&mut self, command: &str) -> Option<String> {
        let count = command.strip_suffix('}')?.rsplit_once('{')?.1;
        if !count.ends_with('+') {
            self.send("+ go on\r\n");
        }
        let count: usize = count.trim_end_matches('+').parse().ok()?;
        while self.received.len() < count {
            self.receive()?;
        }
        let text: Vec<u8> = self.received.drain(..count).collect();
        self.line_bytes()?;
        String::from_utf8(text).ok()
    }

    /// The next command, which must contain this text, or the test fails. Remembers its tag.
    pub fn expect(&mut self, text: &str) -> String {
        let line = self
            .line()
            .unwrap_or_else(|| panic!("the client left, not sending {text}"));
        assert!(line.contains(text), "expected {text}, got {line}");
        self.remember(&line)
    }

    /// The next command, whatever it is, or `None` when the client has gone.
    pub fn next(&mut self) -> Option<String> {
        let line = self.line()?;
        Some(self.remember(&line))
    }

    /// The tag of the last command.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Ends the last command well: `TAG OK text`.
    pub fn ok(&mut self, text: &str) {
        self.send(format!("{} OK {text}\r\n", self.tag));
    }

    /// Refuses the last command: `TAG NO text`.
    pub fn no(&mut self, text: &str) {
        self.send(format!("{} NO {text}\r\n", self.tag));
    }

    /// Greets and lets the client in, whatever it asks before LOGIN or AUTHENTICATE: CAPABILITY is
    /// answered with these capabilities, all else with OK. Tells whether it got that far.
    pub fn let_in(&mut self, capabilities: &str) -> bool {
        self.send(format!("* OK [CAPABILITY {capabilities}] ready\r\n"));
        while let Some(command) = self.next() {
            match verb(&command) {
                "CAPABILITY" => {
                    self.send(format!("* CAPABILITY {capabilities}\r\n"));
                    self.ok("done");
                }
                "LOGIN" | "AUTHENTICATE" => {
                    if command.split(' ').count() == 3 && verb(&command) == "AUTHENTICATE" {
                        self.send("+ \r\n");
                        self.line();
                    }
                    self.ok(&format!("[CAPABILITY {capabilities}] in"));
                    return true;
                }
                _ => self.ok("done"),
            }
        }
        false
    }

    /// Waits.
    pub fn sleep(&mut self, time: Duration) {
        thread::sleep(time);
    }

    /// Reads and drops everything until the client leaves.
    pub fn drain(&mut self) {
        while self.line().is_some() {}
    }

    /// Waits a moment, and drops what the client has sent meanwhile, whole lines or not.
    pub fn forget(&mut self) {
        self.sleep(Duration::from_millis(50));
        self.socket.set_nonblocking(true).unwrap();
        let mut dropped = [0; 4096];
        while self.socket.read(&mut dropped).is_ok_and(|count| count > 0) {}
        self.socket.set_nonblocking(false).unwrap();
        self.received.clear();
    }

    /// Answers STARTTLS by a handshake. Call it after [`Peer::ok`].
    pub fn starttls(&mut self) -> bool {
        self.handshake()
    }

    /// Cuts the connection.
    pub fn close(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }

    /// Says no more and hears no more: what has come and was not read is lost. The client always
    /// sees an end, and never a reset.
    pub fn hang_up(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Write);
        self.received.clear();
        self.is_gone = true;
    }

    fn line_bytes(&mut self) -> Option<Vec<u8>> {
        if self.is_gone {
            while self.receive().is_some() {
                self.received.clear();
            }
            return None;
        }
        let mut searched = 0;
        let end = loop {
            let unread = &self.received[searched..];
            match unread.iter().position(|byte| *byte == b'\n') {
                Some(at) => break searched + at,
                None => {
                    searched = self.received.len();
                    self.receive()?;
                }
            }
        };
        Some(self.received.drain(..=end).collect())
    }

    fn remember(&mut self, line: &str) -> String {
        self.tag = line.split(' ').next().unwrap_or_default().to_owned();
        line.to_owned()
    }

    fn handshake(&mut self) -> bool {
        self.tls = self.acceptor.accept(self.socket.try_clone().unwrap()).ok();
        self.tls.is_some()
    }

    fn receive(&mut self) -> Option<()> {
        let mut bytes = [0; 4096];
        let count = loop {
            let read = match &mut self.tls {
                Some(tls) => tls.read(&mut bytes),
                None => self.socket.read(&mut bytes),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) | Ok(0) => return None,
                Ok(count) => break count,
            }
        };
        self.received.extend_from_slice(&bytes[..count]);
        Some(())
    }
}

/// The command's name, without its tag and arguments.
fn verb(command: &str) -> &str {
    command.split(' ').nth(1).unwrap_or_default()
}
