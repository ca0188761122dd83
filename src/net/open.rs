//! Why a session could not be opened.

use crate::error::Error;
use crate::exit::Exit;
use std::fmt;

/// Which step of opening a session failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// User name, password or token are wrong, or the login is not allowed.
    Authentication,
    /// The login is right, but may not act as the other name, or that name does not exist
    /// (RFC 5530, AUTHORIZATIONFAILED).
    Authorization,
    /// The server asks to come back later, or would not answer what was asked along with the login.
    Temporary,
    /// The server hung up in place of an answer to the login. Dovecot does so when the account
    /// to act as does not exist (and its master passdb does not look).
    Dropped,
    /// No connection, or none that lasts.
    Unreachable,
    /// The connection cannot be protected as it was asked for.
    Tls,
    /// It could be, but the server's certificate proves nothing.
    Certificate,
    /// The server broke the protocol.
    Protocol,
    /// The profile asks for something that cannot be had from this server.
    Config,
}

/// A session that could not be opened: which step, and the error as the user is told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// Which step failed.
    pub kind: Kind,
    /// What to tell the user.
    pub error: Error,
}

impl OpenError {
    pub(crate) fn new(kind: Kind, error: Error) -> Self {
        Self { kind, error }
    }
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        let kind = match error.exit() {
            // A login that is refused is told as that where its answer is read. What a server will not
            // answer once somebody is in says nothing of passwords.
            Exit::TryAgain | Exit::Refused => Kind::Temporary,
            Exit::Protocol => Kind::Protocol,
            Exit::Config | Exit::BadInput => Kind::Config,
            _ => Kind::Unreachable,
        };
        Self { kind, error }
    }
}

impl From<OpenError> for Error {
    fn from(failure: OpenError) -> Self {
        failure.error
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for OpenError {}
