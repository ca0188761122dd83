//! What a member really gets: MYRIGHTS in a session of her own (RFC 4314, section 3.5).

use super::names::{names, patterns};
use crate::error::Result;
use crate::imap::{ListOptions, Pace, Refusal, Session};
use crate::model::effect::{Effect, FolderEffect, Visible};
use crate::model::folder::WireName;
use crate::model::rights::Rights;
use crate::model::state::Folder;
use crate::model::tree::Tree;
use std::collections::BTreeSet;

/// What `session` may do with `folders`, under whichever of `trees` shows it anything.
///
/// # Errors
/// Whatever the session may meet.
pub fn effect(
    session: &mut Session,
    trees: &[Tree],
    folders: &[&Folder],
    pace: &Pace,
) -> Result<Effect> {
    let mut best = Effect {
        tree: trees.first().cloned(),
        folders: nothing(folders),
    };
    for tree in trees {
        let seen = through(session, tree, folders, pace)?;
        if seen.is_anything() {
            return Ok(seen);
        }
        if best.folders.iter().all(|folder| folder.wire.is_none()) {
            best = seen;
        }
    }
    Ok(best)
}

fn through(session: &mut Session, tree: &Tree, folders: &[&Folder], pace: &Pace) -> Result<Effect> {
    let names: Vec<Option<WireName>> = folders
        .iter()
        .map(|folder| tree.wire(&folder.path).ok())
        .collect();
    let asked: Vec<WireName> = names.iter().flatten().cloned().collect();
    let answers = session.my_rights(&asked, pace)?;
    if let Some(Err(refusal)) = answers
        .iter()
        .find(|a| a.as_ref().is_err_and(Refusal::tells_nothing))
    {
        return Err(refusal.error("MYRIGHTS"));
    }
    let mut answers = answers.into_iter();
    let rfc4314 = session.capabilities().rights().is_some();
    let folders = folders.iter().zip(names).map(|(folder, wire)| {
        let rights = wire
            .as_ref()
            .and_then(|_| answers.next()?.ok())
            .unwrap_or_default();
        let rights = if rfc4314 {
            rights.without_virtual()
        } else {
            rights
        };
        FolderEffect {
            path: folder.path.clone(),
            wire,
            rights,
        }
    });
    Ok(Effect {
        tree: Some(tree.clone()),
        folders: folders.collect(),
    })
}

fn nothing(folders: &[&Folder]) -> Vec<FolderEffect> {
    folders
        .iter()
        .map(|folder| FolderEffect {
            path: folder.path.clone(),
            wire: None,
            rights: Rights::NONE,
        })
        .collect()
}

/// Which folders a mail program would show in `session`, and which of them are subscribed, by
/// their names in that session.
///
/// # Errors
/// Whatever the session may meet.
pub fn visible(session: &mut Session, tree: &Tree) -> Result<Visible> {
    let listed = names(session, tree, ListOptions::default())?;
    let mut subscribed = BTreeSet::new();
    for pattern in patterns(tree) {
        let found = session.subscribed(&pattern)?;
        subscribed.extend(found.iter().filter_map(|name| tree.path(name)));
    }
    Ok(Visible {
        listed: listed.into_iter().map(|(path, _)| path).collect(),
        subscribed,
    })
}
