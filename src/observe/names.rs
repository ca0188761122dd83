//! The folders of a mailbox by name: LIST in as few questions as its place allows.

use crate::error::Result;
use crate::imap::{ListOptions, Listed, Pattern, Session};
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
    let mut named = Vec::new();
    for pattern in patterns(tree) {
        let listed = session.list(&pattern, options)?.into_iter();
        let folders = listed.filter(Listed::is_selectable);
        named.extend(folders.filter_map(|folder| Some((tree.path(&folder.name)?, folder))));
    }
    named.sort_by(|(a, _), (b, _)| (a != "INBOX", a).cmp(&(b != "INBOX", b)));
    // Dovecot lists the mailbox itself under two names in shared/.
    named.dedup_by(|(a, _), (b, _)| a == b);
    Ok(named)
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
