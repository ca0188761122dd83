//! The entries of the folders, member by member.

use super::Described;
use super::folders::is_nameable;
use super::share::{access, named, order};
use crate::model::desired::Share;
use crate::model::level::Levels;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use crate::model::who::{Who, is_readable};
use crate::model::wish::Access;
use std::collections::{BTreeMap, BTreeSet};

/// What one member has: on every folder, and on single ones in place of that.
struct Told<'a> {
    who: Who,
    everywhere: Option<Access>,
    here: Vec<(&'a str, Access)>,
}

impl Described {
    /// What every member has; the identifiers of those of whom it cannot be told.
    pub(super) fn entries<'s>(&mut self, state: &'s Mailbox, levels: &Levels) -> BTreeSet<&'s str> {
        let mut left_out = BTreeSet::new();
        let mut here: BTreeMap<String, Vec<Share>> = BTreeMap::new();
        for identifier in state.members() {
            let told = match tell(state, levels, identifier) {
                Ok(told) => told,
                Err(why) => {
                    self.remark(format!(
                        "{:?} is left out: {why}",
                        state.dialect.who(identifier)
                    ));
                    left_out.insert(identifier);
                    continue;
                }
            };
            let share = |access| Share {
                who: told.who.clone(),
                access,
            };
            self.mailbox.access.extend(told.everywhere.map(share));
            for (path, access) in told.here {
                here.entry(path.to_owned()).or_default().push(share(access));
            }
        }
        here.values_mut().for_each(|shares| sort(shares));
        sort(&mut self.mailbox.access);
        self.mailbox.here = here;
        left_out
    }
}

fn sort(shares: &mut [Share]) {
    shares.sort_by_cached_key(|share| (order(share.access), share.who.to_string()));
}

fn tell<'a>(state: &'a Mailbox, levels: &Levels, identifier: &str) -> Result<Told<'a>, String> {
    let unnamed = match is_readable(identifier) {
        true => "no file can name it",
        false => {
            "the server's name for it is not UTF-8, and what is shown in its place names nobody"
        }
    };
    let who = named(state, identifier).ok_or(unnamed)?;
    let kept = |folder: &&Folder| folder.rights_of(identifier).is_some();
    if let (true, Some(folder)) = (
        identifier.starts_with('-'),
        state.identity_folders.iter().find(kept),
    ) {
        return Err(format!(
            "it takes rights away on {:?}, of which a file says only who may send",
            folder.path
        ));
    }
    let folders = || state.folders.iter().filter(|folder| folder.acl.is_ok());
    let everywhere = usual(folders().map(|folder| folder.rights_of(identifier)));
    let meant = |rights: Rights| {
        access(state, levels, rights)
            .map_err(|why| format!("it holds {rights}, which cannot be granted: {why}"))
    };
    let mut told = Told {
        who,
        everywhere: everywhere.map(meant).transpose()?,
        here: Vec::new(),
    };
    for folder in folders() {
        let rights = folder.rights_of(identifier);
        if rights == everywhere {
            continue;
        }
        if !is_nameable(state, folder) {
            let name = folder.wire.to_unicode();
            return Err(format!(
                "no file can name the folder {name:?}, where it has other rights"
            ));
        }
        let access = rights.map_or(Ok(Access::None), meant)?;
        told.here.push((&folder.path, access));
    }
    Ok(told)
}

/// What is best said of the mailbox: the entry that most folders have, unless it takes more words
/// than to say of each folder what it gives. Of two that are as good, the one that the first folder
/// has.
fn usual(entries: impl Iterator<Item = Option<Rights>>) -> Option<Rights> {
    let entries: Vec<Option<Rights>> = entries.collect();
    let mut counts: BTreeMap<Rights, usize> = BTreeMap::new();
    for rights in entries.iter().flatten() {
        *counts.entry(*rights).or_default() += 1;
    }
    let first = entries.first().copied().flatten();
    let best = |(rights, count): &(&Rights, &usize)| {
        let is_first = Some(**rights) == first;
        (**count, is_first, std::cmp::Reverse(**rights))
    };
    let (rights, count) = counts.iter().max_by_key(best)?;
    // Once for the mailbox, and for each folder that is otherwise.
    let with = 1 + entries.len() - count;
    let without: usize = counts.values().sum();
    (with <= without).then_some(*rights)
}
