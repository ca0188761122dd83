//! Shared mailboxes in the namespaces of a session.

use super::courier;
use crate::error::Result;
use crate::imap::{ListOptions, Listed, Namespace, Namespaces, Pattern, Session};
use crate::model::address::{Address, MailboxName};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::login::Spelling;
use crate::model::tree::Tree;
use std::collections::BTreeSet;

/// A shared mailbox that a session sees.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Its names.
    pub tree: Tree,
    /// How its owner is spelled, where it lies among the other users' mailboxes.
    pub owner: Option<String>,
    /// What stands behind the namespace's prefix, where it lies in a shared one: the same for
    /// everybody, whatever prefix they see.
    pub relative: Option<Vec<u8>>,
    /// How this server spells people, as far as the mailbox's own name shows it.
    pub people: Spelling,
}

/// The session user's own mailbox, by her personal namespace.
pub(super) fn personal(session: &mut Session) -> Result<Tree> {
    let namespaces = session.namespaces()?;
    let foreign = namespaces.other_users.iter().chain(&namespaces.shared);
    let foreign = foreign.map(|namespace| namespace.prefix.clone()).collect();
    Ok(match namespaces.personal.as_slice() {
        [] => Tree::personal(b"", None, foreign),
        [own] => Tree::personal(&own.prefix, own.separator, foreign),
        // Of several, none is left out: their folders are called by their whole names.
        [own, ..] => Tree::personal(b"", own.separator, foreign),
    })
}

/// The mailbox called `name` among the other users' and the shared namespaces of `session`.
pub(super) fn find_in_namespaces(
    session: &mut Session,
    name: &MailboxName,
) -> Result<Option<Sight>> {
    for sight in candidates(session, name)? {
        if exists(session, &sight.tree)? {
            return Ok(Some(sight));
        }
    }
    Ok(None)
}

/// Where `name` would lie in each namespace of `session`, likeliest first; nothing is said of
/// whether it is there.
pub(super) fn candidates(session: &mut Session, name: &MailboxName) -> Result<Vec<Sight>> {
    let family = session.server_family();
    let namespaces = session.namespaces()?;
    match name {
        MailboxName::Address(address) => Ok(by_address(&namespaces, address, family)),
        MailboxName::Path(path) => by_path(session, &namespaces, path, family),
    }
}

fn by_address(namespaces: &Namespaces, address: &Address, family: Family) -> Vec<Sight> {
    let spellings = [
        (address.to_string(), Spelling::Address),
        (address.local().to_owned(), Spelling::LocalPart),
    ];
    let theirs = namespaces
        .other_users
        .iter()
        .map(|namespace| (namespace, true));
    let shared = namespaces.shared.iter().map(|namespace| (namespace, false));
    let mut sights = Vec::new();
    for (namespace, is_theirs) in theirs.chain(shared) {
        for (spelled, people) in &spellings {
            let trees = match family {
                Family::Cyrus => cyrus_tree(namespace, spelled).into_iter().collect(),
                Family::Courier => courier::trees(namespace, spelled),
                _ => Vec::from_iter(tree(namespace, spelled)),
            };
            sights.extend(trees.into_iter().map(|tree| Sight {
                relative: (!is_theirs).then(|| relative(&tree, namespace)),
                owner: is_theirs.then(|| spelled.clone()),
                people: *people,
                tree,
            }));
        }
    }
    sights
}

fn by_path(
    session: &mut Session,
    namespaces: &Namespaces,
    path: &str,
    family: Family,
) -> Result<Vec<Sight>> {
    let cyrus = family == Family::Cyrus;
    let Ok(root) = WireName::from_unicode(path) else {
        return Ok(Vec::new());
    };
    let holds = |n: &&Namespace| root.as_bytes().starts_with(&n.prefix);
    let theirs = namespaces
        .other_users
        .iter()
        .filter(|n| !n.prefix.is_empty())
        .find(holds);
    let shared = namespaces
        .shared
        .iter()
        .filter(holds)
        .max_by_key(|n| n.prefix.len());
    let Some(namespace) = theirs.or(shared) else {
        return Ok(Vec::new());
    };
    let tail = root
        .as_bytes()
        .iter()
        .rposition(|b| *b == b'@')
        .filter(|_| cyrus);
    let tree = match tail {
        Some(at) => {
            let (stem, tail) = root.as_bytes().split_at(at);
            Tree::with_tail(stem, tail, namespace.separator)
        }
        None => Tree::below(&root, namespace.separator),
    };
    let within = relative(&tree, namespace);
    let owner = theirs.map(|namespace| owner_of(&within, namespace, family));
    let people = match &owner {
        Some(owner) if !owner.contains('@') => Spelling::LocalPart,
        None if cyrus => spelling_of_neighbours(session, namespaces)?,
        _ => Spelling::Address,
    };
    let relative = owner.is_none().then_some(within);
    Ok(vec![Sight {
        tree,
        owner,
        relative,
        people,
    }])
}

/// What stands behind the namespace's prefix in the name of the mailbox itself.
fn relative(tree: &Tree, namespace: &Namespace) -> Vec<u8> {
    let root = tree.root().as_bytes();
    root.strip_prefix(&namespace.prefix[..])
        .unwrap_or(root)
        .to_vec()
}

/// The user whose mailbox is called `within` among the other users'.
fn owner_of(within: &[u8], namespace: &Namespace, family: Family) -> String {
    let name = WireName::from_wire(within).to_unicode();
    match family {
        // Where the dot separates folders, Cyrus writes a dot in a user's name as ^.
        Family::Cyrus if namespace.separator == Some('.') => name.replace('^', "."),
        Family::Courier => courier::account(&name),
        _ => name,
    }
}

/// How Cyrus spells people, by the names of their mailboxes.
fn spelling_of_neighbours(session: &mut Session, namespaces: &Namespaces) -> Result<Spelling> {
    for namespace in &namespaces.other_users {
        let names = session.list(
            &Pattern::children(&namespace.prefix),
            ListOptions::default(),
        )?;
        if names
            .iter()
            .any(|listed| listed.name.as_bytes().contains(&b'@'))
        {
            return Ok(Spelling::Address);
        }
    }
    Ok(Spelling::LocalPart)
}

/// Where Cyrus keeps what was deleted until it is expired (its default `deletedprefix`).
const DELETED: &[u8] = b"DELETED";

/// Every shared mailbox that `session` sees, by the names of their own folders: one level below
/// each namespace of other users and each shared one.
///
/// # Errors
/// Whatever the session may meet.
pub fn in_sight(session: &mut Session) -> Result<Vec<(String, Sight)>> {
    let family = session.server_family();
    let cyrus = family == Family::Cyrus;
    let namespaces = session.namespaces()?;
    let mut found = Vec::new();
    for namespace in &namespaces.other_users {
        for name in children(session, namespace)? {
            let within = name
                .as_bytes()
                .strip_prefix(&namespace.prefix[..])
                .unwrap_or_default();
            let owner = owner_of(within, namespace, family);
            let address = owner.contains('@');
            let tree = if cyrus && address {
                cyrus_tree(namespace, &owner)
            } else {
                None
            };
            let tree = tree.unwrap_or_else(|| Tree::below(&name, namespace.separator));
            let people = if address {
                Spelling::Address
            } else {
                Spelling::LocalPart
            };
            found.push((
                owner.clone(),
                Sight {
                    tree,
                    owner: Some(owner),
                    relative: None,
                    people,
                },
            ));
        }
    }
    for namespace in &namespaces.shared {
        for name in children(session, namespace)? {
            let deleted = cyrus && name.as_bytes() == DELETED;
            if namespace.prefix.is_empty() && (deleted || belongs_elsewhere(&name, &namespaces)) {
                continue;
            }
            let called = name.to_unicode();
            found.extend(
                by_path(session, &namespaces, &called, family)?
                    .into_iter()
                    .map(|s| (called.clone(), s)),
            );
        }
    }
    Ok(found)
}

/// The names one level below a namespace's prefix.
fn children(session: &mut Session, namespace: &Namespace) -> Result<Vec<WireName>> {
    let listed = session.list(
        &Pattern::children(&namespace.prefix),
        ListOptions::default(),
    )?;
    // A Cyrus with virtual domains lists user/x@domain, and above its folders a user/x that is none.
    let stem = |listed: &Listed| {
        let name = listed.name.as_bytes();
        let at = name.iter().rposition(|byte| *byte == b'@')?;
        Some(name[..at].to_vec())
    };
    let stems: BTreeSet<Vec<u8>> = listed.iter().filter_map(stem).collect();
    let real = |listed: &Listed| listed.is_selectable() || !stems.contains(listed.name.as_bytes());
    let names = listed.into_iter().filter(real).map(|listed| listed.name);
    Ok(names
        .filter(|name| name.as_bytes() != &namespace.prefix[..])
        .collect())
}

/// Whether a name below the empty prefix is one of the other users', or the session's own.
fn belongs_elsewhere(name: &WireName, namespaces: &Namespaces) -> bool {
    let mut claimed = namespaces.other_users.iter().chain(&namespaces.personal);
    name.is_inbox()
        || claimed.any(|namespace| {
            let end = namespace.separator.map(|c| c as u8);
            let prefix = &namespace.prefix;
            let bare = prefix.strip_suffix(end.as_slice()).unwrap_or(prefix);
            !prefix.is_empty() && (name.as_bytes() == bare || name.as_bytes().starts_with(prefix))
        })
}

pub(super) fn tree(namespace: &Namespace, spelled: &str) -> Option<Tree> {
    let name = WireName::from_unicode(spelled).ok()?;
    let root = WireName::from_wire([&namespace.prefix, name.as_bytes()].concat());
    Some(Tree::below(&root, namespace.separator))
}

/// On Cyrus a dot in a user's name is written `^` where the dot is the separator, and a domain
/// stands behind the whole folder name.
fn cyrus_tree(namespace: &Namespace, spelled: &str) -> Option<Tree> {
    let (local, domain) = match spelled.rsplit_once('@') {
        Some((local, domain)) => (local, format!("@{domain}")),
        None => (spelled, String::new()),
    };
    let local = if namespace.separator == Some('.') {
        local.replace('.', "^")
    } else {
        local.to_owned()
    };
    let name = WireName::from_unicode(&local).ok()?;
    let stem = [&namespace.prefix, name.as_bytes()].concat();
    Some(Tree::with_tail(
        &stem,
        domain.as_bytes(),
        namespace.separator,
    ))
}

fn exists(session: &mut Session, tree: &Tree) -> Result<bool> {
    let listed = session.list(&Pattern::exactly(tree.root()), ListOptions::default())?;
    Ok(listed.iter().any(|name| !name.is("\\nonexistent")))
}
