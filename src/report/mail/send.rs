//! send: what became of a message, recipient by recipient, and of its copy.

use crate::document::{Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::mail::message::Composed;
use crate::model::command::command;
use crate::model::identity::Identity;
use crate::model::words::count;
use serde::Serialize;

/// The report of one message.
#[derive(Clone, Debug, Serialize)]
pub struct SendReport {
    /// The shared mailbox that it is from.
    pub mailbox: String,
    /// Who sent it.
    pub sender: String,
    /// As what.
    pub identity: Identity,
    /// Its name, with brackets.
    pub message_id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What the server said to the message as a whole, or what went wrong.
    pub answer: Option<String>,
    /// Its name in the server's queue, where the server told one.
    pub queue_id: Option<String>,
    /// Each recipient in the order given.
    pub recipients: Vec<Told>,
    /// What became of the copy.
    pub copy: CopyTold,
    /// What became of the mark on the message that it answers, where it answers one.
    pub answered: Option<AnsweredTold>,
    /// Its name in the outbox, where it stays there.
    pub outbox: Option<String>,
    /// What to do next.
    #[serde(skip)]
    pub hints: Vec<String>,
    /// How the run ends.
    #[serde(skip)]
    pub exit: Exit,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The server has it, for everybody accepted.
    Sent,
    /// The connection was lost before the server said so.
    Unknown,
    /// The sender may not use this address.
    SenderRefused,
    /// Nobody was accepted.
    NoRecipients,
    /// The server asks to come back later.
    Deferred,
    /// The server will not take it.
    Refused,
    /// It was not handed over.
    NotSent,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// To whom.
    pub address: String,
    /// accepted, deferred, refused or not-asked.
    pub fate: &'static str,
    /// The server's code, where it did not accept.
    pub code: Option<u16>,
    /// The server's words, where it did not accept.
    pub answer: Option<String>,
}

/// What became of the copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopyTold {
    /// In a word.
    pub state: CopyState,
    /// Where it lies.
    pub folder: Option<String>,
    /// Whose mailbox that is in, where it is not the one that it is from.
    pub of: Option<String>,
    /// Why it was not filed.
    pub why: Option<String>,
    /// What to do about that.
    #[serde(skip)]
    pub hint: Option<String>,
}

/// What became of the mark on the message that is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnsweredTold {
    /// Where the message lies.
    pub folder: String,
    /// Whether it is marked as answered now.
    pub marked: bool,
    /// Why it is not, where that was tried: only what was sent answers anything.
    pub why: Option<String>,
    /// What to do about that.
    #[serde(skip)]
    pub hint: Option<String>,
}

/// What became of the copy, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyState {
    /// It lies in the Sent folder.
    Filed,
    /// It is in the outbox.
    NotFiled,
    /// The server files it.
    ByServer,
    /// None was wanted.
    NotWanted,
    /// There is nothing to file.
    Nothing,
}

/// The report of a dry run.
#[derive(Clone, Debug, Serialize)]
pub struct DryReport {
    /// As what it would be sent.
    pub identity: Identity,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The message as it would be filed; what is not UTF-8 is shown with replacement characters.
    pub message: String,
}

impl Outcome {
    /// As JSON and CSV spell it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Outcome::Sent => "sent",
            Outcome::Unknown => "unknown",
            Outcome::SenderRefused => "sender-refused",
            Outcome::NoRecipients => "no-recipients",
            Outcome::Deferred => "deferred",
            Outcome::Refused => "refused",
            Outcome::NotSent => "not-sent",
        }
    }
}

impl CopyState {
    /// As JSON and CSV spell it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            CopyState::Filed => "filed",
            CopyState::NotFiled => "not-filed",
            CopyState::ByServer => "by-server",
            CopyState::NotWanted => "not-wanted",
            CopyState::Nothing => "nothing",
        }
    }
}

impl AnsweredTold {
    /// As CSV spells it.
    const fn word(&self) -> &'static str {
        if self.marked { "yes" } else { "no" }
    }

    fn tell(document: Document, told: &Self) -> Document {
        let folder = &told.folder;
        let document = match &told.why {
            None if told.marked => document.line(format!("marked as answered in {folder}")),
            None => document,
            Some(why) => document.warning(format!(
                "it was sent, and what it answers is not marked as answered: {why}"
            )),
        };
        document.hints(&told.hint)
    }
}

impl DryReport {
    /// The message as it would travel.
    pub fn new(message: &Composed, identity: Identity) -> Self {
        let envelope = &message.envelope;
        Self {
            identity,
            from: envelope.from.to_string(),
            to: envelope.to.iter().map(ToString::to_string).collect(),
            message: String::from_utf8_lossy(message.filed()).into_owned(),
        }
    }
}

/// Who sent it, and by which permission: nobody but the mailbox itself needs one.
pub(super) fn by(who: &str, identity: Identity, mailbox: &str) -> String {
    match who == mailbox {
        true => String::new(),
        false => format!(", by {who} ({identity})"),
    }
}

impl SendReport {
    /// How a run that sent this one message ends.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    fn accepted(&self) -> usize {
        let accepted = self.recipients.iter().filter(|to| to.fate == "accepted");
        accepted.count()
    }

    fn headline(&self) -> Vec<Text> {
        let (who, mailbox) = (&self.sender, &self.mailbox);
        let (good, word) = match self.outcome {
            Outcome::Sent => (true, "sent"),
            Outcome::Unknown => (false, "nobody knows whether it was sent"),
            Outcome::SenderRefused => (false, "not sent: the server refuses the sender"),
            Outcome::NoRecipients => (false, "not sent: no recipient was accepted"),
            Outcome::Deferred => (false, "not sent: the server asks to try again later"),
            Outcome::Refused => (false, "not sent: the server refuses the message"),
            Outcome::NotSent => (false, "not sent"),
        };
        let of = count(self.recipients.len(), "recipient");
        let whom = match (good, self.accepted()) {
            (true, n) if n < self.recipients.len() => format!(" to {n} of {of}"),
            (true, _) => format!(" to {of}"),
            _ => String::new(),
        };
        let by = by(who, self.identity, mailbox);
        let answer = match &self.answer {
            Some(answer) => format!(" ({answer})"),
            None => String::new(),
        };
        let word = if good {
            Text::good(word)
        } else {
            Text::bad(word)
        };
        vec![
            Text::strong(mailbox),
            Text::plain(": "),
            word,
            Text::plain(format!("{whom}{by}{answer}")),
        ]
    }
}

impl Report for SendReport {
    fn document(&self) -> Document {
        let mut document = Document::new().spans(self.headline());
        let mut table = Table::new(["recipient", "result", "answer"]);
        for to in self.recipients.iter().filter(|to| to.fate != "accepted") {
            let fate = match to.fate {
                "deferred" => Text::warn(to.fate),
                _ => Text::bad(to.fate),
            };
            let answer = Text::plain(to.answer.clone().unwrap_or_default());
            table.push([Text::strong(&to.address), fate, answer]);
        }
        if self.outcome != Outcome::SenderRefused {
            document = document.table(table);
        }
        let id = self.outbox.as_deref().unwrap_or_default();
        document = match (self.copy.state, &self.copy.folder) {
            (CopyState::Filed, Some(folder)) => document.line(match &self.copy.of {
                Some(of) => format!("filed in {folder} of {of}"),
                None => format!("filed in {folder}"),
            }),
            (CopyState::NotFiled, _) => {
                let why = self.copy.why.as_deref().unwrap_or_default();
                document
                    .warning(format!("it was sent, and its copy is not filed: {why}"))
                    .hint(format!(
                        "the copy is in the outbox: {}",
                        command(["outbox", "file", id])
                    ))
            }
            _ => document,
        };
        document = self.answered.iter().fold(document, AnsweredTold::tell);
        if self.outcome == Outcome::Unknown {
            document = document.warning(format!(
                "it may have been sent, and is not sent again; it is kept in the outbox as {id}"
            ));
        }
        document.hints(self.copy.hint.iter().chain(&self.hints))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "mailbox",
            "message_id",
            "outcome",
            "recipient",
            "fate",
            "code",
            "answer",
            "copy",
            "answered",
            "outbox",
        ]);
        for to in &self.recipients {
            records.push([
                self.mailbox.clone(),
                self.message_id.clone(),
                self.outcome.word().to_owned(),
                to.address.clone(),
                to.fate.to_owned(),
                to.code.map(|code| code.to_string()).unwrap_or_default(),
                to.answer.clone().unwrap_or_default(),
                self.copy.state.word().to_owned(),
                self.answered
                    .as_ref()
                    .map_or("", AnsweredTold::word)
                    .to_owned(),
                self.outbox.clone().unwrap_or_default(),
            ]);
        }
        records
    }
}

impl Report for DryReport {
    fn document(&self) -> Document {
        let mut document = Document::new().line(format!("MAIL FROM:<{}>", self.from));
        for to in &self.to {
            document = document.line(format!("RCPT TO:<{to}>"));
        }
        let lines = self.message.lines();
        lines.fold(document.blank(), |document, line| document.line(line))
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["from", "to"]);
        for to in &self.to {
            records.push([&self.from, to].map(String::as_str));
        }
        records
    }
}
