//! Annotations of folders (RFC 5464), as far as they are read.

use super::Session;
use crate::error::Result;
use crate::imap::answer::Refusal;
use crate::imap::request::Request;
use crate::imap::token::{Cursor, Malformed};
use crate::model::folder::WireName;
use crate::model::pace::Pace;

impl Session {
    /// One entry of each folder, such as `/shared/comment`: GETMETADATA (RFC 5464, section 4.2),
    /// pipelined. Nothing where it has no value.
    ///
    /// # Errors
    /// As [`Session::acls`].
    pub fn metadata(
        &mut self,
        folders: &[WireName],
        entry: &str,
        pace: &Pace,
    ) -> Result<Vec<Result<Option<Vec<u8>>, Refusal>>> {
        let ask = |folder| Request::get_metadata(folder, entry);
        let requests: Vec<_> = folders.iter().map(ask).collect();
        let read = |values: &mut Cursor<'_>| read_entry(values, entry);
        let items = self.gather(&requests, pace, "METADATA", read)?;
        // An entry without a value may be passed over in silence (section 4.4.1).
        let valueless = |item| match item {
            Err(Refusal { silent: true, .. }) => Ok(None),
            item => item,
        };
        Ok(items.into_iter().map(valueless).collect())
    }
}

/// `entry-values = "(" entry-value *(SP entry-value) ")"`, each a name and an nstring.
fn read_entry(values: &mut Cursor<'_>, wanted: &str) -> Result<Option<Vec<u8>>, Malformed> {
    let mut found = None;
    values.expect(b'(')?;
    while !values.eat(b')') {
        let name = values.astring()?;
        let value = values.nstring()?;
        if name.eq_ignore_ascii_case(wanted.as_bytes()) {
            found = value.map(|v| v.into_owned());
        }
    }
    Ok(found)
}
