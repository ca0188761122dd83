//! The way to a server, on which a fault waits: it hears the commands, and breaks at one of them.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What happens, and when.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// At which command, counted over all connections from the first change on.
    pub at: usize,
    /// Whether the server gets that one.
    pub side: Side,
    /// What happens then.
    pub then: Then,
}

/// On which side of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The server never gets it.
    Before,
    /// The server does it, and nobody hears its answer.
    After,
}

/// What happens at a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// This connection ends, and others are let in.
    Once,
    /// Every connection ends, and nobody is let in.
    Gone,
    /// The process is killed: [`Side::Before`] with all that it has not got rid of yet, [`Side::After`]
    /// with nothing of it lost on the way.
    Kill,
}

/// A running way. It stays at one port from fault to fault, as a saved plan and an undo file are for one
/// server.
pub struct Way {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    server: SocketAddr,
    now: Mutex<Now>,
    stop: AtomicBool,
    /// The connections that the server has not ended yet.
    open: AtomicUsize,
}

#[derive(Default)]
struct Now {
    begun: bool,
    heard: usize,
    fault: Option<Fault>,
    /// Nothing passes any more.
    gone: bool,
    struck: Option<Sender<()>>,
}

/// What becomes of a command.
enum Verdict {
    Pass,
    /// Nobody hears its answer, and the connection ends.
    Last,
    /// It does not reach the server, and the connection ends.
    Cut,
    /// It does not reach the server, and the client hears nothing.
    Hold,
}

impl Way {
    /// To this port here.
    pub fn to(port: u16) -> Way {
        let state = Arc::new(State {
            server: SocketAddr::from(([127, 0, 0, 1], port)),
            now: Mutex::default(),
            stop: AtomicBool::new(false),
            open: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                if shared.stop.load(Ordering::SeqCst) {
                    return;
                }
                connect(&shared, client.unwrap());
            }
        });
        Way { address, state }
    }

    /// Where it begins.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on this fault waits on it, or none. Commands are counted anew from the first change on,
    /// or from the first of all. Told is when somebody is to be killed.
    pub fn arm(&self, fault: Option<Fault>, from_the_first: bool) -> Receiver<()> {
        let (sender, receiver) = channel();
        *self.state.now.lock().unwrap() = Now {
            begun: from_the_first,
            fault,
            struck: Some(sender),
            ..Now::default()
        };
        receiver
    }

    /// How many commands were heard from the first change on.
    pub fn heard(&self) -> usize {
        self.state.now.lock().unwrap().heard
    }

    /// Waits until the server has done whatever it had received, and ended every connection.
    pub fn rest(&self) {
        let patience = Instant::now() + Duration::from_secs(300);
        while self.state.open.load(Ordering::SeqCst) > 0 {
            assert!(Instant::now() < patience, "the server goes on");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

impl State {
    fn judge(&self, line: &str) -> Verdict {
        let mut now = self.now.lock().unwrap();
        now.begun |= is_change(line);
        let is_kill = now.fault.is_some_and(|fault| fault.then == Then::Kill);
        if now.gone {
            return if is_kill { Verdict::Hold } else { Verdict::Cut };
        }
        if !now.begun {
            return Verdict::Pass;
        }
        now.heard += 1;
        let heard = now.heard;
        let Some(fault) = now.fault.filter(|fault| fault.at == heard) else {
            return Verdict::Pass;
        };
        if is_kill {
            now.struck.take().map(|struck| struck.send(()));
        }
        now.gone = fault.then == Then::Gone || is_kill && fault.side == Side::Before;
        match (fault.side, fault.then) {
            (Side::Before, Then::Kill) => Verdict::Hold,
            (Side::After, Then::Kill) => Verdict::Pass,
            (Side::Before, _) => Verdict::Cut,
            (Side::After, _) => Verdict::Last,
        }
    }
}

fn connect(state: &Arc<State>, client: TcpStream) {
    if state.now.lock().unwrap().gone {
        return;
    }
    let Ok(server) = TcpStream::connect(state.server) else {
        return;
    };
    for socket in [&client, &server] {
        socket.set_nodelay(true).unwrap();
    }
    state.open.fetch_add(1, Ordering::SeqCst);
    // Once it is set the client hears nothing more; the tag of the command whose answer ends it.
    let mute: Arc<Mutex<Option<String>>> = Arc::default();
    let (up, down) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (its, shared) = (Arc::clone(&mute), Arc::clone(state));
    thread::spawn(move || up_the_way(&shared, &up, &down, &its));
    let shared = Arc::clone(state);
    thread::spawn(move || {
        down_the_way(&server, &client, &mute);
        shared.open.fetch_sub(1, Ordering::SeqCst);
    });
}

/// Whatever the client says.
fn up_the_way(state: &State, client: &TcpStream, server: &TcpStream, mute: &Mutex<Option<String>>) {
    let mut lines = BufReader::new(client);
    let (mut line, mut tag) = (Vec::new(), String::new());
    while let Ok(1..) = lines.read_until(b'\n', &mut line) {
        let text = String::from_utf8_lossy(&line).into_owned();
        // What goes on with a command bears no tag.
        if let Some((its, _)) = text.split_once(' ') {
            its.clone_into(&mut tag);
        }
        let mut to = server;
        match state.judge(&text) {
            Verdict::Pass => drop(to.write_all(&line)),
            Verdict::Last => {
                *mute.lock().unwrap() = Some(tag);
                let _ = to.write_all(&line);
                break;
            }
            Verdict::Cut => {
                // What the server had got before is done by the time that the client hears of the end.
                *mute.lock().unwrap() = Some(String::new());
                let _ = server.shutdown(Shutdown::Write);
                break;
            }
            Verdict::Hold => *mute.lock().unwrap() = Some(String::new()),
        }
        line.clear();
    }
    // Whoever is cut off goes on talking until she is told.
    let rest = &mut Vec::new();
    while let Ok(1..) = lines.read_until(b'\n', rest) {
        rest.clear();
    }
    let _ = server.shutdown(Shutdown::Write);
}

/// Whatever the server says.
fn down_the_way(server: &TcpStream, client: &TcpStream, mute: &Mutex<Option<String>>) {
    let mut lines = BufReader::new(server);
    let mut line = Vec::new();
    while let Ok(1..) = lines.read_until(b'\n', &mut line) {
        let last = mute.lock().unwrap().clone();
        match last {
            None => {
                let mut to = client;
                let _ = to.write_all(&line);
            }
            Some(tag) if !tag.is_empty() && line.starts_with(format!("{tag} ").as_bytes()) => break,
            Some(_) => {}
        }
        line.clear();
    }
    for socket in [server, client] {
        let _ = socket.shutdown(Shutdown::Both);
    }
}

/// Whether a command with its tag changes something.
fn is_change(line: &str) -> bool {
    const CHANGES: [&str; 9] = [
        "APPEND",
        "SETACL",
        "DELETEACL",
        "ACL",
        "CREATE",
        "DELETE",
        "RENAME",
        "SUBSCRIBE",
        "SETQUOTA",
    ];
    let mut words = line.split(' ').skip(1);
    let (verb, next) = (words.next(), words.next());
    verb.is_some_and(|verb| CHANGES.contains(&verb.trim_end()))
        || verb == Some("UID")
            && next.is_some_and(|next| ["STORE", "MOVE", "COPY", "EXPUNGE"].contains(&next))
}
