//! What the members' own sessions show of the entries that were changed.

use super::ahead::Ahead;
use super::prove::{Expected, Wanted, prove};
use super::watch::Watch;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::{Acl, Folder, Mailbox};
use crate::reach::crowd;
use crate::reach::{Opened, Provider};
use std::collections::BTreeMap;

/// Looks at the folders whose entries were changed, as those of `watch` whose entries they are, and
/// learns from that how the server stores sets; and what to warn of.
pub(crate) fn proofs(
    provider: &Provider,
    opened: &Opened,
    state: &Mailbox,
    outcome: &Outcome,
    watch: &Watch,
) -> (Vec<(String, Proof)>, Vec<String>) {
    let members: Vec<(String, Vec<(Folder, Rights)>)> = changed(state, outcome)
        .into_iter()
        .filter(|(who, _)| watch.takes(who))
        .collect();
    let hands = provider.profile().imap.connections.saturating_sub(1).max(1);
    let guarded: Vec<&Folder> = state.identity_folders.iter().collect();
    let work = |(identifier, folders): &(String, Vec<(Folder, Rights)>)| {
        let expected: Vec<Expected> = folders
            .iter()
            .map(|(folder, rights)| Expected {
                folder,
                rights: *rights,
            })
            .collect();
        let gets_a = expected.iter().any(|expected| expected.rights.has('a'));
        let wanted = Wanted {
            expected: &expected,
            guarded: if gets_a { &guarded } else { &[] },
            subscribe: false,
            outcome,
        };
        let _turn = watch.turn(identifier);
        Ok(prove(
            provider,
            opened,
            identifier,
            &wanted,
            &Ahead::default(),
        ))
    };
    let mut warnings = Vec::new();
    let mut proofs = Vec::new();
    for ((identifier, _), proved) in members.iter().zip(crowd::each(&members, hands, work)) {
        let who = state.dialect.who(identifier);
        match proved {
            Ok(proved) => {
                watch.learn(|closure| closure.learn_of(&proved, outcome, identifier));
                warnings.extend(proved.exposed);
                proofs.push((who, proved.proof));
            }
            Err(error) => proofs.push((
                who,
                Proof::NotVerified {
                    why: error.to_string(),
                },
            )),
        }
    }
    (proofs, warnings)
}

/// Each identifier with the folders where its entry was changed, and what it has there now.
fn changed(state: &Mailbox, outcome: &Outcome) -> BTreeMap<String, Vec<(Folder, Rights)>> {
    let mut members: BTreeMap<String, Vec<(Folder, Rights)>> = BTreeMap::new();
    for (change, fate) in &outcome.changes {
        let Change::Entry(Entry {
            folder,
            identifier,
            before,
            after,
        }) = change
        else {
            continue;
        };
        // What a new folder inherited and lost again is nobody's news.
        // What is stored in other letters may be the same access: that is seen by looking.
        let counts = matches!(fate, Fate::Done | Fate::Differs(Stored(Some(_))))
            && (after.is_some() || state.identifiers().contains(&identifier.as_str()));
        if !counts || before == after {
            continue;
        }
        let folder = Folder {
            wire: folder.wire.clone(),
            path: folder.path.clone(),
            special_use: None,
            acl: Ok(Acl::new()),
            messages: None,
        };
        let rights = after.unwrap_or_default();
        members
            .entry(identifier.clone())
            .or_default()
            .push((folder, rights));
    }
    members
}
