//! An entry on the wire: SETACL and DELETEACL (RFC 4314, sections 3.1 and 3.2), read again by GETACL.

use super::kind::Wire;
use super::seen::unmade;
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::{Change, Entry};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::pace::Pace;
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::state::{Acl, under_her_name};
use crate::observe;
use std::collections::BTreeMap;

impl Wire for Entry<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((0, 0))
    }

    fn request(&self) -> Option<Request> {
        let (folder, identifier) = (&self.folder.wire, &self.identifier);
        Some(match self.after {
            Some(rights) => Request::set_acl(folder, identifier, rights),
            None => Request::delete_acl(folder, identifier),
        })
    }
}

/// Corrects the fates of the entries in `outcome`: every folder that has a changed one is read once.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn read_back(
    session: &mut Session,
    outcome: &mut Outcome,
    vocabulary: &Vocabulary,
    owner: Option<&str>,
    pace: &Pace,
) -> Result<()> {
    let is_dovecot = session.server_family() == Family::Dovecot;
    // Dovecot shows the owner's own session the entries for `owner` under her name.
    let owner = owner.filter(|_| is_dovecot);
    let entry = |(change, fate): &(Change, Fate)| match change {
        Change::Entry(Entry { folder, .. }) if fate.was_tried() => Some(folder.wire.clone()),
        _ => None,
    };
    let mut names: Vec<WireName> = outcome.changes.iter().filter_map(entry).collect();
    names.sort_unstable();
    names.dedup();
    let read = observe::acls(session, &names, pace)?;
    let stored: BTreeMap<&WireName, Result<Acl, String>> = names.iter().zip(read).collect();
    let goes = |change: &Change| matches!(change, Change::Delete(..) | Change::Rename(..));
    let goes_with = outcome.changes.iter().any(|(change, _)| goes(change));
    // The last change of an entry is the one that counts: earlier ones were overtaken.
    let mut seen = std::collections::BTreeSet::new();
    for (change, fate) in outcome
        .changes
        .iter_mut()
        .rev()
        .filter(|(_, fate)| fate.was_tried())
    {
        let Change::Entry(Entry {
            folder,
            identifier,
            before,
            after,
        }) = change
        else {
            continue;
        };
        let acl = match stored.get(&folder.wire) {
            Some(Ok(acl)) => acl,
            Some(Err(why)) => {
                // Unless it went with this very plan, nobody knows what is stored there.
                if !goes_with && *fate == Fate::Done {
                    let why = format!(
                        "the server said OK, and what it stores since then cannot be read {why}"
                    );
                    *fate = Fate::Unknown(why);
                }
                continue;
            }
            None => continue,
        };
        if !seen.insert((folder.wire.clone(), identifier.clone())) {
            continue;
        }
        let shown = || acl.get(under_her_name(identifier, owner?)?.as_str());
        let found = acl.get(identifier.as_str()).or_else(shown);
        let found = found.map(|rights| vocabulary.normal(*rights));
        let before = before.map(|rights| vocabulary.normal(rights));
        *fate = if same(found, *after) {
            Fate::Done
        } else {
            let as_before = same(found, before);
            let unmade = unmade(fate, as_before, &outcome.said);
            let unmade = unmade.or_else(|| configured(is_dovecot && as_before, before));
            unmade.unwrap_or(Fate::Differs(Stored(found)))
        };
    }
    Ok(())
}

/// What became of a change of an entry that stays as it was (`stays`) although the server said OK: seen
/// on Dovecot 2.4 of those that stand in its own configuration.
fn configured(stays: bool, before: Option<Rights>) -> Option<Fate> {
    let why = "silently: the server said OK and goes on giving it, as Dovecot does with what stands in \
               its configuration (acl in dovecot.conf, or a global ACL file), which IMAP cannot change";
    let gives = !before.unwrap_or_default().is_empty();
    (stays && gives).then(|| Fate::Refused(why.to_owned()))
}

/// An entry without rights and no entry are the same access, and servers turn one into the other.
fn same(found: Option<Rights>, meant: Option<Rights>) -> bool {
    found.unwrap_or_default() == meant.unwrap_or_default()
}
