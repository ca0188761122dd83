//! With which profile and as whom: `--user` names the sender here, and not the administrator.

use super::Run;
use super::connect::{self, Servers};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::Address;
use crate::post::sending::Begun;
use crate::profile::{Environment, load};

impl Run<'_> {
    /// The profile, and its sender; nothing is connected yet.
    ///
    /// # Errors
    /// Whatever is wrong with the profile or its secrets, and where it names no submission server.
    pub fn sending(&self) -> Result<Begun> {
        let mut own = self.global.clone();
        let user = own.provider.user.take();
        let profile = || load(&connect::selection(&own), &Environment::of_process());
        // Without a user of its own the profile is that of whoever is named.
        let profile = match (profile(), &user) {
            (Err(_), Some(_)) => self.profile()?,
            (profile, _) => profile?,
        };
        let domain = profile.domain.clone();
        let servers = Servers::open(|| Ok(profile), self.global, self.output)?;
        let submitter = servers.submission()?;
        let is_unnamed = user.is_none();
        let sender = user.unwrap_or_else(|| submitter.user().to_owned());
        let person = Address::parse(&sender, domain.as_deref()).map_err(|why| {
            let what = format!("{sender:?} names nobody who sends: {why}");
            Error::new(Exit::Usage, what)
        })?;
        let provider = servers.into_provider();
        Ok(Begun::new(provider, submitter, person, is_unnamed))
    }
}
