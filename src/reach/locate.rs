//! Shared mailboxes in the namespaces of a session.

use super::courier;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{ListOptions, Listed, Namespace, Namespaces, Pattern, Session};
use crate::model::address::{Address, MailboxName};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::home::{Bare, Home};
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

/// The mailbox called `name` among the other users' and the shared namespaces of `session`, whose
/// bare names are those of `home`.
///
/// # Errors
/// [`Exit::Config`] where only a bare name is there, and the profile names no domain that it could be
/// of; whatever the session may meet.
pub(super) fn find_in_namespaces(
    session: &mut Session,
    name: &MailboxName,
    home: &Home,
) -> Result<Option<Sight>> {
    for sight in candidates(session, name, home)? {
        if let Some(tree) = existing(session, &sight.tree)?
            && is_meant(session, name, &sight)?
        {
            return Ok(Some(Sight { tree, ..sight }));
        }
    }
    let MailboxName::Address(address) = name else {
        return Ok(None);
    };
    if home.bare(address) == Bare::Untold {
        let bare = Address::parse(address.local(), None).map(MailboxName::Address);
        for sight in candidates(session, &bare.unwrap_or_else(|_| name.clone()), home)? {
            if existing(session, &sight.tree)?.is_some() {
                return Err(untold(name, &sight));
            }
        }
    }
    Ok(None)
}

/// Where `name` would lie in each namespace of `session`, likeliest first; nothing is said of
/// whether it is there. A bare name stands for an address of `home` alone.
pub(super) fn candidates(
    session: &mut Session,
    name: &MailboxName,
    home: &Home,
) -> Result<Vec<Sight>> {
    let family = session.server_family();
    let namespaces = session.namespaces()?;
    match name {
        MailboxName::Address(address) => Ok(by_address(&namespaces, address, family, home)),
        MailboxName::Path(path) => by_path(session, &namespaces, path, family),
    }
}

fn untold(name: &MailboxName, sight: &Sight) -> Error {
    let what = format!(
        "the server calls a mailbox {:?}, without a domain, and the profile names no domain: whether \
         it is {name} cannot be told",
        sight.tree.root().to_unicode()
    );
    Error::new(Exit::Config, what).hint(
        "set domain in the profile: the domain whose mailboxes the server calls by bare names",
    )
}

/// Whether the bare name under which a mailbox was found on Cyrus is one of the domain of `name`. It
/// is, where the server takes the full name for it (MYRIGHTS); it is not, where other mailboxes carry
/// this very domain: what the server leaves out is then another one.
fn is_meant(session: &mut Session, name: &MailboxName, sight: &Sight) -> Result<bool> {
    let (MailboxName::Address(address), Some(owner)) = (name, &sight.owner) else {
        return Ok(true);
    };
    let cyrus = session.server_family() == Family::Cyrus;
    let Some(domain) = address.domain().filter(|_| cyrus && !owner.contains('@')) else {
        return Ok(true);
    };
    let full = [sight.tree.root().as_bytes(), b"@", domain.as_bytes()].concat();
    if session.my_rights_on(&WireName::from_wire(full))?.is_some() {
        return Ok(true);
    }
    Ok(!carries(session, domain)?)
}

/// Whether any mailbox among the other users' carries this domain in its name.
pub(super) fn carries(session: &mut Session, domain: &str) -> Result<bool> {
    for namespace in &session.namespaces()?.other_users {
        let pattern = Pattern::children_of_domain(&namespace.prefix, domain);
        if !session.list(&pattern, ListOptions::default())?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn by_address(
    namespaces: &Namespaces,
    address: &Address,
    family: Family,
    home: &Home,
) -> Vec<Sight> {
    let mut spellings = vec![(address.to_string(), Spelling::Address)];
    if home.bare(address) == Bare::Its {
        spellings.push((address.local().to_owned(), Spelling::LocalPart));
    }
    spellings.dedup_by(|a, b| a.0 == b.0);
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
                Family::Courier => {
                    let names = courier::names(spelled);
                    names
                        .iter()
                        .flat_map(|name| trees(namespace, name))
                        .collect()
                }
                _ => trees(namespace, spelled),
            };
            sights.extend(trees.into_iter().map(|tree| Sight {
                relative: (!is_theirs).then(|| relative(&tree, namespace)),
                owner: is_theirs.then(|| spelled.clone()),
                people: if spelled.contains('@') {
                    *people
                } else {
                    Spelling::LocalPart
                },
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
        None if cyrus => Tree::below_bare(&root, namespace.separator),
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
    namespace.within(root).unwrap_or(root).to_vec()
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
    in_sight_of(session, None)
}

/// The same, where `listed` is all that the session's namespaces hold: what a server shows one level
/// below a namespace is not asked for where its whole names tell.
///
/// A Cyrus with virtual domains and dots between folders cuts the domain at its dot there
/// (`\Noselect user.alice@example`), so that no mailbox is to be seen.
///
/// # Errors
/// Whatever the session may meet.
pub fn in_sight_of(
    session: &mut Session,
    listed: Option<&[Listed]>,
) -> Result<Vec<(String, Sight)>> {
    let family = session.server_family();
    let cyrus = family == Family::Cyrus;
    let namespaces = session.namespaces()?;
    let roots = |session: &mut Session, namespace: &Namespace| match (cyrus, listed) {
        (true, Some(listed)) => Ok(roots(listed, namespace, &namespaces)),
        (true, None) => {
            // Cyrus leaves out less where everything is asked for.
            let has_all = namespaces
                .shared
                .iter()
                .any(|shared| shared.prefix.is_empty());
            let prefix: &[u8] = if has_all { b"" } else { &namespace.prefix };
            let listed = session.list(&Pattern::below(prefix), ListOptions::default())?;
            Ok(roots(&listed, namespace, &namespaces))
        }
        (false, _) => children(session, namespace),
    };
    let mut found = Vec::new();
    for namespace in &namespaces.other_users {
        for name in roots(session, namespace)? {
            let within = namespace.within(name.as_bytes()).unwrap_or_default();
            let owner = owner_of(within, namespace, family);
            let tree = match cyrus {
                true => cyrus_tree(namespace, &owner),
                false => None,
            };
            let tree = tree.unwrap_or_else(|| Tree::below(&name, namespace.separator));
            let people = if owner.contains('@') {
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
        for name in roots(session, namespace)? {
            let rest = name.as_bytes().strip_prefix(DELETED);
            let deleted = cyrus && rest.is_some_and(|rest| matches!(rest, [] | [b'@', ..]));
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

/// The mailboxes of a Cyrus in a namespace, by the folders in them: the first part of each folder's
/// name, with the domain that stands behind the whole. What cannot be selected holds none by itself.
fn roots(listed: &[Listed], namespace: &Namespace, all: &Namespaces) -> Vec<WireName> {
    let others = all.other_users.iter().chain(&all.shared);
    let others = others.map(|other| &other.prefix);
    let deeper: Vec<&Vec<u8>> = others
        .filter(|other| other.len() > namespace.prefix.len())
        .collect();
    let root = |listed: &Listed| {
        let name = listed.name.as_bytes();
        let within = name.strip_prefix(&namespace.prefix[..])?;
        if deeper.iter().any(|prefix| name.starts_with(prefix)) {
            return None;
        }
        let at = within.iter().rposition(|byte| *byte == b'@');
        let (stem, tail) = within.split_at(at.unwrap_or(within.len()));
        let separator = namespace.separator.map(|c| c as u8);
        let first = stem.split(|byte| Some(*byte) == separator).next()?;
        let root = [&namespace.prefix, first, tail].concat();
        (!first.is_empty()).then(|| WireName::from_wire(root))
    };
    let selectable = listed.iter().filter(|listed| listed.is_selectable());
    let roots: BTreeSet<WireName> = selectable.filter_map(root).collect();
    roots.into_iter().collect()
}

/// The names one level below a namespace's prefix.
fn children(session: &mut Session, namespace: &Namespace) -> Result<Vec<WireName>> {
    let mut listed = Vec::new();
    for beginning in namespace.beginnings() {
        listed.extend(session.list(&Pattern::children(&beginning), ListOptions::default())?);
    }
    let names = listed.into_iter().map(|listed| listed.name);
    Ok(names
        .filter(|name| {
            let name = name.as_bytes();
            name != &namespace.prefix[..] && !namespace.within(name).is_some_and(<[u8]>::is_empty)
        })
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

/// Where the mailbox called `spelled` may lie in `namespace`.
pub(super) fn trees(namespace: &Namespace, spelled: &str) -> Vec<Tree> {
    let Ok(name) = WireName::from_unicode(spelled) else {
        return Vec::new();
    };
    trees_of(namespace, name.as_bytes())
}

/// The same for what stands behind the beginning of names in it.
pub(super) fn trees_of(namespace: &Namespace, within: &[u8]) -> Vec<Tree> {
    let tree = |beginning: Vec<u8>| {
        let root = WireName::from_wire([&beginning, within].concat());
        Tree::below(&root, namespace.separator)
    };
    namespace.beginnings().into_iter().map(tree).collect()
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

/// `tree`, where there is a mailbox: a folder, or a level of names with a folder of this very mailbox
/// below it. A level alone is none: `user.sales@example` above `user.sales@example.test`. Where INBOX
/// lies below the level, that is the mailbox itself.
fn existing(session: &mut Session, tree: &Tree) -> Result<Option<Tree>> {
    let there = || Ok(Some(tree.clone()));
    let listed = session.list(&Pattern::exactly(tree.root()), ListOptions::default())?;
    if listed.iter().any(Listed::is_selectable) {
        return there();
    }
    if !listed.iter().any(|name| !name.is("\\nonexistent")) {
        return Ok(None);
    }
    let family = session.server_family();
    // Cyrus says \Noselect of a mailbox that is there, where one of the same name in another domain
    // has folders (seen on 3.6.1).
    if family == Family::Cyrus && session.my_rights_on(tree.root())?.is_some() {
        return there();
    }
    let below = session.list(&Pattern::below(tree.stem()), ListOptions::default())?;
    let folders = || below.iter().filter(|listed| listed.is_selectable());
    if !folders().any(|listed| tree.path(&listed.name).is_some()) {
        return Ok(None);
    }
    let one_name = matches!(family, Family::Cyrus | Family::Courier);
    let inbox = tree.inbox_below().filter(|_| !one_name);
    match inbox.filter(|inbox| folders().any(|listed| listed.name == *inbox)) {
        Some(inbox) => Ok(Some(tree.with_root(inbox))),
        None => there(),
    }
}
