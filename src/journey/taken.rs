//! Folders that the owner's list does not show, where a file takes something away: they are looked for
//! as `revoke` looks for them.

use super::states::Found;
use crate::decide;
use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::change::{Change, Create, Entry};
use crate::model::desired::{Desired, DesiredMailbox};
use crate::model::effect::Visible;
use crate::model::state::Mailbox;
use crate::model::wish::Access;
use crate::observe;
use crate::observe::unlisted;
use crate::observe::unlisted::Looked;
use crate::output::Output;
use crate::reach::crowd;
use crate::reach::{Opened, Provider, Sessions};
use std::collections::BTreeSet;

/// Adds such folders to those of `found` of which `desired` says that somebody shall have nothing: by
/// the sessions of those and of whoever could hide a folder. The paths of each, in their order.
pub(crate) fn reveal(
    provider: &Provider,
    desired: &Desired,
    found: &mut [Result<Found>],
    output: &Output,
) -> Vec<Vec<String>> {
    let sessions = Sessions::new(provider);
    let wishes = desired.mailboxes.iter();
    let jobs: Vec<Option<Job>> = wishes
        .zip(found.iter())
        .map(|((name, wish), found)| Job::new(name, wish, found.as_ref().ok()?))
        .collect();
    let work = |job: &Option<Job>| job.as_ref().map(|job| job.look(&sessions)).transpose();
    let results = crowd::each(&jobs, provider.profile().imap.connections_of_many, work);
    let mut all = Vec::new();
    for (found, result) in found.iter_mut().zip(results) {
        let mut revealed = Vec::new();
        match (result, found) {
            (Ok(Some((mailbox, looked))), Ok(found)) => {
                for warning in looked.warnings(&mailbox) {
                    output.warning(&format!("{}: {warning}", mailbox.name));
                }
                found.state = mailbox;
                revealed = looked.revealed;
            }
            (Err(error), Ok(found)) => output.warning(&format!(
                "{}: folders that the owner's list may not show were not looked for: {error}",
                found.state.name
            )),
            _ => {}
        }
        all.push(revealed);
    }
    all
}

/// A mailbox from which something is taken.
struct Job<'a> {
    name: &'a MailboxName,
    state: &'a Mailbox,
    about: Vec<String>,
}

impl<'a> Job<'a> {
    fn new(name: &'a MailboxName, wish: &DesiredMailbox, found: &'a Found) -> Option<Self> {
        let state = &found.state;
        if found.is_new || !observe::hides(state.dialect.family) {
            return None;
        }
        let shares = wish.access.iter().chain(wish.here.values().flatten());
        let taken = shares.filter(|share| share.access == Access::None);
        // Who cannot be spelled here has no entry; the plan tells it.
        let about = taken.filter_map(|share| decide::spell(state, &share.who).ok());
        let about: Vec<String> = about.collect();
        (!about.is_empty()).then_some(Self { name, state, about })
    }

    fn look(&self, sessions: &Sessions) -> Result<(Mailbox, Looked)> {
        let mut mailbox = self.state.clone();
        let mut opened = sessions.open(self.name)?;
        let look = |opened: &Opened, login: &str| sessions.view(opened, login, observe::glimpse);
        let provider = sessions.provider();
        let looked =
            unlisted::before_taking(provider, &mut opened, &mut mailbox, &self.about, look);
        sessions.leave(opened);
        Ok((mailbox, looked))
    }
}

/// Takes those of the `revealed` folders out of `state` again on which `changes` change nothing: what a
/// plan was made for is found once more by what it names.
pub(crate) fn forget(state: &mut Mailbox, changes: &[Change], revealed: &[String]) {
    let named: BTreeSet<&String> = changes.iter().map(|change| &change.folder().path).collect();
    let stays = |path: &String| named.contains(path) || !revealed.contains(path);
    state.folders.retain(|folder| stays(&folder.path));
    state.identity_folders.retain(|folder| stays(&folder.path));
}

/// The same of a mailbox that is not open, where there is one: it is opened for it.
///
/// # Errors
/// Whatever opening and reading may meet.
pub fn find_named(
    provider: &Provider,
    name: &MailboxName,
    mut found: Found,
    changes: &[Change<String>],
) -> Result<Found> {
    if !found.is_new && !unlisted(&found.state, changes).is_empty() {
        let mut opened = provider.open(name)?;
        reveal_named(&mut opened, &mut found.state, changes)?;
    }
    Ok(found)
}

/// Adds to `state` the folders that `changes` change entries on and that no list showed, read by name.
///
/// # Errors
/// Whatever the session may meet.
pub fn reveal_named<P: Named>(
    opened: &mut Opened,
    state: &mut Mailbox,
    changes: &[Change<P>],
) -> Result<()> {
    let subscribed = unlisted(state, changes);
    if subscribed.is_empty() {
        return Ok(());
    }
    let seen = Visible {
        subscribed,
        ..Visible::default()
    };
    observe::reveal(opened, state, &seen).map(drop)
}

/// The paths of folders on which `changes` change entries, and that are not in `state`.
pub(crate) fn unlisted<P: Named>(state: &Mailbox, changes: &[Change<P>]) -> BTreeSet<String> {
    if !observe::hides(state.dialect.family) {
        return BTreeSet::new();
    }
    let there = |path: &str| decide::all_folders(state).any(|folder| folder.path == path);
    let (mut named, mut made) = (BTreeSet::new(), BTreeSet::new());
    for change in changes {
        match change {
            Change::Entry(Entry { folder, .. }) => named.insert(folder.path()),
            Change::Create(Create { folder, .. }) => made.insert(folder.path()),
            _ => continue,
        };
    }
    let named = named.difference(&made).filter(|path| !there(path));
    named.map(|path| (*path).to_owned()).collect()
}

/// A folder as a change names it.
pub trait Named {
    /// Its path in the mailbox.
    fn path(&self) -> &str;
}

impl Named for String {
    fn path(&self) -> &str {
        self
    }
}

impl Named for crate::model::plan::Place {
    fn path(&self) -> &str {
        &self.path
    }
}
