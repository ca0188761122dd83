//! What every kind of change does on the wire: its request, those that may be in flight together, and how it
//! is read back. Each kind is a file beside this one.

use super::answers::told;
use super::seen::Seen;
use crate::error::Result;
use crate::imap::{Request, Session};
use crate::model::change::{Change, kind};
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;

/// What a kind does on the wire.
pub(super) trait Wire {
    /// Those of the same number may be in flight together; where it has none, it goes alone.
    fn wave(&self) -> Option<(u8, usize)> {
        None
    }

    /// What is asked of the server, where one request does it.
    fn request(&self) -> Option<Request> {
        None
    }

    /// Makes the changes of `wave`, of which it is the first.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        let requests = wave.iter().filter_map(|change| wire(change).request());
        told(wave, session.run(requests.collect(), pace))
    }

    /// What became of it, to which the server's answer came to `fate`; nothing where all of its kind are read
    /// together.
    ///
    /// # Errors
    /// Whatever the session may meet.
    fn read_back(&mut self, session: &mut Session, fate: &Fate) -> Result<Option<Seen>> {
        let _ = (session, fate);
        Ok(None)
    }
}

/// `change` as what its kind does.
pub(super) fn wire(change: &Change) -> &dyn Wire {
    kind!(change)
}

/// The same, to be corrected by what is seen.
pub(super) fn wire_mut(change: &mut Change) -> &mut dyn Wire {
    kind!(change)
}

/// How many folders deep `path` is: of one depth none is above another.
pub(super) fn depth(path: &str) -> usize {
    path.split('/').count()
}
