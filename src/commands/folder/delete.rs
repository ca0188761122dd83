//! folder delete: a folder with all that is in it.

use crate::cli::folder::FolderDelete;
use crate::decide::folders::Removing;
use crate::error::Result;
use crate::exit::Exit;
use crate::model::words::amount;
use crate::profile::names;
use crate::run::{Alone, Question, Run, never_undone};

/// Says how much will go, asks, and deletes a folder with those below it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn delete(args: &FolderDelete, run: &Run) -> Result<Exit> {
    never_undone(&args.change)?;
    let provider = run.provider()?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let alone = Alone {
        name: &name,
        options: &args.change,
        provider,
    };
    let removing = Removing::Folder(&args.folder);
    let (exit, _) = run.alone(&alone, &removing, |state| {
        let going = removing.going(state)?;
        let (amount, first) = (amount(&going), going.first().map(|folder| &*folder.path));
        let path = first.unwrap_or(&args.folder);
        Ok(Some(Question {
            text: format!(
                "Delete {path} of {} with {amount}? There is no way back.",
                state.name
            ),
            unless: "nothing was deleted",
            begins: Some(format!("{}: deleting {amount}", state.name)),
        }))
    })?;
    Ok(exit)
}
