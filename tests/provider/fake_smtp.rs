//! An SMTP server that behaves until a test's twist says otherwise, and remembers what it took.
//!
//! ```ignore
//! let smtp = FakeSmtp::tls(|_, step| match step {
//!     Step::Message(_) => Act::Close,
//!     _ => Act::Go,
//! });
//! let ran = run::run(smtp.serve(&mut dovecot.sharemail()), ["send", "support@", …]);
//! assert!(!smtp.received()[0].accepted);
//! smtp.finish();
//! ```

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::fake::{Fake, Peer};

/// A listening one. It lets everybody in, and takes every sender and recipient.
pub struct FakeSmtp {
    fake: Fake,
    memory: Arc<Memory>,
}

/// Where in its conversation a server asks the twist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Before it says anything.
    Greeting,
    /// It has read this line: `RCPT TO:<bob@example.test>`.
    Command(&'a str),
    /// It has read a whole message, dots unstuffed, and has not answered.
    Message(&'a [u8]),
}

/// What the server does there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// What a good server would.
    Go,
    /// Says this instead, CRLF added, and goes on: `450 4.2.1 later`.
    Say(String),
    /// Says this instead, and cuts the connection: `421 4.3.2 shutting down`.
    SayAndClose(String),
    /// Cuts the connection.
    Close,
    /// Says nothing more until the client leaves.
    Hang,
    /// Waits, then does what a good server would.
    After(Duration),
    /// What a good server would, with so much time between any two bytes.
    Slowly(Duration),
}

/// A message of which the server has read the last line.
#[derive(Clone, Debug)]
pub struct Received {
    /// In which connection, from 1.
    pub connection: usize,
    /// What stood in MAIL: `FROM:<a@example.test> SIZE=5`.
    pub sender: String,
    /// What stood in each RCPT that it took: `TO:<b@example.test>`.
    pub recipients: Vec<String>,
    /// The message, dots unstuffed.
    pub message: Vec<u8>,
    /// Whether it told the client that it has it.
    pub accepted: bool,
}

#[derive(Default)]
struct Memory {
    heard: Mutex<Vec<String>>,
    received: Mutex<Vec<Received>>,
}

/// The number of the connection, from 1, and the step; what to do there.
type Twist = dyn Fn(usize, Step) -> Act + Send + Sync;

impl FakeSmtp {
    /// TLS from the first byte.
    pub fn tls(twist: impl Fn(usize, Step) -> Act + Send + Sync + 'static) -> FakeSmtp {
        FakeSmtp::start(Fake::tls, false, twist)
    }

    /// STARTTLS, and no AUTH before it.
    pub fn starttls(twist: impl Fn(usize, Step) -> Act + Send + Sync + 'static) -> FakeSmtp {
        FakeSmtp::start(Fake::starttls, true, twist)
    }

    /// STARTTLS is expected, but somebody on the way has taken it out of the server's offer.
    pub fn stripped() -> FakeSmtp {
        FakeSmtp::start(Fake::starttls, false, |_, _| Act::Go)
    }

    /// Clear text only.
    pub fn plain(twist: impl Fn(usize, Step) -> Act + Send + Sync + 'static) -> FakeSmtp {
        FakeSmtp::start(Fake::plain, false, twist)
    }

    fn start(
        listen: impl FnOnce(Box<dyn Fn(&mut Peer) + Send + Sync>) -> Fake,
        starttls: bool,
        twist: impl Fn(usize, Step) -> Act + Send + Sync + 'static,
    ) -> FakeSmtp {
        let memory = Arc::new(Memory::default());
        let shared = Arc::clone(&memory);
        let fake = listen(Box::new(move |peer: &mut Peer| {
            let mut talk = Talk {
                peer,
                twist: &twist,
                memory: &shared,
                starttls,
                sender: String::new(),
                recipients: Vec::new(),
            };
            let _ = talk.converse();
        }));
        FakeSmtp { fake, memory }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.fake.port()
    }

    /// The authority that signed its certificate.
    pub fn ca_path(&self) -> PathBuf {
        self.fake.ca_path()
    }

    /// Makes this sharemail send through the fake, whatever its profile says.
    pub fn serve<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("SHAREMAIL_SMTP_HOST", "localhost")
            .env("SHAREMAIL_SMTP_PORT", self.port().to_string())
            .env("SHAREMAIL_SMTP_TLS", self.fake.protection())
            .env("SHAREMAIL_SMTP_CA_FILE", self.ca_path())
    }

    /// Every command that was sent to it, in the order of arrival.
    pub fn heard(&self) -> Vec<String> {
        self.memory.heard.lock().unwrap().clone()
    }

    /// Every message that came in whole, whether or not the client was told.
    pub fn received(&self) -> Vec<Received> {
        self.memory.received.lock().unwrap().clone()
    }

    /// How many connections it has had.
    pub fn connections(&self) -> usize {
        self.fake.connections()
    }

    /// Waits for its conversations, and fails if a twist did.
    pub fn finish(self) {
        self.fake.finish();
    }
}

/// One conversation. `None` ends it.
struct Talk<'a> {
    peer: &'a mut Peer,
    twist: &'a Twist,
    memory: &'a Memory,
    starttls: bool,
    sender: String,
    recipients: Vec<String>,
}

impl Talk<'_> {
    fn converse(&mut self) -> Option<()> {
        self.step(Step::Greeting, "220 localhost ESMTP")?;
        loop {
            let line = self.peer.line()?;
            self.memory.heard.lock().unwrap().push(line.clone());
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let good = self.good(&verb.to_ascii_uppercase());
            let code = self.step(Step::Command(&line), &good)?;
            self.follow(&verb.to_ascii_uppercase(), rest, code)?;
        }
    }

    /// What a good server answers.
    fn good(&self, verb: &str) -> String {
        match verb {
            "EHLO" if self.starttls => offer("SIZE 10240000|PIPELINING|STARTTLS"),
            "EHLO" => offer(
                "PIPELINING|SIZE 10240000|AUTH PLAIN LOGIN|ENHANCEDSTATUSCODES|8BITMIME|DSN|\
                 SMTPUTF8",
            ),
            "STARTTLS" if self.starttls => "220 2.0.0 go ahead".to_owned(),
            "AUTH" if !self.starttls => "235 2.7.0 in".to_owned(),
            "DATA" if self.recipients.is_empty() => "554 5.5.1 no valid recipients".to_owned(),
            "DATA" => "354 end with a dot".to_owned(),
            "QUIT" => "221 2.0.0 bye".to_owned(),
            "HELO" | "MAIL" | "RCPT" | "RSET" | "NOOP" => "250 2.1.0 ok".to_owned(),
            _ => "502 5.5.2 unknown".to_owned(),
        }
    }

    /// What comes of an answer with this code.
    fn follow(&mut self, verb: &str, rest: &str, code: u16) -> Option<()> {
        match (verb, code / 100) {
            ("STARTTLS", 2) => {
                self.starttls = false;
                return self.peer.starttls().then_some(());
            }
            ("AUTH", 3) => {
                self.peer.line()?;
                self.say("235 2.7.0 in");
            }
            ("MAIL", 2) => self.begin(rest),
            ("RCPT", 2) => self.recipients.push(rest.to_owned()),
            ("RSET" | "EHLO" | "HELO", 2) => self.begin(""),
            ("DATA", 3) => return self.message(),
            ("QUIT", 2) => return None,
            _ => {}
        }
        Some(())
    }

    fn begin(&mut self, sender: &str) {
        sender.clone_into(&mut self.sender);
        self.recipients.clear();
    }

    fn message(&mut self) -> Option<()> {
        let message = self.peer.message()?;
        let number = self.peer.number;
        let at = {
            let mut received = self.memory.received.lock().unwrap();
            received.push(Received {
                connection: number,
                sender: self.sender.clone(),
                recipients: std::mem::take(&mut self.recipients),
                message: message.clone(),
                accepted: false,
            });
            received.len() - 1
        };
        let code = self.step(Step::Message(&message), "250 2.0.0 queued as FAKE")?;
        self.memory.received.lock().unwrap()[at].accepted = code == 250;
        self.begin("");
        Some(())
    }

    /// Asks the twist, answers, and returns the code that the client saw.
    fn step(&mut self, step: Step, good: &str) -> Option<u16> {
        match (self.twist)(self.peer.number, step) {
            Act::Go => self.say(good),
            Act::Say(answer) => self.say(&answer),
            Act::SayAndClose(answer) => {
                self.say(&answer);
                self.peer.close();
                None
            }
            Act::Close => {
                self.peer.close();
                None
            }
            Act::Hang => {
                self.peer.drain();
                None
            }
            Act::After(time) => {
                thread::sleep(time);
                self.say(good)
            }
            Act::Slowly(pause) => {
                self.peer.send_slowly(format!("{good}\r\n"), pause);
                code(good)
            }
        }
    }

    fn say(&mut self, answer: &str) -> Option<u16> {
        self.peer.send(format!("{answer}\r\n"));
        code(answer)
    }
}

/// An answer to EHLO with these keywords, between bars: `offer("PIPELINING|SIZE 1000")`.
pub fn offer(keywords: &str) -> String {
    let (mut lines, last) = match keywords.rsplit_once('|') {
        Some((others, last)) => (format!("localhost|{others}"), last),
        None => ("localhost".to_owned(), keywords),
    };
    lines = lines.replace('|', "\r\n250-");
    format!("250-{lines}\r\n250 {last}")
}

fn code(answer: &str) -> Option<u16> {
    Some(answer.get(..3)?.parse().unwrap_or_default())
}
