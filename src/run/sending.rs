//! With which profile and as whom: `--user` names the sender here, and not the administrator.

use super::connect;
use crate::cli::global::Global;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::Address;
use crate::output::Output;
use crate::post::sending::Begun;
use crate::profile::Environment;
use std::sync::Arc;

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
    Ok(Begun::new(provider, submitter, person, is_unnamed))
}
