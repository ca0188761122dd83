//! Rows that cannot both be true: different access for the same WHO on the same folders.

use super::Row;
use super::faults::Faults;
use crate::model::address::MailboxName;
use crate::model::who::Who;
use crate::model::wish::{Access, Scope};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Of whom and what something is said: of all folders, or of one, with those below or without.
type Said<'a> = (&'a MailboxName, &'a Who, Option<(String, bool)>);

/// Tells every row that says something else than one above it.
pub(super) fn find(rows: &[Row], faults: &mut Faults) {
    let mut said: BTreeMap<Said, (usize, Access)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.wish.access != Access::Same) {
        let told = row.wish.who.iter().flat_map(|who| {
            let scopes = scopes(&row.wish.folders).into_iter();
            scopes.map(move |scope| (&row.mailbox, who, scope))
        });
        for about in told {
            match said.entry(about) {
                Entry::Vacant(free) => drop(free.insert((row.number, row.wish.access))),
                Entry::Occupied(first) if first.get().1 == row.wish.access => {}
                Entry::Occupied(first) => {
                    let (who, other) = (first.key().1, first.get().0);
                    let what = format!("{who} gets something else by row {other}");
                    let hint = "leave one of the two out".to_owned();
                    faults.in_row(row.number, &what, Some(hint));
                    break;
                }
            }
        }
    }
}

fn scopes(folders: &Scope) -> Vec<Option<(String, bool)>> {
    match folders {
        Scope::Every => vec![None],
        Scope::Folders { paths, recurse } => {
            let is_inbox = |path: &String| path.eq_ignore_ascii_case("INBOX");
            let one = |path: &String| match is_inbox(path) {
                true => Some(("INBOX".to_owned(), *recurse)),
                false => Some((path.clone(), *recurse)),
            };
            paths.iter().map(one).collect()
        }
    }
}
