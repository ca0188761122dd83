//! `sharemail send --each`: one message for each row of a file, seen from the recipients' side and
//! in the shared Sent folder.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::provider::mail::mails;
use crate::provider::proxy::{Cut, Proxy};
use crate::provider::{
    Act, Client, Cyrus, FakeSmtp, Mail, Mailbox, Postfix, Provider, Ran, Step, run,
};

/// A mailbox from which alice sends, and a home with files of one's own.
struct Office {
    mailbox: Mailbox<'static>,
    home: TempDir,
}

impl Office {
    fn open() -> Office {
        let office = Office::on(Postfix::running());
        let (support, alice) = (&office.mailbox.address, office.alice());
        let provider = office.mailbox.provider;
        provider.sender_owners(support, &[support, alice]);
        office
    }

    fn on(provider: &'static Provider) -> Office {
        let mailbox = Mailbox::on(provider, &["Sent"], 1);
        let grant = [mailbox.alice(), "--full-access", "--send-as"];
        mailbox.grant(grant).exits(0);
        let home = tempfile::tempdir().unwrap();
        Office { mailbox, home }
    }

    fn alice(&self) -> &str {
        self.mailbox.alice()
    }

    /// Writes the file of rows.
    fn rows(&self, text: impl AsRef<[u8]>) {
        fs::write(self.home.path().join("rows.csv"), text).unwrap();
    }

    fn own(&self, mut command: Command) -> Command {
        command.env("XDG_STATE_HOME", self.home.path());
        command.current_dir(self.home.path());
        command
    }

    fn sharemail(&self) -> Command {
        self.own(self.mailbox.provider.sharemail())
    }

    fn words<'w>(&'w self, words: &[&'w str]) -> Vec<&'w str> {
        let begin = ["send", &self.mailbox.address, "--user", self.alice()];
        let begin = begin.into_iter().chain(["--each", "rows.csv"]);
        begin.chain(words.iter().copied()).collect()
    }

    /// Sends to `{to}` about `row {n}`.
    fn send(&self, words: &[&str]) -> Ran {
        self.send_by(&mut self.sharemail(), words)
    }

    fn send_by(&self, by: &mut Command, words: &[&str]) -> Ran {
        run::run(by, self.words(&[&NUMBERED, words].concat()))
    }

    fn sent(&self) -> Vec<Mail> {
        let mut alice = self.mailbox.member(self.alice());
        mails(&mut alice, &self.mailbox.seen("Sent"))
    }

    fn outbox(&self) -> Vec<serde_json::Value> {
        let ran = run::run(&mut self.sharemail(), ["outbox", "--output", "json"]);
        ran.exits(0).json()["messages"].as_array().unwrap().clone()
    }

    /// How many series are not sent to their end.
    /// How many series did not come to their end.
    fn unfinished(&self) -> usize {
        let folder = self.home.path().join("sharemail/series");
        let files = fs::read_dir(folder).into_iter().flatten();
        let text = |file: fs::DirEntry| fs::read_to_string(file.path()).unwrap();
        let is_open = |text: &String| !text.lines().last().is_some_and(|l| l.contains("ended"));
        files
            .map(|file| text(file.unwrap()))
            .filter(is_open)
            .count()
    }
}

const NUMBERED: [&str; 6] = [
    "--to",
    "{to}",
    "--subject",
    "row {n}",
    "--body",
    "Number {n}\n",
];

/// `count` rows that go to `to`.
fn numbered(to: &str, count: usize) -> String {
    let mut rows = "to,n\n".to_owned();
    (1..=count).for_each(|n| writeln!(rows, "{to},{n}").unwrap());
    rows
}

fn subjects(mails: &[Mail]) -> Vec<String> {
    let mut all: Vec<_> = mails.iter().map(|m| m.field("Subject").unwrap()).collect();
    all.sort();
    all
}

fn outcomes(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let rows = json["rows"].as_array().unwrap().iter();
    rows.map(|row| row["outcome"].as_str().unwrap().to_owned())
        .collect()
}

fn robin() -> String {
    Postfix::running().fresh("robin")
}

#[test]
fn each_row_gets_a_message_of_its_own_over_one_connection() {
    let (office, robin) = (Office::open(), robin());
    let text = format!(
        "\u{feff}name,email, ticket ,text,boss\r\n\
         \"Doe, \"\"J\"\" <x@evil.test>\",{robin},7,\"one\r\ntwo\",\r\n\
         Jörg <b>&amp;,{robin},8,{{name}} 🎉,\"Boss <boss@sink.test>, b2@sink.test\"\r\n"
    );
    office.rows(text);
    let html = office.home.path().join("x.html");
    fs::write(&html, "<p title=\"{name}\">{text}</p> {{}}").unwrap();
    let words = [
        "--to",
        "{name} <{email}>",
        "--cc",
        "{boss}",
        "--subject",
        "Ticket {ticket}: {name}",
        "--body",
        "Dear {name},\n{text}\n{{{ticket}}}",
        "--html",
        "x.html",
        "--header",
        "X-Ticket: {ticket}",
        "--from-name",
        "Support for {name}",
    ];
    let proxy = Proxy::submissions(office.mailbox.provider, Duration::ZERO, None);
    let imap = Proxy::plain(office.mailbox.provider, Duration::ZERO, None);
    let mut command = office.own(proxy.sharemail(office.mailbox.provider));
    command.env("SHAREMAIL_IMAP_PORT", imap.port().to_string());
    command.env("SHAREMAIL_IMAP_TLS", "none");
    let ran = run::run(&mut command, office.words(&words)).exits(0);
    ran.says("2 of 2 messages sent");
    assert_eq!((proxy.connections(), imap.connections()), (1, 1));

    let got = office.mailbox.provider.mails_of(&robin, 2);
    let by_ticket = |ticket: &str| {
        let is = |mail: &&Mail| mail.field("X-Ticket").as_deref() == Some(ticket);
        got.iter().find(is).unwrap().clone()
    };
    let first = by_ticket("7");
    let name = "\"Doe, \\\"J\\\" <x@evil.test>\"";
    assert_eq!(first.field("To").unwrap(), format!("{name} <{robin}>"));
    assert_eq!(first.field("Cc"), None);
    assert_eq!(
        first.field("Subject").unwrap(),
        "Ticket 7: Doe, \"J\" <x@evil.test>"
    );
    let text = first.text();
    assert!(
        text.contains("Dear Doe, \"J\" <x@evil.test>,\r\none\r\ntwo\r\n{7}"),
        "{text}"
    );
    assert!(
        text.contains("<p title=\"Doe, &quot;J&quot; &lt;x@evil.test&gt;\">one\r\ntwo</p> {}"),
        "{text}"
    );
    let second = by_ticket("8");
    assert_eq!(
        second.field("Cc").unwrap(),
        "Boss <boss@sink.test>, b2@sink.test"
    );
    // What a value holds is never read as a template.
    assert!(second.text().contains("{name}"));
    assert_ne!(first.field("Message-ID"), second.field("Message-ID"));
    assert_eq!(office.sent().len(), 2);
    assert_eq!((office.outbox().len(), office.unfinished()), (0, 0));
}

#[test]
fn everything_that_is_wrong_is_told_before_anything_is_sent() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, _| Act::Go);
    let try_rows = |text: &str, words: &[&str]| {
        office.rows(text);
        let mut command = office.sharemail();
        run::run(smtp.serve(&mut command), office.words(words)).exits(65)
    };
    let good = ["--to", "{to}", "--subject", "{n}", "--body", "x"];
    try_rows(
        "to,n\na@sink.test,1\nbroken,2\nb@sink.test\nc@sink.test,\"x\r\nBcc: y@z.test\"\n,5\n",
        &good,
    )
    .says("row 2 (line 3), column \"to\": \"broken\" is no address")
    .says("row 3 (line 4): it has 1 value for 2 columns: nothing for \"n\"")
    .says("row 4 (line 5), column \"n\": it holds a line break")
    .says("row 5 (line 7), column \"to\": it names nobody")
    .says("4 problems");
    try_rows("to,n,to\na@sink.test,1,2\n", &good).says("two columns \"to\"");
    try_rows("to,n\na@sink.test,\"1\nb@sink.test,2\n", &good)
        .says("line 2: a quote is opened here, and never closed");
    let unknown = [
        "--to",
        "{to} {x}",
        "--subject",
        "{nn}",
        "--body",
        "{",
        "--header",
        "{n}: x",
    ];
    try_rows("to,n\nbroken,1\n", &unknown)
        .says("--to: {x} is no column of the file, which has: to, n")
        .says("--subject: {nn}")
        .says("the text: a { has no }")
        .says("--header: \"{n}\" is no name of a field");
    try_rows(
        "to,n\n",
        &["--to", "{name} <{to}>", "--subject", "x", "--body", "x"],
    )
    .says("{name} is no column");
    let structural = [
        "--to",
        "{to}",
        "--subject",
        "x",
        "--body",
        "x",
        "--header",
        "Bcc: {n}",
    ];
    try_rows("to,n\na@sink.test,b@sink.test\n", &structural).says("is set by sharemail itself");
    office.rows(b"to,n\na@sink.test,\xe9\n");
    office.send(&[]).exits(65).says("line 2 is not UTF-8");
    office.rows("");
    office.send(&[]).exits(65).says("no line of column names");
    assert_eq!(smtp.connections(), 0);
    assert!(office.sent().is_empty() && office.unfinished() == 0);
    office.rows("to,n\n");
    office.send(&[]).exits(0).says("0 of 0 messages");
    let many: String = (0..300).map(|n| format!("broken{n},1\n")).collect();
    let ran = try_rows(&format!("to,n\n{many}"), &good);
    ran.says("300 problems")
        .says("broken99")
        .says_not("broken100\"");
    smtp.finish();
}

#[test]
fn a_dry_run_shows_every_row_and_sends_nothing() {
    let office = Office::open();
    office.rows("to,n\na@sink.test,1\n\"b@sink.test, c@sink.test\",2\n");
    let ran = office.send(&["--dry-run"]).exits(0);
    ran.says("2 messages would be sent")
        .says("b@sink.test, c@sink.test")
        .says("row 2")
        .says("RCPT TO:<a@sink.test>")
        .says("Number 1");
    let json = office.send(&["-n", "-o", "json"]).exits(0).json();
    assert_eq!(json["rows"][1]["to"][1], "c@sink.test");
    assert!(office.sent().is_empty() && office.unfinished() == 0);
}

#[test]
fn three_hundred_rows_are_told_one_by_one() {
    let (office, robin) = (Office::open(), robin());
    let rows =
        numbered(&robin, 300).replace(&format!("{robin},150\n"), "nobody@example.test,150\n");
    office.rows(rows);
    let ran = office.send(&["--output", "csv"]).exits(3);
    println!("300 rows in {:?}", ran.took);
    assert_eq!(ran.stdout.lines().count(), 301);
    let bad = ran.stdout.lines().nth(150).unwrap();
    assert!(
        bad.starts_with("150,151,nobody@example.test,no-recipients,550 "),
        "{bad}"
    );
    let mut expected: Vec<_> = (1..=300)
        .filter(|n| *n != 150)
        .map(|n| format!("row {n}"))
        .collect();
    expected.sort();
    assert_eq!(
        subjects(&office.mailbox.provider.mails_of(&robin, 299)),
        expected
    );
    assert_eq!(subjects(&office.sent()), expected);
    // The bad row may be mended; the others are not sent again.
    let again = office.send(&[]).exits(64);
    again
        .says("an earlier run sent 299 of 300 rows")
        .says("--resume");
    office.rows(numbered(&robin, 300));
    let ran = office.send(&["--resume", "--output", "json"]).exits(0);
    let outcomes = outcomes(&ran);
    assert_eq!(outcomes.iter().filter(|o| *o == "sent").count(), 1);
    assert_eq!(
        outcomes.iter().filter(|o| *o == "already-sent").count(),
        299
    );
    assert_eq!(office.mailbox.provider.mails_of(&robin, 300).len(), 300);
    assert_eq!((office.sent().len(), office.unfinished()), (300, 0));
    // Whoever does not know that it came to its end sends nothing twice.
    let again = office.send(&["--resume", "--output", "json"]).exits(0);
    assert!(self::outcomes(&again).iter().all(|o| o == "already-sent"));
    let again = office.send(&[]).exits(64);
    again
        .says("300 of 300 rows went out already")
        .says_not("--restart");
    assert_eq!(office.mailbox.provider.mails_of(&robin, 300).len(), 300);
}

#[test]
fn killed_in_the_middle_every_row_is_sent_once_or_told_as_unknown() {
    let (office, robin) = (Office::open(), robin());
    let provider = office.mailbox.provider;
    office.rows(numbered(&robin, 300));
    let mut resume: &[&str] = &[];
    for killed_at in [40, 120, 200] {
        let mut command = office.sharemail();
        let words = office.words(&[&NUMBERED, resume].concat());
        let mut child = run::start(command.args(words));
        let begin = Instant::now();
        while office.sent().len() < killed_at {
            assert!(begin.elapsed() < Duration::from_secs(300));
            assert_eq!(child.try_wait().unwrap(), None, "it was too fast");
            thread::sleep(Duration::from_millis(2));
        }
        if killed_at == 40 {
            office.send(&["--resume"]).exits(75).says("another run");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        resume = &["--resume"];
    }
    office.send(&[]).exits(64).says("--resume");
    let ran = office.send(&["--resume", "--output", "json"]);
    let outcomes = outcomes(&ran);
    let unknown: BTreeSet<String> = outcomes
        .iter()
        .enumerate()
        .filter(|(_, outcome)| *outcome == "unknown")
        .map(|(at, _)| format!("row {}", at + 1))
        .collect();
    println!("unknown: {unknown:?}");
    assert_eq!(ran.code, Some(if unknown.is_empty() { 0 } else { 3 }));
    assert!(unknown.len() <= 3);
    assert_eq!(office.outbox().len(), unknown.len());
    provider.settled();
    let got = subjects(&provider.mails_of(&robin, 300 - unknown.len()));
    let filed = subjects(&office.sent());
    for all in [&got, &filed] {
        let each: BTreeSet<&String> = all.iter().collect();
        assert_eq!(each.len(), all.len(), "somebody got it twice");
        let missing = (1..=300).map(|n| format!("row {n}"));
        let missing: Vec<String> = missing.filter(|row| !each.contains(row)).collect();
        assert!(
            missing.iter().all(|row| unknown.contains(row)),
            "{missing:?} {unknown:?}"
        );
    }
}

#[test]
fn killed_at_any_step_a_row_is_not_sent_twice() {
    for (verb, sent) in [
        ("MAIL", 0),
        ("DATA", 0),
        ("message", 1),
        ("RSET", 0),
        ("QUIT", 1),
    ] {
        let office = Office::open();
        office.rows(numbered("robin@sink.test", 3));
        let hang = move |_: usize, step: Step| match step {
            Step::Command(line) if line.starts_with(verb) => Act::Hang,
            Step::Message(_) if verb == "message" => Act::Hang,
            _ => Act::Go,
        };
        let smtp = FakeSmtp::tls(hang);
        let mut command = office.sharemail();
        let words = office.words(&NUMBERED);
        let mut child = run::start(smtp.serve(&mut command).args(words));
        let begin = Instant::now();
        let there = |smtp: &FakeSmtp| match verb {
            "message" => !smtp.received().is_empty(),
            "RSET" => true,
            _ => smtp.heard().iter().any(|line| line.starts_with(verb)),
        };
        while !there(&smtp) {
            assert!(
                begin.elapsed() < Duration::from_secs(300),
                "{:?}",
                smtp.heard()
            );
            thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let before = smtp.received().len();
        assert!(verb == "RSET" || (before > 0) == (sent > 0), "{verb}");
        let rest = FakeSmtp::tls(|_, _| Act::Go);
        let mut command = office.sharemail();
        let words: &[&str] = match office.unfinished() {
            0 => &[],
            _ => &["--resume"],
        };
        let ran = office.send_by(rest.serve(&mut command), words);
        let went: Vec<String> = [smtp.received(), rest.received()]
            .concat()
            .iter()
            .map(|received| String::from_utf8_lossy(&received.message).into_owned())
            .collect();
        assert_eq!(went.len(), 3, "{verb}: {ran:?}");
        for n in 1..=3 {
            let about = format!("Subject: row {n}\r\n");
            assert_eq!(
                went.iter().filter(|m| m.contains(&about)).count(),
                1,
                "{verb}"
            );
        }
        match verb {
            "message" => {
                ran.exits(3).says("row 1: may have been sent");
                assert_eq!(office.outbox()[0]["state"], "unknown");
            }
            _ => {
                ran.exits(0);
                assert_eq!(
                    (office.outbox().len(), office.unfinished()),
                    (0, 0),
                    "{verb}"
                );
            }
        }
    }
}

#[test]
fn an_interrupted_run_tells_what_it_did_and_goes_on_later() {
    let (office, robin) = (Office::open(), robin());
    office.rows(numbered(&robin, 300));
    let mut command = office.sharemail();
    let words = office.words(&[&NUMBERED[..], &["-o", "json"]].concat());
    let child = run::start(command.args(words));
    let begin = Instant::now();
    while office.sent().len() < 20 {
        assert!(begin.elapsed() < Duration::from_secs(300));
        thread::sleep(Duration::from_millis(2));
    }
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let ran = run::wait(child).exits(130);
    let sent = outcomes(&ran).iter().filter(|o| *o == "sent").count();
    assert!((20..300).contains(&sent));
    assert_eq!((office.sent().len(), office.outbox().len()), (sent, 0));
    office.send(&["--resume"]).exits(0).says("300 of 300");
    let got = subjects(&office.mailbox.provider.mails_of(&robin, 300));
    assert_eq!(got.iter().collect::<BTreeSet<_>>().len(), got.len());
    assert_eq!(office.sent().len(), 300);
}

#[test]
fn rows_may_come_from_standard_input() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, _| Act::Go);
    office.rows(numbered("robin@sink.test", 2));
    let rows = fs::File::open(office.home.path().join("rows.csv")).unwrap();
    let mut command = office.sharemail();
    smtp.serve(&mut command).stdin(rows);
    let begin = [
        "send",
        &office.mailbox.address,
        "--user",
        office.alice(),
        "--each",
        "-",
    ];
    let ended = command.args(begin).args(NUMBERED).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert_eq!(smtp.received().len(), 2);
    let words = ["--to", "{to}", "--subject", "x"];
    let ran = run::run(&mut office.sharemail(), begin.iter().chain(&words));
    ran.exits(64).says("cannot both come from standard input");
}

#[test]
fn a_connection_that_ends_in_the_middle_is_opened_anew() {
    let office = Office::open();
    office.rows(numbered("robin@sink.test", 12));
    // Two messages a connection, said at each of the steps in turn.
    let smtp = FakeSmtp::tls(|connection, step| {
        static COUNT: std::sync::Mutex<Vec<usize>> = std::sync::Mutex::new(Vec::new());
        let mut count = COUNT.lock().unwrap();
        let length = count.len().max(connection + 1);
        count.resize(length, 0);
        let verb = ["MAIL", "RCPT", "DATA"][connection % 3];
        match step {
            Step::Message(_) => {
                count[connection] += 1;
                Act::Go
            }
            Step::Command(line) if count[connection] == 2 && line.starts_with(verb) => {
                Act::SayAndClose("421 4.7.0 enough for one connection".into())
            }
            _ => Act::Go,
        }
    });
    let mut command = office.sharemail();
    let ran = office
        .send_by(smtp.serve(&mut command), &["-o", "json"])
        .exits(0);
    assert_eq!(outcomes(&ran), ["sent"; 12]);
    assert_eq!((smtp.received().len(), smtp.connections()), (12, 6));
    assert_eq!(office.sent().len(), 12);
    smtp.finish();
}

#[test]
fn a_server_that_goes_for_good_stops_the_run_and_the_rest_is_sent_later() {
    let office = Office::open();
    office.rows(numbered("robin@sink.test", 6));
    let smtp = FakeSmtp::tls(|connection, step| match step {
        Step::Greeting if connection > 1 => Act::SayAndClose("421 4.3.2 closed".into()),
        Step::Command("MAIL FROM:<x>") => Act::Go,
        Step::Message(message) if message.windows(5).any(|w| w == b"row 3") => Act::Close,
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    let ran = office
        .send_by(smtp.serve(&mut command), &["-o", "json"])
        .exits(3);
    let expected = [
        "sent",
        "sent",
        "unknown",
        "not-tried",
        "not-tried",
        "not-tried",
    ];
    assert_eq!(outcomes(&ran), expected);
    assert!(ran.json()["stopped"].as_str().unwrap().contains("421"));
    let rest = FakeSmtp::tls(|_, step| match step {
        Step::Message(message) if message.windows(5).any(|w| w == b"row 5") => {
            Act::Say("451 4.3.0 later".into())
        }
        _ => Act::Go,
    });
    let mut command = office.sharemail();
    let ran = office
        .send_by(rest.serve(&mut command), &["--resume", "-o", "json"])
        .exits(3);
    let expected = [
        "already-sent",
        "already-sent",
        "unknown",
        "sent",
        "deferred",
        "sent",
    ];
    assert_eq!(outcomes(&ran), expected);
    let last = FakeSmtp::tls(|_, _| Act::Go);
    let mut command = office.sharemail();
    let ran = office
        .send_by(last.serve(&mut command), &["--resume", "-o", "json"])
        .exits(3);
    assert_eq!(outcomes(&ran)[4], "sent");
    // Somebody learns that the third one came.
    let id = office.outbox()[0]["id"].as_str().unwrap().to_owned();
    let words = ["outbox", "file", &id, "--delivered"];
    run::run(&mut office.sharemail(), words).exits(0);
    let mut command = office.sharemail();
    let ran = office
        .send_by(last.serve(&mut command), &["--resume", "-o", "json"])
        .exits(0);
    assert_eq!(outcomes(&ran), ["already-sent"; 6]);
    assert_eq!((last.received().len(), last.connections()), (1, 1));
    assert_eq!((office.sent().len(), office.unfinished()), (6, 0));
}

#[test]
fn a_refused_sender_stops_the_run_at_the_first_row() {
    let office = Office::on(Postfix::running());
    office.rows(numbered("robin@sink.test", 5));
    let ran = office.send(&["-o", "json"]).exits(77);
    let mut expected = vec!["sender-refused"];
    expected.extend(["not-tried"; 4]);
    assert_eq!(outcomes(&ran), expected);
    office.send(&[]).exits(77).says("smtpd_sender_login_maps");
    assert!(office.outbox().is_empty() && office.sent().is_empty());
}

#[test]
fn copies_survive_a_broken_session_and_go_in_once() {
    let (office, robin) = (Office::open(), robin());
    let provider = office.mailbox.provider;
    office.rows(numbered(&robin, 9));
    for cut in [Cut::Before("APPEND", 4), Cut::After("APPEND", 4)] {
        let proxy = Proxy::plain(provider, Duration::ZERO, Some(cut));
        let mut command = office.own(proxy.sharemail(provider));
        office.send_by(&mut command, &["--restart"]).exits(0);
        assert_eq!(proxy.connections(), 3);
    }
    assert_eq!(provider.mails_of(&robin, 18).len(), 18);
    assert_eq!((office.sent().len(), office.outbox().len()), (18, 0));
}

#[test]
fn rows_that_were_sent_must_stay_and_other_text_is_another_series() {
    let office = Office::open();
    let smtp = FakeSmtp::tls(|_, step| match step {
        Step::Command(line) if line.contains("bad@") => Act::Say("550 5.1.1 nobody".into()),
        _ => Act::Go,
    });
    let send = |words: &[&str]| {
        let mut command = office.sharemail();
        office.send_by(smtp.serve(&mut command), words)
    };
    office.rows("to,n\na@sink.test,1\nbad@sink.test,2\n");
    send(&[]).exits(3).says("550 5.1.1 nobody");
    office.rows("to,n\nother@sink.test,1\nbad@sink.test,2\n");
    send(&["--resume"])
        .exits(65)
        .says("row 1 is not what it was");
    office.rows("to,n\na@sink.test,1\nc@sink.test,2\nd@sink.test,3\n");
    let more = ["--resume", "--header", "X-Other: text"];
    send(&more).exits(67).says("nothing to resume");
    assert_eq!(smtp.received().len(), 1);
    send(&["--resume"]).exits(0);
    assert_eq!(smtp.received().len(), 3);
    office.rows("to,n\na@sink.test,1\nbad@sink.test,2\n");
    send(&[]).exits(64).says("1 of 2 rows went out already");
    send(&["--restart"]).exits(3);
    send(&["--restart"]).exits(3);
    assert_eq!(smtp.received().len(), 5);
    // Other rows are another series.
    office.rows("to,n\ne@sink.test,1\n");
    send(&["--restart"]).exits(0);
    office.rows("to,n\nf@sink.test,1\n");
    send(&[]).exits(0);
    assert_eq!(smtp.received().len(), 7);
    smtp.finish();
}

#[test]
fn on_cyrus_every_copy_is_filed_too() {
    let office = Office::on(Cyrus::running());
    office.rows(numbered("röbin@sink.test", 5));
    let smtp = FakeSmtp::tls(|_, _| Act::Go);
    let mut command = office.sharemail();
    office.send_by(smtp.serve(&mut command), &[]).exits(0);
    assert_eq!(smtp.received().len(), 5);
    assert_eq!(
        subjects(&office.sent()),
        ["row 1", "row 2", "row 3", "row 4", "row 5"]
    );
    smtp.finish();
}

#[test]
fn copies_that_find_no_folder_are_told_with_what_makes_one() {
    let office = Office::open();
    let mut owner = Client::impersonate(office.mailbox.provider, &office.mailbox.address);
    owner.ok("DELETE Sent");
    let robin = robin();
    office.rows(format!("to,n\n{robin},1\n{robin},2\n"));
    let ran = office.send(&[]).exits(3);
    let make = format!("sharemail folder create {} Sent", office.mailbox.address);
    let ran = ran.says("RESULT").says("sent, not filed");
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert_eq!(all.matches(&make).count(), 1, "{all}");
}
