use super::*;
use crate::decide::tests::{mailbox, who};
use crate::decide::{Terms, desired, spell};
use crate::manifest::{self, Form, Page};
use crate::model::desired::{Desired, Share};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::identity::Identity;
use crate::model::level::{Level, Vocabulary};
use crate::model::level_name::LevelName;
use crate::model::login::Spelling;
use crate::model::plan::Place;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Quota};
use crate::model::wish::Access;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const ALL: &str = "lrswipkxtea";

fn described(state: &Mailbox) -> Described {
    describe(state, &Levels::default())
}

/// The file that is written of `state`, without its header.
fn file(state: &Mailbox, levels: &Levels) -> String {
    let described = describe(state, levels);
    let page = Page {
        name: &state.name,
        mailbox: Some(&described.mailbox),
        remarks: &described.remarks,
    };
    let text = manifest::write(&[page], Form::Toml);
    text.lines()
        .skip(2)
        .map(|line| format!("{line}\n"))
        .collect()
}

fn rights_of(text: &str) -> Rights {
    Rights::parse(text).unwrap()
}

#[test]
fn whose_name_is_not_utf8_is_left_out_with_the_reason() {
    let (alice, odd) = ("alice@example.com", "j\u{fffd}rgen@example.com");
    let mut state = mailbox(&[("INBOX", &[(alice, "lrs"), (odd, "lrs")])]);
    let keeps = mailbox(&[("Send As", &[(odd, "lr"), (alice, "lr")])]);
    state.identity_folders = keeps.folders;
    let described = described(&state);
    let text = file(&state, &Levels::default());
    assert!(
        !described
            .mailbox
            .access
            .iter()
            .any(|s| s.who.to_string().contains('\u{fffd}'))
    );
    let kept: Vec<&str> = text.lines().filter(|l| l.contains('\u{fffd}')).collect();
    assert!(kept.iter().all(|line| line.starts_with('#')), "{text}");
    assert!(
        described.remarks.iter().any(|r| r.contains("not UTF-8")),
        "{:?}",
        described.remarks
    );
}

#[test]
fn what_most_folders_give_is_said_of_the_mailbox() {
    let (alice, bob, carol) = ("alice@example.com", "bob@example.com", "carol@example.com");
    let mut state = mailbox(&[
        (
            "INBOX",
            &[(alice, ALL), (bob, "lrswip"), ("support@example.com", ALL)],
        ),
        (
            "Archive",
            &[
                (alice, ALL),
                (bob, "lrs"),
                (carol, "lrs"),
                ("-bob@example.com", "w"),
            ],
        ),
        (
            "Archive/2025",
            &[(alice, ALL), (bob, "lrswip"), ("Dave", "")],
        ),
        (
            "Sent",
            &[(bob, "lrswip"), ("$helpdesk", "lrswt"), ("anyone", "l")],
        ),
        ("Identities", &[]),
        (
            "Identities/Send As",
            &[(alice, "lp"), ("$helpdesk", "lp"), (bob, "l")],
        ),
        ("Identities/Send on Behalf", &[("erin@example.com", "lp")]),
    ]);
    state.part_identity_folders();
    state.quota = vec![Quota {
        root: String::new(),
        resource: "storage".to_owned(),
        used: 1,
        limit: 5 << 20,
    }];
    insta::assert_snapshot!(file(&state, &Levels::default()));
}

#[test]
fn levels_are_the_profiles_own_and_exact() {
    let (alice, bob) = ("alice@example.com", "bob@example.com");
    let state = mailbox(&[("INBOX", &[(alice, "lr"), (bob, "lrs")])]);
    let levels = Levels::default().with(Level::ReadOnly, rights_of("lr"));
    assert!(file(&state, &levels).contains("read-only = [\"alice@example.com\"]\n"));
    assert!(file(&state, &levels).contains("rights = { \"bob@example.com\" = \"lrs\" }\n"));
    // On Cyrus full access has n, and show calls it so without it too: a plan would add it.
    let mut cyrus = mailbox(&[("INBOX", &[(alice, ALL), (bob, "lrswipkxtean")])]);
    let groups: Vec<Rights> = "lrswipkxtean"
        .chars()
        .map(|c| rights_of(&c.to_string()))
        .collect();
    cyrus.vocabulary = Vocabulary::new(Rights::NONE, &groups, true);
    let text = file(&cyrus, &Levels::default());
    assert!(
        text.contains("full-access = [\"bob@example.com\"]\n"),
        "{text}"
    );
    assert!(
        text.contains("rights = { \"alice@example.com\" = \"lrswipkxtea\" }\n"),
        "{text}"
    );
}

#[test]
fn the_majority_decides_and_a_tie_goes_to_the_first_folder() {
    let one = |entries: [&str; 4]| {
        let entry = |rights: &'static str| match rights {
            "-" => Vec::new(),
            rights => vec![("alice@example.com", rights)],
        };
        let entries: Vec<Vec<(&str, &str)>> = entries
            .into_iter()
            .map(|rights| entry(rights.to_owned().leak()))
            .collect();
        let names = ["INBOX", "A", "B", "C"];
        let folders: Vec<(&str, &[(&str, &str)])> = names
            .into_iter()
            .zip(entries.iter().map(Vec::as_slice))
            .collect();
        let told = described(&mailbox(&folders)).mailbox;
        let said = told.access.first().map(|share| share.access);
        (said, told.here.len())
    };
    let level = |level| Some(Access::Level(level));
    assert_eq!(one(["lrs", "lrs", "lrs", "-"]), (level(Level::ReadOnly), 1));
    assert_eq!(
        one(["lrs", "lrswip", "lrswip", "lrs"]),
        (level(Level::ReadOnly), 2)
    );
    assert_eq!(one(["-", "lrs", "lrswip", "-"]), (None, 2));
    assert_eq!(one(["-", "lrs", "-", "-"]), (None, 1));
}

#[test]
fn nobody_is_told_in_part() {
    let mut state = mailbox(&[
        (
            "INBOX",
            &[
                ("alice@example.com", "lrs"),
                ("x\ny", "lrs"),
                ("-eve@example.com", "a"),
            ],
        ),
        (
            "a//b",
            &[("alice@example.com", "lr"), ("bob@example.com", "lrs")],
        ),
        (
            "Sent",
            &[("bob@example.com", "lrs"), ("carol@example.com", "lq")],
        ),
        ("Identities", &[]),
        (
            "Identities/Send As",
            &[("carol@example.com", "lp"), ("-eve@example.com", "p")],
        ),
    ]);
    state.part_identity_folders();
    let told = described(&state);
    assert_eq!(told.mailbox.folders, ["Sent"]);
    // What the mailbox gives counts on a folder without a name too, but nothing else can.
    let share = |access| Share {
        who: who("bob"),
        access,
    };
    assert_eq!(told.mailbox.access, [share(Access::Level(Level::ReadOnly))]);
    let here = BTreeMap::from([("INBOX".to_owned(), vec![share(Access::None)])]);
    assert_eq!(told.mailbox.here, here);
    assert_eq!(told.mailbox.identities, BTreeMap::new());
    insta::assert_snapshot!(told.remarks.join("\n"));
}

#[test]
fn identities_that_are_not_believed_are_left_out_with_the_reason() {
    let mut state = mailbox(&[
        ("INBOX", &[]),
        ("Identities", &[("mallory@example.com", "lx")]),
        ("Identities/Send As", &[("alice@example.com", "lp")]),
    ]);
    state.part_identity_folders();
    let told = described(&state);
    assert_eq!(told.mailbox.identities, BTreeMap::new());
    let why = "is not believed and left out: mallory@example.com holds lx on \"Identities\"";
    let expected = ["Send As", "Send on Behalf"].map(|identity| format!("{identity} {why}"));
    assert_eq!(told.remarks, expected);
}

/// What a plan by the file would change, and who is neither in the file nor among the remarks.
fn differences(state: &Mailbox, told: &Described, levels: &Levels) -> Vec<String> {
    let terms = Terms {
        levels,
        prune: false,
    };
    let place = |path: &str| {
        let wire = WireName::from_unicode(path).unwrap();
        Ok(Place {
            path: path.to_owned(),
            wire,
        })
    };
    let plan = desired(state, &told.mailbox, terms, place).unwrap();
    let mut found: Vec<String> = plan
        .changes
        .iter()
        .map(|change| format!("{change:?}"))
        .collect();
    let here = told.mailbox.here.values().flatten();
    let shares = told.mailbox.access.iter().chain(here);
    let named: Vec<String> = shares
        .map(|share| spell(state, &share.who).unwrap())
        .collect();
    // Everybody is named, or it is told why not.
    for member in state.members() {
        let holds = |folder: &Folder| folder.rights_of(member).is_some();
        let is_told = told
            .remarks
            .iter()
            .any(|r| r.starts_with(&format!("{:?} is left out", state.dialect.who(member))));
        if is_told == named.iter().any(|name| name == member) && state.folders.iter().any(holds) {
            found.push(format!("{member} {is_told}"));
        }
    }
    found
}

fn any_identifier() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab](@example\\.com|@other\\.test|)",
        "[$!-]{0,2}(group:|group=|team:|id:|)[aB](@example\\.com)?",
        "(anyone|owner|Anyone|authenticated|administrators)",
        "[a \"\\\\#'=\u{e9}\u{202e}\n]{0,6}",
    ]
}

fn any_state() -> impl Strategy<Value = Mailbox> {
    let path = prop_oneof![
        "[A-C](/[a-b]){0,2}",
        "[a/.|\"\\\\ @!\u{e9}\n]{1,5}",
        "(?i)inbox"
    ];
    let rights = prop_oneof![
        "lrs",
        "lrswip",
        Just(ALL.to_owned()),
        "[lrswipkxtea]{0,5}",
        "[lrz]{0,2}"
    ];
    let acl = proptest::collection::btree_map(any_identifier(), rights, 0..5);
    let folders = proptest::collection::btree_map(path, acl, 0..6);
    let families = (0..4usize, any::<bool>(), any::<bool>());
    (folders, families).prop_map(|(folders, (family, by_address, at_home))| {
        let mut state = mailbox(&[("INBOX", &[])]);
        state.dialect.family = [
            Family::Dovecot,
            Family::Cyrus,
            Family::Courier,
            Family::Other,
        ][family];
        state.dialect.people = match by_address {
            true => Spelling::Address,
            false => Spelling::LocalPart,
        };
        state.dialect.home = at_home.then(|| "example.com".to_owned());
        for (path, acl) in folders {
            let acl = acl
                .into_iter()
                .map(|(name, rights)| (Arc::from(name), rights_of(&rights)));
            let mut folder = state.folders[0].clone();
            folder.acl = Ok(acl.collect());
            if path == "INBOX" {
                state.folders[0] = folder;
                continue;
            }
            folder.wire = WireName::from_wire(format!("x{path}"));
            folder.path = path;
            state.folders.push(folder);
        }
        state
    })
}

proptest! {
    #[test]
    fn the_file_makes_what_it_was_made_from(state in any_state(), redefined in "[lrswipkxtea]{1,5}", mine in "[lrswipkxtea]{1,8}") {
        let mut levels = Levels::default().with(Level::Write, rights_of(&redefined));
        if levels.holder(rights_of(&mine)).is_none() {
            levels = levels.with(Level::Own(LevelName::parse("mine").unwrap()), rights_of(&mine));
        }
        let told = describe(&state, &levels);
        prop_assert_eq!(differences(&state, &told, &levels), Vec::<String>::new());
        for form in [Form::Toml, Form::Json] {
            let page = Page { name: &state.name, mailbox: Some(&told.mailbox), remarks: &told.remarks };
            let text = manifest::write(&[page], form);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(if form == Form::Json { "a.json" } else { "a.toml" });
            std::fs::write(&path, &text).unwrap();
            let reading = manifest::Reading { domain: state.dialect.home.as_deref(), levels: &levels };
            let read = manifest::read(&[path], reading);
            let read: Desired = read.map_err(|errors| TestCaseError::fail(format!("{errors:?}\n{text}")))?;
            let back: Vec<_> = read.mailboxes.into_values().collect();
            prop_assert_eq!(&back, &vec![told.mailbox.clone()], "{}", text);
        }
    }

    #[test]
    fn holders_are_told(lp in proptest::collection::btree_set(any_identifier(), 0..5)) {
        let entries: Vec<(&str, &str)> = lp.iter().map(|name| (name.as_str(), "lp")).collect();
        let mut state = mailbox(&[("INBOX", &[]), ("Identities", &[]), ("Identities/Send As", &entries)]);
        state.part_identity_folders();
        let told = described(&state);
        let people = told.mailbox.identities.get(&Identity::SendAs).cloned().unwrap_or_default();
        for holder in &lp {
            let spelled = people.iter().any(|who| spell(&state, who).as_ref() == Ok(holder));
            let remarked = told.remarks.iter().any(|r| r.starts_with(&format!("{:?} ", state.dialect.who(holder))));
            prop_assert!(spelled != remarked || state.is_keeper(holder), "{} {:?}", holder, told);
        }
    }
}
