//! The login itself, spoken by the `imap` crate behind a door.
//!
//! That crate's parser recurses on what it reads and trusts it. Behind the [`Door`] it never
//! sees a server's words: each line is read and understood here, and what is let through is a
//! sentence of our own with the same meaning. The door is taken off its hinges afterwards, and
//! the wire behind it serves the session.

use super::answer::{Answer, Pace, Refusal};
use super::batch::{Link, Nothing};
use super::capability::Capabilities;
use super::endpoint::{Credentials, Endpoint};
use super::open::{Kind, OpenError};
use super::request::{Request, Style};
use super::response::{Condition, Response, State};
use super::sasl::Method;
use super::trace::{Direction, MASK};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::exit::Exit;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Logs in on `wire`. `advertised` is what the server can do so far, empty to ask it. Returns
/// the wire, and the capabilities after the login if the server told them by itself.
pub(super) fn log_in(
    wire: Wire,
    advertised: Capabilities,
    endpoint: &Endpoint,
    credentials: &Credentials,
) -> Result<(Wire, Capabilities), OpenError> {
    let door = Arc::new(Mutex::new(Door::new(wire)));
    let mut client = imap::Client::new(Handle(Arc::clone(&door)));
    let advertised = if advertised.is_empty() {
        let _ = client.capabilities();
        with(&door, Door::advertised)?
    } else {
        advertised
    };
    let about = |error: Error| OpenError::from(error.about(endpoint.to_string()));
    let method = Method::choose(credentials, endpoint, &advertised).map_err(about)?;
    let mut complaint = None;
    match &method {
        Method::Login if !needs_literal(credentials) => {
            let secret = credentials.secret.expose_secret();
            drop(client.login(&credentials.user, secret));
        }
        Method::Login => {
            drop(client);
            let style = Style::of(&advertised);
            return log_in_with_literals(close(door)?.wire, style, credentials);
        }
        Method::Sasl(exchange) => {
            let opening = exchange.opening(advertised.has("SASL-IR"));
            drop(client.authenticate(opening.as_str(), exchange));
            complaint = exchange.complaint();
        }
    }
    let door = close(door)?;
    let answer = match (door.answer, door.error) {
        (Some(answer), _) => answer,
        (None, Some(error)) if door.wire.is_closed() && door.goodbye.is_none() => {
            let hint = "when this login acts as another account, see that it exists";
            let error = door
                .wire
                .error(error.exit(), "the server hung up on the login");
            return Err(OpenError::new(Kind::Dropped, error.hint(hint)));
        }
        (None, Some(error)) => return Err(error.into()),
        (None, None) => return Err(door.wire.broke("the login has no end").into()),
    };
    accept(&answer, &door.wire, credentials, complaint)?;
    Ok((door.wire, door.told))
}

/// LOGIN with arguments that the `imap` crate cannot send: they are not ASCII.
fn log_in_with_literals(
    wire: Wire,
    style: Style,
    credentials: &Credentials,
) -> Result<(Wire, Capabilities), OpenError> {
    let request = Request::login(&credentials.user, credentials.secret.expose_secret());
    let mut link = Link::new(wire, style);
    let batch = link.run(&[request], &Pace::unattended(), &mut Nothing);
    if let Some(error) = batch.broken {
        return Err(error.into());
    }
    for answer in &batch.answers {
        accept(answer, &link.wire, credentials, None)?;
    }
    Ok((link.wire, Capabilities::default()))
}

fn needs_literal(credentials: &Credentials) -> bool {
    !credentials.user.is_ascii() || !credentials.secret.expose_secret().is_ascii()
}

/// The login's tagged reply, as success or as the step that failed (RFC 5530).
fn accept(
    answer: &Answer,
    wire: &Wire,
    credentials: &Credentials,
    complaint: Option<String>,
) -> Result<(), OpenError> {
    let Some(refusal) = answer.refusal() else {
        return Ok(());
    };
    let (kind, exit, hint) = match refusal.code.as_deref() {
        Some("UNAVAILABLE" | "LIMIT" | "INUSE" | "SERVERBUG") => {
            (Kind::Temporary, Exit::TryAgain, "try again later")
        }
        Some("AUTHORIZATIONFAILED") => (
            Kind::Authorization,
            Exit::Refused,
            "the other account does not exist, or this login may not act as it",
        ),
        Some("PRIVACYREQUIRED") => (Kind::Config, Exit::Config, "use TLS"),
        _ => (
            Kind::Authentication,
            Exit::Refused,
            "check the user name and the password or token",
        ),
    };
    let what = describe(&refusal, credentials, complaint);
    Err(OpenError::new(kind, wire.error(exit, what).hint(hint)))
}

fn describe(refusal: &Refusal, credentials: &Credentials, complaint: Option<String>) -> String {
    let acting = match &credentials.authzid {
        Some(authzid) => format!(" as \"{authzid}\""),
        None => String::new(),
    };
    let complaint = complaint
        .map(|c| format!(" (token: {c})"))
        .unwrap_or_default();
    let user = &credentials.user;
    format!("the server refused the login of \"{user}\"{acting} {refusal}{complaint}")
}

/// What stands between the `imap` crate and the server.
struct Door {
    wire: Wire,
    /// The tag of the command that waits for its reply.
    tag: Vec<u8>,
    authenticating: bool,
    /// Our words for the last line, of which `given` bytes were read.
    words: Vec<u8>,
    given: usize,
    lines: usize,
    told: Capabilities,
    answer: Option<Answer>,
    goodbye: Option<String>,
    error: Option<Error>,
}

/// The most lines that a login takes.
const MOST_LINES: usize = 1000;

impl Door {
    fn new(wire: Wire) -> Self {
        Self {
            wire,
            tag: Vec::new(),
            authenticating: false,
            words: Vec::new(),
            given: 0,
            lines: 0,
            told: Capabilities::default(),
            answer: None,
            goodbye: None,
            error: None,
        }
    }

    /// What CAPABILITY brought.
    fn advertised(&mut self) -> Result<Capabilities, OpenError> {
        let told = std::mem::take(&mut self.told);
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
    }
}

/// Takes the capabilities from a response code.
fn note(told: &mut Capabilities, state: &State<'_>) {
    if let Some(values) = state.code_values("CAPABILITY") {
        *told = Capabilities::parse(values);
    }
}

/// The handle that the `imap` crate holds.
struct Handle(Arc<Mutex<Door>>);

impl Read for Handle {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        with(&self.0, |door| {
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
        with(&self.0, |door| door.wire.output.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        with(&self.0, |door| {
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

fn with<T>(door: &Mutex<Door>, action: impl FnOnce(&mut Door) -> T) -> T {
    action(&mut door.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Takes the door back, once the `imap` crate has let go of its handle.
fn close(door: Arc<Mutex<Door>>) -> Result<Door, OpenError> {
    let door = Arc::into_inner(door);
    let door = door.map(|d| d.into_inner().unwrap_or_else(PoisonError::into_inner));
    let lost = || {
        Error::new(
            Exit::Failure,
            "the connection was not given back after the login",
        )
    };
    door.ok_or_else(|| lost().into())
}
