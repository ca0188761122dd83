//! Changes of which one is made after the other: what came of each says whether the next one is tried.

use crate::error::Error;
use crate::model::change::Change;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::{self, Pace};

/// Why nothing is done by UIDs that were looked up before.
pub(super) const RENUMBERED: &str = "here: the folder numbers its messages anew since it was looked at, and the UIDs are those of others";

/// What became of a change, and why nothing more can be done, where that is so.
pub(super) type Became = (Fate, Option<String>);

/// Has `work` make each of `wave`, until one says that nothing more can be done.
pub(super) fn one_by_one(
    wave: &[Change],
    pace: &Pace,
    mut work: impl FnMut(&mut Change) -> Became,
) -> Outcome {
    let mut outcome = Outcome::default();
    for change in wave {
        let mut change = change.clone();
        let (fate, cut_short) = match outcome.cut_short.take() {
            Some(why) => (Fate::NotTried, Some(why)),
            None if pace.stopped() => (Fate::NotTried, Some(pace::why().to_owned())),
            None => work(&mut change),
        };
        outcome.cut_short = cut_short;
        outcome.changes.push((change, fate));
        (pace.tick)(1);
    }
    outcome
}

/// The server refuses it.
pub(super) fn refused(why: impl Into<String>) -> Became {
    (Fate::Refused(why.into()), None)
}

/// Nothing was sent that changes anything.
pub(super) fn untried(error: Error) -> Became {
    (Fate::NotTried, Some(error.to_string()))
}

/// Nobody knows what became of it.
pub(super) fn lost(error: Error) -> Became {
    (Fate::lost(), Some(error.to_string()))
}
