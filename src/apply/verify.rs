//! Read-back: what the server stored is what counts.

use crate::error::Result;
use crate::imap::{ListOptions, Listed, Pattern, Session};
use crate::model::change::{Change, Create, Delete, Entry, Rename};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::state::{Acl, under_her_name};
use crate::observe;
use std::collections::BTreeMap;

/// Reads through `session`, a fresh one, what became of every change that was made, or may have been,
/// and corrects the fates: done is what is so, whatever the server said. What cannot be read is
/// unknown, and why is told. `owner` is whose own session it is, where it is the owner's. The session is
/// given back where it still serves.
pub fn verify(
    session: Result<Session>,
    outcome: &mut Outcome,
    vocabulary: &Vocabulary,
    owner: Option<&str>,
    pace: &Pace,
) -> Option<Session> {
    let read = session.and_then(|mut session| {
        look(&mut session, outcome, vocabulary, owner, pace)?;
        Ok(session)
    });
    match read {
        Ok(session) => {
            outcome.end_if_known();
            Some(session)
        }
        Err(error) => {
            let why = format!("what the server stored could not be read: {error}");
            outcome.unread(&why);
            outcome.cut_short.get_or_insert(why);
            None
        }
    }
}

/// # Errors
/// Whatever the session may meet.
fn look(
    session: &mut Session,
    outcome: &mut Outcome,
    vocabulary: &Vocabulary,
    owner: Option<&str>,
    pace: &Pace,
) -> Result<()> {
    entries(session, outcome, vocabulary, owner, pace)?;
    for (change, fate) in outcome
        .changes
        .iter_mut()
        .filter(|(_, fate)| fate.was_tried())
    {
        let why = match change {
            Change::Create(Create { folder, .. }) if !exists(session, &folder.wire)? => {
                "is not there"
            }
            Change::Delete(Delete { folder, .. }) if exists(session, &folder.wire)? => {
                "is still there"
            }
            Change::Rename(Rename { folder, to }) if exists(session, &folder.wire)? => {
                if *fate != Fate::Done && exists(session, &to.wire)? {
                    *fate = Fate::Unknown(format!(
                        "no answer came, and both {} and {} are there",
                        folder.wire.to_unicode(),
                        to.wire.to_unicode()
                    ));
                    continue;
                }
                "is still there"
            }
            // The old name is gone: it happened, wherever the server put it.
            Change::Rename(Rename { folder, to }) if !exists(session, &to.wire)? => {
                let why = format!(
                    "{} is gone, and {} is not to be seen: the server gave another name",
                    folder.wire.to_unicode(),
                    to.wire.to_unicode()
                );
                *fate = Fate::Unknown(why);
                continue;
            }
            Change::Entry(..) | Change::Quota(..) => continue,
            _ => {
                *fate = Fate::Done;
                continue;
            }
        };
        let silently = || {
            let why = format!("silently: the server said OK, and the folder {why}");
            Fate::Refused(why)
        };
        *fate = unmade(fate, true, &outcome.said).unwrap_or_else(silently);
    }
    Ok(())
}

/// Every folder that has a changed entry, read once.
fn entries(
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

/// What became of a change after which all is as it was before (`as_before`), or otherwise; nothing
/// where an OK is all that the server said.
fn unmade(fate: &Fate, as_before: bool, said: &[String]) -> Option<Fate> {
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

/// What became of a change of an entry that stays as it was (`stays`) although the server said OK: seen
/// on Dovecot 2.4 of those that stand in its own configuration.
fn configured(stays: bool, before: Option<Rights>) -> Option<Fate> {
    let why = "silently: the server said OK and goes on giving it, as Dovecot does with what stands in \
               its configuration (acl in dovecot.conf, or a global ACL file), which IMAP cannot change";
    let gives = !before.unwrap_or_default().is_empty();
    (stays && gives).then(|| Fate::Refused(why.to_owned()))
}

fn exists(session: &mut Session, name: &WireName) -> Result<bool> {
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

/// An entry without rights and no entry are the same access, and servers turn one into the other.
fn same(found: Option<Rights>, meant: Option<Rights>) -> bool {
    found.unwrap_or_default() == meant.unwrap_or_default()
}
