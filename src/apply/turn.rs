//! A turn is taken, taken up again and left: entries beside the settings of a mailbox. They are no change of it
//! that anybody could take back, and stand in no log.

use crate::error::Result;
use crate::imap::{Refusal, Session};
use crate::mail;
use crate::model::folder::WireName;
use crate::model::turn::{Ticket, Turns, Whose};
use crate::model::uids::Uids;
use crate::observe::turns_in;
use chrono::Utc;
use std::sync::Arc;

/// Writes `ticket` into the folder called `wire`, and looks whose turn it is then. Where it is another's, nothing of
/// `ticket` is left there.
///
/// # Errors
/// When the session breaks, after which an entry may lie there until it ends; the inner one where the server refuses.
pub fn take(
    session: &mut Session,
    wire: &WireName,
    ticket: &Ticket,
) -> Result<Result<Whose, Refusal>> {
    // Courier takes no message for a folder that is open for reading alone.
    if let Err(refusal) = session.select(wire)? {
        return Ok(Err(refusal));
    }
    let message = mail::turn::write(ticket, Utc::now());
    if let Err(refusal) = session.append_draft(wire, Arc::from(message))? {
        return Ok(Err(refusal));
    }
    // Written first and looked at then: of two that come at once one at least sees the other.
    let turns = match turns_in(session, wire)? {
        Ok(turns) => turns,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let whose = turns.whose(ticket);
    let gone = match whose {
        Whose::Own(..) => turns.spent(ticket),
        _ => turns.uids(&ticket.token),
    };
    // What lies there for longer is read as what it is.
    let _ = remove(session, &gone)?;
    Ok(Ok(whose))
}

/// Writes `ticket`, whose turn it is, once more, so that it ends later. Where somebody else has it now, nothing of
/// `ticket` is left there.
///
/// # Errors
/// As [`take`].
pub fn take_up(
    session: &mut Session,
    wire: &WireName,
    ticket: &Ticket,
) -> Result<Result<Whose, Refusal>> {
    let turns: Turns = match turns_in(session, wire)? {
        Ok(turns) => turns,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match turns.whose(ticket) {
        Whose::Own(..) => take(session, wire, ticket),
        other => Ok(Ok(other)),
    }
}

/// Takes everything of `ticket` out of the folder called `wire`.
///
/// # Errors
/// As [`take`].
pub fn leave(
    session: &mut Session,
    wire: &WireName,
    ticket: &Ticket,
) -> Result<Result<(), Refusal>> {
    match turns_in(session, wire)? {
        Ok(turns) => remove(session, &turns.uids(&ticket.token)),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Removes exactly the messages `uids` of the folder that is selected; where that cannot be, they are marked.
fn remove(session: &mut Session, uids: &[u32]) -> Result<Result<(), Refusal>> {
    let uids: Uids = uids.iter().copied().collect();
    match uids.is_empty() {
        true => Ok(Ok(())),
        false if session.removes_exactly() => session.drop_exactly(&uids),
        false => session.mark_deleted(&uids),
    }
}
