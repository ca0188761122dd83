//! Verbs that make, rename and delete mailboxes and their folders.

use crate::table::row::{Row, row};
use crate::table::setup::Setup;
use crate::table::situation::Situation::{Foreign, Hostile, Unreadable};
use crate::table::world::World;

fn dovecot(world: &World) -> bool {
    world.setup.is_dovecot()
}

/// Where Cyrus lets nobody rename a user's mailbox.
fn stays(world: &World) -> bool {
    matches!(world.setup, Setup::CyrusDefault | Setup::CyrusTwo)
}

/// What `create` makes where there is a mailbox already.
fn makes_more(row: Row) -> Row {
    row.changes(&[
        "+ folder on team Drafts",
        "+ holds alice ilprsw on team Drafts",
        "+ holds bob {all} on team Drafts",
        "+ holds carol lrs on team Drafts",
        "+ owned team Drafts",
        "+ folder on team Trash",
        "+ holds alice ilprsw on team Trash",
        "+ holds bob {all} on team Trash",
        "+ holds carol lrs on team Trash",
        "+ owned team Trash",
    ])
    .when(Foreign, |mut e| {
        e.may_touch.push("team@evil.test".to_owned());
        e.codes(&[0, 65, 67, 78])
    })
    .when(Unreadable, |e| e.codes(&[0, 3]).says(&[]))
    .when(Hostile, |mut e| {
        e.may_below
            .extend(["team Drafts", "team Trash"].map(str::to_owned));
        e
    })
}

/// The rows.
pub fn rows() -> Vec<Row> {
    vec![
        row("delete-dry", "delete {team} --yes --dry-run")
            .says(&["2 messages"])
            .on(dovecot, |e| e.codes(&[1]).says(&["at the provider"]))
            .when(Unreadable, |e| e.codes(&[0, 1, 3]).says(&[])),
        row("folder-create", "folder create {team} Invoices")
            .changes(&[
                "+ folder on team Invoices",
                "+ holds alice ilprsw on team Invoices",
                "+ holds bob {all} on team Invoices",
                "+ holds carol lrs on team Invoices",
                "+ owned team Invoices",
            ])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[]))
            .when(Hostile, |mut e| {
                e.may_below.push("team Invoices".to_owned());
                e
            }),
        row("folder-rename", "folder rename {team} Sent Posted --yes")
            .changes(&[
                "- folder on team Sent",
                "+ folder on team Posted",
                "+ holds alice ilprsw on team Posted",
                "+ holds bob {all} on team Posted",
                "+ holds carol lrs on team Posted",
                "+ owned team Posted",
            ])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
        row("folder-delete", "folder delete {team} Archive/2025 --yes")
            .changes(&["- folder on team Archive/2025"])
            .when(Unreadable, |e| e.codes(&[0, 3]).says(&[])),
        row("create", "create {crew}")
            .changes(&[
                "+ folder on crew Sent",
                "+ folder on crew Drafts",
                "+ folder on crew Trash",
                "+ folder on crew Archive",
                "+ folder on crew Identities",
                "+ folder on crew Identities/Send As",
                "+ folder on crew Identities/Send on Behalf",
                "+ owned crew Sent",
                "+ owned crew Drafts",
                "+ owned crew Trash",
                "+ owned crew Archive",
                "+ owned crew Identities",
                "+ owned crew Identities/Send As",
                "+ owned crew Identities/Send on Behalf",
            ])
            .on(
                |world| !dovecot(world),
                |mut e| {
                    e.must.push("+ folder on crew INBOX".to_owned());
                    e.must.push("+ owned crew INBOX".to_owned());
                    e
                },
            )
            .when(Unreadable, |e| e.codes(&[0]).says(&[])),
        makes_more(row("create-more", "create {team}")),
        makes_more(row("create-quota", "create {team} --quota 5MiB"))
            .changes(&["+ limit STORAGE 5120 on team INBOX"])
            .on(dovecot, |mut e| {
                e.must
                    .push("- limit STORAGE 1048576 on team INBOX".to_owned());
                e
            })
            .on(
                |world| !world.server.sets_quota(),
                |mut e| {
                    e.must.clear();
                    e.codes(&[77, 69, 75]).says(&[])
                },
            )
            .when_on(
                Unreadable,
                |world| !world.server.sets_quota(),
                |e| e.codes(&[77]).says(&["SETQUOTA"]),
            ),
        row("rename", "rename {team} {crew} --yes")
            .on(dovecot, |e| e.codes(&[1]).says(&["at the provider"]))
            .on(stays, |e| e.codes(&[77]).says(&["allowusermoves"]))
            .on(
                |world| !dovecot(world) && !stays(world),
                |mut e| {
                    e.may_touch = vec!["team".to_owned(), "crew".to_owned()];
                    e.changes(&[
                        "- folder on team *",
                        "+ folder on crew INBOX",
                        "+ entry bob {all} on crew INBOX",
                        "+ entry carol lrs on crew Archive/2025",
                        "+ entry alice lp on crew Identities/Send As",
                    ])
                },
            )
            .when(Unreadable, |e| e.codes(&[0, 1, 3, 77]).says(&[])),
        row("delete", "delete {team} --yes")
            .on(dovecot, |e| e.codes(&[1]).says(&["at the provider"]))
            .on(
                |world| !dovecot(world),
                |e| {
                    e.changes(&[
                        "- folder on team *",
                        "- folder on team Identities",
                        "- folder on team Identities/Send As",
                        "- folder on team Identities/Send on Behalf",
                    ])
                },
            )
            .when(Unreadable, |e| e.codes(&[0, 1, 3]).says(&[])),
    ]
}
