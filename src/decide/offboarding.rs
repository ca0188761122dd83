//! offboard, as an errand: handed over first, where that is asked for, and then left.

use super::errand::{Errand, Expectation, Found, Otherwise, Shadowed, Stage};
use super::handing::Giving;
use super::leaving::{all_folders, leaving, spelled};
use super::verdict::Expected;
use crate::error::Result;
use crate::model::change::Change;
use crate::model::done::Done;
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use std::collections::BTreeMap;

/// Some who leave a mailbox, after it was handed over where that is asked for, as an errand.
#[derive(Clone, Copy)]
pub struct Leaving<'a> {
    /// They.
    pub who: &'a [Who],
    /// Who gets what they had.
    pub to: Option<&'a Who>,
}

impl<'a> Leaving<'a> {
    /// How it is handed over, where it is to be.
    pub fn giving(&self) -> Option<Giving<'a>> {
        let (from, to) = (self.who, self.to?);
        Some(Giving { from, to })
    }

    /// The number of the stage in which they leave.
    pub fn last(&self) -> usize {
        self.to.map_or(0, |_| Giving::STAGES)
    }

    /// Everything that would be done in `mailbox`, as far as it can be told without a session of anybody's.
    ///
    /// # Errors
    /// Where somebody cannot be spelled for the server.
    pub fn whole_plan(&self, mailbox: &Mailbox) -> Result<Plan> {
        let mut plan = match self.giving() {
            Some(giving) => giving.handing(mailbox)?.plan(&BTreeMap::new())?,
            None => Plan::new(&mailbox.name),
        };
        plan.changes.extend(self.plan(mailbox).changes);
        Ok(plan)
    }

    /// The entries of all who leave, each once.
    fn plan(&self, mailbox: &Mailbox) -> Plan {
        let mut plan = Plan::new(&mailbox.name);
        for who in self.who {
            let hers = leaving(mailbox, who).changes;
            let new = |change: &Change| !plan.changes.contains(change);
            let new: Vec<Change> = hers.into_iter().filter(new).collect();
            plan.changes.extend(new);
        }
        plan
    }
}

impl Errand for Leaving<'_> {
    fn takes_from(&self, state: &Mailbox) -> Result<Option<Vec<String>>> {
        let spelled = |who: &Who| spelled(state, who).ok().flatten();
        Ok(Some(self.who.iter().filter_map(spelled).collect()))
    }

    fn shadowed<'s>(&self, state: &'s Mailbox, stage: usize) -> Result<Option<Shadowed<'s>>> {
        match self.giving() {
            Some(giving) => giving.shadowed(state, stage),
            None => Ok(None),
        }
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let n = done.stages.len();
        if let Some(giving) = self.giving().filter(|_| n < self.last()) {
            let stage = giving.next(found, done)?;
            // Nobody leaves before it is certain that the other has it.
            return Ok(stage.map(|stage| Stage {
                otherwise: match stage.is_optional {
                    true => stage.otherwise,
                    false => Otherwise::Stop,
                },
                ..stage
            }));
        }
        Ok((n == self.last()).then(|| Stage {
            changes: self.plan(found.state).changes,
            ..Stage::default()
        }))
    }

    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        if let Some(giving) = self.giving().filter(|_| done.last() < self.last()) {
            return giving.expected(state, done);
        }
        let gone = |folder| Expected {
            folder,
            rights: Rights::NONE,
        };
        let mut all = Vec::new();
        for (part, who) in self.who.iter().enumerate() {
            let identifier = spelled(state, who).ok().flatten();
            let left = !leaving(state, who).changes.is_empty();
            all.extend(identifier.filter(|_| left).map(|identifier| Expectation {
                part,
                identifier,
                expected: all_folders(state).map(gone).collect(),
                of: None,
            }));
        }
        Ok(all)
    }
}
