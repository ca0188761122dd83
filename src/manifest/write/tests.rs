use super::*;
use crate::manifest::settings::in_file;
use crate::manifest::tests::from;
use crate::manifest::tests::own;
use crate::model::address::MailboxName;
use crate::model::desired::{Desired, Share};
use crate::model::identity::Identity;
use crate::model::level::Level;
use crate::model::rights::Rights;
use crate::model::setting::Kind;
use crate::model::who::Who;
use crate::model::wish::Access;
use proptest::prelude::*;
use std::collections::BTreeMap;

const DOMAIN: Option<&str> = Some("example.com");

fn who(text: &str) -> Who {
    Who::parse(text, DOMAIN).unwrap()
}

fn share(text: &str, access: Access) -> Share {
    Share {
        who: who(text),
        access,
    }
}

fn exactly(rights: &str) -> Access {
    Access::Rights(Rights::parse(rights).unwrap())
}

fn some() -> DesiredMailbox {
    let level = Access::Level;
    DesiredMailbox {
        quota: Some(5 << 20),
        folders: vec![
            "Archive".into(),
            "Entwürfe \"alt\"".into(),
            "Archive/2025".into(),
        ],
        access: vec![
            share("alice", level(Level::FullAccess)),
            share("group:helpdesk", level(Level::FullAccess)),
            share("bob", level(Level::Write)),
            share("anyone", level(Level::ReadOnly)),
            share("id:-bob@example.com", exactly("wip")),
            share("id:x", exactly("")),
        ],
        identities: BTreeMap::from([(Identity::SendAs, vec![who("alice")])]),
        here: BTreeMap::from([
            (
                "Archive".to_owned(),
                vec![
                    share("bob", level(Level::ReadOnly)),
                    share("alice", Access::None),
                ],
            ),
            (
                "Entwürfe \"alt\"".to_owned(),
                (0..9)
                    .map(|n| share(&format!("member{n}"), exactly("lrsw")))
                    .collect(),
            ),
        ]),
        settings: settings(),
    }
}

/// Labels and rules as a mailbox keeps them.
fn settings() -> BTreeMap<Kind, String> {
    let labels = "[labels]\n\"für später\" = \"Für später\"\n\"urgent\" = { key = \"$label1\", name = \"Urgent\", colour = \"#cc0000\" }\n";
    let rules = "[[rule]]\nname = \"invoices\"\nwhen = { from = \"*@billing.example.com\", subject = \"invoice\" }\n\
                 then = { label = [\"invoice\", \"To Do\"], move = \"Rechnungen/Für mich\", stop = true }\n\n\
                 [[rule]]\nname = \"deep\"\nwhen = { any = [{ all = [{ any = [{ from = \"a\" }, { to = \"b\" }] }, { to = \"\u{202e}\" }] }, \
                 { not = { header = { \"List-Id\" = \"*\" } } }] }\nthen = { trash = true }\n";
    let retention = "[retention]\n\"INBOX\" = { after = \"1y\", then = \"archive\", to = \"Archive/{year}\", only = \"answered\" }\n\
                     \"Trash\" = { after = \"30d\", then = \"delete\", at-once = true }\n";
    let holds =
        "[[hold]]\ncase = \"2026-17\"\nmatch = { from = \"*@acme.example\" }\nuntil = 2028-01-01\n";
    let said = [
        (Kind::Labels, labels),
        (Kind::Rules, rules),
        (Kind::Retention, retention),
        (Kind::Holds, holds),
    ];
    let in_file = |(kind, text)| (kind, in_file(kind, text).unwrap().unwrap());
    said.map(in_file).into()
}

fn written(name: &str, mailbox: &DesiredMailbox, form: Form) -> String {
    let page = Page {
        name,
        mailbox: Some(mailbox),
        remarks: &[],
    };
    write(&[page], form)
}

fn read(text: &str, form: Form) -> Desired {
    let name = match form {
        Form::Toml => "a.toml",
        Form::Json => "a.json",
    };
    from(&[(name, text)]).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

#[test]
fn a_file_is_written_as_people_write_it() {
    let bare = DesiredMailbox::default();
    let remarks = ["\"x\" is left out:\nno file can name it".to_owned()];
    let (mailbox, name) = (some(), "support@example.com");
    let pages = [
        Page {
            name,
            mailbox: Some(&mailbox),
            remarks: &remarks,
        },
        Page {
            name: "Public/Team",
            mailbox: Some(&bare),
            remarks: &[],
        },
        Page {
            name: "lost@example.com",
            mailbox: None,
            remarks: &remarks,
        },
    ];
    insta::assert_snapshot!("toml", write(&pages, Form::Toml));
    insta::assert_snapshot!("json", write(&pages, Form::Json));
    let read: Vec<Desired> = [Form::Toml, Form::Json]
        .map(|form| read(&write(&pages, form), form))
        .into();
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0].mailboxes.len(), 2);
    let name = MailboxName::parse(name, None).unwrap();
    assert_eq!(read[0].mailboxes[&name], mailbox);
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé\\\\\"'#\\[\\]=,. {}|*%&~@!\u{202e}\u{2028}]{1,12}",
        "\\PC{1,12}"
    ]
}

fn anybody() -> impl Strategy<Value = Who> {
    prop_oneof![
        name().prop_map(|name| format!("id:{name}")),
        name().prop_map(|name| format!("group:{name}")),
        name().prop_map(|name| format!("{name}@example.com")),
        Just("anyone".to_owned()),
    ]
    .prop_filter_map("names nobody", |text| Who::parse(&text, DOMAIN).ok())
    .prop_filter("reads otherwise", |who| {
        Who::parse(&who.to_string(), DOMAIN).as_ref() == Ok(who)
    })
}

/// What people have, each named once, in the order in which a file says it.
fn shares(everywhere: bool) -> impl Strategy<Value = Vec<Share>> {
    let access = prop_oneof![
        Just(Access::Level(Level::FullAccess)),
        Just(Access::Level(Level::Write)),
        Just(Access::Level(Level::ReadOnly)),
        "[ab]".prop_map(|name| Access::Level(own(&name))),
        "[lrswipkxtea0-9]{0,8}".prop_map(|text| exactly(&text)),
        Just(Access::None),
    ];
    let order = |access: Access| match access {
        Access::Level(level) => (0, Some(level.place())),
        Access::None | Access::Same => (1, None),
        Access::Rights(_) => (2, None),
    };
    let many = proptest::collection::btree_map(anybody(), access, 0..8);
    many.prop_map(move |all| {
        let share = |(who, access)| Share { who, access };
        let mut all: Vec<Share> = all.into_iter().map(share).collect();
        all.retain(|share| !everywhere || share.access != Access::None);
        all.sort_by_key(|share| order(share.access));
        all
    })
}

fn path() -> impl Strategy<Value = String> {
    let parts = proptest::collection::vec(name(), 1..3);
    parts
        .prop_map(|parts| parts.join("/"))
        .prop_filter("no path", |path| {
            !path.split('/').any(str::is_empty) && !path.eq_ignore_ascii_case("inbox")
        })
}

fn any_mailbox() -> impl Strategy<Value = DesiredMailbox> {
    let folders = proptest::collection::btree_set(path(), 0..5);
    let identities = proptest::collection::vec(anybody(), 1..4);
    let here = proptest::collection::btree_map(path(), shares(false), 0..4);
    let quota = proptest::option::of(1..u64::MAX / 2);
    let settings = proptest::sample::subsequence(settings().into_iter().collect::<Vec<_>>(), 0..=4);
    (quota, folders, shares(true), identities, here, settings).prop_map(
        |(quota, folders, access, mut senders, mut here, settings)| {
            let mut folders: Vec<String> = folders.into_iter().collect();
            folders.sort_by_cached_key(|path| (path.split('/').count(), path.clone()));
            senders.sort();
            senders.dedup();
            here.retain(|_, shares| !shares.is_empty());
            DesiredMailbox {
                quota,
                folders,
                access,
                identities: BTreeMap::from([(Identity::SendOnBehalf, senders)]),
                here,
                settings: settings.into_iter().collect(),
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(mailbox in any_mailbox(), name in name()) {
        for form in [Form::Toml, Form::Json] {
            let file = format!("a/{name}");
            let text = written(&file, &mailbox, form);
            let back = read(&text, form);
            prop_assert_eq!(back.mailboxes.len(), 1);
            let (called, back) = back.mailboxes.into_iter().next().unwrap();
            prop_assert_eq!(&called.to_string(), &file);
            prop_assert_eq!(&back, &mailbox);
            prop_assert_eq!(&written(&file, &back, form), &text);
            let sane = |c: char| c == '\n' || crate::error::is_printable(c);
            prop_assert!(text.chars().all(sane), "{}", text);
        }
    }
}
