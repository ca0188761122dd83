//! What a grant or a revocation did, member by member.

use super::document::{Document, Records, Report, Text};
use super::plan::failure;
use super::words::{count, some};
use crate::model::identity::Identity;
use crate::model::level::Naming;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Change;
use crate::model::rights::Rights;
use serde::Serialize;

/// The report of `grant` and `revoke`.
#[derive(Clone, Debug, Serialize)]
pub struct AccessReport {
    /// What people call the mailbox.
    pub mailbox: String,
    /// How many folders it was about.
    pub folders: usize,
    /// Each WHO in the order given.
    pub members: Vec<MemberReport>,
    /// Every change that was not made, and every folder that could not be read.
    pub failures: Vec<Failure>,
    /// Why the work was cut short, where it was.
    pub cut_short: Option<String>,
    /// What to know before trusting it, such as that identities are not protected here.
    pub warnings: Vec<String>,
    /// Whether a grant that gives nothing was to be kept (`--force`).
    #[serde(skip)]
    pub forced: bool,
    /// What else to know, such as what a session that is open now may go on doing.
    pub notes: Vec<String>,
}

/// What became of one WHO.
#[derive(Clone, Debug, Serialize)]
pub struct MemberReport {
    /// As it was asked for.
    pub who: String,
    /// As the server spells it.
    pub identifier: String,
    /// The level that was asked for; `none` for a revocation, absent where only identities were
    /// asked for.
    pub level: Option<Naming>,
    /// Its rights.
    pub rights: Rights,
    /// On how many folders that is stored now.
    pub folders: usize,
    /// On how many it was not so before.
    pub changed: usize,
    /// The identities that are held now.
    pub identities: Vec<Identity>,
    /// Whether there was an entry before.
    pub had: bool,
    /// What the member's own session showed.
    pub proof: Proof,
    /// On how many folders she was subscribed; absent where that was not asked for.
    pub subscribed: Option<usize>,
    /// Whether the change was taken back, as it gave nothing.
    pub undone: bool,
}

/// Whether the effect was seen from the member's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Proof {
    /// Her own session has exactly what was asked for, or more by other entries.
    Verified {
        /// The login name of that session.
        login: String,
        /// Where she sees the mailbox; absent where she sees nothing, as after a revocation.
        path: Option<String>,
        /// Whether a list of folders shows it there.
        listed: bool,
    },
    /// Her own session lacks some of it.
    Partly {
        /// The login name of that session.
        login: String,
        /// The folders where something is missing.
        folders: Vec<String>,
        /// What she can do on the first of them.
        has: Rights,
    },
    /// She holds nothing at all: the server took the entry and gives nothing for it.
    Nothing {
        /// Why, as far as it could be told.
        why: String,
    },
    /// Other entries still give her something after a revocation.
    Remains {
        /// The login name of that session.
        login: String,
        /// The folders.
        folders: Vec<String>,
        /// What she can still do on the first of them.
        has: Rights,
    },
    /// It could not be tried.
    NotVerified {
        /// Why.
        why: String,
    },
}

/// One change that was not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The folder.
    pub folder: String,
    /// The identifier of the entry; absent where the folder itself could not be read.
    pub identifier: Option<String>,
    /// What came back.
    pub why: String,
}

impl Failure {
    /// The changes of `outcome` that were not made.
    pub fn of(outcome: &Outcome) -> Vec<Failure> {
        outcome
            .failures()
            .map(|(change, fate)| Failure::from_change(change, fate))
            .collect()
    }

    /// Whether the work ended before it: people are told how many of them there are.
    fn is_untried(&self) -> bool {
        Some(&self.why) == failure(&Fate::NotTried).as_ref()
    }

    fn from_change(change: &Change, fate: &Fate) -> Failure {
        let identifier = match change {
            Change::Entry { identifier, .. } => Some(identifier.clone()),
            _ => None,
        };
        let why = failure(fate).unwrap_or_default();
        Failure {
            folder: change.folder().path.clone(),
            identifier,
            why,
        }
    }
}

impl Proof {
    fn word(&self) -> &'static str {
        match self {
            Proof::Verified { .. } => "verified",
            Proof::Partly { .. } => "partly",
            Proof::Nothing { .. } => "nothing",
            Proof::Remains { .. } => "remains",
            Proof::NotVerified { .. } => "not-verified",
        }
    }
}

impl Report for AccessReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for member in &self.members {
            document = self.member(document, member);
        }
        let (untried, failed): (Vec<&Failure>, Vec<&Failure>) = self
            .failures
            .iter()
            .partition(|failure| failure.is_untried());
        for line in alike(&failed) {
            document = document.line(Text::bad(line));
        }
        if !untried.is_empty() {
            let n = count(untried.len(), "change");
            document = document.line(Text::warn(format!("  not tried: {n}")));
        }
        if let Some(why) = &self.cut_short {
            document = document.warning(format!(
                "stopped before the end: {why}; run it again to go on"
            ));
        }
        for warning in &self.warnings {
            document = document.warning(warning.clone());
        }
        self.notes
            .iter()
            .fold(document, |document, note| document.hint(note.clone()))
    }

    fn records(&self) -> Records {
        let columns = vec![
            "mailbox",
            "who",
            "identifier",
            "level",
            "rights",
            "folders",
            "changed",
            "proof",
            "undone",
            "failures",
            "identities",
        ];
        let row = |member: &MemberReport| {
            let failed = |f: &&Failure| {
                f.identifier
                    .as_ref()
                    .is_none_or(|i| *i == member.identifier)
            };
            vec![
                self.mailbox.clone(),
                member.who.clone(),
                member.identifier.clone(),
                member.level.map(level_word).unwrap_or_default(),
                member.rights.to_string(),
                member.folders.to_string(),
                member.changed.to_string(),
                member.proof.word().to_owned(),
                member.undone.to_string(),
                self.failures.iter().filter(failed).count().to_string(),
                identities(&member.identities),
            ]
        };
        Records {
            columns,
            rows: self.members.iter().map(row).collect(),
        }
    }
}

/// The level as one word, for a column of its own.
pub(crate) fn level_word(level: Naming) -> String {
    match level {
        Naming::Custom(_) => "custom".to_owned(),
        named => named.to_string(),
    }
}

/// Failures with the same reason in one line each.
fn alike(failures: &[&Failure]) -> Vec<String> {
    let mut reasons: Vec<(&Failure, Vec<String>)> = Vec::new();
    for failure in failures {
        let same = |(other, _): &&mut (&Failure, Vec<String>)| {
            other.identifier == failure.identifier && other.why == failure.why
        };
        match reasons.iter_mut().find(same) {
            Some((_, folders)) => folders.push(failure.folder.clone()),
            None => reasons.push((failure, vec![failure.folder.clone()])),
        }
    }
    let line = |(failure, folders): (&Failure, Vec<String>)| {
        let who = failure
            .identifier
            .as_ref()
            .map(|i| format!("{i} on "))
            .unwrap_or_default();
        let on = match folders.len() {
            1 => folders.concat(),
            n => format!("{n} folders ({})", some(&folders)),
        };
        format!("  failed: {who}{on}: {}", failure.why)
    };
    reasons.into_iter().map(line).collect()
}

impl AccessReport {
    fn member(&self, document: Document, member: &MemberReport) -> Document {
        let mut pieces = vec![Text::strong(&member.who)];
        pieces.extend(self.sentence(member));
        let mut document = document.spans(pieces);
        if let Proof::Verified {
            login,
            path: Some(path),
            listed,
        } = &member.proof
        {
            document = document.line(Text::dim(if *listed {
                format!("  {login} sees it as {path}")
            } else {
                format!("  {login} can open it as {path}, but no list shows it: l is missing")
            }));
        }
        if let (Some(_), [_, ..]) = (member.level, member.identities.as_slice()) {
            let sends = may_send(&member.identities, &self.mailbox);
            document = document.line(Text::dim(format!("  {sends}")));
        }
        if let (Proof::Nothing { .. }, true) = (&member.proof, member.undone) {
            document = document.hint("--force keeps a grant for somebody who is yet to come");
        }
        match member.subscribed {
            Some(n) => document.line(Text::dim(format!("  subscribed to {}", count(n, "folder")))),
            None => document,
        }
    }

    /// What became of a member, behind her name.
    fn sentence(&self, member: &MemberReport) -> Vec<Text> {
        let mailbox = &self.mailbox;
        let all = count(self.folders, "folder");
        let refused = self
            .failures
            .iter()
            .any(|f| f.identifier.as_ref() == Some(&member.identifier));
        let revoked = member.level == Some(Naming::None);
        match &member.proof {
            Proof::Nothing { why } if member.undone => {
                vec![Text::bad(format!(": not granted: {why} (undone)"))]
            }
            _ if member.folders == 0 && refused => {
                let verb = if revoked { "revoked" } else { "granted" };
                vec![Text::bad(format!(
                    ": not {verb} on any of {all} of {mailbox}"
                ))]
            }
            Proof::Remains { folders, has, .. } => {
                let own = if member.had {
                    "own entries are gone"
                } else {
                    "no entry of their own"
                };
                let (has, on) = (rights(*has), some(folders));
                vec![Text::warn(format!(
                    ": {own}, but others still give {has} on {on}"
                ))]
            }
            _ if revoked && !member.had => {
                vec![Text::plain(format!(
                    ": had no entry on {all} of {mailbox}: nothing to take away"
                ))]
            }
            proof => {
                let n = count(member.folders, "folder");
                let what = match member.level {
                    Some(Naming::None) => format!("no access to {n} of {mailbox}"),
                    Some(level) => format!("{level} on {n} of {mailbox}"),
                    None => may_send(&member.identities, mailbox),
                };
                let about_folders = member.level.is_some();
                let as_before = member.changed == 0 && (member.folders > 0 || !about_folders);
                let news = if as_before {
                    ", as before: nothing changed"
                } else {
                    ""
                };
                let mut pieces = vec![Text::plain(format!(": {what}{news} "))];
                pieces.extend(proved(proof));
                pieces
            }
        }
    }
}

/// What the proof adds, in brackets.
fn proved(proof: &Proof) -> Option<Text> {
    Some(match proof {
        Proof::Verified { login, .. } => Text::good(format!("(verified as {login})")),
        Proof::Partly {
            login,
            folders,
            has,
        } => {
            let on = some(folders);
            Text::bad(format!("(but {login} has only {}, on {on})", rights(*has)))
        }
        Proof::Nothing { why } => Text::bad(format!("(stored, but gives nothing: {why})")),
        Proof::NotVerified { why } => Text::dim(format!("(stored, not verified: {why})")),
        Proof::Remains { .. } => return None,
    })
}

/// What the identities come to, in words.
pub fn may_send(identities: &[Identity], mailbox: &str) -> String {
    match identities {
        [] => format!("may not send for {mailbox}"),
        [Identity::SendAs] => format!("may send as {mailbox}"),
        [Identity::SendOnBehalf] => format!("may send on behalf of {mailbox}"),
        _ => format!("may send as {mailbox} and on its behalf"),
    }
}

/// The identities in a column headed `may send`.
pub(super) fn send_words(held: &[Identity]) -> &'static str {
    match held {
        [] => "",
        [Identity::SendAs] => "as",
        [Identity::SendOnBehalf] => "on behalf",
        _ => "as, on behalf",
    }
}

/// Identities as one word each, for a column of their own.
pub(super) fn identities(held: &[Identity]) -> String {
    held.iter()
        .map(|identity| identity.name())
        .collect::<Vec<_>>()
        .join(" ")
}

fn rights(rights: Rights) -> String {
    if rights.is_empty() {
        "nothing".to_owned()
    } else {
        rights.to_string()
    }
}
