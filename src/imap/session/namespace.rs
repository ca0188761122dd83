//! Asking where one's own, other users' and shared folders are (RFC 2342).

use super::Session;
use crate::error::Result;
use crate::imap::namespace::{Found, Namespaces};
use crate::imap::request::Request;

impl Session {
    /// The namespaces: NAMESPACE, else one personal namespace with the separator that
    /// `LIST "" ""` names (RFC 9051, section 6.3.9). Asked once.
    ///
    /// # Errors
    /// When the session breaks, or the server refuses.
    pub fn namespaces(&mut self) -> Result<Namespaces> {
        if let Some(known) = &self.looked.namespaces {
            return Ok(known.clone());
        }
        let mut found = Found::default();
        let advertised = self.capabilities().has_namespace();
        let request = if advertised {
            Request::plain("NAMESPACE")
        } else {
            Request::plain("LIST").string("").string("")
        };
        let tried = if advertised { "NAMESPACE" } else { "LIST" };
        let answer = self.ask(request, &mut found)?;
        answer.map_err(|refusal| refusal.error(tried))?;
        let namespaces = found.0.of(self.server_family());
        self.looked.namespaces = Some(namespaces.clone());
        Ok(namespaces)
    }
}
