//! folder rename: another name for a folder.

use crate::cli::folder::FolderRename;
use crate::decide::folders::Renaming;
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::{Watch, accounts};
use crate::model::whom::Whom;
use crate::profile::names;
use crate::run::{Alone, Question, Run};

/// Asks, and gives a folder another name; what is in it and its entries stay.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn rename(args: &FolderRename, run: &Run) -> Result<Exit> {
    let provider = run.undoable(&args.change.undoable, "folder-rename")?;
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let alone = Alone {
        name: &name,
        options: &args.change,
        provider: &provider,
    };
    let renaming = Renaming {
        path: &args.folder,
        to: &args.new,
    };
    let (exit, outcome) = run.alone(&alone, &renaming, |state| {
        let (folder, new) = (&args.folder, &args.new);
        Ok(Some(Question {
            text: format!("Rename {folder} of {} to {new}?", state.name),
            unless: "nothing was renamed",
            begins: None,
        }))
    })?;
    let watch = Watch::new(args.change.watched(Whom::None));
    if watch.left() == 0 || outcome.done() == 0 {
        return Ok(exit);
    }
    let (seen, warnings) = accounts::looked_at(&provider, (None, &name), &watch, run.output())?;
    run.output().note(&format!("{name}: {seen}"));
    Ok(run.warned(exit, &name, &warnings))
}
