//! check: what is out of order, and what was mended.

use super::plan::Proved;
use crate::decide::Mending;
use crate::document::{Document, Records, Report, Text};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::dialect::Dialect;
use crate::model::done::Done;
use crate::model::failure::Failure;
use crate::model::failure::Unopened;
use crate::model::finding::{Finding, FindingKind};
use crate::model::outcome::Fate;
use crate::model::words::{count, some};
use crate::report::doubt::{Doubt, sentences, unasked};
use crate::report::failure::alike;
use serde::Serialize;

/// The report of `check`.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// Each mailbox that was looked into.
    pub mailboxes: Vec<Checked>,
    /// Mailboxes that could not be looked into.
    pub failures: Vec<Unopened>,
    /// Whether people are told only of what is out of order.
    #[serde(skip)]
    pub quiet: bool,
}

/// One mailbox that was looked into.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// What people call it.
    pub mailbox: String,
    /// What is out of order.
    pub findings: Vec<Finding>,
    /// The entries that were changed, or would be with `--dry-run`; empty without `--fix`.
    pub changes: Vec<Change>,
    /// Whether the changes were only planned.
    pub dry_run: bool,
    /// How many more changes may have been made or not.
    pub unknown: usize,
    /// What could not be mended although it was tried.
    pub failures: Vec<Failure>,
    /// People of whom it could not be found out whether they exist.
    pub people_not_looked_up: Vec<String>,
    /// Why, of those of them for whom the server was asked.
    pub people_in_doubt: Vec<Doubt>,
    /// People through whose eyes nobody could look for folders that the owner's list does not show.
    pub not_looked_through: Vec<String>,
    /// What the sessions of members showed whose entries were mended, where somebody asked for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proved>,
    /// Why nobody could look whether the server opens identity folders beyond what their entries say,
    /// where it may.
    pub identities_not_tried: Option<String>,
    /// How the server spells people.
    #[serde(skip)]
    pub dialect: Dialect,
    /// How the mending ended.
    #[serde(skip)]
    pub mended: Exit,
}

/// A finding in a sentence, with the folders it is about.
pub(in crate::report) fn sentence(finding: &Finding) -> String {
    let Finding { who, folders, .. } = finding;
    let on = format!("on {}: {}", count(folders.len(), "folder"), some(folders));
    let detail = finding.detail.as_deref().unwrap_or_default();
    let rights = finding
        .rights
        .map(|rights| rights.to_string())
        .unwrap_or_default();
    match finding.kind {
        FindingKind::NotInherited => {
            format!("{who} has {rights} on the mailbox; never inherited {on}")
        }
        FindingKind::Lacking => format!(
            "{who} has {rights} on the mailbox and nothing {on} (revoked there, or forgotten?)"
        ),
        FindingKind::Hidden => {
            format!("{who} can read what no list shows: l is missing {on}")
        }
        FindingKind::UnknownPerson => {
            format!("{who} is nobody whom the server knows: entries {on}")
        }
        FindingKind::Misspelt => {
            format!("{who} gives nothing in this spelling ({detail} would) {on}")
        }
        FindingKind::Negative => format!("{who} takes rights away {on}"),
        FindingKind::Everybody => format!("{who} opens it to everybody {on}"),
        FindingKind::Unreadable => format!("entries cannot be read {on}: {detail}"),
        FindingKind::Unlisted => {
            let by = match who.as_str() {
                "" => String::new(),
                who => format!(" by the entry of {who}"),
            };
            format!(
                "members see what the owner's list does not show, as somebody took the owner's l{by} \
                 {on}"
            )
        }
        FindingKind::IdentityNotBelieved => format!(
            "identities are not believed, as {who} holds {rights} and could give herself one {on}"
        ),
        FindingKind::IdentityUnprotected => format!(
            "identities are not protected, as {who} holds {rights} and could make what is missing {on}"
        ),
        FindingKind::IdentityIncomplete => {
            format!("{who} has {rights}, which is no identity ({detail} would be one) {on}")
        }
        FindingKind::IdentityExposed => format!(
            "identities are not protected, as the server gives {who} {rights} though no entry \
             says so (Dovecot: acl_defaults_from_inbox) {on}"
        ),
        FindingKind::SettingsNotBelieved => format!(
            "settings are not obeyed, as {who} holds {rights} and could write them {on}; look at what they say \
             before you take that away, as sharemail revoke and grant again do"
        ),
        FindingKind::OwnLogin => "it has a login of its own: whoever knows its password may do \
                                  everything in it, and no entry says so"
            .to_owned(),
        FindingKind::NearlyFull => format!("it is nearly full: {detail}, as the server counts"),
    }
}

impl Report for CheckReport {
    fn document(&self) -> Document {
        let is_alone = self.mailboxes.len() + self.failures.len() == 1;
        let shown = self
            .mailboxes
            .iter()
            .filter(|checked| !checked.is_in_order() || is_alone && !self.quiet);
        let mut document = Document::new();
        let is_silent = self.quiet && self.is_in_order();
        if !is_alone && !is_silent {
            document = document.spans(self.headline());
        }
        document = shown.fold(document, one);
        for failure in &self.failures {
            document = document.warning(format!("{}: {}", failure.mailbox, failure.why));
        }
        let open = |checked: &Checked| {
            checked.changes.is_empty() && checked.findings.iter().any(Finding::can_be_mended)
        };
        if self.mailboxes.iter().any(open) {
            document = document.hint(
                "--fix gives folders that never inherited the mailbox's entries, removes the entries \
                 of unknown people (whom apply -f FILE puts back as long as they stand in the file), \
                 gives the owner back the l that an entry took, empties identity folders that are not believed and makes those \
                 that are missing; with --dry-run it only tells",
            );
        }
        let lacking = |finding: &Finding| finding.kind == FindingKind::Lacking;
        let mut findings = self.mailboxes.iter().flat_map(|m| &m.findings);
        if findings.any(lacking) {
            document = document.hint(
                "where a file says what was taken away on purpose, check -f FILE tells only what is \
                 not as it says",
            );
        }
        document
    }

    fn records(&self) -> Records {
        let columns = vec!["mailbox", "finding", "identifier", "folder", "detail"];
        let mut rows = Vec::new();
        for checked in &self.mailboxes {
            for finding in &checked.findings {
                let rights = finding.rights.map(|rights| rights.to_string());
                let detail = finding.detail.clone().or(rights).unwrap_or_default();
                let row = |folder: &String| {
                    let kind = finding.kind.name().to_owned();
                    let identifier = finding.identifier.clone();
                    vec![
                        checked.mailbox.clone(),
                        kind,
                        identifier,
                        folder.clone(),
                        detail.clone(),
                    ]
                };
                rows.extend(finding.folders.iter().map(row));
            }
        }
        Records { columns, rows }
    }
}

impl CheckReport {
    /// What a person is asked before it is mended.
    pub fn question(&self) -> String {
        let mended = self.mailboxes.iter().filter(|m| !m.changes.is_empty());
        let changes = self.mailboxes.iter().map(|m| m.changes.len()).sum();
        format!(
            "Make {} in {} to mend this?",
            count(changes, "change"),
            count(mended.count(), "mailbox")
        )
    }

    fn is_in_order(&self) -> bool {
        self.failures.is_empty() && self.mailboxes.iter().all(Checked::is_in_order)
    }

    /// Whether all is well, in a line: what is in order is told in no other.
    fn headline(&self) -> Vec<Text> {
        let findings: usize = self.mailboxes.iter().map(|m| m.findings.len()).sum();
        let found = self.mailboxes.iter().filter(|m| !m.findings.is_empty());
        let verdict = match findings {
            0 if self.mailboxes.iter().all(Checked::is_in_order) => Text::good("in order"),
            0 => Text::plain("nothing found"),
            n => Text::warn(format!(
                "{} in {} of them",
                count(n, "finding"),
                found.count()
            )),
        };
        let looked = count(self.mailboxes.len(), "mailbox");
        let mut line = vec![Text::strong(looked), Text::plain(": "), verdict];
        if !self.failures.is_empty() {
            let unread = format!(", {} not looked into", self.failures.len());
            line.push(Text::bad(unread));
        }
        line
    }
}

impl Checked {
    /// Adds what became of `mending` it.
    pub fn became(&mut self, mending: &Mending, done: &Done) {
        let outcome = done.outcome();
        self.failures
            .extend(Failure::called(&outcome, &self.dialect));
        if let Some((folder, why)) = mending.unemptied(done) {
            self.failures.push(Failure {
                folder: folder.to_owned(),
                ..Failure::of_mailbox(why.to_owned())
            });
        }
        self.unknown = outcome.tally().unknown;
        self.proofs = Proved::all(done);
        let is_lacking = |proved: &Proved| proved.proof.is_lacking();
        self.mended = match (self.mended, outcome.exit()) {
            // A refusal is none of the whole run: the mailbox was looked into, and what is told of it stays.
            (Exit::Done, Exit::Refused) => Exit::Partly,
            (Exit::Done, Exit::Done) if self.proofs.iter().any(is_lacking) => Exit::Partly,
            (Exit::Done, mended) => mended,
            (told, _) => told,
        };
        if let (Some(why), true) = (&outcome.cut_short, self.failures.is_empty()) {
            self.failures.push(Failure::of_mailbox(why.clone()));
        }
        let made = outcome.changes.into_iter();
        let made = made.filter(|(_, fate)| *fate == Fate::Done);
        self.changes = made.map(|(change, _)| change).collect();
    }

    /// Whether there is nothing to say of it.
    fn is_in_order(&self) -> bool {
        self.findings.is_empty()
            && self.failures.is_empty()
            && self.people_not_looked_up.is_empty()
            && self.not_looked_through.is_empty()
            && self.identities_not_tried.is_none()
    }
}

fn one(document: Document, checked: &Checked) -> Document {
    let summary = match checked.findings.len() {
        0 if checked.is_in_order() => Text::good("in order"),
        0 => Text::plain("nothing found"),
        n => Text::warn(count(n, "finding")),
    };
    let mut document = document.spans([Text::strong(&checked.mailbox), Text::plain(": "), summary]);
    for finding in &checked.findings {
        document = document.line(format!("  {}", sentence(finding)));
    }
    for change in &checked.changes {
        let verb = if checked.dry_run {
            "would mend"
        } else {
            "mended"
        };
        document = document.line(Text::good(format!(
            "  {verb}: {}",
            change.in_words(&checked.dialect)
        )));
    }
    for line in alike(&checked.failures.iter().collect::<Vec<_>>()) {
        document = document.line(Text::bad(line));
    }
    for proved in &checked.proofs {
        document = document.spans(proved.line("  "));
    }
    for doubt in sentences(&checked.people_in_doubt) {
        document = document.line(Text::warn(format!("  {doubt}")));
    }
    if let Some(told) = unasked(&checked.people_not_looked_up, &checked.people_in_doubt) {
        document = document.line(Text::dim(format!("  {told}")));
    }
    if let Some(why) = &checked.identities_not_tried {
        document = document.line(Text::dim(format!(
            "  whether the server opens the identity folders beyond what their entries say was not looked \
             at: {why}"
        )));
    }
    match checked.not_looked_through.as_slice() {
        [] => document,
        people => document.line(Text::dim(format!(
            "  folders that the owner's list does not show were not looked for through the eyes of {}",
            some(people)
        ))),
    }
}
