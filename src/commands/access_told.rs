//! What became of a grant or a revocation, member by member, with the proof.

use super::access_change::Job;
use super::ahead::Ahead;
use super::carry_out::carry_out;
use super::crowd;
use super::filing::{lacks_sent_folder, make_sent_folder};
use super::prove::{Expected, Proved, Wanted, prove};
use super::unkept::Unkept;
use crate::decide;
use crate::error::Result;
use crate::exit::Exit;
use crate::interrupt;
use crate::model::dialect::Dialect;
use crate::model::identity::Identity;
use crate::model::level::{Level, Levels, Naming};
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Change, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::wish::{Access, AccessWish};
use crate::output::Output;
use crate::reach::{Opened, Provider};
use crate::report::change::{AccessReport, MemberReport, may_send};
use crate::report::failure::Failure;
use crate::report::proof::Proof;

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
        let (readable, unreadable): (Vec<&Folder>, Vec<&Folder>) =
            folders.iter().partition(|folder| folder.acl.is_ok());
        let identifiers = decide::identifiers(self.state, self.wish)?;
        let access = self.wish.access;
        let rights = decide::rights(self.state, access, self.levels)?.unwrap_or_default();
        let proofs = self.proofs(&identifiers, &self.expected(&readable, rights), &outcome);
        let exposed: Vec<String> = proofs.iter().flat_map(|p| p.exposed.clone()).collect();
        if let Some(why) = proofs.iter().find_map(|proved| proved.unlogged.clone()) {
            outcome.cut_short.get_or_insert(why);
        }
        let mut members = Vec::new();
        for ((who, identifier), proved) in self.wish.who.iter().zip(&identifiers).zip(proofs) {
            let gives_nothing = matches!(proved.proof, Proof::Nothing { .. }) && !self.job.force;
            let changed = self.changed(&outcome, identifier);
            let held = self.identities(&outcome, identifier, false);
            let undone =
                gives_nothing && changed > 0 && self.take_back(&mut outcome, identifier)?;
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
            warnings,
            members,
            failures: failures(&outcome, &unreadable, &self.state.dialect),
            unread: unreadable.len(),
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

    /// What each member should find: the rights on the mailbox's folders, and on those of the
    /// identities that the wish is about.
    fn expected<'f>(&'f self, folders: &[&'f Folder], rights: Rights) -> Vec<Expected<'f>> {
        let wish = self.wish;
        let asked = folders.iter().filter(|_| wish.access != Access::Same);
        let mut expected: Vec<Expected> = asked.map(|folder| Expected { folder, rights }).collect();
        let about = [
            (&wish.give, self.state.identity_rights()),
            (&wish.take, Rights::NONE),
        ];
        for (identities, rights) in about {
            for identity in identities {
                let path = self.state.identity_names.path(*identity);
                let folder = self.state.identity_folders.iter().find(|f| f.path == path);
                expected.extend(folder.map(|folder| Expected { folder, rights }));
            }
        }
        expected
    }

    /// The identity folders that the members must not reach into: looked at where they get rights
    /// that a server might let them use there too, whatever the folders' own entries say.
    fn guarded(&self, expected: &[Expected]) -> Vec<&Folder> {
        if !expected.iter().any(|expected| expected.rights.has('a')) {
            return Vec::new();
        }
        self.state.identity_folders.iter().collect()
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

    /// What else to know: full access gives no right to send, a reader may still hold one, and an
    /// open session goes on.
    fn notes(&self, members: &[MemberReport], warnings: &[String]) -> Vec<String> {
        let changed = members.iter().any(|member| member.changed > 0);
        let mut notes: Vec<String> = self
            .job
            .note
            .filter(|_| changed)
            .map(str::to_owned)
            .into_iter()
            .collect();
        let mute = members
            .iter()
            .find(|member| !member.undone && member.identities.is_empty());
        if let (Access::Level(Level::FullAccess), Some(member)) = (self.wish.access, mute) {
            notes.push(format!(
                "full access gives no right to send; this does: sharemail grant {} {} --send-as",
                self.state.name, member.who
            ));
        }
        if self.wish.access == Access::Level(Level::ReadOnly) {
            notes.extend(members.iter().filter_map(|member| self.still_sends(member)));
        }
        if !self.unkept.is_failure() && warnings.is_empty() {
            notes.extend(self.unkept.note());
        }
        if members.iter().any(|member| !member.identities.is_empty()) {
            notes.extend(self.nowhere_to_file());
        }
        notes
    }

    /// That whoever may send now would find no folder for the copies.
    fn nowhere_to_file(&self) -> Option<String> {
        let asked = !self.job.wish.give.is_empty();
        (asked && lacks_sent_folder(self.state, self.provider)).then(|| {
            format!(
                "{} has no Sent folder for the copies of what is sent; this makes it: {}",
                self.state.name,
                make_sent_folder(self.state)
            )
        })
    }

    /// What a reader may do who was not given it in the same breath.
    fn still_sends(&self, member: &MemberReport) -> Option<String> {
        let old = |identity: &&Identity| !self.wish.give.contains(identity);
        let held: Vec<Identity> = member.identities.iter().filter(old).copied().collect();
        let options = held.iter().map(|i| format!(" --{}", i.name()));
        let note = format!(
            "{} still {}; this takes it away: sharemail revoke {} {}{}",
            member.who,
            may_send(&held, &self.state.name),
            self.state.name,
            member.who,
            options.collect::<String>()
        );
        (!held.is_empty()).then_some(note)
    }

    /// Each member's own view, over several connections. Not looked at after an interruption.
    fn proofs(
        &self,
        identifiers: &[String],
        expected: &[Expected],
        outcome: &Outcome,
    ) -> Vec<Proved> {
        let not_tried = |why: &str| Proved {
            proof: Proof::NotVerified {
                why: why.to_owned(),
            },
            subscribed: None,
            exposed: None,
            unlogged: None,
        };
        if outcome.cut_short.is_some() {
            return identifiers
                .iter()
                .map(|_| not_tried("the work was cut short"))
                .collect();
        }
        let progress = self
            .output
            .progress(Some(identifiers.len() as u64), "verifying");
        let guarded = self.guarded(expected);
        let work = |identifier: &String| {
            let subscribe = self.job.subscribe;
            let (provider, opened) = (self.provider, &*self.opened);
            let wanted = Wanted {
                expected,
                guarded: &guarded,
                subscribe,
            };
            let proved = prove(provider, opened, identifier, &wanted, &self.ahead);
            progress.tick(1);
            Ok(proved)
        };
        let hands = self
            .provider
            .profile()
            .imap
            .connections
            .saturating_sub(1)
            .max(1);
        let results = crowd::each(identifiers, hands, work);
        results
            .into_iter()
            .map(|r| r.unwrap_or_else(|e| not_tried(e.what())))
            .collect()
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
        let reserved = |change: &Change| self.state.identity_names.reserve(&change.folder().path);
        let mine = |change: &Change| change.is_entry_of(identifier) && !reserved(change);
        outcome
            .failures()
            .filter(|(change, _)| mine(change))
            .count()
    }

    /// Takes back what was changed for `identifier`; whether nothing of it is left.
    fn take_back(&mut self, outcome: &mut Outcome, identifier: &str) -> Result<bool> {
        let mine = |change: &Change| change.is_entry_of(identifier);
        let done = outcome
            .changes
            .iter()
            .filter(|(change, fate)| mine(change) && *fate == Fate::Done);
        let changes = done.filter_map(|(change, _)| change.reverse()).collect();
        let plan = Plan {
            mailbox: self.state.name.clone(),
            changes,
        };
        let back = carry_out(
            self.provider,
            self.opened,
            &self.state.vocabulary,
            &plan,
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

fn failures(outcome: &Outcome, unreadable: &[&Folder], dialect: &Dialect) -> Vec<Failure> {
    let unread = unreadable.iter().filter_map(|folder| {
        let why = format!(
            "its entries could not be read {}",
            folder.acl.as_ref().err()?
        );
        Some(Failure {
            folder: folder.path.clone(),
            who: None,
            identifier: None,
            why,
        })
    });
    Failure::of(outcome, dialect)
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
    if report.cut_short.is_some() {
        if report.members.iter().any(|m| m.changed > 0) {
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
        if any_good {
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
