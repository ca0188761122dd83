//! The folders that a shared mailbox has from the start, and the rights that new ones get.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::change::{Change, Create, Delete, Entry};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::plan::{Place, Plan};
use crate::model::state::{Folder, Mailbox, messages};

/// The folders that `create` makes, with their special use (RFC 6154).
pub const STANDARD_FOLDERS: [(&str, &str); 4] = [
    ("Sent", "\\Sent"),
    ("Drafts", "\\Drafts"),
    ("Trash", "\\Trash"),
    ("Archive", "\\Archive"),
];

/// The folders of `wanted` (path, special use) that `mailbox` has not: neither one of that name
/// nor one of that special use. `wire` gives a path's name on the wire.
pub fn missing_folders(
    mailbox: &Mailbox,
    wanted: &[(String, Option<String>)],
    wire: impl Fn(&str) -> WireName,
) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    for (path, special_use) in wanted {
        let used = mailbox
            .folders
            .iter()
            .any(|folder| special_use.is_some() && folder.special_use == *special_use);
        if mailbox.folder(path).is_none() && !used {
            let folder = Place {
                path: path.clone(),
                wire: wire(path),
            };
            plan.changes.push(Change::Create(Create {
                folder,
                special_use: special_use.clone(),
            }));
        }
    }
    plan
}

/// The plan that takes away every entry but the owner's and the administrator's: what a server
/// put on a new mailbox by itself, such as `anyone lrs`.
pub fn strip(mailbox: &Mailbox) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    let kept = |identifier: &str| {
        mailbox.is_builtin(identifier)
            || mailbox.owner.as_deref() == Some(identifier)
            || mailbox.administrator.as_deref() == Some(identifier)
    };
    for folder in &mailbox.folders {
        for (identifier, before) in folder.entries().filter(|(identifier, _)| !kept(identifier)) {
            plan.changes.push(Change::Entry(Entry {
                folder: folder.place(),
                identifier: identifier.to_owned(),
                before: Some(before),
                after: None,
            }));
        }
    }
    plan
}

/// The plan that takes the mailbox away as a whole, with all that is in it.
pub fn whole_removal(mailbox: &Mailbox) -> Plan {
    let all = mailbox.folders.iter().chain(&mailbox.identity_folders);
    let root = mailbox.folders.iter().find(|folder| folder.path == "INBOX");
    let change = root.map(|root| {
        Change::Delete(Delete {
            folder: root.place(),
            messages: messages(all),
        })
    });
    Plan {
        mailbox: mailbox.name.clone(),
        changes: change.into_iter().collect(),
    }
}

/// The plan that deletes `folders`, deepest first. The administrator of a Cyrus is given the right
/// to do so first (`x`), and a user's whole tree goes there with its root.
pub fn removal(mailbox: &Mailbox, folders: &[&Folder]) -> Plan {
    let mut plan = Plan::new(&mailbox.name);
    let cyrus = mailbox.dialect.family == Family::Cyrus;
    let root = folders.iter().find(|folder| folder.path == "INBOX");
    let all: Option<u64> = messages(folders.iter().copied());
    let mut going: Vec<(&Folder, Option<u64>)> = match root {
        Some(root) if cyrus && mailbox.owner.is_some() => vec![(root, all)],
        _ => folders
            .iter()
            .map(|folder| (*folder, folder.messages))
            .collect(),
    };
    let depth = |folder: &Folder| (folder.path != "INBOX", folder.path.split('/').count());
    going.sort_by_key(|(folder, _)| std::cmp::Reverse(depth(folder)));
    let administrator = mailbox.administrator.as_deref().filter(|_| cyrus);
    for (folder, _) in &going {
        let Some(administrator) = administrator else {
            break;
        };
        let before = folder.rights_of(administrator);
        let Ok(after) = before.unwrap_or_default().with('x') else {
            continue;
        };
        if before != Some(after) {
            plan.changes.push(Change::Entry(Entry {
                folder: folder.place(),
                identifier: administrator.to_owned(),
                before,
                after: Some(after),
            }));
        }
    }
    for (folder, messages) in going {
        plan.changes.push(Change::Delete(Delete {
            folder: folder.place(),
            messages,
        }));
    }
    plan
}

/// The entries of new folders at `places`: those of the mailbox itself (its INBOX), but for the owner's
/// and those that the server keeps by itself.
///
/// # Errors
/// [`Exit::Partly`] where those could not be read: what a new folder shall have, nobody knows then.
pub fn inherited<'p>(
    mailbox: &Mailbox,
    places: impl IntoIterator<Item = &'p Place>,
) -> Result<Vec<Change>> {
    let Some(root) = mailbox.root() else {
        return Ok(Vec::new());
    };
    if let Err(why) = &root.acl {
        let what = format!(
            "a new folder gets the entries of the mailbox itself, which could not be read {why}"
        );
        return Err(Error::new(Exit::Partly, what).about(&mailbox.name));
    }
    let is_the_servers = |identifier: &str| {
        mailbox.owner.as_deref() == Some(identifier) || mailbox.is_builtin(identifier)
    };
    let given = |place: &Place| {
        let place = place.clone();
        let all = root.entries().filter(|(name, _)| !is_the_servers(name));
        all.map(move |(identifier, rights)| {
            Change::Entry(Entry {
                folder: place.clone(),
                identifier: identifier.to_owned(),
                before: None,
                after: Some(rights),
            })
        })
    };
    Ok(places.into_iter().flat_map(given).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::mailbox;

    #[test]
    fn a_new_mailbox_keeps_nothing_that_was_not_asked_for() {
        let fresh = mailbox(&[(
            "INBOX",
            &[("support@example.com", "lra"), ("anyone", "lrs")],
        )]);
        let plan = strip(&fresh);
        assert_eq!(plan.changes.len(), 1);
        assert!(matches!(&plan.changes[0],
            Change::Entry(Entry { identifier, after: None, .. }) if identifier == "anyone"));
    }

    #[test]
    fn a_folder_that_is_there_under_another_name_is_not_made_twice() {
        let mut there = mailbox(&[("INBOX", &[]), ("Sent Items", &[])]);
        there.folders[1].special_use = Some("\\Sent".into());
        let wanted: Vec<_> = STANDARD_FOLDERS
            .map(|(path, special_use)| (path.to_owned(), Some(special_use.to_owned())))
            .to_vec();
        let plan = missing_folders(&there, &wanted, |path| WireName::from_wire(path.as_bytes()));
        let made: Vec<_> = plan
            .changes
            .iter()
            .map(|c| c.folder().path.as_str())
            .collect();
        assert_eq!(made, ["Drafts", "Trash", "Archive"]);
    }

    #[test]
    fn a_new_folder_gets_the_mailboxs_grants_and_none_where_they_are_unread() {
        let mut state = mailbox(&[(
            "INBOX",
            &[("alice@example.com", "lrs"), ("support@example.com", "lra")],
        )]);
        let new = Place {
            path: "New".into(),
            wire: WireName::from_wire(b"New"),
        };
        let entries = inherited(&state, [&new]).unwrap();
        let [
            Change::Entry(Entry {
                identifier,
                before,
                after,
                folder,
            }),
        ] = &entries[..]
        else {
            panic!("{entries:?}");
        };
        assert_eq!(
            (&**identifier, *before, folder),
            ("alice@example.com", None, &new)
        );
        assert_eq!(after.unwrap().to_string(), "lrs");
        state.folders[0].acl = Err("(SERVERBUG)".into());
        assert_eq!(inherited(&state, [&new]).unwrap_err().exit(), Exit::Partly);
    }
}
