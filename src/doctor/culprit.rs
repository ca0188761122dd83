//! Which key of the profile keeps a mailbox from being opened.

use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::login::{ReachKind, Spelling};
use crate::profile::Profile;
use crate::reach::{Opened, Provider, Reach};

/// The key of the profile with which the mailbox would open if it said something else.
pub(super) fn culprit(name: &MailboxName, provider: &Provider) -> Option<String> {
    let profile = provider.profile();
    let opens = |change: &dyn Fn(&mut Profile)| -> Result<Opened> {
        provider.having(|profile| change(profile)).open(name)
    };
    for other in [Spelling::LocalPart, Spelling::Address] {
        let now = profile.identifier.unwrap_or(Spelling::Address);
        if other != now && opens(&|profile| profile.identifier = Some(other)).is_ok() {
            return Some(format!(
                "identifier = \"{}\" (with it, this works)",
                other.key()
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
