//! outbox: messages that were not sent or filed to the end, and what became of them.

use crate::document::{Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::command::command;
use crate::outbox::{Kept, State};
use serde::Serialize;
use std::time::Duration;

/// The report of `outbox`.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxReport {
    /// The oldest first.
    pub messages: Vec<Waiting>,
}

/// One message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// What it is called in the outbox.
    pub id: String,
    /// not-sent, unknown, not-filed, busy or unreadable.
    pub state: &'static str,
    /// The shared mailbox.
    pub mailbox: Option<String>,
    /// Who sends it.
    pub sender: Option<String>,
    /// To whom.
    pub to: Vec<String>,
    /// Its name, with brackets.
    pub message_id: Option<String>,
    /// The profile that it was sent with.
    pub profile: Option<String>,
    /// How long it has been there, in seconds.
    pub age: Option<u64>,
    /// Why it cannot be read.
    pub why: Option<String>,
}

impl Waiting {
    /// What is told of `kept`. Whoever wrote down that the end of a message is due, and is no
    /// more, has left nobody who knows.
    pub fn new(kept: &Kept) -> Self {
        let state = match (kept.state, kept.busy) {
            (_, true) => "busy",
            _ if kept.entry.is_err() => "unreadable",
            (State::Prepared, false) => "not-sent",
            (State::Committing | State::Unknown, false) => "unknown",
            (State::Sent, false) => "not-filed",
        };
        let entry = kept.entry.as_ref().ok();
        let to = entry.map(|entry| entry.envelope.to.iter().map(ToString::to_string));
        Self {
            id: kept.id.clone(),
            state,
            mailbox: entry.map(|entry| entry.mailbox.clone()),
            sender: entry.map(|entry| entry.sender.clone()),
            to: to.map(Iterator::collect).unwrap_or_default(),
            message_id: entry.map(|entry| entry.message_id.clone()),
            profile: entry.map(|entry| entry.profile.clone()),
            age: entry.map(|entry| entry.age().as_secs()),
            why: kept
                .entry
                .as_ref()
                .err()
                .map(|error| error.what().to_owned()),
        }
    }

    fn recipients(&self) -> String {
        match self.to.as_slice() {
            [] => "-".to_owned(),
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        }
    }
}

impl Report for OutboxReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        if self.messages.is_empty() {
            return document.line("the outbox is empty");
        }
        let mut table = Table::new(["id", "state", "mailbox", "sender", "to", "age"]);
        for waiting in &self.messages {
            let state = match waiting.state {
                "busy" => Text::plain("busy"),
                "not-filed" => Text::warn("not filed"),
                "not-sent" => Text::warn("not sent"),
                other => Text::bad(other),
            };
            let text = |text: &Option<String>| Text::plain(text.clone().unwrap_or_default());
            let age = waiting.age.map(|age| in_words(Duration::from_secs(age)));
            table.push([
                Text::strong(&waiting.id),
                state,
                text(&waiting.mailbox),
                text(&waiting.sender),
                Text::plain(waiting.recipients()),
                Text::plain(age.unwrap_or_default()),
            ]);
        }
        document = document.table(table);
        let is = |state: &str| self.messages.iter().any(|waiting| waiting.state == state);
        for why in self
            .messages
            .iter()
            .filter_map(|waiting| waiting.why.as_ref())
        {
            document = document.warning(why.clone());
        }
        let file = command(["outbox", "file"]);
        let hints = [
            (
                "not-filed",
                format!("not filed: sent; {file} files the copy"),
            ),
            (
                "unknown",
                format!(
                    "unknown: sent or not; {file} looks for it in Sent; ask a recipient, then file it \
                     with --delivered or forget it"
                ),
            ),
            (
                "not-sent",
                "not sent: nobody got it; send it again and forget this one".to_owned(),
            ),
        ];
        let hints = hints.into_iter().filter(|(state, _)| is(state));
        hints.fold(document, |document, (_, hint)| document.hint(hint))
    }

    fn records(&self) -> Records {
        let columns = vec![
            "id",
            "state",
            "mailbox",
            "sender",
            "to",
            "message_id",
            "profile",
            "age",
        ];
        let mut records = Records::new(columns);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        for waiting in &self.messages {
            records.push([
                waiting.id.clone(),
                waiting.state.to_owned(),
                text(&waiting.mailbox),
                text(&waiting.sender),
                waiting.to.join(" "),
                text(&waiting.message_id),
                text(&waiting.profile),
                waiting.age.map(|age| age.to_string()).unwrap_or_default(),
            ]);
        }
        records
    }
}

fn in_words(age: Duration) -> String {
    match age.as_secs() {
        secs @ 0..120 => format!("{secs} s"),
        secs @ 120..7200 => format!("{} min", secs / 60),
        secs @ 7200..172_800 => format!("{} h", secs / 3600),
        secs => format!("{} d", secs / 86_400),
    }
}

/// The report of `outbox file`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FiledReport {
    /// Each message in the order of the outbox, or as named.
    pub messages: Vec<Filed>,
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filed {
    /// What it is called in the outbox.
    pub id: String,
    /// What became of it.
    pub fate: Fate,
    /// The folder that holds the copy.
    pub folder: Option<String>,
    /// Whose mailbox that is in, where it is not the one that it is from.
    pub of: Option<String>,
    /// Why it failed.
    pub why: Option<String>,
    /// What to do about that.
    #[serde(skip)]
    pub hint: Option<String>,
}

/// What became of a message in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Its copy lies in the folder now.
    Filed,
    /// It was unknown, and lies in the folder: it was sent.
    Found,
    /// It is still unknown: it does not lie in Sent.
    Unknown,
    /// It was sent, and no copy was wanted.
    NotWanted,
    /// It was never sent.
    NotSent,
    /// It stays as it was.
    Failed,
}

impl Fate {
    const fn word(self) -> &'static str {
        match self {
            Fate::Filed => "filed",
            Fate::Found => "found",
            Fate::Unknown => "unknown",
            Fate::NotWanted => "not-wanted",
            Fate::NotSent => "not-sent",
            Fate::Failed => "failed",
        }
    }

    const fn is_settled(self) -> bool {
        matches!(self, Fate::Filed | Fate::Found | Fate::NotWanted)
    }
}

impl FiledReport {
    /// How the run ends: with [`Exit::Partly`] where anything stays in the outbox.
    pub fn exit(&self) -> Exit {
        if self.messages.iter().all(|filed| filed.fate.is_settled()) {
            Exit::Done
        } else {
            Exit::Partly
        }
    }
}

impl Report for FiledReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        if self.messages.is_empty() {
            document = document.line("nothing to file");
        }
        for filed in &self.messages {
            let folder = filed.folder.as_deref().unwrap_or_default();
            let folder = match &filed.of {
                Some(of) => format!("{folder} of {of}"),
                None => folder.to_owned(),
            };
            let why = filed.why.as_deref().unwrap_or_default();
            let text = match filed.fate {
                Fate::Filed => Text::good(format!(": filed in {folder}")),
                Fate::Found => Text::good(format!(": it was sent, and lies in {folder}")),
                Fate::Unknown => Text::warn(": not in Sent; whether it was sent is not known"),
                Fate::NotWanted => Text::plain(": sent, no copy was wanted"),
                Fate::NotSent => Text::warn(": not sent"),
                Fate::Failed => Text::bad(format!(": failed: {why}")),
            };
            document = document.spans([Text::strong(&filed.id), text]);
            if let Some(hint) = &filed.hint {
                document = document.hint(hint.clone());
            }
        }
        document
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec!["id", "fate", "folder", "failure"]);
        for filed in &self.messages {
            records.push([
                filed.id.clone(),
                filed.fate.word().to_owned(),
                filed.folder.clone().unwrap_or_default(),
                filed.why.clone().unwrap_or_default(),
            ]);
        }
        records
    }
}
