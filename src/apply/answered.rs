//! The mark on a message that was answered.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::{Session, StatusItems};
use crate::model::letter::Lying;
use crate::model::pace::Pace;

/// Marks the message at `lying` as answered, for everybody who reads the mailbox.
///
/// # Errors
/// Why it is not marked, or why nobody knows.
pub fn mark_answered(session: &mut Session, lying: &Lying) -> Result<()> {
    let folder = &lying.folder;
    check_numbering(session, lying)?;
    let marked = session.mark_answered(&lying.wire, lying.uid)?;
    match marked.map_err(|refusal| refusal.error(&format!("STORE in {folder:?}")))? {
        true => Ok(()),
        false => {
            let what = format!("the server said OK and did not mark it in {folder:?}");
            Err(Error::new(Exit::Refused, what).hint("the sender needs the w right there"))
        }
    }
}

/// In a folder that was made anew in between, the UID is that of another message.
fn check_numbering(session: &mut Session, lying: &Lying) -> Result<()> {
    let items = StatusItems {
        uid_validity: true,
        ..StatusItems::NONE
    };
    let wires = std::slice::from_ref(&lying.wire);
    let told = session.statuses(wires, items, &Pace::unattended())?;
    let validity = told.into_iter().next().and_then(Result::ok);
    if validity.and_then(|status| status.uid_validity) == lying.validity {
        return Ok(());
    }
    let what = format!("{:?} is not the folder that it was", lying.folder);
    Err(Error::new(Exit::NotFound, what))
}
