//! The folders that a mailbox lacks, and its limit of storage.

use crate::decide::{STANDARD_FOLDERS, unreserved};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create, Quota};
use crate::model::desired::DesiredMailbox;
use crate::model::dialect::Family;
use crate::model::plan::Place;
use crate::model::state::Mailbox;
use std::collections::BTreeSet;

/// The mailbox itself where it is not there, and the folders that it lacks, each after those above
/// it.
pub(super) fn missing(
    state: &Mailbox,
    wish: &DesiredMailbox,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Vec<Change>> {
    let mut paths: BTreeSet<&str> = BTreeSet::new();
    if state.folders.is_empty() {
        paths.insert("INBOX");
    }
    for path in wish.folders.iter().filter(|path| *path != "INBOX") {
        unreserved(state, path)?;
        // A name that cannot be one is told, whether the folder is there or not.
        place(path)?;
        // Above one that is there may be nothing but a level of names.
        if state.folder(path).is_some() {
            continue;
        }
        let ends = path
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([path.len()]);
        paths.extend(ends.map(|end| &path[..end]));
    }
    let lacking = paths
        .into_iter()
        .filter(|path| state.folder(path).is_none() && !state.identity_names.reserve(path));
    let create = |path: &str| {
        Ok(Change::Create(Create {
            folder: place(path)?,
            special_use: special_use(state, path),
        }))
    };
    lacking.map(create).collect()
}

/// What a folder of that name is for, where nothing else is for it yet.
fn special_use(state: &Mailbox, path: &str) -> Option<String> {
    let (_, used) = STANDARD_FOLDERS.iter().find(|(name, _)| *name == path)?;
    let taken = state
        .folders
        .iter()
        .any(|folder| folder.special_use.as_deref() == Some(used));
    (state.keeps_special_uses && !taken).then(|| (*used).to_owned())
}

/// The change of the limit of storage, where it is another and the server lets it be set.
///
/// # Errors
/// [`Exit::TryAgain`] where nobody knows what it is.
pub(super) fn quota(
    state: &Mailbox,
    wish: &DesiredMailbox,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Option<Change>> {
    match state.takes_limits {
        Some(false) => Ok(None),
        _ => limit(state, wish, place),
    }
}

/// The change of the limit of storage that `wish` asks for and that nobody can make over IMAP here.
///
/// # Errors
/// [`Exit::TryAgain`] where nobody knows what it is.
pub fn limit_out_of_reach(
    state: &Mailbox,
    wish: &DesiredMailbox,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Option<Change>> {
    match state.takes_limits {
        Some(false) => limit(state, wish, place),
        _ => Ok(None),
    }
}

/// # Errors
/// [`Exit::Refused`] where the server lets nobody set limits over IMAP.
pub fn limits_can_be_set(state: &Mailbox) -> Result<()> {
    if state.takes_limits != Some(false) {
        return Ok(());
    }
    let what = "this server takes no limits of storage over IMAP (SETQUOTA); nothing was done";
    let hint = format!("leave the size out, and set it {}", where_limits_are(state));
    Err(Error::new(Exit::Refused, what)
        .about(state.name.clone())
        .hint(hint))
}

/// Where a limit is set that IMAP cannot set.
pub fn where_limits_are(state: &Mailbox) -> &'static str {
    match state.dialect.family {
        Family::Dovecot => {
            "where the server keeps its accounts (Dovecot: quota_storage_size in its configuration, \
             or userdb_quota_storage_size of the account)"
        }
        _ => "where the server keeps its accounts",
    }
}

fn limit(
    state: &Mailbox,
    wish: &DesiredMailbox,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Option<Change>> {
    let Some(after) = wish.quota else {
        return Ok(None);
    };
    let before = limit_to_change(state)?;
    if before == Some(after) {
        return Ok(None);
    }
    Ok(Some(Change::Quota(Quota {
        folder: place("INBOX")?,
        resource: "STORAGE".to_owned(),
        before,
        after,
    })))
}

/// The limit of storage that is about to be changed. Where the server keeps it from this login, it is
/// set whatever it is.
///
/// # Errors
/// [`Exit::TryAgain`] where nobody knows what it is.
pub fn limit_to_change(state: &Mailbox) -> Result<Option<u64>> {
    match state.storage_limit() {
        Ok(limit) => Ok(limit),
        Err(untold) if untold.is_kept => Ok(None),
        Err(untold) => {
            let what = format!("its limit of storage could not be read {}", untold.why);
            Err(Error::new(Exit::TryAgain, what).about(state.name.clone()))
        }
    }
}
