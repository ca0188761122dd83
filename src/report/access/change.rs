//! What a grant or a revocation did, member by member.

use super::proof::{proved, rights};
use super::unseen::Unseen;
use crate::document::{Document, Records, Report, Text};
use crate::model::failure::Failure;
use crate::model::identity::Identity;
use crate::model::level::Naming;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::words::{count, some};
use crate::report::failure::not_made;
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
    /// How many of the folders could not be read.
    #[serde(skip)]
    pub unread: usize,
    /// The folders for identities that were made on the way.
    pub made: Vec<String>,
    /// Why the work was cut short, where it was.
    pub cut_short: Option<String>,
    /// What to know before trusting it, such as that identities are not protected here.
    pub warnings: Vec<String>,
    /// Whether a grant that gives nothing was to be kept (`--force`).
    #[serde(skip)]
    pub forced: bool,
    /// What else to know, such as what a session that is open now may go on doing.
    pub notes: Vec<String>,
    /// Who may see nothing of it in a mail program; one of the notes says it of this mailbox.
    #[serde(skip)]
    pub unseen: Unseen,
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
    /// How many of her entries were changed, those of identities included.
    pub changed: usize,
    /// How many more of them nobody knows about: they may have been changed or not.
    pub unknown: usize,
    /// On how many folders nobody knows whether that is stored.
    #[serde(skip)]
    pub doubtful: usize,
    /// The identities of which nobody knows whether they are held.
    #[serde(skip)]
    pub unclear: Vec<Identity>,
    /// The identities that are held now.
    pub identities: Vec<Identity>,
    /// The identities that were taken.
    #[serde(skip)]
    pub lost: Vec<Identity>,
    /// Why no identity can be given to this one, where it is asked for.
    #[serde(skip)]
    pub exempt: Option<&'static str>,
    /// Whether there was an entry before.
    pub had: bool,
    /// What the member's own session showed.
    pub proof: Proof,
    /// On how many folders she was subscribed; absent where that was not asked for.
    pub subscribed: Option<usize>,
    /// Whether the change was taken back, as it gave nothing.
    pub undone: bool,
}

impl MemberReport {
    /// The identities that are held for certain.
    fn known(&self) -> impl Iterator<Item = Identity> {
        let held = self.identities.iter().copied();
        held.filter(|identity| !self.unclear.contains(identity))
    }
}

impl Report for AccessReport {
    fn document(&self) -> Document {
        let mut document = Document::new();
        for member in &self.members {
            document = self.member(document, member);
        }
        document = not_made(document, &self.failures, 0);
        if self.cut_short.is_some() && !self.made.is_empty() {
            let made = format!("  made before that, for identities: {}", some(&self.made));
            document = document.line(made);
        }
        if let Some(why) = &self.cut_short {
            document = document.warning(format!(
                "stopped before the end: {why}; run it again to go on"
            ));
        }
        document.warnings(&self.warnings).hints(&self.notes)
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
            "unknown",
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
                member.level.map(Naming::word).unwrap_or_default(),
                member.rights.to_string(),
                member.folders.to_string(),
                member.changed.to_string(),
                member.proof.word().to_owned(),
                member.undone.to_string(),
                self.failures.iter().filter(failed).count().to_string(),
                identities(&member.identities),
                member.unknown.to_string(),
            ]
        };
        Records {
            columns,
            rows: self.members.iter().map(row).collect(),
        }
    }
}

impl AccessReport {
    /// What became of the only member, behind her name.
    pub(super) fn headline(&self) -> Vec<Text> {
        let only = self.members.first();
        only.map(|member| self.sentence(member)).unwrap_or_default()
    }

    fn member(&self, document: Document, member: &MemberReport) -> Document {
        let mut pieces = vec![Text::strong(&member.who)];
        pieces.extend(self.sentence(member));
        let mut document = document.spans(pieces);
        // Whoever may only send sees nothing of it but where that is kept.
        let about_folders = member.level.is_some();
        if let (
            true,
            Proof::Verified {
                login,
                path: Some(path),
                listed,
                ..
            },
        ) = (about_folders, &member.proof)
        {
            document = document.line(Text::dim(if *listed {
                format!("  {login} sees it as {path}")
            } else {
                format!("  {login} can open it as {path}, but no list shows it: l is missing")
            }));
        }
        let known: Vec<Identity> = member.known().collect();
        if let (Some(_), [_, ..]) = (member.level, known.as_slice()) {
            let sends = may_send(&known, &self.mailbox);
            document = document.line(Text::dim(format!("  {sends}")));
        }
        if let (Some(_), [_, ..]) = (member.level, member.unclear.as_slice()) {
            let sends = may_send(&member.unclear, &self.mailbox);
            document = document.line(Text::warn(format!("  unknown whether they {sends}")));
        }
        if let (Some(_), [], [_, ..]) = (member.level, &*member.identities, &*member.lost) {
            let sent = may_send(&member.lost, &self.mailbox);
            let sent = sent.replacen("may", "may no longer", 1);
            document = document.line(Text::dim(format!("  {sent}")));
        }
        if let (Proof::Nothing { .. }, true) = (&member.proof, member.undone) {
            document =
                document.hint("--force keeps it all the same, as for somebody who is yet to come");
        }
        match member.subscribed {
            Some(n) => document.line(Text::dim(format!("  subscribed to {}", count(n, "folder")))),
            None => document,
        }
    }

    /// What became of a member of whose entries nobody has seen some.
    fn doubtful(&self, member: &MemberReport) -> Vec<Text> {
        let mailbox = &self.mailbox;
        let on = match member.doubtful == self.folders {
            true => count(self.folders, "folder"),
            false => format!("{} of {}", member.doubtful, count(self.folders, "folder")),
        };
        let stored = count(member.folders, "folder");
        let more = member.doubtful;
        let what = match (member.level, member.folders) {
            (Some(Naming::None), 0) => format!("may be revoked on {on} of {mailbox}"),
            (Some(Naming::None), _) => {
                format!("no access to {stored} of {mailbox}, and unknown on {more} more")
            }
            (Some(level), 1..) => {
                format!("{level} on {stored} of {mailbox}, and unknown on {more} more")
            }
            _ => format!("may be granted on {on} of {mailbox}"),
        };
        let why = "what the server stored could not be read";
        let seen = match &member.proof {
            Proof::Verified { .. } | Proof::Partly { .. } => proved(&member.proof),
            Proof::Remains {
                login,
                folders,
                has,
            } => {
                let on = some(folders);
                Some(Text::warn(format!(
                    "({login} has {} on {on})",
                    rights(*has)
                )))
            }
            _ => None,
        };
        let mut pieces = vec![Text::warn(format!(": {what}: {why}"))];
        pieces.extend(seen.map(|seen| Text::new(format!(" {}", seen.content), seen.style)));
        pieces
    }

    /// What became of a member, behind her name.
    fn sentence(&self, member: &MemberReport) -> Vec<Text> {
        let mailbox = &self.mailbox;
        let all = count(self.folders, "folder");
        let refused = self
            .failures
            .iter()
            .any(|f| f.identifier.as_ref() == Some(&member.identifier));
        let unread = self.unread == self.folders;
        let revoked = member.level == Some(Naming::None);
        match &member.proof {
            Proof::Nothing { why } if member.undone => {
                vec![Text::bad(format!(": not granted: {why} (undone)"))]
            }
            _ if member.folders == 0 && self.folders > 0 && unread => {
                let verb = if revoked { "revoked" } else { "granted" };
                vec![Text::bad(format!(
                    ": not {verb}: no entry of {mailbox} could be read"
                ))]
            }
            _ if member.doubtful > 0 => self.doubtful(member),
            _ if member.level.is_none() && !member.unclear.is_empty() => {
                let sends = may_send(&member.unclear, mailbox);
                vec![Text::warn(format!(
                    ": unknown whether they {sends}: what the server stored could not be read"
                ))]
            }
            _ if member.folders == 0 && refused => {
                let verb = if revoked { "revoked" } else { "granted" };
                vec![Text::bad(format!(
                    ": not {verb} on any of {all} of {mailbox}"
                ))]
            }
            _ if member.level.is_none() && member.exempt.is_some() => {
                let why = member.exempt.unwrap_or_default();
                vec![Text::plain(format!(": {why}; nothing changed"))]
            }
            // Only an identity was asked for.
            _ if refused && member.level.is_none() && member.changed == 0 => {
                let still = may_send(&member.identities, mailbox);
                vec![Text::bad(format!(": not changed: still {still}"))]
            }
            Proof::Remains { folders, has, .. } => {
                let (has, on) = (rights(*has), some(folders));
                let how = match member.had {
                    // An own entry may be among what is left.
                    true if refused => format!("not revoked everywhere: still {has} on {on}"),
                    true => format!("own entries are gone, but others still give {has} on {on}"),
                    false => format!("no entry of their own, but others still give {has} on {on}"),
                };
                vec![Text::warn(format!(": {how}"))]
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
pub(in crate::report) fn send_words(held: &[Identity]) -> &'static str {
    match held {
        [] => "",
        [Identity::SendAs] => "as",
        [Identity::SendOnBehalf] => "on behalf",
        _ => "as, on behalf",
    }
}

/// Identities as one word each, for a column of their own.
pub(in crate::report) fn identities(held: &[Identity]) -> String {
    held.iter()
        .map(|identity| identity.name())
        .collect::<Vec<_>>()
        .join(" ")
}
