//! With which profile and as whom: `--user` names the sender here, and not the administrator.

use crate::cli::global::Global;
use crate::commands::connect;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::Address;
use crate::output::Output;
use crate::profile::Environment;
use crate::reach::{Provider, Submitter};
use crate::smtp::Submission;
use std::sync::Arc;

/// A provider, and who sends with it.
pub struct Begun {
    /// The provider.
    pub provider: Provider,
    /// Who sends.
    pub person: Address,
    /// Whether that is nobody but the profile's own user, as no other was named.
    pub is_unnamed: bool,
    submitter: Submitter,
}

/// The profile, and its sender; nothing is connected yet.
///
/// # Errors
/// Whatever is wrong with the profile or its secrets.
pub fn begin(global: &Global, output: &Arc<Output>) -> Result<Begun> {
    let environment = Environment::of_process();
    let mut own = global.clone();
    let user = own.provider.user.take();
    let load = |global| crate::profile::load(&connect::selection(global), &environment);
    // Without a user of its own the profile is that of whoever is named.
    let profile = match (load(&own), &user) {
        (Err(_), Some(_)) => load(global)?,
        (profile, _) => profile?,
    };
    let domain = profile.domain.clone();
    let both = interrupt::idle(|| connect::both_of(profile, global, output));
    let (provider, submitter) = both?;
    let is_unnamed = user.is_none();
    let sender = user.unwrap_or_else(|| submitter.user().to_owned());
    let person = Address::parse(&sender, domain.as_deref()).map_err(|why| {
        let what = format!("{sender:?} names nobody who sends: {why}");
        Error::new(Exit::Usage, what)
    })?;
    Ok(Begun {
        provider,
        person,
        is_unnamed,
        submitter,
    })
}

impl Begun {
    /// What the SMTP server calls the sender, whose IMAP login name is known where she was asked there.
    pub fn called(&self, login: Option<&str>) -> String {
        let person = self.person.to_string();
        self.submitter.called(login.unwrap_or(&person)).to_owned()
    }

    /// Whether the profile's user may act as `mailbox`, over IMAP and SMTP: as itself it sends without
    /// anybody's permission.
    pub fn acts_as(&self, mailbox: &Address) -> bool {
        let login = self.provider.acts_as(mailbox);
        login.is_some_and(|login| self.submitter.lets_act_as(&login))
    }

    /// Logs in to submit mail as the sender, whose IMAP login name is known where she was asked
    /// there.
    ///
    /// # Errors
    /// Whatever connecting and logging in may meet.
    pub fn submission(&self, login: Option<&str>) -> Result<Submission> {
        let person = self.person.to_string();
        self.submitter.session_as(login.unwrap_or(&person))
    }
}
