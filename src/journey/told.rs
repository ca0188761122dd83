//! What became of a grant or a revocation, member by member, with the proof.

use super::access::Job;
use super::ahead::Ahead;
use crate::apply::carry_out;
use crate::decide::{self, Closure};
use crate::error::Result;
use crate::exit::Exit;
use crate::interrupt;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::Dialect;
use crate::model::failure::Failure;
use crate::model::identity::Identity;
use crate::model::level::{Levels, Naming};
use crate::model::outcome::{Fate, Outcome, Stored, Tally};
use crate::model::plan::Plan;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::wish::{Access, AccessWish};
use crate::output::Output;
use crate::reach::{Opened, Provider};
use crate::report::access::change::{AccessReport, MemberReport};
use crate::report::access::unkept::Unkept;

/// A job that was done, and what is needed to tell of it.
pub struct Told<'a> {
    /// The job.
    pub job: &'a Job,
    /// Its wish, with the identities that come with the level.
    pub wish: &'a AccessWish,
    /// The identities that could not be kept.
    pub unkept: Unkept,
    /// The first member's session, where it was opened ahead.
    pub ahead: Ahead,
    /// The provider.
    pub provider: &'a Provider,
    /// The mailbox.
    pub opened: &'a mut Opened,
    /// What it held before.
    pub state: &'a Mailbox,
    /// What the levels mean.
    pub levels: &'a Levels,
    /// Where progress goes.
    pub output: &'a Output,
}

impl Told<'_> {
    /// The report, after the proof and after taking back what gives nothing.
    ///
    /// # Errors
    /// Whatever is wrong with the wish itself.
    pub fn report(&mut self, mut outcome: Outcome) -> Result<AccessReport> {
        let folders = decide::select(self.state, &self.wish.folders)?;
        let readable = folders.iter().copied().filter(|folder| folder.acl.is_ok());
        let readable: Vec<&Folder> = readable.collect();
        let unreadable = decide::unread(self.state, self.wish)?;
        let identifiers = decide::identifiers(self.state, self.wish)?;
        let access = self.wish.access;
        let rights = decide::rights(self.state, access, self.levels)?.unwrap_or_default();
        // What is gone is gone everywhere: her session may show that it is not where nobody can read
        // the entries.
        let looked = match access {
            Access::None => &folders,
            _ => &readable,
        };
        let proofs = self.proofs(&identifiers, &self.expected(looked, rights), &outcome);
        let exposed: Vec<String> = proofs.iter().flat_map(|p| p.exposed.clone()).collect();
        if let Some(why) = proofs.iter().find_map(|proved| proved.unlogged.clone()) {
            outcome.cut_short.get_or_insert(why);
        }
        let mut closure = Closure::default();
        for (identifier, proved) in identifiers.iter().zip(&proofs) {
            proved.teach(&mut closure, &outcome, identifier);
        }
        closure.settle(&mut outcome);
        let mut members = Vec::new();
        for ((who, identifier), proved) in self.wish.who.iter().zip(&identifiers).zip(proofs) {
            let gives_nothing = matches!(proved.proof, Proof::Nothing { .. }) && !self.job.force;
            let changed = self.changed(&outcome, identifier);
            let held = self.identities(&outcome, identifier, false);
            let back = outcome.taking_back(&self.state.name, identifier);
            let undone = gives_nothing
                && !back.is_empty()
                && self.take_back(&mut outcome, identifier, &back)?;
            let failed = self.failed(&outcome, identifier);
            members.push(MemberReport {
                who: who.to_string(),
                identifier: identifier.clone(),
                level: (access != Access::Same).then(|| self.name(rights)),
                rights,
                folders: if undone {
                    0
                } else {
                    readable.len().saturating_sub(failed)
                },
                changed: if undone { 0 } else { changed },
                unknown: if undone {
                    0
                } else {
                    unknown(&outcome, |change| change.is_entry_of(identifier))
                },
                doubtful: if undone {
                    0
                } else {
                    unknown(&outcome, |change| self.is_about(change, identifier))
                },
                unclear: self.unclear(&outcome, identifier),
                identities: if undone {
                    self.identities(&outcome, identifier, true)
                } else {
                    held
                },
                lost: self.lost(&outcome, identifier),
                exempt: self.exempt(identifier),
                had: self.had(&folders, identifier),
                proof: proved.proof,
                subscribed: proved.subscribed,
                undone,
            });
        }
        if self.unkept.is_failure() {
            outcome.changes.append(&mut self.unkept.lacking);
        }
        let mut warnings = self.unkept.warnings(self.state, rights);
        warnings.extend(exposed);
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
            forced: self.job.force,
        })
    }

    fn name(&self, rights: Rights) -> Naming {
        match self.wish.access {
            Access::Level(level) => Naming::Level(level),
            _ => self.levels.name(rights, &self.state.vocabulary),
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
        let wish = self.wish;
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

    /// How many entries of `identifier` were changed.
    fn changed(&self, outcome: &Outcome, identifier: &str) -> usize {
        let done = |(change, fate): &&(Change, Fate)| {
            change.is_entry_of(identifier) && *fate == Fate::Done
        };
        outcome.changes.iter().filter(done).count()
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

    /// Takes back what was changed for `identifier`; whether nothing of it is left.
    fn take_back(&mut self, outcome: &mut Outcome, identifier: &str, plan: &Plan) -> Result<bool> {
        let mine = |change: &Change| change.is_entry_of(identifier);
        let back = carry_out(
            self.provider,
            self.opened,
            &self.state.vocabulary,
            plan,
            self.output,
        )?;
        let complete = back.is_complete();
        outcome.changes.retain(|(change, _)| !mine(change));
        outcome.changes.extend(
            back.changes
                .into_iter()
                .filter(|(_, fate)| *fate != Fate::Done),
        );
        outcome.cut_short = outcome.cut_short.take().or(back.cut_short);
        Ok(complete)
    }
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

/// How the run ends.
pub fn exit(report: &AccessReport) -> Exit {
    if interrupt::requested() {
        Exit::Interrupted
    } else {
        verdict(report)
    }
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
