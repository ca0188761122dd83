//! What became of changes, by the server's answers.

use crate::imap::{Answer, Batch};
use crate::model::change::Change;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace;

/// What became of the changes of `wave`, of which each was one request.
pub(super) fn told(wave: &[Change], batch: Batch) -> Outcome {
    let Batch {
        answers,
        broken,
        said,
    } = batch;
    let interrupted = answers
        .iter()
        .any(|answer| matches!(answer, Answer::Unsent));
    let cut_short = match broken {
        Some(error) => Some(error.to_string()),
        None if interrupted => Some(pace::why().to_owned()),
        None => None,
    };
    let fates = answers
        .into_iter()
        .map(fate)
        .chain(std::iter::repeat(Fate::NotTried));
    Outcome {
        changes: wave.iter().cloned().zip(fates).collect(),
        cut_short,
        said,
    }
}

/// What became of the change that was answered so.
pub(super) fn fate(answer: Answer) -> Fate {
    match answer {
        Answer::Ok { .. } => Fate::Done,
        Answer::Unsent => Fate::NotTried,
        Answer::Unknown => Fate::lost(),
        refused => Fate::Refused(refused.refusal().map(|r| r.to_string()).unwrap_or_default()),
    }
}
