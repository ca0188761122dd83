//! Shared mailboxes in the namespaces of a session.

use crate::error::Result;
use crate::imap::{ListOptions, Namespace, Pattern, Session};
use crate::model::address::MailboxName;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::login::Spelling;
use crate::model::tree::Tree;

/// A shared mailbox that a session sees.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Its names.
    pub tree: Tree,
    /// How its owner is spelled, where it lies among the other users' mailboxes.
    pub owner: Option<String>,
    /// How this server spells people, as far as the mailbox's own name shows it.
    pub people: Spelling,
}

/// The session user's own mailbox, by her personal namespace.
pub(super) fn personal(session: &mut Session) -> Result<Tree> {
    let namespaces = session.namespaces()?;
    let foreign = namespaces.other_users.iter().chain(&namespaces.shared);
    let foreign = foreign.map(|namespace| namespace.prefix.clone()).collect();
    Ok(match namespaces.personal.first() {
        Some(own) => Tree::personal(&own.prefix, own.separator, foreign),
        None => Tree::personal(b"", None, foreign),
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
    let cyrus = session.server_family() == Family::Cyrus;
    let namespaces = session.namespaces()?;
    let mut sights = Vec::new();
    match name {
        MailboxName::Address(address) => {
            let spellings = [
                (address.to_string(), Spelling::Address),
                (address.local().to_owned(), Spelling::LocalPart),
            ];
            for (namespace, theirs) in
                others(&namespaces.other_users, true).chain(others(&namespaces.shared, false))
            {
                for (spelled, people) in &spellings {
                    let tree = if cyrus {
                        cyrus_tree(namespace, spelled)
                    } else {
                        tree(namespace, spelled)
                    };
                    let owner = theirs.then(|| spelled.clone());
                    sights.extend(tree.map(|tree| Sight {
                        tree,
                        owner,
                        people: *people,
                    }));
                }
            }
        }
        MailboxName::Path(path) => {
            if let Ok(root) = WireName::from_unicode(path) {
                let all = [&namespaces.other_users, &namespaces.shared];
                let home = all
                    .into_iter()
                    .flatten()
                    .filter(|n| root.as_bytes().starts_with(&n.prefix))
                    .max_by_key(|n| n.prefix.len());
                let separator = home.and_then(|n| n.separator);
                let tail = path.rsplit_once('@').filter(|_| cyrus);
                let tree = match tail {
                    Some((stem, domain)) => {
                        Tree::with_tail(stem.as_bytes(), format!("@{domain}").as_bytes(), separator)
                    }
                    None => Tree::below(&root, separator),
                };
                let theirs = namespaces
                    .other_users
                    .iter()
                    .find(|n| root.as_bytes().starts_with(&n.prefix) && !n.prefix.is_empty());
                let owner = theirs.map(|n| {
                    String::from_utf8_lossy(&root.as_bytes()[n.prefix.len()..]).into_owned()
                });
                let people = match &owner {
                    Some(owner) if !owner.contains('@') => Spelling::LocalPart,
                    _ => Spelling::Address,
                };
                sights.push(Sight {
                    tree,
                    owner,
                    people,
                });
            }
        }
    }
    Ok(sights)
}

/// Every shared mailbox that `session` sees, by the names of their own folders: one level below
/// each namespace of other users and each shared one.
///
/// # Errors
/// Whatever the session may meet.
pub fn in_sight(session: &mut Session) -> Result<Vec<(String, Sight)>> {
    let cyrus = session.server_family() == Family::Cyrus;
    let namespaces = session.namespaces()?;
    let mut found: Vec<(String, Sight)> = Vec::new();
    let personal: Vec<Vec<u8>> = namespaces
        .personal
        .iter()
        .map(|n| n.prefix.clone())
        .collect();
    for (namespace, theirs) in
        others(&namespaces.other_users, true).chain(others(&namespaces.shared, false))
    {
        let listed = session.list(
            &Pattern::children(&namespace.prefix),
            ListOptions::default(),
        )?;
        for name in listed {
            let bytes = name.name.as_bytes();
            let Some(rest) = bytes.strip_prefix(&namespace.prefix[..]) else {
                continue;
            };
            let rest = WireName::from_wire(rest).to_unicode();
            let elsewhere = namespace.prefix.is_empty()
                && (name.name.is_inbox()
                    || belongs_elsewhere(bytes, &namespaces.other_users, &personal));
            if elsewhere {
                continue;
            }
            let tree = match (cyrus, rest.rsplit_once('@')) {
                (true, Some(_)) => cyrus_tree(namespace, &rest),
                _ => Some(Tree::below(&name.name, namespace.separator)),
            };
            let people = if rest.contains('@') {
                Spelling::Address
            } else {
                Spelling::LocalPart
            };
            let owner = theirs.then(|| rest.clone());
            let called = if theirs { rest } else { name.name.to_unicode() };
            found.extend(tree.map(|tree| {
                (
                    called,
                    Sight {
                        tree,
                        owner,
                        people,
                    },
                )
            }));
        }
    }
    Ok(found)
}

fn others(namespaces: &[Namespace], theirs: bool) -> impl Iterator<Item = (&Namespace, bool)> {
    namespaces.iter().map(move |namespace| (namespace, theirs))
}

fn belongs_elsewhere(name: &[u8], other_users: &[Namespace], personal: &[Vec<u8>]) -> bool {
    other_users
        .iter()
        .map(|n| &n.prefix)
        .chain(personal)
        .any(|prefix| {
            let bare = prefix
                .strip_suffix(b"/")
                .or(prefix.strip_suffix(b"."))
                .unwrap_or(prefix);
            !prefix.is_empty() && (name == bare || name.starts_with(prefix))
        })
}

fn tree(namespace: &Namespace, spelled: &str) -> Option<Tree> {
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
