//! The first look: what is asked in one breath with the login's own questions.
//!
//! Each of these would be a round trip of its own later on. An answer is good for one use, and for
//! none once anything was changed through the session.

use super::acl::{Acl, ListRights, Names, read_acl, read_list_rights};
use super::answer::Answer;
use super::argument::Style;
use super::batch::FIRST_TAG;
use super::capability::Capabilities;
use super::collect::{Aloft, Collect};
use super::flight::encoded;
use super::identity::{self, Identity};
use super::list::{self, ListOptions, Listed};
use super::namespace::{self, Namespaces};
use super::pattern::Pattern;
use super::quota::{self, Quota};
use super::request::Request;
use super::response::Data;
use super::token::Malformed;
use crate::model::dialect::Family;
use crate::model::folder::WireName;

/// What to ask for as soon as the login is done, besides who the server is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstLook {
    /// The ACL of INBOX: it shows whose session this is.
    pub inbox: bool,
    /// Every folder, with this about each.
    pub folders: Option<ListOptions>,
    /// What can be granted on INBOX, to anyone.
    pub rights: bool,
    /// The quotas that hold for INBOX.
    pub quota: bool,
}

/// The requests of a first look, and what each of them asks.
#[derive(Default)]
pub(super) struct Breath {
    questions: Vec<Question>,
    pub requests: Vec<Request>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Identity,
    Namespaces,
    Inbox,
    Folders,
    Rights,
    Quota,
}

/// What the first look brought.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub identity: Identity,
    pub namespaces: Option<Namespaces>,
    pub inbox: Option<Acl>,
    /// With what they were asked for.
    pub folders: Option<(ListOptions, Vec<Listed>)>,
    pub rights: Option<ListRights>,
    pub quota: Option<Vec<Quota>>,
}

/// What a Dovecot can do once somebody has logged in; what it lacks it refuses, and is not asked
/// again.
const OF_DOVECOT: [&str; 7] = [
    "ACL",
    "ID",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "NAMESPACE",
    "QUOTA",
    "SPECIAL-USE",
];

/// What the server that greets by `greeting` will be able to do after the login, where it is one
/// known to put up with questions before the login's reply; `advertised` is what it can do so far.
pub(super) fn promised(greeting: &str, advertised: &Capabilities) -> Option<Capabilities> {
    let dovecot = identity::by_text(greeting) == Some(Family::Dovecot);
    dovecot.then(|| advertised.clone().and(OF_DOVECOT))
}

/// A first look that goes out behind the login, before anybody knows that the login is good.
pub(super) struct Ahead {
    pub breath: Breath,
    pub style: Style,
    pub words: Vec<u8>,
}

impl Ahead {
    /// What `look` asks of a server of which `known` is known; nothing where it must be told
    /// something else first, or a question has to be sent in parts.
    pub fn new(look: &FirstLook, known: &Capabilities) -> Option<Self> {
        if known.has("UTF8=ONLY") {
            return None;
        }
        let breath = look.breath(known);
        let style = Style::of(known);
        let words = encoded(&breath.requests, style, FIRST_TAG)?;
        (!words.is_empty()).then_some(Self {
            breath,
            style,
            words,
        })
    }
}

impl Looked {
    /// Something is changed: what was told of the folders may be otherwise now.
    pub fn expire(&mut self) {
        self.folders = None;
        self.rights = None;
        self.quota = None;
    }
}

impl FirstLook {
    /// Those of its questions that a server with `capabilities` answers.
    pub(super) fn breath(&self, capabilities: &Capabilities) -> Breath {
        let mut breath = Breath::default();
        let mut ask = |on: bool, question, request: Request| {
            if on {
                breath.questions.push(question);
                breath.requests.push(request);
            }
        };
        let inbox = WireName::inbox();
        let acl = capabilities.has("ACL");
        let version = env!("CARGO_PKG_VERSION");
        let id = format!("(\"name\" \"sharemail\" \"version\" \"{version}\")");
        let has = |name| capabilities.has(name);
        ask(has("ID"), Question::Identity, Request::plain("ID").raw(id));
        let namespaces = capabilities.has_namespace();
        ask(
            namespaces,
            Question::Namespaces,
            Request::plain("NAMESPACE"),
        );
        let asks_acl = self.inbox && acl;
        ask(asks_acl, Question::Inbox, Request::get_acl(&inbox));
        if let Some(options) = self.folders {
            let request = list::request(&Pattern::everything(), options, capabilities);
            ask(true, Question::Folders, request);
        }
        let asks_rights = self.rights && acl;
        let request = Request::list_rights(&inbox, "anyone");
        ask(asks_rights, Question::Rights, request);
        let asks_quota = self.quota && has("QUOTA");
        ask(asks_quota, Question::Quota, Request::quota_root(&inbox));
        breath
    }
}

/// Takes the answers as they come.
pub(super) struct Looking {
    identity: Identity,
    namespaces: namespace::Found,
    inbox: Option<Acl>,
    folders: list::Found,
    rights: Option<ListRights>,
    quota: quota::Found,
}

impl Looking {
    /// Nothing is known but `identity`.
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            namespaces: namespace::Found::default(),
            inbox: None,
            folders: list::Found::new(Pattern::everything()),
            rights: None,
            quota: quota::Found::new(1),
        }
    }

    /// What came, once `breath`, which asked what `look` says, got `answers`. What was refused is
    /// asked again by whoever needs it, and then has a reason.
    pub fn looked(
        self,
        look: &FirstLook,
        breath: &Breath,
        answers: &[Answer],
        capabilities: &Capabilities,
    ) -> Looked {
        let answered = |question| {
            let at = breath.questions.iter().position(|asked| *asked == question);
            at.and_then(|at| answers.get(at)).is_some_and(Answer::is_ok)
        };
        let family = self.identity.family(capabilities);
        let namespaces = self.namespaces.0.of(family);
        let options = look.folders.filter(|_| answered(Question::Folders));
        Looked {
            namespaces: (namespaces != Namespaces::default()).then_some(namespaces),
            inbox: self.inbox.filter(|_| answered(Question::Inbox)),
            folders: options.map(|options| (options, self.folders.folders())),
            rights: self.rights.filter(|_| answered(Question::Rights)),
            quota: self.quota.of(0).filter(|_| answered(Question::Quota)),
            identity: self.identity,
        }
    }
}

impl Collect for Looking {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        self.identity.collect(data, aloft)?;
        if data.is("NAMESPACE") {
            return self.namespaces.collect(data, aloft);
        }
        self.folders.collect(data, aloft)?;
        // Several questions about INBOX are in flight, but one of each kind.
        let mut values = data.values;
        let kinds = ["ACL", "LISTRIGHTS", "QUOTAROOT"];
        let about_inbox = kinds.iter().any(|kind| data.is(kind))
            && aloft.folder(values.astring()?).as_ref() == WireName::inbox().as_bytes();
        if data.is("ACL") && about_inbox {
            self.inbox = Some(read_acl(&mut values, &mut Names::default())?);
        } else if data.is("LISTRIGHTS") && about_inbox {
            self.rights = Some(read_list_rights(&mut values)?);
        } else if data.is("QUOTAROOT") && about_inbox {
            self.quota.read_root(0, &mut values)?;
        } else if data.is("QUOTA") {
            self.quota.read_quota(&mut values)?;
        }
        Ok(())
    }
}
