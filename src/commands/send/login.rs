//! With which profile and as whom: `--user` names the sender here, and not the administrator.

use crate::cli::global::Global;
use crate::commands::connect;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Credentials, Endpoint};
use crate::model::address::Address;
use crate::model::login::Mechanism;
use crate::output::Output;
use crate::profile::{Environment, Impersonate, Profile, SecretInputs, Server};
use crate::reach::Provider;
use crate::smtp::submission::Submission;
use std::sync::Arc;

/// A provider, and who sends with it.
pub struct Begun {
    /// The provider.
    pub provider: Provider,
    /// Who sends.
    pub person: Address,
    secrets: SecretInputs,
    output: Arc<Output>,
}

/// The profile, and its sender; nothing is connected yet.
///
/// # Errors
/// Whatever is wrong with the profile or its secret.
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
    let sender = user.unwrap_or_else(|| smtp_user(&profile).to_owned());
    let person = Address::parse(&sender, profile.domain.as_deref()).map_err(|why| {
        Error::new(
            Exit::Usage,
            format!("{sender:?} names nobody who sends: {why}"),
        )
    })?;
    let secrets = connect::secret_inputs(global, &environment)?;
    let secret = profile.imap.secret(&secrets)?;
    let endpoint = connect::endpoint(&profile.imap)?;
    let provider = Provider::new(profile, endpoint, secret, connect::trace(output));
    Ok(Begun {
        provider,
        person,
        secrets,
        output: Arc::clone(output),
    })
}

fn smtp_user(profile: &Profile) -> &str {
    profile
        .smtp
        .as_ref()
        .map_or(&profile.imap.user, |smtp| &smtp.user)
}

impl Begun {
    /// The submission server of the profile.
    ///
    /// # Errors
    /// [`Exit::Config`] where it has none.
    pub fn smtp(&self) -> Result<&Server> {
        let profile = self.provider.profile();
        profile.smtp.as_ref().ok_or_else(|| {
            let name = &profile.name;
            let what = format!("profile {name:?} has no SMTP server");
            Error::new(Exit::Config, what).hint(format!(
                "add [profile.{name}.smtp] with host = \"…\", or set SHAREMAIL_SMTP_HOST"
            ))
        })
    }

    /// Logs in to submit mail as the sender, whose IMAP login and way of being impersonated are
    /// known where she was asked there.
    ///
    /// # Errors
    /// Whatever connecting and logging in may meet.
    pub fn submission(&self, known: Option<(&str, Option<&Impersonate>)>) -> Result<Submission> {
        let server = self.smtp()?;
        let endpoint: Endpoint = connect::endpoint(server)?;
        let credentials = self.credentials(server, known)?;
        let trace = connect::trace(&self.output);
        Ok(Submission::open(&endpoint, &credentials, trace)?)
    }

    fn credentials(
        &self,
        server: &Server,
        known: Option<(&str, Option<&Impersonate>)>,
    ) -> Result<Credentials> {
        let credentials = Credentials {
            mechanism: server.mechanism,
            user: server.user.clone(),
            authzid: None,
            secret: server.secret(&self.secrets)?,
        };
        if self.provider.is_login_of(&server.user, &self.person) {
            return Ok(credentials);
        }
        let person = self.person.to_string();
        let login = known.map_or(person.as_str(), |(login, _)| login);
        let method = server.impersonate.as_ref();
        match method.or(known.and_then(|(_, method)| method)) {
            Some(Impersonate::Template(template)) => Ok(Credentials {
                user: template.fill(login, &server.user),
                ..credentials
            }),
            Some(Impersonate::Authzid) | None if server.mechanism == Mechanism::Plain => {
                Ok(Credentials {
                    authzid: Some(login.to_owned()),
                    ..credentials
                })
            }
            _ => {
                let what = format!("no way is known for {} to send as {login}", server.user);
                let hint = "set impersonate in the profile, or log in as the sender herself";
                Err(Error::new(Exit::Config, what).hint(hint))
            }
        }
    }
}
