//! plan, check -f: where mailboxes are not what files say of them.

use super::people::{People, add_rows};
use crate::document::{Document, Records, Report, Text};
use crate::model::change::{Change, Entry, Quota};
use crate::model::failure::Unopened;
use crate::model::identity::Identity;
use crate::model::level::Levels;
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::setting;
use crate::model::state::Mailbox;
use crate::model::words::{count, some, storage};
use crate::report::mailbox::rows::{columns, row};
use crate::report::mailbox::settings;
use serde::Serialize;

/// The difference, mailbox by mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Those that differ, sorted by name.
    pub mailboxes: Vec<Changed>,
    /// How many are as the files say.
    pub unchanged: usize,
    /// What could not be read or planned.
    pub failures: Vec<Unopened>,
    /// What the plan is known by.
    pub checksum: String,
    /// Of those who are named.
    #[serde(flatten)]
    pub people: People,
    /// Whether it was looked for drift: nobody is going to carry out the plan.
    #[serde(skip)]
    pub is_check: bool,
}

/// A mailbox that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// What people call it.
    pub mailbox: String,
    /// Whether it is not there yet.
    pub new: bool,
    /// The provider's program that would make it, as a shell would be told it; absent where it is there,
    /// or is made over IMAP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// What would be changed, in order.
    pub changes: Vec<Change>,
    #[serde(skip)]
    lines: Vec<Text>,
}

/// The difference where there is none: said to programs only.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Silent(Difference);

impl Difference {
    /// The same, not told to people.
    pub fn silent(self) -> Silent {
        Silent(self)
    }

    /// The same, with what is known of those who are named.
    #[must_use]
    pub fn with(self, people: People) -> Self {
        Self { people, ..self }
    }

    /// The same, as `check` tells it.
    #[must_use]
    pub fn found_by_check(self) -> Self {
        Self {
            is_check: true,
            ..self
        }
    }

    fn summary(&self) -> String {
        let changes: usize = self
            .mailboxes
            .iter()
            .map(|mailbox| mailbox.changes.len())
            .sum();
        let same = match self.unchanged {
            0 => String::new(),
            1 => "; 1 is as the files say".to_owned(),
            n => format!("; {n} are as the files say"),
        };
        match self.mailboxes.len() {
            0 => nothing_to_do(self.unchanged),
            1 => format!("1 mailbox differs in {}{same}", count(changes, "change")),
            n => format!("{n} mailboxes differ in {}{same}", count(changes, "change")),
        }
    }
}

/// That `unchanged` mailboxes need no change.
pub(super) fn nothing_to_do(unchanged: usize) -> String {
    let verb = if unchanged == 1 { "is" } else { "are" };
    match unchanged {
        0 => "nothing to do".to_owned(),
        n => format!(
            "nothing to do: {} {verb} as the files say",
            count(n, "mailbox")
        ),
    }
}

impl Report for Difference {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for mailbox in &self.mailboxes {
            let mut title = vec![Text::strong(&mailbox.mailbox)];
            title.extend(mailbox.new.then(|| Text::good(" (to be made)")));
            document = document.spans(title);
            if let Some(program) = &mailbox.program {
                document = document.line(format!("  would run: {program}"));
            }
            for line in &mailbox.lines {
                document = document.line(line.clone());
            }
        }
        for failure in &self.failures {
            document = document.line(Text::bad(format!("{}: {}", failure.mailbox, failure.why)));
        }
        // Whoever only plans may yet mean somebody who is to come.
        document = self
            .people
            .sentences()
            .fold(document, |document, told| match self.is_check {
                true => document.line(Text::bad(told)),
                false => document.warning(told),
            });
        document = self.people.last_lines(document, &self.summary());
        if self.mailboxes.is_empty() || self.is_check {
            document
        } else {
            document.line(Text::dim(format!("checksum {}", self.checksum)))
        }
    }

    fn records(&self) -> Records {
        let mut records = Records::new(columns(["failure", "program"]));
        for mailbox in &self.mailboxes {
            for change in &mailbox.changes {
                let program = mailbox.program.clone().filter(|_| change.is_of_account());
                let last = [String::new(), program.unwrap_or_default()];
                records.push(row(&mailbox.mailbox, change, last));
            }
        }
        add_rows(&mut records, &self.failures, &self.people);
        records
    }
}

impl Report for Silent {
    fn document(&self) -> Document {
        Document::new()
    }

    fn records(&self) -> Records {
        self.0.records()
    }
}

impl Changed {
    /// What `plan` changes in the mailbox of `state`.
    pub fn new(state: &Mailbox, plan: &Plan, new: bool, levels: &Levels) -> Self {
        let words = Words {
            state,
            levels,
            folders: all_folders(state, plan),
            sets: plan.changes.iter().any(Change::is_setting),
        };
        Self {
            mailbox: plan.mailbox.clone(),
            new,
            program: None,
            changes: plan.changes.clone(),
            lines: words.lines(plan),
        }
    }

    /// The same, where the account is made by running `program`.
    #[must_use]
    pub fn by(mut self, program: Option<String>) -> Self {
        self.program = program;
        self
    }
}

/// How many folders the mailbox has, and will have.
fn all_folders(state: &Mailbox, plan: &Plan) -> usize {
    let made = |change: &&Change| {
        let path = &change.folder().path;
        let reserved = state.identity_names.reserve(path) || setting::keeps(path);
        matches!(change, Change::Create(..)) && !reserved
    };
    state.folders.len() + plan.changes.iter().filter(made).count()
}

struct Words<'a> {
    state: &'a Mailbox,
    levels: &'a Levels,
    folders: usize,
    /// Whether settings change, for which a folder may have to be made.
    sets: bool,
}

/// The same change of the same somebody's entries, and the folders.
struct Alike {
    identifier: String,
    before: Option<Rights>,
    after: Option<Rights>,
    reserved: bool,
    folders: Vec<String>,
}

impl Words<'_> {
    fn lines(&self, plan: &Plan) -> Vec<Text> {
        let reserve = |path: &str| {
            self.state.identity_names.reserve(path) || self.sets && setting::keeps(path)
        };
        let made = |reserved: bool| -> Vec<String> {
            let created = plan
                .changes
                .iter()
                .filter(|change| matches!(change, Change::Create(..)));
            let paths = created.map(|change| change.folder().path.clone());
            paths
                .filter(|path| path != "INBOX" && reserve(path) == reserved)
                .collect()
        };
        let mut lines = Vec::new();
        let (mut folders, kept) = (made(false), made(true));
        folders.sort_unstable();
        if !folders.is_empty() {
            let noun = if folders.len() == 1 {
                "folder"
            } else {
                "folders"
            };
            lines.push(Text::good(format!("  + {noun} {}", some(&folders))));
        }
        if kept.iter().any(|path| !setting::keeps(path)) {
            lines.push(Text::good("  + folders that keep who may send for it"));
        }
        if kept.iter().any(|path| setting::keeps(path)) {
            lines.push(Text::good("  + a folder that keeps its settings"));
        }
        for change in &plan.changes {
            lines.extend(quota(change));
        }
        lines.extend(alike(plan, reserve).iter().map(|alike| self.entry(alike)));
        for change in &plan.changes {
            if let Change::Setting(setting) = change {
                lines.extend(settings::lines(setting));
            }
        }
        lines
    }

    fn entry(&self, alike: &Alike) -> Text {
        let who = self.state.dialect.who(&alike.identifier);
        if let Some(line) = self.identity(alike, &who) {
            return line;
        }
        let called = |rights: Option<Rights>| match rights {
            Some(rights) => self.levels.name(rights, &self.state.vocabulary).to_string(),
            None => "none".to_owned(),
        };
        let (before, after) = (called(alike.before), called(alike.after));
        let on = match alike.folders.len() {
            n if n == self.folders && n > 1 && !alike.reserved => "every folder".to_owned(),
            _ => some(&alike.folders),
        };
        match (alike.before, alike.after) {
            (None, _) => Text::good(format!("  + {who}: {after} on {on}")),
            (_, None) => Text::bad(format!("  - {who}: {before} → none on {on}")),
            _ => Text::warn(format!("  ~ {who}: {before} → {after} on {on}")),
        }
    }

    /// The words for an identity that is given or taken.
    fn identity(&self, alike: &Alike, who: &str) -> Option<Text> {
        let [path] = alike.folders.as_slice() else {
            return None;
        };
        let names = &self.state.identity_names;
        let identity = Identity::ALL
            .into_iter()
            .find(|identity| names.path(*identity) == path)?;
        let send = match identity {
            Identity::SendAs => "send as the mailbox",
            Identity::SendOnBehalf => "send on its behalf",
        };
        let needed = self.state.identity_rights();
        match (alike.before, alike.after) {
            (_, Some(after)) if after == needed => {
                Some(Text::good(format!("  + {who}: may {send}")))
            }
            (Some(before), None) if self.state.gives_identity(before) => {
                Some(Text::bad(format!("  - {who}: may no longer {send}")))
            }
            _ => None,
        }
    }
}

fn alike(plan: &Plan, reserve: impl Fn(&str) -> bool) -> Vec<Alike> {
    let mut all: Vec<Alike> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for change in &plan.changes {
        let Change::Entry(Entry {
            folder,
            identifier,
            before,
            after,
        }) = change
        else {
            continue;
        };
        // Whoever reads the mail reads the settings: that is no news beside it.
        let is_reader =
            |rights: &Option<Rights>| rights.is_none_or(|r| setting::member_rights().contains(r));
        if setting::keeps(&folder.path) && is_reader(before) && is_reader(after) {
            continue;
        }
        let reserved = reserve(&folder.path);
        // Who may send is told folder by folder.
        let apart = reserved.then(|| folder.path.clone());
        let n = *known
            .entry((identifier.clone(), *before, *after, apart))
            .or_insert_with(|| {
                all.push(Alike {
                    identifier: identifier.clone(),
                    before: *before,
                    after: *after,
                    reserved,
                    folders: Vec::new(),
                });
                all.len() - 1
            });
        if let Some(alike) = all.get_mut(n) {
            alike.folders.push(folder.path.clone());
        }
    }
    all
}

fn quota(change: &Change) -> Option<Text> {
    let Change::Quota(Quota { before, after, .. }) = change else {
        return None;
    };
    Some(match before {
        Some(before) => Text::warn(format!(
            "  ~ quota: {} → {}",
            storage(*before),
            storage(*after)
        )),
        None => Text::good(format!("  + quota: {}", storage(*after))),
    })
}
