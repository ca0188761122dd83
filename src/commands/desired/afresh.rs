//! The plan once more, for the mailbox as it is a moment before it is changed.

use super::carry::Order;
use super::foreseen::Planned;
use super::unsettled::Unsettled;
use crate::decide::{self, Terms};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::desired::DesiredMailbox;
use crate::model::dialect::Dialect;
use crate::model::plan::{Change, Place, Plan};
use crate::model::state::Mailbox;
use crate::model::who::Who;
use std::collections::BTreeSet;

/// What is to be done with the mailbox of `state`, for which `planned` was made earlier. `wish` is
/// what the file says of it, where there is one.
///
/// # Errors
/// Where somebody else changed what the plan is about.
pub(super) fn afresh(
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
    if !planned.is_new && !is_as_it_was && (order.exactly || !is_part(&plan, &planned.plan)) {
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
    let Change::Entry { identifier, .. } = change else {
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
        Change::Entry {
            folder,
            identifier,
            after,
            ..
        } => format!("{:?}", (folder, identifier, after)),
        Change::Quota { folder, after, .. } => format!("{:?}", (folder, after)),
        other => format!("{other:?}"),
    };
    let shown: BTreeSet<String> = shown.changes.iter().map(bare).collect();
    plan.changes
        .iter()
        .all(|change| shown.contains(&bare(change)))
}
