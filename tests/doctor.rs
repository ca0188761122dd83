//! `sharemail doctor`: what it finds, and how it ends.

use std::process::Command;

use serde_json::{Value, json};

use crate::provider::fake::Fake;
use crate::provider::fake_smtp::offer;
use crate::provider::run::run;
use crate::provider::{
    Act, Client, Cyrus, Dovecot, FakeSmtp, Mailbox, Postfix, Provider, Ran, Step, Toy, on_both,
};

/// The finding about this subject.
#[track_caller]
fn finding(ran: &Ran, section: &str, subject: &str) -> Value {
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let wanted = |f: &&Value| f["section"] == section && f["subject"] == subject;
    let found = findings.iter().find(wanted);
    found
        .unwrap_or_else(|| panic!("no {section}/{subject} in {report:#}"))
        .clone()
}

#[track_caller]
fn verdict(ran: &Ran, section: &str, subject: &str) -> String {
    finding(ran, section, subject)["verdict"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[track_caller]
fn value(ran: &Ran, section: &str, subject: &str) -> String {
    finding(ran, section, subject)["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn examined(provider: &Provider, words: &[&str]) -> Ran {
    let words = ["doctor", "-o", "json"].iter().chain(words);
    provider.run(words)
}

/// With this in the environment beside the provider's own profile.
fn changed(provider: &Provider, mailbox: &str, variable: &str, value: &str) -> Ran {
    let mut command: Command = provider.sharemail();
    command.env(variable, value);
    run(&mut command, ["doctor", mailbox, "-o", "json"])
}

#[test]
fn a_good_provider_is_told_to_be_one() {
    for mailbox in on_both(&["Sent"], 0) {
        let ran = examined(mailbox.provider, &[&mailbox.address]).exits(0);
        assert_eq!(ran.json()["works"], true);
        assert_eq!(ran.json()["why"], Value::Null);
        assert_eq!(value(&ran, "connection", "tls"), "implicit");
        assert!(value(&ran, "connection", "mechanisms").contains("plain"));
        assert_eq!(verdict(&ran, "capabilities", "ACL"), "works");
        assert_eq!(value(&ran, "mailbox", "folders"), "2");
        for feature in [
            "grant, revoke",
            "groups",
            "proof as the member",
            "subscribe",
            "folders",
            "labels",
            "mail archive, rule run",
        ] {
            assert_eq!(verdict(&ran, "features", feature), "works", "{feature}");
        }
        assert_eq!(verdict(&ran, "features", "unknown people"), "works");
        assert_eq!(value(&ran, "levels", "read-only"), "lrs");
        assert_eq!(value(&ran, "levels", "write"), "lrswip");
    }
}

#[test]
fn each_server_is_told_as_it_is() {
    let [dovecot, cyrus] = on_both(&[], 0);
    let ran = examined(dovecot.provider, &[&dovecot.address]);
    assert_eq!(value(&ran, "mailbox", "reach"), "impersonate");
    assert_eq!(value(&ran, "mailbox", "identifier"), "address");
    assert_eq!(
        value(&ran, "features", "proof as the member"),
        "{mailbox}*{admin}"
    );
    assert_eq!(verdict(&ran, "features", "delete, rename"), "fails");
    assert_eq!(value(&ran, "rights", "known"), "lrswipkxtea");
    let ran = examined(cyrus.provider, &[&cyrus.address]);
    assert_eq!(value(&ran, "mailbox", "reach"), "namespace");
    assert_eq!(value(&ran, "mailbox", "identifier"), "local-part");
    assert_eq!(value(&ran, "features", "proof as the member"), "authzid");
    assert_eq!(verdict(&ran, "features", "delete, rename"), "works");
    assert_eq!(verdict(&ran, "features", "special use"), "works");
    assert!(value(&ran, "login", "software").starts_with("Cyrus IMAPD 3."));
}

#[test]
fn people_read_it_without_colour() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let ran = mailbox.run(["doctor", &mailbox.address]).exits(0);
    let ran = ran
        .says("\nCONNECTION\n")
        .says("\nFEATURES\n")
        .says_not("\u{1b}");
    assert!(
        ran.stdout.ends_with("\nsharemail grant works here\n"),
        "{ran:?}"
    );
    assert!(
        ran.stdout.lines().all(|line| line.trim_end() == line),
        "{ran:?}"
    );
    let ran = mailbox
        .run(["doctor", &mailbox.address, "-o", "csv"])
        .exits(0);
    assert!(
        ran.stdout
            .starts_with("section,subject,verdict,value,says,change\n")
    );
}

#[test]
fn the_way_to_impersonate_is_found_out() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let own = |more: &str| {
        let config = std::fs::read_to_string(mailbox.provider.config_path()).unwrap();
        let keep = |line: &&str| !line.starts_with("impersonate") && !line.starts_with("reach");
        let lines = config.lines().filter(keep).map(|line| format!("{line}\n"));
        let path = mailbox
            .provider
            .dir()
            .join(format!("found-{}.toml", more.len()));
        std::fs::write(&path, format!("{}{more}", lines.collect::<String>())).unwrap();
        let mut command = mailbox.provider.sharemail();
        command.env("SHAREMAIL_CONFIG", path);
        run(&mut command, ["doctor", &mailbox.address, "-o", "json"]).exits(0)
    };
    let ran = own("");
    assert_eq!(value(&ran, "mailbox", "reach"), "impersonate");
    assert!(
        finding(&ran, "mailbox", "reach")["says"]
            .as_str()
            .unwrap()
            .contains("found out")
    );
    assert_eq!(value(&ran, "features", "proof as the member"), "authzid");
    // The LOGIN command carries no authorisation identity: the template is what is left.
    let ran = own("mechanism = \"login\"\n");
    assert_eq!(
        value(&ran, "features", "proof as the member"),
        "{mailbox}*{admin}"
    );
}

#[test]
fn the_key_of_the_profile_that_is_wrong_is_named() {
    let [dovecot, cyrus] = on_both(&[], 0);
    for (mailbox, variable, wrong, code, right) in [
        (
            &dovecot,
            "SHAREMAIL_IDENTIFIER",
            "local-part",
            67,
            "identifier = \"address\"",
        ),
        (
            &dovecot,
            "SHAREMAIL_REACH",
            "namespace",
            67,
            "reach = \"impersonate\"",
        ),
        (
            &dovecot,
            "SHAREMAIL_IMAP_IMPERSONATE",
            "{admin}+{mailbox}",
            77,
            "impersonate = \"authzid\"",
        ),
    ] {
        let ran = changed(mailbox.provider, &mailbox.address, variable, wrong).exits(code);
        let change = finding(&ran, "mailbox", "mailbox")["change"].to_string();
        assert!(change.replace('\\', "").contains(right), "{change}");
        assert_eq!(verdict(&ran, "features", "grant, revoke"), "fails");
    }
    let ran = changed(
        cyrus.provider,
        &cyrus.address,
        "SHAREMAIL_IDENTIFIER",
        "address",
    )
    .exits(67);
    let contradiction = finding(&ran, "mailbox", "identifier");
    assert_eq!(contradiction["verdict"], "fails");
    assert!(
        contradiction["change"]
            .as_str()
            .unwrap()
            .contains("local-part")
    );
}

#[test]
fn it_ends_as_a_grant_would() {
    let template = ("SHAREMAIL_IMAP_IMPERSONATE", "{mailbox}*{admin}");
    let [dovecot, cyrus] = on_both(&[], 2);
    for (mailbox, who, variables) in [
        (&dovecot, 0, vec![("SHAREMAIL_IMAP_PORT", "1")]),
        (&dovecot, 0, vec![("SHAREMAIL_PASSWORD", "wrong")]),
        (&dovecot, 0, vec![("SHAREMAIL_REACH", "namespace")]),
        (&dovecot, 0, vec![("SHAREMAIL_IMAP_CA_FILE", "/dev/null")]),
        (
            &cyrus,
            0,
            vec![("SHAREMAIL_IMAP_MECHANISM", "login"), template],
        ),
        // Somebody who has nothing yet by the right spelling either.
        (&cyrus, 1, vec![("SHAREMAIL_IDENTIFIER", "address")]),
    ] {
        let run = |words: &[&str]| {
            let mut command = mailbox.provider.sharemail();
            run(command.envs(variables.clone()), words)
        };
        let person = mailbox.people[who].as_str();
        let granted = run(&["grant", &mailbox.address, person, "--read-only"]);
        let examined = run(&["doctor", &mailbox.address]);
        assert_eq!(examined.code, granted.code, "{granted:?} {examined:?}");
    }
}

#[test]
fn a_server_out_of_reach_is_a_finding() {
    let mut command = Dovecot::running().sharemail();
    command.env("SHAREMAIL_IMAP_PORT", "1");
    let ran = run(&mut command, ["doctor"]).exits(69);
    assert!(ran.stdout.contains("cannot connect"), "{ran:?}");
    assert!(ran.stdout.contains("to change it: "), "{ran:?}");
    assert!(
        ran.stdout.contains("sharemail grant does not work here"),
        "{ran:?}"
    );
}

#[test]
fn a_bad_certificate_is_told_with_how_far_it_went() {
    let dovecot = Dovecot::with(&["--cert", "expired"]);
    let ran = dovecot.run(["doctor", "-o", "json"]).exits(69);
    assert_eq!(verdict(&ran, "connection", "server"), "works");
    let tls = finding(&ran, "connection", "tls");
    assert_eq!(tls["verdict"], "fails");
    assert!(tls["says"].as_str().unwrap().contains("expired"), "{tls}");
}

#[test]
fn a_refused_login_is_told_with_the_mechanisms() {
    let mut command = Dovecot::running().sharemail();
    command.env("SHAREMAIL_PASSWORD", "wrong");
    let ran = run(&mut command, ["doctor", "-o", "json"]).exits(77);
    assert!(value(&ran, "connection", "mechanisms").contains("xoauth2"));
    assert_eq!(verdict(&ran, "login", "login"), "fails");
}

#[test]
fn a_login_that_needs_tls_is_told_to_need_it() {
    let dovecot = Dovecot::with(&["--login-disabled"]);
    let mut command = dovecot.sharemail();
    command.env("SHAREMAIL_IMAP_PORT", dovecot.imap_port().to_string());
    command.env("SHAREMAIL_IMAP_TLS", "none");
    let ran = run(&mut command, ["doctor", "-o", "json"]).exits(78);
    assert_eq!(verdict(&ran, "connection", "tls"), "warning");
    let mechanisms = finding(&ran, "connection", "mechanisms");
    assert_eq!(mechanisms["verdict"], "fails");
    assert!(mechanisms["change"].as_str().unwrap().contains("TLS"));
    command = dovecot.sharemail();
    command.env("SHAREMAIL_IMAP_PORT", dovecot.imap_port().to_string());
    command.env("SHAREMAIL_IMAP_TLS", "starttls");
    let ran = run(&mut command, ["doctor", "support@", "-o", "json"]).exits(0);
    assert_eq!(value(&ran, "connection", "tls"), "starttls");
}

#[test]
fn a_server_without_acl_is_of_no_use() {
    let fake = Fake::plain(|peer| {
        if peer.let_in("IMAP4rev1 AUTH=PLAIN SASL-IR") {
            while peer.next().is_some() {
                peer.ok("done");
            }
        }
    });
    let ran = run(&mut fake.sharemail(), ["doctor", "support@", "-o", "json"]).exits(1);
    let acl = finding(&ran, "capabilities", "ACL");
    assert_eq!(acl["verdict"], "fails");
    assert!(acl["change"].as_str().unwrap().contains("RFC 4314"));
    assert_eq!(verdict(&ran, "features", "grant, revoke"), "fails");
    assert_eq!(verdict(&ran, "features", "quota"), "fails");
}

#[test]
fn tied_rights_are_told_and_the_level_they_spoil() {
    let toy = Toy::twisted(&["Sent"], |peer, line, _| {
        if line.contains("LISTRIGHTS") {
            peer.send("* LISTRIGHTS INBOX support@example.test \"\" l r s wte i p k x a\r\n");
            peer.ok("done");
        }
        line.contains("LISTRIGHTS")
    });
    let ran = toy.run(["doctor", "support@", "-o", "json"]).exits(0);
    assert_eq!(value(&ran, "rights", "tied together"), "wte");
    let write = finding(&ran, "levels", "write");
    assert_eq!(write["verdict"], "fails");
    assert!(
        write["change"]
            .as_str()
            .unwrap()
            .contains("[profile.fake.levels]"),
        "{write}"
    );
    assert_eq!(verdict(&ran, "levels", "read-only"), "works");
}

#[test]
fn a_mailbox_that_is_not_there_is_told() {
    let ran = examined(Dovecot::running(), &["nosuch@"]).exits(67);
    assert!(
        finding(&ran, "mailbox", "mailbox")["change"]
            .as_str()
            .unwrap()
            .contains("create")
    );
    examined(Cyrus::running(), &["nosuch@"]).exits(67);
    examined(Cyrus::running(), &["@"]).exits(64);
}

#[test]
fn without_a_mailbox_one_in_sight_is_tried() {
    let ran = examined(Cyrus::running(), &[]).exits(0);
    assert!(ran.json()["mailbox"].is_string());
    assert_eq!(verdict(&ran, "features", "grant, revoke"), "works");
    let ran = examined(Dovecot::running(), &[]).exits(0);
    assert_eq!(ran.json()["mailbox"], Value::Null);
    assert_eq!(verdict(&ran, "mailbox", "mailbox"), "unknown");
    assert_eq!(verdict(&ran, "features", "grant, revoke"), "unknown");
    let ran = changed(
        Dovecot::running(),
        "support@",
        "SHAREMAIL_MAILBOXES",
        "support@",
    )
    .exits(0);
    assert_eq!(ran.json()["mailbox"], "support@example.test");
}

#[test]
fn without_impersonation_what_is_lost_is_told() {
    let dovecot = Dovecot::with(&["--no-impersonation"]);
    let mut admin = Client::admin(&dovecot);
    admin.create("Public/Team");
    let ran = examined(&dovecot, &[]).exits(0);
    assert_eq!(ran.json()["mailbox"], "Public/Team");
    assert_eq!(verdict(&ran, "mailbox", "identifier"), "warning");
    assert_eq!(verdict(&ran, "features", "proof as the member"), "unknown");
    admin.setacl("Public/Team", "alice@example.test", "lr");
    let ran = examined(&dovecot, &["Public/Team"]).exits(0);
    assert_eq!(value(&ran, "mailbox", "identifier"), "address");
    assert_eq!(verdict(&ran, "mailbox", "identifier"), "works");
    for feature in ["proof as the member", "subscribe", "unknown people"] {
        assert_eq!(verdict(&ran, "features", feature), "fails", "{feature}");
    }
}

#[test]
fn an_administrator_without_the_right_to_give_rights_is_told() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 1);
    mailbox.set("INBOX", mailbox.alice(), "lr");
    let mut command = mailbox.provider.sharemail();
    command.env("SHAREMAIL_IMAP_USER", mailbox.alice());
    command.env("SHAREMAIL_REACH", "namespace");
    let ran = run(&mut command, ["doctor", &mailbox.address, "-o", "json"]).exits(77);
    assert_eq!(verdict(&ran, "mailbox", "administration"), "fails");
    assert_eq!(verdict(&ran, "features", "grant, revoke"), "fails");
}

#[test]
fn nothing_is_changed_by_looking() {
    for mailbox in on_both(&["Sent"], 1) {
        mailbox.set("Sent", mailbox.alice(), "lr");
        let ran = mailbox.run(["doctor", &mailbox.address, "-vv"]).exits(0);
        assert_eq!(ran.changes(), [""; 0]);
    }
}

/// sharemail with this SMTP server in place of the provider's.
fn with_smtp(provider: &Provider, smtp: &FakeSmtp, words: &[&str]) -> Ran {
    let mut command = provider.sharemail();
    let words = ["doctor", "-o", "json"].iter().chain(words);
    run(smtp.serve(&mut command), words)
}

#[test]
fn a_server_that_takes_mail_is_told_and_nothing_is_sent() {
    let mailbox = Mailbox::on(Postfix::running(), &["Sent", "Größe & Maß"], 1);
    let examined = |words: &[&str]| examined(mailbox.provider, words).exits(0);
    let before = examined(&[&mailbox.address]);
    assert!(
        finding(&before, "sending", "identities")["says"]
            .as_str()
            .unwrap()
            .contains("the first grant makes their folders")
    );
    let words = [mailbox.alice(), "--full-access", "--send-as"];
    mailbox.grant(words).exits(0);
    let ran = examined(&[&mailbox.address]);
    for subject in [
        "identities",
        "server",
        "tls",
        "mechanisms",
        "login",
        "PIPELINING",
        "SIZE",
        "8BITMIME",
        "SMTPUTF8",
        "DSN",
        "sender check",
        "act as others",
    ] {
        assert_eq!(verdict(&ran, "sending", subject), "works", "{subject}");
    }
    assert_eq!(value(&ran, "sending", "sender check"), "yes");
    let identities = finding(&ran, "sending", "identities")["says"].to_string();
    assert!(
        identities.contains("which no member can change"),
        "{identities}"
    );
    assert_eq!(ran.json()["send"]["works"], true);
    assert_eq!(ran.json()["send"]["why"], Value::Null);
    let read = mailbox.run(["doctor", &mailbox.address]).exits(0);
    read.says("\nSENDING\n").says("sharemail send works here");
    // Without a mailbox there is still a server.
    assert_eq!(verdict(&examined(&[]), "sending", "sender check"), "works");
    mailbox.provider.settled();
    assert!(
        mailbox
            .provider
            .mail_in(&mailbox.address, "INBOX")
            .is_empty()
    );
}

#[test]
fn a_server_that_checks_no_sender_is_told() {
    let postfix = Postfix::with(&["--no-sender-check", "--no-smtputf8"]);
    let ran = examined(&postfix, &["support@"]).exits(0);
    let check = finding(&ran, "sending", "sender check");
    assert_eq!(
        (&check["verdict"], &check["value"]),
        (&json!("warning"), &json!("no"))
    );
    assert!(
        check["change"]
            .as_str()
            .unwrap()
            .contains("identities --format postfix")
    );
    assert_eq!(value(&ran, "sending", "SMTPUTF8"), "no");
    assert_eq!(ran.json()["send"]["works"], true);
    assert!(
        ran.json()["send"]["why"]
            .as_str()
            .unwrap()
            .contains("any sender")
    );
    // Only what its table names may be checked.
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Command("RCPT TO:<support@example.test>") => Act::Go,
        Step::Command(line) if line.starts_with("MAIL FROM:<support@") => {
            Act::Say("553 5.7.1 <support@example.test>: Sender address rejected: not owned".into())
        }
        _ => Act::Go,
    });
    let ran = with_smtp(&postfix, &smtp, &["support@"]).exits(0);
    assert_eq!(value(&ran, "sending", "sender check"), "known");
    assert!(smtp.received().is_empty());
    smtp.finish();
}

#[test]
fn a_server_that_takes_no_mail_keeps_nobody_from_granting() {
    let dovecot = Dovecot::running();
    let ran = examined(dovecot, &["support@"]).exits(0);
    let server = finding(&ran, "sending", "server");
    assert_eq!(server["verdict"], "fact");
    assert!(
        server["change"]
            .as_str()
            .unwrap()
            .contains("[profile.dovecot.smtp]")
    );
    assert_eq!(ran.json()["send"], Value::Null);

    let refusing = FakeSmtp::tls(|_, step| match step {
        Step::Command(line) if line.starts_with("AUTH") => Act::Say("535 5.7.8 no".into()),
        Step::Command(line) if line.starts_with("EHLO") => Act::Say(offer("AUTH XOAUTH2|SIZE 0")),
        _ => Act::Go,
    });
    let ran = with_smtp(dovecot, &refusing, &["support@"]).exits(0);
    let offered = finding(&ran, "sending", "mechanisms");
    assert_eq!(
        (&offered["verdict"], &offered["value"]),
        (&json!("fails"), &json!("xoauth2"))
    );
    assert_eq!(verdict(&ran, "sending", "login"), "fails");
    assert_eq!(ran.json()["send"]["works"], false);
    assert_eq!(ran.json()["works"], true);

    let stripped = FakeSmtp::stripped();
    let ran = with_smtp(dovecot, &stripped, &["support@"]).exits(0);
    assert_eq!(verdict(&ran, "sending", "tls"), "fails");
    let mut command = dovecot.sharemail();
    command
        .env("SHAREMAIL_SMTP_HOST", "localhost")
        .env("SHAREMAIL_SMTP_PORT", "1");
    let ran = run(&mut command, ["doctor", "support@"]).exits(0);
    ran.says("sharemail send does not work here")
        .says("sharemail grant works here");
}

#[test]
fn a_session_that_is_not_hers_is_told() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    // It says OK to any name, and nobody owns anything.
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Command(line) if line.starts_with("RCPT") => {
            Act::Say("553 5.7.1 Sender address rejected: not owned by user admin".into())
        }
        _ => Act::Go,
    });
    let ran = with_smtp(mailbox.provider, &smtp, &[&mailbox.address]).exits(0);
    assert_eq!(verdict(&ran, "sending", "act as others"), "warning");
    smtp.finish();
}

#[test]
fn identities_that_the_server_cannot_protect_are_told() {
    let dovecot = Dovecot::with(&["--defaults-from-inbox"]);
    let mailbox = Mailbox::on(&dovecot, &["Sent"], 1);
    mailbox.grant([mailbox.alice(), "--full-access"]);
    let ran = examined(&dovecot, &[&mailbox.address]).exits(0);
    let open = finding(&ran, "sending", "identities");
    assert_eq!(open["verdict"], "fails");
    assert!(
        open["change"]
            .as_str()
            .unwrap()
            .contains("acl_defaults_from_inbox")
    );
    for mailbox in on_both(&["Sent"], 1) {
        let examined = || {
            let ran = examined(mailbox.provider, &[&mailbox.address]).exits(0);
            let found = finding(&ran, "sending", "identities");
            (found["verdict"].to_string(), found["says"].to_string())
        };
        mailbox.set("INBOX", mailbox.alice(), "lrswipkxtea");
        let (verdict, says) = examined();
        assert!(
            verdict.contains("warning") && says.contains("could make them"),
            "{says}"
        );
        mailbox.make_identities();
        mailbox.set("Identities/Send As", mailbox.alice(), "lpa");
        let (verdict, says) = examined();
        assert!(
            verdict.contains("warning") && says.contains("not believed"),
            "{says}"
        );
        mailbox
            .run(["check", &mailbox.address, "--fix", "--yes"])
            .exits(0);
        assert!(examined().0.contains("works"));
    }
}

#[test]
fn without_acl_the_server_decides_by_itself_who_sends() {
    let fake = Fake::plain(|peer| {
        if peer.let_in("IMAP4rev1 AUTH=PLAIN SASL-IR") {
            while peer.next().is_some() {
                peer.ok("done");
            }
        }
    });
    let smtp = FakeSmtp::tls(|_, _| Act::Go);
    let mut command = fake.sharemail();
    let words = ["doctor", "support@", "-o", "json"];
    let ran = run(smtp.serve(&mut command), words).exits(1);
    assert_eq!(ran.json()["send"]["works"], false);
    let identities = finding(&ran, "sending", "identities");
    assert_eq!(identities["verdict"], "fails");
    assert!(
        identities["says"]
            .as_str()
            .unwrap()
            .contains("Microsoft 365")
    );
    assert!(
        identities["change"]
            .as_str()
            .unwrap()
            .contains("identity-check")
    );
    let mut command = fake.sharemail();
    command.env("SHAREMAIL_IDENTITY_CHECK", "server");
    let ran = run(smtp.serve(&mut command), words).exits(1);
    assert_eq!(verdict(&ran, "sending", "identities"), "fact");
    assert_eq!(ran.json()["send"]["works"], true);
    smtp.finish();
}
