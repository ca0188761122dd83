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

/// How ACL entries spell a person on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// The whole address: `alice@example.com`.
    Address,
    /// What stands before the `@`: `alice`.
    LocalPart,
}

/// Who does what sharemail could do over IMAP, or the server does by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// sharemail, over IMAP.
    #[default]
    Imap,
    /// The server that takes the mail.
    Server,
}

/// Who files the copy of what was sent, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SentCopy {
    /// sharemail, in the shared mailbox.
    #[default]
    Imap,
    /// sharemail, in the sender's own mailbox.
    Own,
    /// The server that takes the mail.
    Server,
}

/// How the administrator gets at a shared mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReachKind {
    /// In a session of its own, opened as the owner.
    Impersonate,
    /// Through a namespace of the administrator's own session (RFC 2342).
    Namespace,
}

impl Mechanism {
    /// Whether the secret is an access token and not a password.
    pub const fn takes_token(self) -> bool {
        matches!(self, Mechanism::Xoauth2 | Mechanism::Oauthbearer)
    }
}

impl Tls {
    /// The port for scripts that filter mail (RFC 5804), however it is protected.
    pub const SIEVE_PORT: u16 = 4190;

    /// The port that goes with it for IMAP.
    pub const fn imap_port(self) -> u16 {
        match self {
            Tls::Implicit => 993,
            Tls::Starttls | Tls::None => 143,
        }
    }

    /// The port that goes with it for message submission (RFC 6409, RFC 8314).
    pub const fn smtp_port(self) -> u16 {
        match self {
            Tls::Implicit => 465,
            Tls::Starttls | Tls::None => 587,
        }
    }
}
