//! Mailboxes of another domain than the profile's: their names show nothing of how people of the
//! profile's domain are spelled.

use super::locate::Sight;
use super::newcomer::spelling_of_new;
use crate::error::Result;
use crate::imap::Session;
use crate::model::address::Address;
use crate::model::dialect::Family;
use crate::model::home::Home;
use crate::model::login::Spelling;

/// How a Cyrus spells the people of `home`: by local part where it leaves out this very domain,
/// which it does in the mailboxes of all its domains. Nothing where that cannot be asked: elsewhere,
/// and of a member's session, to which Cyrus shows no domains.
///
/// # Errors
/// Whatever the session may meet.
pub fn spelling_at_home(session: &mut Session, home: &Home) -> Result<Option<Spelling>> {
    let cyrus = session.server_family() == Family::Cyrus;
    let Some(domain) = home.domain().filter(|_| cyrus) else {
        return Ok(None);
    };
    if !session.namespaces()?.personal.is_empty() {
        return Ok(None);
    }
    let Ok(somebody) = Address::parse("postmaster", Some(domain)) else {
        return Ok(None);
    };
    spelling_of_new(session, &somebody, home).map(Some)
}

impl Sight {
    /// Whether it lies in another domain than `home`.
    pub fn is_abroad(&self, home: &Home) -> bool {
        let owner = self.owner.as_deref();
        owner.is_some_and(|owner| !home.is_of(owner))
    }
}
