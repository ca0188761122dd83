//! A folder that goes, on the wire: DELETE (RFC 9051, section 6.3.5), read again by LIST.

use super::seen::{Seen, exists};
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::Delete;
use crate::model::plan::Place;

/// What is asked of the server.
pub(super) fn request(delete: &Delete<Place>) -> Request {
    Request::delete(&delete.folder.wire)
}

/// What became of it.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn read_back(session: &mut Session, delete: &Delete<Place>) -> Result<Seen> {
    Ok(match exists(session, &delete.folder.wire)? {
        true => Seen::Unmade("the folder is still there".to_owned()),
        false => Seen::Made,
    })
}
