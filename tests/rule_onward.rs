//! `sharemail rule run --forward`: what arrives where, seen by the recipient, and that it arrives once.

use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use tempfile::TempDir;

use crate::provider::mail::mails;
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{Act, FakeSmtp, Mail, Mailbox, Postfix, Provider, Ran, Step, run};

/// A mailbox beside a Postfix, with a rule that forwards.
struct Office {
    mailbox: Mailbox<'static>,
    state: TempDir,
}

const WHEN: &str = "from = \"*@bank.example\"";

impl Office {
    fn open() -> Office {
        let mailbox = Mailbox::on(Postfix::running(), &["Invoices", "Archive"], 2);
        let support = mailbox.address.as_str();
        mailbox.provider.sender_owners(support, &[support]);
        let state = tempfile::tempdir().unwrap();
        Office { mailbox, state }
    }

    fn with(then: &str) -> Office {
        let office = Office::open();
        office.add("a", then);
        office
    }

    /// The rule, with ALICE and BOB in it as they are called here.
    fn add(&self, name: &str, then: &str) {
        let then = then
            .replace("ALICE", self.alice())
            .replace("BOB", self.bob());
        let words = ["add", name, "--when", WHEN, "--then", &then];
        self.rule(&words).exits(0);
    }

    fn postfix(&self) -> &'static Provider {
        self.mailbox.provider
    }

    fn alice(&self) -> &str {
        self.mailbox.alice()
    }

    fn bob(&self) -> &str {
        self.mailbox.bob()
    }

    fn own(&self, mut command: Command) -> Command {
        command.env("XDG_STATE_HOME", self.state.path());
        command.env("SHAREMAIL_FORWARD_DOMAINS", "example.test");
        command
    }

    fn sharemail(&self) -> Command {
        self.own(self.postfix().sharemail())
    }

    fn words<'w>(&'w self, typed: &[&'w str]) -> Vec<&'w str> {
        let mut words = vec!["rule", typed[0], &self.mailbox.address];
        words.extend(&typed[1..]);
        words.push("-vv");
        words
    }

    fn rule(&self, typed: &[&str]) -> Ran {
        run::run(&mut self.sharemail(), self.words(typed))
    }

    fn by(&self, command: &mut Command) -> Ran {
        run::run(command, self.words(&["run", "--forward"]))
    }

    fn outbox(&self, words: &[&str]) -> Ran {
        run::run(&mut self.sharemail(), ["outbox"].iter().chain(words))
    }

    fn put(&self, message: &str) {
        self.mailbox
            .member(&self.mailbox.address)
            .append("INBOX", message);
    }

    /// What came to somebody once Postfix has nothing left to do.
    fn came(&self, who: &str) -> Vec<Mail> {
        self.postfix().settled();
        self.postfix().mail_in(who, "INBOX")
    }

    fn lying(&self, folder: &str) -> Vec<Mail> {
        let mut owner = self.mailbox.member(&self.mailbox.address);
        mails(&mut owner, folder)
    }
}

fn message(n: usize) -> String {
    format!(
        "Received: from x by y; Mon, 1 Jan 2024 10:00:00 +0000\nFrom: carol@bank.example\nTo: x@example.test\n\
         Subject: =?utf-8?q?=F0=9F=8E=89?= {n}\nMessage-ID: <{n}@bank.example>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n.\n..dots\nFrom é {n}\n"
    )
}

/// What stands before the message as it was, and that nothing else did.
fn before(came: &Mail, n: usize) -> String {
    let original = message(n).replace('\n', "\r\n").into_bytes();
    let before = came.raw.strip_suffix(original.as_slice());
    let before = before.unwrap_or_else(|| panic!("{}", came.text()));
    String::from_utf8(before.to_vec()).unwrap()
}

#[test]
fn each_message_goes_once_to_each_address_as_it_is() {
    let office = Office::with("label = \"bank\", forward = [\"ALICE\", \"BOB\"]");
    office.put(&message(1));
    office.put("From: dave@example.com\nSubject: other\n\nx\n");
    office.put("From: robot@bank.example\nAuto-Submitted: auto-replied\nSubject: away\n\nx\n");
    office.put(&message(2));
    // Nothing goes unasked, and what would is told.
    let ran = office.rule(&["run"]).exits(0);
    ran.says("3 messages left to forward: ")
        .says("rule run")
        .says("needs --forward");
    assert!(office.came(office.alice()).is_empty());
    let dry = office.rule(&["run", "--forward", "--dry-run"]).exits(0);
    dry.says("planned").says("3 would be forwarded");
    assert!(office.came(office.alice()).is_empty());
    // What was judged without it goes all the same.
    let ran = office.rule(&["run", "--forward"]).exits(0);
    let ran = ran
        .says("3 taken by rules, 2 forwarded")
        .says("needless (it is an automatic answer");
    assert!(!ran.stderr.contains("SILENT (bank)"), "{ran:?}");
    for who in [office.alice(), office.bob()] {
        let came = office.came(who);
        assert_eq!(came.len(), 2, "{came:?}");
        for (n, mail) in [1, 2].into_iter().zip(&came) {
            let before = before(mail, n);
            let support = &office.mailbox.address;
            let (_, resent) = before.split_once("Resent-From: ").unwrap();
            assert!(resent.starts_with(&format!("{support}\r\nResent-To: {who}\r\nResent-Date: ")));
            let (_, id) = resent.split_once("\r\nResent-Message-ID: <").unwrap();
            assert!(id.ends_with("@example.test>\r\n"), "{before}");
            assert!(
                before.contains(&format!("Return-Path: <{support}>")),
                "{before}"
            );
        }
    }
    // No more by any run, as often as it comes.
    for words in [
        &["run", "--forward"][..],
        &["run", "--forward", "--all"],
        &["run", "--forward", "--since", "3650d"],
        &["run", "--forward", "--folder", "INBOX"],
    ] {
        let ran = office.rule(words).exits(0);
        assert!(!ran.stderr.contains("MAIL FROM"), "{ran:?}");
    }
    // Nor by another rule, and by one that names somebody else to her alone.
    office.rule(&["remove", "a"]).exits(0);
    office.add("b", "forward = [\"BOB\", \"ALICE\"], flag = true");
    let ran = office.rule(&["run", "--forward"]).exits(0);
    assert!(!ran.stderr.contains("MAIL FROM"), "{ran:?}");
    assert_eq!(office.came(office.alice()).len(), 2);
    assert_eq!(office.came(office.bob()).len(), 2);
    assert!(office.outbox(&[]).exits(0).stdout.contains("empty"));
    // In the log, and by no word of it.
    let log = office.state.path().join("sharemail/audit.jsonl");
    let log = fs::read_to_string(log).unwrap();
    assert_eq!(log.matches("\"change\":\"send\"").count(), 8, "{log}");
    assert!(!log.contains("carol@bank") && !log.contains("dots"));
}

#[test]
fn what_moved_can_be_forwarded_where_it_lies_and_nothing_twice() {
    let office = Office::with("forward = \"ALICE\", move = \"Invoices\"");
    office.put(&message(1));
    let ran = office.rule(&["run"]).exits(0);
    ran.says("and what is moved with --folder \"Invoices\"");
    assert_eq!(office.lying("Invoices").len(), 1);
    let there = ["run", "--forward", "--folder", "Invoices"];
    office.rule(&there).exits(0).says("1 forwarded");
    office.put(&message(2));
    let undo = office.state.path().join("undo");
    let undo = undo.to_str().unwrap();
    let ran = office
        .rule(&["run", "--forward", "--undo-file", undo])
        .exits(0);
    ran.says("1 changed, 1 forwarded");
    assert_eq!(office.lying("Invoices").len(), 2);
    // It went before it moved, and is known where it lies now.
    let ran = office.rule(&there).exits(0);
    assert!(!ran.stderr.contains("MAIL FROM"), "{ran:?}");
    let back = run::run(&mut office.sharemail(), ["undo", undo, "--yes"]);
    // That it was judged, and forwarded, is not taken back.
    assert!(matches!(back.code, Some(0 | 3)), "{back:?}");
    assert_eq!(office.lying("INBOX").len(), 1);
    let ran = office.rule(&["run", "--forward"]).exits(0);
    assert!(!ran.stderr.contains("MAIL FROM"), "{ran:?}");
    assert_eq!(office.came(office.alice()).len(), 2);
}

#[test]
fn an_undo_does_not_make_it_go_again() {
    let office = Office::with("forward = \"ALICE\", label = \"bank\"");
    office.put(&message(1));
    let undo = office.state.path().join("undo");
    let undo = undo.to_str().unwrap();
    let ran = office.rule(&["run", "--forward", "--undo-file", undo]);
    ran.exits(0)
        .says("1 changed, 1 forwarded")
        .says("cannot be undone");
    let back = run::run(&mut office.sharemail(), ["undo", undo, "--yes"]).exits(0);
    back.says("has gone, and cannot be undone");
    // Where nothing is known but what the mailbox keeps, either.
    let apart = tempfile::tempdir().unwrap();
    for there in [office.state.path(), apart.path()] {
        let mut command = office.sharemail();
        command.env("XDG_STATE_HOME", there);
        let ran = office.by(&mut command).exits(0);
        assert!(!ran.stderr.contains("MAIL FROM"), "{ran:?}");
    }
    assert_eq!(office.came(office.alice()).len(), 1);
}

#[test]
fn what_is_refused_stays_where_it_is_and_is_tried_again() {
    let office =
        Office::with("forward = [\"nobody@example.test\", \"ALICE\"], move = \"Invoices\"");
    office.put(&message(1));
    let ran = office.rule(&["run", "--forward"]).exits(3);
    ran.says("nobody@example.test: not sent (550")
        .says("the next run with --forward tries it again");
    assert_eq!(
        (office.lying("INBOX").len(), office.lying("Invoices").len()),
        (1, 0)
    );
    office
        .rule(&["run", "--forward"])
        .exits(3)
        .says("it stays: it was not forwarded");
    assert_eq!(office.came(office.alice()).len(), 1);
    // It goes with a rule that can be obeyed.
    office.rule(&["remove", "a"]).exits(0);
    office.add("a", "forward = \"ALICE\", move = \"Invoices\"");
    office.rule(&["run", "--forward"]).exits(0);
    assert_eq!(
        (office.lying("INBOX").len(), office.lying("Invoices").len()),
        (0, 1)
    );
    assert_eq!(office.came(office.alice()).len(), 1);
}

#[test]
fn the_profile_decides_whatever_the_settings_say() {
    let office = Office::with("forward = \"ALICE\", flag = true");
    office.put(&message(1));
    let barred = |words: &[&str]| {
        let mut command = office.sharemail();
        command.env("SHAREMAIL_FORWARD_DOMAINS", "example.org");
        run::run(&mut command, office.words(words))
    };
    let ran = barred(&["run", "--forward"]).exits(77);
    let ran = ran.says("does not name that domain");
    assert!(!ran.stderr.contains("UID STORE") && !ran.stderr.contains("MAIL FROM"));
    barred(&["run"]).exits(0).says("left to forward: ");
    // Nor where a member could have written them.
    office.mailbox.set("Team/Settings", office.bob(), "lri");
    office
        .rule(&["run", "--forward"])
        .exits(77)
        .says_not("MAIL FROM");
    assert!(office.came(office.alice()).is_empty());
}

#[test]
fn what_cannot_travel_is_told_and_what_is_too_large_is_not_read() {
    let office = Office::with("forward = \"ALICE\"");
    office.put(
        "From: a@bank.example\nSubject: long\n\n"
            .to_owned()
            .as_str(),
    );
    office.put(&format!(
        "From: b@bank.example\nSubject: line\n\n{}\n",
        "x".repeat(1200)
    ));
    office.put(&format!(
        "From: c@bank.example\nSubject: huge\n\n{}",
        "0123456789\n".repeat(500)
    ));
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Command(line) if line.starts_with("EHLO") => {
            Act::Say("250-localhost\r\n250-AUTH PLAIN\r\n250 SIZE 3000".into())
        }
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    let ran = office.by(smtp.serve(&mut command)).exits(3);
    let ran = ran
        .says("1200 bytes where 998 are the most")
        .says("and the SMTP server takes 3000");
    assert_eq!(smtp.received().len(), 1, "{ran:?}");
    // Of the large one nothing was read.
    assert!(!ran.stderr.contains("BODY[]<0> {5"), "{ran:?}");
    smtp.finish();
    // 8-bit text goes where the server takes it as that.
    let office = Office::with("forward = \"ALICE\"");
    office.put(&message(1));
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Command(line) if line.starts_with("EHLO") => {
            Act::Say("250-localhost\r\n250 AUTH PLAIN".into())
        }
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    office
        .by(smtp.serve(&mut command))
        .exits(3)
        .says("no 8BITMIME");
    assert!(smtp.received().is_empty());
    smtp.finish();
    office
        .rule(&["run", "--forward"])
        .exits(0)
        .says("1 forwarded");
}

#[test]
fn of_what_nobody_knows_it_is_told_until_somebody_says_so() {
    let office = Office::with("forward = \"ALICE\", move = \"Invoices\"");
    office.put(&message(1));
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Message(_) => Act::Close,
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    office
        .by(smtp.serve(&mut command))
        .exits(3)
        .says("may have been forwarded, and nobody knows");
    assert_eq!(smtp.received().len(), 1);
    smtp.finish();
    for _ in 0..2 {
        let ran = office.rule(&["run", "--forward"]).exits(3);
        let ran = ran.says("outbox forget").says("unknown");
        assert!(!ran.stderr.contains("MAIL FROM"), "{ran:?}");
    }
    assert_eq!(office.lying("INBOX").len(), 1);
    let listed = office.outbox(&["-o", "json"]).json();
    let id = listed["messages"][0]["id"].as_str().unwrap();
    office.outbox(&["forget", id]).exits(0);
    office
        .rule(&["run", "--forward"])
        .exits(0)
        .says("sent before");
    assert_eq!(
        (office.lying("INBOX").len(), office.lying("Invoices").len()),
        (0, 1)
    );
    assert!(office.came(office.alice()).is_empty());
}

#[test]
fn killed_at_any_command_it_goes_once() {
    for verb in ["EHLO", "MAIL", "RCPT", "DATA", "MESSAGE"] {
        let office = Office::with("forward = \"ALICE\", label = \"bank\"");
        office.put(&message(1));
        office.put(&message(2));
        let smtp = FakeSmtp::tls(move |_, step| match step {
            Step::Command(line) if line.starts_with(verb) => Act::Hang,
            Step::Message(_) if verb == "MESSAGE" => Act::Hang,
            _ => Act::Go,
        });
        let mut command = office.sharemail();
        let words = office.words(&["run", "--forward"]);
        let mut child = run::start(smtp.serve(&mut command).args(words));
        let begin = Instant::now();
        let heard = |smtp: &FakeSmtp| match verb {
            "MESSAGE" => !smtp.received().is_empty(),
            verb => smtp.heard().iter().any(|line| line.starts_with(verb)),
        };
        while !heard(&smtp) {
            assert!(
                begin.elapsed() < Duration::from_secs(300),
                "{:?}",
                smtp.heard()
            );
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let given = smtp.received().len();
        smtp.finish();
        // Its turn is over for runs on this machine.
        let ran = office.rule(&["run", "--forward"]);
        match verb {
            "MESSAGE" => ran
                .exits(3)
                .says("it may have been sent")
                .says("1 forwarded"),
            _ => ran.exits(0).says("2 forwarded"),
        };
        assert_eq!(office.came(office.alice()).len() + given, 2, "{verb}");
        let again = office.rule(&["run", "--forward"]);
        assert!(!again.stderr.contains("MAIL FROM"), "{verb}: {again:?}");
    }
}

#[test]
fn cut_off_from_the_mailbox_it_goes_once() {
    for word in ["APPEND", "EXPUNGE", "UID MOVE", "BODY.PEEK[]"] {
        for cut in [Cut::Before(word, 1), Cut::After(word, 1)] {
            let office = Office::with("forward = \"ALICE\", move = \"Invoices\"");
            office.put(&message(1));
            let proxy = Proxy::plain(office.postfix(), Duration::ZERO, Some(cut.clone()));
            let mut command = office.own(proxy.sharemail(office.postfix()));
            let ran = office.by(&mut command);
            let log = format!("{cut:?}: {ran:?}");
            for _ in 0..3 {
                let again = office.rule(&["run", "--forward"]);
                if again.code == Some(0) {
                    break;
                }
            }
            assert_eq!(office.came(office.alice()).len(), 1, "{log}");
            assert_eq!(office.lying("Invoices").len(), 1, "{log}");
        }
    }
}

#[test]
fn cut_off_after_any_line_it_goes_once() {
    // Over SMTP as over IMAP, wherever it is; where nobody can know, that is said.
    let submission = (2..=8).map(|n| (true, n));
    let mailbox = (16..=64).step_by(4).map(|n| (false, n));
    let mut unknown = 0;
    for (is_submission, n) in submission.chain(mailbox) {
        let office =
            Office::with("forward = [\"ALICE\", \"BOB\"], label = \"bank\", move = \"Invoices\"");
        office.put(&message(1));
        let cut = Some(Cut::AfterLines(n));
        let proxy = match is_submission {
            true => Proxy::submission(office.postfix(), Duration::ZERO, cut),
            false => Proxy::plain(office.postfix(), Duration::ZERO, cut),
        };
        let mut command = office.own(proxy.sharemail(office.postfix()));
        let first = office.by(&mut command);
        let what = format!("{is_submission} {n}: {:?} {}", first.code, first.stdout);
        drop(proxy);
        let listed = office.outbox(&["-o", "json"]).json();
        let waiting = listed["messages"].as_array().unwrap().clone();
        let second = office.rule(&["run", "--forward"]);
        if !waiting.is_empty() && second.code != Some(0) {
            unknown += 1;
            second.exits(3).says("may have been forwarded");
            for one in &waiting {
                office.outbox(&["forget", one["id"].as_str().unwrap()]);
            }
            office.rule(&["run", "--forward"]).exits(0);
        } else {
            assert!(matches!(second.code, Some(0)), "{what} {second:?}");
        }
        let came = [office.alice(), office.bob()].map(|who| office.came(who).len());
        let least = usize::from(waiting.is_empty());
        assert!(
            came.iter().all(|n| (least..=1).contains(n)),
            "{what}: {came:?}"
        );
        assert_eq!(office.lying("Invoices").len(), 1, "{what}");
    }
    println!("{unknown} of which nobody knew");
}

#[test]
fn killed_at_any_moment_it_goes_once() {
    for n in 0..24u64 {
        let office =
            Office::with("forward = [\"ALICE\", \"BOB\"], label = \"bank\", move = \"Invoices\"");
        office.put(&message(1));
        office.put(&message(2));
        let mut command = office.sharemail();
        let mut child = run::start(command.args(office.words(&["run", "--forward"])));
        thread::sleep(Duration::from_millis(40 + n * 30));
        let _ = child.kill();
        child.wait().unwrap();
        let mut ran = office.rule(&["run", "--forward"]);
        let mut unknown = 0;
        for _ in 0..3 {
            let listed = office.outbox(&["-o", "json"]).json();
            let waiting = listed["messages"].as_array().unwrap().clone();
            for one in waiting.iter().filter(|one| one["state"] == "unknown") {
                unknown += 1;
                assert_eq!(ran.code, Some(3), "{ran:?}");
                office
                    .outbox(&["forget", one["id"].as_str().unwrap()])
                    .exits(0);
            }
            if ran.code == Some(0) {
                break;
            }
            ran = office.rule(&["run", "--forward"]);
        }
        assert_eq!(ran.code, Some(0), "{n}: {ran:?}");
        let came: usize = [office.alice(), office.bob()]
            .map(|who| office.came(who).len())
            .iter()
            .sum();
        assert!(
            came <= 4 && came + unknown >= 4,
            "{n}: {came} {unknown} {ran:?}"
        );
        assert_eq!(office.lying("Invoices").len(), 2, "{n}");
    }
}

#[test]
fn two_runs_at_once_send_once() {
    for _ in 0..5 {
        let office = Office::with("forward = [\"ALICE\", \"BOB\"]");
        for n in 1..=3 {
            office.put(&message(n));
        }
        // One that knows nothing of what the other keeps on its machine, too.
        let apart = tempfile::tempdir().unwrap();
        let runs: Vec<Ran> = thread::scope(|scope| {
            let run = |there: &std::path::Path| {
                let mut command = office.sharemail();
                command.env("XDG_STATE_HOME", there);
                run::run(&mut command, office.words(&["run", "--forward"]))
            };
            let (own, apart) = (office.state.path(), apart.path());
            let all = [own, own, apart].map(|there| scope.spawn(move || run(there)));
            all.into_iter().map(|run| run.join().unwrap()).collect()
        });
        assert!(runs.iter().any(|ran| ran.code == Some(0)), "{runs:?}");
        let codes = |ran: &Ran| matches!(ran.code, Some(0 | 75));
        assert!(runs.iter().all(codes), "{runs:?}");
        assert_eq!(office.came(office.alice()).len(), 3);
        assert_eq!(office.came(office.bob()).len(), 3);
    }
}
