//! The fake SMTP server behaves, and then does not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::provider::fake_smtp::offer;
use crate::provider::{Act, FakeSmtp, Step, authority};

/// Says everything at once, and returns the lines of the answers.
fn say(stream: impl Read + Write, lines: &str) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(lines.as_bytes()).unwrap();
    stream.lines().map_while(Result::ok).collect()
}

fn plain(fake: &FakeSmtp) -> TcpStream {
    TcpStream::connect(("127.0.0.1", fake.port())).unwrap()
}

const WHOLE: &str = "EHLO x\r\nAUTH PLAIN AGEAYg==\r\nMAIL FROM:<a@example.test>\r\n\
                     RCPT TO:<b@example.test>\r\nRCPT TO:<c@example.test>\r\nDATA\r\n\
                     Subject: x\r\n\r\n..y\r\n.\r\nQUIT\r\n";

#[test]
fn a_fake_takes_a_message_and_remembers_it() {
    let fake = FakeSmtp::plain(|_, step| match step {
        Step::Command(line) if line.contains("c@") => Act::Say("550 5.1.1 unknown".to_owned()),
        _ => Act::Go,
    });
    let answers = say(plain(&fake), WHOLE);
    assert_eq!(answers.first().unwrap(), "220 localhost ESMTP");
    assert_eq!(answers.last().unwrap(), "221 2.0.0 bye");
    let received = fake.received().remove(0);
    assert_eq!(received.sender, "FROM:<a@example.test>");
    assert_eq!(received.recipients, ["TO:<b@example.test>"]);
    assert_eq!(received.message, b"Subject: x\r\n\r\n.y\r\n");
    assert!(received.accepted);
    assert_eq!(fake.heard()[5], "DATA");
    fake.finish();
}

#[test]
fn a_fake_leaves_after_the_message_and_is_good_the_second_time() {
    let fake = FakeSmtp::plain(|connection, step| match (connection, step) {
        (1, Step::Message(_)) => Act::Close,
        _ => Act::Go,
    });
    let first = say(plain(&fake), WHOLE);
    assert!(first.last().unwrap().starts_with("354"));
    say(plain(&fake), WHOLE);
    let accepted: Vec<bool> = fake.received().iter().map(|mail| mail.accepted).collect();
    assert_eq!((accepted, fake.connections()), (vec![false, true], 2));
    fake.finish();
}

#[test]
fn a_fake_shuts_down_in_the_middle() {
    let fake = FakeSmtp::plain(|_, step| match step {
        Step::Command(line) if line.contains("c@") => {
            Act::SayAndClose("421 4.3.2 shutting down".to_owned())
        }
        _ => Act::Go,
    });
    let mut stream = plain(&fake);
    let (begin, _) = WHOLE.split_once("DATA").unwrap();
    let answers = say(&mut stream, begin);
    assert_eq!(answers.last().unwrap(), "421 4.3.2 shutting down");
    assert!(fake.received().is_empty());
    fake.finish();
}

#[test]
fn a_fake_is_slow_where_it_is_told() {
    let fake = FakeSmtp::plain(|_, step| match step {
        Step::Greeting => Act::After(Duration::from_millis(50)),
        Step::Command("QUIT") => Act::Slowly(Duration::from_millis(10)),
        _ => Act::Go,
    });
    let start = Instant::now();
    assert_eq!(
        say(plain(&fake), "QUIT\r\n").last().unwrap(),
        "221 2.0.0 bye"
    );
    assert!(start.elapsed() > Duration::from_millis(190));
    fake.finish();
}

#[test]
fn starttls_leads_to_tls_unless_it_is_stripped() {
    let fake = FakeSmtp::starttls(|_, _| Act::Go);
    let mut stream = plain(&fake);
    stream.write_all(b"EHLO x\r\nSTARTTLS\r\n").unwrap();
    let mut said = [0; 512];
    let mut seen = String::new();
    while !seen.contains("go ahead\r\n") {
        let count = stream.read(&mut said).unwrap();
        seen += std::str::from_utf8(&said[..count]).unwrap();
    }
    assert!(seen.contains("250 STARTTLS\r\n") && !seen.contains("AUTH"));
    let tls = authority::connector(&fake.ca_path());
    let answers = say(tls.connect("localhost", stream).unwrap(), WHOLE);
    assert!(answers.contains(&"250-AUTH PLAIN LOGIN".to_owned()));
    assert!(fake.received()[0].accepted);
    fake.finish();

    let stripped = FakeSmtp::stripped();
    let answers = say(plain(&stripped), "EHLO x\r\nSTARTTLS\r\nQUIT\r\n");
    assert!(answers.iter().all(|line| !line.contains("STARTTLS")));
    assert!(answers.contains(&"502 5.5.2 unknown".to_owned()));
    stripped.finish();
    assert_eq!(offer("A|B 1"), "250-localhost\r\n250-A\r\n250 B 1");
    assert_eq!(offer("A"), "250-localhost\r\n250 A");
}
