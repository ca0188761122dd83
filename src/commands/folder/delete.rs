//! folder delete: a folder with all that is in it.

use super::{existing, open};
use crate::apply::carry_out;
use crate::cli::folder::FolderDelete;
use crate::decide;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::words::amount;
use crate::run::Run;
use crate::run::planned::plan_report;

/// Says how much will go, asks, and deletes a folder with those below it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn delete(args: &FolderDelete, run: &Run) -> Result<Exit> {
    let (provider, output) = (run.provider()?, run.output());
    let (mut opened, state) = open(&args.target.mailbox, provider)?;
    let folder = existing(&state, &args.folder)?;
    let going = state.subtree(&folder.path);
    let plan = decide::removal(&state, &going);
    if args.change.dry_run {
        return plan_report(&state, &plan, None, args.change, output);
    }
    let amount = amount(&going);
    let question = format!(
        "Delete {} of {} with {amount}? There is no way back.",
        folder.path, state.name
    );
    if !args.confirmation.yes && !output.confirm(&question, "--yes")? {
        return Err(Error::new(Exit::Failure, "nothing was deleted").about(&state.name));
    }
    output.note(&format!("{}: deleting {amount}", state.name));
    let outcome = carry_out(provider, &mut opened, &state.vocabulary, &plan, output)?;
    plan_report(&state, &plan, Some(&outcome), args.change, output)
}
