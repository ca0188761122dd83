//! folder create: new folders, with the entries of the mailbox itself.

use super::open;
use crate::cli::folder::FolderCreate;
use crate::decide;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::settle::make;
use crate::journey::{Unsettled, named_with_parents};
use crate::model::change::Change;
use crate::model::change::Create;
use crate::model::plan::{Place, Plan};
use crate::run::Run;
use crate::run::planned::plan_report;

/// New folders get exactly the entries of the mailbox itself.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn create(args: &FolderCreate, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (mut opened, mut state) = open(&args.target.mailbox, provider)?;
    let mut unsettled = Unsettled::of(provider, &state.name);
    unsettled.look(&state);
    let plan = unsettled.plan(&mut state, |state| {
        let named = named_with_parents(&args.folders, &opened, state)?;
        let places: Vec<Place> = named.into_iter().map(|(_, place)| place).collect();
        let entries = decide::inherited(state, &places)?;
        let made = places.into_iter().map(|folder| {
            Change::Create(Create {
                folder,
                special_use: None,
            })
        });
        Ok(Plan {
            mailbox: state.name.clone(),
            changes: made.chain(entries).collect(),
        })
    })?;
    if args.change.dry_run {
        return plan_report(&state, &plan, None, args.change, output);
    }
    if let Some(told) = unsettled.told(&plan) {
        output.warning(&told);
    }
    let whole = plan.clone();
    let outcome = make(
        provider,
        &mut opened,
        &mut state,
        plan,
        &mut unsettled,
        output,
    )?;
    plan_report(&state, &whole, Some(&outcome), args.change, output)
}
