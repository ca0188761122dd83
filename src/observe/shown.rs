//! What mail programs would show somebody: her lists and her subscriptions.

use super::names::{among, patterns};
use crate::error::Result;
use crate::imap::{ListOptions, Pattern, Session};
use crate::model::effect::Visible;
use crate::model::tree::Tree;

/// Which folders a mail program would show in `session`, and which of them are subscribed, by
/// their names in that session.
///
/// # Errors
/// Whatever the session may meet.
pub fn visible(session: &mut Session, tree: &Tree) -> Result<Visible> {
    let all = under_each(session, std::slice::from_ref(tree))?;
    Ok(all.into_iter().next().unwrap_or_default())
}

/// The same under each of `trees`, in one round trip.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn under_each(session: &mut Session, trees: &[Tree]) -> Result<Vec<Visible>> {
    let asked: Vec<Vec<Pattern>> = trees.iter().map(patterns).collect();
    let mut shown = session.shown(&asked.concat())?.into_iter();
    let mut all = Vec::new();
    for (tree, asked) in trees.iter().zip(&asked) {
        let mut seen = Visible::default();
        let mut listed = Vec::new();
        for shown in shown.by_ref().take(asked.len()) {
            let subscribed = shown.subscribed.iter();
            seen.subscribed
                .extend(subscribed.filter_map(|name| tree.path(name)));
            listed.push(shown.listed);
        }
        let named = among(session, tree, ListOptions::default(), listed)?;
        seen.listed = named.into_iter().map(|(path, _)| path).collect();
        all.push(seen);
    }
    Ok(all)
}
