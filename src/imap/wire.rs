//! The stream, cut into whole responses: a line with the literals that belong to it.
//!
//! Sizes are bounded before anything is kept; a literal that announces too much is refused at
//! its announcement. Every complete line or literal renews the deadline, a single byte does not;
//! a response as a whole has one too.

use super::echo::Echo;
use super::response::Response;
use super::socket::{Socket, is_timeout};
use super::tls::Stream;
use super::token::announced_literal;
use super::trace::{Direction, Trace};
use crate::error::{Error, Result};
use crate::exit::Exit;
use secrecy::zeroize::Zeroize as _;
use std::fmt;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

/// How much of a response is believed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The longest line, in bytes.
    pub line: usize,
    /// The largest literal, in bytes.
    pub literal: usize,
    /// The longest response: lines and literals together.
    pub response: usize,
}

impl Limits {
    /// Before the login, from anybody: short lines and no literal.
    pub const LOGIN: Self = Self {
        line: 64 << 10,
        literal: 0,
        response: 64 << 10,
    };
    /// Administrative replies.
    pub const SESSION: Self = Self {
        line: 1 << 20,
        literal: 1 << 20,
        response: 4 << 20,
    };
}

/// A response of many lines and literals is given up after this many timeouts.
const PATIENCE: u32 = 20;

/// A connection, its two buffers, and who watches.
pub(super) struct Wire {
    stream: Stream,
    peer: String,
    timeout: Duration,
    limits: Limits,
    trace: Option<Trace>,
    /// What the server must not be heard to repeat, as long as the login goes on.
    echo: Option<Echo>,
    /// Received bytes stand in `input[start..end]`: the current response first, which has
    /// `length` bytes, and the next one at `next`.
    input: Vec<u8>,
    start: usize,
    length: usize,
    next: usize,
    end: usize,
    closed: bool,
    /// Bytes to send, collected so that a burst is one write.
    pub output: Vec<u8>,
}

impl Wire {
    /// A wire over `stream` to `peer`, which is how errors call the server.
    pub fn new(stream: Stream, peer: String, timeout: Duration, trace: Option<Trace>) -> Self {
        Self {
            stream,
            peer,
            timeout,
            limits: Limits::LOGIN,
            trace,
            echo: None,
            input: vec![0; 32 << 10],
            start: 0,
            length: 0,
            next: 0,
            end: 0,
            closed: false,
            output: Vec::new(),
        }
    }

    /// Believes as much as `limits` from now on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Blots `echo` out of what comes, from now on.
    pub fn set_echo(&mut self, echo: Option<Echo>) {
        self.echo = echo;
    }

    /// How long one line may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Waits no longer than `timeout` for each line from now on.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Whether the server has closed the connection.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether bytes wait that no response has taken.
    pub fn has_input(&self) -> bool {
        self.next < self.end
    }

    /// Whether the next response begins with a line that is already here.
    pub fn has_line(&self) -> bool {
        self.input[self.next..self.end].contains(&b'\n')
    }

    /// The socket, where the connection is still in the clear; for the TLS handshake.
    pub fn into_socket(mut self) -> Option<Socket> {
        let deadline = Instant::now() + self.timeout;
        self.stream.set_deadline(deadline);
        match self.stream {
            Stream::Clear(socket) => Some(socket),
            Stream::Tls(_) => None,
        }
    }

    /// Sends what was collected, in one write.
    pub fn flush(&mut self) -> Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        self.stream.set_deadline(Instant::now() + self.timeout);
        let sent = write_all(&mut self.stream, &self.output);
        // A login went through here; the buffer lives as long as the session.
        self.output.zeroize();
        sent.map_err(|error| self.lost(&error))
    }

    /// Waits for the next whole response; [`Wire::current`] is what came.
    pub fn advance(&mut self) -> Result<()> {
        self.length = 0;
        self.length = self.frame()?;
        if let Some(echo) = &self.echo {
            echo.blot(&mut self.input[self.start..self.start + self.length]);
        }
        Ok(())
    }

    /// The response that the last [`Wire::advance`] brought, without its last CRLF.
    pub fn current(&self) -> &[u8] {
        &self.input[self.start..self.start + self.length]
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
        let seconds = self.timeout.as_secs_f32();
        self.error(
            Exit::Unreachable,
            format!("did not answer within {seconds} s"),
        )
    }

    /// Makes `start` the beginning of a whole response, and returns its length.
    fn frame(&mut self) -> Result<usize> {
        self.start = self.next;
        let last = Instant::now() + self.timeout.saturating_mul(PATIENCE);
        let mut deadline = Instant::now() + self.timeout;
        // Both count from `start`, which moves when the buffer is compacted.
        let (mut line, mut seen) = (0, 0);
        loop {
            let received = &self.input[self.start..self.end];
            let Some(feed) = received[seen..].iter().position(|b| *b == b'\n') else {
                seen = received.len();
                self.check("a line", seen - line, self.limits.line)?;
                self.check("a response", seen, self.limits.response)?;
                self.fill(deadline)?;
                continue;
            };
            let feed = seen + feed;
            self.check("a line", feed - line, self.limits.line)?;
            let end = feed - usize::from(feed > line && received[feed - 1] == b'\r');
            let Some(size) = literal_after(&received[..end], line) else {
                self.next = self.start + feed + 1;
                return Ok(end);
            };
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            self.check("a literal", size, self.limits.literal)?;
            line = feed + 1 + size;
            seen = line;
            self.check("a response", line, self.limits.response)?;
            deadline = last.min(Instant::now() + self.timeout);
            while self.end - self.start < line {
                self.fill(deadline)?;
            }
            deadline = last.min(Instant::now() + self.timeout);
        }
    }

    fn check(&self, what: &str, size: usize, most: usize) -> Result<()> {
        if size <= most {
            return Ok(());
        }
        Err(self.broke(&format!("{what} of {size} bytes where {most} are the most")))
    }

    /// Reads more, after making room for it.
    fn fill(&mut self, deadline: Instant) -> Result<()> {
        if self.end == self.input.len() {
            if self.start > 0 {
                self.input.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            } else {
                let doubled = self.input.len() * 2;
                self.input.resize(doubled, 0);
            }
        }
        self.stream.set_deadline(deadline);
        match read(&mut self.stream, &mut self.input[self.end..]) {
            Ok(0) => {
                self.closed = true;
                Err(self.lost(&io::ErrorKind::UnexpectedEof.into()))
            }
            Ok(count) => {
                self.end += count;
                Ok(())
            }
            Err(error) => Err(self.lost(&error)),
        }
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

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({})", self.peer)
    }
}

/// The literal that the line from `line` to the end of `response` announces. Conditions and
/// continuations end in text, which announces nothing.
fn literal_after(response: &[u8], line: usize) -> Option<u64> {
    let size = announced_literal(&response[line..])?;
    (line > 0 || !Response::is_text(response)).then_some(size)
}

fn read(stream: &mut Stream, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn write_all(stream: &mut Stream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}
