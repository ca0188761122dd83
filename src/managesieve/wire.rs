//! The stream, cut into whole answers, and the commands that go the other way.
//!
//! Sizes are bounded before anything is kept. A wire that failed is broken for good: every later call fails at once
//! with the same error.

use super::reply::{Answer, Condition, Reply};
use super::token::{Token, scan};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::net::{Connection, Direction, Echo, MASK};
use secrecy::zeroize::Zeroize as _;
use std::fmt;
use std::time::Instant;

/// How much of an answer is believed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The largest literal, in octets.
    pub literal: usize,
    /// The longest answer: lines and literals together.
    pub answer: usize,
    /// The most lines of one.
    pub lines: usize,
}

impl Limits {
    /// Before the login, from anybody.
    pub const LOGIN: Self = Self {
        literal: 16 << 10,
        answer: 64 << 10,
        lines: 100,
    };
    /// From a server that knows us.
    pub const SESSION: Self = Self {
        literal: 4 << 20,
        answer: 8 << 20,
        lines: 10_000,
    };
}

/// The longest line without its literals. Names of extensions come in one.
const LINE: usize = 16 << 10;
/// The most words of a line.
const WORDS: usize = 200;
/// An answer of many lines and literals is given up after this many timeouts.
const PATIENCE: u32 = 20;
/// How much goes out under one deadline.
const PIECE: usize = 64 << 10;

/// A connection, what was read ahead, and what waits to be sent.
pub(super) struct Wire {
    connection: Connection,
    limits: Limits,
    input: Vec<u8>,
    start: usize,
    output: Vec<u8>,
    broken: Option<Error>,
    /// What the server must not be heard to repeat, as long as the login goes on.
    echo: Option<Echo>,
}

impl Wire {
    /// A wire over `connection`, on which nothing has been read yet.
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            limits: Limits::LOGIN,
            input: Vec::new(),
            start: 0,
            output: Vec::new(),
            broken: None,
            echo: None,
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

    /// The connection under the wire; for the TLS handshake.
    pub fn into_connection(self) -> Connection {
        self.connection
    }

    /// What carries the wire: who the server is, how long to wait for it.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Whether bytes wait that no answer has taken.
    pub fn has_input(&self) -> bool {
        self.start < self.input.len()
    }

    /// Whether the wire still works.
    pub fn check(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// The server did what no server may do: no more is said or believed on this connection.
    pub fn broke(&mut self, how: &str) -> Error {
        let error = self.connection.broke(how);
        self.break_off(error)
    }

    fn break_off(&mut self, error: Error) -> Error {
        self.broken.get_or_insert(error).clone()
    }

    /// Puts a command aside for the next [`Wire::flush`]; `shown` is seen in its place.
    pub fn queue(&mut self, shown: &str, line: &[u8]) {
        self.connection.show(Direction::Sent, shown.as_bytes());
        self.output.extend_from_slice(line);
        self.output.extend_from_slice(b"\r\n");
    }

    /// The same of a line that must not be seen behind `shown`.
    pub fn queue_secret(&mut self, shown: &str, line: &[u8]) {
        self.queue(&format!("{shown}{MASK}"), line);
    }

    /// Sends what was put aside.
    pub fn flush(&mut self) -> Result<()> {
        self.check()?;
        let mut output = std::mem::take(&mut self.output);
        // A script may take longer than one write may.
        let mut pieces = output.chunks(PIECE);
        let sent = pieces.try_for_each(|piece| self.connection.send(piece));
        output.zeroize();
        sent.map_err(|error| self.break_off(error))
    }

    /// One command and its answer.
    pub fn ask(&mut self, command: &str) -> Result<Reply> {
        self.queue(command, command.as_bytes());
        self.flush()?;
        self.reply()
    }

    /// Waits for the next whole answer. After a BYE the wire is broken, as the server hangs up.
    pub fn reply(&mut self) -> Result<Reply> {
        match self.turn()? {
            Turn::Done(reply) => Ok(reply),
            Turn::Asked(_) => Err(self.broke("a line that belongs to no answer")),
        }
    }

    /// The same in a login, in which the server may ask for more: a string alone in its line.
    pub fn turn(&mut self) -> Result<Turn> {
        self.check()?;
        let turn = self.read_turn().map_err(|error| self.break_off(error))?;
        if let Turn::Done(Reply { answer, .. }) = &turn
            && answer.condition == Condition::Bye
            && let Some(refusal) = answer.refusal()
        {
            let what = format!("the server ends the session: {refusal}");
            let error = self.connection.error(Exit::TryAgain, what);
            self.break_off(error.hint("try again later"));
        }
        Ok(turn)
    }

    fn read_turn(&mut self) -> Result<Turn> {
        let last = Instant::now() + self.connection.timeout().saturating_mul(PATIENCE);
        let (mut lines, mut size) = (Vec::new(), 0);
        loop {
            let line = self.words(last, &mut size)?;
            if let Some(answer) = Answer::read(&line) {
                return Ok(Turn::Done(Reply { lines, answer }));
            }
            match line.as_slice() {
                [Token::Text(challenge)] if self.echo.is_some() => {
                    return Ok(Turn::Asked(challenge.clone()));
                }
                [Token::Text(_), ..] if lines.len() < self.limits.lines => lines.push(line),
                [Token::Text(_), ..] => return Err(self.connection.broke("an answer without end")),
                _ => {
                    let how = "this is no answer of a ManageSieve server";
                    return Err(self.connection.broke(how));
                }
            }
        }
    }

    /// The next line with its literals, before `last`; its bytes are added to `size`.
    fn words(&mut self, last: Instant, size: &mut usize) -> Result<Vec<Token>> {
        let mut words = Vec::new();
        loop {
            let line = self.line(last)?;
            *size += line.len() + 1;
            self.fits("an answer", *size, self.limits.answer)?;
            let Ok(literal) = scan(&line, &mut words) else {
                return Err(self.connection.broke("a line that is none of ManageSieve"));
            };
            self.fits("a line in words", words.len(), WORDS)?;
            let Some(length) = literal else {
                return Ok(words);
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            self.fits("a literal", length, self.limits.literal)?;
            *size += length;
            self.fits("an answer", *size, self.limits.answer)?;
            words.push(Token::Text(self.exactly(length, last)?));
        }
    }

    fn fits(&self, what: &str, size: usize, most: usize) -> Result<()> {
        if size <= most {
            return Ok(());
        }
        let how = format!("{what} of {size} where {most} are the most");
        Err(self.connection.broke(&how))
    }

    /// The next line without its line break.
    fn line(&mut self, last: Instant) -> Result<Vec<u8>> {
        let deadline = self.soon(last);
        let mut seen = 0;
        loop {
            let received = self.input.get(self.start..).unwrap_or_default();
            let fresh = received.get(seen..).unwrap_or_default();
            if let Some(feed) = fresh.iter().position(|byte| *byte == b'\n') {
                let end = seen + feed;
                self.fits("a line", end, LINE)?;
                let mut line = received.get(..end).unwrap_or_default().to_vec();
                self.start += end + 1;
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                if let Some(echo) = &self.echo {
                    echo.blot(&mut line);
                }
                self.connection.show(Direction::Received, &line);
                return Ok(line);
            }
            seen = received.len();
            self.fits("a line", seen, LINE)?;
            self.fill(deadline)?;
        }
    }

    /// The next `length` octets, whatever they are.
    fn exactly(&mut self, length: usize, last: Instant) -> Result<Vec<u8>> {
        while self.input.len() - self.start < length {
            let deadline = self.soon(last);
            self.fill(deadline)?;
        }
        let end = self.start + length;
        let mut octets = self.input.get(self.start..end).unwrap_or_default().to_vec();
        self.start = end;
        if let Some(echo) = &self.echo {
            echo.blot(&mut octets);
        }
        Ok(octets)
    }

    fn soon(&self, last: Instant) -> Instant {
        last.min(Instant::now() + self.connection.timeout())
    }

    fn fill(&mut self, deadline: Instant) -> Result<()> {
        self.input.drain(..self.start);
        self.start = 0;
        let mut chunk = [0; 16 << 10];
        let count = self.connection.receive(&mut chunk, deadline)?;
        self.input.extend(chunk.iter().take(count));
        Ok(())
    }
}

/// What comes in a login.
#[derive(Debug)]
pub(super) enum Turn {
    /// The answer.
    Done(Reply),
    /// The server wants to be told more, and says this.
    Asked(Vec<u8>),
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({:?})", self.connection)
    }
}
