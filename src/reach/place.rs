//! Where a folder of a mailbox lies, by its path as people write it.

use super::Opened;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::dialect::Family;
use crate::model::groupware::holds_no_mail;
use crate::model::plan::Place;
use crate::model::state::Mailbox;
use crate::model::tree::Tree;

/// The folder called `path` in the mailbox of `opened`, whether it is there or not.
///
/// # Errors
/// [`Exit::Usage`] where it can be no folder's name.
pub fn place(opened: &Opened, path: &str) -> Result<Place> {
    place_in(&opened.tree, opened.dialect.family, path)
}

/// The same before the mailbox is opened: what it is called on the wire is found out later.
///
/// # Errors
/// As [`place`].
pub fn on_paper(state: &Mailbox, path: &str) -> Result<Place> {
    let tree = Tree::personal(b"", Some('/'), Vec::new());
    place_in(&tree, state.dialect.family, path).map_err(|error| error.about(&state.name))
}

fn place_in(tree: &Tree, family: Family, path: &str) -> Result<Place> {
    // Cyrus reads a domain behind the one and before the other: the folder would be made in
    // another mailbox.
    if family == Family::Cyrus && path.contains(['@', '!']) {
        let what =
            format!("{path:?} names no folder: Cyrus takes @ and ! for the marks of a domain");
        return Err(Error::new(Exit::Usage, what));
    }
    if holds_no_mail(family, path) {
        let what =
            format!("{path:?} names no mail folder: Cyrus keeps calendars and the like there");
        return Err(Error::new(Exit::Usage, what));
    }
    match tree.wire(path) {
        Ok(wire) => Ok(Place {
            path: path.to_owned(),
            wire,
        }),
        Err(why) => {
            let error = Error::new(Exit::Usage, format!("{path:?} names no folder: {why}"));
            Err(error.hint("a path is written Archive/2025, without a / at its ends"))
        }
    }
}
