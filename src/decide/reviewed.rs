//! A plan that was saved, checked against the mailbox that it is about: what stands in the file may
//! have been written by anybody.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::plan::{Place, Plan};
use crate::model::state::{Folder, Mailbox};
use std::collections::BTreeMap;

/// The plan that `changes`, read from a file, make for the mailbox of `state`. `place` finds the
/// names of folders that are not there yet.
///
/// # Errors
/// [`Exit::BadInput`] where one of them is nothing that a plan from a file does, or does not fit what
/// the mailbox is like.
pub fn reviewed(
    state: &Mailbox,
    changes: Vec<Change<String>>,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Plan> {
    let mut made: BTreeMap<String, Place> = BTreeMap::new();
    let mut plan = Plan::new(&state.name);
    for change in changes {
        let path = change.folder().clone();
        let folder = existing(state, &path)?;
        let wrong = change.misfit(state, folder, made.contains_key(&path));
        if change.makes().is_some() && folder.is_none() {
            made.insert(path.clone(), place(&path)?);
        }
        if let Some(why) = wrong {
            let what = format!("the plan cannot be carried out on {path:?}: {why}");
            return Err(Error::new(Exit::BadInput, what).about(&state.name));
        }
        let known = |path: String| match folder {
            Some(folder) => Ok(folder.place()),
            None => made.get(&path).cloned().map_or_else(|| place(&path), Ok),
        };
        plan.changes.push(change.renamed(known)?);
    }
    // Those that are made first come first, whatever the order in the file.
    plan.changes.sort_by_key(Change::order);
    Ok(plan)
}

/// The one folder called `path`; two that read alike cannot be told apart in a file.
fn existing<'s>(state: &'s Mailbox, path: &str) -> Result<Option<&'s Folder>> {
    let all = || state.folders.iter().chain(&state.identity_folders);
    let mut found = all().filter(|folder| folder.path == path);
    let first = found.next();
    if found.next().is_some() {
        let what = format!("two folders read {path:?}: a saved plan cannot tell which is meant");
        return Err(Error::new(Exit::BadInput, what).about(&state.name));
    }
    Ok(first)
}
