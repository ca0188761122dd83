//! `sharemail send` and `outbox`, seen from the recipient's side and in the shared Sent folder.

mod cyrus;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::provider::fake_smtp::offer;
use crate::provider::mail::mails;
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Act, FakeSmtp, Mail, Mailbox, Postfix, Provider, Ran, Step, run};

/// A shared mailbox whose alice may send as it and carol on its behalf, and a home of one's own.
struct Office {
    mailbox: Mailbox<'static>,
    state: TempDir,
}

impl Office {
    fn open() -> Office {
        let office = Office::closed();
        let (support, alice) = (office.support(), office.alice());
        office.postfix().sender_owners(support, &[support, alice]);
        office
    }

    /// The SMTP server has not been told.
    fn closed() -> Office {
        let mailbox = Mailbox::on(Postfix::running(), &["Sent"], 3);
        let [alice, _, carol] = [0, 1, 2].map(|n| mailbox.people[n].as_str());
        mailbox
            .grant([alice, "--full-access", "--send-as"])
            .exits(0);
        mailbox.grant([carol, "--send-on-behalf"]).exits(0);
        let state = tempfile::tempdir().unwrap();
        Office { mailbox, state }
    }

    fn postfix(&self) -> &'static Provider {
        self.mailbox.provider
    }

    fn support(&self) -> &str {
        &self.mailbox.address
    }

    fn alice(&self) -> &str {
        self.mailbox.alice()
    }

    fn bob(&self) -> &str {
        self.mailbox.bob()
    }

    fn carol(&self) -> &str {
        &self.mailbox.people[2]
    }

    fn own(&self, mut command: Command) -> Command {
        command.env("XDG_STATE_HOME", self.state.path());
        command
    }

    fn sharemail(&self) -> Command {
        self.own(self.postfix().sharemail())
    }

    /// `sharemail send` from the mailbox as `user`.
    fn send<const N: usize>(&self, user: &str, words: [&str; N]) -> Ran {
        self.send_by(&mut self.sharemail(), user, words)
    }

    fn send_by<const N: usize>(&self, by: &mut Command, user: &str, words: [&str; N]) -> Ran {
        run::run(by, self.words(user, &words))
    }

    fn words<'w>(&'w self, user: &'w str, words: &[&'w str]) -> Vec<&'w str> {
        let begin = ["send", self.support(), "--user", user, "--body", "world\n"];
        let begin = begin.into_iter().chain(["--subject", "hello"]);
        begin.chain(words.iter().copied()).collect()
    }

    fn outbox<const N: usize>(&self, words: [&str; N]) -> Ran {
        run::run(&mut self.sharemail(), ["outbox"].iter().chain(&words))
    }

    /// The states of what is in the outbox.
    fn waiting(&self) -> Vec<String> {
        let list = self.outbox(["--output", "json"]).exits(0).json();
        let state = |message: &serde_json::Value| message["state"].as_str().unwrap().to_owned();
        list["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(state)
            .collect()
    }

    /// The shared Sent folder as alice sees it.
    fn sent(&self) -> Vec<Mail> {
        mails(
            &mut self.mailbox.member(self.alice()),
            &self.mailbox.seen("Sent"),
        )
    }

    fn quota(&self, kib: u32) {
        self.postfix().limit_storage(self.support(), kib);
    }
}

/// Somebody to write to.
fn robin() -> String {
    Postfix::running().fresh("robin")
}

#[test]
fn send_as_shows_the_mailbox_alone_and_files_a_copy_for_everybody() {
    let (office, robin, log) = (Office::open(), robin(), robin());
    let ran = office.send(office.alice(), ["--to", &robin, "--bcc", &log]);
    ran.exits(0).says("sent").says("filed in Sent");
    let mail = office.postfix().mail_of(&robin).remove(0);
    let support = office.support();
    assert_eq!(mail.field("Return-Path").unwrap(), format!("<{support}>"));
    assert_eq!(mail.field("From").unwrap(), support);
    assert_eq!(mail.field("Sender"), None);
    assert_eq!(mail.field("Bcc"), None);
    assert_eq!(mail.field("Subject").unwrap(), "hello");
    assert!(
        mail.field("Message-ID")
            .unwrap()
            .ends_with("@example.test>")
    );
    assert_eq!(mail.body(), b"world\r\n");
    assert_eq!(office.postfix().mail_of(&log)[0].field("Bcc"), None);

    let copy = office.sent().remove(0);
    assert!(
        copy.flags.contains(&"\\Seen".to_owned()),
        "{:?}",
        copy.flags
    );
    assert_eq!(copy.field("Bcc").unwrap(), log);
    let travelled = copy.text().replace(&format!("Bcc: {log}\r\n"), "");
    assert!(
        mail.text().ends_with(&travelled),
        "{travelled}\n{}",
        mail.text()
    );
    assert_eq!(office.waiting(), [""; 0]);
}

#[test]
fn send_on_behalf_shows_both() {
    let (office, robin) = (Office::open(), robin());
    office.send(office.carol(), ["--to", &robin]).exits(0);
    let mail = office.postfix().mail_of(&robin).remove(0);
    let carol = office.carol();
    assert_eq!(mail.field("From").unwrap(), office.support());
    assert_eq!(mail.field("Sender").unwrap(), carol);
    assert_eq!(mail.field("Return-Path").unwrap(), format!("<{carol}>"));
    // Carol may put nothing into Sent: the administrator has.
    assert_eq!(office.sent().len(), 1);
    let insisting = office.send(carol, ["--to", &robin, "--as"]);
    insisting.exits(77).says("does not hold Send As");
}

#[test]
fn a_person_with_a_login_of_her_own_needs_no_administrator() {
    let (office, robin) = (Office::open(), robin());
    let mut hers = office.sharemail();
    hers.env("SHAREMAIL_IMAP_USER", office.alice());
    let words = [
        "send",
        office.support(),
        "--to",
        &robin,
        "--subject",
        "x",
        "--body",
        "x",
        "-vv",
    ];
    let ran = run::run(&mut hers, words).exits(0);
    assert!(!ran.stderr.contains("admin"), "{}", ran.stderr);
    assert_eq!(office.postfix().mail_of(&robin).len(), 1);
    assert_eq!(office.sent().len(), 1);
}

#[test]
fn nobody_sends_without_an_identity() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, _| Act::Go);
    let mut command = office.sharemail();
    let by = smtp.serve(&mut command);
    let ran = office.send_by(by, office.bob(), ["--to", "robin@example.test"]);
    ran.exits(77)
        .says("holds neither Send As nor Send on Behalf")
        .says("sharemail grant");
    // Dovecot says that the administrator may do all to what is not there in Public.
    let mut command = office.sharemail();
    let by = smtp.serve(&mut command);
    let ran = office.send_by(by, "admin", ["--to", "robin@example.test"]);
    ran.exits(77).says("holds neither").says_not("not believed");
    assert_eq!(smtp.connections(), 0);
    assert_eq!(office.waiting(), [""; 0]);
    smtp.finish();
}

#[test]
fn an_identity_folder_that_the_sender_could_change_is_not_believed() {
    for (folder, rights) in [("Identities/Send As", "lpa"), ("Identities", "lx")] {
        let mailbox = Mailbox::on(Postfix::running(), &["Sent"], 1);
        mailbox.make_identities();
        mailbox.set("Identities/Send As", mailbox.alice(), "lp");
        mailbox.set(folder, mailbox.alice(), rights);
        let words = ["send", &mailbox.address, "--user", mailbox.alice()];
        let to = [
            "--to",
            "robin@example.test",
            "--subject",
            "x",
            "--body",
            "x",
        ];
        let ran = mailbox.provider.run(words.iter().chain(&to)).exits(77);
        ran.says("not believed").says(folder);
    }
}

#[test]
fn a_missing_line_in_the_servers_map_is_named() {
    let (office, robin) = (Office::closed(), robin());
    let ran = office.send(office.alice(), ["--to", &robin]).exits(77);
    let line = format!("\"{} {}\"", office.support(), office.alice());
    ran.says("not owned by user").says(&line);
    office.postfix().settled();
    assert!(office.postfix().mail_in(&robin, "INBOX").is_empty());
    assert!(office.sent().is_empty());
    assert_eq!(office.waiting(), [""; 0]);
}

#[test]
fn the_decision_can_be_left_to_the_server_and_the_copy_too() {
    let (office, robin) = (Office::open(), robin());
    let mut command = office.sharemail();
    command.env("SHAREMAIL_IDENTITY_CHECK", "server");
    let ran = office.send_by(&mut command, office.bob(), ["--to", &robin]);
    ran.exits(77).says("not owned by user");
    let mut command = office.sharemail();
    command.env("SHAREMAIL_IDENTITY_CHECK", "server");
    command.env("SHAREMAIL_SENT_COPY", "server");
    office
        .send_by(&mut command, office.alice(), ["--to", &robin])
        .exits(0);
    office
        .send(office.alice(), ["--to", &robin, "--no-save"])
        .exits(0);
    assert_eq!(office.postfix().mails_of(&robin, 2).len(), 2);
    assert!(office.sent().is_empty());
}

#[test]
fn a_report_of_delivery_comes_to_the_envelopes_sender() {
    let (office, robin) = (Office::open(), robin());
    let odd = robin.replacen('@', "+a=b@", 1);
    let senders = [
        (office.alice(), office.support()),
        (office.carol(), office.carol()),
    ];
    for (user, from) in senders {
        let words = ["--to", &odd, "--dsn", "success,failure", "-o", "json"];
        let sent = office.send(user, words).exits(0).json();
        let id = sent["message_id"].as_str().unwrap();
        let report = office.postfix().mail_of(from).remove(0);
        assert_eq!(report.field("Return-Path").unwrap(), "<>");
        let kind = report.field("Content-Type").unwrap();
        assert!(
            kind.starts_with("multipart/report; report-type=delivery-status"),
            "{kind}"
        );
        let says = |line: &str| assert!(report.text().contains(line), "{line}\n{}", report.text());
        says(&format!(
            "Original-Envelope-Id: {}\r\n",
            id.trim_matches(['<', '>'])
        ));
        says(&format!("Original-Recipient: rfc822;{odd}\r\n"));
        says("Action: relayed\r\n");
        says("Status: 2.");
        // The header alone comes back.
        says(&format!("Message-ID: {id}\r\n"));
        says("Content-Type: text/rfc822-headers");
        assert!(!report.text().contains("world"));
    }
}

#[test]
fn a_report_of_failure_comes_back_and_never_means_never() {
    let (office, robin) = (Office::open(), robin());
    office.postfix().fill_up(&robin);
    let long = "0123456789\n".repeat(500);
    let body = ["--body", &long];
    for when in ["never", "failure"] {
        let words = ["send", office.support(), "--user", office.alice()];
        let more = ["--to", &robin, "--subject", when, "--dsn", when];
        let words = words.iter().chain(&more).chain(&body);
        run::run(&mut office.sharemail(), words).exits(0);
        office.postfix().settled();
    }
    let reports = office.postfix().mail_of(office.support());
    let [report] = &reports[..] else {
        panic!("{reports:?}")
    };
    assert!(report.text().contains("Action: failed"));
    assert!(report.text().contains("Subject: failure"));
    assert!(!report.text().contains("0123456789"));
}

#[test]
fn where_no_reports_can_be_asked_for_it_is_sent_and_told() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Command(line) if line.starts_with("EHLO") => {
            Act::Say(offer("PIPELINING|SIZE 10240000|AUTH PLAIN|8BITMIME"))
        }
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    let by = smtp.serve(&mut command);
    let words = ["--to", "robin@example.test", "--dsn", "success"];
    let ran = office.send_by(by, office.alice(), words).exits(0);
    ran.says("no DSN");
    let received = smtp.received().remove(0);
    assert_eq!(received.recipients, ["TO:<robin@example.test>"]);
    assert!(!received.sender.contains("RET"), "{}", received.sender);
    assert_eq!(office.sent().len(), 1);
    let wrong = office.send(office.alice(), ["--to", &robin(), "--dsn", "sometimes"]);
    wrong.exits(64).says("success, failure and delay");
    smtp.finish();
}

#[test]
fn every_recipient_has_an_answer_of_its_own() {
    let (office, robin) = (Office::open(), robin());
    let (bad, later) = ("nobody@example.test", "defer@example.test");
    let to = [robin.as_str(), bad, later].join(", ");
    let ran = office
        .send(office.alice(), ["--to", &to, "--output", "json"])
        .exits(3);
    let fates: Vec<_> = ran.json()["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|to| to["fate"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fates, ["accepted", "refused", "deferred"]);
    assert_eq!(ran.json()["copy"]["state"], "filed");
    office
        .send(office.alice(), ["--to", bad])
        .exits(1)
        .says("User unknown");
    office.send(office.alice(), ["--to", later]).exits(75);
    let csv = office
        .send(office.alice(), ["--to", &to, "--output", "csv"])
        .exits(3);
    assert_eq!(csv.stdout.lines().count(), 4, "{}", csv.stdout);
    assert_eq!(office.sent().len(), 2);
}

#[test]
fn a_dry_run_prints_the_message_and_its_envelope_and_sends_nothing() {
    let office = Office::open();
    let file = office.state.path().join("Bericht für alle.csv");
    fs::write(&file, "a,b\n1,2\n").unwrap();
    let html = office.state.path().join("x.html");
    fs::write(&html, "<p>world</p>").unwrap();
    let smtp = FakeSmtp::tls(|_, _| Act::Go);
    let mut command = office.sharemail();
    let by = smtp.serve(&mut command);
    let (file, html) = (file.to_str().unwrap(), html.to_str().unwrap());
    let words = [
        "--to",
        "robin@example.test",
        "--attach",
        file,
        "--html",
        html,
    ];
    let more = [
        "--cc",
        "info@bücher.test",
        "--header",
        "X-Ticket: 7",
        "--dry-run",
    ];
    let words = [&words[..], &more].concat();
    let ran = run::run(by, office.words(office.alice(), &words)).exits(0);
    ran.says(&format!("MAIL FROM:<{}>", office.support()))
        .says("RCPT TO:<robin@example.test>")
        .says("RCPT TO:<info@xn--bcher-kva.test>")
        .says("X-Ticket: 7")
        .says("text/csv")
        .says("multipart/alternative")
        .says("<p>world</p>");
    assert_eq!(smtp.connections(), 0);
    smtp.finish();
}

#[test]
fn a_finished_message_gets_its_from_and_nothing_else() {
    let (office, robin) = (Office::open(), robin());
    let file = office.state.path().join("m.eml");
    let text = format!("From: Eve <eve@x.test>\nTo: {robin}\nSubject: raw\n\n.dot\n");
    fs::write(&file, text).unwrap();
    let words = ["send", office.support(), "--user", office.alice(), "--raw"];
    let words = words.into_iter().chain([file.to_str().unwrap()]);
    run::run(&mut office.sharemail(), words).exits(0);
    let mail = office.postfix().mail_of(&robin).remove(0);
    assert_eq!(
        mail.field("From").unwrap(),
        format!("Eve <{}>", office.support())
    );
    assert_eq!(mail.body(), b".dot\r\n");
}

/// A job that cron runs, with the administrator's profile.
#[test]
fn an_administrator_who_is_no_member_is_led_to_the_mailbox_itself() {
    let (office, robin) = (Office::open(), robin());
    let support = office.support();
    let words = [
        "send",
        support,
        "--to",
        &robin,
        "--subject",
        "Report",
        "--body",
        "b",
    ];
    let ran = run::run(&mut office.sharemail(), words).exits(77);
    ran.says("nothing was sent")
        .says(&format!("add --user {support}"))
        .says_not("sharemail grant");
    let words = words.into_iter().chain(["--user", support]);
    let ran = run::run(&mut office.sharemail(), words).exits(0);
    ran.says("sent to 1 recipient (250").says_not(", by ");
    assert_eq!(office.postfix().mails_of(&robin, 1).len(), 1);
    // On the mailbox's behalf goes nothing but what was given: to the login, as the server knows it.
    let words = [
        "send",
        support,
        "--to",
        &robin,
        "--subject",
        "x",
        "--body",
        "b",
        "--on-behalf",
    ];
    let ran = run::run(&mut office.sharemail(), words).exits(77);
    let told = format!("sharemail grant {support} id:admin --send-on-behalf");
    ran.says(&told).says_not("add --user");
}

/// Dovecot and Postfix name a login without a domain as it is, and so must the table.
#[test]
fn a_login_without_a_domain_sends_by_the_table_that_is_printed() {
    let postfix = Postfix::start();
    let support = Mailbox::on(&postfix, &["Sent"], 1);
    let address = support.address.as_str();
    support.grant(["id:admin", "--send-as"]).exits(0);
    let home = tempfile::tempdir().unwrap();
    let send = || {
        let mut command = postfix.sharemail();
        command.env("XDG_STATE_HOME", home.path());
        let to = ["--to", "robin@sink.test", "--subject", "x", "--body", "b"];
        run::run(&mut command, ["send", address].into_iter().chain(to))
    };
    let ran = send().exits(77);
    ran.says(&format!("needs the line \"{address} admin\""))
        .says("sharemail identities --format postfix");
    let words = ["identities", address, "--format", "postfix"];
    let table = support.run(words).exits(0).says_not("is no address");
    postfix.sender_login_maps(&table.stdout);
    // The copy needs more than that, which is told of the login as it is.
    let ran = send().exits(3);
    ran.says("by admin@example.test (Send As)")
        .says(&format!("sharemail grant {address} id:admin --write"));
    support.run(["can-send", address]).exits(0);
    // What takes it from her takes her out of the table.
    let folder = support.owned("Identities/Send As");
    support
        .owner()
        .ok(&format!("SETACL \"{folder}\" \"-admin\" p"));
    let table = support.run(words);
    assert!(!table.stdout.contains(" admin"), "{}", table.stdout);
}

#[test]
fn who_sent_it_is_told_in_the_fields_words() {
    let (office, robin) = (Office::open(), robin());
    let to = ["--to", robin.as_str(), "--subject", "x", "--body", "b"];
    let by = |who: &str| {
        let words = ["send", office.support(), "--user", who];
        run::run(&mut office.sharemail(), words.into_iter().chain(to)).exits(0)
    };
    by(office.alice()).says(&format!("1 recipient, by {} (Send As)", office.alice()));
    by(office.carol()).says(&format!("by {} (Send on Behalf)", office.carol()));
}

#[test]
fn a_line_end_in_what_was_typed_sends_nothing() {
    let office = Office::open();
    let to = ["--to", "robin@example.test"];
    for (option, value) in [
        ("--from-name", "a\r\nBcc: x@example.test"),
        ("--header", "X-A: b\nBcc: x@example.test"),
        ("--reply-to", "a@example.test\r\n.\r\n"),
    ] {
        office
            .send(office.alice(), [to[0], to[1], option, value])
            .exits(64);
    }
    let header = ["--header", "Bcc: x@example.test"];
    let ran = office.send(office.alice(), [to[0], to[1], header[0], header[1]]);
    ran.exits(65).says("is set by sharemail itself");
    assert!(office.sent().is_empty());
}

#[test]
fn when_the_answer_is_lost_nobody_knows_and_nothing_is_sent_again() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Message(_) => Act::Close,
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    let by = smtp.serve(&mut command);
    let ran = office.send_by(by, office.alice(), ["--to", "robin@example.test"]);
    ran.exits(3).says("nobody knows whether it was sent");
    assert_eq!(office.waiting(), ["unknown"]);
    let mut command = office.sharemail();
    let ran = run::run(smtp.serve(&mut command), ["outbox", "file"]).exits(3);
    ran.says("not in Sent");
    assert_eq!((smtp.received().len(), office.sent().len()), (1, 0));

    let list = office.outbox(["--output", "json"]).json();
    let id = list["messages"][0]["id"].as_str().unwrap().to_owned();
    office
        .outbox(["file", &id, "--delivered"])
        .exits(0)
        .says("filed in Sent");
    assert_eq!((office.sent().len(), office.waiting().len()), (1, 0));
    assert_eq!(smtp.received().len(), 1);
    smtp.finish();
}

#[test]
fn an_unknown_message_that_lies_in_sent_was_sent() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Message(_) => Act::Close,
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    let by = smtp.serve(&mut command);
    office
        .send_by(by, office.alice(), ["--to", "robin@example.test"])
        .exits(3);
    let message = String::from_utf8(smtp.received().remove(0).message).unwrap();
    let mut owner = office.mailbox.owner();
    owner.append("Sent", &message);
    office
        .outbox(["file"])
        .exits(0)
        .says("it was sent, and lies in Sent");
    assert_eq!((office.sent().len(), office.waiting().len()), (1, 0));
    smtp.finish();
}

/// Kills a `send` once `smtp` has heard what `until` waits for.
fn killed(office: &Office, smtp: &FakeSmtp, until: impl Fn(&FakeSmtp) -> bool) {
    let mut command = office.sharemail();
    let words = office.words(office.alice(), &["--to", "robin@example.test"]);
    let mut child = run::start(smtp.serve(&mut command).args(words));
    let begin = Instant::now();
    while !until(smtp) {
        assert!(
            begin.elapsed() < Duration::from_secs(300),
            "{:?}",
            smtp.heard()
        );
        thread::sleep(Duration::from_millis(5));
    }
    if let Some(busy) = office.waiting().first() {
        assert_eq!(busy, "busy");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killed_before_the_end_of_the_message_it_was_not_sent() {
    for verb in ["MAIL", "RCPT", "DATA"] {
        let office = Office::open();
        let smtp = FakeSmtp::tls(move |_, step| match step {
            Step::Command(line) if line.starts_with(verb) => Act::Hang,
            _ => Act::Go,
        });
        let heard = |smtp: &FakeSmtp| smtp.heard().iter().any(|line| line.starts_with(verb));
        killed(&office, &smtp, heard);
        assert_eq!(office.waiting(), ["not-sent"], "{verb}");
        office.outbox(["file"]).exits(0).says("nothing to file");
        assert!(smtp.received().is_empty() && office.sent().is_empty());
        let list = office.outbox(["--output", "json"]).json();
        office
            .outbox(["forget", list["messages"][0]["id"].as_str().unwrap()])
            .exits(0);
        assert_eq!(office.waiting(), [""; 0]);
    }
}

#[test]
fn killed_after_the_end_of_the_message_nobody_knows() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Message(_) => Act::Hang,
        _ => Act::Go,
    });
    killed(&office, &smtp, |smtp| !smtp.received().is_empty());
    assert_eq!(office.waiting(), ["unknown"]);
    office.outbox(["file"]).exits(3);
    assert_eq!(office.waiting(), ["unknown"]);
    assert_eq!((smtp.received().len(), office.sent().len()), (1, 0));
}

#[test]
fn a_copy_whose_filing_broke_off_is_filed_once_later() {
    let (office, robin) = (Office::open(), robin());
    for (cut, lies_there) in [(Cut::Before("APPEND", 1), 0), (Cut::After("APPEND", 1), 1)] {
        let proxy = Proxy::plain(office.postfix(), Duration::ZERO, Some(cut.clone()));
        let mut command = office.own(proxy.sharemail(office.postfix()));
        let ran = office.send_by(&mut command, office.alice(), ["--to", &robin]);
        ran.exits(3)
            .says("its copy is not filed")
            .says("outbox file");
        assert_eq!(office.waiting(), ["not-filed"], "{cut:?} {lies_there}");
        office.outbox(["file"]).exits(0);
        assert_eq!(office.waiting(), [""; 0]);
    }
    assert_eq!(office.postfix().mails_of(&robin, 2).len(), 2);
    assert_eq!(office.sent().len(), 2);
}

#[test]
fn a_copy_that_was_filed_before_a_crash_is_not_filed_again() {
    let (office, robin) = (Office::open(), robin());
    let cut = Some(Cut::Before("APPEND", 1));
    let proxy = Proxy::plain(office.postfix(), Duration::ZERO, cut);
    let mut command = office.own(proxy.sharemail(office.postfix()));
    office
        .send_by(&mut command, office.alice(), ["--to", &robin])
        .exits(3);
    let outbox = office.state.path().join("sharemail/outbox");
    let only = |folder: &Path| {
        fs::read_dir(folder)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path()
    };
    let file = only(&outbox);
    let content = fs::read(&file).unwrap();
    office.outbox(["file"]).exits(0);
    fs::write(&file, content).unwrap();
    office.outbox(["file"]).exits(0).says("filed in Sent");
    assert_eq!((office.sent().len(), office.waiting().len()), (1, 0));
}

#[test]
fn where_the_mailbox_is_full_the_copy_waits_in_the_outbox() {
    let (office, robin) = (Office::open(), robin());
    // What a member files in a shared folder, Dovecot counts for nobody: the owner files for Carol.
    office.quota(1);
    let long = "0123456789\n".repeat(500);
    let words = ["--to", robin.as_str(), "--subject", "full", "--body", &long];
    let begin = ["send", office.support(), "--user", office.carol()];
    let words: Vec<&str> = begin.into_iter().chain(words).collect();
    let ran = run::run(&mut office.sharemail(), &words).exits(3);
    ran.says("its copy is not filed").says("OVERQUOTA");
    assert_eq!(office.postfix().mail_of(&robin).len(), 1);
    assert_eq!(office.waiting(), ["not-filed"]);
    office.outbox(["file"]).exits(3).says("OVERQUOTA");
    office.quota(100_000);
    office.outbox(["file"]).exits(0).says("filed in Sent");
    assert_eq!((office.sent().len(), office.waiting().len()), (1, 0));
    office.postfix().settled();
    assert_eq!(office.postfix().mail_of(&robin).len(), 1);
}

#[test]
fn two_hundred_recipients_of_whom_three_are_bad() {
    let office = Office::open();
    let people = (0..197).map(|n| format!("p{n}@sink.test"));
    let bad = (0..3).map(|n| format!("bad{n}@example.test"));
    let to = people.chain(bad).collect::<Vec<_>>().join(",");
    let ran = office.send(office.alice(), ["--bcc", &to]).exits(3);
    ran.says("to 197 of 200 recipients")
        .says("bad2@example.test");
}

#[test]
fn large_and_odd_things_arrive_as_they_were() {
    let (office, robin) = (Office::open(), robin());
    let large = office.state.path().join("größe \"1\".bin");
    fs::write(&large, vec![0xa5; 20_000_000]).unwrap();
    let subject = "ü🎉 ".repeat(2500);
    let to = format!("\"Robin (the \\\"first\\\")\" <{robin}> (comment)");
    let words = [
        "send",
        office.support(),
        "--user",
        office.alice(),
        "--to",
        &to,
    ];
    let more = ["--subject", &subject, "--from-name", "Support, Ltd. 🎉"];
    let file = ["--attach", large.to_str().unwrap()];
    let words = words.into_iter().chain(more).chain(file);
    let ran = run::run(&mut office.sharemail(), words).exits(0);
    println!("20 MB in {:?}", ran.took);
    let mail = office.postfix().mail_of(&robin).remove(0);
    let copy = office.sent().remove(0);
    assert_eq!(mail.body(), copy.body());
    assert!(mail.raw.len() > 26_000_000);
    assert!(mail.fields("Subject").len() == 1 && mail.fields("Bcc").is_empty());
    let lines = mail.raw.split(|byte| *byte == b'\n');
    assert!(lines.map(<[u8]>::len).max() < Some(999));
}

#[test]
fn a_server_that_cannot_be_trusted_or_does_not_want_gets_nothing() {
    let office = Office::open();
    let to = ["--to", "robin@example.test"];
    let send = |smtp: &FakeSmtp| {
        let mut command = office.sharemail();
        office.send_by(smtp.serve(&mut command), office.alice(), to)
    };
    let stripped = FakeSmtp::stripped();
    send(&stripped).exits(69).says("no STARTTLS");
    let refusing = FakeSmtp::tls(|_, step| match step {
        Step::Command(line) if line.starts_with("AUTH") => Act::Say("535 5.7.8 no".into()),
        _ => Act::Go,
    });
    send(&refusing).exits(77).says("refused the login");
    assert_eq!(office.waiting(), [""; 0]);
    for verb in ["MAIL", "RCPT", "DATA"] {
        let leaving = FakeSmtp::tls(move |_, step| match step {
            Step::Command(line) if line.starts_with(verb) => {
                Act::SayAndClose("421 4.3.2 shutting down".into())
            }
            _ => Act::Go,
        });
        send(&leaving).exits(75).says("421");
        assert!(leaving.received().is_empty());
    }
    let full = FakeSmtp::tls(|_, step| match step {
        Step::Message(_) => Act::Say("554 5.6.0 no".into()),
        _ => Act::Go,
    });
    send(&full).exits(1).says("554 5.6.0 no");
    assert_eq!((office.waiting().len(), office.sent().len()), (0, 0));
}
