//! A shared mailbox to try with: how it is reached, and how people are spelled in it.

use super::Examination;
use super::connection::failed;
use super::culprit::culprit;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::Session;
use crate::model::address::MailboxName;
use crate::model::dialect::Family;
use crate::model::login::ReachKind;
use crate::model::pace::Pace;
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::profile::Profile;
use crate::profile::names;
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
        let found = match named {
            Some(name) => Ok(Some(name)),
            None => first_in_sight(session, provider),
        };
        let name = match found {
            Ok(Some(name)) => name,
            Ok(None) => {
                self.nothing_to_try(provider.profile());
                return None;
            }
            Err(error) => {
                self.note(failed(Section::Mailbox, "mailbox", &error));
                self.fails(error);
                return None;
            }
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
            ..Ask::default()
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
        self.spelling(&state);
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
        } else if provider.profile().reach == Some(ReachKind::Impersonate)
            && provider.meant(name).is_none()
        {
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
}

/// The first mailbox that the administrator's own session sees, where those are the ones meant.
fn first_in_sight(session: &mut Session, provider: &Provider) -> Result<Option<MailboxName>> {
    let profile = provider.profile();
    if profile.reach == Some(ReachKind::Impersonate) {
        return Ok(None);
    }
    let seen = observe::seen(session, profile.domain.as_deref(), observe::Look::default())?;
    // One whose name nobody can type is not tried.
    let mut names = seen.iter().map(|seen| names::mailbox(&seen.name, profile));
    Ok(names.find_map(Result::ok))
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
