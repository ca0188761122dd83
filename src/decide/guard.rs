//! The guards: plans that are refused whoever asks for them.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::Change;
use crate::model::change::Entry;
use crate::model::folder::WireName;
use crate::model::plan::Plan;
use crate::model::rights::Rights;
use crate::model::state::{Folder, Mailbox};
use std::collections::{BTreeSet, HashMap};

/// Refuses a plan after which nobody could give rights on a folder any more, or that takes the
/// right to do so (`a`) from the owner or from the administrator who is at work.
///
/// # Errors
/// [`Exit::Refused`], naming the folder and who would lose `a`.
pub fn lock_out(mailbox: &Mailbox, plan: &Plan) -> Result<()> {
    own_lock_out(mailbox, plan)?;
    // Whoever is above the entries can give everything back.
    if mailbox.administrator_is_above {
        return Ok(());
    }
    let mut touched: HashMap<&WireName, Vec<&Change>> = HashMap::new();
    for change in &plan.changes {
        if matches!(change, Change::Entry(..)) {
            let changes = touched.entry(&change.folder().wire);
            changes.or_default().push(change);
        }
    }
    for folder in &mailbox.folders {
        let Some(changes) = touched.get(&folder.wire) else {
            continue;
        };
        let (before, after) = (holders(folder, &[]), holders(folder, changes));
        if let (None, true, Some(last)) = (&mailbox.owner, after.is_empty(), before.first()) {
            return Err(refusal(mailbox, &folder.path, last));
        }
    }
    Ok(())
}

/// Refuses a plan that takes `a` from the owner or from the administrator who is at work: even
/// somebody who insists could not take that back.
///
/// # Errors
/// As [`lock_out`].
pub fn own_lock_out(mailbox: &Mailbox, plan: &Plan) -> Result<()> {
    for change in &plan.changes {
        if let Change::Entry(Entry {
            folder,
            identifier,
            before,
            after,
        }) = change
            && loses_a(mailbox, identifier, *before, *after)
        {
            return Err(refusal(mailbox, &folder.path, identifier));
        }
    }
    Ok(())
}

/// Whether a change takes `a` from the owner or the administrator, by their own entry or by a
/// negative one.
fn loses_a(
    mailbox: &Mailbox,
    identifier: &str,
    before: Option<Rights>,
    after: Option<Rights>,
) -> bool {
    let has = |rights: Option<Rights>| rights.is_some_and(|rights| rights.has('a'));
    // What overrides an owner's implicit rights, where the server has none for her in the ACL.
    let owners = |name: &str| mailbox.is_builtin(name) || mailbox.owner.as_deref() == Some(name);
    let kept = |name: &str| owners(name) || mailbox.administrator.as_deref() == Some(name);
    let everybody = |name: &str| matches!(name, "anyone" | "authenticated");
    match identifier.strip_prefix('-') {
        Some(name) => (kept(name) || everybody(name)) && has(after) && !has(before),
        None if owners(identifier) && before.is_none() => after.is_some() && !has(after),
        None => kept(identifier) && has(before) && !has(after),
    }
}

/// Who holds `a` on `folder` after `changes` of its entries.
fn holders(folder: &Folder, changes: &[&Change]) -> BTreeSet<String> {
    let gives =
        |(identifier, rights): &(&str, Rights)| rights.has('a') && !identifier.starts_with('-');
    let mut holders: BTreeSet<String> = folder
        .entries()
        .filter(gives)
        .map(|(identifier, _)| identifier.to_owned())
        .collect();
    for change in changes {
        let Change::Entry(Entry {
            identifier, after, ..
        }) = change
        else {
            continue;
        };
        if identifier.starts_with('-') {
            continue;
        }
        if after.is_some_and(|rights| rights.has('a')) {
            holders.insert(identifier.clone());
        } else {
            holders.remove(identifier);
        }
    }
    holders
}

fn refusal(mailbox: &Mailbox, folder: &str, identifier: &str) -> Error {
    let who = mailbox.dialect.who(identifier);
    let what = format!(
        "refused: on {folder:?}, {who} would lose the right to give rights (a), and with it \
         the mailbox its administrator"
    );
    Error::new(Exit::Refused, what)
        .about(&mailbox.name)
        .hint("give somebody else full access first, or leave this entry as it is")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::access;
    use crate::decide::tests::{mailbox, who};
    use crate::model::level::Levels;
    use crate::model::wish::{Access, AccessWish, Scope};
    use proptest::prelude::*;

    fn revoke(mailbox: &Mailbox, names: &[&str]) -> Result<()> {
        let who = names.iter().map(|name| who(name)).collect();
        let wish = AccessWish {
            who,
            access: Access::None,
            folders: Scope::Every,
            give: Vec::new(),
            include: Vec::new(),
            take: Vec::new(),
        };
        lock_out(
            mailbox,
            &access(mailbox, &wish, &Levels::default()).unwrap(),
        )
    }

    #[test]
    fn the_last_holder_of_a_keeps_it_where_there_is_no_owner() {
        let mut public = mailbox(&[(
            "INBOX",
            &[("alice@example.com", "lra"), ("bob@example.com", "lr")],
        )]);
        public.owner = None;
        assert_eq!(
            revoke(&public, &["alice"]).unwrap_err().exit(),
            Exit::Refused
        );
        assert!(revoke(&public, &["bob"]).is_ok());
    }

    #[test]
    fn one_of_two_holders_may_go_but_not_both_at_once() {
        let mut public = mailbox(&[(
            "INBOX",
            &[("alice@example.com", "lra"), ("bob@example.com", "lra")],
        )]);
        public.owner = None;
        assert!(revoke(&public, &["alice"]).is_ok());
        assert!(revoke(&public, &["alice", "bob"]).is_err());
    }

    #[test]
    fn the_owner_and_the_administrator_are_never_locked_out() {
        let owned = mailbox(&[(
            "INBOX",
            &[
                ("support@example.com", "lra"),
                ("admin@example.com", "lra"),
                ("alice@example.com", "lra"),
            ],
        )]);
        assert!(revoke(&owned, &["support"]).is_err());
        assert!(revoke(&owned, &["admin"]).is_err());
        assert!(revoke(&owned, &["alice"]).is_ok());
    }

    #[test]
    fn a_negative_entry_cannot_lock_the_owner_out_either() {
        let owned = mailbox(&[("INBOX", &[("support@example.com", "lra")])]);
        let wish = AccessWish {
            who: vec![who("id:-support@example.com")],
            access: Access::Rights(Rights::parse("a").unwrap()),
            folders: Scope::Every,
            give: Vec::new(),
            include: Vec::new(),
            take: Vec::new(),
        };
        let plan = access(&owned, &wish, &Levels::default()).unwrap();
        assert!(lock_out(&owned, &plan).is_err());
    }

    #[test]
    fn the_special_names_lock_nobody_out_either() {
        let owned = mailbox(&[("INBOX", &[("support@example.com", "lra")])]);
        for (name, rights) in [
            ("id:-owner", "a"),
            ("id:-anyone", "lra"),
            ("id:-authenticated", "a"),
            ("id:owner", "lr"),
        ] {
            let wish = AccessWish {
                who: vec![who(name)],
                access: Access::Rights(Rights::parse(rights).unwrap()),
                folders: Scope::Every,
                give: Vec::new(),
                include: Vec::new(),
                take: Vec::new(),
            };
            let plan = access(&owned, &wish, &Levels::default()).unwrap();
            assert!(lock_out(&owned, &plan).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn whatever_passes_leaves_somebody_with_a(
            held in proptest::collection::vec("l?r?a?", 3),
            gone in proptest::sample::subsequence(vec!["alice", "bob", "carol"], 0..=3),
        ) {
            let entries: Vec<(&str, &str)> = ["alice@example.com", "bob@example.com", "carol@example.com"]
                .into_iter().zip(held.iter().map(String::as_str)).collect();
            let mut public = mailbox(&[("INBOX", &entries)]);
            public.owner = None;
            let who = gone.iter().map(|name| who(name)).collect();
            let wish = AccessWish { who, access: Access::None, folders: Scope::Every, give: Vec::new(), include: Vec::new(), take: Vec::new() };
            let plan = access(&public, &wish, &Levels::default()).unwrap();
            let changes: Vec<&Change> = plan.changes.iter().collect();
            let had = !holders(&public.folders[0], &[]).is_empty();
            let has = !holders(&public.folders[0], &changes).is_empty();
            prop_assert_eq!(lock_out(&public, &plan).is_ok(), has || !had);
        }
    }
}
