//! A plan that was saved, checked against the mailbox that it is about: what stands in the file may
//! have been written by anybody.

use super::desired::depth;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create, Entry, Quota};
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::{Who, is_speakable};
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
        let wrong = match (&change, folder) {
            (Change::Create(..), Some(_)) => Some("the folder is there already"),
            (Change::Create(Create { special_use, .. }), None) => {
                made.insert(path.clone(), place(&path)?);
                let known = ["\\Sent", "\\Drafts", "\\Trash", "\\Archive"];
                let is_known = special_use
                    .as_deref()
                    .is_none_or(|used| known.contains(&used));
                (!is_known).then_some("it names a special use that is none")
            }
            (
                Change::Entry(Entry {
                    identifier,
                    before,
                    after,
                    ..
                }),
                folder,
            ) => {
                if folder.is_none() && !made.contains_key(&path) {
                    Some("there is no such folder")
                } else {
                    let now = folder.and_then(|folder| folder.rights_of(identifier));
                    entry(state, &path, identifier, (now, *before, *after))
                }
            }
            (
                Change::Quota(Quota {
                    resource,
                    before,
                    after,
                    ..
                }),
                _,
            ) => quota(state, &path, resource, *before, *after),
            (Change::Delete(..) | Change::Rename(..) | Change::Label(..), _) => {
                Some("a plan deletes, renames and labels nothing")
            }
        };
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
    plan.changes.sort_by_key(|change| match change {
        Change::Create(Create { folder, .. }) => (0, depth(&folder.path)),
        Change::Quota(..) => (1, 0),
        _ => (2, 0),
    });
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

fn entry(
    state: &Mailbox,
    path: &str,
    identifier: &str,
    (now, before, after): (Option<Rights>, Option<Rights>, Option<Rights>),
) -> Option<&'static str> {
    let who = Who::Identifier(identifier.to_owned());
    // An odd one can stand there, and only be taken away.
    let odd = !is_speakable(identifier)
        || identifier.len() > 1024
        || after.is_some() && identifier.chars().any(char::is_control);
    let is_identity = state.identity_names.reserve(path);
    if odd || state.dialect.spell(&who).is_err() {
        Some("it names an identifier that cannot be one")
    } else if now != before {
        Some("the entry is not what it was")
    } else if after.is_some_and(|after| state.vocabulary.exactly(after).is_err()) {
        Some("it names rights that the server cannot grant")
    } else if is_identity && after.is_some_and(|after| after != state.identity_rights()) {
        Some("on a folder that keeps identities there is nothing else to give")
    } else if is_identity && state.is_keeper(identifier) {
        Some("whoever keeps the identities stays as they are")
    } else {
        None
    }
}

fn quota(
    state: &Mailbox,
    path: &str,
    resource: &str,
    before: Option<u64>,
    after: u64,
) -> Option<&'static str> {
    let now = state.storage_limit();
    if path != "INBOX" || resource != "STORAGE" {
        Some("a plan limits the storage of a mailbox and nothing else")
    } else if now.is_err_and(|untold| !untold.is_kept) {
        Some("the limit that there is could not be read")
    } else if now.unwrap_or_default() != before {
        Some("the limit is not what it was")
    } else if after == 0 || i64::try_from(after).is_err() {
        Some("it is no limit")
    } else {
        None
    }
}
