//! Folders that the list of a mailbox's own session does not show, and that others go on using.
//!
//! Whoever holds `a` on a folder can take the owner's `l` there: on Dovecot no list of the owner's
//! shows it then, while GETACL by name still answers. Names come from the sessions of others, and
//! from subscriptions, which outlive the right to see a folder.

use super::names::patterns;
use super::shown::under_each;
use crate::error::Result;
use crate::model::dialect::Family;
use crate::model::effect::Visible;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::state::{Folder, Mailbox};
use crate::reach::{MemberView, Opened};
use std::collections::BTreeSet;

/// Whether this server hides folders from those who keep the mailbox: an administrator of Cyrus sees
/// every one, and Courier keeps the entry of its administrators whole.
pub fn hides(family: Family) -> bool {
    !matches!(family, Family::Cyrus | Family::Courier)
}

/// The folders of the mailbox that a member's session shows, under whichever of its names shows any.
///
/// # Errors
/// Whatever the session may meet.
pub fn glimpse(view: &mut MemberView) -> Result<Visible> {
    let all = under_each(&mut view.session, &view.trees)?;
    let shows = |seen: &Visible| !seen.listed.is_empty() || !seen.subscribed.is_empty();
    Ok(all.into_iter().find(shows).unwrap_or_default())
}

/// What the session of `opened` itself is subscribed to.
///
/// # Errors
/// Whatever the session may meet.
pub fn subscriptions(opened: &mut Opened) -> Result<Visible> {
    let mut seen = Visible::default();
    for pattern in patterns(&opened.tree) {
        let found = opened.session.subscribed(&pattern)?;
        let paths = found.iter().filter_map(|name| opened.tree.path(name));
        seen.subscribed.extend(paths);
    }
    Ok(seen)
}

/// Reads by name the folders that `seen` shows and `mailbox` lacks, and adds them to it: their paths.
/// A subscription may be older than the end of its folder, which a refusal tells; a folder that
/// somebody is shown is there, and a refusal is why it cannot be read.
///
/// # Errors
/// Whatever the session may meet.
pub fn reveal(opened: &mut Opened, mailbox: &mut Mailbox, seen: &Visible) -> Result<Vec<String>> {
    let all = mailbox.folders.iter().chain(&mailbox.identity_folders);
    let known: BTreeSet<&String> = all.map(|folder| &folder.path).collect();
    let shown = seen.listed.union(&seen.subscribed);
    let lacking = shown.filter(|path| !known.contains(path));
    let named = lacking.filter_map(|path| Some((path.clone(), opened.tree.wire(path).ok()?)));
    let (paths, wires): (Vec<String>, Vec<WireName>) = named.unzip();
    if wires.is_empty() {
        return Ok(Vec::new());
    }
    let answers = opened.session.acls(&wires, &Pace::unattended())?;
    let mut revealed = Vec::new();
    for ((path, wire), answer) in paths.into_iter().zip(wires).zip(answers) {
        let acl = match answer {
            Ok(acl) => Ok(acl
                .into_iter()
                .map(|entry| (entry.identifier, mailbox.vocabulary.normal(entry.rights)))
                .collect()),
            // A folder that is there and may not be read is refused by this code alone.
            Err(refusal)
                if seen.listed.contains(&path)
                    || !refusal.denies()
                    || refusal.code.as_deref() == Some("NOPERM") =>
            {
                Err(refusal.to_string())
            }
            // A subscription that outlived its folder.
            Err(_) => continue,
        };
        revealed.push(path.clone());
        mailbox.folders.push(Folder {
            wire,
            path,
            special_use: None,
            acl,
            messages: None,
        });
    }
    mailbox.learn_reserved(revealed.iter().map(String::as_str));
    mailbox
        .folders
        .sort_by_cached_key(|folder| (folder.path != "INBOX", folder.path.clone()));
    mailbox.identity_folders.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(revealed)
}
