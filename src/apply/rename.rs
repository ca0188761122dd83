//! Another name on the wire: RENAME (RFC 9051, section 6.3.6), read again by LIST.

use super::kind::Wire;
use super::seen::{Seen, exists};
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::Rename;
use crate::model::outcome::Fate;
use crate::model::plan::Place;

impl Wire for Rename<Place> {
    fn request(&self) -> Option<Request> {
        Some(Request::rename(&self.folder.wire, &self.to.wire))
    }

    fn read_back(&mut self, session: &mut Session, fate: &Fate) -> Result<Option<Seen>> {
        let (old, new) = (&self.folder.wire, &self.to.wire);
        if !exists(session, old)? {
            // The old name is gone: it happened, wherever the server put it.
            return Ok(Some(match exists(session, new)? {
                true => Seen::Made,
                false => Seen::Unclear(format!(
                    "{} is gone, and {} is not to be seen: the server gave another name",
                    old.to_unicode(),
                    new.to_unicode()
                )),
            }));
        }
        if *fate != Fate::Done && exists(session, new)? {
            return Ok(Some(Seen::Unclear(format!(
                "no answer came, and both {} and {} are there",
                old.to_unicode(),
                new.to_unicode()
            ))));
        }
        Ok(Some(Seen::Unmade("the folder is still there".to_owned())))
    }
}
