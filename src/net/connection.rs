//! A stream to a named server: every wait has a deadline, every error names the server.

use super::endpoint::Endpoint;
use super::open::{Kind, OpenError};
use super::patience::Patience;
use super::socket::{Socket, is_timeout};
use super::tls::Stream;
use super::trace::{Direction, Trace};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::Tls;
use std::fmt;
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::thread;
use std::time::{Duration, Instant};

/// All that comes before a session, with the login, may take so many timeouts together: each line
/// in time, a server could keep somebody for hours.
const LOGIN: u32 = 4;

/// A connection, and who watches it.
pub(crate) struct Connection {
    stream: Stream,
    peer: String,
    timeout: Duration,
    /// Until when the login must be done, and how long that was.
    login: Option<(Instant, Duration)>,
    /// How long all of what is being asked may take, where somebody counts.
    patience: Option<Patience>,
    /// Nothing for the usual.
    allowance: Option<Duration>,
    trace: Option<Trace>,
    closed: bool,
}

impl Connection {
    /// Connects, and protects the connection from its first byte where the endpoint asks for it.
    /// With [`Tls::Starttls`] it is still in the clear.
    pub fn open(endpoint: &Endpoint, trace: Option<Trace>) -> Result<Self, OpenError> {
        let mut socket = thread::scope(|scope| {
            if endpoint.tls != Tls::None {
                // Both take time, and neither needs the other.
                scope.spawn(|| endpoint.trust.connector());
            }
            Socket::connect(endpoint)
        })?;
        socket.set_deadline(Instant::now() + endpoint.timeout);
        let stream = match endpoint.tls {
            Tls::Implicit => Stream::protect(socket, endpoint)?,
            Tls::None if !socket.peer_is_loopback() => return Err(unprotected(endpoint)),
            Tls::None | Tls::Starttls => Stream::Clear(socket),
        };
        let connection = Self::over(stream, endpoint);
        Ok(Self {
            trace,
            ..connection
        })
    }

    /// A connection to `endpoint` over a stream that is open, which nobody watches.
    pub(super) fn over(stream: Stream, endpoint: &Endpoint) -> Self {
        Self {
            stream,
            peer: endpoint.to_string(),
            timeout: endpoint.timeout,
            login: Some(before(endpoint.timeout.saturating_mul(LOGIN))),
            patience: None,
            allowance: None,
            trace: None,
            closed: false,
        }
    }

    /// Makes the TLS handshake on a connection that was in the clear. The caller has seen to it
    /// that nothing was received which nobody has read yet.
    pub fn protect(self, endpoint: &Endpoint) -> Result<Self, OpenError> {
        let lost = self.broke("STARTTLS under TLS");
        let deadline = self.no_later(Instant::now() + self.timeout);
        let Stream::Clear(mut socket) = self.stream else {
            return Err(lost.into());
        };
        socket.set_deadline(deadline);
        let stream = Stream::protect(socket, endpoint)?;
        Ok(Self { stream, ..self })
    }

    /// How long one line may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Waits no longer than `timeout` for each line from now on.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// The login is done: from now on each answer has a deadline of its own.
    pub fn end_login(&mut self) {
        self.login = None;
    }

    /// From now on all that is asked together must be answered in its time, until
    /// [`Connection::end_asking`].
    pub fn begin_asking(&mut self) {
        let usual = Patience::usual(self.timeout);
        let whole = self.allowance.unwrap_or(usual);
        self.patience = Some(Patience::new(whole, Instant::now()));
    }

    /// Lets all that is asked take no longer than `whole` where nothing comes.
    #[cfg(test)]
    pub fn set_allowance(&mut self, whole: Duration) {
        self.allowance = Some(whole);
    }

    /// Nothing is asked any more.
    pub fn end_asking(&mut self) {
        self.patience = None;
    }

    /// One of the commands that were sent is answered.
    pub fn answered(&mut self) {
        self.fill(|patience, now| patience.answered(now));
    }

    fn fill(&mut self, by: impl FnOnce(&mut Patience, Instant)) {
        if let Some(patience) = &mut self.patience {
            by(patience, Instant::now());
        }
    }

    fn no_later(&self, deadline: Instant) -> Instant {
        let login = self.login.map(|(last, _)| last);
        let all = self.patience.map(|patience| patience.end());
        login.into_iter().chain(all).fold(deadline, Instant::min)
    }

    /// Whether the server has closed the connection.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Our own end's address.
    pub fn local_ip(&self) -> Option<IpAddr> {
        self.stream.local_ip()
    }

    /// Sends all of `bytes` within the timeout.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        let deadline = self.no_later(Instant::now() + self.timeout);
        self.stream.set_deadline(deadline);
        let sent = self.stream.write_all(bytes);
        let sent = sent.and_then(|()| self.stream.flush());
        self.fill(|patience, now| patience.sent(now));
        sent.map_err(|error| self.lost(&error))
    }

    /// Reads what has come, one byte at least, until `deadline`.
    pub fn receive(&mut self, into: &mut [u8], deadline: Instant) -> Result<usize> {
        let read = self.receive_until(into, deadline)?;
        read.ok_or_else(|| self.slow())
    }

    /// Reads what comes until `until`; nothing where nothing has come by then.
    pub fn receive_until(&mut self, into: &mut [u8], until: Instant) -> Result<Option<usize>> {
        self.stream.set_deadline(self.no_later(until));
        match read(&mut self.stream, into) {
            Err(error) if is_timeout(&error) => Ok(None),
            Ok(0) => {
                self.closed = true;
                Err(self.lost(&io::ErrorKind::UnexpectedEof.into()))
            }
            Ok(count) => {
                self.fill(|patience, now| patience.received(count, now));
                Ok(Some(count))
            }
            Err(error) => Err(self.lost(&error)),
        }
    }

    /// Ends the connection from this side.
    pub fn hang_up(&mut self) {
        self.stream.hang_up();
        self.closed = true;
    }

    /// Shows `line` to whoever watches.
    pub fn show(&self, direction: Direction, line: &[u8]) {
        if let Some(trace) = &self.trace {
            trace.line(direction, line);
        }
    }

    /// How errors call the server.
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// An error about this server.
    pub fn error(&self, exit: Exit, what: impl AsRef<str>) -> Error {
        Error::new(exit, what).about(&self.peer)
    }

    /// The server did what no server may do.
    pub fn broke(&self, how: &str) -> Error {
        self.error(
            Exit::Protocol,
            format!("the server broke the protocol: {how}"),
        )
    }

    /// The server was too slow.
    pub fn slow(&self) -> Error {
        if let Some((last, whole)) = self.login
            && Instant::now() >= last
        {
            let seconds = whole.as_secs_f32();
            let what = format!("talks on, and the login was not done within {seconds} s");
            return self.error(Exit::Unreachable, what);
        }
        if let Some(patience) = self.patience
            && Instant::now() >= patience.end()
        {
            let seconds = patience.whole().as_secs_f32();
            let what = format!("talks on, but answers too slowly: {seconds} s were not enough");
            let hint = "where it is only slow, a longer timeout helps";
            return self.error(Exit::Unreachable, what).hint(hint);
        }
        let seconds = self.timeout.as_secs_f32();
        self.error(
            Exit::Unreachable,
            format!("did not answer within {seconds} s"),
        )
    }

    fn lost(&self, error: &io::Error) -> Error {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        match error.kind() {
            _ if is_timeout(error) => self.slow(),
            UnexpectedEof | BrokenPipe | ConnectionAborted | ConnectionReset => {
                self.error(Exit::Unreachable, "the server closed the connection")
            }
            _ => self.error(Exit::Unreachable, format!("connection lost: {error}")),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connection({})", self.peer)
    }
}

fn before(whole: Duration) -> (Instant, Duration) {
    (Instant::now() + whole, whole)
}

fn read(stream: &mut Stream, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn unprotected(endpoint: &Endpoint) -> OpenError {
    let what = "without TLS only this machine itself is talked to";
    let error = Error::new(Exit::Config, what)
        .about(endpoint.to_string())
        .hint("set tls to \"implicit\" or \"starttls\"");
    OpenError::new(Kind::Config, error)
}
