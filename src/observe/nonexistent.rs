//! What a server's list shows and what the server says itself that it is not there. Seen on Dovecot
//! 2.4: its list goes on showing members the mailbox of an account that is gone, or has another name.

use super::seen::Seen;
use crate::error::Result;
use crate::imap::{Glance, Refusal, Session};
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::pace::Pace;

/// Of each of `all`, which lists showed to `session`, whether the server says that it does not exist:
/// it answers NONEXISTENT (RFC 5530) whichever of its folders is opened (EXAMINE), and to MYRIGHTS too.
///
/// Neither alone is believed: a Dovecot that cannot reach its accounts just now answers MYRIGHTS so, and
/// a server may keep from whoever has `l` alone that there is something to open. Whatever else is
/// answered, without that word or with another, leaves open what is there.
///
/// # Errors
/// Whatever the session may meet.
pub fn nonexistent(session: &mut Session, all: &[&Seen], pace: &Pace) -> Result<Vec<bool>> {
    let folders = all.iter().flat_map(|seen| &seen.folders);
    let names: Vec<WireName> = folders.map(|folder| folder.wire.clone()).collect();
    if names.is_empty() {
        return Ok(vec![false; all.len()]);
    }
    let glance = Glance {
        rights: names.clone(),
        open: names,
        ..Glance::default()
    };
    let glanced = session.glance(&glance, pace)?;
    let rights = glanced.rights.iter().map(|answer| answer.as_ref().err());
    let opens = glanced.opens.iter().map(|answer| answer.as_ref().err());
    let denied = |refusal: Option<&Refusal>| refusal.is_some_and(Refusal::is_nonexistent);
    let mut folders = rights
        .zip(opens)
        .map(|(rights, opens)| denied(rights) && denied(opens));
    let each = all.iter().map(|seen| {
        let count = seen.folders.len();
        // All of them are taken, whatever the first says.
        let its: Vec<bool> = folders.by_ref().take(count).collect();
        count > 0 && its.len() == count && its.into_iter().all(|denied| denied)
    });
    Ok(each.collect())
}

/// Takes those out of `all`, each with its vocabulary, of which no entry could be read as the server
/// says that they do not exist; their names.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn without_the_nonexistent(
    session: &mut Session,
    all: &mut Vec<Seen>,
    vocabularies: &mut Vec<Vocabulary>,
    pace: &Pace,
) -> Result<Vec<String>> {
    let is_unread = |seen: &&Seen| seen.folders.iter().all(|folder| folder.acl.is_err());
    let doubted: Vec<&Seen> = all.iter().filter(is_unread).collect();
    let denied = nonexistent(session, &doubted, pace)?;
    let gone = doubted.iter().zip(denied).filter(|(_, denied)| *denied);
    let gone: Vec<WireName> = gone
        .map(|(seen, _)| seen.sight.tree.root().clone())
        .collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let whole = std::mem::take(all)
        .into_iter()
        .zip(std::mem::take(vocabularies));
    let mut names = Vec::new();
    for (seen, vocabulary) in whole {
        match gone.contains(seen.sight.tree.root()) {
            true => names.push(seen.name),
            false => {
                all.push(seen);
                vocabularies.push(vocabulary);
            }
        }
    }
    Ok(names)
}
