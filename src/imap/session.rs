//! A login that can be asked things.

use super::acl::{Acl, InboxAcl};
use super::answer::{Batch, Pace};
use super::argument::Style;
use super::batch::{Aloft, Collect, Link, Nothing};
use super::capability::Capabilities;
use super::greeting::{Advertised, connect};
use super::identity::Identity;
use super::login::log_in;
use super::namespace::{self, Namespaces};
use super::request::Request;
use super::response::Data;
use super::token::Malformed;
use super::wire::Limits;
use crate::error::Result;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::net::{Credentials, Endpoint, OpenError, Trace};
use std::time::Duration;

/// A session, logged in.
///
/// Every call waits no longer than the endpoint's timeout for each line. Once the connection is
/// lost or the server broke the protocol, every later call fails at once with the same error.
#[derive(Debug)]
pub struct Session {
    pub(super) link: Link,
    pub(super) namespaces: Option<Namespaces>,
    inbox: Option<Acl>,
    capabilities: Capabilities,
    identity: Identity,
}

/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

impl Session {
    /// Connects, protects the connection, logs in, and asks the server who it is.
    ///
    /// # Errors
    /// An [`OpenError`] that tells which step failed.
    pub fn open(
        endpoint: &Endpoint,
        credentials: &Credentials,
        trace: Option<Trace>,
    ) -> Result<Self, OpenError> {
        Self::enter(endpoint, credentials, trace, false)
    }

    /// As [`Session::open`], and asks for the ACL of INBOX in the same breath: it shows whose
    /// session this is.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_with_inbox(
        endpoint: &Endpoint,
        credentials: &Credentials,
        trace: Option<Trace>,
    ) -> Result<Self, OpenError> {
        Self::enter(endpoint, credentials, trace, true)
    }

    fn enter(
        endpoint: &Endpoint,
        credentials: &Credentials,
        trace: Option<Trace>,
        with_inbox: bool,
    ) -> Result<Self, OpenError> {
        let (wire, greeting) = connect(endpoint, trace)?;
        let advertised = greeting.capabilities;
        let (mut wire, told) = log_in(wire, advertised, endpoint, credentials)?;
        wire.set_limits(Limits::SESSION);
        let identity = Identity {
            greeting: greeting.text,
            ..Identity::default()
        };
        let mut session = Self {
            link: Link::new(wire, Style::default()),
            namespaces: None,
            inbox: None,
            capabilities: told,
            identity,
        };
        session.get_acquainted(with_inbox)?;
        Ok(session)
    }

    /// What the server can do, after the login.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// What the server says that it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What INBOX's ACL said right after the login, where that was asked and answered.
    pub fn inbox_acl(&self) -> Option<&Acl> {
        self.inbox.as_ref()
    }

    /// Which kind of server this is.
    pub fn server_family(&self) -> Family {
        self.identity.family(&self.capabilities)
    }

    /// Runs `requests`, pipelined. Two that touch the same folder are never in flight together
    /// and keep their order; others may be done in any order.
    pub fn run(&mut self, requests: Vec<Request>, pace: &Pace) -> Batch {
        self.link.run(&requests, pace, &mut Nothing)
    }

    /// Asks for nothing, to see whether the session lives.
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn noop(&mut self) -> Result<()> {
        let answer = self.ask(Request::plain("NOOP"), &mut Nothing)?;
        answer.map_err(|refusal| refusal.error("NOOP"))
    }

    /// Says goodbye, and waits a moment for the server to do so.
    pub fn logout(mut self) {
        let patience = self.link.wire.timeout().min(GOODBYE);
        self.link.wire.set_timeout(patience);
        self.run(vec![Request::plain("LOGOUT")], &Pace::unattended());
    }

    /// Asks what the login did not tell: capabilities, then in one burst all the rest.
    fn get_acquainted(&mut self, with_inbox: bool) -> Result<()> {
        if self.capabilities.is_empty() {
            let mut advertised = Advertised::default();
            let answer = self.ask(Request::plain("CAPABILITY"), &mut advertised)?;
            answer.map_err(|refusal| refusal.error("CAPABILITY"))?;
            self.capabilities = advertised.0;
        }
        self.link.style = Style::of(&self.capabilities);
        if self.capabilities.has("UTF8=ONLY") {
            self.enable_utf8()?;
        }
        let version = env!("CARGO_PKG_VERSION");
        let id = format!("(\"name\" \"sharemail\" \"version\" \"{version}\")");
        let asked = [
            (self.capabilities.has("ID"), Request::plain("ID").raw(id)),
            (
                self.capabilities.has_namespace(),
                Request::plain("NAMESPACE"),
            ),
            (
                with_inbox && self.capabilities.has("ACL"),
                Request::get_acl(&WireName::inbox()),
            ),
        ];
        let requests: Vec<_> = asked
            .into_iter()
            .filter_map(|(on, r)| on.then_some(r))
            .collect();
        let mut found = Acquaintance {
            identity: std::mem::take(&mut self.identity),
            namespaces: namespace::Found::default(),
            inbox: InboxAcl::default(),
        };
        let batch = self.link.run(&requests, &Pace::unattended(), &mut found);
        self.identity = found.identity;
        self.inbox = found.inbox.0;
        let told = found.namespaces.0.of(self.server_family());
        self.namespaces = (told != Namespaces::default()).then_some(told);
        batch.broken.map_or(Ok(()), Err)
    }

    /// `UTF8=ONLY` servers take nothing else (RFC 6855, section 6); elsewhere modified UTF-7
    /// has fewer surprises.
    fn enable_utf8(&mut self) -> Result<()> {
        let request = Request::plain("ENABLE").raw("UTF8=ACCEPT");
        let answer = self.ask(request, &mut Nothing)?;
        answer.map_err(|refusal| refusal.error("ENABLE UTF8=ACCEPT"))?;
        self.link.style.utf8 = true;
        Ok(())
    }
}

struct Acquaintance {
    identity: Identity,
    namespaces: namespace::Found,
    inbox: InboxAcl,
}

impl Collect for Acquaintance {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        self.identity.collect(data, aloft)?;
        self.namespaces.collect(data, aloft)?;
        self.inbox.collect(data, aloft)
    }
}

#[cfg(test)]
mod tests {
    use super::super::peer::{credentials, serve};
    use super::*;

    #[test]
    fn a_session_of_somebody_shows_her_inbox_without_another_round_trip() {
        let (endpoint, script) = serve(|peer| {
            peer.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready");
            peer.expect("a1 AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==");
            peer.say("a1 OK [CAPABILITY IMAP4rev1 ACL NAMESPACE] in");
            peer.expect("S1 NAMESPACE");
            peer.expect("S2 GETACL \"INBOX\"");
            peer.say("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\nS1 OK done");
            peer.say("* ACL INBOX alice lrs\r\nS2 OK done");
        });
        let session = Session::open_with_inbox(&endpoint, &credentials(), None).unwrap();
        script.join().unwrap();
        let acl = session.inbox_acl().unwrap();
        assert_eq!(&*acl[0].identifier, "alice");
    }
}
