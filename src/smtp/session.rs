//! A login over which messages are sent.

use super::capability::Capabilities;
use super::greeting::connect;
use super::login::log_in;
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::MailAddress;
use crate::net::{Credentials, Endpoint, OpenError, Trace};
use std::time::Duration;

/// A session with a submission server, logged in.
///
/// Every call waits no longer than the endpoint's timeout for each reply, except for the answer
/// to a whole message, which may take ten minutes (RFC 5321, section 4.5.3.2.6). Once the
/// connection is lost, the server broke the protocol or has said 421, every later call fails at
/// once.
#[derive(Debug)]
pub struct Submission {
    pub(super) wire: Wire,
    pub(super) patience: Duration,
    capabilities: Capabilities,
}

/// How long a server may take to decide about a message that it has whole.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

impl Submission {
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
        Self::over(wire, capabilities, endpoint, credentials)
    }

    /// Logs in on `wire`, to a server that has `capabilities`.
    pub(super) fn over(
        mut wire: Wire,
        capabilities: Capabilities,
        endpoint: &Endpoint,
        credentials: &Credentials,
    ) -> Result<Self, OpenError> {
        log_in(&mut wire, &capabilities, endpoint, credentials)?;
        wire.connection().end_login();
        Ok(Self {
            wire,
            patience: PATIENCE.max(endpoint.timeout),
            capabilities,
        })
    }

    /// What the server says that it can do before any login.
    ///
    /// # Errors
    /// An [`OpenError`] that tells which step of connecting failed.
    pub fn look(endpoint: &Endpoint, trace: Option<Trace>) -> Result<Capabilities, OpenError> {
        let (mut wire, capabilities) = connect(endpoint, trace)?;
        let _ = wire.ask("QUIT");
        Ok(capabilities)
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether the session still works, as far as is known without asking.
    ///
    /// # Errors
    /// Why it does not.
    pub fn check(&self) -> Result<()> {
        self.wire.check()
    }

    /// Forgets a transaction that was begun (RSET).
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn reset(&mut self) -> Result<()> {
        let reply = self.wire.ask("RSET")?;
        if reply.is_positive() {
            return Ok(());
        }
        self.wire.check()?;
        Err(self.wire.broke(&format!("it refuses RSET: {reply}")))
    }

    /// Says goodbye, and waits a moment for the server to do so.
    pub fn quit(mut self) {
        if self.wire.check().is_err() {
            return;
        }
        let patience = self.wire.connection().timeout().min(GOODBYE);
        self.wire.connection().set_timeout(patience);
        let _ = self.wire.ask("QUIT");
    }

    /// Refuses addresses that this server cannot be told.
    pub(super) fn check_addresses<'a>(
        &mut self,
        addresses: impl IntoIterator<Item = &'a MailAddress>,
    ) -> Result<()> {
        if self.capabilities.smtputf8 {
            return Ok(());
        }
        let mut addresses = addresses.into_iter();
        match addresses.find(|a| a.needs_smtputf8()) {
            Some(address) => Err(self.cannot(&format!(
                "takes no address with letters beyond ASCII before the @: {address}"
            ))),
            None => Ok(()),
        }
    }

    /// The server lacks what the message needs.
    pub(super) fn cannot(&mut self, what: &str) -> Error {
        let what = format!("the server {what}");
        self.wire.connection().error(Exit::BadInput, what)
    }
}
