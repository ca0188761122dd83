//! Outcome: what became of each change.

use super::change::Change;
use super::plan::{Place, Plan};
use super::proof::Proof;
use super::rights::Rights;
use super::words::count;
use crate::exit::Exit;
use crate::model::change::Create;
use serde::Serialize;
use std::fmt;

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
    /// It was sent, no answer came, and a session afterwards showed that nothing of it was done.
    Unanswered,
    /// It may have been made or not, for this reason: it was sent and never answered, or what the
    /// server stores since then could not be read.
    Unknown(String),
}

/// How many changes there were to make, and what is known of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub all: usize,
    /// Those that were made.
    pub done: usize,
    /// Those that may have been made or not.
    pub unknown: usize,
}

impl Tally {
    /// That of changes with these fates.
    pub fn of<'a>(fates: impl IntoIterator<Item = &'a Fate>) -> Self {
        let one = |fate: &Fate| Self {
            all: 1,
            done: usize::from(*fate == Fate::Done),
            unknown: usize::from(matches!(fate, Fate::Unknown(_))),
        };
        fates.into_iter().map(one).fold(Self::default(), Self::and)
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            done: self.done + other.done,
            unknown: self.unknown + other.unknown,
        }
    }

    /// `, 2 unknown`; empty where all is known.
    pub fn doubt(self) -> String {
        match self.unknown {
            0 => String::new(),
            n => format!(", {n} unknown"),
        }
    }
}

/// `1 of 2 changes made, 1 unknown`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let all = count(self.all, "change");
        write!(f, "{} of {all} made{}", self.done, self.doubt())
    }
}

/// What a server stores in place of what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Stored(pub Option<Rights>);

impl Fate {
    /// Sent, and the connection broke before the answer.
    pub fn lost() -> Self {
        Self::Unknown("the connection was lost before the answer".to_owned())
    }

    /// Whether it was sent, and may have been made.
    pub fn was_tried(&self) -> bool {
        matches!(self, Fate::Done | Fate::Unknown(_))
    }
}

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

    /// Nobody has seen what the server stores, because of `why`: what was sent may have been made or
    /// not, whatever the server said.
    pub fn unread(&mut self, why: &str) {
        for (_, fate) in &mut self.changes {
            if *fate == Fate::Done {
                *fate = Fate::Unknown(why.to_owned());
            }
        }
    }

    /// A folder was made, and `why` tells of those whose entries cannot be read since then: what the
    /// server let such a one inherit may stand there, so that it is not what a new one shall be.
    pub fn unread_folders(&mut self, why: impl Fn(&Place) -> Option<String>) {
        for (change, fate) in &mut self.changes {
            let Change::Create(Create { folder, .. }) = change else {
                continue;
            };
            if let Some(why) = why(folder).filter(|_| *fate == Fate::Done) {
                *fate = Fate::Unknown(format!(
                    "it is there, and what it inherited cannot be read {why}"
                ));
            }
        }
    }

    /// Whether something may have been made that nobody has seen.
    pub fn has_unknown(&self) -> bool {
        let mut fates = self.changes.iter().map(|(_, fate)| fate);
        fates.any(|fate| matches!(fate, Fate::Unknown(_)))
    }

    /// What takes back all that was made of the changes of the mailbox called `mailbox` that are `meant`,
    /// or may have been: also what the server stores otherwise than it was told.
    pub fn taking_back(&self, mailbox: &str, meant: impl Fn(&Change) -> bool) -> Plan {
        let stands = |fate: &Fate| fate.was_tried() || matches!(fate, Fate::Differs(_));
        let made = self.changes.iter();
        let made = made.filter(|(change, fate)| meant(change) && stands(fate));
        Plan {
            mailbox: mailbox.to_owned(),
            changes: made.filter_map(|(change, _)| change.reverse()).collect(),
        }
    }

    /// Adds what became of later changes.
    pub fn extend(&mut self, later: Outcome) {
        self.changes.extend(later.changes);
        self.cut_short = self.cut_short.take().or(later.cut_short);
        self.said.extend(later.said);
    }

    /// What became of each change was read: where everything is done, or the server had gone on to
    /// answer other things (`said` tells what it said of this), nothing is left that another run would
    /// try.
    pub fn end_if_known(&mut self) {
        let open = |(_, fate): &(Change, Fate)| matches!(fate, Fate::NotTried | Fate::Unknown(_));
        let went_on = !self.said.is_empty() && !self.changes.iter().any(open);
        // The connection broke, and everything had been done by then.
        let whole = self.changes.iter().all(|(_, fate)| *fate == Fate::Done);
        if went_on || whole {
            self.cut_short = None;
        }
    }

    /// How many changes were made.
    pub fn done(&self) -> usize {
        self.tally().done
    }

    /// How many changes there were, and what is known of them.
    pub fn tally(&self) -> Tally {
        Tally::of(self.changes.iter().map(|(_, fate)| fate))
    }

    /// How the work on this mailbox ended: as the server's refusal or its silence where nothing was
    /// changed by it, partly where something was, or may have been.
    pub fn exit(&self) -> Exit {
        let stands = |(_, fate): &(Change, Fate)| {
            matches!(fate, Fate::Done | Fate::Unknown(_) | Fate::Differs(_))
        };
        match self.changes.iter().any(stands) {
            _ if self.is_complete() => Exit::Done,
            true => Exit::Partly,
            false if self.cut_short.is_some() => Exit::Unreachable,
            false => Exit::Refused,
        }
    }

    /// The same where `proofs` are what members' own sessions showed afterwards: what is stored, and does not
    /// give somebody what it should, is done in part.
    pub fn exit_seen<'p>(&self, proofs: impl IntoIterator<Item = &'p Proof>) -> Exit {
        match self.exit() {
            Exit::Done if proofs.into_iter().any(Proof::is_lacking) => Exit::Partly,
            exit => exit,
        }
    }

    /// The changes that were not made, with why.
    pub fn failures(&self) -> impl Iterator<Item = (&Change, &Fate)> {
        self.changes
            .iter()
            .filter(|(_, fate)| *fate != Fate::Done)
            .map(|(c, f)| (c, f))
    }
}

/// Why a change was not made, where it was not.
pub fn failure(fate: &Fate) -> Option<String> {
    match fate {
        Fate::Done => None,
        Fate::Refused(why) => Some(format!("refused {why}")),
        Fate::Differs(stored) => Some(match stored.0 {
            Some(rights) => format!("accepted, but the server stores {rights}"),
            None => "accepted, but the server stores nothing".to_owned(),
        }),
        Fate::NotTried => Some("not tried".to_owned()),
        Fate::Unanswered => Some("no answer came, and nothing of it was done".to_owned()),
        Fate::Unknown(why) => Some(format!("unknown: {why}")),
    }
}
