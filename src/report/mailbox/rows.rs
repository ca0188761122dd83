//! Changes as rows for programs, each in the same columns whatever report it stands in.

use crate::model::change::Change;
use crate::model::outcome::{Fate, failure};

/// The columns of [`row`] before its last ones.
const COLUMNS: [&str; 6] = [
    "mailbox",
    "change",
    "folder",
    "identifier",
    "before",
    "after",
];

/// The columns of a change, and `last` behind them.
pub(in crate::report) fn columns<const N: usize>(last: [&'static str; N]) -> Vec<&'static str> {
    COLUMNS.into_iter().chain(last).collect()
}

/// The row of a change of `mailbox`, with what the columns behind it hold.
pub(in crate::report) fn row<const N: usize>(
    mailbox: &str,
    change: &Change,
    last: [String; N],
) -> Vec<String> {
    let mailbox = [mailbox.to_owned()].into_iter();
    mailbox.chain(change.cells()).chain(last).collect()
}

/// What became of a change: `done`, or why it was not.
pub(in crate::report) fn result(fate: &Fate) -> String {
    failure(fate).unwrap_or_else(|| "done".to_owned())
}
