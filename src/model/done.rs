//! What became of one mailbox: every report of a change is made from it, and every exit code.

use super::change::Change;
use super::outcome::{Fate, Outcome};
use super::proof::Proof;
use super::rights::Rights;
use crate::exit::Exit;

/// What became of one mailbox.
#[derive(Debug, Default)]
pub struct Done {
    /// What became of each stage of the errand, in their order.
    pub stages: Vec<Carried>,
    /// What the members' own sessions showed.
    pub seen: Vec<Seen>,
    /// Whether the last stages were left out because of what was lacking.
    pub stopped: bool,
    /// What to warn of.
    pub warnings: Vec<String>,
    /// What to know of folders that the owner's list does not show.
    pub unlisted: Vec<String>,
}

/// What became of a stage.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// What became of each change. What was taken back again stands here as it was made first.
    pub outcome: Outcome,
    /// Whether the mailbox can do without it: what the server refused of it is lacking, and no failure.
    pub is_optional: bool,
}

/// What was seen as one member.
#[derive(Debug)]
pub struct Seen {
    /// The stage after which she was looked at, from 0.
    pub stage: usize,
    /// The part of that stage, as the errand counts them.
    pub part: usize,
    /// How the server spells her.
    pub identifier: String,
    /// The same as one would write it on the command line.
    pub who: String,
    /// What her session showed.
    pub proved: Proved,
    /// What became of taking back what was changed for her, where it gave nothing.
    pub back: Option<Outcome>,
}

/// What a member's own session showed.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The finding.
    pub proof: Proof,
    /// What was seen on each folder, by its path.
    pub seen: Vec<(String, Rights)>,
    /// On how many folders she was subscribed, where that was asked for and could be done.
    pub subscribed: Option<usize>,
    /// What she can do with an identity folder that no entry there gives her, in a sentence.
    pub exposed: Option<String>,
    /// Why she was not subscribed, or why nobody has written down that she was.
    pub unlogged: Option<String>,
}

impl Proved {
    /// Nothing was seen, because of `why`.
    pub fn not(why: &str) -> Self {
        Self {
            proof: Proof::NotVerified {
                why: why.to_owned(),
            },
            seen: Vec::new(),
            subscribed: None,
            exposed: None,
            unlogged: None,
        }
    }
}

impl Seen {
    /// Whether all that was changed for her was taken back.
    pub fn is_undone(&self) -> bool {
        self.back.as_ref().is_some_and(Outcome::is_complete)
    }
}

impl Carried {
    /// Whether `fate` of one of its changes is no failure, but something that the mailbox lacks.
    fn is_lacking(&self, fate: &Fate) -> bool {
        self.is_optional && self.outcome.cut_short.is_none() && *fate != Fate::Done
    }
}

impl Done {
    /// What became of each change of `stages`, but of what is merely lacking.
    pub fn outcome_of<'s>(stages: impl IntoIterator<Item = &'s Carried>) -> Outcome {
        let mut all = Outcome::default();
        for stage in stages {
            let mut outcome = stage.outcome.clone();
            outcome.changes.retain(|(_, fate)| !stage.is_lacking(fate));
            all.extend(outcome);
        }
        all
    }

    /// What became of each change, but of what is merely lacking.
    pub fn outcome(&self) -> Outcome {
        Self::outcome_of(&self.stages)
    }

    /// What the server did not let be done, and the mailbox can do without.
    pub fn lacking(&self) -> Vec<(Change, Fate)> {
        let mut all = Vec::new();
        for stage in &self.stages {
            let changes = stage.outcome.changes.iter();
            all.extend(changes.filter(|(_, fate)| stage.is_lacking(fate)).cloned());
        }
        all
    }

    /// How a run about this mailbox alone would end.
    pub fn exit(&self) -> Exit {
        let proofs = self.seen.iter().map(|seen| &seen.proved.proof);
        self.outcome().exit_seen(proofs)
    }

    /// The number of the last stage, from 0.
    pub fn last(&self) -> usize {
        self.stages.len().saturating_sub(1)
    }

    /// Why the work was cut short, where it was.
    pub fn cut_short(&self) -> Option<&str> {
        let mut stages = self.stages.iter();
        stages.find_map(|stage| stage.outcome.cut_short.as_deref())
    }

    /// What was seen as `identifier` after the stage of that number, for the part of that number.
    pub fn seen_as(&self, stage: usize, part: usize, identifier: &str) -> Option<&Seen> {
        let mut seen = self.seen.iter();
        seen.find(|seen| (seen.stage, seen.part, &*seen.identifier) == (stage, part, identifier))
    }
}
