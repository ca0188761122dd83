//! Of the table, the verbs that change mail, and those that change the settings which lie beside it.

use super::{Mailboxes, SUPPORT, USUAL, Verb};

/// All of them.
pub fn all() -> Vec<Verb> {
    [labels(), settings(), moving()]
        .into_iter()
        .flatten()
        .collect()
}

/// Some carry the label already.
const MAIL: &[(&str, &str, &[&str])] = &[
    (SUPPORT, "INBOX", &[]),
    (SUPPORT, "INBOX", &["urgent"]),
    (SUPPORT, "INBOX", &["$label1"]),
    (SUPPORT, "Archive", &["urgent"]),
    (SUPPORT, "Archive", &[]),
];

fn labels() -> Vec<Verb> {
    let label = Verb {
        mail: MAIL,
        ..USUAL
    };
    vec![
        Verb {
            name: "label_add",
            words: &[
                "label", "add", "support@", "urgent", "--folder", "INBOX", "--folder", "Archive",
            ],
            ..label
        },
        Verb {
            name: "label_remove",
            words: &["label", "remove", "support@", "urgent", "--label", "urgent"],
            ..label
        },
    ]
}

/// What a label is called.
const NAMED: &[&[&str]] = &[&["label", "define", "support@", "urgent", "--name", "Sofort"]];

/// Mail of several folders, in the trash too.
const LETTERS: &[(&str, &str, &[&str])] = &[
    (SUPPORT, "INBOX", &["\\Seen"]),
    (SUPPORT, "INBOX", &["urgent", "\\Flagged"]),
    (SUPPORT, "Sent", &["\\Seen"]),
    (SUPPORT, "Archive/2025", &["urgent"]),
    (SUPPORT, "Trash", &["\\Seen"]),
    (SUPPORT, "Trash", &[]),
];
const WITH_TRASH: Mailboxes = &[(SUPPORT, &["Archive", "Archive/2025", "Sent", "Trash"])];

fn moving() -> Vec<Verb> {
    let moves = Verb {
        mailboxes: WITH_TRASH,
        entries: &[(SUPPORT, "INBOX", "carol", "lrs")],
        mail: LETTERS,
        ..USUAL
    };
    vec![
        Verb {
            name: "rule_run",
            first: &[&[
                "rule",
                "add",
                "support@",
                "all",
                "--when",
                "not={from='nobody@x.test'}",
                "--then",
                "label='urgent',move='Archive'",
            ]],
            words: &["rule", "run", "support@", "--folder", "INBOX"],
            ..moves
        },
        Verb {
            name: "mail_archive",
            words: &[
                "mail",
                "archive",
                "support@",
                "--folder",
                "INBOX",
                "--folder",
                "Sent",
                "--to-folder",
                "Archive/2025",
            ],
            ..moves
        },
        Verb {
            name: "mail_clean_trash",
            words: &["mail", "clean", "support@", "--trash", "30d", "--yes"],
            // What goes for good does not come back.
            undo: false,
            ..moves
        },
        Verb {
            name: "retention_run",
            first: &[
                &[
                    "retention",
                    "set",
                    "support@",
                    "INBOX",
                    "--after",
                    "30d",
                    "--then",
                    "archive",
                    "--to",
                    "Archive/{year}",
                ],
                &[
                    "retention",
                    "set",
                    "support@",
                    "Sent",
                    "--after",
                    "30d",
                    "--then",
                    "delete",
                    "--at-once",
                ],
            ],
            words: &[
                "retention",
                "run",
                "support@",
                "--yes",
                "--force",
                "--unsafe-allow-remove-all",
            ],
            undo: false,
            ..moves
        },
    ]
}

fn settings() -> Vec<Verb> {
    // The folder for it stays.
    let new = Verb {
        mail: MAIL,
        undo: false,
        ..USUAL
    };
    vec![
        Verb {
            name: "label_define",
            words: &["label", "define", "support@", "urgent", "--name", "Sofort"],
            ..new
        },
        Verb {
            name: "rule_add",
            words: &[
                "rule",
                "add",
                "support@",
                "late",
                "--when",
                "larger='1KiB'",
                "--then",
                "flag=true",
            ],
            ..new
        },
        Verb {
            name: "retention_set",
            words: &[
                "retention",
                "set",
                "support@",
                "Sent",
                "--after",
                "1y",
                "--then",
                "delete",
                "--at-once",
            ],
            ..new
        },
        Verb {
            name: "label_rename",
            first: NAMED,
            words: &["label", "rename", "support@", "urgent", "Eilig"],
            undo: true,
            ..new
        },
        Verb {
            name: "label_merge",
            first: NAMED,
            words: &["label", "merge", "support@", "urgent", "important", "--yes"],
            undo: true,
            ..new
        },
    ]
}
