//! One mailbox made what its plan says: looked at again first, then changed, then proved.

use super::accounts;
use super::afresh::afresh;
use super::door::Door;
use super::foreseen::Planned;
use super::proofs::proofs;
use super::root::{account, make_root, root_change};
use super::settle::settle;
use super::states::{ask, pace, read, special_uses};
use super::taken::reveal_named;
use super::unsettled::Unsettled;
use super::watch::Watch;
use crate::apply::carry_out;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::FirstLook;
use crate::interrupt;
use crate::model::desired::DesiredMailbox;
use crate::model::level::Levels;
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::{Change, Plan};
use crate::model::proof::Proof;
use crate::model::state::Mailbox;
use crate::output::Output;
use crate::profile::Task;
use crate::reach;
use crate::reach::{Opened, Provider};
use std::collections::BTreeSet;

/// What is to be done with the mailboxes, beside their plans.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// What the levels mean.
    pub levels: &'a Levels,
    /// Whether entries go that the file does not list.
    pub prune: bool,
    /// Whether the plan is carried out exactly, or what is left of it where somebody else did a
    /// part.
    pub exactly: bool,
    /// Whose own sessions are looked at.
    pub watch: &'a Watch,
}

/// What became of a mailbox's plan.
pub struct Done {
    /// Each change with its fate.
    pub outcome: Outcome,
    /// What the members' own sessions showed.
    pub proofs: Vec<(String, Proof)>,
    /// What to warn of.
    pub warnings: Vec<String>,
}

/// Carries out `planned`; `wish` is what the file says of the mailbox, where there is one.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn carry(
    door: &Door,
    provider: &Provider,
    planned: &Planned,
    wish: Option<&DesiredMailbox>,
    order: Order,
    output: &Output,
) -> Result<Done> {
    if interrupt::requested() {
        return Err(Error::new(Exit::Interrupted, "not tried: interrupted"));
    }
    let mut outcome = Outcome::default();
    let mut unsettled = Unsettled::of(provider, &planned.name.to_string());
    let quota = wish.is_none_or(|wish| wish.quota.is_some());
    let look = ask(quota).look();
    let mut beside = Vec::new();
    let mut opened = open(
        door,
        provider,
        planned,
        &look,
        &mut unsettled,
        &mut outcome,
        &mut beside,
    )?;
    let mut state = read(provider, &mut opened, quota)?;
    reveal_named(&mut opened, &mut state, &planned.plan.changes)?;
    let uses = special_uses(&opened.session, opened.owner.as_deref());
    let place = |path: &str| reach::place(&opened, path);
    let there = unsettled.present(&state);
    let plan = afresh(&mut state, planned, wish, order, uses, &unsettled, place)?;
    let made = unsettled.about_to_make(&plan).and_then(|()| {
        execute(
            provider,
            &mut opened,
            &state,
            plan,
            &there,
            &mut outcome,
            output,
        )
    });
    match made {
        Err(error) => {
            outcome.cut_short.get_or_insert(error.to_string());
        }
        Ok(()) if outcome.cut_short.is_none() && !outcome.has_unknown() => unsettled.settled(),
        Ok(()) => {}
    }
    door.leave(&mut opened);
    let (proofs, mut warnings) = if outcome.cut_short.is_none() {
        proofs(provider, &opened, &state, &outcome, order.watch)
    } else {
        Default::default()
    };
    door.keep_that_of(opened);
    warnings.extend(beside);
    Ok(Done {
        outcome,
        proofs,
        warnings,
    })
}

/// Opens the mailbox, which is made first where the plan says so.
fn open(
    door: &Door,
    provider: &Provider,
    planned: &Planned,
    look: &FirstLook,
    unsettled: &mut Unsettled,
    outcome: &mut Outcome,
    warnings: &mut Vec<String>,
) -> Result<Opened> {
    let missing = match door.open_and_look(&planned.name, look) {
        Ok(opened) => return Ok(opened),
        Err(error) if error.exit() == Exit::NotFound && planned.is_new => error,
        Err(error) => return Err(error),
    };
    if accounts::makes(provider, &planned.name)?
        && let Some(call) = accounts::call(provider.profile(), Task::Create, &planned.name, None)?
    {
        let root = account(&planned.name);
        unsettled.about_to_make(&root)?;
        let made = accounts::make(provider, &planned.name, &root, &call, outcome)?;
        warnings.extend(made.warning);
        return Ok(made.opened);
    }
    let opened = door.place(&planned.name, missing)?;
    let root = Plan {
        mailbox: planned.name.to_string(),
        changes: vec![root_change(&opened)],
    };
    unsettled.about_to_make(&root)?;
    match make_root(provider, opened, &planned.name, &root, outcome) {
        // Two runs may make it in the same moment.
        Err(error) if error.exit() == Exit::Refused => door.open(&planned.name).map_err(|_| error),
        made => made,
    }
}

/// Makes the changes of `plan`: what is to be there first, then who may use it. The folders `there`
/// were made by a run that did not get to their entries.
fn execute(
    provider: &Provider,
    opened: &mut Opened,
    state: &Mailbox,
    plan: Plan,
    there: &BTreeSet<String>,
    outcome: &mut Outcome,
    output: &Output,
) -> Result<()> {
    let Plan { mailbox, changes } = plan;
    let (entries, mut things): (Vec<Change>, Vec<Change>) = changes
        .into_iter()
        .partition(|change| matches!(change, Change::Entry { .. }));
    // The mailbox itself is there by now.
    let is_made = |change: &Change| {
        matches!(change, Change::Create { folder, .. }
            if folder.path == "INBOX" || there.contains(&folder.path))
    };
    let made: Vec<Change> = things.extract_if(.., |change| is_made(change)).collect();
    let things = Plan {
        mailbox,
        changes: things,
    };
    let mut created = carry_out(provider, opened, &state.vocabulary, &things, output)?;
    created
        .changes
        .extend(made.into_iter().map(|change| (change, Fate::Done)));
    if created.cut_short.is_some() {
        report(outcome, created);
        outcome
            .changes
            .extend(entries.into_iter().map(|change| (change, Fate::NotTried)));
        return Ok(());
    }
    let rest = settle(opened, state, entries, &mut created, &pace())?;
    report(outcome, created);
    outcome.extend(rest.settled);
    for plan in [rest.first, rest.then] {
        if outcome.cut_short.is_some() {
            outcome.changes.extend(
                plan.changes
                    .into_iter()
                    .map(|change| (change, Fate::NotTried)),
            );
        } else {
            outcome.extend(carry_out(
                provider,
                opened,
                &state.vocabulary,
                &plan,
                output,
            )?);
        }
    }
    Ok(())
}

/// Adds what was made; the mailbox itself once.
fn report(outcome: &mut Outcome, created: Outcome) {
    let has_root = outcome
        .changes
        .iter()
        .any(|(change, _)| change.folder().path == "INBOX");
    let changes = created.changes.into_iter().filter(|(change, _)| {
        !(has_root && matches!(change, Change::Create { folder, .. } if folder.path == "INBOX"))
    });
    outcome.changes.extend(changes);
    outcome.cut_short = outcome.cut_short.take().or(created.cut_short);
}
