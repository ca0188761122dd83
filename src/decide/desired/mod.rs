//! The changes that make a shared mailbox what a file says of it. Only what the file names is
//! managed: whoever is named has exactly what it says, on every folder; all others stay as they are,
//! unless what is not listed shall go.

mod entries;
mod folders;
mod identities;
mod meant;
mod settings;

pub use folders::{limit_out_of_reach, limit_to_change, limits_can_be_set, where_limits_are};

use super::settings::follow;
use crate::error::Result;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::desired::DesiredMailbox;
use crate::model::level::Levels;
use crate::model::plan::{Place, Plan};
use crate::model::rights::Rights;
use crate::model::state::Mailbox;
use meant::Meant;

/// How a file is to be taken.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What the levels mean.
    pub levels: &'a Levels,
    /// Whether entries go that the file does not list: never the owner's, nor the
    /// administrator's.
    pub prune: bool,
}

/// The plan that makes the mailbox of `state` what `wish` says: new folders, those above first; the
/// limit of storage; the folders that keep identities; then the entries; last what it keeps of its settings. A
/// folder that is made has exactly the entries that the plan names for it. `place` finds names for folders that are not
/// there.
///
/// A mailbox without any folder is one that is not there yet: then INBOX is made first.
///
/// Folders whose ACL cannot be read are left out; the caller names them.
///
/// # Errors
/// Where something that the file says cannot be on this server.
pub fn desired(
    state: &Mailbox,
    wish: &DesiredMailbox,
    terms: Terms,
    place: impl Fn(&str) -> Result<Place>,
) -> Result<Plan> {
    let meant = Meant::new(state, wish, terms)?;
    let made = folders::missing(state, wish, &place)?;
    let entries = entries::on_folders(state, &meant, &made);
    let kept = identities::missing(state, &meant, &entries, &place)?;
    // Before anybody gets what would let them change it.
    let identities = identities::entries(state, &meant, &kept)?;
    let mut changes: Vec<Change> = made.into_iter().chain(kept).collect();
    changes.sort_by_key(|change| depth(&change.folder().path));
    changes.extend(folders::quota(state, wish, &place)?);
    changes.extend(identities.into_iter().chain(entries));
    follow(state, &mut changes);
    let settings = settings::settings(state, wish, &changes, &place)?;
    changes.extend(settings);
    changes.sort_by_key(Change::order);
    Ok(Plan {
        mailbox: state.name.clone(),
        changes,
    })
}

/// The mailbox itself before all that lie in it.
pub(super) fn depth(path: &str) -> usize {
    if path == "INBOX" {
        0
    } else {
        path.split('/').count()
    }
}

/// A change of one entry, where there is one.
fn entry(
    place: &Place,
    identifier: &str,
    before: Option<Rights>,
    after: Option<Rights>,
) -> Option<Change> {
    // Servers turn an entry without rights into none; one that is there may be asked to go.
    let is_so = before == after || before.is_none() && after.unwrap_or_default().is_empty();
    (!is_so).then(|| {
        Change::Entry(Entry {
            folder: place.clone(),
            identifier: identifier.to_owned(),
            before,
            after,
        })
    })
}

#[cfg(test)]
mod tests;
