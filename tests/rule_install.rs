//! `sharemail rule` where the server filters what comes: scripts put by ManageSieve, mail delivered by LMTP.

use std::fs;

use crate::plan::Wishes;
use crate::provider::client::quoted;
use crate::provider::sieve::{ScriptClient, deliver};
use crate::provider::{Courier, Cyrus, Dovecot, Mailbox, Ran};

/// A mailbox on each server that filters.
fn on_both(folders: &[&str]) -> [Mailbox<'static>; 2] {
    [Dovecot::filtering(), Cyrus::filtering()].map(|provider| Mailbox::on(provider, folders, 1))
}

fn rule(mailbox: &Mailbox, typed: &[&str]) -> Ran {
    let mut words = vec!["rule", typed[0], &mailbox.address];
    words.extend(&typed[1..]);
    words.push("-vv");
    mailbox.provider.run(words)
}

fn add(mailbox: &Mailbox, name: &str, when: &str, then: &str) -> Ran {
    rule(mailbox, &["add", name, "--when", when, "--then", then])
}

fn scripts(mailbox: &Mailbox) -> ScriptClient {
    ScriptClient::of(mailbox.provider, &mailbox.address)
}

/// The Subject and the flags of each message in a folder.
fn lying(mailbox: &Mailbox, folder: &str) -> Vec<String> {
    let mut session = mailbox.member(&mailbox.address);
    let told = session.ok(&format!("SELECT {}", quoted(folder)));
    if told.contains("* 0 EXISTS") {
        return Vec::new();
    }
    let told = session.ok("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])");
    let mut all = Vec::new();
    for part in told.split(" FETCH (").skip(1) {
        let flags = part
            .split_once("FLAGS (")
            .unwrap()
            .1
            .split_once(')')
            .unwrap()
            .0;
        let mut flags: Vec<&str> = flags
            .split(' ')
            .filter(|flag| !["\\Recent", ""].contains(flag))
            .collect();
        flags.sort_unstable();
        let subject = part
            .split_once("Subject: ")
            .unwrap()
            .1
            .lines()
            .next()
            .unwrap();
        all.push(format!("{subject}: {}", flags.join(" ")));
    }
    all
}

fn message(subject: &str) -> String {
    format!(
        "From: carol@bank.example\nTo: x@example.test\nSubject: {subject}\nMessage-ID: <{subject}@x>\n\nhello\n"
    )
}

#[test]
fn what_comes_is_filtered_from_the_moment_a_rule_is_there() {
    for mailbox in on_both(&["Invoices"]) {
        let then = "label = [\"invoice\", \"To Do\"], flag = true, move = \"Invoices\"";
        let when = "from = \"*@bank.example\", subject = \"invoice\"";
        let dry = rule(
            &mailbox,
            &["add", "a", "--when", when, "--then", then, "--dry-run"],
        );
        let dry = dry.exits(0).says("1 rule: 3 changes to be made");
        assert!(!dry.stderr.contains("PUTSCRIPT"), "{dry:?}");
        assert!(scripts(&mailbox).list().is_empty());
        let ran = add(&mailbox, "a", when, then).exits(0);
        let ran = ran.says("mail that comes: 1 rule: 3 of 3 changes made");
        assert!(ran.stderr.contains("C: CHECKSCRIPT"));
        assert_eq!(scripts(&mailbox).list(), ["*sharemail-start", "sharemail"]);
        deliver(
            mailbox.provider,
            &mailbox.address,
            &[message("invoice"), message("other")],
        );
        assert_eq!(
            lying(&mailbox, "Invoices"),
            ["invoice: $label4 \\Flagged invoice"]
        );
        assert_eq!(lying(&mailbox, "INBOX"), ["other: "]);
        // Once is enough.
        let again = rule(&mailbox, &["install"]).exits(0);
        let again = again.says("1 rule: the server filters by them already");
        assert!(!again.stderr.contains("PUTSCRIPT"));
        // What was taken away filters no more; the script that includes it stays.
        rule(&mailbox, &["remove", "a"])
            .exits(0)
            .says("no rules: 1 of 1 change made");
        deliver(mailbox.provider, &mailbox.address, &[message("invoice")]);
        assert_eq!(lying(&mailbox, "INBOX"), ["other: ", "invoice: "]);
    }
}

#[test]
fn an_undo_of_rules_is_followed_by_the_server() {
    for mailbox in on_both(&["Invoices"]) {
        let file = |name: &str| {
            let name = format!("{}.{name}", mailbox.address);
            mailbox
                .provider
                .dir()
                .join(name)
                .to_str()
                .unwrap()
                .to_owned()
        };
        let ours = || scripts(&mailbox).get("sharemail");
        add(&mailbox, "a", "from = \"*@bank.example\"", "flag = true").exits(0);
        let before = ours();
        let (added, removed) = (file("added"), file("removed"));
        let (when, then) = ("subject = \"invoice\"", "move = \"Invoices\"");
        let words = [
            "add",
            "b",
            "--when",
            when,
            "--then",
            then,
            "--undo-file",
            &added,
        ];
        rule(&mailbox, &words).exits(0);
        assert!(ours().contains("invoice"));
        mailbox.provider.run(["undo", &added, "--dry-run"]).exits(0);
        assert!(ours().contains("invoice"));
        let undone = mailbox.provider.run(["undo", &added, "--yes"]).exits(0);
        undone.says("mail that comes: 1 rule: 1 of 1 change made");
        assert_eq!(ours(), before);
        // What is back already is nothing to follow.
        let again = mailbox.provider.run(["undo", &added, "--yes"]).exits(0);
        again.says_not("mail that comes");
        rule(&mailbox, &["remove", "a", "--undo-file", &removed]).exits(0);
        assert_ne!(ours(), before);
        mailbox.provider.run(["undo", &removed, "--yes"]).exits(0);
        assert_eq!(ours(), before);
        deliver(mailbox.provider, &mailbox.address, &[message("invoice")]);
        assert_eq!(lying(&mailbox, "INBOX"), ["invoice: \\Flagged"]);
        for file in [added, removed] {
            std::fs::remove_file(file).unwrap();
        }
    }
}

#[test]
fn what_a_file_says_is_filtered_by_too() {
    for mailbox in on_both(&["Invoices"]) {
        let text = "rule = [{ name = \"a\", when = { subject = \"invoice\" }, then = { move = \"Invoices\" } }]\n";
        let wishes = Wishes::of(&mailbox, text);
        let ran = wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
        ran.says("mail that comes: 1 rule: 3 of 3 changes made");
        deliver(mailbox.provider, &mailbox.address, &[message("invoice")]);
        assert_eq!(lying(&mailbox, "Invoices"), ["invoice: "]);
        let again = wishes.run(&mailbox, "apply", &["--yes"]).exits(0);
        again.says("nothing to do").says_not("mail that comes");
        let none = Wishes::of(&mailbox, "rule = []\n");
        none.run(&mailbox, "apply", &["--yes"]).exits(0);
        deliver(mailbox.provider, &mailbox.address, &[message("invoice")]);
        assert_eq!(lying(&mailbox, "INBOX"), ["invoice: "]);
    }
}

/// As Roundcube writes it, and by hand.
const FOREIGN: [&str; 4] = [
    "require [\"fileinto\",\"copy\"];\r\n# rule:[Newsletter]\r\nif anyof (header :contains \"list-id\" \"news\")\r\n{\r\n\
     \tfileinto \"News\";\r\n}\r\n",
    "# by hand; require \"nothing\";\n/* keep { this } */\nrequire \"fileinto\"; # and this\n\n\tif anyof(header\n\
     \t :contains \"Subject\" \"news\", header \"X\" text:\na; {\n..\n.\n) { fileinto \"News\"; } # ü\n",
    "require \"fileinto\";if header :contains \"subject\" \"news\" {fileinto \"News\";}",
    "keep;\n",
];

#[test]
fn the_script_of_somebody_else_stays_what_it_was() {
    for mailbox in on_both(&["News", "Invoices"]) {
        for (n, foreign) in FOREIGN.into_iter().enumerate() {
            // Cyrus does not read in one session what another one has put.
            let mut client = scripts(&mailbox);
            client.put("roundcube", foreign);
            client.activate("roundcube");
            add(
                &mailbox,
                "a",
                "subject = \"invoice\"",
                "label = \"invoice\", move = \"Invoices\"",
            )
            .exits(0);
            assert!(
                scripts(&mailbox).list().contains(&"*roundcube".to_owned()),
                "{:?}",
                scripts(&mailbox).list()
            );
            let text = scripts(&mailbox).get("roundcube");
            let begin = text.find("/* sharemail: begin").unwrap();
            let end = text.find("/* sharemail: end */").unwrap() + "/* sharemail: end */".len();
            assert!(text[begin..end].contains("include :personal :optional \"sharemail\";"));
            // With the end of the line where the marks have lines of their own.
            let has_line = text[..begin].is_empty() || text[..begin].ends_with('\n');
            let behind = match has_line {
                true => text[end..].split_once('\n').unwrap().1,
                false => &text[end..],
            };
            assert_eq!(format!("{}{behind}", &text[..begin]), foreign);
            let subjects = [
                format!("invoice-{n}"),
                format!("news-{n}"),
                format!("other-{n}"),
            ];
            let mail: Vec<String> = subjects.iter().map(|subject| message(subject)).collect();
            deliver(mailbox.provider, &mailbox.address, &mail);
            let filed = lying(&mailbox, "Invoices");
            assert_eq!(filed.last().unwrap(), &format!("invoice-{n}: invoice"));
            if foreign.contains("ubject") {
                assert_eq!(
                    lying(&mailbox, "News").last().unwrap(),
                    &format!("news-{n}: ")
                );
            }
            assert_eq!(
                lying(&mailbox, "INBOX").last().unwrap(),
                &format!("other-{n}: ")
            );
            rule(&mailbox, &["remove", "a"]).exits(0);
            assert_eq!(scripts(&mailbox).get("roundcube"), foreign, "byte for byte");
        }
    }
}

#[test]
fn without_include_the_rules_stand_between_the_marks() {
    let mailbox = Mailbox::on(
        Dovecot::filtering_without_include(),
        &["News", "Invoices"],
        0,
    );
    let mut client = scripts(&mailbox);
    add(
        &mailbox,
        "a",
        "subject = \"invoice\"",
        "label = \"invoice\", move = \"Invoices\"",
    )
    .exits(0);
    assert_eq!(client.list(), ["*sharemail"]);
    let foreign = FOREIGN[1];
    client.put("mine", foreign);
    client.activate("mine");
    rule(&mailbox, &["install"])
        .exits(0)
        .says("change between the marks of sharemail");
    let text = client.get("mine");
    assert!(
        text.contains("# rule:[a]") && !text.contains("include"),
        "{text}"
    );
    let mail = ["invoice", "news", "other"].map(message);
    deliver(mailbox.provider, &mailbox.address, &mail);
    assert_eq!(lying(&mailbox, "Invoices"), ["invoice: invoice"]);
    assert_eq!(lying(&mailbox, "News"), ["news: "]);
    assert_eq!(lying(&mailbox, "INBOX"), ["other: "]);
    rule(&mailbox, &["remove", "a"]).exits(0);
    assert_eq!(client.get("mine"), foreign);
}

#[test]
fn what_cannot_be_put_is_told_and_the_rule_is_kept() {
    for mailbox in on_both(&["Invoices"]) {
        let mut client = scripts(&mailbox);
        // Somebody else's of that name.
        client.put("sharemail", "keep;\r\n");
        let ran = add(&mailbox, "a", "subject = \"x\"", "label = \"x\"").exits(3);
        ran.says("which sharemail did not write")
            .says("rule install");
        assert_eq!(client.get("sharemail"), "keep;\r\n");
        rule(&mailbox, &["install"])
            .exits(77)
            .says("which sharemail did not write");
        rule(&mailbox, &["list"]).exits(0).says("1 rule");
        rule(&mailbox, &["install", "--undo-file", "x"]).exits(64);
        rule(&mailbox, &["install", "--proof", "all"]).exits(64);
    }
}

#[test]
fn each_step_stands_in_the_log_and_no_text_of_it() {
    for mailbox in on_both(&[]) {
        add(
            &mailbox,
            "hidden",
            "subject = \"very private\"",
            "flag = true",
        )
        .exits(0);
        let shown =
            mailbox
                .provider
                .run(["audit", "show", "--mailbox", &mailbox.address, "-o", "json"]);
        let shown = shown.exits(0);
        assert!(
            shown.stdout.contains("\"activate\"") && shown.stdout.contains("\"script\""),
            "{shown:?}"
        );
        assert!(!shown.stdout.contains("very private"));
    }
}

#[test]
fn a_profile_without_a_table_says_what_there_is_instead() {
    let mailbox = Mailbox::on(Courier::running(), &[], 0);
    let ran = rule(&mailbox, &["install"]);
    ran.exits(78)
        .says("has no server for scripts (ManageSieve)")
        .says("rule export");
}

#[test]
fn who_is_no_administrator_installs_nothing() {
    for mailbox in on_both(&[]) {
        add(&mailbox, "a", "subject = \"x\"", "label = \"x\"").exits(0);
        let config = fs::read_to_string(mailbox.provider.config_path()).unwrap();
        let path = mailbox.provider.dir().join("member.toml");
        // IMAP as ever, scripts as alice.
        let alice = config.replace(
            ".sieve]\n",
            &format!(
                ".sieve]\nuser = \"{}\"\npassword-file = \"password\"\n",
                mailbox.alice()
            ),
        );
        fs::write(&path, alice).unwrap();
        let ran = mailbox.provider.run([
            "rule",
            "install",
            &mailbox.address,
            "--config",
            path.to_str().unwrap(),
        ]);
        ran.exits(77).says("no session for scripts as");
    }
}

#[test]
fn check_finds_what_keeps_rules_from_doing_what_they_say() {
    for mailbox in on_both(&["Invoices"]) {
        rule(&mailbox, &["check"])
            .exits(0)
            .says("no rules, nothing found");
        add(&mailbox, "a", "subject = \"x\"", "move = \"Invoices\"").exits(0);
        add(
            &mailbox,
            "b",
            "subject = \"x\", from = \"*\"",
            "flag = true",
        )
        .exits(0);
        let never = rule(&mailbox, &["check"]).exits(2);
        never
            .says("never-reached")
            .says("the rule \"a\" takes all that it would")
            .says("1 finding");
        rule(&mailbox, &["remove", "b"]).exits(0);
        let hers = format!(
            "any = [{{ from = {:?} }}, {{ subject = \"y\" }}]",
            mailbox.alice()
        );
        add(&mailbox, "hers", &hers, "flag = true").exits(0);
        rule(&mailbox, &["check"])
            .exits(0)
            .says("2 rules, nothing found");
        // Nobody ever was called so, or she has left.
        let nemo = "from = \"nemo@example.test\"";
        add(&mailbox, "gone", nemo, "flag = true").exits(0);
        let gone = rule(&mailbox, &["check", "-o", "json"]).exits(2).json();
        let [finding] = &gone["findings"].as_array().unwrap()[..] else {
            panic!("{gone}");
        };
        assert_eq!(finding["finding"], "sender-unknown");
        assert_eq!(finding["rule"], "gone");
        for name in ["gone", "hers"] {
            rule(&mailbox, &["remove", name]).exits(0);
        }
        rule(&mailbox, &["check"])
            .exits(0)
            .says("1 rule, nothing found");
        let shown = rule(&mailbox, &["show", "a"]).exits(0);
        shown
            .says("when: subject = \"x\"")
            .says("fileinto \"Invoices\";");
        rule(&mailbox, &["show", "c"])
            .exits(67)
            .says("no rule is called");
        // As a web mailer does it.
        let mut client = scripts(&mailbox);
        client.put("roundcube", FOREIGN[0]);
        client.activate("roundcube");
        let found = rule(&mailbox, &["check"]).exits(2);
        let found = found.says("not-filtered").says("roundcube");
        assert!(!found.stderr.contains("C: PUTSCRIPT"), "nothing is changed");
        rule(&mailbox, &["install"]).exits(0);
        rule(&mailbox, &["check"]).exits(0);
        mailbox.member(&mailbox.address).ok("DELETE Invoices");
        let gone = rule(&mailbox, &["check"]).exits(3);
        gone.says("folder-missing").says("there is no such folder");
    }
}
