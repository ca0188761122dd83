//! A new folder on the wire: CREATE (RFC 9051, section 6.3.4; USE: RFC 6154, section 3), read again by
//! LIST.

use super::seen::{Seen, exists};
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::Create;
use crate::model::plan::Place;

/// What is asked of the server.
pub(super) fn request(create: &Create<Place>) -> Request {
    Request::create(&create.folder.wire, create.special_use.as_deref())
}

/// What became of it.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn read_back(session: &mut Session, create: &Create<Place>) -> Result<Seen> {
    Ok(match exists(session, &create.folder.wire)? {
        true => Seen::Made,
        false => Seen::Unmade("the folder is not there".to_owned()),
    })
}
