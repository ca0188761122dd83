//! One mailbox made what its plan says: looked at again first, then changed, then proved.

use super::accounts;
use super::afresh::afresh;
use super::door::Door;
use super::foreseen::Planned;
use super::proofs::proved;
use super::root::{account, make_root, root_change};
use super::settle::{join, make};
use super::states::{ask, read, special_uses};
use super::taken::reveal_named;
use super::unsettled::Unsettled;
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::FirstLook;
use crate::interrupt;
use crate::model::desired::DesiredMailbox;
use crate::model::done::Done;
use crate::model::level::Levels;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::output::Output;
use crate::profile::Task;
use crate::reach;
use crate::reach::{Opened, Provider};

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
    unsettled.look(&state);
    let plan = afresh(&mut state, planned, wish, order, uses, &unsettled, place)?;
    match make(
        provider,
        &mut opened,
        &mut state,
        plan,
        &mut unsettled,
        output,
    ) {
        Ok(made) => join(&mut outcome, made),
        // The mailbox itself may have been made: of an error alone nobody would learn that.
        Err(error) => {
            outcome.cut_short.get_or_insert(error.to_string());
        }
    }
    door.leave(&mut opened);
    let mut done = proved(provider, &mut opened, &state, outcome, order.watch);
    door.keep_that_of(opened);
    done.warnings.extend(beside);
    Ok(done)
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
