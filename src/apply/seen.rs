//! What a fresh session shows of a change, and what that makes of the server's answer.

use crate::error::Result;
use crate::imap::{ListOptions, Listed, Pattern, Session};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::outcome::Fate;

/// What a fresh session shows of a change that was tried.
pub(super) enum Seen {
    /// It is so.
    Made,
    /// It is not: what is so instead, as in "the server said OK, and …".
    Unmade(String),
    /// Nobody can tell, for this reason.
    Unclear(String),
}

impl Seen {
    /// What became of a change that was tried, to which the server's answer came to `fate`, while it `said` besides.
    pub(super) fn fate(self, fate: &Fate, said: &[String]) -> Fate {
        match self {
            Seen::Made => Fate::Done,
            Seen::Unclear(why) => Fate::Unknown(why),
            Seen::Unmade(why) => {
                let silently = || {
                    let why = format!("silently: the server said OK, and {why}");
                    Fate::Refused(why)
                };
                unmade(fate, true, said).unwrap_or_else(silently)
            }
        }
    }
}

/// What became of a change after which all is as it was before (`as_before`), or otherwise; nothing
/// where an OK is all that the server said.
pub(super) fn unmade(fate: &Fate, as_before: bool, said: &[String]) -> Option<Fate> {
    let why = match (fate, said) {
        _ if !as_before => return None,
        (Fate::Unknown(_), []) => return Some(Fate::Unanswered),
        (Fate::Unknown(_), said) => format!(
            "without an answer: nothing of it was done, and the server said {}",
            said.join("; ")
        ),
        (_, []) => return None,
        (_, said) => format!(
            "silently: the server said OK, nothing of it was done, and it said besides {}",
            said.join("; ")
        ),
    };
    Some(Fate::Refused(why))
}

/// Whether there is a folder called `name`.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn exists(session: &mut Session, name: &WireName) -> Result<bool> {
    let listed = session.list(&Pattern::exactly(name), ListOptions::default())?;
    if listed.iter().any(Listed::is_selectable) {
        return Ok(true);
    }
    // Cyrus lists a mailbox of its default domain without the domain under which it was made or
    // renamed, and answers for either name.
    if session.server_family() != Family::Cyrus {
        return Ok(false);
    }
    Ok(session.my_rights_on(name)?.is_some())
}
