//! Who may send: verbs that tell it, and those that change it.

use crate::table::row::{Row, row};
use crate::table::situation::Situation::{Dropped, Foreign, Hostile, Stranger, Unreadable};
use crate::table::world::World;

/// There is no Sent folder.
fn without_sent(world: &World) {
    world.rename("team", "Sent", "Elsewhere");
}

/// There is one again.
fn with_sent(world: &World) {
    world.rename("team", "Elsewhere", "Sent");
}

const SEND: &str = "send {team} --user {alice} --to x@sink.test --subject hello --body hello";

/// The rows.
pub fn rows() -> Vec<Row> {
    vec![
        row("identities", "identities {team}")
            .says(&["{alice}"])
            .says_not(&["{carol}"])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
        row("identities-postfix", "identities --format postfix")
            .says(&["{alice}"])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
        row("identities-check", "identities --check table")
            .first("identities --format postfix > table")
            .says(&["up to date"])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[]))
            .when(Hostile, |e| e.codes(&[0, 3]).not(&["- {team}"])),
        row("can-send", "can-send {team} {alice}")
            .when(Stranger, |e| e.codes(&[2, 67, 77]))
            .code(2)
            .says(&["the grants: Send As"])
            .when(Unreadable, |e| e.codes(&[2, 3]).says(&[])),
        row("can-send-not", "can-send {team} {carol}")
            .when(Stranger, |e| e.codes(&[2, 67, 77]))
            .code(2)
            .says(&["the grants: neither"])
            .when(Unreadable, |e| e.codes(&[2, 3]).says(&[]))
            .when(Dropped, |e| e.codes(&[2, 3, 69, 75, 77]))
            .when(Hostile, |e| e.codes(&[2, 3])),
        row("grant-send-as", "grant {team} {carol} --send-as")
            .changes(&["+ holds carol lp on team Identities/Send As"])
            .says(&["{carol}"])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
        row("revoke-send-as", "revoke {team} {alice} --send-as")
            .changes(&["- holds alice lp on team Identities/Send As"])
            .says(&["{alice}"])
            .when(Stranger, |e| e.codes(&[0, 67, 78]))
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
        // What waits on this machine needs no server to be told.
        row("outbox", "outbox")
            .need(without_sent)
            .tried(SEND, with_sent)
            .says(&["{team}"])
            .when(Unreadable, |e| e.codes(&[0]).says(&["{team}"])),
        row("outbox-file", "outbox file")
            .need(without_sent)
            .tried(SEND, with_sent)
            .changes(&["~ mail on team Sent"])
            .says(&["filed in Sent"])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
        row("send", SEND)
            .changes(&["~ mail on team Sent"])
            .says(&["{team}"])
            // A member's session cannot tell a mailbox that is not there from one that is not hers.
            .when(Foreign, |e| e.codes(&[67, 77, 78]))
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
    ]
}
