//! What stands between the `imap` crate and the server during the login.
//!
//! That crate's parser recurses on what it reads and trusts it. Behind the [`Door`] it never
//! sees a server's words: each line is read and understood here, and what is let through is a
//! sentence of our own with the same meaning.

use super::answer::Answer;
use super::capability::Capabilities;
use super::response::{Condition, Response, State};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::net::{Direction, MASK, OpenError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// The state behind every handle.
pub(super) struct Door {
    pub wire: Wire,
    /// The tag of the command that waits for its reply.
    tag: Vec<u8>,
    authenticating: bool,
    /// What goes out right behind the login, in the same write.
    behind: Vec<u8>,
    /// Our words for the last line, of which `given` bytes were read.
    words: Vec<u8>,
    given: usize,
    lines: usize,
    /// What the server said that it can do, since the last command.
    pub told: Capabilities,
    /// The last command's tagged reply.
    pub answer: Option<Answer>,
    goodbye: Option<String>,
    /// Why there is no reply.
    pub error: Option<Error>,
}

/// The `imap` crate's end of the door: a stream of our own words.
pub(super) struct Handle(Arc<Mutex<Door>>);

/// The most lines that a login takes.
const MOST_LINES: usize = 1000;

impl Door {
    fn new(wire: Wire) -> Self {
        Self {
            wire,
            tag: Vec::new(),
            authenticating: false,
            behind: Vec::new(),
            words: Vec::new(),
            given: 0,
            lines: 0,
            told: Capabilities::default(),
            answer: None,
            goodbye: None,
            error: None,
        }
    }

    /// Sends `words` right behind the login, where that is a single line.
    pub fn put_behind(&mut self, words: Vec<u8>) {
        self.behind = words;
    }

    /// Whether something still waits to be sent behind the login.
    pub fn has_behind(&self) -> bool {
        !self.behind.is_empty()
    }

    /// What CAPABILITY brought.
    pub fn advertised(&mut self) -> Result<Capabilities, OpenError> {
        let told = std::mem::take(&mut self.told);
        // So that no reply but the login's own counts as one.
        self.answer = None;
        match (self.error.take(), told.is_empty()) {
            (Some(error), _) => Err(error.into()),
            (None, true) => Err(self.wire.broke("it does not say what it can do").into()),
            (None, false) => Ok(told),
        }
    }

    /// Reads lines until one of them is for the `imap` crate, and puts it in our words.
    fn next(&mut self) -> Result<()> {
        loop {
            if let Err(error) = self.wire.advance() {
                return Err(self.farewell().unwrap_or(error));
            }
            self.lines += 1;
            if self.lines > MOST_LINES {
                return Err(self.wire.broke("a login without end"));
            }
            if let Some(words) = self.translate()? {
                self.words = words;
                self.given = 0;
                return Ok(());
            }
        }
    }

    fn translate(&mut self) -> Result<Option<Vec<u8>>> {
        let line = self.wire.current();
        match Response::parse(line) {
            Ok(Response::Continue(text)) => {
                self.wire
                    .show(Direction::Received, format!("+ {MASK}").as_bytes());
                self.challenge(text).map(Some)
            }
            Ok(Response::Tagged(tag, state)) if tag == self.tag => {
                self.wire.show(Direction::Received, line);
                note(&mut self.told, &state);
                let answer = Answer::from_state(&state);
                let word = if answer.is_ok() { "OK" } else { "NO" };
                let words = [&self.tag, format!(" {word} .\r\n").as_bytes()].concat();
                self.answer = Some(answer);
                Ok(Some(words))
            }
            Ok(Response::Status(state)) => {
                self.wire.show(Direction::Received, line);
                note(&mut self.told, &state);
                if state.condition == Condition::Bye {
                    self.goodbye = Some(state.printable_text());
                }
                Ok(None)
            }
            Ok(Response::Data(data)) => {
                self.wire.show(Direction::Received, line);
                if data.is("CAPABILITY") {
                    self.told = Capabilities::parse(data.values);
                }
                Ok(None)
            }
            _ => Err(self.wire.broke("a line that fits nowhere in a login")),
        }
    }

    /// A challenge of the server, which must be one and be asked for.
    fn challenge(&self, text: &[u8]) -> Result<Vec<u8>> {
        let text = text.trim_ascii();
        if !self.authenticating || STANDARD.decode(text).is_err() {
            return Err(self.wire.broke("a challenge that fits nowhere in a login"));
        }
        Ok([b"+ ", text, b"\r\n"].concat())
    }

    /// Whether the server went without a word.
    pub fn was_slammed(&self) -> bool {
        self.wire.is_closed() && self.goodbye.is_none()
    }

    fn farewell(&self) -> Option<Error> {
        let text = self.goodbye.as_ref()?;
        let what = format!("the server ended the login: {text}");
        Some(self.wire.error(Exit::TryAgain, what))
    }

    /// Takes note of what the `imap` crate is about to send.
    fn sending(&mut self) {
        let line = &self.wire.output;
        let mut words = line.split(|b| matches!(b, b' ' | b'\r'));
        let (tag, verb) = (words.next().unwrap_or_default(), words.next());
        let mechanism = words.next().unwrap_or_default();
        let is_whole = match verb {
            // With the first response to what the server would ask (RFC 4959).
            Some(b"AUTHENTICATE") => words.next().is_some_and(|word| !word.is_empty()),
            verb => verb == Some(b"LOGIN"),
        };
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let shown = match verb {
            // Responses to challenges have no tag: they are one word.
            None | Some(b"" | b"\n") => MASK.to_owned(),
            Some(b"AUTHENTICATE") => {
                format!("{} AUTHENTICATE {} {MASK}", text(tag), text(mechanism))
            }
            Some(b"LOGIN") => format!("{} LOGIN {MASK}", text(tag)),
            Some(_) => text(line),
        };
        self.wire.show(Direction::Sent, shown.as_bytes());
        if let Some(verb) = verb.filter(|v| !matches!(*v, b"" | b"\n")) {
            self.authenticating = verb == b"AUTHENTICATE";
            self.tag = tag.to_vec();
            self.answer = None;
            self.told = Capabilities::default();
        }
        if is_whole {
            for line in self.behind.split_inclusive(|b| *b == b'\n') {
                self.wire.show(Direction::Sent, line.trim_ascii_end());
            }
            self.wire.output.append(&mut self.behind);
        }
    }
}

/// Takes the capabilities from a response code.
fn note(told: &mut Capabilities, state: &State<'_>) {
    if let Some(values) = state.code_values("CAPABILITY") {
        *told = Capabilities::parse(values);
    }
}

impl Handle {
    /// A door before `wire`.
    pub fn new(wire: Wire) -> Self {
        Self(Arc::new(Mutex::new(Door::new(wire))))
    }

    /// Another handle of the same door.
    pub fn share(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// Looks behind the door.
    pub fn with<T>(&self, action: impl FnOnce(&mut Door) -> T) -> T {
        action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the door away, once this is its last handle.
    pub fn into_door(self) -> Option<Door> {
        let door = Arc::into_inner(self.0)?;
        Some(door.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Read for Handle {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.with(|door| {
            if door.given == door.words.len()
                && let Err(error) = door.next()
            {
                door.error.get_or_insert(error);
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let rest = &door.words[door.given..];
            let count = rest.len().min(into.len());
            into[..count].copy_from_slice(&rest[..count]);
            door.given += count;
            Ok(count)
        })
    }
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|door| door.wire.output.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(|door| {
            if door.wire.output.is_empty() {
                return Ok(());
            }
            door.sending();
            door.wire.flush().map_err(|error| {
                door.error.get_or_insert(error);
                io::ErrorKind::ConnectionAborted.into()
            })
        })
    }
}
