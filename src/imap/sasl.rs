//! How the secret is put into words: PLAIN (RFC 4616), OAUTHBEARER (RFC 7628), XOAUTH2.

use super::capability::Capabilities;
use super::endpoint::{Credentials, Endpoint};
use super::response::abridged;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::login::Mechanism;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use secrecy::zeroize::Zeroizing;
use std::cell::{Cell, RefCell};

/// How the login is made on this server.
pub(super) enum Method {
    /// The LOGIN command.
    Login,
    /// AUTHENTICATE.
    Sasl(Exchange),
}

/// One side of an AUTHENTICATE dialogue: the first response, and what to say to a complaint.
pub(super) struct Exchange {
    name: &'static str,
    first: Zeroizing<Vec<u8>>,
    said: Cell<bool>,
    last: &'static [u8],
    complaint: RefCell<Option<Vec<u8>>>,
}

/// Servers are asked to take command lines of 8192 bytes (RFC 7162, section 4).
const LINE: usize = 8000;

impl Method {
    /// The way that `credentials` ask for and `capabilities` allow. Nothing weaker is taken
    /// in its place.
    pub fn choose(
        credentials: &Credentials,
        endpoint: &Endpoint,
        capabilities: &Capabilities,
    ) -> Result<Self> {
        check(credentials)?;
        let offered = |name: &str| capabilities.has(&format!("AUTH={name}"));
        let login = !capabilities.has("LOGINDISABLED");
        let acts_as = credentials.authzid.is_some();
        match credentials.mechanism {
            Mechanism::Plain if offered("PLAIN") => Ok(Self::Sasl(plain(credentials))),
            Mechanism::Plain | Mechanism::Login if login && !acts_as => Ok(Self::Login),
            Mechanism::Plain => Err(missing("PLAIN", login, capabilities)),
            Mechanism::Login if acts_as => Err(no_authzid("LOGIN")),
            Mechanism::Login => Err(missing("LOGIN", login, capabilities)),
            Mechanism::Xoauth2 if acts_as => Err(no_authzid("XOAUTH2")),
            Mechanism::Xoauth2 if offered("XOAUTH2") => Ok(Self::Sasl(xoauth2(credentials))),
            Mechanism::Xoauth2 => Err(missing("XOAUTH2", true, capabilities)),
            Mechanism::Oauthbearer if offered("OAUTHBEARER") => {
                Ok(Self::Sasl(oauthbearer(credentials, endpoint)))
            }
            Mechanism::Oauthbearer => Err(missing("OAUTHBEARER", true, capabilities)),
        }
    }
}

impl Exchange {
    /// What follows AUTHENTICATE: the mechanism, with the first response where the server takes
    /// it at once (RFC 4959) and the line stays short.
    pub fn opening(&self, initial_response: bool) -> Zeroizing<String> {
        let encoded = self.encoded();
        if initial_response && encoded.len() < LINE {
            self.said.set(true);
            Zeroizing::new(format!("{} {}", self.name, *encoded))
        } else {
            Zeroizing::new(self.name.to_owned())
        }
    }

    /// The first response as it goes over the wire.
    pub fn encoded(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(&self.first))
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

impl imap::Authenticator for Exchange {
    type Response = Zeroizing<Vec<u8>>;

    fn process(&self, challenge: &[u8]) -> Self::Response {
        if !self.said.replace(true) {
            return self.first.clone();
        }
        self.complaint.replace(Some(challenge.to_vec()));
        Zeroizing::new(self.last.to_vec())
    }
}

/// `message = [authzid] UTF8NUL authcid UTF8NUL passwd`
fn plain(credentials: &Credentials) -> Exchange {
    let authzid = credentials.authzid.as_deref().unwrap_or_default();
    let secret = credentials.secret.expose_secret();
    exchange(
        "PLAIN",
        format!("{authzid}\0{}\0{secret}", credentials.user),
        b"",
    )
}

fn xoauth2(credentials: &Credentials) -> Exchange {
    let token = credentials.secret.expose_secret();
    let first = format!("user={}\x01auth=Bearer {token}\x01\x01", credentials.user);
    exchange("XOAUTH2", first, b"")
}

/// A GS2 header with the name in it, then key=value pairs (RFC 7628, section 3.1).
fn oauthbearer(credentials: &Credentials, endpoint: &Endpoint) -> Exchange {
    let name = credentials.authzid.as_ref().unwrap_or(&credentials.user);
    let name = name.replace('=', "=3D").replace(',', "=2C");
    let (host, port) = (endpoint.bare_host(), endpoint.port);
    let token = credentials.secret.expose_secret();
    let first = format!("n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01");
    // The server's complaint ends with a dummy response (section 3.2.3).
    exchange("OAUTHBEARER", first, b"\x01")
}

fn exchange(name: &'static str, first: String, last: &'static [u8]) -> Exchange {
    Exchange {
        name,
        first: Zeroizing::new(first.into_bytes()),
        said: Cell::new(false),
        last,
        complaint: RefCell::new(None),
    }
}

/// Characters that would end an argument, in whatever it is put.
fn check(credentials: &Credentials) -> Result<()> {
    let token = matches!(
        credentials.mechanism,
        Mechanism::Xoauth2 | Mechanism::Oauthbearer
    );
    let unfit = |text: &str, more: bool| {
        text.chars()
            .any(|c| matches!(c, '\0' | '\r' | '\n') || more && c.is_control())
    };
    let names = [Some(&credentials.user), credentials.authzid.as_ref()];
    if names.into_iter().flatten().any(|name| unfit(name, true)) {
        return Err(Error::new(
            Exit::Config,
            "the user name holds a control character",
        ));
    }
    if unfit(credentials.secret.expose_secret(), token) {
        let what = "the secret holds a line break or another control character";
        let hint = "see whether the file or command that it comes from says more than the secret";
        return Err(Error::new(Exit::Config, what).hint(hint));
    }
    Ok(())
}

fn missing(name: &str, login: bool, capabilities: &Capabilities) -> Error {
    let offered: Vec<_> = capabilities.values("AUTH=").collect();
    let offered = if offered.is_empty() {
        "none".to_owned()
    } else {
        offered.join(", ").to_lowercase()
    };
    let error = Error::new(
        Exit::Config,
        format!("the server does not take {name} here; mechanisms offered: {offered}"),
    );
    if login {
        error.hint("choose another mechanism")
    } else {
        error.hint("the server takes no password on this connection: use TLS, or a token")
    }
}

fn no_authzid(name: &str) -> Error {
    let what = format!("{name} cannot act as somebody else");
    Error::new(Exit::Config, what).hint("use mechanism = \"plain\", or a login-name template")
}

#[cfg(test)]
mod tests {
    use super::super::token::Cursor;
    use super::super::trust::Trust;
    use super::*;
    use crate::model::login::Tls;
    use imap::Authenticator as _;
    use std::time::Duration;

    fn credentials(mechanism: Mechanism, authzid: Option<&str>) -> Credentials {
        Credentials {
            mechanism,
            user: "a,b=c@example.com".into(),
            authzid: authzid.map(Into::into),
            secret: "s3cret".into(),
        }
    }

    fn endpoint() -> Endpoint {
        Endpoint {
            host: "imap.example.com".into(),
            port: 993,
            tls: Tls::Implicit,
            trust: Trust::system(),
            timeout: Duration::from_secs(1),
        }
    }

    fn choose(credentials: &Credentials, capabilities: &str) -> Result<Method> {
        let capabilities = Capabilities::parse(Cursor::new(capabilities.as_bytes()));
        Method::choose(credentials, &endpoint(), &capabilities)
    }

    fn first(credentials: &Credentials) -> String {
        let offered = "AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER";
        match choose(credentials, offered) {
            Ok(Method::Sasl(exchange)) => {
                String::from_utf8(exchange.process(b"").to_vec()).unwrap()
            }
            _ => panic!("no exchange"),
        }
    }

    #[test]
    fn the_first_response_has_the_form_of_its_mechanism() {
        assert_eq!(
            first(&credentials(Mechanism::Plain, Some("support@example.com"))),
            "support@example.com\0a,b=c@example.com\0s3cret"
        );
        assert_eq!(
            first(&credentials(Mechanism::Xoauth2, None)),
            "user=a,b=c@example.com\x01auth=Bearer s3cret\x01\x01"
        );
        assert_eq!(
            first(&credentials(Mechanism::Oauthbearer, None)),
            "n,a=a=2Cb=3Dc@example.com,\x01host=imap.example.com\x01port=993\x01\
             auth=Bearer s3cret\x01\x01"
        );
    }

    #[test]
    fn plain_becomes_login_only_where_nothing_is_lost() {
        let plain = credentials(Mechanism::Plain, None);
        assert!(matches!(choose(&plain, "IMAP4rev1"), Ok(Method::Login)));
        assert!(choose(&plain, "IMAP4rev1 LOGINDISABLED").is_err());
        let acting = credentials(Mechanism::Plain, Some("x"));
        assert!(choose(&acting, "IMAP4rev1").is_err());
        let login = credentials(Mechanism::Login, None);
        assert!(choose(&login, "AUTH=PLAIN LOGINDISABLED").is_err());
    }

    #[test]
    fn a_complaint_about_the_token_is_answered_and_kept() {
        let oauth = credentials(Mechanism::Oauthbearer, None);
        let Ok(Method::Sasl(exchange)) = choose(&oauth, "AUTH=OAUTHBEARER") else {
            panic!("no exchange");
        };
        assert!(exchange.opening(true).starts_with("OAUTHBEARER bixhPWE"));
        let answer = exchange.process(br#"{"status":"invalid_token","scope":"mail"}"#);
        assert_eq!(&answer[..], b"\x01");
        assert_eq!(exchange.complaint().as_deref(), Some("invalid_token"));
    }

    #[test]
    fn a_line_break_in_a_secret_is_refused() {
        let mut plain = credentials(Mechanism::Plain, None);
        plain.secret = "s3cret\n".into();
        let error = choose(&plain, "AUTH=PLAIN").err().unwrap();
        assert_eq!(error.exit(), Exit::Config);
        assert!(!error.what().contains("s3cret"));
    }
}
