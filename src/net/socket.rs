//! TCP under a deadline: a wait ends when its time is up, however slowly bytes drip in.

use super::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::exit::Exit;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A socket on which every read and write ends at the deadline that was set last.
///
/// The deadline sits below TLS, so that a TLS record that never gets complete runs into it too.
#[derive(Debug)]
pub(crate) struct Socket {
    tcp: TcpStream,
    deadline: Instant,
}

impl Socket {
    /// Connects to the first address of the endpoint that answers, within its timeout.
    pub fn connect(endpoint: &Endpoint) -> Result<Self> {
        let deadline = Instant::now() + endpoint.timeout;
        let addresses = resolve(endpoint)?;
        let mut last = None;
        for (tried, address) in addresses.iter().enumerate() {
            let left = deadline.saturating_duration_since(Instant::now());
            // An address that swallows packets must leave time for the ones after it.
            let share = left / (addresses.len() - tried) as u32;
            match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
                Ok(tcp) => return Self::over(tcp, deadline).map_err(|e| refused(endpoint, &e)),
                Err(error) => last = Some(error),
            }
        }
        let error = last.unwrap_or_else(|| io::Error::other("the name has no address"));
        Err(refused(endpoint, &error))
    }

    /// Wraps a connected socket.
    pub fn over(tcp: TcpStream, deadline: Instant) -> io::Result<Self> {
        tcp.set_nodelay(true)?;
        Ok(Self { tcp, deadline })
    }

    /// From now on, reads and writes end at `deadline`.
    pub fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    /// Whether the other end is this machine.
    pub fn peer_is_loopback(&self) -> bool {
        let peer = self.tcp.peer_addr();
        peer.is_ok_and(|a| a.ip().to_canonical().is_loopback())
    }

    /// Our own end's address.
    pub fn local_ip(&self) -> Option<IpAddr> {
        self.tcp.local_addr().ok().map(|a| a.ip().to_canonical())
    }

    /// Ends the connection, though somebody still holds it.
    pub fn hang_up(&self) {
        // One that is gone already need not be ended.
        let _ = self.tcp.shutdown(Shutdown::Both);
    }

    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            Err(io::ErrorKind::TimedOut.into())
        } else {
            Ok(Some(left.max(Duration::from_millis(1))))
        }
    }
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(self.left()?)?;
        acknowledge_at_once(&self.tcp);
        self.tcp.read(into)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(self.left()?)?;
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// A server that collects small replies (Nagle's algorithm, RFC 896) sends the next ones when the
/// last are acknowledged, and this side would wait 40 ms for something to send along with that
/// (RFC 1122, section 4.2.3.2). Linux forgets the wish, so that it is said before each read.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn acknowledge_at_once(tcp: &TcpStream) {
    // Without it everything works, only slower.
    let _ = rustix::net::sockopt::set_tcp_quickack(tcp, true);
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn acknowledge_at_once(_: &TcpStream) {}

/// Whether `error` is what a socket says when its time is up.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    use io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), TimedOut | WouldBlock)
}

/// The addresses behind the host name. The system's resolver takes no deadline, so that it is
/// asked in a thread which is left behind when it takes too long.
fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>> {
    let (sender, receiver) = mpsc::channel();
    let target = (endpoint.bare_host().to_owned(), endpoint.port);
    thread::spawn(move || {
        let found = target.to_socket_addrs().map(Iterator::collect);
        let _ = sender.send(found);
    });
    match receiver.recv_timeout(endpoint.timeout) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(nameless(endpoint, &error)),
        Err(_) => Err(refused(endpoint, &io::ErrorKind::TimedOut.into())),
    }
}

fn refused(endpoint: &Endpoint, error: &io::Error) -> Error {
    let why = if is_timeout(error) {
        format!("no connection within {} s", endpoint.timeout.as_secs_f32())
    } else {
        format!("cannot connect: {error}")
    };
    let hint = match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            "the host answers, and nothing takes connections on this port: check the port, and that \
             the service runs"
        }
        _ => "check host and port, and that no firewall is in between",
    };
    Error::new(Exit::Unreachable, why)
        .about(endpoint.to_string())
        .hint(hint)
}

/// The name has no address, or nobody could be asked for it.
fn nameless(endpoint: &Endpoint, error: &io::Error) -> Error {
    let what = format!("cannot connect: no address is found for this host name: {error}");
    Error::new(Exit::Unreachable, what)
        .about(endpoint.to_string())
        .hint("check the host name, and that this machine can ask a name server")
}
