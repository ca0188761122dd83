//! The names on the command line, understood with the profile's domain.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::address::MailboxName;
use crate::model::folder::WireName;
use crate::model::level::Level;
use crate::model::near::nearest;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::profile::Profile;
use crate::profile::Section;
use std::collections::BTreeMap;

/// The mailbox called `text`.
///
/// # Errors
/// [`Exit::Usage`] where it names none.
pub fn mailbox(text: &str, profile: &Profile) -> Result<MailboxName> {
    MailboxName::parse(text, profile.domain.as_deref()).map_err(|why| {
        let error = Error::new(Exit::Usage, format!("{text:?} names no mailbox: {why}"));
        error.hint("write support@example.com, or set domain in the profile and write support@")
    })
}

/// That no two of the mailboxes are the same one, asked for under two names.
///
/// # Errors
/// [`Exit::BadInput`], naming both.
pub fn distinct<'a>(states: impl IntoIterator<Item = &'a Mailbox>) -> Result<()> {
    let mut seen: BTreeMap<(WireName, Option<&str>), &str> = BTreeMap::new();
    for state in states {
        let Some(root) = state.root() else {
            continue;
        };
        // Behind impersonation all are called INBOX, and their owners tell them apart.
        let owner = state.owner.as_deref().filter(|_| root.wire.is_inbox());
        if root.wire.is_inbox() && owner.is_none() {
            continue;
        }
        let other = seen.insert((root.wire.clone(), owner), &state.name);
        if let Some(other) = other.filter(|other| **other != *state.name) {
            let what = format!("{other} and {} are one and the same mailbox", state.name);
            return Err(Error::new(Exit::BadInput, what).hint("name it once, by either name"));
        }
    }
    Ok(())
}

/// The person or group called `text`.
///
/// # Errors
/// [`Exit::Usage`] where it names nobody.
pub fn who(text: &str, profile: &Profile) -> Result<Who> {
    Who::parse(text, profile.domain.as_deref()).map_err(|why| {
        let error = Error::new(Exit::Usage, format!("{text:?} names nobody: {why}"));
        match why.advice(text) {
            Some(advice) => error.hint(advice),
            None => error.hint("write alice, alice@example.com, group:helpdesk, anyone or id:…"),
        }
    })
}

/// The level called `text`.
///
/// # Errors
/// [`Exit::Usage`] where the profile knows none of that name.
pub fn level(text: &str, profile: &Profile) -> Result<Level> {
    let levels = &profile.levels;
    levels.called(text).ok_or_else(|| {
        let what = format!("{text:?} is no level of profile {:?}", profile.name);
        let near = nearest(text, levels.names());
        let near = near.map_or_else(
            || "the".to_owned(),
            |near| format!("did you mean {near:?}? The"),
        );
        let names: Vec<&str> = levels.names().collect();
        Error::new(Exit::Usage, what).hint(format!(
            "{near} levels are {}; one of your own stands under {}",
            names.join(", "),
            profile.head(Section::Levels)
        ))
    })
}

/// Everybody in `texts`, each once, in the order given.
///
/// # Errors
/// As [`who`].
pub fn everybody(texts: &[String], profile: &Profile) -> Result<Vec<Who>> {
    let mut all: Vec<Who> = Vec::new();
    for text in texts {
        let who = who(text, profile)?;
        if !all.contains(&who) {
            all.push(who);
        }
    }
    Ok(all)
}
