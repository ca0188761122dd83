//! The verbs in the groups that the help and the main page show: by whom and when they are used.

use clap::Command;

/// Verbs under their heading.
pub(in crate::cli) type Group = (&'static str, &'static [&'static str]);

/// Every verb in exactly one.
pub(in crate::cli) const GROUPS: [Group; 4] = [
    (
        "Every day",
        &[
            "grant",
            "revoke",
            "show",
            "explain",
            "access",
            "check",
            "list",
            "offboard",
            "undo",
            "send",
            "outbox",
            "create",
            "rename",
            "delete",
            "folder",
            "label",
            "rule",
            "retention",
            "mail",
        ],
    ),
    (
        "Many mailboxes as a file says",
        &["plan", "apply", "export"],
    ),
    (
        "For auditors, and for the mail server",
        &["report", "audit", "identities", "can-send"],
    ),
    (
        "Set up",
        &[
            "login",
            "logout",
            "doctor",
            "install-docs",
            "completions",
            "help",
        ],
    ),
];

/// Where a verb stands that is in none.
const OTHERS: &str = "Others";

/// The headings, each with the verbs of `root` in it, and none of them lost.
pub(super) fn grouped(root: &Command) -> Vec<(&'static str, Vec<&Command>)> {
    let shown = || root.get_subcommands().filter(|verb| !verb.is_hide_set());
    let named = GROUPS.iter().map(|(heading, names)| {
        let verbs = names
            .iter()
            .filter_map(|name| shown().find(|verb| verb.get_name() == *name));
        (*heading, verbs.collect())
    });
    let is_named = |verb: &&Command| {
        GROUPS
            .iter()
            .any(|(_, names)| names.contains(&verb.get_name()))
    };
    let others: Vec<&Command> = shown().filter(|verb| !is_named(verb)).collect();
    let groups = named.chain([(OTHERS, others)]);
    groups.filter(|(_, verbs)| !verbs.is_empty()).collect()
}
