//! Who sends, from which mailbox, and as what.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mail::MailAddress;
use crate::model::address::Address;
use crate::model::identity::Identity;
use crate::outbox::Outbox;
use crate::profile::{Environment, state_folder};
use crate::reach::{Provider, Submitter};
use crate::smtp::Submission;

/// Who sends from where, and as what.
pub struct Sending {
    /// The shared mailbox.
    pub mailbox: Address,
    /// Who sends.
    pub person: Address,
    /// As what.
    pub identity: Identity,
    /// What the SMTP server calls her.
    pub called: String,
}

impl Sending {
    /// Who stands in Sender: somebody for Send on Behalf alone.
    ///
    /// # Errors
    /// [`Exit::Config`] where mail cannot come from her.
    pub fn sender(&self) -> Result<Option<MailAddress>> {
        match self.identity {
            Identity::SendAs => Ok(None),
            Identity::SendOnBehalf => mail_address(&self.person).map(Some),
        }
    }
}

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

impl Begun {
    /// `person` sends with `provider`, over the SMTP login of `submitter`.
    pub fn new(
        provider: Provider,
        submitter: Submitter,
        person: Address,
        is_unnamed: bool,
    ) -> Self {
        Self {
            provider,
            person,
            is_unnamed,
            submitter,
        }
    }

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

/// `address` as mail names it.
///
/// # Errors
/// [`Exit::Config`] where mail cannot come from there.
pub fn mail_address(address: &Address) -> Result<MailAddress> {
    let text = address.to_string();
    MailAddress::parse(&text).map_err(|why| {
        let what = format!("{text} is no address that mail can come from: {why}");
        Error::new(Exit::Config, what).hint("set domain in the profile, or write the whole address")
    })
}

/// The outbox of whoever runs this.
///
/// # Errors
/// Where there is no place for it.
pub fn outbox() -> Result<Outbox> {
    let state = state_folder(&Environment::of_process())?;
    Outbox::open(&state)
}
