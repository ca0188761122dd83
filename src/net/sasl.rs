//! How the secret is put into words: PLAIN (RFC 4616), LOGIN, OAUTHBEARER (RFC 7628), XOAUTH2.

use super::echo::Echo;
use super::endpoint::{Credentials, Endpoint};
use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::model::login::Mechanism;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use secrecy::zeroize::Zeroizing;
use std::cell::{Cell, RefCell};

/// The client's side of a SASL dialogue (RFC 4422): its responses in turn, then one that
/// acknowledges a complaint.
pub(crate) struct Exchange {
    name: &'static str,
    responses: Vec<Zeroizing<Vec<u8>>>,
    said: Cell<usize>,
    last: &'static [u8],
    complaint: RefCell<Option<Vec<u8>>>,
}

impl Exchange {
    /// `message = [authzid] UTF8NUL authcid UTF8NUL passwd`
    pub fn plain(credentials: &Credentials) -> Self {
        let authzid = credentials.authzid.as_deref().unwrap_or_default();
        let secret = credentials.secret.expose_secret();
        let first = format!("{authzid}\0{}\0{secret}", credentials.user);
        Self::new("PLAIN", vec![first], b"")
    }

    /// Name and password, each when it is asked for: the server speaks first, and what it asks
    /// in says nothing.
    pub fn login(credentials: &Credentials) -> Self {
        let secret = credentials.secret.expose_secret().to_owned();
        Self::new("LOGIN", vec![credentials.user.clone(), secret], b"")
    }

    /// Google's and Microsoft's form of a bearer token.
    pub fn xoauth2(credentials: &Credentials) -> Self {
        let token = credentials.secret.expose_secret();
        let first = format!("user={}\x01auth=Bearer {token}\x01\x01", credentials.user);
        Self::new("XOAUTH2", vec![first], b"")
    }

    /// A GS2 header with the name in it, then key=value pairs (RFC 7628, section 3.1).
    pub fn oauthbearer(credentials: &Credentials, endpoint: &Endpoint) -> Self {
        let name = credentials.authzid.as_ref().unwrap_or(&credentials.user);
        let name = name.replace('=', "=3D").replace(',', "=2C");
        let (host, port) = (endpoint.bare_host(), endpoint.port);
        let token = credentials.secret.expose_secret();
        let first =
            format!("n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01");
        // The server's complaint ends with a dummy response (section 3.2.3).
        Self::new("OAUTHBEARER", vec![first], b"\x01")
    }

    fn new(name: &'static str, responses: Vec<String>, last: &'static [u8]) -> Self {
        let responses = responses.into_iter().map(String::into_bytes);
        Self {
            name,
            responses: responses.map(Zeroizing::new).collect(),
            said: Cell::new(0),
            last,
            complaint: RefCell::new(None),
        }
    }

    /// What follows AUTHENTICATE or AUTH: the mechanism, with the first response where it may go
    /// first and takes less than `room` bytes.
    pub fn opening(&self, room: usize) -> Zeroizing<String> {
        let first = self.responses.first().filter(|_| self.name != "LOGIN");
        let encoded = Zeroizing::new(first.map(|f| STANDARD.encode(f)).unwrap_or_default());
        if !encoded.is_empty() && encoded.len() < room {
            self.said.set(1);
            Zeroizing::new(format!("{} {}", self.name, *encoded))
        } else {
            Zeroizing::new(self.name.to_owned())
        }
    }

    /// What the server must not be heard to repeat.
    pub fn echo(&self, credentials: &Credentials) -> Echo {
        let encoded = self
            .responses
            .iter()
            .map(|r| Zeroizing::new(STANDARD.encode(r)));
        let encoded: Vec<_> = encoded.collect();
        let secret = credentials.secret.expose_secret().as_bytes();
        Echo::of(encoded.iter().map(|e| e.as_bytes()).chain([secret]))
    }

    /// What to say to `challenge`.
    pub fn respond(&self, challenge: &[u8]) -> Zeroizing<Vec<u8>> {
        let turn = self.said.replace(self.said.get() + 1);
        if let Some(response) = self.responses.get(turn) {
            return response.clone();
        }
        self.complaint.replace(Some(challenge.to_vec()));
        Zeroizing::new(self.last.to_vec())
    }

    /// What the server held against a token, from its JSON (RFC 7628, section 3.2.2).
    pub fn complaint(&self) -> Option<String> {
        let bytes = self.complaint.borrow();
        let bytes = bytes.as_deref().filter(|b| !b.is_empty())?;
        let json: Option<serde_json::Value> = serde_json::from_slice(bytes).ok();
        let status = json.as_ref().and_then(|j| j.get("status")?.as_str());
        Some(abridged(status.map_or(bytes, str::as_bytes)))
    }
}

impl Credentials {
    /// Refuses characters that would end an argument, in whatever it is put.
    pub(crate) fn check(&self) -> Result<()> {
        let token = matches!(self.mechanism, Mechanism::Xoauth2 | Mechanism::Oauthbearer);
        let unfit = |text: &str, more: bool| {
            text.chars()
                .any(|c| matches!(c, '\0' | '\r' | '\n') || more && c.is_control())
        };
        let names = [Some(&self.user), self.authzid.as_ref()];
        if names.into_iter().flatten().any(|name| unfit(name, true)) {
            return Err(Error::new(
                Exit::Config,
                "the user name holds a control character",
            ));
        }
        if unfit(self.secret.expose_secret(), token) {
            let what = "the secret holds a line break or another control character";
            let hint =
                "see whether the file or command that it comes from says more than the secret";
            return Err(Error::new(Exit::Config, what).hint(hint));
        }
        Ok(())
    }
}
