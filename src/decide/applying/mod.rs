//! plan and apply: what a file, or a saved plan, says of one mailbox, as an errand.

mod asked;
mod left;
mod part;
mod standing;

pub use self::asked::{Asked, Saved, Shown};
pub use self::part::Part;

use self::left::{exceeds, is_part};
use self::standing::Standing;
use super::errand::{Errand, Expectation, Found, Stage, of_changed};
use super::{Terms, desired, fingerprint, reviewed};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Entry};
use crate::model::desired::DesiredMailbox;
use crate::model::dialect::Dialect;
use crate::model::done::Done;
use crate::model::plan::Plan;
use crate::model::state::Mailbox;
use crate::model::who::Who;
use crate::observe::Ask;
use std::collections::BTreeSet;

/// A mailbox that is to be what was asked for.
#[derive(Clone, Copy)]
pub struct Applying<'a> {
    /// What was asked for.
    pub asked: Asked<'a>,
    /// The plan that people have seen, where they have: nothing else is done.
    pub shown: Option<Shown<'a>>,
    /// Whether it is carried out as a whole, or what is left of it where somebody else did a part.
    pub exactly: bool,
    /// Which part of it is carried out now.
    pub part: Part,
}

impl Applying<'_> {
    /// What is left to be done in the mailbox that is `found`.
    ///
    /// # Errors
    /// Where it cannot be what was asked for, and where somebody else changed what the plan is about.
    pub fn plan(&self, found: &Found) -> Result<Plan> {
        let mut plan = match self.asked {
            Asked::File { wish, terms } => self.by_file(found, wish, terms)?,
            Asked::Saved(saved) => self.by_plan(found, saved)?,
        };
        plan.changes = self.part.of_it(plan.changes);
        Ok(plan)
    }

    /// What the file asks for as the mailbox is now.
    fn by_file(&self, found: &Found, wish: &DesiredMailbox, terms: Terms) -> Result<Plan> {
        let state = found.state;
        let Some(shown) = self.shown else {
            return desired(state, wish, terms, found.place);
        };
        let terms = Terms {
            // What the server put on a new mailbox by itself goes, with the rest of the mailbox.
            prune: (terms.prune || shown.is_new) && !self.part.is_settings(),
            ..terms
        };
        let wish = &self.part.of_wish(wish);
        let plan = desired(state, wish, terms, found.place)?;
        if self.part.is_settings() {
            return self.settings_of(plan, shown);
        }
        let changes = &shown.plan.changes;
        let is_as_it_was = fingerprint(state, changes) == fingerprint(shown.state, changes);
        let differs =
            || self.exactly || !is_part(&plan, shown.plan) || exceeds(state, &plan, shown);
        if !shown.is_new && !is_as_it_was && differs() {
            return Err(changed_meanwhile());
        }
        Ok(plan)
    }

    /// What of `plan` belongs to settings, if people have seen all of that.
    fn settings_of(&self, mut plan: Plan, shown: Shown) -> Result<Plan> {
        plan.changes = self.part.of_it(plan.changes);
        match is_part(&plan, shown.plan) {
            true => Ok(plan),
            false => Err(changed_meanwhile()),
        }
    }

    /// The very changes that were saved, but for those that stand there already: a run may have broken off,
    /// and another may have done the same.
    fn by_plan(&self, found: &Found, saved: Saved) -> Result<Plan> {
        let mut state = found.state.clone();
        if saved.is_new && state.root().is_none() {
            // It is not there, or was made a moment ago: all that the server put on it by itself goes.
            state.folders.clear();
            state.identity_folders.clear();
            state.quota.clear();
        }
        let mut changes = saved.changes.to_vec();
        if let Some(shown) = self.shown.filter(|shown| shown.is_new) {
            for change in &mut changes {
                respell(change, &shown.state.dialect, &state.dialect);
            }
        }
        let standing = Standing::of(&state, changes);
        // What was done of it just now is checked already.
        let is_checked = self.part == Part::Settings { alone: false };
        if !is_checked && (!standing.fits(saved) || self.exactly && standing.is_part) {
            return Err(match self.shown {
                Some(_) => changed_meanwhile(),
                None => stale().about(&state.name),
            });
        }
        reviewed(&state, standing.left, found.place)
    }
}

impl Errand for Applying<'_> {
    fn ask(&self) -> Ask {
        if self.part.is_settings() {
            return Ask::SETTINGS;
        }
        let quota = match self.asked {
            Asked::File { wish, .. } => wish.quota.is_some(),
            Asked::Saved(saved) => {
                let mut changes = saved.changes.iter();
                changes.any(|change| matches!(change, Change::Quota(..)))
            }
        };
        Ask {
            messages: false,
            quota,
            ..Ask::default()
        }
    }

    fn is_of_mail(&self) -> bool {
        self.part.is_settings()
    }

    fn folders(&self) -> BTreeSet<String> {
        match (self.shown, self.asked) {
            (Some(shown), _) => named(&shown.plan.changes, |place| &place.path),
            (None, Asked::Saved(saved)) => named(saved.changes, |path| path),
            (None, Asked::File { .. }) => BTreeSet::new(),
        }
    }

    fn makes(&self) -> BTreeSet<String> {
        match self.asked {
            Asked::Saved(saved) => {
                let made = saved.changes.iter().filter_map(Change::makes);
                made.cloned().collect()
            }
            Asked::File { .. } => BTreeSet::new(),
        }
    }

    fn next(&self, found: &Found, done: &Done) -> Result<Option<Stage>> {
        let n = done.stages.len();
        let mut changes = match (n, self.part) {
            (0, _) | (1, Part::Settings { .. }) => self.plan(found)?.changes,
            _ => return Ok(None),
        };
        // The folder first: what is written there before it is settled might be read by anybody.
        if self.part.is_settings() {
            changes.retain(|change| change.is_setting() == (n == 1));
        }
        Ok(Some(Stage {
            changes,
            ..Stage::default()
        }))
    }

    fn expected<'s>(&self, state: &'s Mailbox, done: &Done) -> Result<Vec<Expectation<'s>>> {
        match self.part.is_settings() {
            // Who reads the settings are those who read the mail, and are looked at there.
            true => Ok(Vec::new()),
            false => Ok(of_changed(state, done)),
        }
    }
}

/// The paths of the folders on which `changes` change entries, and that they do not make.
fn named<P>(changes: &[Change<P>], path: impl Fn(&P) -> &String) -> BTreeSet<String> {
    let (mut named, mut made) = (BTreeSet::new(), BTreeSet::new());
    for change in changes {
        if let Change::Entry(Entry { folder, .. }) = change {
            named.insert(path(folder));
        }
        made.extend(change.makes().map(&path));
    }
    named
        .difference(&made)
        .map(|path| (*path).clone())
        .collect()
}

/// How people are spelled in a mailbox is only known for certain once it is there.
fn respell(change: &mut Change<String>, guessed: &Dialect, real: &Dialect) {
    let Change::Entry(Entry { identifier, .. }) = change else {
        return;
    };
    let who = Who::parse(&guessed.who(identifier), guessed.home.as_deref()).ok();
    if let Some(Ok(spelled)) = who.map(|who| real.spell(&who)) {
        *identifier = spelled;
    }
}

fn changed_meanwhile() -> Error {
    let what = "somebody changed it since the plan was made; nothing was done";
    Error::new(Exit::BadInput, what).hint("make the plan anew")
}

fn stale() -> Error {
    let what = "is not what it was when the plan was made; nothing was done";
    Error::new(Exit::BadInput, what).hint("make the plan anew, and have it reviewed again")
}
