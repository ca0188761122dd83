//! Mail as programs write it: what is answered and sent on from a shared mailbox, seen from the
//! recipient's side.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use mail_parser::{Message, MessageParser};
use tempfile::TempDir;

use crate::provider::fake_smtp::Received;
use crate::provider::mail::mails;
use crate::provider::{Act, Client, Dovecot, FakeSmtp, Mailbox, Ran, Step, run};

/// A mailbox as which alice sends, and the server that takes it.
struct Office {
    mailbox: Mailbox<'static>,
    smtp: FakeSmtp,
    state: TempDir,
}

impl Office {
    fn open() -> Office {
        Office::with(|_, _| Act::Go)
    }

    fn with(twist: impl Fn(usize, Step) -> Act + Send + Sync + 'static) -> Office {
        Office::with_folders(&["Sent"], twist)
    }

    fn with_folders(
        folders: &[&str],
        twist: impl Fn(usize, Step) -> Act + Send + Sync + 'static,
    ) -> Office {
        let mailbox = Mailbox::on(Dovecot::running(), folders, 1);
        let alice = mailbox.alice();
        mailbox
            .grant([alice, "--full-access", "--send-as"])
            .exits(0);
        Office {
            mailbox,
            smtp: FakeSmtp::tls(twist),
            state: tempfile::tempdir().unwrap(),
        }
    }

    fn command(&self) -> Command {
        let mut command = self.mailbox.provider.sharemail();
        command.env("XDG_STATE_HOME", self.state.path());
        self.smtp.serve(&mut command);
        command
    }

    fn send(&self, words: &[&str]) -> Ran {
        let begin = [
            "send",
            &self.mailbox.address,
            "--user",
            self.mailbox.alice(),
        ];
        run::run(&mut self.command(), begin.iter().chain(words))
    }

    /// Answers `message`, which has just come.
    fn answer(&self, message: &str, words: &[&str]) -> Ran {
        let mut owner = Client::impersonate(self.mailbox.provider, &self.mailbox.address);
        owner.append("INBOX", message);
        let uid = mails(&mut owner, "INBOX").pop().unwrap().uid.to_string();
        let reply = ["--reply", &uid, "--body", "Yes.\n"];
        self.send(&[&reply, words].concat())
    }

    fn last(&self) -> Received {
        self.smtp.received().pop().unwrap()
    }
}

fn case(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/cases/mail").join(name)
}

fn text_of(name: &str) -> String {
    std::fs::read_to_string(case(name)).unwrap()
}

fn parsed(received: &Received) -> Message<'_> {
    MessageParser::default().parse(&received.message).unwrap()
}

/// What is said below one's own words, without the marks of a quotation and the line that says who.
fn quoted(message: &Message<'_>) -> Vec<String> {
    let text = message.body_text(0).unwrap().into_owned();
    let lines = text.lines().filter_map(|line| line.strip_prefix('>'));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned())
        .collect()
}

#[test]
fn what_is_answered_is_read_as_it_was_meant() {
    let office = Office::open();
    let japanese = "日本語のテスト";
    let chinese = "代开各地增值税";
    for (name, subject, lines) in [
        ("big5.eml", "繁體中文測試", vec!["繁體中文測試"]),
        ("euc-jp.eml", japanese, vec![japanese]),
        ("shift_jis.eml", japanese, vec![japanese]),
        ("iso-2022-jp.eml", japanese, vec![japanese]),
        ("gb18030.eml", chinese, vec![chinese]),
        ("gb2312.eml", chinese, vec![chinese]),
        ("gbk.eml", chinese, vec![chinese]),
        ("ks_c_5601-1987.eml", "한국말로 하는", vec!["한국말로 하는"]),
        (
            "split-encoded-word-B.eml",
            "Ein Wort \u{2744}\u{fe0f} und mehr 日本語",
            vec!["x"],
        ),
        (
            "content-type-text.eml",
            "Content-Type text",
            vec!["plain words"],
        ),
        (
            "text-after-inline-picture.eml",
            "apple mixed",
            vec!["Before the picture.", "After the picture."],
        ),
        (
            "html-only-divs-lists-tables.eml",
            "divs only",
            vec![
                "Hello support,",
                "",
                "my order 4711 has not come.",
                "Phone: 555 1",
                "",
                "* one",
                "* two",
                "",
                "Order  4711",
                "Name  Robin",
                "Regards",
            ],
        ),
    ] {
        let ran = office.answer(&text_of(name), &["--quote"]).exits(0);
        ran.says_not("cannot be read");
        let received = office.last();
        let answer = parsed(&received);
        assert_eq!(
            answer.subject().unwrap(),
            format!("Re: {subject}"),
            "{name}"
        );
        assert_eq!(quoted(&answer), lines, "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let office = Office::open();
    let message = "From: =?unknown-8bit?q?J=F6rg?= <robin@sink.test>\nSubject: Hi\n\
        Content-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe\n";
    let ran = office.answer(message, &["--quote"]).exits(0);
    ran.says("holds characters that cannot be read in: From, text")
        .says("has no Message-ID that an answer could name");
    let received = office.last();
    assert_eq!(parsed(&received).subject().unwrap(), "Re: Hi");
    let message = message
        .replace("nonsense", "utf-8")
        .replace("=FC=DF", "=C3=BC");
    let ran = office.answer(&message, &[]).exits(0);
    ran.says("cannot be read in: From").says_not("text");
}

#[test]
fn a_conversation_is_kept_under_names_that_are_no_names() {
    let office = Office::open();
    for (id, kept) in [
        ("abc@sink.test", "<abc@sink.test>"),
        ("<a b@sink.test>", "<a b@sink.test>"),
    ] {
        let message = format!("From: robin@sink.test\nSubject: x\nMessage-ID: {id}\n\nx\n");
        office
            .answer(&message, &[])
            .exits(0)
            .says_not("Message-ID that");
        let text = String::from_utf8(office.last().message).unwrap();
        assert!(
            text.contains(&format!("\r\nIn-Reply-To: {kept}\r\n")),
            "{text}"
        );
    }
}

#[test]
fn a_bounce_is_answered_to_nobody() {
    let office = Office::open();
    let bounce = "From: MAILER DAEMON <>\r\nTo: <webmaster@python.org>\r\nSubject: Banned\r\n\
                  Message-ID: <1@x>\r\n\r\nNot delivered.\r\n";
    let refused = office.answer(bounce, &["--quote"]);
    refused
        .exits(65)
        .says("names nobody to whom an answer could go");
    assert_eq!(office.smtp.received().len(), 0);
}

#[test]
fn a_crowd_is_answered_only_when_that_is_said() {
    let office = Office::open();
    let crowd: Vec<_> = (0..3000).map(|n| format!("p{n}@sink.test")).collect();
    let message = format!(
        "From: robin@sink.test\nReply-To: {}\nSubject: x\nMessage-ID: <c@x>\n\nx\n",
        crowd.join(",\n ")
    );
    office
        .answer(&message, &[])
        .exits(65)
        .says("would go to 3000 people")
        .says("--at-most 3000");
    office.answer(&message, &["--to", "one@sink.test"]).exits(0);
    office.answer(&message, &["--at-most", "3000"]).exits(0);
    let received = office.smtp.received();
    let counts: Vec<_> = received.iter().map(|r| r.recipients.len()).collect();
    assert_eq!(counts, [1, 3000]);
}

#[test]
fn recipients_that_are_too_many_for_one_message_get_it_in_the_next() {
    let taken = std::sync::Mutex::new(0);
    let office = Office::with(move |_, step| {
        let mut taken = taken.lock().unwrap();
        match step {
            Step::Command(line) if line.starts_with("MAIL") => *taken = 0,
            Step::Command(line) if line.contains("p3@") => {
                return Act::Say("550 5.1.1 nobody".into());
            }
            Step::Command(line) if line.starts_with("RCPT") && *taken == 2 => {
                return Act::Say("452 4.5.3 too many recipients".into());
            }
            Step::Command(line) if line.starts_with("RCPT") => *taken += 1,
            _ => {}
        }
        Act::Go
    });
    let to = "p1@sink.test, p2@sink.test, p3@sink.test, p4@sink.test, p5@sink.test, p6@sink.test";
    let ran = office.send(&["--to", to, "--subject", "x", "--body", "y", "-o", "json"]);
    let told = ran.exits(3).json();
    let fates: Vec<_> = told["recipients"].as_array().unwrap().iter().collect();
    let fate = |at: usize| fates[at]["fate"].as_str().unwrap();
    let all: Vec<_> = (0..6).map(fate).collect();
    assert_eq!(
        all,
        [
            "accepted", "accepted", "refused", "accepted", "accepted", "accepted"
        ]
    );
    let received = office.smtp.received();
    let groups: Vec<_> = received.iter().map(|r| r.recipients.join(" ")).collect();
    assert_eq!(
        groups,
        [
            "TO:<p1@sink.test> TO:<p2@sink.test>",
            "TO:<p4@sink.test> TO:<p5@sink.test>",
            "TO:<p6@sink.test>",
        ]
    );
    assert!(received.iter().all(|r| r.message == received[0].message));
}

#[test]
fn a_finished_message_is_taken_as_programs_write_it() {
    let office = Office::open();
    let raw = |name: &str| office.send(&["--raw", case(name).to_str().unwrap()]);
    for name in ["raw-bom.eml", "raw-mbox-from.eml"] {
        raw(name).exits(0);
        let received = office.last();
        let text = String::from_utf8(received.message.clone()).unwrap();
        assert!(
            text.starts_with(&format!("From: {}\r\n", office.mailbox.address)),
            "{text}"
        );
        assert!(
            text.contains("\r\nTo: robin@example.com\r\n") && !text.contains("hidden"),
            "{text}"
        );
        assert!(text.ends_with("\r\n\r\nbody\r\n.\r\n..dots\r\n"), "{text}");
        assert_eq!(
            received.recipients,
            ["TO:<robin@example.com>", "TO:<hidden@example.org>"]
        );
    }
    raw("raw-utf16.eml").exits(65).says("UTF-16").says("iconv");
    let body = case("body-with-bom.txt");
    let words = [
        "--to",
        "a@sink.test",
        "--subject",
        "x",
        "--body-file",
        body.to_str().unwrap(),
    ];
    office.send(&words).exits(0);
    let received = office.last();
    let text = parsed(&received).body_text(0).unwrap().into_owned();
    assert_eq!(text.trim_end(), "Grüße – “hi”\r\n.\r\nFrom me");
}

#[test]
fn a_message_that_is_sent_on_stays_its_authors() {
    let office = Office::open();
    let ours = text_of("resent.eml").replace("support@example.test", &office.mailbox.address);
    let file = office.state.path().join("resent.eml");
    std::fs::write(&file, ours).unwrap();
    office.send(&["--raw", file.to_str().unwrap()]).exits(0);
    let received = office.last();
    let text = String::from_utf8(received.message.clone()).unwrap();
    let resent = format!("Resent-From: {}\r\n", office.mailbox.address);
    assert!(text.starts_with(&resent), "{text}");
    assert!(
        text.contains("\r\nFrom: x@y.example\r\nTo: old@example.com\r\n"),
        "{text}"
    );
    assert!(!text.contains("secret@"), "{text}");
    assert_eq!(
        received.recipients,
        ["TO:<new@x.example>", "TO:<secret@z.example>"]
    );
    // Where somebody else sent it on, that is only told.
    let file = case("resent.eml");
    office.send(&["--raw", file.to_str().unwrap()]).exits(0);
    let received = office.last();
    assert_eq!(received.recipients, ["TO:<old@example.com>"]);
    assert!(
        !String::from_utf8(received.message)
            .unwrap()
            .contains("secret@")
    );
}

#[test]
fn a_text_that_is_not_there_is_no_message() {
    let office = Office::open();
    let send = |words: &[&str]| {
        let mut command = office.command();
        command.stdin(Stdio::null());
        let begin = [
            "send",
            &office.mailbox.address,
            "--user",
            office.mailbox.alice(),
        ];
        run::run(&mut command, begin.iter().chain(words))
    };
    let to = ["--to", "a@sink.test", "--subject", "x"];
    send(&to).exits(65).says("no text on standard input");
    send(&["--raw", "-"]).exits(65).says("it is empty");
    assert_eq!(office.smtp.connections(), 0);
    send(&[&to[..], &["--body", ""]].concat()).exits(0);
    assert_eq!(office.smtp.received().len(), 1);
}

#[test]
fn a_copy_that_finds_no_folder_in_the_mailbox_stays_with_whoever_sends_herself() {
    let office = Office::with_folders(&[], |_, _| Act::Go);
    let alice = office.mailbox.alice();
    let mut hers = Client::login(office.mailbox.provider, alice, "password");
    hers.command("CREATE Sent");
    let before = mails(&mut hers, "Sent").len();
    let words = ["send", &office.mailbox.address, "--to", "a@sink.test"];
    let words = words.into_iter().chain(["--subject", "x", "--body", "y"]);
    let send = |envs: &[(&str, &str)], more: &[&str]| {
        let mut command = office.command();
        command.envs(envs.iter().copied());
        run::run(&mut command, words.clone().chain(more.iter().copied()))
    };
    // By the administrator, who puts nothing into her own mailbox unasked.
    let acting = ["--user", alice];
    send(&[], &acting).exits(3).says("not filed");
    assert_eq!(mails(&mut hers, "Sent").len(), before);
    let asked = [("SHAREMAIL_SENT_COPY", "own")];
    let told = format!("filed in Sent of {alice}");
    send(&asked, &acting).exits(0).says(&told);
    // With a profile of her own.
    let own = [("SHAREMAIL_IMAP_USER", alice)];
    let json = send(&own, &["-o", "json"]).exits(0).json();
    assert_eq!(json["copy"]["folder"], "Sent");
    assert_eq!(json["copy"]["of"], alice);
    assert_eq!(mails(&mut hers, "Sent").len(), before + 2);
    let server = [own[0], ("SHAREMAIL_SENT_COPY", "server")];
    send(&server, &[]).exits(0).says_not("filed in");
    assert_eq!(mails(&mut hers, "Sent").len(), before + 2);
    assert_eq!(office.smtp.received().len(), 4);
}
