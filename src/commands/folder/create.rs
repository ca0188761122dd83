//! folder create: new folders, with the entries of the mailbox itself.

use crate::cli::folder::FolderCreate;
use crate::decide::folders::NewFolders;
use crate::error::Result;
use crate::exit::Exit;
use crate::profile::names;
use crate::run::{Alone, Run};

/// New folders get exactly the entries of the mailbox itself.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn create(args: &FolderCreate, run: &Run) -> Result<Exit> {
    let provider = run.undoable(&args.change.undoable, "folder-create")?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let alone = Alone {
        name: &name,
        options: &args.change,
        provider: &provider,
    };
    let folders = NewFolders {
        paths: &args.folders,
    };
    let (exit, _) = run.alone(&alone, &folders, |_| Ok(None))?;
    Ok(exit)
}
