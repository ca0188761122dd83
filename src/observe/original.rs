//! The message that is answered, as the sender herself sees it in the shared mailbox.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Part, Refusal, Session, StatusItems};
use crate::mail::message::{MessageId, Original};
use crate::model::folder::WireName;
use crate::model::letter::Lying;
use crate::model::pace::Pace;
use crate::reach::SenderSession;
use std::fmt;

/// Which message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// The one with this UID.
    Uid(u32),
    /// The latest with this Message-ID.
    Id(MessageId),
}

/// Reads the message called `called` in `folder` of the mailbox, without marking it as read.
/// Without `text` its header alone is read, else its beginning too.
///
/// # Errors
/// [`Exit::NotFound`] where she sees no such folder or message, [`Exit::Refused`] where she may
/// not read it, and whatever the session may meet.
pub fn original(
    hers: &mut SenderSession,
    folder: &str,
    called: &Called,
    text: bool,
) -> Result<(Original, Lying)> {
    let part = match text {
        true => Part::Beginning,
        false => Part::Header,
    };
    let (wire, validity) = find_folder(hers, folder)?;
    let session = &mut hers.session;
    let refused = |what: &str, refusal: Refusal| refusal.error(&format!("{what} in {folder:?}"));
    session
        .look_into(&wire)?
        .map_err(|refusal| refused("EXAMINE", refusal))?;
    let uid = match called {
        Called::Uid(uid) => Some(*uid),
        Called::Id(id) => session
            .latest_called(&id.to_string())?
            .map_err(|refusal| refused("a search", refusal))?,
    };
    let read = match uid {
        None => None,
        Some(uid) => session
            .beginning(uid, part)?
            .map_err(|refusal| refused("FETCH", refusal))?,
    };
    let missing = || {
        let what = format!("there is no message {called} in {folder:?}");
        let hint = "--folder names another folder; a UID is the number that IMAP gives it there";
        Error::new(Exit::NotFound, what).hint(hint)
    };
    let original = Original::parse(&read.ok_or_else(missing)?)?;
    // A search finds whatever contains what it was asked for.
    if matches!(called, Called::Id(id) if original.message_id.as_ref() != Some(id)) {
        return Err(missing());
    }
    let lying = Lying {
        wire,
        folder: folder.to_owned(),
        uid: uid.unwrap_or_default(),
        validity,
    };
    Ok((original, lying))
}

/// The folder as she sees it, and the identity of its numbering.
fn find_folder(hers: &mut SenderSession, folder: &str) -> Result<(WireName, Option<u64>)> {
    let mut refusal: Option<Refusal> = None;
    for tree in &hers.trees {
        let wire = tree.wire(folder).map_err(|why| {
            let what = format!("{folder:?} can be no folder: {why}");
            Error::new(Exit::Usage, what)
        })?;
        match numbering(&mut hers.session, &wire)? {
            Ok(validity) => return Ok((wire, validity)),
            // What says that she may not tells more than what says that there is nothing.
            Err(refused) if refused.code.as_deref() == Some("NOPERM") => refusal = Some(refused),
            Err(refused) => drop(refusal.get_or_insert(refused)),
        }
    }
    Err(unseen(folder, refusal))
}

/// Servers tell no difference between what is not there and what somebody must not know of.
fn unseen(folder: &str, refusal: Option<Refusal>) -> Error {
    let hint = "the sender has to see it herself: sharemail explain MAILBOX WHO tells why not";
    let error = match refusal {
        Some(refusal) if refusal.tells_nothing() || refusal.code.as_deref() == Some("NOPERM") => {
            refusal.error(&format!("a look into {folder:?}"))
        }
        Some(refusal) => {
            let what = format!("the sender sees no folder {folder:?}: {}", refusal.text);
            Error::new(Exit::NotFound, what)
        }
        None => Error::new(
            Exit::NotFound,
            format!("the sender sees no folder {folder:?}"),
        ),
    };
    error.hint(hint)
}

fn numbering(session: &mut Session, wire: &WireName) -> Result<Result<Option<u64>, Refusal>> {
    let items = StatusItems {
        uid_validity: true,
        ..StatusItems::NONE
    };
    let status = session.statuses(std::slice::from_ref(wire), items, &Pace::unattended())?;
    let first = status.into_iter().next();
    Ok(first.map_or(Ok(None), |status| status.map(|told| told.uid_validity)))
}

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Called::Uid(uid) => write!(f, "with UID {uid}"),
            Called::Id(id) => write!(f, "{id}"),
        }
    }
}
