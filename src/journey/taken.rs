//! Folders that the owner's list does not show, where a file takes something away: they are looked for
//! as `revoke` looks for them.

use super::states::Found;
use crate::decide;
use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::change::Change;
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

/// The same of a mailbox that is not open, where there is one: it is opened for it. Added are those of the
/// folders called `named` that no list showed.
///
/// # Errors
/// Whatever opening and reading may meet.
pub fn find_named(
    provider: &Provider,
    name: &MailboxName,
    mut found: Found,
    named: BTreeSet<String>,
) -> Result<Found> {
    if !found.is_new && lacks(&found.state, &named) {
        let mut opened = provider.open(name)?;
        let seen = Visible {
            subscribed: named,
            ..Visible::default()
        };
        observe::reveal(&mut opened, &mut found.state, &seen)?;
    }
    Ok(found)
}

/// Whether one of the folders called `named` is not in `state`, and may be there.
pub(crate) fn lacks(state: &Mailbox, named: &BTreeSet<String>) -> bool {
    let is_there = |path: &String| decide::all_folders(state).any(|folder| folder.path == *path);
    observe::hides(state.dialect.family) && !named.iter().all(is_there)
}
