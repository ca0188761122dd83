//! A server that says what was written down beforehand and hears nothing, for fuzzing: no socket,
//! no thread, and packets cut wherever one likes.

use super::connection::Connection;
use super::endpoint::{Credentials, Endpoint};
use super::tls::Stream;
use super::trust::Trust;
use crate::model::login::{Mechanism, Tls};
use std::io::{self, Read};
use std::time::Duration;

/// Her password: long enough to be known wherever it stands.
pub(crate) const SECRET: &str = "s3cret-9f86d081884c";

/// What such a server says, piece by piece; then it hangs up.
#[derive(Debug)]
pub(crate) struct Tape {
    said: Vec<u8>,
    at: usize,
    /// The sizes of the pieces, again and again; all at once where there is none.
    cuts: Vec<u8>,
    pieces: usize,
    /// Whether no piece goes beyond the end of a line.
    patient: bool,
}

impl Tape {
    /// A server that says `said` in pieces of `cuts` bytes.
    pub fn new(said: &[u8], cuts: &[u8]) -> Self {
        Self {
            said: said.to_vec(),
            at: 0,
            cuts: cuts.to_vec(),
            pieces: 0,
            patient: false,
        }
    }

    /// A server that says `said` in pieces of `cuts` bytes, and no line before it is waited for.
    pub fn line_by_line(said: &[u8], cuts: &[u8]) -> Self {
        Self {
            patient: true,
            ..Self::new(said, cuts)
        }
    }
}

impl Read for Tape {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let cut = self.cuts.get(self.pieces % self.cuts.len().max(1));
        self.pieces += 1;
        // Nothing at all would be the end.
        let most = cut.map_or(usize::MAX, |cut| usize::from(*cut).max(1));
        let left = &self.said[self.at..];
        let line = left.iter().position(|byte| *byte == b'\n');
        let line = line
            .filter(|_| self.patient)
            .map_or(usize::MAX, |at| at + 1);
        let count = left.len().min(into.len()).min(most).min(line);
        into[..count].copy_from_slice(&left[..count]);
        self.at += count;
        Ok(count)
    }
}

impl Connection {
    /// A connection to the server of `tape`.
    pub fn played(tape: Tape) -> Self {
        Self::over(Stream::Played(tape), &endpoint())
    }
}

/// Where that server is.
pub(crate) fn endpoint() -> Endpoint {
    Endpoint {
        host: "fuzz.test".into(),
        port: 143,
        tls: Tls::None,
        trust: Trust::system(),
        timeout: Duration::from_secs(60),
    }
}

/// Alice, and how she logs in.
pub(crate) fn credentials(mechanism: Mechanism) -> Credentials {
    Credentials {
        mechanism,
        user: "alice".into(),
        authzid: None,
        secret: SECRET.into(),
    }
}
