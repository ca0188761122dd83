//! What somebody may do with a folder, by all that her own session shows: MYRIGHTS (RFC 4314, section
//! 3.5), the list that shows it, and, where a right is lacking, EXAMINE. There are servers whose
//! MYRIGHTS tells less than is so.

use crate::error::Result;
use crate::imap::{Glance, Refusal, Session};
use crate::model::effect::{Effect, FolderEffect};
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::rights::Rights;

/// A folder that a list showed.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub wire: &'a WireName,
    /// What people call it.
    pub path: &'a str,
    /// What MYRIGHTS tells.
    pub told: Rights,
}

/// Her rights on a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Holding {
    /// Those that were seen.
    pub seen: Rights,
    /// Those that this session cannot show, whether or not she has them.
    pub untold: Rights,
}

/// What she holds on `shown`; where some of `needed` is not told, it takes a round trip more.
///
/// # Errors
/// Whatever the session may meet, and where the server leaves open whether the folder opens.
pub(super) fn holding(session: &mut Session, shown: Shown, needed: Rights) -> Result<Holding> {
    let listed = Rights::parse("l").unwrap_or_default();
    let seen = shown.told.union(listed);
    if seen.contains(needed) {
        return Ok(Holding {
            seen,
            untold: Rights::NONE,
        });
    }
    // Beside EXAMINE, which letters MYRIGHTS tells whoever has them all: herself, on her own INBOX.
    let glance = Glance {
        rights: vec![WireName::inbox()],
        open: vec![shown.wire.clone()],
        ..Glance::default()
    };
    let glanced = session.glance(&glance, &Pace::unattended())?;
    let opens = match glanced.opens.into_iter().next() {
        Some(Ok(())) => Some(true),
        Some(Err(refusal)) if refusal.denies() => Some(false),
        Some(Err(refusal)) => return Err(open_question(&refusal, shown.path)),
        None => None,
    };
    let tells = glanced.rights.into_iter().next().and_then(Result::ok);
    let folder = FolderEffect {
        path: shown.path.to_owned(),
        told: shown.told,
        listed: Some(true),
        opens,
        ..FolderEffect::default()
    };
    let effect = Effect {
        tree: None,
        folders: Vec::new(),
        tells: tells.map(Rights::without_virtual),
    };
    let opened = Rights::parse("r").unwrap_or_default();
    Ok(Holding {
        seen: match opens {
            Some(true) => seen.union(opened),
            _ => seen,
        },
        untold: effect.untold(&folder),
    })
}

fn open_question(refusal: &Refusal, path: &str) -> crate::error::Error {
    refusal.error(&format!("EXAMINE on {path:?}"))
}
