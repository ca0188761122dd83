//! What an undo put back, mailbox by mailbox.

use super::failure::{alike, left_undone, unopened};
use super::mailbox::plan::Proved;
use crate::decide::{Kept, Reversal};
use crate::document::{Column, Document, Records, Report, Table, Text};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::command::command;
use crate::model::dialect::Dialect;
use crate::model::done::Done;
use crate::model::failure::Failure;
use crate::model::failure::Unopened;
use crate::model::outcome::Tally;
use crate::model::state::Mailbox;
use crate::model::words::{count, some};
use serde::Serialize;

/// The report of `undo`.
#[derive(Clone, Debug, Serialize)]
pub struct UndoReport {
    /// The file.
    pub file: String,
    /// The command that made it.
    pub command: String,
    /// Whether nothing was sent to the server.
    pub dry_run: bool,
    /// Each mailbox that the file names and that could be read.
    pub mailboxes: Vec<Undone>,
    /// Mailboxes that could not be read or opened.
    pub failures: Vec<Unopened>,
    /// The file that takes it back again, where something was changed and one was asked for.
    pub undo_file: Option<String>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// What became of one mailbox.
#[derive(Clone, Debug, Serialize)]
pub struct Undone {
    /// What people call it.
    pub mailbox: String,
    /// How many changes were made to put things back; how many would be, where nothing was sent.
    pub put_back: usize,
    /// How many more may have been made or not.
    pub unknown: usize,
    /// How many things were as before already.
    pub already: usize,
    /// What is no longer as that command left it, or cannot be put back.
    pub kept: Vec<Failure>,
    /// Folders that the command made for identities, and that stay, because members could make
    /// their own otherwise.
    pub stay: Vec<String>,
    /// Whether the command made the mailbox itself, which stays.
    pub mailbox_stays: bool,
    /// What could not be changed.
    pub failures: Vec<Failure>,
    /// Why the work was cut short, where it was.
    pub cut_short: Option<String>,
    /// What would be changed, where nothing was sent.
    pub changes: Vec<Change>,
    /// What the members' own sessions showed, where somebody asked for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proved>,
    /// What did not come along with a name that was given back, and who does not find it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// How a run about it alone would end.
    #[serde(skip)]
    pub exit: Exit,
    /// How the server spells people; absent where the mailbox is gone, and nothing is to be said.
    #[serde(skip)]
    pub dialect: Option<Dialect>,
}

impl Undone {
    /// What would become of the mailbox called `name`, which is like `state`.
    pub fn foreseen(name: &str, state: &Mailbox, reversal: Reversal) -> Self {
        let (put_back, changes) = (reversal.len(), reversal.plan.changes.clone());
        Self {
            put_back,
            changes,
            ..Self::became(name, state, reversal, &Done::default())
        }
    }

    /// What became of the mailbox called `name`, which was like `state` before.
    pub fn became(name: &str, state: &Mailbox, reversal: Reversal, done: &Done) -> Self {
        let outcome = done.outcome();
        let proofs = Proved::all(done);
        let kept = |kept: Kept| Failure {
            folder: kept.folder,
            who: kept
                .identifier
                .as_deref()
                .map(|name| state.dialect.who(name)),
            identifier: kept.identifier,
            why: kept.why,
            is_unknown: false,
        };
        Self {
            // Something else than what was asked for came of it, or nothing at all.
            exit: match reversal.kept.is_empty() {
                false => Exit::Partly,
                true => done.exit(),
            },
            mailbox: name.to_owned(),
            put_back: outcome.done(),
            unknown: outcome.tally().unknown,
            already: reversal.already,
            stay: reversal.stay,
            mailbox_stays: reversal.mailbox_stays,
            kept: reversal.kept.into_iter().map(kept).collect(),
            failures: Failure::called(&outcome, &state.dialect),
            cut_short: outcome.cut_short,
            changes: Vec::new(),
            proofs,
            warnings: Vec::new(),
            dialect: Some(state.dialect.clone()),
        }
    }

    /// The mailbox called `name` is as it was before: not there. So are all `already` changes.
    pub fn gone(name: &str, already: usize) -> Self {
        Self {
            mailbox: name.to_owned(),
            put_back: 0,
            unknown: 0,
            already,
            kept: Vec::new(),
            stay: Vec::new(),
            mailbox_stays: false,
            failures: Vec::new(),
            cut_short: None,
            changes: Vec::new(),
            proofs: Vec::new(),
            warnings: Vec::new(),
            exit: Exit::Done,
            dialect: None,
        }
    }

    /// With what to warn of.
    #[must_use]
    pub fn warned(mut self, warnings: Vec<String>) -> Self {
        if !warnings.is_empty() && self.exit == Exit::Done {
            self.exit = Exit::Partly;
        }
        self.warnings = warnings;
        self
    }

    /// The folders that would be deleted, where nothing was sent.
    pub fn going(&self) -> impl Iterator<Item = &str> {
        let deleted = |change: &&Change| matches!(change, Change::Delete(..));
        let deleted = self.changes.iter().filter(deleted);
        deleted.map(|change| change.folder().path.as_str())
    }
}

impl UndoReport {
    /// What a person is asked before it is done: folders that go are named.
    pub fn question(&self) -> String {
        let going = |undone: &Undone| {
            let name = undone.mailbox.clone();
            let paths: Vec<&str> = undone.going().collect();
            (!paths.is_empty()).then(|| format!("{} of {name}", paths.join(", ")))
        };
        let going: Vec<String> = self.mailboxes.iter().filter_map(going).collect();
        let mailboxes = self.mailboxes.iter().filter(|m| m.put_back > 0).count();
        let changes = count(self.sum(|m| m.put_back), "change");
        let deleting = match going.len() {
            0 => String::new(),
            _ => format!(" and DELETE {}", going.join("; ")),
        };
        format!(
            "Make {changes} in {}{deleting}, to put back what {} did?",
            count(mailboxes, "mailbox"),
            self.command_in_words()
        )
    }

    /// What is about to be done, in a line for each change; folders that go come first.
    pub fn sentences(&self) -> Vec<String> {
        const MOST: usize = 100;
        let line = |undone: &Undone| {
            let dialect = undone.dialect.iter();
            let told = |dialect| {
                undone.changes.iter().map(move |change| {
                    let stays = !matches!(change, Change::Delete(..) | Change::Expunge(..));
                    let words = change.in_words(dialect);
                    (stays, format!("{}: {words}", undone.mailbox))
                })
            };
            dialect.flat_map(told).collect::<Vec<_>>()
        };
        let mut lines: Vec<(bool, String)> = self.mailboxes.iter().flat_map(line).collect();
        // Whatever is cut off: that something is deleted is not.
        lines.sort_by_key(|(stays, _)| *stays);
        let mut lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        let more = lines.len().saturating_sub(MOST);
        lines.truncate(MOST);
        if more > 0 {
            lines.push(format!(
                "and {more} more: --dry-run --output json tells all"
            ));
        }
        lines
    }

    fn sum(&self, of: impl Fn(&Undone) -> usize) -> usize {
        self.mailboxes.iter().map(of).sum()
    }

    /// Of the changes that were to be made, where they were.
    fn tally(&self) -> Tally {
        Tally {
            all: self.sum(|m| m.put_back + m.failures.len()),
            done: self.sum(|m| m.put_back),
            unknown: self.sum(|m| m.unknown),
        }
    }

    /// As it is typed: the file's own name for it has to stand in a file name.
    fn command_in_words(&self) -> String {
        self.command.replace('-', " ")
    }

    fn summary(&self) -> String {
        let put_back = count(self.sum(|m| m.put_back), "change");
        let already = self.sum(|m| m.already);
        let kept = self.sum(|m| m.kept.len());
        let all_back = self.sum(|m| m.put_back + m.kept.len() + m.failures.len()) == 0;
        let stays = self.mailboxes.iter().any(|m| m.mailbox_stays);
        let mut words = match (self.dry_run, all_back && self.failures.is_empty()) {
            (_, true) if stays => "nothing to put back but what stays".to_owned(),
            (_, true) => "nothing to put back: everything is as it was before".to_owned(),
            (true, _) => format!(
                "{put_back} would be made to put back what {} did, none was",
                self.command_in_words()
            ),
            (false, _) => {
                let tally = self.tally();
                format!(
                    "{} to put back what {} did{}",
                    Tally {
                        unknown: 0,
                        ..tally
                    },
                    self.command_in_words(),
                    tally.doubt()
                )
            }
        };
        match already {
            _ if all_back => {}
            0 => {}
            1 => words.push_str(", 1 was back already"),
            n => words.push_str(&format!(", {n} were back already")),
        }
        match kept {
            0 => {}
            1 => words.push_str(", 1 left as it is now"),
            n => words.push_str(&format!(", {n} left as they are now")),
        }
        words
    }
}

impl Report for UndoReport {
    fn document(&self) -> Document {
        let mut table = Table::new([
            "mailbox".into(),
            Column::right(if self.dry_run {
                "to put back"
            } else {
                "put back"
            }),
            Column::right("back already"),
            Column::right("left alone"),
            Column::right("failed"),
            Column::right("unknown"),
        ]);
        for undone in &self.mailboxes {
            let number = |n: usize| Text::plain(n.to_string());
            table.rows.push(vec![
                Text::strong(&undone.mailbox),
                number(undone.put_back),
                number(undone.already),
                number(undone.kept.len()),
                number(undone.failures.len() - undone.unknown),
                number(undone.unknown),
            ]);
        }
        let mut document = Document::new()
            .table(table)
            .line(Text::strong(self.summary()));
        for undone in &self.mailboxes {
            let kept: Vec<&Failure> = undone.kept.iter().collect();
            for line in alike(&kept) {
                let line = line.replacen("  failed:", " left alone:", 1);
                document = document.line(Text::warn(format!("{}:{line}", undone.mailbox)));
            }
            document = left_undone(
                document,
                &undone.mailbox,
                &undone.failures,
                &undone.cut_short,
            );
            for proved in &undone.proofs {
                document = document.spans(proved.line(&format!("{}: ", undone.mailbox)));
            }
            let warnings = undone.warnings.iter();
            document = warnings.fold(document, |document, why| {
                document.warning(format!("{}: {why}", undone.mailbox))
            });
        }
        document = unopened(document, &self.failures);
        for undone in self.mailboxes.iter().filter(|m| m.mailbox_stays) {
            let name = &undone.mailbox;
            document = document.hint(format!(
                "{name} itself stays, as no mailbox is deleted to undo anything; this deletes it \
                 with its mail: {}",
                command(["delete", name])
            ));
        }
        let stay: Vec<&Undone> = self
            .mailboxes
            .iter()
            .filter(|m| !m.stay.is_empty())
            .collect();
        if !stay.is_empty() {
            document = document.hint(format!(
                "the folders that keep identities stay, as members could make their own otherwise: in {}",
                some(&stay.iter().map(|m| m.mailbox.clone()).collect::<Vec<_>>())
            ));
        }
        document.hints(&self.notes)
    }

    fn records(&self) -> Records {
        let columns = vec![
            "mailbox",
            "put_back",
            "already",
            "left_alone",
            "failed",
            "unknown",
        ];
        let row = |undone: &Undone| {
            vec![
                undone.mailbox.clone(),
                undone.put_back.to_string(),
                undone.already.to_string(),
                undone.kept.len().to_string(),
                (undone.failures.len() - undone.unknown).to_string(),
                undone.unknown.to_string(),
            ]
        };
        Records {
            columns,
            rows: self.mailboxes.iter().map(row).collect(),
        }
    }
}
