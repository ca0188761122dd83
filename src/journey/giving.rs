//! What some hold on a mailbox, given to another, and proved with that other's own eyes.

use super::ahead::Ahead;
use super::identity_folders::{Made, make};
use super::prove::{Expected, Wanted, prove};
use crate::apply::carry_out;
use crate::decide::{Closure, Handing};
use crate::error::Result;
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::failure::Failure;
use crate::model::level::Levels;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Plan;
use crate::model::proof::Proof;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::Who;
use crate::observe;
use crate::output::Output;
use crate::reach::{NotImpersonated, Opened, Provider};
use crate::report::access::handed::Received;
use std::collections::BTreeMap;

/// Who gets what whom has.
pub struct Giving<'a> {
    /// Those who have it.
    pub from: &'a [Who],
    /// Who shall have it too.
    pub to: &'a Who,
    /// Where.
    pub provider: &'a Provider,
    /// What the levels mean.
    pub levels: &'a Levels,
    /// Where progress goes.
    pub output: &'a Output,
}

impl Giving<'_> {
    /// The plan for `mailbox`, as far as it can be told without a session of the other's.
    ///
    /// # Errors
    /// Where somebody cannot be spelled for the server.
    pub fn plan(&self, mailbox: &Mailbox) -> Result<Plan> {
        Handing::new(mailbox, self.from, self.to)?.plan(&BTreeMap::new())
    }

    /// What would be given on `mailbox`; nothing where there is nothing to give.
    ///
    /// # Errors
    /// As [`Giving::plan`].
    pub fn foreseen(&self, mailbox: &Mailbox) -> Result<Option<Received>> {
        let handing = Handing::new(mailbox, self.from, self.to)?;
        let changes = handing.plan(&BTreeMap::new())?.changes;
        let worth_telling = !handing.is_empty() || !handing.disbelieved.is_empty();
        Ok(worth_telling.then(|| Received {
            changed: changes.len(),
            changes,
            ..self.received(mailbox, &handing)
        }))
    }

    /// Gives it on the mailbox of `opened`, and proves it. What gives nothing is taken back.
    ///
    /// # Errors
    /// Whatever stands in the way before the first change.
    pub fn give(&self, opened: &mut Opened, state: &mut Mailbox) -> Result<Option<Received>> {
        let handing = Handing::new(state, self.from, self.to)?;
        if handing.is_empty() {
            return self.foreseen(state).map(|told| told.map(unchanged));
        }
        // As with every grant: before anybody could make them who is given the right to.
        let made = make(self.provider, opened, state, self.output)?;
        let handing = Handing::new(state, self.from, self.to)?;
        let mut received = self.received(state, &handing);
        received.warnings.extend(unprotected(&made));
        let others = self.by_others(opened, &handing, &mut received.warnings);
        let plan = handing.plan(&others)?;
        let mut outcome = made.outcome;
        if outcome.cut_short.is_none() {
            let later = carry_out(self.provider, opened, &state.vocabulary, &plan, self.output)?;
            outcome.extend(later);
        } else {
            outcome.extend(Outcome::untried(&plan, None));
        }
        if outcome.cut_short.is_none() {
            self.prove(opened, state, &handing, &mut outcome, &mut received);
        }
        received.changed = plan_done(&outcome, &handing.identifier);
        let back = outcome.taking_back(&state.name, &handing.identifier);
        if matches!(received.proof, Some(Proof::Nothing { .. })) && !back.is_empty() {
            let vocabulary = &state.vocabulary;
            let back = carry_out(self.provider, opened, vocabulary, &back, self.output)?;
            received.undone = back.is_complete();
            outcome.extend(back);
        }
        received.unknown = outcome.tally().unknown;
        received.failures = Failure::called(&outcome, &state.dialect);
        received.exit = outcome.exit();
        received.cut_short = outcome.cut_short;
        // It is stored, and she does not have it.
        if received.is_lacking() && received.exit == Exit::Done {
            received.exit = Exit::Partly;
        }
        Ok(Some(received))
    }

    fn prove(
        &self,
        opened: &Opened,
        state: &Mailbox,
        handing: &Handing,
        outcome: &mut Outcome,
        received: &mut Received,
    ) {
        let given = handing.rights.iter();
        let mut expected: Vec<Expected> = given
            .map(|(folder, rights)| Expected {
                folder,
                rights: *rights,
            })
            .collect();
        for identity in &handing.identities {
            let path = state.identity_names.path(*identity);
            let folder = state.identity_folders.iter().find(|f| f.path == path);
            let rights = state.identity_rights();
            expected.extend(folder.map(|folder| Expected { folder, rights }));
        }
        let gives_away = expected.iter().any(|e| e.rights.has('a'));
        let kept = state.identity_folders.iter().filter(|_| gives_away);
        let guarded: Vec<&Folder> = kept.collect();
        let wanted = Wanted {
            expected: &expected,
            guarded: &guarded,
            subscribe: false,
            outcome,
        };
        let ahead = Ahead::default();
        let proved = prove(self.provider, opened, &handing.identifier, &wanted, &ahead);
        let mut closure = Closure::default();
        proved.teach(&mut closure, outcome, &handing.identifier);
        closure.settle(outcome);
        received.warnings.extend(proved.exposed);
        received.proof = Some(proved.proof);
    }

    /// What the other has by entries for groups and everybody, where an own entry would replace
    /// that: on Dovecot it does, on Cyrus and Courier all entries count together.
    fn by_others(
        &self,
        opened: &Opened,
        handing: &Handing,
        warnings: &mut Vec<String>,
    ) -> BTreeMap<String, Rights> {
        let folders = handing.shadowed();
        let adds_up = matches!(opened.dialect.family, Family::Cyrus | Family::Courier);
        if folders.is_empty() || adds_up {
            return BTreeMap::new();
        }
        let view = self.provider.member(opened, &handing.identifier);
        let view = view.and_then(|view| view.map_err(NotImpersonated::into_error));
        let seen = view.and_then(|mut view| {
            let pace = Pace::unattended();
            observe::effect(
                &mut view.session,
                &view.trees,
                &folders,
                Rights::NONE,
                &pace,
            )
        });
        match seen {
            Ok(effect) => effect
                .folders
                .into_iter()
                .map(|folder| (folder.path, folder.rights))
                .collect(),
            Err(error) => {
                warnings.push(format!(
                    "an entry of {}'s own may replace what a group gives, which could not be looked \
                     at: {}",
                    handing.identifier,
                    error.what()
                ));
                BTreeMap::new()
            }
        }
    }

    fn received(&self, mailbox: &Mailbox, handing: &Handing) -> Received {
        let first = handing.rights.first().map(|(_, rights)| *rights);
        let rights = first.unwrap_or_default();
        let disbelieved = handing.disbelieved.iter().map(|identity| {
            format!(
                "{identity} was not handed on: its folder is not believed; {} tells why",
                command(["check", &mailbox.name])
            )
        });
        Received {
            mailbox: mailbox.name.clone(),
            who: mailbox.dialect.who(&handing.identifier),
            identifier: handing.identifier.clone(),
            level: self.levels.name(rights, &mailbox.vocabulary),
            rights,
            folders: handing.rights.len(),
            of: mailbox.folders.len(),
            identities: handing.identities.clone(),
            changed: 0,
            unknown: 0,
            exit: Exit::Done,
            changes: Vec::new(),
            proof: None,
            undone: false,
            failures: Vec::new(),
            cut_short: None,
            warnings: disbelieved.collect(),
        }
    }
}

/// There was nothing to be done but to say so.
fn unchanged(received: Received) -> Received {
    Received {
        changed: 0,
        changes: Vec::new(),
        ..received
    }
}

fn unprotected(made: &Made) -> Option<String> {
    let (change, _) = made.lacking.first()?;
    Some(format!(
        "identities may not be protected here: {:?} could not be made, or not be emptied",
        change.folder().path
    ))
}

fn plan_done(outcome: &Outcome, identifier: &str) -> usize {
    let mut changes = outcome.changes.iter();
    let done = |(change, fate): &&_| is_done(change, fate, identifier);
    changes.by_ref().filter(done).count()
}

fn is_done(change: &crate::model::change::Change, fate: &Fate, identifier: &str) -> bool {
    change.is_entry_of(identifier) && *fate == Fate::Done
}
