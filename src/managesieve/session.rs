//! A login that is asked for its scripts, or given some (RFC 5804, section 2).

use super::capability::Capabilities;
use super::greeting::connect;
use super::login::log_in;
use super::name::ScriptName;
use super::reply::{Refusal, Reply};
use super::token::{Token, said};
use super::wire::{Limits, Wire};
use crate::error::Result;
use crate::net::{Credentials, Endpoint, OpenError, Trace};
use std::time::Duration;

/// No script is longer, in octets: servers take 1 MiB, or less.
pub const LONGEST: usize = 4 << 20;
/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// A session with a ManageSieve server, logged in.
///
/// Every call waits no longer than the endpoint's timeout for each line. Once the connection is lost, the server
/// broke the protocol or has said BYE, every later call fails at once.
#[derive(Debug)]
pub struct Filters {
    pub(super) wire: Wire,
    capabilities: Capabilities,
}

/// A script that the server has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What it is called; nothing where that can be told to no server.
    pub name: Option<ScriptName>,
    /// Whether mail is filtered by it.
    pub active: bool,
}

/// What became of a command: nothing, or what the server holds against it.
type Answered<T> = Result<Result<T, Refusal>>;

impl Filters {
    /// Connects, protects the connection and logs in.
    ///
    /// # Errors
    /// An [`OpenError`] that tells which step failed.
    pub fn open(
        endpoint: &Endpoint,
        credentials: &Credentials,
        trace: Option<Trace>,
    ) -> Result<Self, OpenError> {
        let (wire, capabilities) = connect(endpoint, trace)?;
        Self::over(wire, &capabilities, endpoint, credentials)
    }

    /// Logs in on `wire`, to a server that has `capabilities`.
    pub(super) fn over(
        mut wire: Wire,
        capabilities: &Capabilities,
        endpoint: &Endpoint,
        credentials: &Credentials,
    ) -> Result<Self, OpenError> {
        log_in(&mut wire, capabilities, endpoint, credentials)?;
        wire.connection().end_login();
        wire.set_limits(Limits::SESSION);
        // Some of it is told after the login alone, and all of it may be otherwise now.
        let reply = wire.ask("CAPABILITY")?;
        if reply.answer.refusal().is_some() {
            wire.check()?;
            return Err(wire.broke("it does not say what it can do").into());
        }
        Ok(Self {
            wire,
            capabilities: Capabilities::read(&reply.lines),
        })
    }

    /// What the server says that it can do before any login.
    ///
    /// # Errors
    /// An [`OpenError`] that tells which step of connecting failed.
    pub fn look(endpoint: &Endpoint, trace: Option<Trace>) -> Result<Capabilities, OpenError> {
        let (mut wire, capabilities) = connect(endpoint, trace)?;
        let _ = wire.ask("LOGOUT");
        Ok(capabilities)
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The scripts that there are (LISTSCRIPTS).
    ///
    /// # Errors
    /// When the session breaks.
    pub fn list(&mut self) -> Answered<Vec<Listed>> {
        let reply = self.wire.ask("LISTSCRIPTS")?;
        self.answered(reply, |reply| {
            reply.lines.iter().map(|line| listed(line)).collect()
        })
    }

    /// The text of a script, octet for octet (GETSCRIPT).
    ///
    /// # Errors
    /// When the session breaks.
    pub fn get(&mut self, name: &ScriptName) -> Answered<Vec<u8>> {
        let reply = self.command("GETSCRIPT", &[name.as_str().as_bytes()])?;
        if reply.answer.refusal().is_none() && !is_one_text(&reply) {
            return Err(self.wire.broke("a script that is not one string"));
        }
        self.answered(reply, |reply| {
            let text = reply
                .lines
                .first()
                .and_then(|line| line.first())
                .and_then(Token::text);
            text.unwrap_or_default().to_vec()
        })
    }

    /// Whether the server would take `text`, and what it warns of (CHECKSCRIPT). A server that has no such command
    /// is not asked.
    ///
    /// # Errors
    /// When the session breaks.
    pub fn check(&mut self, text: &[u8]) -> Answered<Option<String>> {
        if !self.capabilities.versioned {
            return Ok(Ok(None));
        }
        let reply = self.command("CHECKSCRIPT", &[text])?;
        self.answered(reply, |reply| reply.answer.warnings())
    }

    /// Whether there is room for a script of that name and length (HAVESPACE).
    ///
    /// # Errors
    /// When the session breaks.
    pub fn has_room(&mut self, name: &ScriptName, length: usize) -> Answered<()> {
        let name = said(name.as_str().as_bytes());
        let line = [
            b"HAVESPACE ",
            name.as_slice(),
            format!(" {length}").as_bytes(),
        ]
        .concat();
        self.wire.queue("HAVESPACE", &line);
        self.wire.flush()?;
        let reply = self.wire.reply()?;
        self.answered(reply, |_| ())
    }

    /// Puts a script in place of the one of that name, if there is one, and tells what the server warns of
    /// (PUTSCRIPT). One that is active stays so.
    ///
    /// # Errors
    /// When the session breaks: whether it was put nobody knows.
    pub fn put(&mut self, name: &ScriptName, text: &[u8]) -> Answered<Option<String>> {
        let reply = self.command("PUTSCRIPT", &[name.as_str().as_bytes(), text])?;
        self.answered(reply, |reply| reply.answer.warnings())
    }

    /// Has mail filtered by the script of that name, and by no other (SETACTIVE).
    ///
    /// # Errors
    /// When the session breaks.
    pub fn activate(&mut self, name: &ScriptName) -> Answered<()> {
        let reply = self.command("SETACTIVE", &[name.as_str().as_bytes()])?;
        self.answered(reply, |_| ())
    }

    /// Says goodbye, and waits a moment for the server to do so.
    pub fn quit(mut self) {
        if self.wire.check().is_err() {
            return;
        }
        let patience = self.wire.connection().timeout().min(GOODBYE);
        self.wire.connection().set_timeout(patience);
        let _ = self.wire.ask("LOGOUT");
    }

    /// A command with its strings. What scripts say is not shown.
    fn command(&mut self, name: &str, texts: &[&[u8]]) -> Result<Reply> {
        let mut line = name.as_bytes().to_vec();
        let mut shown = name.to_owned();
        for text in texts {
            let said = said(text);
            shown.push_str(&match said.starts_with(b"\"") && text.len() < 200 {
                true => format!(" {}", String::from_utf8_lossy(&said)),
                false => format!(" (a script of {} bytes)", text.len()),
            });
            line.push(b' ');
            line.extend_from_slice(&said);
        }
        self.wire.queue(&shown, &line);
        self.wire.flush()?;
        self.wire.reply()
    }

    fn answered<T>(&self, reply: Reply, read: impl FnOnce(&Reply) -> T) -> Answered<T> {
        match reply.answer.refusal() {
            None => Ok(Ok(read(&reply))),
            Some(refusal) => {
                // After a BYE there is no session.
                self.wire.check()?;
                Ok(Err(refusal))
            }
        }
    }
}

fn is_one_text(reply: &Reply) -> bool {
    matches!(reply.lines.as_slice(), [line] if matches!(line.as_slice(), [Token::Text(_)]))
}

fn listed(line: &[Token]) -> Listed {
    let name = line.first().and_then(Token::text);
    let name = name.and_then(|name| std::str::from_utf8(name).ok());
    Listed {
        name: name.and_then(|name| ScriptName::new(name).ok()),
        active: line.iter().skip(1).any(|word| word.is("ACTIVE")),
    }
}
