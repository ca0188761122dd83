//! The plan once more, for the mailbox as it is a moment before it is changed.

use super::carry::Order;
use super::foreseen::Planned;
use super::unsettled::Unsettled;
use crate::decide::{self, Extent, Terms};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Entry, Quota};
use crate::model::desired::DesiredMailbox;
use crate::model::dialect::Dialect;
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use std::collections::BTreeMap;

/// What is to be done with the mailbox of `state`, for which `planned` was made earlier. `wish` is
/// what the file says of it, where there is one.
///
/// # Errors
/// Where somebody else changed what the plan is about.
pub(crate) fn afresh(
    state: &mut Mailbox,
    planned: &Planned,
    wish: Option<&DesiredMailbox>,
    order: Order,
    special_uses: bool,
    unsettled: &Unsettled,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Plan> {
    match wish {
        Some(wish) => from_file(state, planned, wish, order, special_uses, unsettled, place),
        None => as_saved(state, planned, unsettled, place),
    }
}

/// What the file asks for as the mailbox is now.
fn from_file(
    state: &mut Mailbox,
    planned: &Planned,
    wish: &DesiredMailbox,
    order: Order,
    special_uses: bool,
    unsettled: &Unsettled,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Plan> {
    let terms = Terms {
        levels: order.levels,
        // What the server put on a new mailbox by itself goes.
        prune: order.prune || planned.is_new,
        special_uses,
    };
    let plan = unsettled.plan(state, |state| decide::desired(state, wish, terms, &place))?;
    decide::own_lock_out(state, &plan)?;
    let is_as_it_was = decide::fingerprint(state, &planned.plan.changes)
        == decide::fingerprint(&planned.state, &planned.plan.changes);
    let differs = order.exactly || !is_part(&plan, &planned.plan) || exceeds(state, &plan, planned);
    if !planned.is_new && !is_as_it_was && differs {
        return Err(changed_meanwhile());
    }
    Ok(plan)
}

/// The very changes that were reviewed.
fn as_saved(
    state: &mut Mailbox,
    planned: &Planned,
    unsettled: &Unsettled,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Plan> {
    let mut changes: Vec<Change<String>> =
        planned.plan.changes.iter().map(Change::on_paper).collect();
    unsettled.hide(state, &changes);
    if planned.is_new {
        for change in &mut changes {
            respell(change, &planned.state.dialect, &state.dialect);
        }
        // It was made a moment ago, with what the server put on it by itself: all of it goes.
        state.folders.clear();
        state.identity_folders.clear();
        state.quota.clear();
    } else if decide::fingerprint(state, &planned.plan.changes)
        != decide::fingerprint(&planned.state, &planned.plan.changes)
    {
        return Err(changed_meanwhile());
    }
    let plan = decide::reviewed(state, changes, place)?;
    decide::own_lock_out(state, &plan)?;
    Ok(plan)
}

/// How people are spelled in a mailbox is only known for certain once it is there.
fn respell(change: &mut Change<String>, guessed: &Dialect, real: &Dialect) {
    let Change::Entry(Entry { identifier, .. }) = change else {
        return;
    };
    let who = Who::parse(&guessed.who(identifier), guessed.home.as_deref()).ok();
    if let Some(Ok(spelled)) = who.map(|who| real.spell(&who)) {
        *identifier = spelled;
    }
}

fn changed_meanwhile() -> Error {
    let what = "somebody changed it since the plan was made; nothing was done";
    Error::new(Exit::BadInput, what).hint("make the plan anew")
}

/// Whether all that `plan` does stands in `shown`, which people have seen: whatever else has been
/// done meanwhile was a part of the same.
fn is_part(plan: &Plan, shown: &Plan) -> bool {
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
fn exceeds(state: &Mailbox, plan: &Plan, planned: &Planned) -> bool {
    let too_much = |state, plan| Extent::new(state, plan).objection().is_some();
    let locks_out = |state, plan| decide::lock_out(state, plan).is_err();
    let (then, shown) = (&planned.state, &planned.plan);
    too_much(state, plan) && !too_much(then, shown)
        || locks_out(state, plan) && !locks_out(then, shown)
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

    fn planned(state: Mailbox, plan: Plan) -> Planned {
        Planned {
            name: crate::model::address::MailboxName::parse(&state.name, None).unwrap(),
            is_new: false,
            program: None,
            state,
            plan,
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
        let shown = plan(&then, &less);
        let planned = planned(then, shown);
        // Six of twenty are 30 %. Meanwhile ten of the others went: six of ten are not.
        let now = mailbox(&[("INBOX", &all[..10])]);
        let left = plan(&now, &less);
        assert!(is_part(&left, &planned.plan));
        assert!(exceeds(&now, &left, &planned));
        assert!(!exceeds(&planned.state, &planned.plan, &planned));
    }

    #[test]
    fn the_last_who_may_grant_stays_meanwhile() {
        let without_owner = |folders| Mailbox {
            owner: None,
            administrator: None,
            ..mailbox(folders)
        };
        let then = without_owner(&[("INBOX", &[("alice", "lra"), ("bob", "lra")])]);
        let shown = plan(&then, &[("alice", "lr")]);
        let planned = planned(then, shown);
        let now = without_owner(&[("INBOX", &[("alice", "lra"), ("bob", "lr")])]);
        let left = plan(&now, &[("alice", "lr")]);
        assert!(is_part(&left, &planned.plan));
        assert!(exceeds(&now, &left, &planned));
    }
}
