//! A mailbox that a survey has shown, opened and read once more.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::pace::Pace;
use crate::model::state::Mailbox;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::reach::{Opened, Provider};

/// The mailbox opened, and read once more: what is written down as its state before must be so.
///
/// # Errors
/// Whatever opening and reading may meet, and that somebody wants to stop.
pub fn fresh(mailbox: &Mailbox, provider: &Provider) -> Result<(Opened, Mailbox)> {
    if interrupt::requested() {
        return Err(Error::new(Exit::Interrupted, "interrupted"));
    }
    let profile = provider.profile();
    let name = names::mailbox(&mailbox.name, profile)?;
    let mut opened = provider.open_and_look(&name, &Ask::default().look())?;
    let user = &profile.imap.user;
    let state = observe::mailbox(&mut opened, Ask::default(), user, &Pace::unattended())?;
    Ok((opened, state))
}
