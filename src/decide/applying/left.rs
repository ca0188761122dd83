//! What is left of a plan that people have seen, where somebody else did a part of it meanwhile.

use super::asked::Shown;
use crate::decide::{self, Extent};
use crate::model::change::{Change, Entry, Quota};
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use std::collections::BTreeMap;

/// Whether all that `plan` does stands in `shown`, which people have seen: whatever else has been
/// done meanwhile was a part of the same.
pub(super) fn is_part(plan: &Plan, shown: &Plan) -> bool {
    let bare = |change: &Change| match change.on_paper() {
        Change::Entry(Entry {
            folder,
            identifier,
            after,
            ..
        }) => format!("{:?}", (folder, identifier, after)),
        Change::Quota(Quota { folder, after, .. }) => format!("{:?}", (folder, after)),
        other => format!("{other:?}"),
    };
    let shown: BTreeMap<String, Rights> =
        shown.changes.iter().map(|c| (bare(c), taken(c))).collect();
    plan.changes.iter().all(|change| {
        let shown = shown.get(&bare(change));
        shown.is_some_and(|shown| shown.contains(taken(change)))
    })
}

/// What somebody loses by a change.
fn taken(change: &Change) -> Rights {
    match change {
        Change::Entry(Entry { before, after, .. }) => {
            before.unwrap_or_default().minus(after.unwrap_or_default())
        }
        _ => Rights::NONE,
    }
}

/// Whether something speaks against `plan`, for the mailbox of `state`, that did not speak against
/// what people have seen: a part of it may be more of what is left.
pub(super) fn exceeds(state: &Mailbox, plan: &Plan, shown: Shown) -> bool {
    let too_much = |state: &Mailbox, plan: &Plan| Extent::new(state, plan).objection().is_some();
    let locks_out = |state: &Mailbox, plan: &Plan| decide::lock_out(state, plan).is_err();
    let then = |speaks: &dyn Fn(&Mailbox, &Plan) -> bool| speaks(shown.state, shown.plan);
    too_much(state, plan) && !then(&too_much) || locks_out(state, plan) && !then(&locks_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    /// The plan that gives each of these on INBOX what stands there.
    fn plan(state: &Mailbox, entries: &[(&str, &str)]) -> Plan {
        let inbox = &state.folders[0];
        let entry = |(who, after): &(&str, &str)| {
            Change::Entry(Entry {
                folder: inbox.place(),
                identifier: (*who).to_owned(),
                before: inbox.rights_of(who),
                after: Rights::parse(after).ok().filter(|after| !after.is_empty()),
            })
        };
        Plan {
            mailbox: state.name.clone(),
            changes: entries.iter().map(entry).collect(),
        }
    }

    fn shown<'a>(state: &'a Mailbox, plan: &'a Plan) -> Shown<'a> {
        Shown {
            plan,
            state,
            is_new: false,
        }
    }

    #[test]
    fn nobody_loses_more_than_was_shown() {
        let shown = mailbox(&[("INBOX", &[("bob", "lrs")])]);
        let shown = plan(&shown, &[("bob", "lr"), ("carol", "lrs")]);
        let now = mailbox(&[("INBOX", &[("bob", "lrs")])]);
        assert!(is_part(&plan(&now, &[("bob", "lr")]), &shown));
        // Somebody else gave more to both meanwhile.
        let now = mailbox(&[("INBOX", &[("bob", "lrswi"), ("carol", "lrsa")])]);
        assert!(!is_part(&plan(&now, &[("bob", "lr")]), &shown));
        assert!(!is_part(&plan(&now, &[("carol", "lrs")]), &shown));
        assert!(!is_part(&plan(&now, &[("dave", "lrs")]), &shown));
    }

    #[test]
    fn what_is_left_is_judged_too() {
        let many: Vec<String> = (0..20).map(|n| format!("m{n}")).collect();
        let all: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "lrs")).collect();
        let less: Vec<(&str, &str)> = all[..6].iter().map(|(name, _)| (*name, "lr")).collect();
        let then = mailbox(&[("INBOX", &all)]);
        let first = plan(&then, &less);
        let shown = shown(&then, &first);
        // Six of twenty are 30 %. Meanwhile ten of the others went: six of ten are not.
        let now = mailbox(&[("INBOX", &all[..10])]);
        let left = plan(&now, &less);
        assert!(is_part(&left, &first));
        assert!(exceeds(&now, &left, shown));
        assert!(!exceeds(&then, &first, shown));
    }

    #[test]
    fn the_last_who_may_grant_stays_meanwhile() {
        let without_owner = |folders| Mailbox {
            owner: None,
            administrator: None,
            ..mailbox(folders)
        };
        let then = without_owner(&[("INBOX", &[("alice", "lra"), ("bob", "lra")])]);
        let first = plan(&then, &[("alice", "lr")]);
        let now = without_owner(&[("INBOX", &[("alice", "lra"), ("bob", "lr")])]);
        let left = plan(&now, &[("alice", "lr")]);
        assert!(is_part(&left, &first));
        assert!(exceeds(&now, &left, shown(&then, &first)));
    }
}
