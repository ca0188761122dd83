//! An address of one domain never reaches the mailbox of another, whatever the server leaves out of
//! its names. Judged by a client of its own.

use std::collections::BTreeMap;

use crate::provider::mailbox::local;
use crate::provider::{Client, Cyrus, Dovecot, Mailbox, OTHER_DOMAIN, Provider};

/// A domain that no server here has.
const TYPO: &str = "typo.test";

/// Every set-up in which a bare name may be mistaken.
fn set_ups() -> [&'static Provider; 6] {
    [
        Cyrus::default_domain(),
        Cyrus::two_domains(),
        Cyrus::two_domains_with_dots(),
        Cyrus::dots_without_domains(),
        Cyrus::slashes_without_domains(),
        Dovecot::without_domains(),
    ]
}

/// Those that have a second domain.
fn with_two_domains() -> [&'static Provider; 3] {
    [
        Cyrus::default_domain(),
        Cyrus::two_domains(),
        Cyrus::two_domains_with_dots(),
    ]
}

/// The same local part in the profile's domain and in the second one, each with a folder, a message
/// and a member.
fn namesakes(provider: &'static Provider) -> [Mailbox<'static>; 2] {
    let names = provider.fresh_all(&[
        "team",
        &format!("team@{OTHER_DOMAIN}"),
        "alice",
        &format!("alice@{OTHER_DOMAIN}"),
    ]);
    [(0, 2), (1, 3)].map(|(mailbox, person)| {
        let mailbox = Mailbox {
            provider,
            address: names[mailbox].clone(),
            people: vec![names[person].clone()],
        };
        fill(&mailbox);
        mailbox
    })
}

fn fill(mailbox: &Mailbox) {
    mailbox.make(&["Sent"]);
    let mut owner = mailbox.member(&mailbox.address);
    owner.append("Sent", "Subject: hello\n\nworld\n");
    for folder in ["INBOX", "Sent"] {
        mailbox.set(folder, mailbox.alice(), "lrs");
    }
}

/// The folders of a mailbox in its owner's own session, with the entries and messages of each.
fn all_of(mailbox: &Mailbox) -> BTreeMap<String, (BTreeMap<String, String>, String)> {
    let mut owner = mailbox.member(&mailbox.address);
    let mut folders = owner.list("*");
    let others = ["Other Users", "shared", "Identities"];
    folders.retain(|name| !others.iter().any(|other| name.starts_with(other)));
    let look = |name: String| {
        let entries = owner.getacl(&name);
        let selected = owner.ok(&format!("EXAMINE \"{name}\""));
        let exists = selected.lines().find(|line| line.contains("EXISTS"));
        let messages = exists.unwrap_or_default().trim().to_owned();
        (name, (entries, messages))
    };
    folders.into_iter().map(look).collect()
}

#[test]
fn an_address_of_another_domain_is_not_there() {
    for provider in set_ups() {
        let home = Mailbox::on(provider, &[], 1);
        fill(&home);
        let before = all_of(&home);
        assert_eq!(before.len(), 2, "{before:?}");
        let wrong = format!("{}@{TYPO}", local(&home.address));
        let alice = home.alice();
        let runs: &[&[&str]] = &[
            &["show", &wrong],
            &["grant", &wrong, "bob", "--read-only"],
            &["revoke", &wrong, alice],
            &["explain", &wrong, alice],
            &["folder", "create", &wrong, "Plans"],
            &["folder", "delete", &wrong, "Sent", "--yes"],
            &["rename", &wrong, "elsewhere@", "--yes"],
            &["delete", &wrong, "--yes"],
            &["export", &wrong],
            &["identities", &wrong],
            &["report", &wrong],
            &["check", &wrong, "--fix", "--yes"],
        ];
        for words in runs {
            let ran = provider.run(*words);
            assert_eq!(
                ran.code,
                Some(67),
                "{:?} {words:?}: {ran:?}",
                provider.kind()
            );
        }
        assert_eq!(all_of(&home), before, "{:?}", provider.kind());
    }
}

#[test]
fn a_person_of_another_domain_is_not_taken_for_the_one_of_the_same_name() {
    for provider in set_ups() {
        let home = Mailbox::on(provider, &["Sent"], 2);
        let before = all_of(&home);
        let wrong = format!("{}@{TYPO}", local(home.alice()));
        for level in ["--read-only", "--full-access"] {
            let ran = home.grant([&wrong, level]);
            assert_eq!(ran.code, Some(67), "{ran:?}");
            ran.says_not("verified");
        }
        assert_eq!(all_of(&home), before);
        home.grant([home.alice(), "--read-only"]).exits(0);
        let granted = all_of(&home);
        let ran = home.revoke([wrong.as_str()]);
        assert_ne!(ran.code, Some(77), "{ran:?}");
        assert_eq!(all_of(&home), granted, "{ran:?}");
    }
}

#[test]
fn two_domains_with_the_same_names_are_kept_apart() {
    for provider in with_two_domains() {
        let [home, away] = namesakes(provider);
        let other = all_of(&away);
        // What is done to the one of the profile's domain.
        provider
            .run(["grant", &home.address, "bob", "--write"])
            .exits(0)
            .says("2 folders");
        provider
            .run(["revoke", &home.address, home.alice()])
            .exits(0);
        provider.run(["check", &home.address]);
        let shown = provider
            .run(["show", &home.address, "-o", "json"])
            .exits(0)
            .json();
        assert_eq!(
            shown["folders"],
            serde_json::json!(["INBOX", "Sent"]),
            "{shown:#}"
        );
        assert_eq!(all_of(&away), other);
        // Cyrus shows no folder at all above a namesake's.
        away.make(&["Sent/Deep"]);
        provider.run(["revoke", &home.address, "bob"]).exits(0);
        assert_eq!(home.stored("Sent", "bob@example.test"), None);
        assert_eq!(home.stored("INBOX", "bob@example.test"), None);
        let mut admin = Client::admin(provider);
        let deep = away.owned("Sent/Deep");
        admin.setacl(&deep, provider.admin(), "lrswipkxtea");
        admin.ok(&format!("DELETE {deep}"));
        // What is done to the other one.
        let ours = all_of(&home);
        let shown = provider
            .run(["show", &away.address, "-o", "json"])
            .exits(0)
            .json();
        assert_eq!(
            shown["folders"],
            serde_json::json!(["INBOX", "Sent"]),
            "{shown:#}"
        );
        provider
            .run(["revoke", &away.address, away.alice()])
            .exits(0);
        assert_eq!(away.stored("Sent", away.alice()), None);
        assert_eq!(all_of(&home), ours);
        provider
            .run(["delete", &away.address, "--yes"])
            .exits(0)
            .says("2 folders");
        assert_eq!(all_of(&home), ours);
        assert_eq!(Client::admin(provider).list(&away.owned("INBOX")), [""; 0]);
        provider.run(["delete", &away.address, "--yes"]).exits(67);
        assert_eq!(all_of(&home), ours);
        // And the first goes without the second.
        let [home, away] = namesakes(provider);
        let other = all_of(&away);
        provider
            .run(["delete", &home.address, "--yes"])
            .exits(0)
            .says("2 folders");
        assert_eq!(all_of(&away), other);
    }
}

#[test]
fn a_bare_name_needs_a_domain_in_the_profile() {
    for provider in [
        Cyrus::default_domain(),
        Cyrus::slashes_without_domains(),
        Dovecot::without_domains(),
    ] {
        let home = Mailbox::on(provider, &["Sent"], 1);
        let before = all_of(&home);
        let config = std::fs::read_to_string(provider.config_path()).unwrap();
        let lines = config.lines().filter(|line| !line.starts_with("domain"));
        let path = provider.dir().join("without-a-domain.toml");
        std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
        let path = path.to_str().unwrap();
        for words in [
            ["show", &home.address].as_slice(),
            &["grant", &home.address, home.alice(), "--write"],
            &["delete", &home.address, "--yes"],
        ] {
            let ran = provider.run([words, &["--config", path]].concat());
            assert_eq!(ran.code, Some(78), "{words:?} {ran:?}");
            ran.says("set domain in the profile");
        }
        assert_eq!(all_of(&home), before);
    }
}

#[test]
fn every_mailbox_is_listed_under_a_name_of_its_own() {
    for provider in with_two_domains() {
        let [home, away] = namesakes(provider);
        let listed = provider.run(["list", "-o", "json"]).exits(0).json();
        let told = |name: &str| {
            let all = listed["mailboxes"].as_array().unwrap();
            let those: Vec<_> = all.iter().filter(|m| m["mailbox"] == name).collect();
            assert_eq!(those.len(), 1, "{name} in {listed:#}");
            those[0]["folders"].clone()
        };
        assert_eq!(told(&home.address), 2);
        assert_eq!(told(&away.address), 2);
        let exported = provider.run(["export"]).exits(0);
        exported.says(&home.address).says(&away.address);
    }
}

#[test]
fn a_bare_mailbox_beside_full_ones_is_told_by_its_place() {
    for options in [
        ["--virtdomains"].as_slice(),
        &["--virtdomains", "--netnews"],
    ] {
        let cyrus = Cyrus::with(options);
        let separator = cyrus.separator();
        let mut admin = Client::admin(&cyrus);
        let root = format!("user{separator}bob");
        admin.create(&root);
        admin.create(&format!("{root}{separator}Plans"));
        let listed = cyrus.run(["list", "-o", "json"]).exits(0).json();
        let names: Vec<&str> = listed["mailboxes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["mailbox"].as_str().unwrap())
            .collect();
        assert_eq!(names.len(), 12, "{names:?}");
        assert!(names.contains(&"bob@example.test"), "{names:?}");
        assert!(names.contains(&root.as_str()), "{names:?}");
        // What was exported is what is there.
        let file = cyrus.dir().join("exported.toml");
        let file = file.to_str().unwrap();
        cyrus.run(["export", "--out", file]).exits(0);
        cyrus
            .run(["plan", "-f", file, "--detailed-exitcode"])
            .exits(0);
        cyrus.run(["check", "-f", file]).exits(0);
        let bare = Mailbox {
            provider: &cyrus,
            address: "bob@example.test".to_owned(),
            people: Vec::new(),
        };
        let before = all_of(&bare);
        cyrus
            .run(["delete", &root, "--yes"])
            .exits(0)
            .says("2 folders");
        assert_eq!(all_of(&bare), before);
        assert_eq!(admin.list(&root), [""; 0]);
        // Where only the bare one is there, it is not that of the profile's domain.
        admin.create(&format!("user{separator}lone"));
        cyrus.run(["show", "lone@"]).exits(67);
    }
}

#[test]
fn a_mailbox_is_made_under_the_name_that_the_server_reads_as_the_address() {
    for provider in set_ups()
        .into_iter()
        .filter(|p| p.kind() == crate::provider::Kind::Cyrus)
    {
        let home = Mailbox {
            provider,
            address: "brandnew@example.test".to_owned(),
            people: Vec::new(),
        };
        provider.run(["create", "brandnew@"]).exits(0);
        let mut admin = Client::admin(provider);
        let made = admin.list(&format!("user{}brandnew*", provider.separator()));
        assert_eq!(made.first(), Some(&home.owned("INBOX")), "{made:?}");
        assert_eq!(provider.run(["create", "brandnew@"]).code, Some(0));
        // Whoever logs in by that name has it as her own.
        let mut hers = Client::impersonate(provider, provider.login_of(&home.address));
        assert!(hers.list("*").contains(&"Sent".to_owned()));
        if provider.has("--no-domains") {
            let ran = provider.run(["create", "brandnew@typo.test"]).exits(67);
            ran.says("no domains");
            assert_eq!(admin.list("user*@*"), [""; 0]);
        }
    }
    // The server leaves out a domain that is not the profile's.
    let cyrus = Cyrus::with(&["--virtdomains"]);
    let mut admin = Client::admin(&cyrus);
    admin.create("user/lone");
    let before = admin.list("*");
    let ran = cyrus.run(["create", "crew@localhost.test"]).exits(78);
    ran.says("domain = \"localhost.test\"");
    assert_eq!(admin.list("*"), before);
    cyrus.run(["create", "crew@"]).exits(0);
    assert_eq!(admin.list("user/crew@example.test").len(), 1);
    assert_eq!(admin.list("user/crew"), [""; 0]);
}

#[test]
fn a_rename_that_happened_is_told_as_done() {
    let cyrus = Cyrus::start();
    let mut admin = Client::admin(&cyrus);
    for (old, new) in [("team2", "crew2@"), ("team3", "user/crew3@example.test")] {
        admin.create(old);
        let ran = cyrus.run(["rename", old, new, "--yes"]).exits(0);
        ran.says_not("refused");
        assert_eq!(admin.list(old), [""; 0]);
    }
    assert_eq!(admin.list("user/crew*"), ["user/crew2", "user/crew3"]);
}

#[test]
fn two_names_of_one_mailbox_are_an_error_that_names_both() {
    for provider in [Cyrus::default_domain(), Cyrus::two_domains()] {
        let home = Mailbox::on(provider, &["Sent"], 1);
        let path = home.owned("INBOX");
        let ran = provider.run(["export", &home.address, &path]).exits(65);
        ran.says(&home.address).says(&path);
        let file = provider.dir().join(format!("{}-twice.toml", home.address));
        let text = format!(
            "[mailbox.\"{}\"]\nread-only = [\"alice\"]\n[mailbox.\"{path}\"]\nwrite = []\n",
            home.address
        );
        std::fs::write(&file, text).unwrap();
        let before = all_of(&home);
        for verb in ["plan", "apply", "check"] {
            let ran = provider.run([verb, "-f", file.to_str().unwrap()]);
            assert_eq!(ran.code, Some(65), "{verb} {ran:?}");
            ran.says(&home.address).says(&path).says("one and the same");
        }
        assert_eq!(all_of(&home), before);
    }
}

#[test]
fn a_folder_is_found_where_the_server_put_it() {
    for provider in [Cyrus::default_domain(), Cyrus::two_domains()] {
        let home = Mailbox::on(provider, &[], 1);
        fill(&home);
        // The server leaves out its default domain, in whichever way the mailbox is called.
        for (name, kept) in [
            (home.address.clone(), "Kept"),
            (home.owned("INBOX"), "Kept too"),
        ] {
            let ran = provider.run(["folder", "create", &name, "New"]).exits(0);
            ran.says_not("refused");
            let words = ["folder", "rename", &name, "New", kept, "--yes"];
            provider.run(words).exits(0).says_not("refused");
            let there = all_of(&home);
            assert!(!there.contains_key("New"), "{there:?}");
            let alice = home.spelled(home.alice());
            assert_eq!(there[kept].0.get(alice).map(String::as_str), Some("lrs"));
            let file = provider
                .dir()
                .join(format!("{}-exported.toml", home.address));
            let file = file.to_str().unwrap();
            provider.run(["export", &name, "--out", file]).exits(0);
            let text = std::fs::read_to_string(file).unwrap();
            assert!(text.contains(kept), "{text}");
            let words = ["plan", "-f", file, "--detailed-exitcode"];
            provider.run(words).exits(0).says("nothing to do");
            std::fs::remove_file(file).unwrap();
        }
    }
}

#[test]
fn people_are_spelled_alike_in_the_mailboxes_of_all_domains() {
    for provider in with_two_domains() {
        let [_, away] = namesakes(provider);
        let dave = provider.fresh("dave");
        let stem = local(&away.address);
        let new = format!("{stem}new@{OTHER_DOMAIN}");
        let file = provider.dir().join(format!("{stem}.toml"));
        let wish = |name: &str| format!("[mailbox.\"{name}\"]\nread-only = [\"{dave}\"]\n");
        for name in [&away.address, &new] {
            std::fs::write(&file, wish(name)).unwrap();
            let ran = provider.run(["apply", "-f", file.to_str().unwrap(), "--yes"]);
            assert!(matches!(ran.code, Some(0 | 3)), "{ran:?}");
            let mailbox = Mailbox {
                provider,
                address: name.to_string(),
                people: Vec::new(),
            };
            let entries = Client::admin(provider).getacl(&mailbox.owned("INBOX"));
            let rights = entries.get(provider.spelled(&dave)).map(String::as_str);
            assert_eq!(rights, Some("lrs"), "{name}: {entries:?} {ran:?}");
            let strays = entries.keys().filter(|who| local(who) == local(&dave));
            assert_eq!(strays.count(), 1, "{entries:?}");
        }
    }
}
