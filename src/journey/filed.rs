//! The mail of a mailbox into files in which it is kept from then on.

use super::copied::{Part, export_of};
use super::opening::read;
use crate::apply::deeds;
use crate::archive::{Archive, Kept};
use crate::decide::is_source;
use crate::decide::withheld::Withheld;
use crate::error::Result;
use crate::model::address::MailboxName;
use crate::model::deed::{Deed, Deeds};
use crate::model::pace::{Audience, Pace};
use crate::model::safe::{Held, Safe};
use crate::model::selection::Selection;
use crate::model::state::Folder;
use crate::observe::{self, Ask, Copied};
use crate::reach::{Opened, Provider};
use std::collections::BTreeMap;

/// What became of each folder, and what is in its place then.
#[derive(Default)]
pub struct Written {
    /// Each folder, by its path, of which something was to be written.
    pub exported: Vec<(String, Result<Copied, String>)>,
    /// What is kept.
    pub kept: Option<Kept>,
}

/// Writes the messages that `selection` means into `archive`, but for those that are `withheld`.
///
/// # Errors
/// As [`export`](super::copied::export).
pub fn written(
    name: &MailboxName,
    selection: &Selection,
    withheld: &Withheld,
    archive: Archive,
    provider: &Provider,
    audience: &dyn Audience,
) -> Result<Written> {
    let part = Part {
        folder: &|folder| is_source(selection, folder),
        message: &|folder, uid_validity, uid| {
            let keeps = |uid_validity| withheld.keeps(folder, uid_validity, uid);
            uid_validity.is_some_and(|uid_validity| keeps(uid_validity).is_none())
        },
    };
    let exported = export_of(name, selection, &part, archive, provider, audience)?;
    let kept = exported.kept.as_ref().map(Kept::of).transpose()?;
    Ok(Written {
        exported: exported.folders,
        kept,
    })
}

/// Those of `kept` that lie in the mailbox called `name` as they lie there, byte for byte: a manifest of another
/// mailbox may name the same numbers.
///
/// # Errors
/// Whatever opening and reading the mailbox may meet.
pub fn alike(
    name: &MailboxName,
    kept: &Kept,
    provider: &Provider,
    audience: &dyn Audience,
) -> Result<Written> {
    let ask = Ask::default();
    let mut opened = provider.open_for_mail(name, &ask.look())?;
    let state = read(provider, &mut opened, ask, audience)?;
    let steps = audience.begins(Some(kept.summary.messages), "comparing messages");
    let tick = |n: usize| steps.tick(n as u64);
    let mut alike = Safe::default();
    for (path, uid_validity, held) in kept.safe.folders() {
        let Some(folder) = state.folder(path) else {
            continue;
        };
        let hashes = hashes(
            &mut opened,
            folder,
            uid_validity,
            held,
            &Pace::telling(&tick),
        )?;
        for (uid, held) in held {
            if hashes.get(uid) == Some(&held.sha256) {
                alike.add(path, uid_validity, *uid, held.clone());
            }
        }
    }
    opened.session.hang_up();
    let kept = Kept {
        safe: alike,
        ..kept.clone()
    };
    Ok(Written {
        exported: Vec::new(),
        kept: Some(kept),
    })
}

fn hashes(
    opened: &mut Opened,
    folder: &Folder,
    uid_validity: u32,
    held: &BTreeMap<u32, Held>,
    pace: &Pace,
) -> Result<BTreeMap<u32, String>> {
    let session = &mut opened.session;
    let selected = match session.examine(&folder.wire)? {
        Ok(selected) if selected.uid_validity == Some(uid_validity) => selected,
        // Nothing of it is known to be alike.
        _ => return Ok(BTreeMap::new()),
    };
    if selected.messages == 0 {
        return Ok(BTreeMap::new());
    }
    let sizes = held.iter().map(|(uid, held)| (*uid, held.size)).collect();
    observe::hashes(session, &sizes, pace)
}

/// Writes down that messages of `mailbox` are in `kept`, before they go.
///
/// # Errors
/// Where that cannot be written.
pub fn noted(mailbox: &str, kept: &Kept, provider: &Provider) -> Result<()> {
    let to = kept.summary.path.display().to_string();
    told(mailbox, (to, kept.summary.messages), &kept.sha256, provider)
}

/// The same of so many messages that are in `to`, by the SHA-256 of what tells which.
///
/// # Errors
/// As [`noted`].
pub fn told(
    mailbox: &str,
    (to, messages): (String, u64),
    sha256: &str,
    provider: &Provider,
) -> Result<()> {
    let deed = Deed::Keep {
        to,
        messages,
        sha256: sha256.to_owned(),
    };
    let deeds = Deeds::new(mailbox, None, vec![deed]);
    deeds::one(provider.ledger(), &deeds, || Ok(()))
}
