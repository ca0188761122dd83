//! A folder that goes, on the wire: DELETE (RFC 9051, section 6.3.5), read again by LIST.

use super::kind::{Wire, depth};
use super::seen::{Seen, exists};
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::Delete;
use crate::model::outcome::Fate;
use crate::model::plan::Place;

impl Wire for Delete<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((2, depth(&self.folder.path)))
    }

    fn request(&self) -> Option<Request> {
        Some(Request::delete(&self.folder.wire))
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        Ok(Some(match exists(session, &self.folder.wire)? {
            true => Seen::Unmade("the folder is still there".to_owned()),
            false => Seen::Made,
        }))
    }
}
