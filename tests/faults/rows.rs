//! The table: each verb that changes something, what is there before, and what is typed.

use crate::provider::Kind;

/// A verb, and everything that it needs. `{support}` is the name of the mailbox `support`, which is
/// another one in each try.
pub struct Row {
    /// Its name here.
    pub name: &'static str,
    /// Which mailboxes there are, with their folders.
    pub mailboxes: &'static [(&'static str, &'static [&'static str])],
    /// Those that it makes.
    pub new: &'static [&'static str],
    /// Who has what: mailbox, folder, person, rights.
    pub entries: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// What lies there: mailbox, folder, and what a message carries.
    pub mail: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Files beside it.
    pub files: &'static [(&'static str, &'static str)],
    /// What is typed before.
    pub first: &'static [&'static str],
    /// What is typed.
    pub typed: &'static str,
    /// Whether it writes down what takes it back.
    pub undo: bool,
    /// Whether mailboxes come and go, which are accounts where no administrator sees them all.
    pub accounts: bool,
    /// Whether it goes wherever somebody has something: then `{carol}` is another one in each try.
    pub wanders: bool,
    /// How a run ends that finds nothing to do any more.
    pub again: i32,
    /// What is typed where a killed run has left something that the same command line no longer gets to.
    pub mends: Option<&'static str>,
    /// Whether messages go from folder to folder: each must be there once, whatever its number is then.
    pub moves: bool,
    /// The mbox into which messages go, where they do.
    pub keeps: Option<&'static str>,
    /// Whether Courier is to be asked too.
    pub courier: bool,
}

const SUPPORT: &str = "support";
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
const FEW: &[&str] = &["Sent"];

type Mailboxes = &'static [(&'static str, &'static [&'static str])];

const ONE: Mailboxes = &[(SUPPORT, WHOLE)];
const BARE: Mailboxes = &[(SUPPORT, FOLDERS)];
const DRAFTED: Mailboxes = &[(SUPPORT, &["Archive", "Archive/2025", "Drafts", "Sent"])];
const TWO: Mailboxes = &[("sales", FEW), (SUPPORT, FOLDERS)];
const THREE: Mailboxes = &[("info", FEW), ("sales", WHOLE), (SUPPORT, WHOLE)];
const FIVE: Mailboxes = &[
    ("board", FEW),
    ("events", FEW),
    ("info", FEW),
    ("jobs", FEW),
    ("sales", FEW),
];

/// What carol has of a whole mailbox, and bob of a part.
const CAROLS: &[(&str, &str, &str, &str)] = &[
    (SUPPORT, "INBOX", "carol", "lrswip"),
    (SUPPORT, "Archive", "carol", "lrswip"),
    (SUPPORT, "Archive/2025", "carol", "lrswip"),
    (SUPPORT, "Sent", "carol", "lrswip"),
    (SUPPORT, "INBOX", "bob", "lrs"),
];

/// The same where folders keep identities.
const SENDERS: &[(&str, &str, &str, &str)] = &[
    (SUPPORT, "INBOX", "carol", "lrswip"),
    (SUPPORT, "Archive", "carol", "lrswip"),
    (SUPPORT, "Archive/2025", "carol", "lrswip"),
    (SUPPORT, "Sent", "carol", "lrswip"),
    (SUPPORT, "Identities/Send As", "carol", "lp"),
    (SUPPORT, "INBOX", "bob", "lrs"),
];

/// What carol has in several mailboxes.
const LEAVES: &[(&str, &str, &str, &str)] = &[
    (SUPPORT, "INBOX", "carol", "lrswip"),
    (SUPPORT, "Sent", "carol", "lrswip"),
    (SUPPORT, "Identities/Send As", "carol", "lp"),
    ("sales", "INBOX", "carol", "lrs"),
    ("info", "INBOX", "alice", "lrs"),
];

/// Unlisted by any file: bob has INBOX, dave the archive alone, and new folders inherit from both.
const HEIRS: &[(&str, &str, &str, &str)] = &[
    (SUPPORT, "INBOX", "bob", "lrs"),
    (SUPPORT, "Archive", "dave", "lrsw"),
    ("sales", "INBOX", "carol", "lrs"),
];

/// Some messages carry the label already.
const MAIL: &[(&str, &str, &[&str])] = &[
    (SUPPORT, "INBOX", &[]),
    (SUPPORT, "INBOX", &["urgent"]),
    (SUPPORT, "INBOX", &["$label1"]),
    (SUPPORT, "Archive", &["urgent"]),
    (SUPPORT, "Archive", &[]),
];

/// So many that several sessions share them.
const MANY: Mailboxes = &[(
    SUPPORT,
    &[
        "F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "F10", "F11", "F12",
    ],
)];

/// A message in each, of which some carry a label already.
const SPREAD: &[(&str, &str, &[&str])] = &[
    (SUPPORT, "F01", &[]),
    (SUPPORT, "F02", &["urgent"]),
    (SUPPORT, "F03", &[]),
    (SUPPORT, "F04", &[]),
    (SUPPORT, "F05", &["work"]),
    (SUPPORT, "F06", &[]),
    (SUPPORT, "F07", &["\\Seen"]),
    (SUPPORT, "F08", &[]),
    (SUPPORT, "F09", &[]),
    (SUPPORT, "F10", &[]),
    (SUPPORT, "F11", &[]),
    (SUPPORT, "F12", &[]),
];

/// Out of two folders, of two years, and some lies there already.
const LETTERS: &[(&str, &str, &[&str])] = &[
    (SUPPORT, "INBOX", &["\\Seen"]),
    (SUPPORT, "INBOX", &["urgent", "\\Flagged"]),
    (SUPPORT, "INBOX", &["$label1", "\\Answered"]),
    (SUPPORT, "Sent", &["\\Seen", "work"]),
    (SUPPORT, "Sent", &[]),
    (SUPPORT, "Archive/2025", &["urgent"]),
];

/// With drafts, each of them old.
const DRAFTS: &[(&str, &str, &[&str])] = &[
    (SUPPORT, "INBOX", &["\\Seen"]),
    (SUPPORT, "Drafts", &["\\Draft", "\\Seen"]),
    (SUPPORT, "Drafts", &["\\Draft", "urgent"]),
    (SUPPORT, "Drafts", &["\\Deleted"]),
];

/// Some of which are empty.
const VACANT: Mailboxes = &[(
    SUPPORT,
    &["Full", "Old", "Old/2020", "Old/2021", "Plans", "Sent"],
)];

/// What carol has of the mailbox, and of what is empty.
const VACATED: &[(&str, &str, &str, &str)] = &[
    (SUPPORT, "INBOX", "carol", "lrswip"),
    (SUPPORT, "Old", "carol", "lrswip"),
    (SUPPORT, "Old/2020", "carol", "lrswip"),
    (SUPPORT, "Plans", "carol", "lrswip"),
];

const CSV: &str = "mailbox,who,level\n\
    {info}@example.test,bob,write\n{sales}@example.test,carol,write\n\
    {sales}@example.test,alice,read-only\n{support}@example.test,alice,full-access\n\
    {support}@example.test,carol,read-only\n";

/// Over three mailboxes, one of which is new; folders too.
const FILE_OF_THREE: &str = "[mailbox.\"{sales}@example.test\"]\nread-only = [\"alice\", \"bob\"]\n\
    [mailbox.\"{support}@example.test\"]\nfolders = [\"Archive/Größe\", \"Plans/2030\"]\n\
    write = [\"alice\", \"carol\"]\nsend-as = [\"alice\"]\n\
    [mailbox.\"{crew}@example.test\"]\nfolders = [\"Plans\"]\nwrite = [\"dave\"]\n";

/// Over six mailboxes, one of which is new.
const FILE_OF_SIX: &str = "[mailbox.\"{board}@example.test\"]\nwrite = [\"alice\"]\n\
    [mailbox.\"{events}@example.test\"]\nread-only = [\"alice\"]\n\
    [mailbox.\"{info}@example.test\"]\nwrite = [\"alice\"]\nfolders = [\"Archive\"]\n\
    [mailbox.\"{jobs}@example.test\"]\nfull-access = [\"bob\"]\n\
    [mailbox.\"{sales}@example.test\"]\nread-only = [\"alice\", \"bob\"]\nsend-as = [\"bob\"]\n\
    [mailbox.\"{crew}@example.test\"]\nfolders = [\"Plans\"]\nwrite = [\"dave\", \"carol\"]\n";

/// One mailbox; folders too.
const FILE_WITH_FOLDERS: &str = "[mailbox.\"{support}@example.test\"]\n\
    folders = [\"Invoices\", \"Invoices/2025\"]\nwrite = [\"alice\"]\nsend-as = [\"alice\"]\n";

/// One mailbox; labels and rules too.
const FILE_WITH_SETTINGS: &str = "[mailbox.\"{support}@example.test\"]\n\
    folders = [\"Invoices\"]\nwrite = [\"alice\", \"carol\"]\nlabels = { urgent = \"Sofort\" }\n\
    rule = [{ name = \"late\", when = { larger = \"1 KiB\" }, then = { flag = true } }]\n";

const USUAL: Row = Row {
    name: "",
    mailboxes: BARE,
    new: &[],
    entries: CAROLS,
    mail: &[],
    files: &[],
    first: &[],
    typed: "",
    undo: true,
    accounts: false,
    wanders: false,
    again: 0,
    mends: None,
    moves: false,
    keeps: None,
    courier: false,
};

/// The one of this name.
pub fn row(name: &str) -> Row {
    all().into_iter().find(|row| row.name == name).unwrap()
}

/// The rows, with the servers where each works.
pub fn everywhere() -> Vec<(&'static str, Kind)> {
    let on = |row: Row| {
        let kinds = [Kind::Dovecot, Kind::Cyrus, Kind::Courier];
        let works = move |kind: &Kind| *kind != Kind::Courier || row.courier;
        kinds
            .into_iter()
            .filter(works)
            .map(move |kind| (row.name, kind))
            .collect::<Vec<_>>()
    };
    all().into_iter().flat_map(on).collect()
}

fn all() -> Vec<Row> {
    [access(), files(), people(), layout(), mail()]
        .into_iter()
        .flatten()
        .collect()
}

fn access() -> Vec<Row> {
    vec![
        Row {
            name: "grant",
            typed: "grant {support}@ alice bob --write",
            courier: true,
            ..USUAL
        },
        Row {
            name: "grant_send_as",
            typed: "grant {support}@ alice --full-access --send-as",
            courier: true,
            ..USUAL
        },
        Row {
            name: "revoke",
            mailboxes: ONE,
            entries: SENDERS,
            typed: "revoke {support}@ carol",
            courier: true,
            ..USUAL
        },
    ]
}

fn files() -> Vec<Row> {
    vec![
        Row {
            name: "grant_csv",
            mailboxes: THREE,
            entries: LEAVES,
            files: &[("grants.csv", CSV)],
            typed: "grant --yes --csv grants.csv",
            courier: true,
            ..USUAL
        },
        Row {
            name: "apply_three",
            mailboxes: TWO,
            new: &["crew"],
            entries: HEIRS,
            files: &[("access.toml", FILE_OF_THREE)],
            typed: "apply -f access.toml --yes --force",
            accounts: true,
            ..USUAL
        },
        Row {
            name: "apply_six",
            mailboxes: FIVE,
            new: &["crew"],
            entries: &[
                ("sales", "Sent", "alice", "lr"),
                ("info", "INBOX", "carol", "lrs"),
            ],
            files: &[("access.toml", FILE_OF_SIX)],
            typed: "apply -f access.toml --yes --force",
            accounts: true,
            ..USUAL
        },
        Row {
            name: "apply_saved_plan",
            files: &[("access.toml", FILE_WITH_FOLDERS)],
            first: &["plan -f access.toml --out plan.json"],
            typed: "apply plan.json --yes",
            ..USUAL
        },
        Row {
            name: "apply_settings",
            files: &[("access.toml", FILE_WITH_SETTINGS)],
            typed: "apply -f access.toml --yes",
            // The folder for them stays.
            undo: false,
            courier: true,
            ..USUAL
        },
        Row {
            name: "apply_saved_settings",
            files: &[("access.toml", FILE_WITH_SETTINGS)],
            first: &["plan -f access.toml --out plan.json"],
            typed: "apply plan.json --yes",
            undo: false,
            ..USUAL
        },
    ]
}

fn people() -> Vec<Row> {
    let usual = Row {
        mailboxes: THREE,
        entries: LEAVES,
        wanders: true,
        courier: true,
        ..USUAL
    };
    vec![
        Row {
            name: "access_copy",
            typed: "access copy {carol} {dave} --yes",
            ..usual
        },
        Row {
            name: "offboard_to",
            typed: "offboard {carol} --to {dave} --yes",
            ..usual
        },
        Row {
            name: "undo",
            first: &["revoke {support}@ carol --undo-file gone.undo"],
            typed: "undo gone.undo --yes",
            courier: true,
            ..USUAL
        },
        Row {
            name: "check_fix",
            mailboxes: ONE,
            entries: &[
                (SUPPORT, "INBOX", "carol", "lrswip"),
                (SUPPORT, "Sent", "carol", "lrswip"),
                (SUPPORT, "Archive", "carol", "lrswip"),
                (SUPPORT, "Sent", "nobody", "lrs"),
                (SUPPORT, "Archive", "nobody", "lrswip"),
            ],
            typed: "check {support}@ --fix --yes",
            ..USUAL
        },
    ]
}

fn layout() -> Vec<Row> {
    let moved = Row {
        mail: MAIL,
        undo: false,
        ..USUAL
    };
    vec![
        Row {
            name: "create",
            mailboxes: &[],
            entries: &[],
            new: &["office"],
            typed: "create {office}@ --folder Invoices/2025",
            accounts: true,
            ..USUAL
        },
        Row {
            name: "folder_create",
            typed: "folder create {support}@ Archive/2026 Plans",
            courier: true,
            ..USUAL
        },
        Row {
            name: "folder_rename",
            typed: "folder rename {support}@ Archive Past --yes",
            undo: true,
            again: 67,
            ..moved
        },
        Row {
            name: "folder_delete",
            typed: "folder delete {support}@ Archive --yes",
            again: 67,
            courier: true,
            ..moved
        },
        Row {
            name: "rename",
            new: &["helpdesk"],
            typed: "rename {support}@ {helpdesk}@ --yes",
            accounts: true,
            again: 67,
            // The old name is gone, and the entry of nobody that has a server list it anew may be left.
            mends: Some("check {helpdesk}@ --fix --yes"),
            ..moved
        },
        Row {
            name: "delete",
            typed: "delete {support}@ --yes",
            accounts: true,
            again: 67,
            ..moved
        },
    ]
}

fn mail() -> Vec<Row> {
    let label = Row {
        mail: MAIL,
        ..USUAL
    };
    vec![
        Row {
            name: "label_add",
            typed: "label add {support}@ work --folder INBOX --folder Archive",
            courier: true,
            ..label
        },
        Row {
            name: "label_add_many",
            mailboxes: MANY,
            entries: &[(SUPPORT, "INBOX", "carol", "lrswip")],
            mail: SPREAD,
            typed: "label add {support}@ work --since 2020-01-01",
            ..USUAL
        },
        Row {
            name: "label_define",
            typed: "label define {support}@ urgent --name Sofort",
            // The folder for it stays.
            undo: false,
            courier: true,
            ..label
        },
        Row {
            name: "label_rename",
            first: &["label define {support}@ urgent --name Sofort"],
            typed: "label rename {support}@ urgent Eilig",
            courier: true,
            ..label
        },
        Row {
            name: "label_merge",
            first: &["label define {support}@ urgent --name Sofort"],
            typed: "label merge {support}@ urgent important --yes",
            courier: true,
            ..label
        },
        Row {
            name: "rule_add",
            typed: "rule add {support}@ late --when larger='1KiB' --then flag=true",
            // The folder for it stays.
            undo: false,
            courier: true,
            ..label
        },
        Row {
            name: "rule_run",
            first: &[
                "rule add {support}@ all --when not={from='nobody@x.test'} --then label='urgent',flag=true",
            ],
            typed: "rule run {support}@ --folder INBOX --folder Archive",
            courier: true,
            ..label
        },
        Row {
            name: "rule_copy",
            first: &[
                "rule add {support}@ all --when not={from='nobody@x.test'} --then label='urgent',copy='Archive'",
                "rule add {support}@ some --when subject=* --then flag=true,copy='Sent'",
            ],
            typed: "rule run {support}@ --folder INBOX",
            moves: true,
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "rule_copy_move",
            first: &[
                "rule add {support}@ all --when not={from='nobody@x.test'} --then label='urgent',copy='Archive'",
                "rule add {support}@ one --when header={Message-ID='<0@*'} --then flag=true,copy='Sent',move='Archive/2025'",
            ],
            typed: "rule run {support}@ --folder INBOX",
            // What a run that broke off had labelled has another number where a later undo brought it back.
            undo: false,
            moves: true,
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "retention_set",
            typed: "retention set {support}@ Sent --after 1y --then delete --at-once",
            // The folder for it stays.
            undo: false,
            courier: true,
            ..label
        },
        Row {
            name: "retention_run",
            first: &[
                "retention set {support}@ INBOX --after 30d --then archive --to Archive/{year}",
                "retention set {support}@ Sent --after 30d --then delete --at-once",
                "retention hold {support}@ case --match header={Message-ID='<3@*'} --until 2999-01-01",
            ],
            typed: "retention run {support}@ --yes --force --unsafe-allow-remove-all",
            // What goes for good does not come back.
            undo: false,
            moves: true,
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "mail_archive",
            typed: "mail archive {support}@ --folder INBOX --folder Sent --to-folder Archive/2025",
            moves: true,
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "mail_archive_years",
            typed: "mail archive {support}@ --folder INBOX --folder Sent --to-folder Archive/{year}",
            // A folder that holds mail stays.
            undo: false,
            moves: true,
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "mail_archive_file",
            typed: "mail archive {support}@ --folder INBOX --folder Sent --to-file old.mbox --yes",
            undo: false,
            moves: true,
            keeps: Some("old.mbox"),
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "mail_archive_mailbox",
            mailboxes: TWO,
            typed: "mail archive {support}@ --folder INBOX --folder Sent --to-mailbox {sales}@ --yes",
            undo: false,
            moves: true,
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "mail_archive_finished",
            typed: "mail archive {support}@ --only finished --before 2999-01-01 --to-folder Archive/{year}",
            // A folder that holds mail stays.
            undo: false,
            moves: true,
            courier: true,
            mail: LETTERS,
            ..USUAL
        },
        Row {
            name: "mail_clean",
            mailboxes: DRAFTED,
            typed: "mail clean {support}@ --drafts 30d --yes",
            undo: false,
            moves: true,
            courier: true,
            mail: DRAFTS,
            ..USUAL
        },
        Row {
            name: "mail_clean_folders",
            mailboxes: VACANT,
            entries: VACATED,
            mail: &[(SUPPORT, "Full", &[])],
            typed: "mail clean {support}@ --empty-folders --yes",
            courier: true,
            ..USUAL
        },
        Row {
            name: "label_remove",
            typed: "label remove {support}@ urgent --label urgent",
            ..label
        },
    ]
}
