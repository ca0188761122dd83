//! What became of a grant or a revocation, member by member, with the proof.

use super::change::{AccessReport, MemberReport};
use crate::decide;
use crate::decide::unkept::Unkept;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::change::{Change, Entry};
use crate::model::dialect::Dialect;
use crate::model::done::{Done, Proved, Seen};
use crate::model::failure::Failure;
use crate::model::identity::Identity;
use crate::model::level::Naming;
use crate::model::outcome::{Fate, Outcome, Stored, Tally};
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use crate::model::whom::Whom;
use crate::model::wish::{Access, AccessWish};
use crate::reach::Provider;

/// What was wished for, and what became of it.
pub struct Told<'a> {
    /// What was wished for, without the identities that come with the level.
    pub asked: &'a AccessWish,
    /// The same, with them.
    pub wish: AccessWish,
    /// The identities that could not be kept.
    pub unkept: Unkept,
    /// What the mailbox was like before, with the folders that were made since.
    pub state: &'a Mailbox,
    /// What became of it.
    pub done: &'a Done,
    /// The part of the errand that it is (a row of a sheet), and what became of that.
    pub part: (usize, Outcome),
    /// How it was gone about.
    pub manner: Manner,
    /// The provider.
    pub provider: &'a Provider,
}

/// How a grant or a revocation was gone about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// The members were to be subscribed.
    pub subscribe: bool,
    /// What gives nothing was to be kept.
    pub force: bool,
    /// Whose own sessions were to be looked at.
    pub proof: Whom,
    /// What to tell besides, where something was changed.
    pub note: Option<&'static str>,
}

impl<'a> Told<'a> {
    /// What became of the wish `asked`, with the identities that come with its level `wish` (and those
    /// that cannot be given), of which `part` of the errand is about.
    ///
    /// # Errors
    /// Where nothing but an identity was asked for, and it cannot be given here.
    pub fn new(
        asked: &'a AccessWish,
        (wish, left_out): (AccessWish, Vec<Identity>),
        (state, done): (&'a Mailbox, &'a Done),
        part: (usize, Outcome),
        manner: Manner,
        provider: &'a Provider,
    ) -> Result<Self> {
        let lacking = done.lacking();
        let unkept = Unkept::new(state, &wish, left_out, lacking, provider.profile())?;
        Ok(Self {
            asked,
            wish,
            unkept,
            state,
            done,
            part,
            manner,
            provider,
        })
    }

    /// The report.
    ///
    /// # Errors
    /// Whatever is wrong with the wish itself.
    pub fn report(mut self) -> Result<AccessReport> {
        let mut outcome = std::mem::take(&mut self.part.1);
        let folders = decide::select(self.state, &self.wish.folders)?;
        let readable = folders.iter().filter(|folder| folder.acl.is_ok()).count();
        let unreadable = decide::unread(self.state, &self.wish)?;
        let identifiers = decide::identifiers(self.state, &self.wish)?;
        let access = self.wish.access;
        let levels = &self.provider.profile().levels;
        let rights = decide::rights(self.state, access, levels)?.unwrap_or_default();
        let mut members = Vec::new();
        let who: Vec<String> = self.wish.who.iter().map(Who::to_string).collect();
        for (who, identifier) in who.into_iter().zip(identifiers) {
            let seen = self.done.seen_as(1, self.part.0, &identifier);
            let (changed, held) = (
                changed(&outcome, &identifier),
                self.identities(&outcome, &identifier, false),
            );
            if let Some(back) = seen.and_then(|seen| seen.back.as_ref()) {
                let mine = |change: &Change| change.is_entry_of(&identifier);
                outcome.changes.retain(|(change, _)| !mine(change));
                let left = back.failures();
                let left = left.map(|(change, fate)| (change.clone(), fate.clone()));
                outcome.changes.extend(left);
            }
            let undone = seen.is_some_and(Seen::is_undone);
            let unless_undone = |n: usize| if undone { 0 } else { n };
            let failed = self.failed(&outcome, &identifier);
            members.push(MemberReport {
                level: (access != Access::Same).then(|| self.name(rights)),
                rights,
                folders: unless_undone(readable.saturating_sub(failed)),
                changed: unless_undone(changed),
                unknown: unless_undone(unknown(&outcome, |change| change.is_entry_of(&identifier))),
                doubtful: unless_undone(unknown(&outcome, |change| {
                    self.is_about(change, &identifier)
                })),
                unclear: self.unclear(&outcome, &identifier),
                identities: match undone {
                    true => self.identities(&outcome, &identifier, true),
                    false => held,
                },
                lost: self.lost(&outcome, &identifier),
                exempt: self.exempt(&identifier),
                had: self.had(&folders, &identifier),
                proof: self.proof(seen, &outcome),
                subscribed: seen.and_then(|seen| seen.proved.subscribed),
                undone,
                who,
                identifier,
            });
        }
        if self.unkept.is_failure() {
            outcome.changes.append(&mut self.unkept.lacking);
        }
        let mut warnings = self.unkept.warnings(self.state, rights);
        let exposed = self.done.seen.iter();
        let exposed = exposed.filter(|seen| seen.part == self.part.0);
        warnings.extend(exposed.flat_map(|seen| seen.proved.exposed.clone()));
        Ok(AccessReport {
            mailbox: self.state.name.clone(),
            folders: folders.len(),
            notes: self.notes(&members, &warnings),
            unseen: self.unseen(&members),
            warnings,
            members,
            failures: failures(&outcome, &unreadable, &self.state.dialect),
            unread: unreadable.len(),
            made: made(&outcome),
            cut_short: outcome.cut_short,
            forced: self.manner.force,
        })
    }

    /// What her session showed. After an interruption nobody is looked at.
    fn proof(&self, seen: Option<&Seen>, outcome: &Outcome) -> Proof {
        let why = match outcome.cut_short {
            Some(_) => "the work was cut short",
            None => "nobody asked for it",
        };
        seen.map_or_else(|| Proved::not(why).proof, |seen| seen.proved.proof.clone())
    }

    fn name(&self, rights: Rights) -> Naming {
        match self.wish.access {
            Access::Level(level) => Naming::Level(level),
            _ => self
                .provider
                .profile()
                .levels
                .name(rights, &self.state.vocabulary),
        }
    }

    /// The identities that `identifier` holds now.
    fn identities(&self, outcome: &Outcome, identifier: &str, undone: bool) -> Vec<Identity> {
        let before = self.state.identities_of(identifier);
        let failed = |identity: Identity| {
            let path = self.state.identity_names.path(identity);
            outcome
                .failures()
                .any(|(change, _)| change.is_entry_of(identifier) && change.folder().path == path)
        };
        let wish = &self.wish;
        let given = |identity: &Identity| {
            wish.give.contains(identity) && !self.unkept.refused.contains(identity)
        };
        let now = |identity: &Identity| match before.contains(identity) {
            true => undone || failed(*identity) || !wish.take.contains(identity),
            false => !undone && !failed(*identity) && given(identity),
        };
        let is_keeper = self.state.is_keeper(identifier);
        Identity::ALL
            .into_iter()
            .filter(|identity| !is_keeper && now(identity))
            .collect()
    }

    fn exempt(&self, identifier: &str) -> Option<&'static str> {
        if self.state.owner.as_deref() == Some(identifier) {
            Some("is the owner, who needs no permission to send")
        } else if self.state.is_keeper(identifier) {
            Some("keeps the identities here, and can be given none")
        } else {
            None
        }
    }

    /// The identities that `identifier` held and holds no more.
    fn lost(&self, outcome: &Outcome, identifier: &str) -> Vec<Identity> {
        let now = self.identities(outcome, identifier, false);
        let mut lost = self.state.identities_of(identifier);
        lost.retain(|identity| !now.contains(identity));
        lost
    }

    /// Whether `identifier` had an entry on a folder that the wish is about.
    fn had(&self, folders: &[&Folder], identifier: &str) -> bool {
        let taken = |folder: &&Folder| {
            let names = &self.state.identity_names;
            let mut taken = self.wish.take.iter();
            taken.any(|identity| names.path(*identity) == folder.path)
        };
        let kept = self.state.identity_folders.iter().filter(taken);
        let mut all = folders.iter().copied().chain(kept);
        all.any(|folder| folder.rights_of(identifier).is_some())
    }

    /// On how many of the mailbox's folders an entry of `identifier` could not be changed.
    fn failed(&self, outcome: &Outcome, identifier: &str) -> usize {
        let mine = |change: &Change| self.is_about(change, identifier);
        // Whoever got more than was meant has what was meant.
        let more = |change: &Change, fate: &Fate| match (change, fate) {
            (
                Change::Entry(Entry {
                    after: Some(meant), ..
                }),
                Fate::Differs(Stored(Some(stored))),
            ) => stored.contains(*meant),
            _ => false,
        };
        outcome
            .failures()
            .filter(|(change, fate)| mine(change) && !more(change, fate))
            .count()
    }

    /// Whether `change` is of an entry of `identifier` on one of the mailbox's folders.
    fn is_about(&self, change: &Change, identifier: &str) -> bool {
        let reserved = self.state.identity_names.reserve(&change.folder().path);
        change.is_entry_of(identifier) && !reserved
    }

    /// The identities of which nobody knows whether `identifier` holds them.
    fn unclear(&self, outcome: &Outcome, identifier: &str) -> Vec<Identity> {
        let is_unclear = |identity: &Identity| {
            let path = self.state.identity_names.path(*identity);
            let its = |change: &Change| change.folder().path == path;
            unknown(outcome, |change| {
                change.is_entry_of(identifier) && its(change)
            }) > 0
        };
        Identity::ALL.into_iter().filter(is_unclear).collect()
    }
}

/// How many entries of `identifier` were changed.
fn changed(outcome: &Outcome, identifier: &str) -> usize {
    let done =
        |(change, fate): &&(Change, Fate)| change.is_entry_of(identifier) && *fate == Fate::Done;
    outcome.changes.iter().filter(done).count()
}

/// How many changes that `counts` may have been made or not.
fn unknown(outcome: &Outcome, counts: impl Fn(&Change) -> bool) -> usize {
    let changes = outcome.changes.iter();
    let counted = changes.filter(|(change, _)| counts(change));
    Tally::of(counted.map(|(_, fate)| fate)).unknown
}

fn made(outcome: &Outcome) -> Vec<String> {
    let made = outcome.changes.iter().filter_map(|(change, fate)| {
        let is_made = matches!(change, Change::Create(..)) && *fate == Fate::Done;
        is_made.then(|| change.folder().path.clone())
    });
    made.collect()
}

fn failures(outcome: &Outcome, unreadable: &[&Folder], dialect: &Dialect) -> Vec<Failure> {
    let unread = unreadable
        .iter()
        .filter_map(|folder| Failure::unread(folder));
    Failure::called(outcome, dialect)
        .into_iter()
        .chain(unread)
        .collect()
}

/// What was reached: 0 only where every member has, or has not, what was wished for.
pub fn verdict(report: &AccessReport) -> Exit {
    let was_refused = |member: &MemberReport| {
        let mut failures = report.failures.iter();
        failures.any(|failure| failure.identifier.as_ref() == Some(&member.identifier))
    };
    let good = |member: &&MemberReport| {
        let done = match member.level {
            Some(_) => member.folders > 0,
            // Only an identity was asked for.
            None => !member.undone && (member.changed > 0 || !was_refused(member)),
        };
        done && !matches!(member.proof, Proof::Nothing { .. })
    };
    let any_good = report.members.iter().any(|member| good(&member));
    let nothing = report
        .members
        .iter()
        .any(|m| matches!(m.proof, Proof::Nothing { .. }) && !report.forced);
    let lacking =
        |m: &MemberReport| matches!(m.proof, Proof::Partly { .. } | Proof::Remains { .. });
    // What nobody has seen may have been done.
    let unknown = report.failures.iter().any(|failure| failure.is_unknown);
    if report.cut_short.is_some() {
        if unknown || report.members.iter().any(|m| m.changed > 0) || !report.made.is_empty() {
            Exit::Partly
        } else {
            Exit::Unreachable
        }
    } else if nothing {
        if any_good {
            Exit::Partly
        } else {
            Exit::NotFound
        }
    } else if !report.failures.is_empty() {
        if any_good || unknown {
            Exit::Partly
        } else {
            Exit::Refused
        }
    } else if report.members.iter().any(lacking) {
        Exit::Partly
    } else {
        Exit::Done
    }
}
