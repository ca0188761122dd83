//! How a connection is secured and how a login is made.

use serde::Serialize;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// TLS from the first byte (RFC 8314, port 993).
    Implicit,
    /// Clear text upgraded by STARTTLS before anything else (RFC 9051, section 6.2.1).
    Starttls,
    /// No protection; only ever used on loopback.
    None,
}

/// How the login proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mechanism {
    /// SASL PLAIN (RFC 4616): the only one that carries an authorisation identity.
    Plain,
    /// The LOGIN command (RFC 9051, section 6.2.3).
    Login,
    /// Google's and Microsoft's XOAUTH2: the secret is an access token.
    Xoauth2,
    /// SASL OAUTHBEARER (RFC 7628): the secret is an access token.
    Oauthbearer,
}

impl Tls {
    /// The port that goes with it for IMAP.
    pub const fn imap_port(self) -> u16 {
        match self {
            Tls::Implicit => 993,
            Tls::Starttls | Tls::None => 143,
        }
    }
}
