use super::*;
use crate::decide::tests::{mailbox, who};
use crate::model::change::{Create, Entry, Quota};
use crate::model::desired::Share;
use crate::model::folder::WireName;
use crate::model::identity::Identity;
use crate::model::level::Level;
use crate::model::setting::{Kind, Newest, Settings};
use crate::model::wish::Access;
use std::collections::BTreeMap;

const FULL: Access = Access::Level(Level::FullAccess);
const READ: Access = Access::Level(Level::ReadOnly);
const WRITE: Access = Access::Level(Level::Write);

fn share(name: &str, access: Access) -> Share {
    Share {
        who: who(name),
        access,
    }
}

fn place(path: &str) -> Result<Place> {
    Ok(Place {
        path: path.to_owned(),
        wire: WireName::from_unicode(path).unwrap(),
    })
}

fn planned(state: &Mailbox, wish: &DesiredMailbox, prune: bool) -> Plan {
    let terms = Terms {
        levels: &Levels::default(),
        prune,
    };
    desired(state, wish, terms, place).unwrap()
}

fn said(plan: &Plan) -> Vec<String> {
    let rights =
        |rights: &Option<Rights>| rights.map_or("-".to_owned(), |rights| rights.to_string());
    let words = |change: &Change| match change {
        Change::Entry(Entry {
            folder,
            identifier,
            before,
            after,
        }) => {
            format!(
                "{} {identifier} {} {}",
                folder.path,
                rights(before),
                rights(after)
            )
        }
        Change::Create(Create {
            folder,
            special_use,
        }) => {
            format!(
                "create {} {}",
                folder.path,
                special_use.clone().unwrap_or_default()
            )
        }
        Change::Quota(Quota { before, after, .. }) => format!("quota {before:?} {after}"),
        other => format!("{other:?}"),
    };
    plan.changes.iter().map(words).collect()
}

#[test]
fn whoever_is_named_has_exactly_what_the_file_says_and_others_stay() {
    let state = mailbox(&[
        (
            "INBOX",
            &[("alice@example.com", "lrs"), ("zoe@example.com", "lr")],
        ),
        (
            "Archive",
            &[("bob@example.com", "lrswip"), ("zoe@example.com", "lr")],
        ),
    ]);
    let mut wish = DesiredMailbox {
        access: vec![share("alice", READ), share("bob", WRITE)],
        ..DesiredMailbox::default()
    };
    wish.here.insert(
        "Archive".to_owned(),
        vec![share("bob", READ), share("alice", Access::None)],
    );
    let expected = [
        "INBOX bob@example.com - lrswip",
        "Archive bob@example.com lrswip lrs",
    ];
    assert_eq!(said(&planned(&state, &wish, false)), expected);
    let pruned = planned(&state, &wish, true);
    let zoe = ["INBOX zoe@example.com lr -", "Archive zoe@example.com lr -"];
    assert!(
        zoe.iter()
            .all(|zoe| said(&pruned).contains(&zoe.to_string())),
        "{pruned:?}"
    );
}

#[test]
fn pruning_never_touches_the_owner_and_the_administrator() {
    let state = mailbox(&[(
        "INBOX",
        &[
            ("support@example.com", "lrswipkxtea"),
            ("admin@example.com", "la"),
            ("owner", "lrs"),
        ],
    )]);
    assert!(planned(&state, &DesiredMailbox::default(), true).is_empty());
}

#[test]
fn a_new_folder_has_what_the_mailbox_gives_and_its_parents_are_made() {
    let state = mailbox(&[(
        "INBOX",
        &[
            ("zoe@example.com", "lr"),
            ("support@example.com", "lrswipkxtea"),
        ],
    )]);
    let wish = DesiredMailbox {
        folders: vec!["Archive/2025".to_owned()],
        access: vec![share("alice", READ)],
        quota: Some(1024),
        ..DesiredMailbox::default()
    };
    let expected = [
        "create Archive \\Archive",
        "create Archive/2025 ",
        "quota None 1024",
        "INBOX alice@example.com - lrs",
        "Archive alice@example.com - lrs",
        "Archive zoe@example.com - lr",
        "Archive/2025 alice@example.com - lrs",
        "Archive/2025 zoe@example.com - lr",
    ];
    assert_eq!(said(&planned(&state, &wish, false)), expected);
}

#[test]
fn identity_folders_are_made_before_anybody_could_make_them() {
    let state = mailbox(&[("INBOX", &[])]);
    let mut wish = DesiredMailbox {
        access: vec![share("alice", FULL)],
        ..DesiredMailbox::default()
    };
    wish.identities.insert(Identity::SendAs, vec![who("bob")]);
    let expected = [
        "create Identities ",
        "create Identities/Send As ",
        "create Identities/Send on Behalf ",
        "Identities/Send As bob@example.com - lp",
        "INBOX alice@example.com - lrswipkxtea",
    ];
    assert_eq!(said(&planned(&state, &wish, false)), expected);
    let reading = DesiredMailbox {
        access: vec![share("alice", READ)],
        ..DesiredMailbox::default()
    };
    assert_eq!(planned(&state, &reading, false).changes.len(), 1);
}

#[test]
fn an_identity_that_the_file_does_not_give_goes_from_whom_it_names() {
    let entries: &[(&str, &str)] = &[("alice@example.com", "lp"), ("zoe@example.com", "lp")];
    let mut state = mailbox(&[
        ("INBOX", &[("alice@example.com", "lrs")]),
        ("Identities", &[]),
        ("Identities/Send As", entries),
        ("Identities/Send on Behalf", &[]),
    ]);
    state.part_identity_folders();
    let wish = DesiredMailbox {
        access: vec![share("alice", READ)],
        ..DesiredMailbox::default()
    };
    assert_eq!(
        said(&planned(&state, &wish, false)),
        ["Identities/Send As alice@example.com lp -"]
    );
    assert_eq!(planned(&state, &wish, true).changes.len(), 2);
}

#[test]
fn a_folder_that_cannot_be_believed_is_emptied_before_it_counts() {
    let mut state = mailbox(&[
        ("INBOX", &[]),
        ("Identities", &[("mallory@example.com", "lx")]),
        (
            "Identities/Send As",
            &[("mallory@example.com", "lp"), ("alice@example.com", "lp")],
        ),
        ("Identities/Send on Behalf", &[]),
    ]);
    state.part_identity_folders();
    let mut wish = DesiredMailbox::default();
    wish.identities.insert(Identity::SendAs, vec![who("alice")]);
    let expected = [
        "Identities mallory@example.com lx -",
        "Identities/Send As mallory@example.com lp -",
    ];
    assert_eq!(said(&planned(&state, &wish, false))[..2], expected);
}

#[test]
fn a_mailbox_that_is_not_there_is_made_first() {
    let state = mailbox(&[]);
    let wish = DesiredMailbox {
        folders: vec!["Sent".to_owned()],
        access: vec![share("alice", READ)],
        ..DesiredMailbox::default()
    };
    let expected = [
        "create INBOX ",
        "create Sent \\Sent",
        "INBOX alice@example.com - lrs",
        "Sent alice@example.com - lrs",
    ];
    assert_eq!(said(&planned(&state, &wish, false)), expected);
}

#[test]
fn what_cannot_be_is_refused() {
    let state = mailbox(&[("INBOX", &[]), ("Archive", &[])]);
    let refused = |wish: &DesiredMailbox| {
        let terms = Terms {
            levels: &Levels::default(),
            prune: false,
        };
        desired(&state, wish, terms, place).unwrap_err().to_string()
    };
    let mut wish = DesiredMailbox::default();
    wish.here.insert("Archvie".to_owned(), Vec::new());
    assert!(refused(&wish).contains("no folder \"Archvie\""));
    let wish = DesiredMailbox {
        folders: vec!["Identities".to_owned()],
        ..DesiredMailbox::default()
    };
    assert!(refused(&wish).contains("keeps who may send"));
    let twice = vec![share("alice", READ), share("id:alice@example.com", WRITE)];
    let wish = DesiredMailbox {
        access: twice,
        ..DesiredMailbox::default()
    };
    assert!(refused(&wish).contains("two different entries"));
}

#[test]
fn settings_come_last_and_are_read_by_those_who_read_the_mail_then() {
    let text = "[labels]\n\"invoice\" = \"Invoice\"\n";
    let wish = DesiredMailbox {
        access: vec![share("alice", READ)],
        settings: BTreeMap::from([
            (Kind::Labels, text.to_owned()),
            (Kind::Rules, String::new()),
        ]),
        ..DesiredMailbox::default()
    };
    let made = [
        "create Team ",
        "create Team/Settings ",
        "INBOX alice@example.com - lrs",
        "Team alice@example.com - lr",
        "Team/Settings alice@example.com - lr",
    ];
    let state = mailbox(&[("INBOX", &[])]);
    let plan = planned(&state, &wish, false);
    assert_eq!(said(&plan)[..5], made);
    let [Change::Setting(setting)] = &plan.changes[5..] else {
        panic!("{plan:?}");
    };
    assert_eq!((&*setting.before, &*setting.after), ("", text));
    // What is there says the same in other words.
    let mut state = mailbox(&[("INBOX", &[]), ("Team", &[]), ("Team/Settings", &[])]);
    state.part_identity_folders();
    let newest = |text: &str| Newest {
        uid: 1,
        older: Vec::new(),
        text: Ok(text.to_owned()),
    };
    let mut settings = Settings::default();
    settings
        .newest
        .insert(Kind::Labels, newest("labels = { invoice = \"Invoice\" }"));
    settings.newest.insert(
        Kind::Rules,
        newest("[[rule]]\nname = \"a\"\nwhen = { from = \"b\" }\nthen = { flag = true }\n"),
    );
    state.settings = Some(settings);
    let plan = planned(&state, &wish, false);
    let kinds: Vec<Kind> = plan
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Setting(setting) => Some(setting.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [Kind::Rules]);
    // Nobody looked.
    state.settings = None;
    let terms = Terms {
        levels: &Levels::default(),
        prune: false,
    };
    let refused = desired(&state, &wish, terms, place).unwrap_err();
    assert!(refused.to_string().contains("nobody looked"), "{refused}");
}
