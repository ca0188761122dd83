//! The stream, cut into whole replies, and the commands that go the other way.
//!
//! Sizes are bounded before anything is kept. A wire that failed is broken for good: every later
//! call fails at once with the same error.

use super::reply::{Reply, parse_line};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::net::{Connection, Direction, Echo, MASK};
use secrecy::zeroize::Zeroize as _;
use std::fmt;
use std::time::{Duration, Instant};

/// A connection, what was read ahead, and what waits to be sent.
pub(super) struct Wire {
    connection: Connection,
    input: Vec<u8>,
    start: usize,
    output: Vec<u8>,
    broken: Option<Error>,
    /// What the server must not be heard to repeat, as long as the login goes on.
    echo: Option<Echo>,
}

/// Twelve times what RFC 5321 (section 4.5.3.1.5) asks to be understood.
const LINE: usize = 6 << 10;
/// The most bytes of one reply, all lines together.
const REPLY: usize = 64 << 10;
/// The most lines of one reply; no EHLO comes near.
const LINES: usize = 200;
/// How long a server that dropped the connection is listened to for its reasons.
const LAST_WORDS: Duration = Duration::from_millis(500);

impl Wire {
    /// A wire over `connection`, on which nothing has been read yet.
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            input: Vec::new(),
            start: 0,
            output: Vec::new(),
            broken: None,
            echo: None,
        }
    }

    /// The connection under the wire; for the TLS handshake.
    pub fn into_connection(self) -> Connection {
        self.connection
    }

    /// Blots `echo` out of what comes, from now on.
    pub fn set_echo(&mut self, echo: Option<Echo>) {
        self.echo = echo;
    }

    /// What carries the wire: who the server is, how long to wait for it.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Whether bytes wait that no reply has taken.
    pub fn has_input(&self) -> bool {
        self.start < self.input.len()
    }

    /// Whether the wire still works.
    pub fn check(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Whether the wire still works, and the server says nothing by itself but that it goes.
    pub fn check_idle(&mut self) -> Result<()> {
        self.check()?;
        if !self.has_input() {
            return Ok(());
        }
        self.reply()?;
        self.check()?;
        Err(self.broke("it answers what nobody asked"))
    }

    /// No more is said or believed on this connection.
    pub fn break_off(&mut self, error: Error) -> Error {
        self.broken.get_or_insert(error).clone()
    }

    /// The server did what no server may do.
    pub fn broke(&mut self, how: &str) -> Error {
        let error = self.connection.broke(how);
        self.break_off(error)
    }

    /// Puts a command aside for the next [`Wire::flush`].
    pub fn queue(&mut self, command: &str) {
        self.connection.show(Direction::Sent, command.as_bytes());
        self.put(command);
    }

    /// Puts a line aside that must not be seen: `shown` and a mask are seen in its place.
    pub fn queue_secret(&mut self, shown: &str, secret: &str) {
        let shown = format!("{shown}{MASK}");
        self.connection.show(Direction::Sent, shown.as_bytes());
        self.put(secret);
    }

    fn put(&mut self, line: &str) {
        self.output.extend_from_slice(line.as_bytes());
        self.output.extend_from_slice(b"\r\n");
    }

    /// Sends what was put aside, in one write.
    pub fn flush(&mut self) -> Result<()> {
        let mut output = std::mem::take(&mut self.output);
        let sent = self.send(&output);
        output.zeroize();
        sent
    }

    /// Tells whoever watches that a message follows; its text is nobody's business.
    pub fn show_message(&self, size: usize) {
        let shown = format!("(a message of {size} bytes)");
        self.connection.show(Direction::Sent, shown.as_bytes());
    }

    /// Sends bytes of a message.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.check()?;
        let sent = self.connection.send(bytes);
        sent.map_err(|error| self.break_off(error))
    }

    /// One command and its answer.
    pub fn ask(&mut self, command: &str) -> Result<Reply> {
        self.queue(command);
        self.flush()?;
        self.reply()
    }

    /// Waits for the next reply, no longer than the timeout for all of its lines. After a 421
    /// the wire is broken, as the server hangs up.
    pub fn reply(&mut self) -> Result<Reply> {
        self.reply_within(self.connection.timeout(), false)
    }

    /// The answer to the final dot, for which servers may take long (RFC 5321, section
    /// 4.5.3.2.6).
    pub fn reply_within(&mut self, patience: Duration, secret: bool) -> Result<Reply> {
        self.check()?;
        let usual = self.connection.timeout();
        self.connection.set_timeout(patience);
        let read = self.read_reply(Instant::now() + patience, secret);
        self.connection.set_timeout(usual);
        let reply = read.map_err(|error| self.break_off(error))?;
        if reply.code() == 421 {
            let what = format!("the server ends the session: {reply}");
            let error = self.connection.error(Exit::TryAgain, what);
            self.break_off(error.hint("try again later"));
        }
        Ok(reply)
    }

    /// What the server said before it hung up on us, where it said something.
    pub fn last_words(&mut self) -> Option<Reply> {
        self.read_reply(Instant::now() + LAST_WORDS, false).ok()
    }

    fn read_reply(&mut self, deadline: Instant, secret: bool) -> Result<Reply> {
        let (mut lines, mut size, mut code) = (Vec::new(), 0, None);
        loop {
            let mut line = self.line(deadline)?;
            if let Some(echo) = &self.echo {
                echo.blot(&mut line);
            }
            self.show(&line, secret);
            size += line.len();
            let Ok((number, last, text)) = parse_line(&line) else {
                return Err(self.connection.broke("this is no reply of an SMTP server"));
            };
            if *code.get_or_insert(number) != number {
                return Err(self.connection.broke("a reply changes its code half-way"));
            }
            if size > REPLY || lines.len() == LINES {
                return Err(self.connection.broke("a reply without end"));
            }
            lines.push(text.to_vec());
            if last {
                return Ok(Reply::new(number, &lines));
            }
        }
    }

    fn show(&self, line: &[u8], secret: bool) {
        // A challenge may repeat what was said.
        if secret && line.starts_with(b"334") {
            let shown = format!("334 {MASK}");
            self.connection.show(Direction::Received, shown.as_bytes());
        } else {
            self.connection.show(Direction::Received, line);
        }
    }

    /// The next line without its line break.
    fn line(&mut self, deadline: Instant) -> Result<Vec<u8>> {
        let mut seen = 0;
        loop {
            let received = &self.input[self.start..];
            if let Some(feed) = received[seen..].iter().position(|b| *b == b'\n') {
                let line = &received[..seen + feed];
                let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
                self.start += seen + feed + 1;
                return Ok(line);
            }
            seen = received.len();
            if seen > LINE {
                return Err(self.connection.broke("a line without end"));
            }
            self.input.drain(..self.start);
            self.start = 0;
            let mut chunk = [0; 4 << 10];
            let count = self.connection.receive(&mut chunk, deadline)?;
            self.input.extend_from_slice(&chunk[..count]);
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({:?})", self.connection)
    }
}
