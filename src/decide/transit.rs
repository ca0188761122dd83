//! Messages on their way from one folder of a mailbox into another: what stands in it, and the changes that it takes.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Copy, Move};
use crate::model::messages::{Lie, Lying};
use crate::model::plan::Place;
use crate::model::selection::Selection;
use crate::model::state::{Folder, Mailbox};
use crate::model::template::Template;
use crate::model::uids::Uids;
use crate::model::wish::Scope;
use crate::model::words::some;
use std::collections::{BTreeMap, BTreeSet};

/// As many messages go with one command, and stand in one line of the log.
const BATCH: u32 = 1_000;
/// As many ranges of them: a line that every server takes (RFC 7162, section 4).
const RANGES: usize = 250;

/// Whether mail only passes through `folder`: it waits to be sent or to be deleted.
pub(super) fn is_passing(folder: &Folder) -> bool {
    let passing = ["trash", "junk", "spam", "drafts"];
    let used = folder.special_use.as_deref().unwrap_or_default();
    let is_used = |name: &&str| {
        used.strip_prefix('\\')
            .is_some_and(|used| used.eq_ignore_ascii_case(name))
    };
    let is_called = |name: &&str| folder.path.eq_ignore_ascii_case(name);
    passing.iter().any(|name| is_used(name) || is_called(name))
}

/// Whether mail of `selection` goes out of `folder`: what waits to be sent or to be deleted is only meant where it is
/// named.
pub fn is_source(selection: &Selection, folder: &Folder) -> bool {
    selection.folders != Scope::Every || !is_passing(folder)
}

/// Whether mail of `selection` goes out of `folder` on its way `to` somewhere else: what is archived stays, and what
/// waits to be sent or to be deleted is only meant where it is named.
pub(super) fn leaves(folder: &Folder, selection: &Selection, to: &Template) -> bool {
    selection.folders != Scope::Every || !is_passing(folder) && !to.makes(&folder.path)
}

/// The parts of `uids` of which each goes with one command.
pub(super) fn parts(uids: &Uids) -> Vec<Uids> {
    uids.parts(BATCH, RANGES)
}

/// The same of messages of these `sizes`, each part with how long it is.
fn sized(sizes: &BTreeMap<u32, u64>) -> impl Iterator<Item = (Uids, u64)> + '_ {
    let uids: Uids = sizes.keys().copied().collect();
    let of = |uids: &Uids| uids.iter().filter_map(|uid| sizes.get(&uid)).sum();
    parts(&uids).into_iter().map(move |uids| {
        let size = of(&uids);
        (uids, size)
    })
}

/// What moves the messages of these `sizes`, by their UIDs in `folder`, to `to`.
pub(super) fn moves(
    folder: &Place,
    uid_validity: u32,
    sizes: &BTreeMap<u32, u64>,
    to: &Place,
) -> Vec<Change> {
    let part = |(uids, size): (Uids, u64)| {
        Change::Move(Move {
            folder: folder.clone(),
            uid_validity,
            uids,
            size,
            to: to.clone(),
            at: None,
            next: None,
        })
    };
    sized(sizes).map(part).collect()
}

/// What leaves copies of the messages of these `sizes`, by their UIDs in `folder`, in `to`.
pub(super) fn copies(
    (folder, uid_validity): (&Place, u32),
    sizes: &BTreeMap<u32, u64>,
    to: &Place,
) -> Vec<Change> {
    let part = |(uids, size): (Uids, u64)| {
        Change::Copy(Copy {
            folder: folder.clone(),
            uid_validity,
            uids,
            size,
            to: to.clone(),
            at: None,
            next: None,
            went: Vec::new(),
        })
    };
    sized(sizes).map(part).collect()
}

/// Refuses, before anything is sent, what the server would refuse halfway: messages are `going` from a folder to the
/// path of another one, and what was found of both stands in `lies`.
pub(super) fn passable(
    state: &Mailbox,
    lies: &[Lie],
    going: &BTreeSet<(&Place, &str)>,
) -> Result<()> {
    let goes = |place: &Place| going.iter().any(|(from, _)| *from == place);
    let stuck = |lying: &Lying| !lying.all.is_empty() && !lying.moves;
    if lies
        .iter()
        .any(|lie| lie.found.as_ref().is_ok_and(stuck) && goes(&lie.place))
    {
        let what = "the server neither moves messages (MOVE) nor removes exactly those that were copied (UIDPLUS): \
             a bare EXPUNGE would take what others marked, too";
        let error = Error::new(Exit::Refused, what).about(&state.name);
        return Err(error.hint("sharemail mail export takes mail out of it, and leaves it there"));
    }
    let mut lacking: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for lie in lies {
        let Ok(lying) = &lie.found else { continue };
        let receives = going.iter().any(|(_, to)| *to == lie.place.path);
        let is_lacking = match lying.lacks.as_str() {
            "" => false,
            "i" => receives,
            _ => goes(&lie.place),
        };
        if is_lacking {
            let paths = lacking.entry(&lying.lacks).or_default();
            paths.push(lie.place.path.clone());
        }
    }
    let Some((letters, mut paths)) = lacking.into_iter().next() else {
        return Ok(());
    };
    paths.dedup();
    let letters: Vec<String> = letters.chars().map(String::from).collect();
    let what = format!(
        "mail cannot go {} {}: whoever opens the mailbox lacks the {} right there",
        if letters == ["i"] { "into" } else { "out of" },
        some(&paths),
        letters.join(" and the "),
    );
    Err(Error::new(Exit::Refused, what).about(&state.name))
}
