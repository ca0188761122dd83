//! The table: each verb that changes something, what is there before, and what is typed.

mod mail;

/// Who can be logged in as.
pub const PEOPLE: [&str; 5] = [
    "alice@example.test",
    "bob@example.test",
    "carol@example.test",
    "dave@example.test",
    "erin@example.test",
];

const SUPPORT: &str = "support@example.test";
const FOLDERS: &[&str] = &["Archive", "Archive/2025", "Sent"];
/// With the folders that keep identities.
const WHOLE: &[&str] = &[
    "Archive",
    "Archive/2025",
    "Identities",
    "Identities/Send As",
    "Identities/Send on Behalf",
    "Sent",
];
const FEW: &[&str] = &[
    "Identities",
    "Identities/Send As",
    "Identities/Send on Behalf",
    "Sent",
];

type Mailboxes = &'static [(&'static str, &'static [&'static str])];

const ONE: Mailboxes = &[(SUPPORT, WHOLE)];
const BARE: Mailboxes = &[(SUPPORT, FOLDERS)];
const THREE: Mailboxes = &[
    ("info@example.test", FEW),
    ("sales@example.test", FEW),
    (SUPPORT, FEW),
];
const SIX: Mailboxes = &[
    ("board@example.test", FEW),
    ("events@example.test", FEW),
    ("info@example.test", FEW),
    ("jobs@example.test", FEW),
    ("sales@example.test", FEW),
    (SUPPORT, FEW),
];

/// A verb, and everything that it needs.
pub struct Verb {
    /// Its name here.
    pub name: &'static str,
    /// Which mailboxes there are, with their folders.
    pub mailboxes: Mailboxes,
    /// Whether the administrator's own session sees all of them.
    pub reigns: bool,
    /// Whether it is allowed one connection only: where several work, it is chance which mailbox is
    /// met by a cut, and in which one somebody is looked at.
    pub one_at_a_time: bool,
    /// Who has what: mailbox, folder, person, rights.
    pub entries: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// What lies there: mailbox, folder, and the flags that a message carries.
    pub mail: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Files beside it.
    pub files: &'static [(&'static str, &'static str)],
    /// What is typed before.
    pub first: &'static [&'static [&'static str]],
    /// What is typed.
    pub words: &'static [&'static str],
    /// What is added so that nothing is changed.
    pub dry: &'static [&'static str],
    /// Whether it can be told to write down what takes it back.
    pub undo: bool,
}

const USUAL: Verb = Verb {
    name: "",
    mailboxes: ONE,
    reigns: false,
    one_at_a_time: false,
    entries: CAROLS,
    mail: &[],
    files: &[],
    first: &[],
    words: &[],
    dry: &["--dry-run", "--detailed-exitcode"],
    undo: true,
};

/// What carol has of a whole mailbox, and bob of a part.
const CAROLS: &[(&str, &str, &str, &str)] = &[
    (SUPPORT, "INBOX", "carol", "lrswip"),
    (SUPPORT, "Archive", "carol", "lrswip"),
    (SUPPORT, "Archive/2025", "carol", "lrswip"),
    (SUPPORT, "Sent", "carol", "lrswip"),
    (SUPPORT, "Identities/Send As", "carol", "lp"),
    (SUPPORT, "INBOX", "bob", "lrs"),
];

const CSV: &str = "mailbox,who,level\n\
    board@example.test,alice,write\nevents@example.test,alice,read-only\n\
    info@example.test,bob,write\njobs@example.test,bob,full-access\n\
    sales@example.test,carol,write\nsupport@example.test,alice,write\n\
    support@example.test,bob,write\n";

const FILE_OF_THREE: &str = "[mailbox.\"info@example.test\"]\nwrite = [\"alice\"]\n\
    [mailbox.\"sales@example.test\"]\nread-only = [\"alice\", \"bob\"]\n\
    [mailbox.\"support@example.test\"]\nwrite = [\"alice\", \"carol\"]\n";

const FILE_OF_SIX: &str = "[mailbox.\"board@example.test\"]\nwrite = [\"alice\"]\n\
    [mailbox.\"events@example.test\"]\nread-only = [\"alice\"]\n\
    [mailbox.\"info@example.test\"]\nwrite = [\"alice\"]\n\
    [mailbox.\"jobs@example.test\"]\nfull-access = [\"bob\"]\n\
    [mailbox.\"sales@example.test\"]\nread-only = [\"alice\", \"bob\"]\n\
    [mailbox.\"support@example.test\"]\nwrite = [\"alice\", \"carol\"]\n";

/// A file that makes folders too.
const FILE_WITH_FOLDERS: &str = "[mailbox.\"support@example.test\"]\n\
    folders = [\"Invoices\", \"Invoices/2025\"]\nwrite = [\"alice\"]\nsend-as = [\"alice\"]\n";

/// All of them.
pub fn all() -> Vec<Verb> {
    [access(), files(), people(), layout(), mail::all()]
        .into_iter()
        .flatten()
        .collect()
}

/// That of this name.
pub fn verb(name: &str) -> Verb {
    all().into_iter().find(|verb| verb.name == name).unwrap()
}

fn access() -> Vec<Verb> {
    vec![
        Verb {
            name: "grant",
            words: &["grant", "support@", "alice", "bob", "--write"],
            ..USUAL
        },
        Verb {
            name: "grant_send_as",
            mailboxes: BARE,
            entries: &[(SUPPORT, "INBOX", "carol", "lrs")],
            words: &["grant", "support@", "alice", "--full-access", "--send-as"],
            ..USUAL
        },
        Verb {
            name: "revoke",
            words: &["revoke", "support@", "carol"],
            ..USUAL
        },
    ]
}

fn files() -> Vec<Verb> {
    let csv = Verb {
        mailboxes: SIX,
        one_at_a_time: true,
        entries: &[],
        files: &[("grants.csv", CSV)],
        words: &["grant", "--yes", "--csv", "grants.csv"],
        ..USUAL
    };
    let six = Verb {
        mailboxes: SIX,
        entries: &[(SUPPORT, "Sent", "alice", "lr")],
        files: &[("access.toml", FILE_OF_SIX)],
        words: &["apply", "-f", "access.toml", "--yes"],
        ..USUAL
    };
    vec![
        Verb {
            name: "grant_csv",
            ..csv
        },
        Verb {
            name: "grant_csv_in_one_session",
            reigns: true,
            one_at_a_time: true,
            ..csv
        },
        Verb {
            name: "apply_three",
            mailboxes: THREE,
            reigns: true,
            one_at_a_time: true,
            files: &[("access.toml", FILE_OF_THREE)],
            ..six
        },
        Verb {
            name: "apply_six",
            reigns: true,
            ..six
        },
        Verb {
            name: "apply_six_in_own_sessions",
            one_at_a_time: true,
            ..six
        },
        Verb {
            name: "apply_saved_plan",
            files: &[("access.toml", FILE_WITH_FOLDERS)],
            first: &[&["plan", "-f", "access.toml", "--out", "plan.json"]],
            words: &["apply", "plan.json", "--yes"],
            ..USUAL
        },
    ]
}

fn people() -> Vec<Verb> {
    const LEAVES: &[(&str, &str, &str, &str)] = &[
        (SUPPORT, "INBOX", "carol", "lrswip"),
        (SUPPORT, "Sent", "carol", "lrswip"),
        (SUPPORT, "Identities/Send As", "carol", "lp"),
        ("sales@example.test", "INBOX", "carol", "lrs"),
        ("info@example.test", "INBOX", "alice", "lrs"),
    ];
    let usual = Verb {
        mailboxes: THREE,
        one_at_a_time: true,
        entries: LEAVES,
        ..USUAL
    };
    vec![
        Verb {
            name: "access_copy",
            words: &["access", "copy", "carol", "dave", "--yes"],
            ..usual
        },
        Verb {
            name: "offboard_to",
            words: &["offboard", "carol", "--to", "dave", "--yes"],
            ..usual
        },
        Verb {
            name: "undo",
            first: &[&["revoke", "support@", "carol", "--undo-file", "gone.undo"]],
            words: &["undo", "gone.undo", "--yes"],
            ..USUAL
        },
        Verb {
            name: "check_fix",
            entries: &[
                (SUPPORT, "INBOX", "carol", "lrswip"),
                (SUPPORT, "Sent", "carol", "lrswip"),
                (SUPPORT, "Sent", "nobody", "lrs"),
                (SUPPORT, "Identities/Send As", "carol", "lrswipkxtea"),
                (SUPPORT, "Identities/Send As", "bob", "lp"),
            ],
            words: &["check", "support@", "--fix", "--yes"],
            dry: &["--dry-run"],
            ..USUAL
        },
    ]
}

fn layout() -> Vec<Verb> {
    let reigned = Verb {
        reigns: true,
        undo: false,
        ..USUAL
    };
    let folders = Verb {
        undo: false,
        ..USUAL
    };
    vec![
        Verb {
            name: "create",
            words: &["create", "office@", "--folder", "Invoices/2025"],
            ..reigned
        },
        Verb {
            name: "create_folders",
            mailboxes: BARE,
            entries: &[
                (SUPPORT, "INBOX", "carol", "lrs"),
                (SUPPORT, "Archive", "bob", "lrs"),
            ],
            words: &["create", "support@", "--folder", "Archive/2026"],
            ..folders
        },
        Verb {
            name: "folder_create",
            entries: &[
                (SUPPORT, "INBOX", "carol", "lrs"),
                (SUPPORT, "Archive", "bob", "lrs"),
            ],
            words: &["folder", "create", "support@", "Archive/2026", "Plans"],
            ..folders
        },
        Verb {
            name: "folder_rename",
            words: &["folder", "rename", "support@", "Archive", "Past", "--yes"],
            ..folders
        },
        Verb {
            name: "folder_delete",
            words: &["folder", "delete", "support@", "Archive", "--yes"],
            ..folders
        },
        Verb {
            name: "rename",
            words: &["rename", "support@", "helpdesk@", "--yes"],
            undo: true,
            ..reigned
        },
        Verb {
            name: "delete",
            words: &["delete", "support@", "--yes"],
            ..reigned
        },
    ]
}
