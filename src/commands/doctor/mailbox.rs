//! A shared mailbox to try with: how it is reached, and how people are spelled in it.

use super::Examination;
use super::connection::failed;
use crate::commands::names;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Pace, Session};
use crate::model::address::MailboxName;
use crate::model::dialect::{Family, Reading};
use crate::model::login::{ReachKind, Spelling};
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::profile::Profile;
use crate::reach::{Opened, Provider, Reach};
use crate::report::doctor::{Finding, Section};

/// A mailbox under examination.
pub(super) struct Patient {
    pub opened: Opened,
    pub state: Mailbox,
    /// Whether the administrator may create folders in it.
    pub may_create: bool,
}

impl Examination {
    /// Opens the mailbox named, else the first in sight, and looks at it.
    pub(super) fn mailbox(
        &mut self,
        named: Option<MailboxName>,
        session: &mut Session,
        provider: &Provider,
    ) -> Option<Patient> {
        let Some(name) = named.or_else(|| first_in_sight(session, provider)) else {
            self.nothing_to_try(provider.profile());
            return None;
        };
        self.mailbox = Some(name.to_string());
        let mut opened = match provider.open(&name) {
            Ok(opened) => opened,
            Err(error) => {
                self.not_opened(&name, error, provider);
                return None;
            }
        };
        self.note(reach(&opened, provider.profile()));
        let ask = Ask {
            messages: false,
            quota: true,
        };
        let user = &provider.profile().imap.user;
        let read = observe::mailbox(&mut opened, ask, user, &Pace::unattended());
        let state = match read {
            Ok(state) => state,
            Err(error) => {
                self.note(failed(Section::Mailbox, "folders", &error));
                self.fails(error);
                return None;
            }
        };
        self.folders(&state);
        let may_create = self.administration(&mut opened, provider)?;
        self.spelling(&opened, &state, provider.profile());
        self.rights(&state, provider);
        Some(Patient {
            opened,
            state,
            may_create,
        })
    }

    fn nothing_to_try(&mut self, profile: &Profile) {
        let says = if profile.reach == Some(ReachKind::Impersonate) {
            "none was tried: the profile names none, and IMAP cannot list accounts"
        } else {
            "none was tried: the profile names none, and none is in sight"
        };
        let finding = Finding::unknown(Section::Mailbox, "mailbox", says);
        self.note(finding.change(
            "run sharemail doctor support@, or name some in the profile: mailboxes = [\"support@\"]",
        ));
        self.doubts("no mailbox was there to try it with");
    }

    /// Tells why, and which key of the profile is to blame where another value of it would do.
    fn not_opened(&mut self, name: &MailboxName, error: Error, provider: &Provider) {
        let mut finding = failed(Section::Mailbox, "mailbox", &error);
        if let Some(change) = culprit(name, provider) {
            finding = finding.change(change);
        } else if provider.profile().reach == Some(ReachKind::Impersonate) {
            finding = finding.change(format!(
                "create the account at the provider, or let {} log in as others there (Dovecot: \
                 a master user; Cyrus: admins or proxyservers)",
                provider.profile().imap.user
            ));
        }
        self.note(finding);
        self.fails(error);
    }

    fn folders(&mut self, state: &Mailbox) {
        let unreadable = state.folders.iter().filter(|f| f.acl.is_err()).count();
        let all = state.folders.len();
        let finding = if unreadable == 0 {
            let says = format!(
                "{all} in {}, and the entries of each can be read",
                state.name
            );
            Finding::works(Section::Mailbox, "folders", says)
        } else {
            let says = format!("the entries of {unreadable} of {all} cannot be read");
            let change =
                "grant the administrator the right a there, or use reach = \"impersonate\"";
            Finding::warning(Section::Mailbox, "folders", says).change(change)
        };
        self.note(finding.value(all.to_string()));
        if unreadable > 0 {
            self.doubts("not on every folder");
        }
    }

    /// Whether the administrator may give rights here; nothing where not. The answer is whether
    /// folders may be created.
    fn administration(&mut self, opened: &mut Opened, provider: &Provider) -> Option<bool> {
        let root = opened.tree.root().clone();
        let mine = opened.session.my_rights(&[root], &Pace::unattended());
        let mine = mine.ok().and_then(|all| all.into_iter().next());
        let subject = "administration";
        match mine {
            Some(Ok(rights)) if rights.has('a') => {
                let says = format!("this session may give rights here: it holds {rights}");
                let finding = Finding::works(Section::Mailbox, subject, says);
                self.note(finding.value(rights.to_string()));
                let cyrus = opened.dialect.family == Family::Cyrus;
                Some(cyrus || rights.has('k') || rights.has('c'))
            }
            Some(Ok(rights)) => {
                let user = &provider.profile().imap.user;
                let says = format!("{user} may not give rights here: it holds {rights}, without a");
                let error = Error::new(Exit::Refused, says);
                let change = "grant the administrator the right a, or reach the mailbox as its \
                              owner (reach = \"impersonate\")";
                self.note(failed(Section::Mailbox, subject, &error).change(change));
                self.fails(error);
                None
            }
            _ => {
                let says = "the server does not say which rights this session holds";
                self.note(Finding::unknown(Section::Mailbox, subject, says));
                self.doubts("the server does not say who may give rights");
                Some(true)
            }
        }
    }

    fn spelling(&mut self, opened: &Opened, state: &Mailbox, profile: &Profile) {
        let used = opened.dialect.people;
        let seen = seen(opened, state, profile);
        let said = profile.identifier.is_some();
        let example = format!("people are spelled {}", describe(used));
        let finding = match seen {
            Some((shown, why)) if shown == used && said => {
                let says = format!("{example}: the profile says so, and {why}");
                Finding::works(Section::Mailbox, "identifier", says)
            }
            Some((shown, why)) if shown == used => {
                let says = format!("{example}: found out, because {why}");
                Finding::works(Section::Mailbox, "identifier", says)
            }
            Some((shown, why)) => {
                let who = if said { "the profile" } else { "sharemail" };
                let says = format!(
                    "{who} spells people {}, but {why}: a grant would be stored and give nothing",
                    describe(used)
                );
                let error = Error::new(Exit::NotFound, &says);
                self.fails(error);
                let change = format!("identifier = \"{}\" in the profile", key(shown));
                Finding::fails(Section::Mailbox, "identifier", says).change(change)
            }
            None if said => {
                let says = format!("{example}: the profile says so; no entry here shows it");
                Finding::fact(Section::Mailbox, "identifier", says)
            }
            None => {
                let says = format!("{example}: assumed, as no entry here shows it");
                let change = "identifier = \"address\" or \"local-part\" in the profile settles it";
                self.doubts("how the server spells people is assumed");
                Finding::warning(Section::Mailbox, "identifier", says).change(change)
            }
        };
        self.note(finding.value(key(used)));
    }
}

/// The first mailbox that the administrator's own session sees, where those are the ones meant.
fn first_in_sight(session: &mut Session, provider: &Provider) -> Option<MailboxName> {
    let profile = provider.profile();
    if profile.reach == Some(ReachKind::Impersonate) {
        return None;
    }
    let seen = observe::seen(session, profile.domain.as_deref(), observe::Look::default()).ok()?;
    let first = seen.into_iter().next()?;
    names::mailbox(&first.name, profile).ok()
}

fn reach(opened: &Opened, profile: &Profile) -> Finding {
    let (name, user) = (&opened.name, &profile.imap.user);
    let said = profile.reach.map(|_| "the profile says so".to_owned());
    let (value, says) = match &opened.reach {
        Reach::Namespace => {
            let path = opened.tree.root().to_unicode();
            let why = said.unwrap_or_else(|| format!("found out: {user} sees it"));
            let says = format!("{name} is \"{path}\" in the session of {user} ({why})");
            ("namespace", says)
        }
        Reach::Impersonate { login } => {
            let why = said.unwrap_or_else(|| {
                format!(
                    "found out: {user} sees no such mailbox to give rights in, and may log in as it"
                )
            });
            let says = format!("{name} is opened in a session of its own, as {login} ({why})");
            ("impersonate", says)
        }
    };
    Finding::works(Section::Mailbox, "reach", says).value(value)
}

/// The key of the profile with which the mailbox would open if it said something else.
fn culprit(name: &MailboxName, provider: &Provider) -> Option<String> {
    let profile = provider.profile();
    let opens = |change: &dyn Fn(&mut Profile)| -> Result<Opened> {
        provider.having(|profile| change(profile)).open(name)
    };
    for other in [Spelling::LocalPart, Spelling::Address] {
        let now = profile.identifier.unwrap_or(Spelling::Address);
        if other != now && opens(&|profile| profile.identifier = Some(other)).is_ok() {
            return Some(format!(
                "identifier = \"{}\" (with it, this works)",
                key(other)
            ));
        }
    }
    if let Some(now) = profile.reach
        && opens(&|profile| profile.reach = None).is_ok()
    {
        let other = match now {
            ReachKind::Impersonate => "namespace",
            ReachKind::Namespace => "impersonate",
        };
        return Some(format!("reach = \"{other}\" (with it, this works)"));
    }
    profile.imap.impersonate.as_ref()?;
    let found = opens(&|profile| profile.imap.impersonate = None).ok()?;
    let Reach::Impersonate { login } = found.reach else {
        return None;
    };
    let other = provider.having(|profile| profile.imap.impersonate = None);
    let method = other.impersonate(&login).ok()?.ok()?.method;
    Some(format!("impersonate = \"{method}\" (with it, this works)"))
}

/// How the entries of the mailbox spell people, and what shows it.
fn seen(opened: &Opened, state: &Mailbox, profile: &Profile) -> Option<(Spelling, String)> {
    let spelled = |name: &str| {
        if name.contains('@') {
            Spelling::Address
        } else {
            Spelling::LocalPart
        }
    };
    let root = state.folders.first()?;
    let local = |name: &str| name.split('@').next().unwrap_or_default().to_lowercase();
    let own = local(opened.owner.as_deref().unwrap_or(&state.name));
    let people = || {
        root.entries()
            .filter(|(name, _)| is_person(name, opened, profile))
    };
    if let Some((name, _)) = people().find(|(name, rights)| rights.has('a') && local(name) == own) {
        return Some((spelled(name), format!("the owner's entry is {name}")));
    }
    if let (Some(owner), Family::Cyrus) = (&opened.owner, opened.dialect.family) {
        return Some((spelled(owner), format!("the owner is called {owner}")));
    }
    let mut all = people().map(|(name, _)| name);
    let first = all.next()?;
    let agree = all.all(|name| spelled(name) == spelled(first));
    agree.then(|| (spelled(first), format!("there is an entry for {first}")))
}

fn is_person(name: &str, opened: &Opened, profile: &Profile) -> bool {
    matches!(opened.dialect.read(name), Reading::Person(_)) && name != profile.imap.user
}

fn describe(spelling: Spelling) -> &'static str {
    match spelling {
        Spelling::Address => "by address (alice@example.com)",
        Spelling::LocalPart => "by what stands before the @ (alice)",
    }
}

fn key(spelling: Spelling) -> &'static str {
    match spelling {
        Spelling::Address => "address",
        Spelling::LocalPart => "local-part",
    }
}
