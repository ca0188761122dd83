//! Cells that fail because of a fault that is known, each with what it waits for.
//!
//! A cell that passes must go from here: the table fails until it does.

/// A fault, and the cells that wait for its end: `SET-UP/SITUATION/ROW`.
pub type Waiting = (&'static str, &'static [&'static str]);

/// All that wait.
pub const PENDING: &[Waiting] = &[
    (
        "a dropped login, told as a person whom nobody knows",
        &[
            "cyrus-default/dropped/explain",
            "cyrus-dots/dropped/explain",
            "cyrus-slash/dropped/explain",
            "cyrus-two/dropped/explain",
            "dovecot/dropped/explain",
        ],
    ),
    (
        "an address of a domain that the server does not know, taken for the mailbox of the same local part",
        &[
            "cyrus-default/foreign/apply",
            "cyrus-default/foreign/check-file",
            "cyrus-default/foreign/plan",
            "cyrus-default/foreign/plan-same",
            "cyrus-default/foreign/plan-twice",
            "cyrus-default/foreign/send",
            "cyrus-dots/foreign/send",
            "cyrus-slash/foreign/send",
            "cyrus-two/foreign/apply",
            "cyrus-two/foreign/check-file",
            "cyrus-two/foreign/plan",
            "cyrus-two/foreign/plan-same",
            "cyrus-two/foreign/plan-twice",
            "cyrus-two/foreign/send",
            "dovecot/foreign/send",
        ],
    ),
    (
        "entries that could not be read, told as if there were none",
        &[
            "cyrus-default/unreadable/access",
            "cyrus-default/unreadable/access-copy",
            "cyrus-default/unreadable/access-copy-one",
            "cyrus-default/unreadable/apply",
            "cyrus-default/unreadable/apply-plan",
            "cyrus-default/unreadable/check",
            "cyrus-default/unreadable/check-fix",
            "cyrus-default/unreadable/check-one",
            "cyrus-default/unreadable/explain",
            "cyrus-default/unreadable/explain-nobody",
            "cyrus-default/unreadable/folder-list",
            "cyrus-default/unreadable/folder-subscribe",
            "cyrus-default/unreadable/grant",
            "cyrus-default/unreadable/grant-csv",
            "cyrus-default/unreadable/grant-dry",
            "cyrus-default/unreadable/grant-folder",
            "cyrus-default/unreadable/grant-more",
            "cyrus-default/unreadable/grant-send-as",
            "cyrus-default/unreadable/list",
            "cyrus-default/unreadable/offboard",
            "cyrus-default/unreadable/offboard-to",
            "cyrus-default/unreadable/revoke",
            "cyrus-default/unreadable/revoke-full",
            "cyrus-default/unreadable/revoke-send-as",
            "cyrus-dots/unreadable/access",
            "cyrus-dots/unreadable/access-copy",
            "cyrus-dots/unreadable/access-copy-one",
            "cyrus-dots/unreadable/apply",
            "cyrus-dots/unreadable/apply-plan",
            "cyrus-dots/unreadable/check",
            "cyrus-dots/unreadable/check-fix",
            "cyrus-dots/unreadable/check-one",
            "cyrus-dots/unreadable/explain",
            "cyrus-dots/unreadable/explain-nobody",
            "cyrus-dots/unreadable/folder-list",
            "cyrus-dots/unreadable/folder-subscribe",
            "cyrus-dots/unreadable/grant",
            "cyrus-dots/unreadable/grant-csv",
            "cyrus-dots/unreadable/grant-dry",
            "cyrus-dots/unreadable/grant-folder",
            "cyrus-dots/unreadable/grant-more",
            "cyrus-dots/unreadable/grant-send-as",
            "cyrus-dots/unreadable/list",
            "cyrus-dots/unreadable/offboard",
            "cyrus-dots/unreadable/offboard-to",
            "cyrus-dots/unreadable/revoke",
            "cyrus-dots/unreadable/revoke-full",
            "cyrus-dots/unreadable/revoke-send-as",
            "cyrus-slash/unreadable/access",
            "cyrus-slash/unreadable/access-copy",
            "cyrus-slash/unreadable/access-copy-one",
            "cyrus-slash/unreadable/apply",
            "cyrus-slash/unreadable/apply-plan",
            "cyrus-slash/unreadable/check",
            "cyrus-slash/unreadable/check-fix",
            "cyrus-slash/unreadable/check-one",
            "cyrus-slash/unreadable/explain",
            "cyrus-slash/unreadable/explain-nobody",
            "cyrus-slash/unreadable/folder-list",
            "cyrus-slash/unreadable/folder-subscribe",
            "cyrus-slash/unreadable/grant",
            "cyrus-slash/unreadable/grant-csv",
            "cyrus-slash/unreadable/grant-dry",
            "cyrus-slash/unreadable/grant-folder",
            "cyrus-slash/unreadable/grant-more",
            "cyrus-slash/unreadable/grant-send-as",
            "cyrus-slash/unreadable/list",
            "cyrus-slash/unreadable/offboard",
            "cyrus-slash/unreadable/offboard-to",
            "cyrus-slash/unreadable/revoke",
            "cyrus-slash/unreadable/revoke-full",
            "cyrus-slash/unreadable/revoke-send-as",
            "cyrus-two/unreadable/access",
            "cyrus-two/unreadable/access-copy",
            "cyrus-two/unreadable/access-copy-one",
            "cyrus-two/unreadable/apply",
            "cyrus-two/unreadable/apply-plan",
            "cyrus-two/unreadable/check",
            "cyrus-two/unreadable/check-fix",
            "cyrus-two/unreadable/check-one",
            "cyrus-two/unreadable/explain",
            "cyrus-two/unreadable/explain-nobody",
            "cyrus-two/unreadable/folder-list",
            "cyrus-two/unreadable/folder-subscribe",
            "cyrus-two/unreadable/grant",
            "cyrus-two/unreadable/grant-csv",
            "cyrus-two/unreadable/grant-dry",
            "cyrus-two/unreadable/grant-folder",
            "cyrus-two/unreadable/grant-more",
            "cyrus-two/unreadable/grant-send-as",
            "cyrus-two/unreadable/list",
            "cyrus-two/unreadable/offboard",
            "cyrus-two/unreadable/offboard-to",
            "cyrus-two/unreadable/revoke",
            "cyrus-two/unreadable/revoke-full",
            "cyrus-two/unreadable/revoke-send-as",
            "dovecot/unreadable/access",
            "dovecot/unreadable/access-copy",
            "dovecot/unreadable/access-copy-one",
            "dovecot/unreadable/apply",
            "dovecot/unreadable/apply-plan",
            "dovecot/unreadable/check",
            "dovecot/unreadable/check-fix",
            "dovecot/unreadable/check-one",
            "dovecot/unreadable/explain",
            "dovecot/unreadable/explain-nobody",
            "dovecot/unreadable/folder-list",
            "dovecot/unreadable/folder-subscribe",
            "dovecot/unreadable/grant",
            "dovecot/unreadable/grant-csv",
            "dovecot/unreadable/grant-dry",
            "dovecot/unreadable/grant-folder",
            "dovecot/unreadable/grant-more",
            "dovecot/unreadable/grant-send-as",
            "dovecot/unreadable/list",
            "dovecot/unreadable/offboard",
            "dovecot/unreadable/offboard-to",
            "dovecot/unreadable/revoke",
            "dovecot/unreadable/revoke-full",
            "dovecot/unreadable/revoke-send-as",
        ],
    ),
    (
        "an address of the other domain, taken for the mailbox of the same local part",
        &[
            "cyrus-two/twin/apply-plan",
            "cyrus-two/twin/grant-csv",
            "cyrus-two/twin/rename",
            "cyrus-two/twin/send",
        ],
    ),
    (
        "what a member took from the owner, told as if all were in order",
        &[
            "dovecot/hostile/offboard",
            "dovecot/hostile/offboard-to",
            "dovecot/hostile/revoke",
            "dovecot/hostile/revoke-full",
        ],
    ),
];

/// What is to be told of a cell: a fault that nobody waits for, or a wait that is over.
pub fn verdict(pending: &[Waiting], cell: &str, faults: &[String]) -> Option<String> {
    let waits = pending.iter().find(|(_, cells)| cells.contains(&cell));
    match (faults, waits) {
        ([], None) => None,
        ([], Some((fault, _))) => Some(format!("{cell} passes: it waits no longer for {fault}")),
        (_, Some(_)) => None,
        (faults, None) => Some(format!("{cell}:\n  {}", faults.join("\n  "))),
    }
}

/// Cells of one column that wait and that there are not.
pub fn strays(pending: &[Waiting], column: &str, cells: &[String]) -> Vec<String> {
    let names = pending.iter().flat_map(|(_, cells)| cells.iter());
    let here = names.filter(|name| name.starts_with(&format!("{column}/")));
    let strays = here.filter(|name| !cells.iter().any(|cell| cell == *name));
    strays
        .map(|name| format!("{name} waits, and there is no such cell"))
        .collect()
}

#[test]
fn a_wait_that_is_over_is_told() {
    let pending: &[Waiting] = &[("a fault", &["one/plain/show", "one/plain/lost"])];
    let fault = ["it ended with 1".to_owned()];
    assert_eq!(verdict(pending, "one/plain/show", &fault), None);
    assert_eq!(verdict(pending, "one/plain/list", &[]), None);
    let over = verdict(pending, "one/plain/show", &[]).unwrap();
    assert!(over.contains("no longer for a fault"), "{over}");
    let new = verdict(pending, "one/plain/list", &fault).unwrap();
    assert!(new.contains("it ended with 1"), "{new}");
    let cells = ["one/plain/show".to_owned()];
    assert_eq!(strays(pending, "one/plain", &cells).len(), 1);
    assert_eq!(strays(pending, "two/plain", &[]).len(), 0);
}
