//! The login tried for real, and with it the way to the shared mailboxes.

use crate::error::Error;
use crate::imap::OpenError;
use crate::model::address::MailboxName;
use crate::reach::{Opened, Provider, Reach};
use crate::report::login::Tried;

/// What the trial brought to light.
pub struct Trial {
    /// Whether the server has access control lists at all.
    pub acl: bool,
    /// How sessions are opened as somebody else, where the profile does not say and it was found.
    pub impersonate: Option<String>,
    /// What became of each mailbox that was tried.
    pub mailboxes: Vec<Tried>,
}

impl Trial {
    /// Logs in, and opens each of `names`.
    ///
    /// # Errors
    /// When the login fails, at which step. A mailbox that cannot be opened is told in the trial.
    pub fn run(provider: &Provider, names: &[MailboxName]) -> Result<Self, OpenError> {
        let session = provider.try_administrator()?;
        let acl = session.capabilities().has("ACL");
        session.logout();
        let mut trial = Self {
            acl,
            impersonate: None,
            mailboxes: Vec::new(),
        };
        for name in names {
            let tried = match provider.open(name) {
                Ok(opened) => trial.opened(&opened, provider),
                Err(error) => unopened(name, &error),
            };
            trial.mailboxes.push(tried);
        }
        Ok(trial)
    }

    fn opened(&mut self, opened: &Opened, provider: &Provider) -> Tried {
        let (reach, login) = match &opened.reach {
            Reach::Namespace => ("namespace", opened.owner.clone()),
            Reach::Impersonate { login } => ("impersonate", Some(login.clone())),
        };
        if self.impersonate.is_none() && provider.profile().imap.impersonate.is_none() {
            let found = login.and_then(|login| provider.impersonate(&login).ok()?.ok());
            self.impersonate = found.map(|found| found.method.to_string());
        }
        Tried {
            mailbox: opened.name.to_string(),
            reach: Some(reach),
            identifier: Some(opened.dialect.people),
            why: None,
            hint: None,
        }
    }
}

fn unopened(name: &MailboxName, error: &Error) -> Tried {
    Tried {
        mailbox: name.to_string(),
        reach: None,
        identifier: None,
        why: Some(error.what().to_owned()),
        hint: error.advice().map(str::to_owned),
    }
}
