//! Which folders a wish is about.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::state::{Folder, Mailbox};
use crate::model::wish::Scope;

/// The folders of `mailbox` that `scope` names, in the mailbox's order.
///
/// # Errors
/// [`Exit::NotFound`] for a path that names no folder, with the nearest one as advice.
pub fn select<'a>(mailbox: &'a Mailbox, scope: &Scope) -> Result<Vec<&'a Folder>> {
    let Scope::Folders { paths, recurse } = scope else {
        return Ok(mailbox.folders.iter().collect());
    };
    for path in paths {
        let beneath = mailbox.folders.iter().any(|f| *recurse && f.is_below(path));
        if mailbox.folder(path).is_none() && !beneath {
            return Err(no_such_folder(mailbox, path));
        }
    }
    let named = |folder: &&Folder| {
        paths
            .iter()
            .any(|path| folder.is_called(path) || *recurse && folder.is_below(path))
    };
    Ok(mailbox.folders.iter().filter(named).collect())
}

fn no_such_folder(mailbox: &Mailbox, path: &str) -> Error {
    let error = Error::new(Exit::NotFound, format!("no folder {path:?}")).about(&mailbox.name);
    let close = |folder: &&Folder| {
        strsim::normalized_damerau_levenshtein(&folder.path.to_lowercase(), &path.to_lowercase())
    };
    let nearest = mailbox
        .folders
        .iter()
        .max_by(|a, b| close(a).total_cmp(&close(b)));
    match nearest.filter(|folder| close(folder) > 0.6) {
        Some(folder) => error.hint(format!("did you mean {:?}?", folder.path)),
        None => error.hint(format!("sharemail folder list {} shows them", mailbox.name)),
    }
}
