//! A folder that somebody took from the owner's list, and what gives it back to her.

use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::dialect::Family;
use crate::model::rights::Rights;
use crate::model::state::{Acl, Folder, Mailbox};

/// The changes after which the owner's list shows `folder` again, by its `entries` as they are stored;
/// nothing where those do not say what hides it.
///
/// On Dovecot an entry for the owner by name counts in place of one for `owner`, and that in place of
/// all rights, which she has by herself; negative entries for either take from what is left. Her own
/// session is shown the ones for `owner` under her name, where they can neither be changed nor taken
/// away: members are shown what is stored.
pub fn unhide(mailbox: &Mailbox, folder: &Folder, entries: &Acl) -> Vec<Change> {
    if mailbox.dialect.family != Family::Dovecot {
        return Vec::new();
    }
    let Ok(listed) = Rights::NONE.with('l') else {
        return Vec::new();
    };
    let own = mailbox.owner.as_deref().filter(|name| *name != "owner");
    let names = || own.into_iter().chain(["owner"]);
    let change = |identifier: String, before: Rights, after: Option<Rights>| {
        Change::Entry(Entry {
            folder: folder.place(),
            identifier,
            before: Some(before),
            after,
        })
    };
    let counts = names().find_map(|name| Some((name, entries.get(name).copied()?)));
    let lacks = counts.filter(|(_, rights)| !rights.has('l'));
    let given = lacks.map(|(name, rights)| {
        let after = Some(rights.union(listed));
        change(name.to_owned(), rights, after)
    });
    let taken = names().filter_map(|name| {
        let negative = format!("-{name}");
        let before = entries.get(negative.as_str()).copied();
        let before = before.filter(|taken| taken.has('l'))?;
        let after = before.minus(listed);
        Some(change(
            negative,
            before,
            (!after.is_empty()).then_some(after),
        ))
    });
    taken.chain(given).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    fn given_back(entries: &[(&str, &str)]) -> Vec<String> {
        let state = mailbox(&[("INBOX", &[]), ("Team", entries)]);
        let folder = &state.folders[1];
        let changes = unhide(&state, folder, folder.acl.as_ref().unwrap());
        let words = |change: &Change| match change {
            Change::Entry(Entry {
                identifier, after, ..
            }) => format!("{identifier} {}", after.unwrap_or_default()),
            other => panic!("{other:?}"),
        };
        changes.iter().map(words).collect()
    }

    #[test]
    fn the_entry_that_counts_gets_l_and_the_one_that_takes_it_loses_it() {
        assert_eq!(given_back(&[("owner", "a")]), ["owner la"]);
        assert_eq!(given_back(&[("-owner", "l")]), ["-owner "]);
        assert_eq!(given_back(&[("-owner", "lr")]), ["-owner r"]);
        let own = ("support@example.com", "ra");
        assert_eq!(
            given_back(&[own, ("owner", "a"), ("-support@example.com", "l")]),
            ["-support@example.com ", "support@example.com lra"]
        );
    }

    #[test]
    fn what_hides_it_otherwise_is_not_guessed() {
        assert_eq!(given_back(&[]), Vec::<String>::new());
        assert_eq!(given_back(&[("owner", "la"), ("-$team", "l")]), [""; 0]);
        let own = ("support@example.com", "la");
        assert_eq!(given_back(&[own, ("owner", "a")]), [""; 0]);
        let mut state = mailbox(&[("Team", &[("owner", "a")])]);
        state.dialect.family = Family::Other;
        let folder = &state.folders[0];
        assert_eq!(unhide(&state, folder, folder.acl.as_ref().unwrap()), []);
    }
}
