//! A new folder on the wire: CREATE (RFC 9051, section 6.3.4; USE: RFC 6154, section 3), read again by
//! LIST.

use super::kind::{Wire, depth};
use super::seen::{Seen, exists};
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::Create;
use crate::model::outcome::Fate;
use crate::model::plan::Place;

impl Wire for Create<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((1, depth(&self.folder.path)))
    }

    fn request(&self) -> Option<Request> {
        Some(Request::create(
            &self.folder.wire,
            self.special_use.as_deref(),
        ))
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        Ok(Some(match exists(session, &self.folder.wire)? {
            true => Seen::Made,
            false => Seen::Unmade("the folder is not there".to_owned()),
        }))
    }
}
