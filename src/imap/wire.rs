//! The stream, cut into whole responses: a line with the literals that belong to it.
//!
//! Sizes are bounded before anything is kept; a literal that announces too much is refused at
//! its announcement. Every complete line or literal renews the deadline, a single byte does not;
//! a response as a whole has one too.

use super::response::Response;
use super::token::announced_literal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::net::{Connection, Direction, Echo};
use secrecy::zeroize::Zeroize as _;
use std::fmt;
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

/// How much goes out under one deadline.
const PIECE: usize = 64 << 10;

/// A connection, its two buffers, and who watches.
pub(super) struct Wire {
    connection: Connection,
    limits: Limits,
    /// What the server must not be heard to repeat, as long as the login goes on.
    echo: Option<Echo>,
    /// Received bytes stand in `input[start..end]`: the current response first, which has
    /// `length` bytes, and the next one at `next`.
    input: Vec<u8>,
    start: usize,
    length: usize,
    next: usize,
    end: usize,
    /// Bytes to send, collected so that a burst is one write.
    pub output: Vec<u8>,
}

impl Wire {
    /// A wire over `connection`, on which nothing has been read yet.
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            limits: Limits::LOGIN,
            echo: None,
            input: vec![0; 32 << 10],
            start: 0,
            length: 0,
            next: 0,
            end: 0,
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
        self.connection.timeout()
    }

    /// Waits no longer than `timeout` for each line from now on.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.connection.set_timeout(timeout);
    }

    /// The login is done, and nothing but what is asked has a deadline.
    pub fn end_login(&mut self) {
        self.connection.end_login();
    }

    /// From now on all that is asked must be answered in its time, until [`Wire::end_asking`].
    pub fn begin_asking(&mut self) {
        self.connection.begin_asking();
    }

    /// Lets all that is asked take no longer than `whole` where nothing comes.
    #[cfg(test)]
    pub fn set_allowance(&mut self, whole: Duration) {
        self.connection.set_allowance(whole);
    }

    /// Nothing is asked any more.
    pub fn end_asking(&mut self) {
        self.connection.end_asking();
    }

    /// A command is answered.
    pub fn answered(&mut self) {
        self.connection.answered();
    }

    /// Whether the server has closed the connection.
    pub fn is_closed(&self) -> bool {
        self.connection.is_closed()
    }

    /// Ends the connection from this side.
    pub fn hang_up(&mut self) {
        self.connection.hang_up();
    }

    /// Whether bytes wait that no response has taken.
    pub fn has_input(&self) -> bool {
        self.next < self.end
    }

    /// Whether the next response begins with a line that is already here.
    pub fn has_line(&self) -> bool {
        self.input[self.next..self.end].contains(&b'\n')
    }

    /// The connection under the wire; for the TLS handshake.
    pub fn into_connection(self) -> Connection {
        self.connection
    }

    /// Sends what was collected, in one write where it is not large.
    pub fn flush(&mut self) -> Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        // A message may take longer than one write may.
        let mut pieces = self.output.chunks(PIECE);
        let sent = pieces.try_for_each(|piece| self.connection.send(piece));
        // A login went through here; the buffer lives as long as the session.
        self.output.zeroize();
        sent
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

    /// Whether nothing at all comes for `time`. What has come by then is kept for
    /// [`Wire::advance`].
    pub fn is_quiet_for(&mut self, time: Duration) -> Result<bool> {
        if self.has_input() {
            return Ok(false);
        }
        // The current response is not looked at any more: all the room is free.
        (self.start, self.length, self.next, self.end) = (0, 0, 0, 0);
        let until = Instant::now() + time;
        let count = self.connection.receive_until(&mut self.input, until)?;
        self.end = count.unwrap_or_default();
        Ok(count.is_none())
    }

    /// The response that the last [`Wire::advance`] brought, without its last CRLF.
    pub fn current(&self) -> &[u8] {
        &self.input[self.start..self.start + self.length]
    }

    /// Shows `line` to whoever watches.
    pub fn show(&self, direction: Direction, line: &[u8]) {
        self.connection.show(direction, line);
    }

    /// How errors call the server.
    pub fn peer(&self) -> &str {
        self.connection.peer()
    }

    /// An error about this server.
    pub fn error(&self, exit: Exit, what: impl AsRef<str>) -> Error {
        self.connection.error(exit, what)
    }

    /// The server did what no server may do.
    pub fn broke(&self, how: &str) -> Error {
        self.connection.broke(how)
    }

    /// Makes `start` the beginning of a whole response, and returns its length.
    fn frame(&mut self) -> Result<usize> {
        self.start = self.next;
        let last = Instant::now() + self.timeout().saturating_mul(PATIENCE);
        let mut deadline = Instant::now() + self.timeout();
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
            deadline = last.min(Instant::now() + self.timeout());
            while self.end - self.start < line {
                self.fill(deadline)?;
            }
            deadline = last.min(Instant::now() + self.timeout());
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
        let free = &mut self.input[self.end..];
        self.end += self.connection.receive(free, deadline)?;
        Ok(())
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({})", self.peer())
    }
}

/// The literal that the line from `line` to the end of `response` announces. Conditions and
/// continuations end in text, which announces nothing.
fn literal_after(response: &[u8], line: usize) -> Option<u64> {
    let size = announced_literal(&response[line..])?;
    (line > 0 || !Response::is_text(response)).then_some(size)
}
