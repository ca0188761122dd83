//! A TCP proxy in front of a real server: it makes the way longer, or breaks it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::Provider;

/// When the proxy cuts a connection. The commands of a connection can only be seen in clear text.
#[derive(Clone, Debug)]
pub enum Cut {
    /// After this many lines of the client have gone on to the server.
    AfterLines(usize),
    /// After this many bytes of the server have gone on to the client. Works for TLS too.
    AfterBytes(usize),
    /// Instead of the `nth` line of the client that contains `word`: the server never sees it.
    Before(&'static str, usize),
    /// After the `nth` line of the client that contains `word`: the server acts on it, the client
    /// never gets its reply.
    After(&'static str, usize),
    /// At each login as this person: of her own, behind the administrator's name, or with hers as
    /// the authorisation identity. The server never sees it. The client gets this reply (`NO [LIMIT]
    /// try later`); without one, the connection ends.
    Login(String, &'static str),
}

/// A running proxy. All its connections end with it.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    server: &'static str,
    tls: &'static str,
}

struct State {
    server: SocketAddr,
    delay: Duration,
    cut: Option<Cut>,
    stop: AtomicBool,
    connections: AtomicUsize,
    /// Those that the server has not ended yet.
    open: AtomicUsize,
    /// The lines that log somebody in, in clear text.
    logins: Mutex<Vec<String>>,
    /// Of each connection: who logged in, and how often the client spoke after the server had.
    turns: Mutex<Vec<(String, usize)>>,
    /// What happens before the first line of a client that contains this goes on.
    meanwhile: Mutex<Option<(&'static str, Work)>>,
}

type Work = Box<dyn FnOnce() + Send>;

impl Proxy {
    /// To the TLS port of a provider, with this delay each way: twice that much a round trip.
    pub fn tls(provider: &Provider, delay: Duration, cut: Option<Cut>) -> Proxy {
        Proxy::start(provider.imaps_port(), "IMAP", "implicit", delay, cut)
    }

    /// To the clear-text port of a provider.
    pub fn plain(provider: &Provider, delay: Duration, cut: Option<Cut>) -> Proxy {
        Proxy::start(provider.imap_port(), "IMAP", "none", delay, cut)
    }

    /// To the TLS submission port of a provider.
    pub fn submissions(provider: &Provider, delay: Duration, cut: Option<Cut>) -> Proxy {
        let port = provider.submissions_port();
        Proxy::start(port, "SMTP", "implicit", delay, cut)
    }

    /// To the clear-text submission port of a provider that was started with `--no-starttls`.
    pub fn submission(provider: &Provider, delay: Duration, cut: Option<Cut>) -> Proxy {
        Proxy::start(provider.smtp_port(), "SMTP", "none", delay, cut)
    }

    fn start(
        port: u16,
        server: &'static str,
        tls: &'static str,
        delay: Duration,
        cut: Option<Cut>,
    ) -> Proxy {
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        let (stop, connections) = (AtomicBool::new(false), AtomicUsize::new(0));
        let state = Arc::new(State {
            server: to,
            delay,
            cut,
            stop,
            connections,
            open: AtomicUsize::new(0),
            logins: Mutex::default(),
            turns: Mutex::default(),
            meanwhile: Mutex::default(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                if shared.stop.load(Ordering::SeqCst) {
                    return;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                connect(&shared, client.unwrap());
            }
        });
        Proxy {
            address,
            state,
            server,
            tls,
        }
    }

    /// Does `work` before the first line of a client that contains `word` goes on to the server, as somebody else
    /// may who is quick: in clear text.
    pub fn before(&self, word: &'static str, work: impl FnOnce() + Send + 'static) {
        *self.state.meanwhile.lock().unwrap() = Some((word, Box::new(work)));
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections it has had.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// How many of them logged in as this person, or tried to: seen in clear text alone.
    pub fn logins_as(&self, who: &str) -> usize {
        let logins = self.state.logins.lock().unwrap();
        logins.iter().filter(|line| logs_in_as(line, who)).count()
    }

    /// Of each connection, in the order in which they were made: the name that logged in, and how many
    /// times the client waited for the server before it said more: its round trips.
    pub fn turns(&self) -> Vec<(String, usize)> {
        self.state.turns.lock().unwrap().clone()
    }

    /// Waits until the server has ended every connection, after whatever it had received over them: in
    /// clear text, as one that keeps its TLS in a process of its own ends that one sooner.
    pub fn wait_for_the_server(&self) {
        let patience = Instant::now() + Duration::from_secs(300);
        while self.state.open.load(Ordering::SeqCst) > 0 {
            assert!(Instant::now() < patience, "the server goes on");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The sharemail under test with the provider's profile, but through this proxy.
    pub fn sharemail(&self, provider: &Provider) -> Command {
        let mut command = provider.sharemail();
        let server = self.server;
        command.env(format!("SHAREMAIL_{server}_PORT"), self.port().to_string());
        command.env(format!("SHAREMAIL_{server}_TLS"), self.tls);
        command
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

fn connect(state: &Arc<State>, client: TcpStream) {
    let Ok(server) = TcpStream::connect(state.server) else {
        return;
    };
    state.open.fetch_add(1, Ordering::SeqCst);
    let mut turns = state.turns.lock().unwrap();
    turns.push((String::new(), 0));
    let mut gate = Gate::new(state, &client, &server);
    gate.connection = turns.len() - 1;
    drop(turns);
    carry(
        &client,
        &server,
        state.delay,
        gate.clone(),
        Gate::client_bytes,
        || {},
    );
    let state = Arc::clone(state);
    let ended = move || {
        state.open.fetch_sub(1, Ordering::SeqCst);
    };
    let delay = gate.state.delay;
    carry(&server, &client, delay, gate, Gate::server_bytes, ended);
}

/// How many of these bytes may pass, and what happens then.
type Judge = fn(&mut Gate, &[u8]) -> Verdict;

/// The judgement on some bytes.
enum Verdict {
    /// All may pass.
    Pass,
    /// So many may pass, then the connection is cut.
    Cut(usize),
    /// So many may pass; the server has a moment to act on them, then the connection is cut.
    CutAfterwards(usize),
}

/// Carries one direction: one thread stamps what arrives, another one lets it go when its time has
/// come. The delay is on the way, not in between, so throughput stays what it was. `ended` is called once
/// nothing more can come.
fn carry(
    from: &TcpStream,
    to: &TcpStream,
    delay: Duration,
    mut gate: Gate,
    judge: Judge,
    ended: impl FnOnce() + Send + 'static,
) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    to.set_nodelay(true).unwrap();
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut bytes = vec![0; 65536];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let due = Instant::now() + delay;
            // Where nobody is left to be told it, the end is still to be seen.
            let _ = sender.send((due, bytes[..count].to_vec()));
        }
        ended();
    });
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let (count, last) = match judge(&mut gate, &bytes) {
                Verdict::Pass => (bytes.len(), false),
                Verdict::Cut(count) => (count, true),
                Verdict::CutAfterwards(count) => {
                    gate.silence();
                    (count, true)
                }
            };
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
            if last {
                gate.cut();
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// What both directions of a connection know about its end.
struct Gate {
    state: Arc<State>,
    cut: Option<Cut>,
    seen: usize,
    line: Vec<u8>,
    silent: Arc<AtomicBool>,
    /// Whether the server spoke last.
    answered: Arc<AtomicBool>,
    /// Which connection it is, from 0.
    connection: usize,
    client: TcpStream,
    server: TcpStream,
}

impl Gate {
    fn new(state: &Arc<State>, client: &TcpStream, server: &TcpStream) -> Gate {
        Gate {
            state: Arc::clone(state),
            cut: state.cut.clone(),
            seen: 0,
            line: Vec::new(),
            silent: Arc::default(),
            answered: Arc::default(),
            connection: 0,
            client: client.try_clone().unwrap(),
            server: server.try_clone().unwrap(),
        }
    }

    fn client_bytes(&mut self, bytes: &[u8]) -> Verdict {
        self.count(bytes);
        for (at, byte) in bytes.iter().enumerate() {
            self.line.push(*byte);
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                match self.client_line(&String::from_utf8_lossy(&line)) {
                    Some(Moment::Before) => {
                        return Verdict::Cut((at + 1).saturating_sub(line.len()));
                    }
                    Some(Moment::After) => return Verdict::CutAfterwards(at + 1),
                    None => {}
                }
            }
        }
        Verdict::Pass
    }

    /// The client speaks: a turn where the server did before.
    fn count(&mut self, bytes: &[u8]) {
        let mut turns = self.state.turns.lock().unwrap();
        let (who, turns) = &mut turns[self.connection];
        *turns += usize::from(self.answered.swap(false, Ordering::SeqCst));
        let text = String::from_utf8_lossy(bytes);
        if let Some(name) = text.lines().find_map(login) {
            *who = name;
        }
    }

    fn client_line(&mut self, line: &str) -> Option<Moment> {
        let mut meanwhile = self.state.meanwhile.lock().unwrap();
        if let Some((_, work)) = meanwhile.take_if(|(word, _)| line.contains(*word)) {
            work();
        }
        drop(meanwhile);
        let word = line.split(' ').nth(1).unwrap_or_default();
        if ["LOGIN", "AUTHENTICATE"].contains(&word) {
            self.state.logins.lock().unwrap().push(line.to_owned());
        }
        let (counts, limit, moment) = match &self.cut {
            Some(Cut::AfterLines(limit)) => (true, *limit, Moment::After),
            Some(Cut::Before(word, limit)) => (line.contains(word), *limit, Moment::Before),
            Some(Cut::After(word, limit)) => (line.contains(word), *limit, Moment::After),
            Some(Cut::Login(who, reply)) => {
                if !logs_in_as(line, who) {
                    return None;
                }
                let tag = line.split(' ').next().unwrap_or("*");
                let answer = format!("{tag} {reply}\r\n");
                if !reply.is_empty() {
                    let _ = (&self.client).write_all(answer.as_bytes());
                }
                return Some(Moment::Before);
            }
            _ => return None,
        };
        self.seen += usize::from(counts);
        (counts && self.seen == limit).then_some(moment)
    }

    fn server_bytes(&mut self, bytes: &[u8]) -> Verdict {
        self.answered.store(true, Ordering::SeqCst);
        if self.silent.load(Ordering::SeqCst) {
            return Verdict::Cut(0);
        }
        self.seen += bytes.len();
        match self.cut {
            Some(Cut::AfterBytes(limit)) if self.seen >= limit => {
                Verdict::Cut(bytes.len() - (self.seen - limit))
            }
            _ => Verdict::Pass,
        }
    }

    /// From now on the client hears nothing more.
    fn silence(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    fn cut(&self) {
        if self.silent.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(200));
        }
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

impl Clone for Gate {
    fn clone(&self) -> Gate {
        Gate {
            silent: Arc::clone(&self.silent),
            answered: Arc::clone(&self.answered),
            connection: self.connection,
            ..Gate::new(&self.state, &self.client, &self.server)
        }
    }
}

/// Whether a line of the client is a login as `who`, with or without the domain.
fn logs_in_as(line: &str, who: &str) -> bool {
    let bare = |name: &str| name.split(['@', '*']).next().unwrap_or_default().to_owned();
    login(line).is_some_and(|name| bare(&name) == bare(who))
}

/// Whom a line of the client logs in as: by LOGIN, or by SASL PLAIN with the whole answer in the first
/// line (RFC 4959).
fn login(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [_, "LOGIN", name, ..] => Some(name.trim_matches('"').to_owned()),
        [_, "AUTHENTICATE", "PLAIN", answer] => {
            let answer = BASE64_STANDARD.decode(answer).ok()?;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            let mut parts = answer.split('\0');
            let (authzid, login) = (parts.next(), parts.next());
            let acting = authzid.filter(|authzid| !authzid.is_empty());
            Some(acting.or(login).unwrap_or_default().to_owned())
        }
        _ => None,
    }
}

/// On which side of a line the connection ends.
enum Moment {
    Before,
    After,
}
