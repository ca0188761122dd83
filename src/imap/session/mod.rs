//! A login that can be asked things, and a file for each thing that it can be asked.

mod acl;
mod append;
mod body;
mod carried;
mod expunge;
mod find;
mod gather;
mod glance;
mod list;
mod message;
mod metadata;
mod moving;
mod namespace;
mod quota;
mod search;
mod selected;
mod shown;
mod status;
mod summary;
mod sweep;
mod union;

pub use append::{Appended, Letter};
pub use body::{PIECE, Piece};
pub use carried::{Asked, Lengths, Sets};
pub use glance::{Glance, Glanced};
pub use message::Part;
pub use moving::{Landed, Moved};
pub use selected::Selected;
pub use shown::Shown;
pub use summary::{HeaderFields, LONGEST_HEADER};
pub use sweep::{Wanted, Way};

use super::acl::Acl;
use super::answer::Batch;
use super::argument::Style;
use super::batch::Link;
use super::capability::Capabilities;
use super::collect::Nothing;
use super::greeting::{Advertised, Greeting, connect};
use super::identity::Identity;
use super::login::{LoggedIn, log_in};
use super::look::{Ahead, FirstLook, Looked, Looking, promised};
use super::request::Request;
use super::wire::{Limits, Wire};
use crate::error::Result;
use crate::model::dialect::Family;
use crate::model::pace::Pace;
use crate::net::{Credentials, Endpoint, OpenError, Trace};
use std::time::Duration;

/// A session, logged in.
///
/// Every call waits no longer than the endpoint's timeout for each line. Once the connection is
/// lost or the server broke the protocol, every later call fails at once with the same error.
#[derive(Debug)]
pub struct Session {
    pub(super) link: Link,
    pub(super) looked: Looked,
    capabilities: Capabilities,
}

/// A connection that the server has greeted.
pub struct Greeted {
    wire: Wire,
    greeting: Greeting,
}

/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

impl Greeted {
    /// Connects, protects the connection as the endpoint says, and takes the greeting.
    ///
    /// # Errors
    /// An [`OpenError`] that tells which step failed.
    pub fn open(endpoint: &Endpoint, trace: Option<Trace>) -> Result<Self, OpenError> {
        let (wire, greeting) = connect(endpoint, trace)?;
        Ok(Self { wire, greeting })
    }

    /// Takes the greeting on a connection that is open.
    #[cfg(any(test, fuzzing))]
    pub(super) fn over(mut wire: Wire) -> Result<Self, OpenError> {
        let greeting = super::greeting::greet(&mut wire)?;
        Ok(Self { wire, greeting })
    }

    /// What the server will be able to do after the login, where the greeting is that of one which
    /// puts up with questions before the login's reply.
    pub fn promised(&self) -> Option<Capabilities> {
        promised(&self.greeting.text, &self.greeting.capabilities)
    }

    /// Logs in, and asks the server who it is and what `look` says, in one breath. Where `known` is
    /// what the server can do after the login, that goes out right behind the login: a round trip
    /// less, which RFC 9051 (section 5.5) allows where no reply changes the meaning of what follows,
    /// and which not every server puts up with.
    ///
    /// # Errors
    /// An [`OpenError`] that tells which step failed.
    pub fn log_in(
        self,
        endpoint: &Endpoint,
        credentials: &Credentials,
        look: &FirstLook,
        known: Option<&Capabilities>,
    ) -> Result<Session, OpenError> {
        let Self { wire, greeting } = self;
        let ahead = known.and_then(|known| Ahead::new(look, known));
        let behind = ahead.as_ref().map(|ahead| ahead.words.clone());
        let behind = behind.unwrap_or_default();
        let LoggedIn {
            mut wire,
            told,
            sent_behind,
        } = log_in(wire, greeting.capabilities, endpoint, credentials, behind)?;
        wire.set_limits(Limits::SESSION);
        wire.end_login();
        let identity = Identity {
            greeting: greeting.text,
            ..Identity::default()
        };
        let mut session = Session {
            link: Link::new(wire, Style::default()),
            looked: Looked {
                identity,
                ..Looked::default()
            },
            capabilities: told,
        };
        session.get_acquainted(look, ahead.filter(|_| sent_behind))?;
        Ok(session)
    }
}

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
        Greeted::open(endpoint, trace)?.log_in(endpoint, credentials, &FirstLook::default(), None)
    }

    /// A session on `wire` with a server that has `capabilities`, as after a login.
    #[cfg(any(test, fuzzing))]
    pub(super) fn over(mut wire: Wire, capabilities: Capabilities) -> Self {
        wire.set_limits(Limits::SESSION);
        wire.end_login();
        Self {
            link: Link::new(wire, Style::of(&capabilities)),
            looked: Looked::default(),
            capabilities,
        }
    }

    /// What the server can do, after the login.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// What the server says that it is.
    pub fn identity(&self) -> &Identity {
        &self.looked.identity
    }

    /// What INBOX's ACL said right after the login, where that was asked and answered.
    pub fn inbox_acl(&self) -> Option<&Acl> {
        self.looked.inbox.as_ref()
    }

    /// Which kind of server this is.
    pub fn server_family(&self) -> Family {
        self.looked.identity.family(&self.capabilities)
    }

    /// Whether limits can be set here with SETQUOTA, where that is known: a server that says QUOTASET
    /// sets them (RFC 9208, section 3.1.1), Courier never does, and Dovecot has no such command from
    /// 2.4 on, which alone of its releases offers INPROGRESS (RFC 9585).
    pub fn takes_limits(&self) -> Option<bool> {
        let offered = &self.capabilities;
        match self.server_family() {
            _ if offered.has("QUOTASET") => Some(true),
            Family::Courier => Some(false),
            Family::Dovecot if offered.has("INPROGRESS") => Some(false),
            _ => None,
        }
    }

    /// Whether a new folder's special use can be said (RFC 6154, section 3).
    pub fn keeps_special_uses(&self) -> bool {
        self.capabilities.has("CREATE-SPECIAL-USE")
    }

    /// Runs `requests`, pipelined. Two that touch the same folder are never in flight together
    /// and keep their order; others may be done in any order.
    pub fn run(&mut self, requests: Vec<Request>, pace: &Pace) -> Batch {
        self.looked.expire();
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

    /// Leaves without a word, so that the server counts one connection less: every later call fails.
    pub fn hang_up(&mut self) {
        self.link.hang_up();
    }

    /// Says goodbye, and waits a moment for the server to do so.
    pub fn logout(mut self) {
        let patience = self.link.wire.timeout().min(GOODBYE);
        self.link.wire.set_timeout(patience);
        self.run(vec![Request::plain("LOGOUT")], &Pace::unattended());
    }

    /// Asks what the login did not tell: capabilities, then in one breath all the rest, unless it
    /// was asked behind the login already.
    fn get_acquainted(&mut self, look: &FirstLook, ahead: Option<Ahead>) -> Result<()> {
        let mut looking = Looking::new(std::mem::take(&mut self.looked.identity));
        let mut asked = None;
        if let Some(Ahead { breath, style, .. }) = ahead {
            self.link.style = style;
            let batch = self.link.run_sent(&breath.requests, &mut looking);
            asked = Some((breath, batch));
        }
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
        let (breath, batch) = match asked {
            Some(asked) => asked,
            None => {
                let breath = look.breath(&self.capabilities);
                let pace = Pace::unattended();
                let batch = self.link.run(&breath.requests, &pace, &mut looking);
                (breath, batch)
            }
        };
        self.looked = looking.looked(look, &breath, &batch.answers, &self.capabilities);
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
        let look = FirstLook {
            inbox: true,
            ..FirstLook::default()
        };
        let session = Greeted::open(&endpoint, None)
            .and_then(|greeted| greeted.log_in(&endpoint, &credentials(), &look, None))
            .unwrap();
        script.join().unwrap();
        let acl = session.inbox_acl().unwrap();
        assert_eq!(&*acl[0].identifier, "alice");
    }
}
