//! Everything that an errand would change, worked out before any of it is.

use super::unsettled::Unsettled;
use crate::decide::errand::{Errand, Found, Stage};
use crate::decide::settings;
use crate::decide::{self, assume};
use crate::error::Result;
use crate::model::done::{Carried, Done};
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Place, Plan};
use crate::model::state::Mailbox;
use std::collections::BTreeMap;

/// Everything that `errand` would change in the mailbox of `state`, stage by stage, each planned for what
/// the one before it would leave, and each let through by the guards unless somebody insists.
///
/// # Errors
/// Where the errand cannot come true here, or a guard refuses it.
pub fn foresee(
    errand: &dyn Errand,
    state: &Mailbox,
    unsettled: &Unsettled,
    place: &dyn Fn(&str) -> Result<Place>,
    insist: bool,
) -> Result<Plan> {
    let mut state = state.clone();
    let mut all = Plan::new(&state.name);
    let mut done = Done::default();
    let by_others = BTreeMap::new();
    loop {
        let next = |state: &Mailbox| {
            let found = Found {
                state,
                place,
                by_others: &by_others,
            };
            errand.next(&found, &done)
        };
        let Some(mut stage) = unsettled.plan(&mut state, &errand.makes(), next)? else {
            return Ok(all);
        };
        settings::follow(&state, &mut stage.changes);
        guard(&state, &stage, insist)?;
        assume(&mut state, &stage.changes);
        let changes = stage.changes.iter().cloned();
        done.stages.push(Carried {
            outcome: Outcome {
                changes: changes.map(|change| (change, Fate::Done)).collect(),
                ..Outcome::default()
            },
            is_optional: stage.is_optional,
        });
        all.changes.extend(stage.changes);
    }
}

/// Refuses a stage after which nobody could give rights any more, unless somebody insists.
///
/// # Errors
/// As [`decide::lock_out`].
pub(super) fn guard(state: &Mailbox, stage: &Stage, insist: bool) -> Result<()> {
    let plan = Plan {
        mailbox: state.name.clone(),
        changes: stage.changes.clone(),
    };
    match insist {
        // Even somebody who insists could not take that back.
        true => decide::own_lock_out(state, &plan),
        false => decide::lock_out(state, &plan),
    }
}
