//! label add and remove: what became of the messages that are meant.

use crate::decide::labelling::Labelling;
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::change::{Change, Label};
use crate::model::label::Keyword;
use crate::model::messages::Lying;
use crate::model::outcome::{Fate, Outcome, failure};
use crate::model::plan::{Place, Plan};
use crate::model::setting::Called;
use crate::model::state::Mailbox;
use crate::model::words::messages;
use serde::Serialize;

/// The report of `label add` and `label remove`.
#[derive(Clone, Debug, Serialize)]
pub struct LabelReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// `add` or `remove`.
    pub change: &'static str,
    /// What people call the label.
    pub label: String,
    /// The keyword that it is.
    pub keyword: Keyword,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// Each folder in which messages are meant.
    pub folders: Vec<LabelledFolder>,
    /// Of how many messages nobody knows whether they were changed.
    pub unknown: u64,
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

/// What became of the messages of one folder.
#[derive(Clone, Debug, Serialize)]
pub struct LabelledFolder {
    /// Its path.
    pub folder: String,
    /// The identity of its numbering.
    pub uid_validity: u32,
    /// How many messages are meant.
    pub found: u64,
    /// How many of them were as they should be.
    pub already: u64,
    /// How many were changed, or would be.
    pub changed: u64,
    /// Of how many nobody knows whether they were.
    pub unknown: u64,
    /// The UIDs of those that were changed, or would be.
    pub uids: String,
    /// `planned`, `done`, or why not; absent where nothing was to be done.
    pub result: Option<String>,
}

/// A folder that could not be looked into.
#[derive(Clone, Debug, Serialize)]
pub struct Unlooked {
    /// Its path.
    pub folder: String,
    /// Why, in the server's words.
    pub why: String,
}

impl Unlooked {
    pub(super) fn told(all: &[Self], mailbox: &str, document: Document) -> Document {
        all.iter().fold(document, |document, Self { folder, why }| {
            document.warning(format!(
                "{mailbox}: {folder:?} could not be looked into {why}"
            ))
        })
    }
}

impl LabelReport {
    /// What would be done in the mailbox of `state`.
    pub fn dry((labelling, called): (&Labelling, &Called), state: &Mailbox, plan: &Plan) -> Self {
        let changes = plan.changes.iter().map(|change| (change, None));
        let report = Self::new((labelling, called), state, changes.collect());
        Self {
            dry_run: true,
            ..report
        }
    }

    /// What was done.
    pub fn done(
        (labelling, called): (&Labelling, &Called),
        state: &Mailbox,
        outcome: &Outcome,
    ) -> Self {
        let changes = outcome.changes.iter();
        let changes = changes.map(|(change, fate)| (change, Some(fate)));
        let report = Self::new((labelling, called), state, changes.collect());
        Self {
            unknown: report.folders.iter().map(|folder| folder.unknown).sum(),
            cut_short: outcome.cut_short.clone(),
            exit: outcome.exit(),
            ..report
        }
    }

    fn new(
        (labelling, called): (&Labelling, &Called),
        state: &Mailbox,
        changes: Vec<(&Change, Option<&Fate>)>,
    ) -> Self {
        let (mut folders, mut unread) = (Vec::new(), Vec::new());
        for lie in &state.messages {
            match &lie.found {
                Ok(lying) if lying.all.is_empty() => {}
                Ok(lying) => folders.push(LabelledFolder::new(&lie.place, lying, &changes)),
                Err(why) => unread.push(Unlooked {
                    folder: lie.place.path.clone(),
                    why: why.clone(),
                }),
            }
        }
        Self {
            mailbox: state.name.clone(),
            change: if labelling.set { "add" } else { "remove" },
            label: called.name.clone(),
            keyword: called.keyword.clone(),
            dry_run: false,
            is_blind: !unread.is_empty() && unread.len() == state.messages.len(),
            folders,
            unknown: 0,
            cut_short: None,
            unread,
            exit: Exit::Done,
        }
    }

    /// Whether a dry run found something to do.
    pub fn is_pending(&self) -> bool {
        self.dry_run && self.folders.iter().any(|folder| folder.changed > 0)
    }

    /// How the run ends.
    pub fn exit(&self) -> Exit {
        match self.exit {
            Exit::Done if self.unread.is_empty() => Exit::Done,
            Exit::Done if self.is_blind => Exit::Refused,
            Exit::Done => Exit::Partly,
            exit => exit,
        }
    }

    fn called(&self) -> Called {
        Called {
            keyword: self.keyword.clone(),
            name: self.label.clone(),
        }
    }

    fn summary(&self) -> String {
        let sum = |of: fn(&LabelledFolder) -> u64| self.folders.iter().map(of).sum();
        let (found, already, changed) = (
            messages(sum(|folder| folder.found)),
            sum(|folder| folder.already),
            sum(|folder| folder.changed),
        );
        let is_add = self.change == "add";
        let had = match (already, is_add) {
            (0, _) => String::new(),
            (n, true) => format!(", {n} had it already"),
            (n, false) => format!(", {n} did not carry it"),
        };
        let done = match (is_add, self.dry_run) {
            (true, false) => "labelled",
            (false, false) => "rid of",
            (true, true) => "would be labelled",
            (false, true) => "would be rid of",
        };
        let is_tried = self.folders.iter().any(|folder| folder.result.is_some());
        match (self.folders.is_empty(), is_tried) {
            (true, _) if !self.unread.is_empty() => {
                let mailbox = &self.mailbox;
                format!("{mailbox}: no message is meant in the folders that could be looked into")
            }
            (true, _) => format!("{}: no message is meant, nothing to do", self.mailbox),
            (_, false) => {
                let state = if is_add { "carrying" } else { "without" };
                format!(
                    "{}: {found} {state} {} already, nothing to do",
                    self.mailbox,
                    self.called()
                )
            }
            _ => {
                let changed = messages(changed);
                let doubt = match self.unknown {
                    0 => String::new(),
                    n => format!(", {n} unknown"),
                };
                format!(
                    "{}: {changed} {done} {}{doubt}{had}",
                    self.mailbox,
                    self.called()
                )
            }
        }
    }
}

impl LabelledFolder {
    fn new(place: &Place, lying: &Lying, changes: &[(&Change, Option<&Fate>)]) -> Self {
        let own = |(change, fate): &(&Change, Option<&Fate>)| match change {
            Change::Label(label) if label.folder == *place => Some((label.clone(), fate.cloned())),
            _ => None,
        };
        let own: Vec<(Label<_>, Option<Fate>)> = changes.iter().filter_map(own).collect();
        let is_made =
            |(_, fate): &&(Label<_>, Option<Fate>)| fate.as_ref().is_none_or(|f| *f == Fate::Done);
        let is_unknown =
            |(_, fate): &&(Label<_>, Option<Fate>)| matches!(fate, Some(Fate::Unknown(_)));
        let unknown = own.iter().filter(is_unknown);
        let unknown = unknown.map(|(label, _)| label.uids.len()).sum();
        let made: Vec<&Label<_>> = own.iter().filter(is_made).map(|(label, _)| label).collect();
        let uids: Vec<String> = made.iter().map(|label| label.uids.to_string()).collect();
        let failed = own.iter().find_map(|(_, fate)| failure(fate.as_ref()?));
        let result = match own.first() {
            None => None,
            Some((_, None)) => Some("planned".to_owned()),
            Some(_) => Some(failed.unwrap_or_else(|| "done".to_owned())),
        };
        Self {
            folder: place.path.clone(),
            uid_validity: lying.uid_validity,
            found: lying.all.len(),
            already: lying.all.len() - lying.pending.len(),
            changed: made.iter().map(|label| label.uids.len()).sum(),
            unknown,
            uids: uids.join(","),
            result,
        }
    }
}

/// As many UIDs as people read.
fn shown(uids: &str) -> String {
    const MOST: usize = 40;
    match uids.get(..MOST).and_then(|begin| begin.rsplit_once(',')) {
        Some((begin, _)) => format!("{begin},…"),
        None => uids.to_owned(),
    }
}

impl Report for LabelReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "folder".into(),
            Column::right("meant"),
            Column::right("already"),
            Column::right("changed"),
            "uids".into(),
        ]);
        for row in &self.folders {
            table.push([
                row.folder.clone(),
                row.found.to_string(),
                row.already.to_string(),
                row.changed.to_string(),
                shown(&row.uids),
            ]);
        }
        let mut document = Document::new();
        if !self.folders.is_empty() {
            document = document.table(table);
        }
        document = document.line(Text::strong(self.summary()));
        let is_failed = |result: &&String| !["planned", "done"].contains(&result.as_str());
        for row in &self.folders {
            if let Some(why) = row.result.as_ref().filter(is_failed) {
                document = document.line(Text::bad(format!("  {}: {why}", row.folder)));
            }
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
            "mailbox", "change", "folder", "label", "keyword", "found", "already", "changed",
            "unknown", "uids", "result",
        ]);
        for row in &self.folders {
            records.push([
                self.mailbox.clone(),
                self.change.to_owned(),
                row.folder.clone(),
                self.label.clone(),
                self.keyword.as_str().to_owned(),
                row.found.to_string(),
                row.already.to_string(),
                row.changed.to_string(),
                row.unknown.to_string(),
                row.uids.clone(),
                row.result.clone().unwrap_or_default(),
            ]);
        }
        records
    }
}
