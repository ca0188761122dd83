//! The folders that keep identities: made before anybody could make them themselves, and emptied
//! of what they inherited.

use super::settle;
use super::unsettled::Unsettled;
use crate::decide;
pub use crate::decide::assumed;
use crate::error::Result;
use crate::model::change::Change;
use crate::model::folder::WireName;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Place, Plan};
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::reach;
use crate::reach::{Opened, Provider};
use std::collections::BTreeMap;

/// What became of the identity folders.
#[derive(Default)]
pub struct Made {
    /// What was done for them.
    pub outcome: Outcome,
    /// What could not be done: a folder that was not made, an entry that stays in one.
    pub lacking: Vec<(Change, Fate)>,
}

/// Those that are not there, or that a run has made which did not get to their entries.
pub struct Missing {
    /// What makes them; nothing where this server has no room for their names.
    pub plan: Plan,
    unsettled: Unsettled,
}

impl Missing {
    /// None of the mailbox of `state`.
    pub fn none(state: &Mailbox) -> Self {
        Self {
            plan: Plan::new(&state.name),
            unsettled: Unsettled::default(),
        }
    }

    /// Those of the mailbox of `opened`; `state` is then what it was before they were begun.
    ///
    /// # Errors
    /// As [`Unsettled::plan`].
    pub fn of(provider: &Provider, opened: &Opened, state: &mut Mailbox) -> Result<Self> {
        let mut unsettled = Unsettled::of(provider, &state.name);
        unsettled.look(state);
        let plan = unsettled.plan(state, |state| Ok(lacking(opened, state)))?;
        Ok(Self { plan, unsettled })
    }

    /// Makes them, and takes away what the server let them inherit. `state` learns of them.
    ///
    /// # Errors
    /// Whatever stands in the way before the first change; a server that refuses is no error.
    pub fn make(
        self,
        provider: &Provider,
        opened: &mut Opened,
        state: &mut Mailbox,
        output: &Output,
    ) -> Result<Made> {
        let Self {
            plan,
            mut unsettled,
        } = self;
        if plan.is_empty() {
            return Ok(Made::default());
        }
        if let Some(told) = unsettled.told(&plan) {
            output.warning(&told);
        }
        let made = settle::make(provider, opened, state, plan, &mut unsettled, output)?;
        if made.cut_short.is_some() {
            return Ok(Made {
                outcome: made,
                lacking: Vec::new(),
            });
        }
        let (done, lacking) = made
            .changes
            .into_iter()
            .partition(|(_, fate)| *fate == Fate::Done);
        Ok(Made {
            outcome: Outcome {
                changes: done,
                cut_short: None,
                said: made.said,
            },
            lacking,
        })
    }
}

/// The plan that makes those that `state` has not. None where this server has no room for their names.
pub fn lacking(opened: &Opened, state: &Mailbox) -> Plan {
    let mut wires: BTreeMap<String, WireName> = BTreeMap::new();
    for path in state.identity_names.all() {
        let Ok(Place { path, wire }) = reach::place(opened, path) else {
            return Plan::new(&state.name);
        };
        wires.insert(path, wire);
    }
    let wire = |path: &str| wires.get(path).cloned().unwrap_or_else(WireName::inbox);
    decide::missing_identity_folders(state, wire)
}

/// Looks for those that are missing, and makes them.
///
/// # Errors
/// As [`Missing::make`].
pub fn make(
    provider: &Provider,
    opened: &mut Opened,
    state: &mut Mailbox,
    output: &Output,
) -> Result<Made> {
    Missing::of(provider, opened, state)?.make(provider, opened, state, output)
}
