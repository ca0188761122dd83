//! Verbs that go through every mailbox in reach.

use crate::table::row::{Row, row};
use crate::table::situation::Situation::{Foreign, Hostile};

/// The rows.
pub fn rows() -> Vec<Row> {
    let harmed = |e: crate::table::row::Expect| {
        e.may(&[
            "+ holds dave {all} on team Archive",
            "+ entry dave {all} on team Archive",
        ])
    };
    vec![
        row("access-copy", "access copy {carol} {dave}")
            .changes(&["+ holds dave lrs on team *", "+ holds dave lrs on info *"])
            .says(&["{dave}"])
            .when(Hostile, harmed),
        row(
            "access-copy-one",
            "access copy {carol} {dave} --mailbox {team}",
        )
        .changes(&["+ holds dave lrs on team *"])
        .when(Hostile, harmed),
        row("offboard", "offboard {carol} --yes")
            .changes(&["- holds carol lrs on team *", "- holds carol lrs on info *"])
            .closes("carol", &["team", "info"])
            .when(Hostile, harmed),
        row("offboard-to", "offboard {carol} --to {dave} --yes")
            .changes(&[
                "- holds carol lrs on team *",
                "- holds carol lrs on info *",
                "+ holds dave lrs on team *",
                "+ holds dave lrs on info *",
            ])
            .closes("carol", &["team", "info"])
            .when(Hostile, harmed),
        row("undo", "undo grant.undo --yes")
            .first("grant {team} {dave} --read-only --undo-file grant.undo")
            .rewritten("grant.undo")
            .changes(&["- holds dave lrs on team *"])
            .closes("dave", &["team"])
            .when(Foreign, |e| e.codes(&[3, 65, 67, 78]))
            .when(Hostile, |mut e| {
                // What bob made meanwhile is not what the command did.
                e.closed = None;
                e
            }),
    ]
}
