//! Messages that go for good, and no others with them.

use super::Session;
use crate::error::Result;
use crate::imap::answer::Refusal;
use crate::imap::collect::Nothing;
use crate::imap::request::Request;
use crate::model::uids::Uids;

impl Session {
    /// Whether exactly the messages that are meant can be removed (UIDPLUS, RFC 4315, section 2.1): a bare EXPUNGE
    /// takes what others marked, too.
    pub fn removes_exactly(&self) -> bool {
        self.capabilities().has("UIDPLUS") || self.capabilities().has("IMAP4REV2")
    }

    /// Removes exactly the messages `uids` of the folder that is selected.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses, and some of them may be marked as deleted.
    pub fn remove_exactly(&mut self, uids: &Uids) -> Result<Result<(), Refusal>> {
        if let Err(refusal) = self.mark_deleted(uids)? {
            return Ok(Err(refusal));
        }
        let expunge = Request::plain("UID EXPUNGE").raw(uids.to_string());
        self.ask(expunge, &mut Nothing)
    }

    /// Marks exactly the messages `uids` of the folder that is selected as deleted.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn mark_deleted(&mut self, uids: &Uids) -> Result<Result<(), Refusal>> {
        let store = Request::plain("UID STORE").raw(format!("{uids} +FLAGS.SILENT (\\Deleted)"));
        self.ask(store, &mut Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::imap::peer::dialogue;

    #[test]
    fn only_those_that_are_meant_are_marked_and_go() {
        let (mut session, script) = dialogue(
            "UIDPLUS",
            r#"C: S1 UID STORE 3:4 +FLAGS.SILENT (\Deleted)
               S: S1 OK done
               C: S2 UID EXPUNGE 3:4
               S: * 2 EXPUNGE
               S: S2 OK done
               C: S3 UID STORE 9 +FLAGS.SILENT (\Deleted)
               S: S3 NO [NOPERM] no"#,
        );
        assert!(session.removes_exactly());
        let uids = "3:4".parse().unwrap();
        session.remove_exactly(&uids).unwrap().unwrap();
        let uids = "9".parse().unwrap();
        assert!(session.remove_exactly(&uids).unwrap().is_err());
        script.join().unwrap();
    }
}
