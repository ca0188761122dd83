//! The folders of a mailbox by name: LIST in as few questions as its place allows.

use crate::error::Result;
use crate::imap::{ListOptions, Listed, Pattern, Session};
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::tree::Tree;

/// What the server lists of `tree`, each with its path in the mailbox, levels without a folder
/// (`\Noselect`) left out; the mailbox itself first, the others by path.
///
/// # Errors
/// Whatever the session may meet.
pub fn names(
    session: &mut Session,
    tree: &Tree,
    options: ListOptions,
) -> Result<Vec<(String, Listed)>> {
    let mut all = Vec::new();
    for pattern in patterns(tree) {
        all.push(session.list(&pattern, options)?);
    }
    among(session, tree, options, all)
}

/// The same of what was listed, pattern by pattern.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn among(
    session: &mut Session,
    tree: &Tree,
    options: ListOptions,
    mut all: Vec<Vec<Listed>>,
) -> Result<Vec<(String, Listed)>> {
    let mut named = Vec::new();
    let family = session.server_family();
    // Cyrus leaves out a folder above one of the same name in another domain, whatever the pattern,
    // unless everything is asked for (seen on 3.6.1).
    let is_anothers = |listed: &Listed| tree.is_anothers(&listed.name);
    if all.iter().flatten().any(is_anothers) {
        all = vec![session.list(&Pattern::everything(), options)?];
    }
    for listed in all {
        let folders = listed.into_iter().filter(Listed::is_selectable);
        let path = |name: &WireName| path(tree, name, family);
        named.extend(folders.filter_map(|folder| Some((path(&folder.name)?, folder))));
    }
    sort(&mut named, tree, family, |(path, listed)| {
        (path, &listed.name)
    });
    Ok(named)
}

/// The path of the folder called `name`. Below the mailbox, `INBOX` is a second name of it on
/// Dovecot, and elsewhere a folder of its own.
pub(super) fn path(tree: &Tree, name: &WireName, family: Family) -> Option<String> {
    match family {
        Family::Dovecot => tree.path(name),
        _ if tree.is_second_name(name) => Some("./INBOX".to_owned()),
        _ => tree.path(name),
    }
}

/// The mailbox itself first, the others by path, each once. Two folders may read alike (`&AOk-`
/// and the bytes of `é`): both stay.
pub(super) fn sort<T>(
    folders: &mut Vec<T>,
    tree: &Tree,
    family: Family,
    name: impl Fn(&T) -> (&String, &WireName),
) {
    folders.sort_by(|a, b| {
        let ((path, wire), (other, second)) = (name(a), name(b));
        let inbox_first = (path != "INBOX").cmp(&(other != "INBOX"));
        let root_first = || (wire != tree.root()).cmp(&(second != tree.root()));
        inbox_first
            .then_with(|| path.cmp(other))
            .then_with(root_first)
            .then_with(|| wire.cmp(second))
    });
    folders.dedup_by(|a, b| {
        let ((path, wire), (other, kept)) = (name(a), name(b));
        let second = family == Family::Dovecot && tree.is_second_name(wire);
        path == other && (wire == kept || second && kept == tree.root())
    });
}

/// The patterns that together match `tree` and little else.
pub(super) fn patterns(tree: &Tree) -> Vec<Pattern> {
    let below_root = tree
        .separator()
        .map(|c| [tree.root().as_bytes(), &[c as u8]].concat());
    if tree.stem().is_empty() {
        vec![Pattern::everything()]
    } else if !tree.has_tail() && below_root.as_deref() == Some(tree.stem()) {
        vec![Pattern::tree(tree.root(), tree.separator())]
    } else {
        vec![Pattern::exactly(tree.root()), Pattern::below(tree.stem())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(tree: &Tree, family: Family, names: &[&[u8]]) -> Vec<String> {
        let named = names.iter().map(|name| WireName::from_wire(*name));
        let mut named: Vec<_> = named
            .map(|n| (path(tree, &n, family).unwrap(), n))
            .collect();
        sort(&mut named, tree, family, |(path, wire)| (path, wire));
        named
            .iter()
            .map(|(_, wire)| String::from_utf8_lossy(wire.as_bytes()).into_owned())
            .collect()
    }

    #[test]
    fn folders_that_read_alike_are_all_kept() {
        let tree = Tree::personal(b"", Some('/'), Vec::new());
        let names: [&[u8]; 3] = ["&AOk-".as_bytes(), "é".as_bytes(), b"INBOX"];
        assert_eq!(sorted(&tree, Family::Other, &names).len(), 3);
    }

    #[test]
    fn a_folder_called_inbox_below_the_mailbox_is_one_of_its_own_but_on_dovecot() {
        let root = WireName::from_wire(*b"user/support");
        let tree = Tree::below(&root, Some('/'));
        let names: [&[u8]; 3] = [
            b"user/support/INBOX",
            b"user/support/inbox",
            b"user/support",
        ];
        let all = ["user/support", "user/support/INBOX", "user/support/inbox"];
        assert_eq!(sorted(&tree, Family::Cyrus, &names), all);
        let dovecot = sorted(&tree, Family::Dovecot, &names);
        assert_eq!(dovecot, ["user/support", "user/support/inbox"]);
    }
}
