//! Asking which folders there are (RFC 9051, section 6.3.9; RFC 5258).

use super::Session;
use crate::error::Result;
use crate::imap::list::{Found, ListOptions, Listed, request};
use crate::imap::pattern::Pattern;
use crate::imap::request::Request;
use crate::model::folder::WireName;
use std::collections::BTreeSet;

impl Session {
    /// How many folders were told with the login, as long as nobody has asked for them.
    pub fn folders_told(&self) -> Option<usize> {
        let told = self.looked.folders.as_ref();
        told.map(|(_, listed)| listed.len())
    }

    /// The folders in `pattern` in the server's order, with what `options` ask and the server
    /// can tell.
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn list(&mut self, pattern: &Pattern, options: ListOptions) -> Result<Vec<Listed>> {
        if *pattern == Pattern::everything()
            && let Some((_, listed)) = self.looked.folders.take_if(|(told, _)| *told == options)
        {
            return Ok(listed);
        }
        let request = request(pattern, options, self.capabilities());
        let mut found = Found::new(pattern.clone());
        let answer = self.ask(request, &mut found)?;
        answer.map_err(|refusal| refusal.error("LIST"))?;
        Ok(found.folders())
    }

    /// The folders in `pattern` that one is subscribed to, existing or not: LIST (SUBSCRIBED)
    /// where advertised, else LSUB.
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn subscribed(&mut self, pattern: &Pattern) -> Result<BTreeSet<WireName>> {
        let extended = self.capabilities().has_list_extended();
        let request = if extended {
            Request::plain("LIST").raw("(SUBSCRIBED)")
        } else {
            Request::plain("LSUB")
        };
        let request = request.string("").pattern(pattern.sent());
        let mut found = Found::new(pattern.clone());
        let answer = self.ask(request, &mut found)?;
        let tried = if extended {
            "LIST (SUBSCRIBED)"
        } else {
            "LSUB"
        };
        answer.map_err(|refusal| refusal.error(tried))?;
        Ok(found
            .folders()
            .into_iter()
            .map(|folder| folder.name)
            .collect())
    }
}
