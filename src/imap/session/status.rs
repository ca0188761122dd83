//! Asking how much is in a folder (RFC 9051, section 6.3.11).

use super::Session;
use crate::error::Result;
use crate::imap::answer::Refusal;
use crate::imap::request::Request;
use crate::imap::status::{Status, StatusItems, read_status};
use crate::model::folder::WireName;
use crate::model::pace::Pace;

impl Session {
    /// The status of each folder, pipelined. Asks for MESSAGES when `items` holds nothing that
    /// this server knows.
    ///
    /// # Errors
    /// As [`Session::acls`].
    pub fn statuses(
        &mut self,
        folders: &[WireName],
        items: StatusItems,
        pace: &Pace,
    ) -> Result<Vec<Result<Status, Refusal>>> {
        let mut items = items.known(self.capabilities());
        items.messages |= items == StatusItems::NONE;
        let ask = |folder| Request::status(folder, items.to_string());
        let requests: Vec<_> = folders.iter().map(ask).collect();
        self.gather(&requests, pace, "STATUS", read_status)
    }
}
