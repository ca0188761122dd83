//! What somebody who left still reaches, by a session of their own.

use super::whole::Whole;
use crate::error::Error;
use crate::journey::own_session::{Own, own_session};
use crate::model::failure::Unopened;
use crate::model::level::Levels;
use crate::model::reached::Reached;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::observe::reached::{Entries, by_session};
use crate::reach::Provider;
use crate::report::access::offboard::Remaining;

/// What a session of somebody who left shows.
pub struct Remains {
    /// What they still reach.
    pub all: Vec<Remaining>,
    /// The mailboxes of which the server did not say what they may do, and why.
    pub untold: Vec<Unopened>,
}

/// What `who` reaches now in the namespaces of others.
///
/// # Errors
/// Why nobody could look, in words.
pub fn remains(
    who: &Who,
    whole: &Whole,
    levels: &Levels,
    provider: &Provider,
) -> Result<Remains, String> {
    let in_words = |error: Error| error.what().to_owned();
    let mut session = match own_session(who, provider, &whole.mailboxes).map_err(in_words)? {
        Own::Session(session) => session,
        Own::Nobody(error) | Own::Unclear(error) => return Err(in_words(error)),
        Own::None => return Err("no session of theirs can be had here".to_owned()),
    };
    let mailboxes = without(who, &whole.mailboxes);
    let insight = Entries {
        who,
        mailboxes: &mailboxes,
    };
    let reached = by_session(&mut session, provider, levels, &insight).map_err(in_words)?;
    let counts =
        |r: &Reached| r.through != "owner" && (!r.rights.is_empty() || !r.identities.is_empty());
    let remaining = |reached| Remaining {
        who: who.to_string(),
        reached,
    };
    Ok(Remains {
        all: reached
            .reached
            .into_iter()
            .filter(counts)
            .map(remaining)
            .collect(),
        untold: reached.untold,
    })
}

/// Whether it is open to everybody, and so says nothing of somebody in particular.
pub fn is_everybodys(remaining: &Remaining) -> bool {
    let mut names = remaining.reached.through.split(" or ");
    names.all(|name| matches!(name, "anyone" | "authenticated"))
}

/// The mailboxes as they are without the entries of `who`.
fn without(who: &Who, mailboxes: &[Mailbox]) -> Vec<Mailbox> {
    let mut mailboxes = mailboxes.to_vec();
    for mailbox in &mut mailboxes {
        let dialect = mailbox.dialect.clone();
        let is_owner = |name: &str| mailbox.owner.as_deref() == Some(name);
        let folders = mailbox
            .folders
            .iter_mut()
            .chain(&mut mailbox.identity_folders);
        for acl in folders.filter_map(|folder| folder.acl.as_mut().ok()) {
            acl.retain(|name, _| is_owner(name) || !dialect.means(name, who));
        }
    }
    mailboxes
}
