//! undo: what takes back the changes of an earlier run, as far as everything is still as that run
//! left it. What each kind of change comes to stands in its file in `model/change`; here is what more than one of
//! them decides together.

mod entries;
mod made;
#[cfg(test)]
mod tests;

pub use crate::model::change::back::{Kept, Reversal};

use crate::model::change::back::{Back, There};
use crate::model::change::{Change, limits, lost, unwritten};
use crate::model::messages::Meant;
use crate::model::plan::Place;
use crate::model::state::Mailbox;
use std::collections::BTreeSet;

/// What puts back, on `mailbox`, the changes that were `done`, first one first; `place` says what a folder
/// that is not there would be called on the wire.
pub fn reversal(
    mailbox: &Mailbox,
    done: &[Change<String>],
    place: &dyn Fn(&str) -> Option<Place>,
) -> Reversal {
    let mut back = Back::new(mailbox, place);
    for change in done {
        change.put_back(&mut back);
    }
    let made = std::mem::take(&mut back.made);
    let entries = std::mem::take(&mut back.entries);
    let kept = |path: &str| mailbox.identity_names.reserve(path);
    for path in made.iter().filter(|path| kept(path)) {
        let is_told = |identifier: &str| entries.contains_key(&(*path, identifier));
        entries::inherited(&mut back.reversal, &back.there, path, is_told);
    }
    let named: BTreeSet<&str> = entries.keys().map(|(_, identifier)| *identifier).collect();
    for ((folder, identifier), mut chain) in entries {
        let is_made = made.contains(folder);
        if is_made && kept(folder) {
            // It stays, and what it inherited when it was made would give identities away. A run that
            // was killed may not have come to take it.
            let inherited = chain.before.take();
            chain.afters.extend(inherited.map(Some));
        }
        let (reversal, there) = (&mut back.reversal, &back.there);
        entries::entry(reversal, there, folder, identifier, &chain, is_made);
    }
    limits(&mut back);
    lost(&mut back);
    unwritten(&mut back);
    made::made(&mut back.reversal, &back.there, &made, &named);
    back.reversal
}

/// The messages whose labels were changed by what was `done`, and that are to be looked for before that is
/// put back: those that are as they were left.
pub(super) fn labelled(mailbox: &Mailbox, done: &[Change<String>]) -> Vec<Meant> {
    let there = There::new(mailbox);
    done.iter()
        .filter_map(|change| change.meant(&there))
        .collect()
}
