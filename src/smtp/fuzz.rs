//! Whatever a submission server answers, for the fuzzer: see [`crate::fuzz`].

use super::capability::Capabilities;
use super::delivery::{Delivery, Fate, Verdict};
use super::greeting::greet;
use super::refusal::Stage;
use super::reply::{Reply, parse_line};
use super::session::Submission;
use super::wire::Wire;
use crate::error::Error;
use crate::fuzz::{choice, cuts, is_fit, is_same, is_told};
use crate::mail::content::{check_content, stuffed};
use crate::mail::{Envelope, MailAddress, Notify};
use crate::model::login::Mechanism;
use crate::net::Connection;
use crate::net::tape::{SECRET, Tape, credentials, endpoint};

/// No reply is told in more bytes.
const MOST_TOLD: usize = 8 << 10;

const MECHANISMS: [Mechanism; 4] = [
    Mechanism::Plain,
    Mechanism::Login,
    Mechanism::Xoauth2,
    Mechanism::Oauthbearer,
];

/// What a server says that takes whatever is asked of it, up to the transaction.
const LOGGED_IN: &[u8] =
    b"220 here\r\n250-here\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n\
    250-DSN\r\n250-SIZE 10000\r\n250 AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\r\n235 in\r\n";

/// The lines of one reply, and what a message needs to travel.
pub fn replies(bytes: &[u8]) {
    let lines: Vec<Vec<u8>> = bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let code = match parse_line(bytes) {
        Ok((code, _, text)) => {
            assert!((200..600).contains(&code) && text.len() + 3 <= bytes.len());
            code
        }
        Err(_) => 550,
    };
    let reply = Reply::new(code, &lines);
    told(&reply);
    let can = Capabilities::parse(&reply);
    assert!(can.size != Some(0));
    assert!(can.auth.len() <= bytes.len());
    for stage in [Stage::Mail, Stage::Rcpt, Stage::Data] {
        assert!(!reply.denies_ownership(stage) || reply.refuses_sender(stage));
    }
    if check_content(bytes).is_ok() {
        travels(bytes);
    }
}

/// What goes out of a message ends where the message ends, and nowhere before.
fn travels(message: &[u8]) {
    let mut out = Vec::new();
    let sent: Result<(), ()> = stuffed(message, 7, |piece| {
        out.extend_from_slice(piece);
        Ok(())
    });
    assert!(sent.is_ok() && out.ends_with(b"\r\n"));
    let mut lines = out.split_inclusive(|b| *b == b'\n');
    assert!(lines.all(|line| line.ends_with(b"\r\n") && line != b".\r\n"));
}

fn told(reply: &Reply) {
    is_fit(&reply.to_string(), MOST_TOLD);
    is_fit(&reply.text(), MOST_TOLD);
    is_fit(&reply.queue_id().unwrap_or_default(), MOST_TOLD);
}

/// What a server says in a whole session: the first byte says how one logs in, and whether that is
/// taken as done.
pub fn session(bytes: &[u8]) {
    let (how, rest) = choice(bytes, 3 * MECHANISMS.len());
    let (method, begun) = (MECHANISMS[how % 4], how >= 4);
    let said = match begun {
        true => [LOGGED_IN, rest].concat(),
        false => rest.to_vec(),
    };
    // What comes before it is asked for is no answer, and may be noticed or not.
    let _ = talk(Tape::new(&said, &[]), method, how >= 8);
    let whole = talk(Tape::line_by_line(&said, &[]), method, how >= 8);
    assert!(whole.len() <= (64 << 10) + 64 * said.len());
    for cuts in cuts(rest) {
        let tape = Tape::line_by_line(&said, &cuts);
        is_same(&talk(tape, method, how >= 8), &whole);
    }
}

fn talk(tape: Tape, method: Mechanism, asks: bool) -> String {
    let mut wire = Wire::new(Connection::played(tape));
    let opened = greet(&mut wire).and_then(|capabilities| {
        Submission::over(wire, capabilities, &endpoint(), &credentials(method))
    });
    let mut submission = match opened {
        Ok(submission) => submission,
        Err(error) => {
            let kind = error.kind;
            return format!("{kind:?} {}", failed(error.into()));
        }
    };
    let mut told = format!("{:?}\n", submission.capabilities());
    let Some([alice, bob, carol]) = people() else {
        return told;
    };
    if asks {
        told += &match submission.probe(&alice, &bob) {
            Ok(probe) => {
                self::told(probe.reply());
                format!("{probe:?}\n")
            }
            Err(error) => failed(error),
        };
    }
    let mut envelope = Envelope::new(alice, [bob, carol]);
    envelope.notify = Some(Notify::default());
    let message = b"From: alice@example.test\r\nSubject: x\r\n\r\n.\r\nn\xc3\xa4\r\n";
    for _ in 0..2 {
        let delivery = submission.send(&envelope, message, &mut |_| Ok(()));
        delivered(&delivery);
        told += &format!("{delivery:?}\n");
    }
    told += &format!("{:?}", submission.check());
    submission.quit();
    told
}

fn people() -> Option<[MailAddress; 3]> {
    let address = |text| MailAddress::parse(text).ok();
    Some([
        address("alice@example.test")?,
        address("bob@example.test")?,
        address("\"c d\"@example.test")?,
    ])
}

fn failed(error: Error) -> String {
    is_told(&error, 1000);
    assert!(!error.what().contains(SECRET), "{}", error.what());
    format!("{error:?}\n")
}

fn delivered(delivery: &Delivery) {
    for recipient in &delivery.recipients {
        if let Fate::Deferred(reply) | Fate::Refused(reply) = &recipient.fate {
            told(reply);
        }
    }
    match &delivery.verdict {
        Verdict::Sent(reply) => {
            assert!(reply.is_positive() && delivery.accepted().next().is_some());
            told(reply);
        }
        Verdict::SenderRefused { reply, .. } => told(reply),
        Verdict::Deferred(reply) | Verdict::Refused(reply) => told(reply),
        Verdict::NotSent(error) | Verdict::Unknown(error) => is_told(error, 1000),
        Verdict::NoRecipients => assert!(delivery.accepted().next().is_none()),
    }
    let _ = delivery.exit();
}
