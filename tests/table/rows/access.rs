//! Verbs that give and take access to one mailbox.

use crate::table::row::{Row, row};
use crate::table::situation::Situation::{Hostile, Stranger, Unreadable};
use crate::table::world::World;

/// Somebody has an entry whom no server knows.
fn ghost(world: &World) {
    world.give("team", &["INBOX"], "ghost", "lrs");
}

/// The rows.
pub fn rows() -> Vec<Row> {
    vec![
        row("grant", "grant {team} {dave} --read-only")
            .changes(&["+ holds dave lrs on team *"])
            .says(&["verified as {dave}"]),
        row("grant-more", "grant {team} {carol} --write --no-send")
            .changes(&[
                "- holds carol lrs on team *",
                "+ holds carol ilprsw on team *",
            ])
            .says(&["verified as {carol}"]),
        row(
            "grant-folder",
            "grant {team} {dave} --read-only --folder Sent",
        )
        .changes(&["+ holds dave lrs on team Sent"])
        .says(&["{dave}"])
        // What could not be read is no part of it.
        .when(Unreadable, |e| {
            e.codes(&[0])
                .changes(&["+ holds dave lrs on team Sent"])
                .says(&["verified as {dave}"])
        }),
        row("revoke", "revoke {team} {carol}")
            .changes(&["- holds carol lrs on team *"])
            .says(&["verified as {carol}"])
            .closes("carol", &["team"])
            .when(Stranger, |e| e.codes(&[0, 67, 78])),
        row("revoke-full", "revoke {team} {bob}")
            .changes(&["- holds bob {all} on team *"])
            .says(&["verified as {bob}"])
            .closes("bob", &["team"])
            .when(Stranger, |e| e.codes(&[0, 67, 78])),
        row("folder-subscribe", "folder subscribe {team} {bob}")
            .changes(&[
                "+ subscribed bob on team INBOX",
                "+ subscribed bob on team Sent",
                "+ subscribed bob on team Archive",
                "+ subscribed bob on team Archive/2025",
            ])
            // It goes by what bob sees.
            .when(Unreadable, |e| e.codes(&[0, 3])),
        row("check-fix", "check {team} --fix --yes")
            .need(ghost)
            .changes(&["- entry ghost lrs on team INBOX"])
            .says(&["ghost"])
            .when(Unreadable, |e| e.codes(&[2, 3]))
            // The owner sees the folder again.
            .when(Hostile, |e| e.may(&["- entry -team l on team Archive"])),
    ]
}
