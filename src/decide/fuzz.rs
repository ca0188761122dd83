//! Changes that anybody may have written into a file, and what they come to on a mailbox, for the
//! fuzzer: see [`crate::fuzz`].

use super::reversal::labelled;
use super::{example, fingerprint, lock_out, own_lock_out, reversal, reviewed};
use crate::exit::Exit;
use crate::fuzz::is_told;
use crate::model::change::{Change, Create, Delete, Entry};
use crate::model::folder::WireName;
use crate::model::messages::{Lie, Lying};
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Mailbox, Quota};
use crate::model::who::is_speakable;
use crate::report::fuzz::plan as told;

/// What the fuzzer's files are held against: support@example.com on a Dovecot.
fn mailbox() -> Mailbox {
    let owner = ("support@example.com", "lrwstpiekxa");
    let mut state = example::mailbox(&[
        ("INBOX", &[owner, ("alice", "lrs")]),
        ("a", &[owner]),
        (
            "a/b",
            &[owner, ("alice", "lrs"), ("admin@example.com", "a")],
        ),
        ("Old", &[]),
        ("Identities/Send As", &[("alice", "l")]),
    ]);
    for folder in &mut state.folders {
        folder.messages = Some(0);
    }
    state.identity_folders.extend(state.folders.pop());
    if let Some(unread) = state.folders.last_mut() {
        unread.acl = Err("NOPERM".to_owned());
    }
    state.quota.push(Quota {
        root: String::new(),
        resource: "STORAGE".to_owned(),
        used: 1,
        limit: 1024,
    });
    state
}

/// A saved plan does nothing but what a plan does, to nobody but whom it can name.
pub(crate) fn as_saved(changes: &[Change<String>]) {
    let state = mailbox();
    assert_eq!(fingerprint(&state, changes).len(), 64);
    let place = |path: &str| {
        let wire = WireName::from_unicode(path);
        let wire = wire.map_err(|bad| crate::error::Error::new(Exit::Usage, bad.to_string()))?;
        Ok(Place {
            path: path.to_owned(),
            wire,
        })
    };
    let length: usize = changes
        .iter()
        .map(|change| format!("{change:?}").len())
        .sum();
    let plan = match reviewed(&state, changes.to_vec(), place) {
        Ok(plan) => plan,
        Err(error) => return is_told(&error, length),
    };
    assert_eq!(plan.changes.len(), changes.len());
    for change in &plan.changes {
        // Whatever kinds there will be: a saved plan holds none but these.
        let is_planned = matches!(change, Change::Entry(..) | Change::Create(..));
        assert!(is_planned || change.is_limit(), "{change:?}");
        if let Change::Entry(Entry {
            identifier, after, ..
        }) = change
        {
            assert!(is_speakable(identifier));
            assert!(after.is_none() || !identifier.contains(char::is_control));
        }
    }
    for kept in [own_lock_out(&state, &plan), lock_out(&state, &plan)] {
        match kept {
            Ok(()) => keeps_its_owner(&plan),
            Err(error) => is_told(&error, length),
        }
    }
    told(&plan, &state.dialect, length);
}

fn keeps_its_owner(plan: &Plan) {
    for change in &plan.changes {
        if let Change::Entry(Entry {
            identifier,
            before,
            after,
            ..
        }) = change
            && identifier == "support@example.com"
        {
            let has = |rights: &Option<Rights>| rights.is_some_and(|rights| rights.has('a'));
            assert!(has(after) || !has(before), "{change:?}");
        }
    }
}

/// What takes changes back touches nothing that they did not, and deletes nothing that they did not
/// make.
pub(crate) fn taken_back(changes: &[Change<String>]) {
    let mut state = mailbox();
    let length: usize = changes
        .iter()
        .map(|change| format!("{change:?}").len())
        .sum();
    // All messages that a label was put on, or taken off, are as they were left.
    let found = labelled(&state, changes).into_iter().map(|meant| Lie {
        place: meant.place,
        found: Ok(Lying {
            uid_validity: 7,
            all: meant.query.uids.clone(),
            twins: meant
                .query
                .uids
                .iter()
                .take(1_000)
                .map(|uid| (uid, uid))
                .collect(),
            pending: meant.query.uids,
            ..Lying::default()
        }),
    });
    state.messages = found.collect();
    let reversal = reversal(&state, changes, &|_| None);
    for change in &reversal.plan.changes {
        if let Change::Delete(Delete { folder, .. }) = change {
            let made = |done: &Change<String>| match done {
                Change::Create(Create { folder: made, .. }) => *made == folder.path,
                _ => false,
            };
            assert!(changes.iter().any(made), "{change:?}");
            assert!(folder.path != "INBOX");
        }
        // No message is touched in a folder that numbers its messages otherwise, or that was not named.
        if change.is_of_mail() {
            let path = &change.folder().path;
            let is_named = |done: &Change<String>| match done {
                Change::Move(moved) => moved.to == *path,
                Change::Copy(copied) => copied.to == *path,
                done => done.is_of_mail() && done.folder() == path,
            };
            assert!(changes.iter().any(is_named));
            assert_eq!(change.facts().uid_validity, Some(7));
        }
        if let Change::Entry(Entry { identifier, .. }) = change {
            assert!(
                changes.iter().any(|done| done.is_entry_of(identifier)),
                "{change:?}"
            );
        }
    }
    if let Err(error) = lock_out(&state, &reversal.plan) {
        is_told(&error, length);
    }
    told(&reversal.plan, &state.dialect, length);
}
