//! The journey that grant and revoke share: wish, state, plan, outcome, proof, report.

use super::ahead::Ahead;
use super::carry_out::carry_out;
use super::connect::levels;
use super::crowd;
use super::prove::{Proved, prove};
use crate::decide;
use crate::error::Result;
use crate::exit::Exit;
use crate::imap::Pace;
use crate::interrupt;
use crate::model::address::MailboxName;
use crate::model::level::{Levels, Naming};
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Change, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::wish::{Access, AccessWish};
use crate::observe::{self, Ask};
use crate::output::Output;
use crate::reach::{Opened, Provider};
use crate::report::change::{AccessReport, Failure, MemberReport, Proof};
use crate::report::plan::PlanReport;
use std::thread;

/// A wish about one mailbox, and how to go about it.
pub struct Job {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// Who shall have what, where.
    pub wish: AccessWish,
    /// Only say what would be done.
    pub dry_run: bool,
    /// With `dry_run`: end with 2 where something would be done.
    pub detailed_exitcode: bool,
    /// Subscribe the members.
    pub subscribe: bool,
    /// Keep what gives nothing.
    pub force: bool,
    /// What to tell besides, where something was changed.
    pub note: Option<&'static str>,
}

/// Does the job and tells what became of it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn run(job: &Job, provider: &Provider, output: &Output) -> Result<Exit> {
    let mut opened = provider.open(&job.mailbox)?;
    let ahead = Ahead::default();
    let state = read_and_look_ahead(job, provider, &mut opened, &ahead, output)?;
    let levels = levels(provider.profile());
    let plan = decide::access(&state, &job.wish, &levels)?;
    decide::lock_out(&state, &plan)?;
    if job.dry_run {
        output.report(&PlanReport::dry(&plan))?;
        let found = job.detailed_exitcode && !plan.is_empty();
        return Ok(if found { Exit::Found } else { Exit::Done });
    }
    if !plan.is_empty() {
        ahead.expire();
    }
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, &plan, output)?;
    let mut told = Told {
        job,
        ahead,
        provider,
        opened: &mut opened,
        state: &state,
        levels: &levels,
        output,
    };
    let report = told.report(outcome)?;
    output.report(&report)?;
    Ok(exit(&report))
}

/// The state of the opened mailbox, with progress.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn read(provider: &Provider, opened: &mut Opened, output: &Output) -> Result<Mailbox> {
    let progress = output.progress(None, "reading");
    let tick = |n: usize| progress.tick(n as u64);
    let pace = Pace {
        tick: &tick,
        stop: interrupt::flag(),
    };
    observe::mailbox(opened, Ask::default(), &provider.profile().imap.user, &pace)
}

/// The state, while the first member's session is opened for the proof. A dry run proves nothing.
fn read_and_look_ahead(
    job: &Job,
    provider: &Provider,
    opened: &mut Opened,
    ahead: &Ahead,
    output: &Output,
) -> Result<Mailbox> {
    let first = job.wish.who.first().filter(|_| !job.dry_run);
    let login = first.and_then(|who| Ahead::login(provider, opened, who));
    thread::scope(|scope| {
        if let Some(login) = login {
            scope.spawn(|| ahead.open(provider, login));
        }
        read(provider, opened, output)
    })
}

struct Told<'a> {
    job: &'a Job,
    ahead: Ahead,
    provider: &'a Provider,
    opened: &'a mut Opened,
    state: &'a Mailbox,
    levels: &'a Levels,
    output: &'a Output,
}

impl Told<'_> {
    fn report(&mut self, mut outcome: Outcome) -> Result<AccessReport> {
        let folders = decide::select(self.state, &self.job.wish.folders)?;
        let (readable, unreadable): (Vec<&Folder>, Vec<&Folder>) =
            folders.iter().partition(|folder| folder.acl.is_ok());
        let identifiers = decide::identifiers(self.state, &self.job.wish)?;
        let rights =
            decide::rights(self.state, self.job.wish.access, self.levels)?.unwrap_or_default();
        let proofs = self.proofs(&identifiers, &readable, rights, &outcome);
        let mut members = Vec::new();
        for ((who, identifier), proved) in self.job.wish.who.iter().zip(&identifiers).zip(proofs) {
            let gives_nothing = matches!(proved.proof, Proof::Nothing { .. }) && !self.job.force;
            let (failed, mut changed) = count(&outcome, identifier);
            let undone =
                gives_nothing && changed > 0 && self.take_back(&mut outcome, identifier)?;
            if undone {
                changed = 0;
            }
            members.push(MemberReport {
                who: who.to_string(),
                identifier: identifier.clone(),
                level: self.name(rights),
                rights,
                folders: if undone {
                    0
                } else {
                    readable.len().saturating_sub(failed)
                },
                changed,
                proof: proved.proof,
                subscribed: proved.subscribed,
                undone,
            });
        }
        let changed = members.iter().any(|member| member.changed > 0);
        Ok(AccessReport {
            mailbox: self.state.name.clone(),
            folders: folders.len(),
            members,
            failures: failures(&outcome, &unreadable),
            cut_short: outcome.cut_short,
            notes: self
                .job
                .note
                .filter(|_| changed)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        })
    }

    fn name(&self, rights: Rights) -> Naming {
        match self.job.wish.access {
            Access::Level(level) => Naming::Level(level),
            _ => self.levels.name(rights, &self.state.vocabulary),
        }
    }

    /// Each member's own view, over several connections. Not looked at after an interruption.
    fn proofs(
        &self,
        identifiers: &[String],
        folders: &[&Folder],
        rights: Rights,
        outcome: &Outcome,
    ) -> Vec<Proved> {
        let not_tried = |why: &str| Proved {
            proof: Proof::NotVerified {
                why: why.to_owned(),
            },
            subscribed: None,
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
        let work = |identifier: &String| {
            let subscribe = self.job.subscribe;
            let proved = prove(
                self.provider,
                self.opened,
                identifier,
                folders,
                rights,
                subscribe,
                &self.ahead,
            );
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

    /// Takes back what was changed for `identifier`; whether nothing of it is left.
    fn take_back(&mut self, outcome: &mut Outcome, identifier: &str) -> Result<bool> {
        let mine = |change: &Change| matches!(change, Change::Entry { identifier: i, .. } if i == identifier);
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

/// How many changes of `identifier`'s entries failed, and how many were made.
fn count(outcome: &Outcome, identifier: &str) -> (usize, usize) {
    let mine =
        |change: &Change| matches!(change, Change::Entry { identifier: i, .. } if i == identifier);
    let (done, failed): (Vec<_>, Vec<_>) = outcome
        .changes
        .iter()
        .filter(|(change, _)| mine(change))
        .partition(|(_, f)| *f == Fate::Done);
    (failed.len(), done.len())
}

fn failures(outcome: &Outcome, unreadable: &[&Folder]) -> Vec<Failure> {
    let unread = unreadable.iter().filter_map(|folder| {
        let why = format!(
            "its entries could not be read {}",
            folder.acl.as_ref().err()?
        );
        Some(Failure {
            folder: folder.path.clone(),
            identifier: None,
            why,
        })
    });
    Failure::of(outcome).into_iter().chain(unread).collect()
}

/// How the run ends: 0 only where every member has, or has not, what was wished for.
fn exit(report: &AccessReport) -> Exit {
    let good = |member: &&MemberReport| {
        member.folders > 0 && !matches!(member.proof, Proof::Nothing { .. })
    };
    let any_good = report.members.iter().any(|member| good(&member));
    let nothing = report
        .members
        .iter()
        .any(|m| matches!(m.proof, Proof::Nothing { .. }));
    let lacking =
        |m: &MemberReport| matches!(m.proof, Proof::Partly { .. } | Proof::Remains { .. });
    if interrupt::requested() {
        Exit::Interrupted
    } else if report.cut_short.is_some() {
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
