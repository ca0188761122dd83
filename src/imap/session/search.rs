//! Finding a message by its name (RFC 9051, section 6.4.4).

use super::Session;
use crate::error::Result;
use crate::imap::answer::Refusal;
use crate::imap::collect::{Aloft, Collect, Nothing};
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::Malformed;
use crate::model::folder::WireName;

impl Session {
    /// Whether `folder` holds a message whose Message-ID field contains `id`: EXAMINE and SEARCH.
    /// The folder stays selected, to be looked at only.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn holds_message(&mut self, folder: &WireName, id: &str) -> Result<Result<bool, Refusal>> {
        if let Err(refusal) = self.ask(Request::examine(folder), &mut Nothing)? {
            return Ok(Err(refusal));
        }
        let search = Request::plain("UID SEARCH").raw("HEADER Message-ID");
        let mut found = Found(false);
        let answer = self.ask(search.string(id), &mut found)?;
        Ok(answer.map(|()| found.0))
    }
}

/// Whether anything was found.
struct Found(bool);

impl Collect for Found {
    fn collect(&mut self, data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("SEARCH") {
            let digit = |byte: &u8| byte.is_ascii_digit();
            self.0 |= data.values.rest().iter().any(digit);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn a_message_is_found_by_its_name() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 EXAMINE "Sent"
               S: * 2 EXISTS
               S: S1 OK [READ-ONLY] done
               C: S2 UID SEARCH HEADER Message-ID "<a@example.test>"
               S: * SEARCH 7
               S: S2 OK done
               C: S3 EXAMINE "Sent"
               S: S3 OK done
               C: S4 UID SEARCH HEADER Message-ID "<b@example.test>"
               S: * SEARCH
               S: S4 OK done"#,
        );
        let sent = WireName::from_wire(*b"Sent");
        let mut holds = |id| session.holds_message(&sent, id).unwrap().unwrap();
        assert!(holds("<a@example.test>") && !holds("<b@example.test>"));
        script.join().unwrap();
    }
}
