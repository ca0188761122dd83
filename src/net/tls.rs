//! TLS with the certificate and the host name checked, over a socket with deadlines.

use super::endpoint::Endpoint;
use super::open::{Kind, OpenError};
use super::socket::Socket;
#[cfg(any(test, fuzzing))]
use super::tape::Tape;
use super::trust::Useless;
use crate::error::Error;
use crate::exit::Exit;
use native_tls::{HandshakeError, TlsConnector, TlsStream};
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::time::Instant;

/// What a protocol travels on.
#[derive(Debug)]
pub(crate) enum Stream {
    /// As it is: before STARTTLS, or on loopback.
    Clear(Socket),
    /// Protected.
    Tls(Box<TlsStream<Socket>>),
    /// Written down beforehand.
    #[cfg(any(test, fuzzing))]
    Played(Tape),
}

impl Stream {
    /// Makes the handshake on `socket`, whose deadline stands.
    pub fn protect(socket: Socket, endpoint: &Endpoint) -> Result<Self, OpenError> {
        let connector = connector(endpoint)?;
        match connector.connect(endpoint.bare_host(), socket) {
            Ok(stream) => Ok(Self::Tls(Box::new(stream))),
            Err(HandshakeError::Failure(error)) => Err(failed(endpoint, &error)),
            Err(HandshakeError::WouldBlock(_)) => Err(refused(endpoint, "no answer in time")),
        }
    }

    /// From now on, reads and writes end at `deadline`.
    pub fn set_deadline(&mut self, deadline: Instant) {
        match self {
            Self::Clear(socket) => socket.set_deadline(deadline),
            Self::Tls(stream) => stream.get_mut().set_deadline(deadline),
            #[cfg(any(test, fuzzing))]
            Self::Played(_) => {}
        }
    }

    /// Ends the connection, though somebody still holds it.
    pub fn hang_up(&self) {
        match self {
            Self::Clear(socket) => socket.hang_up(),
            Self::Tls(stream) => stream.get_ref().hang_up(),
            #[cfg(any(test, fuzzing))]
            Self::Played(_) => {}
        }
    }

    /// Our own end's address.
    pub fn local_ip(&self) -> Option<IpAddr> {
        match self {
            Self::Clear(socket) => socket.local_ip(),
            Self::Tls(stream) => stream.get_ref().local_ip(),
            #[cfg(any(test, fuzzing))]
            Self::Played(_) => None,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Clear(socket) => socket.read(into),
            Self::Tls(stream) => stream.read(into),
            #[cfg(any(test, fuzzing))]
            Self::Played(tape) => tape.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Clear(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
            #[cfg(any(test, fuzzing))]
            Self::Played(_) => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Clear(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
            #[cfg(any(test, fuzzing))]
            Self::Played(_) => Ok(()),
        }
    }
}

/// What makes connections that trust what the endpoint trusts.
fn connector(endpoint: &Endpoint) -> Result<&TlsConnector, OpenError> {
    endpoint
        .trust
        .connector()
        .as_ref()
        .map_err(|why| match why {
            Useless::NoCertificate => {
                let error = Error::new(Exit::Config, "the CA file holds no PEM certificate");
                OpenError::new(Kind::Config, error)
            }
            Useless::Library(why) => refused(endpoint, why),
        })
}

/// The library appends what it holds against the certificate to a list of its own functions.
fn failed(endpoint: &Endpoint, error: &native_tls::Error) -> OpenError {
    let text = error.to_string();
    let verdict = text.strip_suffix(')').and_then(|t| t.rsplit_once(" ("));
    if let Some((_, verdict)) = verdict.filter(|_| text.contains("certificate verify failed")) {
        let why = format!("the certificate is refused: {verdict}");
        return told(Kind::Certificate, endpoint, &why, amiss(verdict));
    }
    match SPOKEN_OTHERWISE.iter().find(|words| text.contains(*words)) {
        Some(words) => {
            let why = format!("the answer is none of TLS ({words})");
            let hint = "what listens on this port does not begin with TLS: check the port, or write \
                        tls = \"starttls\" where a connection is protected once it is open";
            told(Kind::Tls, endpoint, &why, hint)
        }
        None => refused(endpoint, &text),
    }
}

/// What OpenSSL says of an answer that is no TLS.
const SPOKEN_OTHERWISE: [&str; 3] = [
    "wrong version number",
    "packet length too long",
    "http request",
];

/// What to do about a certificate that was refused with this `verdict`.
fn amiss(verdict: &str) -> &'static str {
    if verdict.contains("mismatch") {
        "the certificate is for another name: check the host, and write it as the certificate does"
    } else if verdict.contains("expired") || verdict.contains("not yet valid") {
        "the server needs a new certificate, or the clock of this machine is wrong"
    } else {
        "nobody whom this machine trusts has signed it: for a private certificate authority set ca-file"
    }
}

fn refused(endpoint: &Endpoint, why: &str) -> OpenError {
    let hint = "check host, port and tls; for a private certificate authority set ca-file";
    told(Kind::Tls, endpoint, why, hint)
}

fn told(kind: Kind, endpoint: &Endpoint, why: &str, hint: &str) -> OpenError {
    let error = Error::new(Exit::Unreachable, format!("TLS failed: {why}"));
    OpenError::new(kind, error.about(endpoint.to_string()).hint(hint))
}
