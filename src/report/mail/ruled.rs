//! rule run: which rules took each message, and what became of that.

use super::forwarded::{self, Forwarded};
use super::label::Unlooked;
use crate::decide::ruling::Ruling;
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::command::command;
use crate::model::message::Message;
use crate::model::outcome::{Fate, Outcome, failure};
use crate::model::plan::{Place, Plan};
use crate::model::rule::{Onward, Rules};
use crate::model::state::Mailbox;
use crate::model::words::{count, messages, some};
use serde::Serialize;
use std::collections::BTreeSet;

/// The report of `rule run`.
#[derive(Clone, Debug, Serialize)]
pub struct RuledReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// Each rule, and how many messages it took.
    pub rules: Vec<RuleTook>,
    /// How many messages were judged.
    pub judged: u64,
    /// How many were judged by a run before, and were not again.
    pub judged_before: u64,
    /// The folders that were looked into.
    pub folders: Vec<String>,
    /// How many could not be: their headers are longer than anybody reads.
    pub not_judged: u64,
    /// Each message that a rule took.
    pub messages: Vec<Taken>,
    /// How many of them were changed, or would be.
    pub changed: usize,
    /// Of how many nobody knows whether they were changed.
    pub unknown: usize,
    /// How many were forwarded, or would be.
    pub forwarded: usize,
    /// How many were taken by rules that forward, and were not.
    pub not_forwarded: usize,
    /// Of how many nobody knows whether they were forwarded.
    pub unknown_forwarded: usize,
    /// Whether that was asked for.
    #[serde(skip)]
    is_forwarding: bool,
    /// Why it could not be noted which messages were judged, where it could not.
    pub not_noted: Option<String>,
    /// Why the rest was not tried, where the work was cut short.
    pub cut_short: Option<String>,
    /// The folders that could not be looked into.
    pub unread: Vec<Unlooked>,
    /// Whether that was none of them.
    #[serde(skip)]
    is_blind: bool,
    #[serde(skip)]
    exit: Exit,
}

/// How many messages a rule took.
#[derive(Clone, Debug, Serialize)]
pub struct RuleTook {
    /// What people call it.
    pub rule: String,
    /// How many messages.
    pub messages: usize,
}

/// A message that a rule took.
#[derive(Clone, Debug, Serialize)]
pub struct Taken {
    /// The folder in which it lies.
    pub folder: String,
    /// The identity of the folder's numbering, where the server tells.
    pub uid_validity: Option<u32>,
    /// Its UID there.
    pub uid: u32,
    /// Its Message-ID, where it has one.
    pub message_id: Option<String>,
    /// Who wrote it.
    pub from: String,
    /// What it is about.
    pub subject: String,
    /// The rules that took it, in their order.
    pub rules: Vec<String>,
    /// The keywords that it gets.
    pub labels: Vec<String>,
    /// The folders that get a copy.
    pub copies: Vec<String>,
    /// The folder into which it goes.
    pub to: Option<String>,
    /// To whom it is forwarded, and what became of that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forwards: Vec<Forwarded>,
    /// `already` where it carried all of them and lay there, `planned`, `done`, or why not.
    pub result: String,
    #[serde(skip)]
    is_changed: bool,
    #[serde(skip)]
    is_unknown: bool,
}

/// A change, and what became of it.
type Tried<'c> = (&'c Change, Option<&'c Fate>);

impl RuledReport {
    /// What would be done in the mailbox of `state`.
    pub fn dry(ruling: &Ruling, rules: &Rules, state: &Mailbox, plan: &Plan) -> Self {
        let changes = plan.changes.iter().map(|change| (change, None));
        Self {
            dry_run: true,
            ..Self::new(ruling, rules, state, &changes.collect::<Vec<_>>())
        }
    }

    /// What was done.
    pub fn done(ruling: &Ruling, rules: &Rules, state: &Mailbox, outcome: &Outcome) -> Self {
        let changes = outcome.changes.iter();
        let changes = changes.map(|(change, fate)| (change, Some(fate)));
        Self {
            cut_short: outcome.cut_short.clone(),
            exit: outcome.exit(),
            ..Self::new(ruling, rules, state, &changes.collect::<Vec<_>>())
        }
    }

    fn new(ruling: &Ruling, rules: &Rules, state: &Mailbox, changes: &[Tried]) -> Self {
        let (mut messages, mut unread) = (Vec::new(), Vec::new());
        let (mut judged, mut judged_before, mut not_judged) = (0, 0, 0);
        let mut folders = Vec::new();
        for (place, ruled) in &ruling.judged {
            let ruled = match ruled {
                Ok(ruled) => ruled,
                Err(why) => {
                    unread.push(Unlooked {
                        folder: place.path.clone(),
                        why: why.clone(),
                    });
                    continue;
                }
            };
            folders.push(place.path.clone());
            judged += ruled.judged.len();
            judged_before += ruled.before;
            not_judged += ruled.not_judged;
            let own: Vec<Tried> = changes
                .iter()
                .filter(|(change, _)| change.folder() == place)
                .copied()
                .collect();
            for (message, takers) in &ruled.taken {
                let mut taken = Taken::new(place, ruled.uid_validity, message, takers);
                taken.becomes(ruling, state, (place, message), &own);
                taken.goes_on(ruling, place);
                messages.push(taken);
            }
        }
        let took = |name: &str| {
            let took = messages.iter();
            took.filter(|taken| taken.rules.iter().any(|own| own == name))
                .count()
        };
        let forwarded = |is: fn(&Onward) -> bool| {
            let counted = messages.iter();
            counted
                .filter(|taken| taken.forwards.iter().any(|one| is(one.fate())))
                .count()
        };
        let (is_gone, is_not, is_unknown) = (
            forwarded(|fate| matches!(fate, Onward::Sent | Onward::Planned)),
            forwarded(|fate| matches!(fate, Onward::NotSent(_) | Onward::Unasked)),
            forwarded(|fate| matches!(fate, Onward::Unknown(..))),
        );
        let rules = rules.iter().map(|rule| RuleTook {
            rule: rule.name.clone(),
            messages: took(&rule.name),
        });
        Self {
            mailbox: state.name.clone(),
            dry_run: false,
            rules: rules.collect(),
            judged,
            judged_before,
            folders,
            not_judged,
            changed: messages.iter().filter(|taken| taken.is_changed).count(),
            unknown: messages.iter().filter(|taken| taken.is_unknown).count(),
            messages,
            forwarded: is_gone,
            not_forwarded: is_not,
            unknown_forwarded: is_unknown,
            is_forwarding: ruling.letters.is_asked(),
            cut_short: None,
            not_noted: changes.iter().find_map(|(change, fate)| match change {
                Change::Setting(_) => failure((*fate)?),
                _ => None,
            }),
            is_blind: !unread.is_empty() && unread.len() == ruling.judged.len(),
            unread,
            exit: Exit::Done,
        }
    }

    /// Whether a dry run found something to do.
    pub fn is_pending(&self) -> bool {
        self.dry_run && (self.changed > 0 || self.is_forwarding && self.forwarded > 0)
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        let has_gone = !self.is_forwarding || self.not_forwarded == 0;
        let is_whole = self.unread.is_empty()
            && self.not_judged == 0
            && self.unknown_forwarded == 0
            && has_gone;
        match self.exit {
            Exit::Done if is_whole => Exit::Done,
            Exit::Done if self.is_blind => Exit::Refused,
            Exit::Done => Exit::Partly,
            exit => exit,
        }
    }

    /// That other folders were not looked into.
    fn only(&self) -> String {
        let was = match self.folders.len() {
            0 => return String::new(),
            1 => "was",
            _ => "were",
        };
        let folders = some(&self.folders);
        format!("; only {folders} {was} looked into, and --folder names others")
    }

    fn summary(&self) -> String {
        let judged = messages(self.judged);
        let judged = match self.judged_before {
            0 => format!("{judged} judged"),
            before if self.judged == 0 => {
                let before = messages(before);
                return format!(
                    "{}: nothing new, {before} judged before; --all judges again",
                    self.mailbox
                );
            }
            before => format!("{judged} judged, {before} before"),
        };
        let taken = self.messages.len();
        let is_tried = self.messages.iter().any(|taken| taken.result != "already");
        let rest = match (taken, is_tried) {
            (0, _) => format!("no rule takes any, nothing to do{}", self.only()),
            (_, false) if self.is_forwarding && self.forwards() => {
                format!("{taken} taken by rules{}", self.gone())
            }
            (_, false) => format!("{taken} taken by rules and so already, nothing to do"),
            (_, true) => {
                let done = if self.dry_run {
                    "would be changed"
                } else {
                    "changed"
                };
                let doubt = match self.unknown {
                    0 => String::new(),
                    n => format!(", {n} unknown"),
                };
                let gone = self.gone();
                format!(
                    "{taken} taken by rules, {} {done}{doubt}{gone}",
                    self.changed
                )
            }
        };
        format!("{}: {judged}, {rest}", self.mailbox)
    }
}

impl RuledReport {
    /// Whether any message is to be forwarded.
    fn forwards(&self) -> bool {
        self.messages.iter().any(|taken| !taken.forwards.is_empty())
    }

    /// How many were forwarded, behind what else was done.
    fn gone(&self) -> String {
        if !self.is_forwarding || !self.forwards() {
            return String::new();
        }
        let done = match self.dry_run {
            true => "would be forwarded",
            false => "forwarded",
        };
        let rest = match (self.not_forwarded, self.unknown_forwarded) {
            (0, 0) => String::new(),
            (not, 0) => format!(", {not} not"),
            (0, unknown) => format!(", {unknown} unknown"),
            (not, unknown) => format!(", {not} not, {unknown} unknown"),
        };
        format!(", {} {done}{rest}", self.forwarded)
    }

    /// `document` with what is to be said of messages that were not forwarded.
    fn not_gone(&self, mut document: Document) -> Document {
        if self.not_forwarded > 0 && !self.is_forwarding {
            let run = command(["rule", "run", &self.mailbox, "--forward"]);
            let lies = |taken: &&Taken| !taken.forwards.is_empty();
            let moved = self.messages.iter().filter(lies);
            let moved: BTreeSet<&str> = moved.filter_map(|taken| taken.to.as_deref()).collect();
            let moved: Vec<String> = moved
                .into_iter()
                .map(|path| format!("--folder {path:?}"))
                .collect();
            let there = match moved.is_empty() {
                true => String::new(),
                false => format!(", and what is moved with {}", moved.join(" ")),
            };
            document = document.line(format!(
                "{}: {} left to forward: {run} does that{there}",
                self.mailbox,
                count(self.not_forwarded, "message")
            ));
        }
        if self.not_forwarded > 0 && self.is_forwarding {
            document = document.warning(format!(
                "{}: {} not forwarded to all of those named; the next run with --forward tries it again",
                self.mailbox,
                count(self.not_forwarded, "message")
            ));
        }
        if self.unknown_forwarded > 0 {
            let (outbox, forget) = (command(["outbox"]), command(["outbox", "forget"]));
            document = document.warning(format!(
                "{}: {} may have been forwarded, and nobody knows: not sent again; {outbox} lists them, and after \
                 {forget} ID they count as sent",
                self.mailbox,
                count(self.unknown_forwarded, "message")
            ));
        }
        document
    }
}

impl Taken {
    fn new(place: &Place, uid_validity: Option<u32>, message: &Message, takers: &[String]) -> Self {
        Self {
            folder: place.path.clone(),
            uid_validity,
            uid: message.uid,
            message_id: message.head.id.clone(),
            from: message.head.from.clone(),
            subject: message.head.subject.clone(),
            rules: takers.to_vec(),
            labels: Vec::new(),
            copies: Vec::new(),
            to: None,
            forwards: Vec::new(),
            result: String::new(),
            is_changed: false,
            is_unknown: false,
        }
    }

    /// Tells to whom the message is forwarded.
    fn goes_on(&mut self, ruling: &Ruling, place: &Place) {
        let Some((letter, fates)) = ruling.letters.of(place, self.uid) else {
            return;
        };
        let to = letter.to.iter().zip(fates);
        self.forwards = to
            .map(|((address, rule), fate)| {
                if !self.rules.contains(rule) {
                    self.rules.push(rule.clone());
                }
                Forwarded::new(address, fate)
            })
            .collect();
    }

    /// Where it goes, and where copies go, in a few words.
    fn places(&self) -> String {
        let copies = match self.copies.as_slice() {
            [] => None,
            copies => Some(format!("copy: {}", copies.join(", "))),
        };
        let places: Vec<String> = self.to.clone().into_iter().chain(copies).collect();
        places.join("; ")
    }

    /// Tells what the message gets and where it goes, by the `changes` of its folder.
    fn becomes(
        &mut self,
        ruling: &Ruling,
        state: &Mailbox,
        (place, message): (&Place, &Message),
        changes: &[Tried],
    ) {
        let given = ruling.given(place, &self.rules);
        let copies = ruling.copies(state, (place, message.uid), &self.rules);
        let to = ruling.way(place, &self.rules);
        let own: Vec<&Tried> = changes
            .iter()
            .filter(|(change, _)| match change {
                Change::Label(label) => label.uids.contains(message.uid),
                Change::Copy(copied) => copied.uids.contains(message.uid),
                Change::Move(moved) => moved.uids.contains(message.uid),
                _ => false,
            })
            .collect();
        let is_made = |fate: &Option<&Fate>| fate.is_none_or(|fate| *fate == Fate::Done);
        let is_unknown = |fate: &Option<&Fate>| matches!(fate, Some(Fate::Unknown(_)));
        let is_moved = own
            .iter()
            .any(|(change, _)| matches!(change, Change::Move(_)));
        let failed = own.iter().find_map(|(_, fate)| failure((*fate)?));
        let is_copied = |(copy, has): &(&Place, bool)| {
            let is_so =
                |change: &Change| matches!(change, Change::Copy(copied) if copied.to == **copy);
            *has || own.iter().any(|(change, _)| is_so(change))
        };
        let is_lacking = to.is_some()
            || own.is_empty() && given.iter().any(|label| !message.carries(label))
            || !copies.iter().all(is_copied);
        self.result = match (own.first(), failed) {
            (_, Some(why)) => why,
            (_, None) if is_lacking && self.uid_validity.is_none() => {
                "the folder tells no UIDVALIDITY: nobody could tell its messages apart later"
                    .to_owned()
            }
            (_, None) if ruling.letters.is_open(place, message.uid) => {
                "it stays: it was not forwarded to everybody".to_owned()
            }
            (_, None) if is_lacking && !is_moved => {
                "it is gone, or somebody did it meanwhile".to_owned()
            }
            (None, None) => "already".to_owned(),
            (Some((_, None)), None) => "planned".to_owned(),
            (Some(_), None) => "done".to_owned(),
        };
        self.labels = given
            .iter()
            .map(|label| label.as_str().to_owned())
            .collect();
        let copies = copies.iter().map(|(to, _)| to.path.clone());
        self.copies = copies.collect();
        self.to = to.map(|to| to.path.clone());
        self.is_changed = own.iter().any(|(_, fate)| is_made(fate));
        self.is_unknown = own.iter().any(|(_, fate)| is_unknown(fate));
    }
}

/// As much of a text as stands in a table.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl Report for RuledReport {
    /// Of what was so already only how many there are.
    fn document(&self) -> Document {
        let mut columns: Vec<Column> = vec![
            "folder".into(),
            Column::right("uid"),
            "from".into(),
            "subject".into(),
            "rules".into(),
            "labels".into(),
            "to".into(),
            "result".into(),
        ];
        let is_told = |taken: &&Taken| taken.result != "already" || !taken.forwards.is_empty();
        let forwards = self.messages.iter().any(|taken| !taken.forwards.is_empty());
        columns.extend(forwards.then(|| Column::from("forwarded")));
        let mut table = Table::new(columns);
        for taken in self.messages.iter().filter(is_told) {
            let mut cells = vec![
                taken.folder.clone(),
                taken.uid.to_string(),
                short(&taken.from),
                short(&taken.subject),
                taken.rules.join(", "),
                taken.labels.join(", "),
                taken.places(),
                taken.result.clone(),
            ];
            cells.extend(forwards.then(|| forwarded::in_words(&taken.forwards)));
            table.push(cells);
        }
        let mut document = Document::new();
        if self.messages.iter().any(|taken| is_told(&taken)) {
            document = document.table(table);
        }
        for row in self.rules.iter().filter(|row| row.messages > 0) {
            document = document.line(format!(
                "  {}: {}",
                row.rule,
                count(row.messages, "message")
            ));
        }
        document = document.line(Text::strong(self.summary()));
        if self.not_judged > 0 {
            document = document.warning(format!(
                "{}: {} not judged: a header of more than 64 KiB, or a text of more than 64 MiB",
                self.mailbox,
                messages(self.not_judged)
            ));
        }
        if self.is_forwarding && !self.dry_run && self.forwarded > 0 {
            let remark = "what was forwarded cannot be undone";
            document = document.line(Text::dim(remark.to_owned()));
        }
        document = self.not_gone(document);
        if let (Some(why), None) = (&self.not_noted, &self.cut_short) {
            document = document.warning(format!(
                "{}: which messages were judged could not be noted, and the next run judges them again: {why}",
                self.mailbox
            ));
        }
        if let Some(why) = &self.cut_short {
            document = document.warning(format!(
                "stopped before the end: {why}; run it again to go on"
            ));
        }
        Unlooked::told(&self.unread, &self.mailbox, document)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(vec![
            "mailbox",
            "folder",
            "uid_validity",
            "uid",
            "message_id",
            "from",
            "subject",
            "rules",
            "labels",
            "copies",
            "to",
            "result",
            "forwarded",
        ]);
        for taken in &self.messages {
            records.push([
                self.mailbox.clone(),
                taken.folder.clone(),
                taken
                    .uid_validity
                    .map_or_else(String::new, |n| n.to_string()),
                taken.uid.to_string(),
                taken.message_id.clone().unwrap_or_default(),
                taken.from.clone(),
                taken.subject.clone(),
                taken.rules.join(" "),
                taken.labels.join(" "),
                taken.copies.join(", "),
                taken.to.clone().unwrap_or_default(),
                taken.result.clone(),
                forwarded::in_words(&taken.forwards),
            ]);
        }
        records
    }
}
