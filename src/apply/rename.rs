//! Another name on the wire: RENAME (RFC 9051, section 6.3.6), read again by LIST.

use super::seen::{Seen, exists};
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::Rename;
use crate::model::outcome::Fate;
use crate::model::plan::Place;

/// What is asked of the server.
pub(super) fn request(rename: &Rename<Place>) -> Request {
    Request::rename(&rename.folder.wire, &rename.to.wire)
}

/// What became of it, to which the server's answer came to `fate`.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn read_back(
    session: &mut Session,
    rename: &Rename<Place>,
    fate: &Fate,
) -> Result<Seen> {
    let (old, new) = (&rename.folder.wire, &rename.to.wire);
    if !exists(session, old)? {
        // The old name is gone: it happened, wherever the server put it.
        return Ok(match exists(session, new)? {
            true => Seen::Made,
            false => Seen::Unclear(format!(
                "{} is gone, and {} is not to be seen: the server gave another name",
                old.to_unicode(),
                new.to_unicode()
            )),
        });
    }
    if *fate != Fate::Done && exists(session, new)? {
        return Ok(Seen::Unclear(format!(
            "no answer came, and both {} and {} are there",
            old.to_unicode(),
            new.to_unicode()
        )));
    }
    Ok(Seen::Unmade("the folder is still there".to_owned()))
}
