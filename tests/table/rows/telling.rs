//! Verbs that tell and change nothing.

use crate::table::row::{Expect, Row, row};
use crate::table::situation::Situation::{Dropped, Foreign, Hostile, Unreadable};

/// The folder is told as one that could not be read.
fn unread(expect: Expect) -> Expect {
    expect.says(&["Archive", "could not be read"])
}

/// The rows.
pub fn rows() -> Vec<Row> {
    vec![
        row("list", "list")
            .says(&["{team}", "{info}"])
            .when(Unreadable, |e| e.says(&["could be read"])),
        row("show", "show {team}")
            .says(&["{alice}", "{bob}", "{carol}"])
            .says_not(&["{dave}"]),
        row("show-folders", "show {team} --folders").says(&["{carol}", "Archive/2025"]),
        row("folder-list", "folder list {team}")
            .says(&["Archive/2025"])
            .when(Unreadable, unread),
        row("folder-list-json", "folder list {team} -o json")
            .says(&["\"members\": 3"])
            .says_not(&["\"members\": null"])
            .when(Unreadable, |e| e.says(&["\"members\": null"])),
        row("explain", "explain {team} {carol}")
            .says(&["can read"])
            .when(Dropped, |e| e.codes(&[3]).says(&["by the entries alone"]))
            .when(Unreadable, unread),
        row("explain-nobody", "explain {team} {dave}")
            .says(&["{dave}"])
            .says_not(&["can read"])
            .when(Unreadable, unread),
        row("access", "access {carol}")
            .says(&["{team}", "{info}"])
            .when(Unreadable, unread),
        row("check", "check")
            .says(&["in order"])
            .when(Hostile, |e| e.codes(&[2, 3]).not(&["in order"]))
            .when(Unreadable, |e| e.codes(&[2, 3])),
        row("check-one", "check {team}")
            .says(&["in order"])
            .when(Hostile, |e| e.codes(&[2, 3]).not(&["in order"]))
            .when(Unreadable, |e| e.codes(&[2, 3])),
        row("export", "export").says(&["{team}", "{info}"]),
        row("export-one", "export {team}").says(&["{carol}", "Archive/2025"]),
        row("report", "report {team} --format csv")
            .says(&["{alice}", "{bob}", "{carol}"])
            .says_not(&["{dave}"]),
        row("report-all", "report --format json").says(&["{team}", "{info}", "{carol}"]),
        row(
            "report-since",
            "report {team} --since before.toml --format json",
        )
        .first("export {team} > before.toml")
        .first("grant {team} {dave} --read-only")
        .says(&["{dave}"]),
        row("doctor", "doctor {team}").when(Unreadable, |e| e.codes(&[0, 1, 3, 77]).says(&[])),
        row("audit", "audit show --mailbox {team} --command grant")
            .first("grant {team} {dave} --read-only")
            .says(&["{dave}"])
            .when(Unreadable, |e| e.codes(&[0]).says(&["{dave}"]))
            .when(Dropped, |e| e.codes(&[0]).says(&["{dave}"]))
            .when(Hostile, |e| e.codes(&[0]).says(&["{dave}"]))
            .when(Foreign, |e| e.codes(&[0]).not(&["{dave}"])),
        // The log speaks of what was done, whatever became of the server since.
        row("audit-verify", "audit verify")
            .first("grant {team} {dave} --read-only")
            .says(&["whole"])
            .when(Unreadable, |e| e.codes(&[0]).says(&["whole"]))
            .when(Dropped, |e| e.codes(&[0]).says(&["whole"]))
            .when(Hostile, |e| e.codes(&[0]).says(&["whole"])),
    ]
}
