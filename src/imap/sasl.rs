//! Which way the login is made on an IMAP server.

use super::capability::Capabilities;
use crate::error::{Error, Result};
use crate::model::login::Mechanism;
use crate::net::{Credentials, Endpoint, Exchange, no_authzid, not_offered};
use secrecy::zeroize::Zeroizing;

/// How the login is made on this server.
pub(super) enum Method {
    /// The LOGIN command.
    Login,
    /// AUTHENTICATE.
    Sasl(Exchange),
}

/// Servers are asked to take command lines of 8192 bytes (RFC 7162, section 4).
pub(super) const LINE: usize = 8000;

impl Method {
    /// The way that `credentials` ask for and `capabilities` allow. Nothing weaker is taken
    /// in its place.
    pub fn choose(
        credentials: &Credentials,
        endpoint: &Endpoint,
        capabilities: &Capabilities,
    ) -> Result<Self> {
        credentials.check()?;
        let offered = |name: &str| capabilities.has(&format!("AUTH={name}"));
        let login = !capabilities.has("LOGINDISABLED");
        let acts_as = credentials.authzid.is_some();
        match credentials.mechanism {
            Mechanism::Plain if offered("PLAIN") => Ok(Self::Sasl(Exchange::plain(credentials))),
            Mechanism::Plain | Mechanism::Login if login && !acts_as => Ok(Self::Login),
            Mechanism::Plain => Err(missing("PLAIN", login, capabilities)),
            Mechanism::Login if acts_as => Err(no_authzid("LOGIN")),
            Mechanism::Login => Err(missing("LOGIN", login, capabilities)),
            Mechanism::Xoauth2 if acts_as => Err(no_authzid("XOAUTH2")),
            Mechanism::Xoauth2 if offered("XOAUTH2") => {
                Ok(Self::Sasl(Exchange::xoauth2(credentials)))
            }
            Mechanism::Xoauth2 => Err(missing("XOAUTH2", true, capabilities)),
            Mechanism::Oauthbearer if offered("OAUTHBEARER") => {
                Ok(Self::Sasl(Exchange::oauthbearer(credentials, endpoint)))
            }
            Mechanism::Oauthbearer => Err(missing("OAUTHBEARER", true, capabilities)),
        }
    }
}

impl imap::Authenticator for Exchange {
    type Response = Zeroizing<Vec<u8>>;

    fn process(&self, challenge: &[u8]) -> Self::Response {
        self.respond(challenge)
    }
}

fn missing(name: &str, login: bool, capabilities: &Capabilities) -> Error {
    let offered: Vec<_> = capabilities.values("AUTH=").collect();
    not_offered(name, &offered).hint(match login {
        true => "choose another mechanism",
        false => "the server takes no password on this connection: use TLS, or a token",
    })
}

#[cfg(test)]
mod tests {
    use super::super::token::Cursor;
    use super::*;
    use crate::exit::Exit;
    use crate::model::login::Tls;
    use crate::net::Trust;
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
        assert!(exchange.opening(LINE).starts_with("OAUTHBEARER bixhPWE"));
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
