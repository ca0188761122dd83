//! Where a server is and who logs in to it.

use super::trust::Trust;
use crate::model::login::{Mechanism, Tls};
use secrecy::SecretString;
use std::fmt;
use std::time::Duration;

/// A server and how its connection is protected.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Name or address; the certificate must be for it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protection of the connection.
    pub tls: Tls,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// The longest wait for one line of an answer, and for the connection itself.
    pub timeout: Duration,
}

/// Who logs in, how, and with which secret.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// How the login proves who it is.
    pub mechanism: Mechanism,
    /// The login's own name (SASL's authentication identity).
    pub user: String,
    /// Whom to act as (SASL's authorization identity, RFC 4616, section 2).
    pub authzid: Option<String>,
    /// Password or access token.
    pub secret: SecretString,
}

impl Endpoint {
    /// The host without the brackets that an IPv6 address may come in.
    pub(crate) fn bare_host(&self) -> &str {
        let inner = self
            .host
            .strip_prefix('[')
            .and_then(|h| h.strip_suffix(']'));
        inner.unwrap_or(&self.host)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bare_host() {
            host if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            host => write!(f, "{host}:{}", self.port),
        }
    }
}
