//! Outcome: what became of each change.

use super::plan::{Change, Plan};
use super::rights::Rights;
use serde::Serialize;

/// What became of a plan.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Each change with its fate, in the plan's order.
    pub changes: Vec<(Change, Fate)>,
    /// Why the rest was not tried, where the work was cut short.
    pub cut_short: Option<String>,
    /// What the server said unasked meanwhile: the words of each untagged NO and BAD.
    pub said: Vec<String>,
}

/// What became of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", content = "why", rename_all = "kebab-case")]
pub enum Fate {
    /// The server accepted it.
    Done,
    /// The server refused it, in these words.
    Refused(String),
    /// The server accepted it but stores something else.
    Differs(Stored),
    /// It was never sent.
    NotTried,
    /// It was sent, and the connection broke before the answer.
    Unknown,
}

/// What a server stores in place of what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Stored(pub Option<Rights>);

impl Outcome {
    /// That of a plan of which nothing was sent, because of `why`.
    pub fn untried(plan: &Plan, why: Option<String>) -> Self {
        let changes = plan.changes.iter();
        Self {
            changes: changes.map(|c| (c.clone(), Fate::NotTried)).collect(),
            cut_short: why,
            said: Vec::new(),
        }
    }

    /// Whether every change was made.
    pub fn is_complete(&self) -> bool {
        self.cut_short.is_none() && self.changes.iter().all(|(_, fate)| *fate == Fate::Done)
    }

    /// Adds what became of later changes.
    pub fn extend(&mut self, later: Outcome) {
        self.changes.extend(later.changes);
        self.cut_short = self.cut_short.take().or(later.cut_short);
        self.said.extend(later.said);
    }

    /// What became of each change was read: where the server had gone on to answer other things
    /// (`said` tells what it said of this), nothing is left that another run would try.
    pub fn end_if_known(&mut self) {
        let open = |(_, fate): &(Change, Fate)| matches!(fate, Fate::NotTried | Fate::Unknown);
        if !self.said.is_empty() && !self.changes.iter().any(open) {
            self.cut_short = None;
        }
    }

    /// How many changes were made.
    pub fn done(&self) -> usize {
        self.changes
            .iter()
            .filter(|(_, fate)| *fate == Fate::Done)
            .count()
    }

    /// The changes that were not made, with why.
    pub fn failures(&self) -> impl Iterator<Item = (&Change, &Fate)> {
        self.changes
            .iter()
            .filter(|(_, fate)| *fate != Fate::Done)
            .map(|(c, f)| (c, f))
    }
}
