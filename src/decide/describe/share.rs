//! One identifier in the words of a file: who that is, and what an entry gives.

use crate::model::level::{Level, Levels};
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::{Who, is_readable};
use crate::model::wish::Access;

/// Whom a file would have to name to mean `identifier`; nothing where that cannot be done.
pub(super) fn named(state: &Mailbox, identifier: &str) -> Option<Who> {
    if !is_readable(identifier) {
        return None;
    }
    let (dialect, home) = (&state.dialect, state.dialect.home.as_deref());
    let means = |text: &str| {
        let who = Who::parse(text, home).ok()?;
        let spelled = dialect.spell(&who).ok()?;
        // What is written is what is read again.
        let again = Who::parse(&who.to_string(), home).ok();
        (spelled == identifier && again.as_ref() == Some(&who)).then_some(who)
    };
    let plain = dialect.who(identifier);
    // A name without a domain may be a team's.
    let is_clear = !plain.starts_with("team:");
    let who = means(&plain).filter(|_| is_clear);
    who.or_else(|| means(&format!("id:{identifier}")))
}

/// What gives exactly `rights` here.
///
/// # Errors
/// Why the server would not grant them, although it stores them.
pub(super) fn access(state: &Mailbox, levels: &Levels, rights: Rights) -> Result<Access, String> {
    let vocabulary = &state.vocabulary;
    let mut all = levels.all();
    match all.find(|level| levels.rights(*level, vocabulary) == Ok(rights)) {
        Some(level) => Ok(Access::Level(level)),
        None => match vocabulary.exactly(rights) {
            Ok(rights) => Ok(Access::Rights(rights)),
            Err(why) => Err(why.to_string()),
        },
    }
}

/// The order in which a file says it: the highest level first, single rights last.
pub(super) fn order(access: Access) -> (u8, Option<(u8, Level)>) {
    match access {
        Access::Level(level) => (0, Some(level.place())),
        Access::None | Access::Same => (1, None),
        Access::Rights(_) => (2, None),
    }
}
