//! One stage of an errand: made, settled, looked at by those whom it is about, and taken back where it
//! gives nothing.

use super::ahead::Ahead;
use super::prove::{Wanted, prove};
use super::settle;
use super::terms::Terms;
use super::unsettled::Unsettled;
use crate::apply::carry_out;
use crate::decide::Closure;
use crate::decide::errand::{Expectation, Otherwise, Stage};
use crate::error::Result;
use crate::model::done::{Carried, Done, Proved, Seen};
use crate::model::outcome::Outcome;
use crate::model::pace::Audience;
use crate::model::plan::Plan;
use crate::model::proof::Proof;
use crate::model::setting;
use crate::model::state::{Folder, Mailbox};
use crate::reach::crowd;
use crate::reach::{Opened, Provider, Reach};

/// What carries a stage out.
pub(super) struct Hand<'a> {
    pub(super) provider: &'a Provider,
    pub(super) opened: &'a mut Opened,
    pub(super) ahead: &'a Ahead,
    pub(super) terms: Terms<'a>,
    pub(super) audience: &'a dyn Audience,
    /// This very run has made the mailbox.
    pub(super) is_new: bool,
    /// The mailbox's own session has ended.
    pub(super) has_ended: bool,
}

impl Hand<'_> {
    /// Makes the changes of `stage`, and settles what it makes.
    ///
    /// # Errors
    /// Whatever stands in the way before the stage's first change.
    pub(super) fn make(
        &mut self,
        stage: Stage,
        unsettled: &mut Unsettled,
        state: &mut Mailbox,
    ) -> Result<Carried> {
        let is_optional = stage.is_optional;
        let plan = Plan {
            mailbox: state.name.clone(),
            changes: stage.changes,
        };
        if plan.is_empty() {
            return Ok(Carried::default());
        }
        self.resume()?;
        // What a session that was opened ahead shows may be older than this.
        self.ahead.expire();
        if let Some(told) = unsettled.told(&plan).filter(|_| !self.is_new) {
            self.audience.warning(&told);
        }
        let (opened, audience) = (&mut *self.opened, self.audience);
        let makes = plan.changes.iter().any(|change| change.makes().is_some());
        let outcome = match makes {
            true => settle::make(self.provider, opened, state, plan, unsettled, audience)?,
            // In its order: who deletes a folder may have to be given the right to first.
            false => carry_out(self.provider, opened, &state.vocabulary, &plan, audience)?,
        };
        Ok(Carried {
            outcome,
            is_optional,
        })
    }

    /// Looks as everybody of whom something is `expected` after the stage of number `stage`, and takes
    /// back what was changed for whom it gives nothing, where `otherwise` says so.
    pub(super) fn prove(
        &mut self,
        stage: usize,
        otherwise: Otherwise,
        state: &Mailbox,
        expected: &[Expectation],
        done: &mut Done,
    ) {
        let first = done.seen.len();
        let Some(carried) = done.stages.get(stage) else {
            return;
        };
        let looked = self.look(stage, state, expected, &carried.outcome);
        done.seen.extend(looked);
        let Some(Carried { outcome, .. }) = done.stages.get_mut(stage) else {
            return;
        };
        let mut closure = Closure::default();
        for seen in done.seen.iter().skip(first) {
            let (proved, watch) = (&seen.proved, self.terms.watch);
            let identifier = &seen.identifier;
            closure.learn_of(proved, outcome, identifier);
            watch.learn(|closure| closure.learn_of(proved, outcome, identifier));
            if let Some(why) = &proved.unlogged {
                outcome.cut_short.get_or_insert_with(|| why.clone());
            }
        }
        closure.settle(outcome);
        if otherwise == Otherwise::Keep || self.terms.keep {
            return;
        }
        for seen in done.seen.iter_mut().skip(first) {
            let is_hers = |expected: &&Expectation| {
                expected.part == seen.part && expected.identifier == seen.identifier
            };
            if !matches!(seen.proved.proof, Proof::Nothing { .. }) {
                continue;
            }
            if let Some(hers) = expected.iter().find(is_hers) {
                seen.back = self.take_back(hers, state, outcome);
            }
        }
    }

    /// Opens the mailbox's own session again, where it has ended.
    fn resume(&mut self) -> Result<()> {
        if self.has_ended {
            self.opened.session = self.provider.again(self.opened)?;
            self.has_ended = false;
        }
        Ok(())
    }

    /// What a session of each of whom something is `expected` shows.
    fn look(
        &mut self,
        stage: usize,
        state: &Mailbox,
        expected: &[Expectation],
        outcome: &Outcome,
    ) -> Vec<Seen> {
        let watch = self.terms.watch;
        let watched = expected.iter().filter(|e| watch.takes(&e.identifier));
        let watched: Vec<&Expectation> = watched.collect();
        if watched.is_empty() {
            return Vec::new();
        }
        // The administrator's own reaches other mailboxes too.
        if self.terms.thrifty && self.opened.reach != Reach::Namespace {
            self.opened.session.hang_up();
            self.has_ended = true;
        }
        let progress = self
            .audience
            .begins(Some(watched.len() as u64), "verifying");
        let (provider, opened, ahead) = (self.provider, &*self.opened, self.ahead);
        let kept = state.identity_folders.iter();
        let kept: Vec<&Folder> = kept.filter(|f| !setting::keeps(&f.path)).collect();
        let work = |hers: &&Expectation| {
            // Whoever gets a might get hold of the identities too, whatever the folders' own entries say.
            let gets_a = hers.expected.iter().any(|one| one.rights.has('a'));
            let wanted = Wanted {
                expected: &hers.expected,
                guarded: if gets_a { &kept } else { &[] },
                subscribe: self.terms.subscribe,
                outcome,
            };
            let turn = watch.turn(&hers.identifier);
            let proved = prove(provider, opened, &hers.identifier, &wanted, ahead);
            drop(turn);
            progress.tick(1);
            Ok(proved)
        };
        let hands = provider.profile().imap.connections.saturating_sub(1).max(1);
        let results = crowd::each(&watched, hands, work);
        let seen = watched.iter().zip(results).map(|(hers, result)| Seen {
            stage,
            part: hers.part,
            identifier: hers.identifier.clone(),
            who: state.dialect.who(&hers.identifier),
            proved: result.unwrap_or_else(|error| Proved::not(error.what())),
            back: None,
        });
        seen.collect()
    }

    /// Takes back what was changed of `hers`; what became of that, where there was something.
    fn take_back(
        &mut self,
        hers: &Expectation,
        state: &Mailbox,
        outcome: &mut Outcome,
    ) -> Option<Outcome> {
        let back = outcome.taking_back(&state.name, |change| hers.is_about(change));
        if back.is_empty() {
            return None;
        }
        let vocabulary = &state.vocabulary;
        let became = self
            .resume()
            .and_then(|()| carry_out(self.provider, self.opened, vocabulary, &back, self.audience));
        let became =
            became.unwrap_or_else(|error| Outcome::untried(&back, Some(error.to_string())));
        if let Some(why) = &became.cut_short {
            outcome.cut_short.get_or_insert_with(|| why.clone());
        }
        Some(became)
    }
}
