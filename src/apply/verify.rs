//! Read-back: what the server stored is what counts.

use crate::error::Result;
use crate::imap::{Pace, Session};
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::plan::Change;
use crate::model::state::Acl;
use crate::observe;
use std::collections::BTreeMap;

/// Reads the folders of every entry that was changed, or may have been, through a fresh session,
/// and corrects the fates: done is what is stored, whatever the server said.
///
/// # Errors
/// Whatever the session may meet.
pub fn verify(
    session: &mut Session,
    outcome: &mut Outcome,
    vocabulary: &Vocabulary,
    pace: &Pace,
) -> Result<()> {
    let tried = |fate: &Fate| matches!(fate, Fate::Done | Fate::Unknown);
    let mut names: Vec<WireName> = Vec::new();
    for (change, fate) in &outcome.changes {
        if let (Change::Entry { folder, .. }, true) = (change, tried(fate)) {
            names.push(folder.wire.clone());
        }
    }
    names.sort_unstable();
    names.dedup();
    let read = observe::acls(session, &names, pace)?;
    let stored: BTreeMap<&WireName, Result<Acl, String>> = names.iter().zip(read).collect();
    for (change, fate) in outcome.changes.iter_mut().filter(|(_, fate)| tried(fate)) {
        let Change::Entry {
            folder,
            identifier,
            after,
            ..
        } = change
        else {
            continue;
        };
        let Some(Ok(acl)) = stored.get(&folder.wire) else {
            continue;
        };
        let found = acl
            .get(identifier.as_str())
            .map(|rights| vocabulary.normal(*rights));
        *fate = if same(found, *after) {
            Fate::Done
        } else {
            Fate::Differs(Stored(found))
        };
    }
    Ok(())
}

/// An entry without rights and no entry are the same access, and servers turn one into the other.
fn same(
    found: Option<crate::model::rights::Rights>,
    meant: Option<crate::model::rights::Rights>,
) -> bool {
    found.unwrap_or_default() == meant.unwrap_or_default()
}
