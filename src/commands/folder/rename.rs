//! folder rename: another name for a folder.

use super::{existing, open};
use crate::apply::carry_out;
use crate::cli::folder::FolderRename;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::change::Rename;
use crate::model::plan::Plan;
use crate::reach;
use crate::run::Run;
use crate::run::planned::plan_report;

/// Asks, and gives a folder another name; what is in it and its entries stay.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn rename(args: &FolderRename, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (mut opened, state) = open(&args.target.mailbox, provider)?;
    let folder = existing(&state, &args.folder)?;
    let to = reach::place(&opened, &args.new)?;
    decide::unreserved(&state, &args.new)?;
    if state.folder(&args.new).is_some() {
        let what = format!("there is a folder {:?} already", args.new);
        return Err(Error::new(Exit::Failure, what).about(&state.name));
    }
    let plan = Plan {
        mailbox: state.name.clone(),
        changes: vec![Change::Rename(Rename { folder, to })],
    };
    if args.change.dry_run {
        return plan_report(&state, &plan, None, args.change, output);
    }
    let question = format!("Rename {} of {} to {}?", args.folder, state.name, args.new);
    if !args.confirmation.yes && !output.confirm(&question, "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was renamed").about(&state.name));
    }
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, &plan, output)?;
    plan_report(&state, &plan, Some(&outcome), args.change, output)
}
