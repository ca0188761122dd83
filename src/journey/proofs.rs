//! What the members' own sessions should show of the entries that a plan changed, whatever it was made
//! from.

use super::ahead::Ahead;
use super::stage::Hand;
use super::terms::Terms;
use super::watch::Watch;
use crate::decide::errand::{Expectation, Otherwise};
use crate::decide::verdict::Expected;
use crate::model::change::{Change, Entry};
use crate::model::done::{Carried, Done};
use crate::model::outcome::{Fate, Outcome, Stored};
use crate::model::pace::{Audience, Steps};
use crate::model::rights::Rights;
use crate::model::state::{Acl, Folder, Mailbox};
use crate::reach::{Opened, Provider};
use std::collections::BTreeMap;

/// What became of a plan, with what those of `watch` see of it in sessions of their own who had entries
/// changed.
pub(crate) fn proved(
    provider: &Provider,
    opened: &mut Opened,
    state: &Mailbox,
    outcome: Outcome,
    watch: &Watch,
) -> Done {
    let members = changed(state, &outcome);
    let expected = members.iter().map(|(identifier, folders)| Expectation {
        part: 0,
        identifier: identifier.clone(),
        expected: folders
            .iter()
            .map(|(folder, rights)| Expected {
                folder,
                rights: *rights,
            })
            .collect(),
        of: None,
    });
    let expected: Vec<Expectation> = expected.collect();
    let mut done = Done {
        stages: vec![Carried {
            outcome,
            is_optional: false,
        }],
        ..Done::default()
    };
    if done.cut_short().is_none() {
        let mut hand = Hand {
            provider,
            opened,
            ahead: &Ahead::default(),
            terms: Terms::new(watch),
            audience: &Many,
            is_new: false,
        };
        hand.prove(0, Otherwise::Keep, state, &expected, &mut done);
    }
    done
}

/// Nobody follows how far one mailbox among many has come.
struct Many;

impl Audience for Many {
    fn begins(&self, _total: Option<u64>, _what: &str) -> Steps {
        Steps::new(|_| {})
    }

    fn note(&self, _text: &str) {}

    fn warning(&self, _text: &str) {}

    fn detail(&self, _text: &str) {}
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
