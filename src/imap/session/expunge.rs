//! Messages that go for good, and no others with them.

use super::Session;
use crate::error::Result;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::Nothing;
use crate::imap::request::Request;
use crate::model::pace::Pace;
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
        self.ask(expunge(uids), &mut Nothing)
    }

    /// The same in one breath, of messages that nobody misses: where they cannot be marked, those go that somebody else
    /// had marked.
    ///
    /// # Errors
    /// As [`Session::remove_exactly`].
    pub fn drop_exactly(&mut self, uids: &Uids) -> Result<Result<(), Refusal>> {
        let requests = [mark(uids), expunge(uids)];
        let batch = self.link.run(&requests, &Pace::unattended(), &mut Nothing);
        match batch.broken {
            Some(error) => Err(error),
            None => Ok(batch
                .answers
                .iter()
                .find_map(Answer::refusal)
                .map_or(Ok(()), Err)),
        }
    }

    /// Marks exactly the messages `uids` of the folder that is selected as deleted.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn mark_deleted(&mut self, uids: &Uids) -> Result<Result<(), Refusal>> {
        self.ask(mark(uids), &mut Nothing)
    }
}

fn mark(uids: &Uids) -> Request {
    Request::plain("UID STORE").raw(format!("{uids} +FLAGS.SILENT (\\Deleted)"))
}

fn expunge(uids: &Uids) -> Request {
    Request::plain("UID EXPUNGE").raw(uids.to_string())
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
               S: S3 NO [NOPERM] no
               C: S4 UID STORE 7 +FLAGS.SILENT (\Deleted)
               C: S5 UID EXPUNGE 7
               S: S4 OK done
               S: S5 OK done"#,
        );
        assert!(session.removes_exactly());
        let uids = "3:4".parse().unwrap();
        session.remove_exactly(&uids).unwrap().unwrap();
        let uids = "9".parse().unwrap();
        assert!(session.remove_exactly(&uids).unwrap().is_err());
        let uids = "7".parse().unwrap();
        session.drop_exactly(&uids).unwrap().unwrap();
        script.join().unwrap();
    }
}
