//! `sharemail identities`, enforced by a real Postfix.

use std::fs;
use std::path::PathBuf;

use crate::provider::{Cyrus, Dovecot, Kind, Mailbox, Postfix, Provider, Ran, SmtpClient};

/// A profile that names these mailboxes.
fn config(provider: &Provider, mailboxes: &[&str]) -> PathBuf {
    let config = fs::read_to_string(provider.config_path()).unwrap();
    let domain = "domain = \"example.test\"\n";
    let config = config.replace(domain, &format!("{domain}mailboxes = {mailboxes:?}\n"));
    let name = mailboxes.join("-").replace(['@', '.'], "_");
    let path = provider.dir().join(format!("identities-{name}.toml"));
    fs::write(&path, config).unwrap();
    path
}

/// `identities` with this profile.
fn identities(provider: &Provider, mailboxes: &[&str], words: &[&str]) -> Ran {
    let path = config(provider, mailboxes);
    let first = ["identities", "--config", path.to_str().unwrap()];
    provider.run(first.iter().chain(words))
}

/// The code of RCPT, and its words.
fn rcpt(provider: &Provider, login: &str, from: &str) -> (u16, String) {
    let mut client = SmtpClient::login(provider, login);
    client.ok(&format!("MAIL FROM:<{from}>"));
    let reply = client.command("RCPT TO:<anybody@sink.test>");
    (reply.code, reply.text())
}

#[test]
fn the_table_lets_holders_through_and_refuses_the_others() {
    let postfix = Postfix::start();
    let support = Mailbox::on(&postfix, &["Sent"], 3);
    let [alice, bob, carol] = &support.people[..] else {
        panic!()
    };
    support.grant([alice, "--send-as"]).exits(0);
    support.grant([bob, "--read-only"]).exits(0);
    support.grant([carol, "--send-on-behalf"]).exits(0);
    let only = [support.address.as_str()];
    let installed = postfix.dir().join("sender_login_maps");
    let check = ["--check", installed.to_str().unwrap()];
    identities(&postfix, &only, &check)
        .exits(2)
        .says(&format!(
            "+ {} {alice},{}",
            support.address, support.address
        ))
        .says(&format!("- {0} {0}", support.address));

    let table = identities(&postfix, &only, &["--format", "postfix"]).exits(0);
    postfix.sender_login_maps(&table.stdout);
    identities(&postfix, &only, &check)
        .exits(0)
        .says("up to date");

    assert_eq!(rcpt(&postfix, alice, &support.address).0, 250);
    let (code, text) = rcpt(&postfix, bob, &support.address);
    assert!(
        code == 553 && text.contains("not owned by user"),
        "{code} {text}"
    );
    assert_eq!(rcpt(&postfix, carol, &support.address).0, 553);
    let message = format!(
        "From: {}\nSender: {carol}\nSubject: hello\n\nworld\n",
        support.address
    );
    SmtpClient::login(&postfix, carol).deliver(carol, &[bob], &message);
    let mail = postfix.mail_of(bob).remove(0);
    assert_eq!(mail.field("Return-Path").unwrap(), format!("<{carol}>"));

    support.revoke([alice, "--send-as"]).exits(0);
    identities(&postfix, &only, &check).exits(2);
    let table = identities(&postfix, &only, &["--format", "postfix"]).exits(0);
    postfix.sender_login_maps(&table.stdout);
    assert_eq!(rcpt(&postfix, alice, &support.address).0, 553);
}

#[test]
fn a_web_mailer_may_send_on_behalf_with_the_envelope_of_the_mailbox_where_that_is_chosen() {
    let postfix = Postfix::start();
    let support = Mailbox::on(&postfix, &["Sent"], 3);
    let [alice, bob, carol] = &support.people[..] else {
        panic!()
    };
    support.grant([alice, "--send-as"]).exits(0);
    support.grant([bob, "--read-only"]).exits(0);
    support.grant([carol, "--send-on-behalf"]).exits(0);
    let only = [support.address.as_str()];
    let installed = postfix.dir().join("sender_login_maps");
    let check = |more: &[&str]| {
        let words = [&["--check", installed.to_str().unwrap()], more].concat();
        identities(&postfix, &only, &words)
    };
    let table = |more: &[&str]| {
        let words = [&["--format", "postfix"], more].concat();
        identities(&postfix, &only, &words).exits(0).stdout
    };
    // As a web mailer sends: the mailbox for the envelope and in From, and nobody in Sender.
    let message = format!("From: {}\nSubject: hello\n\nworld\n", support.address);
    postfix.sender_login_maps(&table(&[]));
    assert_eq!(rcpt(&postfix, carol, &support.address).0, 553);
    check(&["--with-on-behalf"]).exits(2).says(&format!(
        "+ {} {alice},{carol},{}",
        support.address, support.address
    ));

    let with = table(&["--with-on-behalf"]);
    assert!(
        with.contains("# whoever holds Send on Behalf may use"),
        "{with}"
    );
    postfix.sender_login_maps(&with);
    check(&["--with-on-behalf"]).exits(0).says("up to date");
    check(&[]).exits(2);
    SmtpClient::login(&postfix, carol).deliver(&support.address, &[alice], &message);
    let mail = postfix.mail_of(alice).remove(0);
    let envelope = format!("<{}>", support.address);
    assert_eq!(mail.field("Return-Path").unwrap(), envelope);
    // What it costs: the recipient cannot tell.
    assert_eq!(mail.field("Sender"), None);
    assert_eq!(rcpt(&postfix, bob, &support.address).0, 553);

    let nowhere = identities(&postfix, &only, &["--with-on-behalf"]);
    nowhere.exits(64).says("--format postfix");
    let words = ["--with-on-behalf", "--format", "gam"];
    identities(&postfix, &only, &words).exits(64);
}

#[test]
fn every_form_tells_who_may_send_as_what() {
    for provider in [Dovecot::running(), Cyrus::running()] {
        let support = Mailbox::on(provider, &[], 2);
        support.grant([support.alice(), "--send-as"]).exits(0);
        support.grant([support.bob(), "--send-on-behalf"]).exits(0);
        let run = |words: &[&str]| {
            let first = ["identities", &support.address];
            provider.run(first.iter().chain(words)).exits(0)
        };
        run(&[])
            .says("as it")
            .says("on its behalf")
            .says(support.alice());
        let told = run(&["-o", "json"]).json();
        let ours = &told["mailboxes"][0];
        assert_eq!(ours["mailbox"], support.address);
        assert_eq!(ours["send_as"][0], support.alice());
        assert_eq!(ours["send_on_behalf"][0], support.bob());
        let csv = run(&["-o", "csv"]).stdout;
        assert_eq!(
            csv,
            format!(
                "mailbox,who,identity\n{0},{1},send-as\n{0},{2},send-on-behalf\n",
                support.address,
                support.alice(),
                support.bob()
            )
        );
        let login = match provider.kind() {
            Kind::Dovecot => support.alice().to_owned(),
            Kind::Cyrus | Kind::Courier => support.spelled(support.alice()).to_owned(),
        };
        let table = run(&["--format", "postfix"]);
        table.says(&format!("\n{} {login}\n", support.alice()));
        let by_local = run(&["--format", "postfix", "--login", "local-part"]);
        let local = support.alice().split('@').next().unwrap();
        by_local.says(&format!("\n{} {local}\n", support.alice()));
        run(&["--format", "exchange"]).says(&format!(
            "Add-RecipientPermission -Identity '{}' -Trustee '{}' -AccessRights SendAs",
            support.address,
            support.alice()
        ));
        support.grant([support.bob(), "--full-access"]).exits(0);
        run(&["--format", "gam"]).says(&format!(
            "gam user '{}' add delegate '{}'",
            support.address,
            support.bob()
        ));
    }
}

#[test]
fn a_group_is_taken_apart_by_the_group_file_or_named_in_a_comment() {
    let support = Mailbox::on(Dovecot::running(), &[], 2);
    let (alice, bob) = (support.alice(), support.bob());
    support.grant(["group:helpdesk", "--send-as"]).exits(0);
    let words = ["identities", &support.address, "--format", "postfix"];
    let without = support.provider.run(words).exits(0);
    assert!(without.stdout.contains("# ") && without.stdout.contains("group:helpdesk"));
    assert!(without.stderr.contains("no --group-file says who is in it"));
    assert!(!without.stdout.contains(alice));

    let file = support.provider.dir().join(format!("groups-{alice}"));
    let words = |file: &PathBuf| {
        let words = words.map(str::to_owned).into_iter();
        let more = ["--group-file".to_owned(), file.display().to_string()];
        words.chain(more).collect::<Vec<_>>()
    };
    fs::write(&file, format!("helpdesk: {alice}, {bob}\n")).unwrap();
    let with = support.provider.run(words(&file)).exits(0);
    let line = format!("\n{0} {alice},{bob},{0}\n", support.address);
    with.says(&line);
    // Whoever has less of her own is left out, as servers differ in which entry counts.
    let folder = support.owned("Identities/Send As");
    support.owner().ok(&format!("SETACL \"{folder}\" {bob} l"));
    let less = support.provider.run(words(&file)).exits(0);
    less.says(&format!("{bob} is left out"))
        .says(&format!("\n{0} {alice},{0}\n", support.address));

    fs::write(&file, "helpdesk alice\n").unwrap();
    support
        .provider
        .run(words(&file))
        .exits(65)
        .says("line 1: no colon");
}

#[test]
fn what_somebody_could_have_given_herself_is_told_and_left_out() {
    let support = Mailbox::on(Dovecot::running(), &[], 2);
    support.grant([support.alice(), "--send-as"]).exits(0);
    let only = [support.address.as_str()];
    let table = identities(support.provider, &only, &["--format", "postfix"]).exits(0);
    let installed = support
        .provider
        .dir()
        .join(format!("{}-believed", support.address));
    fs::write(&installed, table.stdout).unwrap();
    let check = ["--check", installed.to_str().unwrap(), "-o", "json"];
    identities(support.provider, &only, &check).exits(0);
    let folder = support.owned("Identities/Send As");
    let mallory = support.bob();
    support
        .owner()
        .ok(&format!("SETACL \"{folder}\" {mallory} lpa"));
    let told = support.run(["identities", &support.address]).exits(0);
    told.says("not believed")
        .says(mallory)
        .says("nobody may send");
    let words = ["identities", &support.address, "--format", "postfix"];
    let table = support.provider.run(words).exits(3);
    let warned = |line: &str| {
        line.contains("warning: ")
            && line.contains(&support.address)
            && line.contains("not believed")
    };
    assert!(table.stderr.lines().any(warned), "{}", table.stderr);
    table.says(&format!("\n{0} {0}\n", support.address));
    for format in ["exchange", "gam"] {
        let words = ["identities", &support.address, "--format", format];
        support.run(words).exits(3).says("not believed");
    }
    // The lines that are installed may be right.
    let compared = identities(support.provider, &only, &check).exits(3).json();
    assert_eq!(compared["remove"], serde_json::json!([]), "{compared:#}");
    let left = compared["not_compared"].as_array().unwrap();
    assert!(
        left.iter().any(|line| line == &support.address),
        "{compared:#}"
    );
}

#[test]
fn a_mailbox_that_cannot_be_read_ends_with_3_and_not_with_2() {
    let dovecot = Dovecot::running();
    let support = Mailbox::on(dovecot, &[], 0);
    let both = [support.address.as_str(), "nothing@example.test"];
    let check = ["--check", "/nonexistent/sender_login_maps"];
    identities(dovecot, &both, &check)
        .exits(3)
        .says("nothing@example.test");
    identities(dovecot, &both[..1], &check).exits(2);
    let words = ["--check", "/nonexistent", "--format", "gam"];
    identities(dovecot, &both[..1], &words).exits(64);
}
