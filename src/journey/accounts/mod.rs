//! Mailboxes that are accounts: made, renamed and removed by the provider's own programs, and
//! believed to be so only once a session has looked.

mod act;
mod look;
mod rename;

pub use self::act::{make, remove};
pub use self::look::{remains, unborn};
pub use self::rename::{looked_at, rename};

pub use crate::reach::accounts::{LISTED_BY, call, has_login, list};

use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::dialect::Family;
use crate::model::login::ReachKind;
use crate::model::state::Mailbox;
use crate::profile::names;
use crate::reach::Provider;

/// Whether a mailbox called `name`, which is not there, is made by the profile's program: where IMAP
/// itself makes mailboxes, it does.
///
/// # Errors
/// Whatever logging in as the administrator may meet.
pub fn makes(provider: &Provider, name: &MailboxName) -> Result<bool> {
    let profile = provider.profile();
    if profile.accounts.create.is_none() || !matches!(name, MailboxName::Address(_)) {
        return Ok(false);
    }
    if profile.reach == Some(ReachKind::Impersonate) {
        return Ok(true);
    }
    Ok(provider.administrator_with_acl()?.server_family() != Family::Cyrus)
}

/// Whether the mailbox has a login of its own, as far as the profile's program tells.
///
/// # Errors
/// Why that is not known.
pub fn own_login(mailbox: &Mailbox, provider: &Provider) -> Result<bool> {
    if provider.profile().accounts.has_login.is_none() {
        return Ok(false);
    }
    let name = names::mailbox(&mailbox.name, provider.profile())?;
    Ok(has_login(provider, &name)?.unwrap_or_default())
}
