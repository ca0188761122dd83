//! The journey to one mailbox: opened and read, planned and guarded, asked about, and then carried out
//! stage by stage.

use super::ahead::Ahead;
use super::foresee::{foresee, guard};
use super::opening::{look_for_more, open, read, session_for};
use super::stage::Hand;
use super::terms::Terms;
use super::unsettled::Unsettled;
use crate::decide::errand::{Errand, Found, Otherwise, Shadowed};
use crate::decide::settings;
use crate::decide::{self, Extent};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::interrupt;
use crate::model::address::MailboxName;
use crate::model::dialect::Family;
use crate::model::done::{Carried, Done, Seen};
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::{Audience, Pace};
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use crate::model::words::{count, some};
use crate::observe;
use crate::observe::unlisted::{self, Looked};
use crate::reach::{self, NotImpersonated, Opened, Provider};
use std::collections::BTreeMap;

/// A mailbox that is visited for an errand.
pub struct Visit<'a> {
    provider: &'a Provider,
    terms: Terms<'a>,
    audience: &'a dyn Audience,
    errand: &'a dyn Errand,
    opened: Opened,
    state: Mailbox,
    looked: Looked,
    ahead: Ahead,
    /// This very run has made the mailbox: what it left to be settled is no news.
    is_new: bool,
}

impl<'a> Visit<'a> {
    /// Opens the mailbox called `name` and reads it. Who will be looked at first, where anybody is to be, may
    /// be logged in meanwhile.
    ///
    /// # Errors
    /// Whatever opening and reading may meet, and that somebody wants to stop.
    pub fn to(
        name: &MailboxName,
        errand: &'a dyn Errand,
        terms: Terms<'a>,
        provider: &'a Provider,
        audience: &'a dyn Audience,
    ) -> Result<Self> {
        if interrupt::requested() {
            return Err(Error::new(Exit::Interrupted, "not tried: interrupted"));
        }
        let ahead = Ahead::default();
        let (mut opened, mut state) = open(name, errand, terms, provider, &ahead, audience)?;
        look_for_more(provider, &mut opened, errand, &mut state, audience)?;
        let looked = match errand.takes_from(&state)? {
            None => Looked::default(),
            // Whoever takes something away takes it on the folders too that the owner's list does not
            // show: they are looked for through the sessions of those that it is about, and of those who
            // could hide them.
            Some(about) => {
                let look = |opened: &Opened, login: &str| ahead.glimpse(provider, opened, login);
                unlisted::before_taking(provider, &mut opened, &mut state, &about, look)
            }
        };
        Ok(Self {
            provider,
            terms,
            audience,
            errand,
            opened,
            state,
            looked,
            ahead,
            is_new: false,
        })
    }

    /// The same for a mailbox that is open already.
    ///
    /// # Errors
    /// Whatever reading it may meet.
    pub fn within(
        mut opened: Opened,
        errand: &'a dyn Errand,
        terms: Terms<'a>,
        provider: &'a Provider,
        audience: &'a dyn Audience,
    ) -> Result<Self> {
        let mut state = read(provider, &mut opened, errand.ask(), audience)?;
        look_for_more(provider, &mut opened, errand, &mut state, audience)?;
        Ok(Self {
            provider,
            terms,
            audience,
            errand,
            opened,
            state,
            looked: Looked::default(),
            ahead: Ahead::default(),
            is_new: false,
        })
    }

    /// Looks again after somebody was shown `plan` and thought about it: nothing else than that is done.
    ///
    /// # Errors
    /// [`Exit::TryAgain`] where it would be another now, and whatever opening and reading may meet.
    pub fn look_again(&mut self, plan: &Plan) -> Result<()> {
        let (name, ask) = (self.opened.name.clone(), self.errand.ask());
        // Whoever was asked may have gone to lunch: the old session may be no more.
        self.opened = session_for(self.errand, &name, self.provider)?;
        let was = decide::fingerprint(&self.state, &plan.changes);
        self.state = read(self.provider, &mut self.opened, ask, self.audience)?;
        look_for_more(
            self.provider,
            &mut self.opened,
            self.errand,
            &mut self.state,
            self.audience,
        )?;
        if self.foresee()? == *plan && decide::fingerprint(&self.state, &plan.changes) == was {
            return Ok(());
        }
        let what = "somebody changed it since it was shown: nothing was done";
        Err(Error::new(Exit::TryAgain, what)
            .about(name.to_string())
            .hint("run it again"))
    }

    /// The same of a mailbox that this very run has made.
    #[must_use]
    pub fn of_new(mut self, is_new: bool) -> Self {
        self.is_new = is_new;
        self
    }

    /// Ends the session, and leaves what the mailbox was like.
    pub fn leave(mut self) -> Mailbox {
        self.opened.session.hang_up();
        self.state
    }

    /// What the mailbox is like.
    pub fn state(&self) -> &Mailbox {
        &self.state
    }

    /// The session in which it is visited.
    pub fn opened(&mut self) -> &mut Opened {
        &mut self.opened
    }

    /// Everything that would be changed, in the order in which it would be.
    ///
    /// # Errors
    /// Where the errand cannot come true here, or a guard refuses it.
    pub fn foresee(&self) -> Result<Plan> {
        let unsettled = Unsettled::of(self.provider, &self.state.name);
        let (errand, opened) = (self.errand, &self.opened);
        let place = |path: &str| reach::place(opened, path);
        let plan = foresee(errand, &self.state, &unsettled, &place, self.terms.insist)?;
        match Extent::new(&self.state, &plan).objection() {
            Some(why) if self.terms.guard => {
                let error = Error::new(Exit::Refused, format!("refused: {why}"));
                Err(error
                    .about(&self.state.name)
                    .hint("if that is meant, add --force"))
            }
            _ => Ok(plan),
        }
    }

    /// Carries the errand out: what the mailbox was like before, with the folders that were made since, and
    /// what became of it. What a guard refuses is refused before anything is changed.
    ///
    /// # Errors
    /// Whatever stands in the way before the first change.
    pub fn carry(self) -> Result<(Mailbox, Done)> {
        self.carry_in().0
    }

    /// The same, with the session in which it was done, as far as it is of use yet.
    pub fn carry_in(mut self) -> (Result<(Mailbox, Done)>, Opened) {
        let carried = self.carried();
        let state = self.state;
        (carried.map(|done| (state, done)), self.opened)
    }

    fn carried(&mut self) -> Result<Done> {
        self.foresee()?;
        let (state, mut done) = (&mut self.state, Done::default());
        let mut hand = Hand {
            provider: self.provider,
            opened: &mut self.opened,
            ahead: &self.ahead,
            terms: self.terms,
            audience: self.audience,
            is_new: self.is_new,
            has_ended: false,
        };
        while !done.stopped {
            match next(self.errand, &mut hand, state, &mut done) {
                Ok(true) => {}
                Ok(false) => break,
                // Of an error alone nobody would learn what was done before.
                Err(error) => return Err(after(error, &done)),
            }
        }
        done.unlisted = self.looked.warnings(state);
        Ok(done)
    }
}

/// Carries out the stage that comes after what was `done`; whether there was one.
fn next(
    errand: &dyn Errand,
    hand: &mut Hand,
    state: &mut Mailbox,
    done: &mut Done,
) -> Result<bool> {
    let n = done.stages.len();
    let by_others = match errand.shadowed(state, n)? {
        Some(shadowed) => by_others(hand, &shadowed, &mut done.warnings),
        None => BTreeMap::new(),
    };
    let mut unsettled = Unsettled::of(hand.provider, &state.name);
    unsettled.look(state);
    let opened = &*hand.opened;
    let place = |path: &str| reach::place(opened, path);
    let stage = unsettled.plan(state, &errand.makes(), |state| {
        let found = Found {
            state,
            place: &place,
            by_others: &by_others,
        };
        errand.next(&found, done)
    })?;
    let Some(mut stage) = stage else {
        return Ok(false);
    };
    settings::follow(state, &mut stage.changes);
    if done.cut_short().is_some() {
        // Nobody shall take for granted what the work did not get to.
        let plan = Plan {
            mailbox: state.name.clone(),
            changes: stage.changes,
        };
        done.stages.push(Carried {
            outcome: Outcome::untried(&plan, None),
            is_optional: false,
        });
        done.stopped = stage.otherwise == Otherwise::Stop;
        return Ok(true);
    }
    guard(state, &stage, hand.terms.insist)?;
    let otherwise = stage.otherwise;
    let carried = hand.make(stage, &mut unsettled, state)?;
    done.stages.push(carried);
    if done.cut_short().is_none() {
        let expected = errand.expected(state, done)?;
        hand.prove(n, otherwise, state, &expected, done);
    }
    // What others lose, they lose once it is certain that somebody has it.
    done.stopped = otherwise == Otherwise::Stop && is_lacking(done);
    Ok(true)
}

/// `error`, with what had been made by then, and what may have been.
fn after(error: Error, done: &Done) -> Error {
    let outcome = done.outcome();
    let made = |is_meant: fn(&Fate) -> bool| -> Vec<String> {
        let meant = outcome.changes.iter().filter(|(_, fate)| is_meant(fate));
        let made = meant.filter_map(|(change, _)| change.makes());
        made.map(|place| place.path.clone()).collect()
    };
    let sure = made(|fate| *fate == Fate::Done);
    let error = match (outcome.done(), sure.is_empty()) {
        (0, _) => error,
        (n, true) => error.hint_too(format!("{} made before that, and stay", count(n, "change"))),
        (_, false) => error.hint_too(format!("made before that, and there now: {}", some(&sure))),
    };
    let unsure = made(|fate| matches!(fate, Fate::Unknown(_)));
    match (outcome.tally().unknown, unsure.is_empty()) {
        (0, _) => error,
        (n, true) => error.hint_too(format!(
            "what became of {} before that is unknown",
            count(n, "change")
        )),
        (_, false) => error.hint_too(format!(
            "what became of these before that is unknown: {}",
            some(&unsure)
        )),
    }
}

/// Whether anything is lacking of what was done so far.
fn is_lacking(done: &Done) -> bool {
    let lacks = |seen: &Seen| seen.proved.proof.is_lacking();
    !done.outcome().is_complete() || done.seen.iter().any(lacks)
}

/// What somebody has by entries for groups and everybody, where an own entry would replace that: on
/// Dovecot it does, on Cyrus and Courier all entries count together.
fn by_others(
    hand: &Hand,
    shadowed: &Shadowed,
    warnings: &mut Vec<String>,
) -> BTreeMap<String, Rights> {
    let (opened, folders) = (&*hand.opened, &shadowed.folders);
    let adds_up = matches!(opened.dialect.family, Family::Cyrus | Family::Courier);
    if folders.is_empty() || adds_up {
        return BTreeMap::new();
    }
    let view = hand.provider.member(opened, &shadowed.identifier);
    let view = view.and_then(|view| view.map_err(NotImpersonated::into_error));
    let seen = view.and_then(|mut view| {
        let (session, trees) = (&mut view.session, &view.trees);
        observe::effect(session, trees, folders, Rights::NONE, &Pace::unattended())
    });
    match seen {
        Ok(effect) => {
            let folders = effect.folders.into_iter();
            folders.map(|folder| (folder.path, folder.rights)).collect()
        }
        Err(error) => {
            warnings.push(format!(
                "an entry of {}'s own may replace what a group gives, which could not be looked at: {}",
                shadowed.identifier,
                error.what()
            ));
            BTreeMap::new()
        }
    }
}
