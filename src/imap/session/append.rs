//! Putting a message into a folder (RFC 9051, section 6.3.12).

use super::Session;
use crate::error::Result;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::request::Request;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use std::sync::Arc;

/// Where a message lies now, as far as the server told (RFC 4315, APPENDUID).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// The folder's UIDVALIDITY and the message's UID.
    pub uid: Option<(u32, u32)>,
}

/// No message is larger, in bytes.
const MOST: u64 = 512 << 20;

impl Session {
    /// APPEND: `message` into `folder`, as one that was read.
    ///
    /// # Errors
    /// When the session breaks, after which nobody knows whether it lies there; a refusal of the
    /// server, or a message that it said it would not take, is the inner one.
    pub fn append_seen(
        &mut self,
        folder: &WireName,
        message: Arc<[u8]>,
    ) -> Result<Result<Appended, Refusal>> {
        self.append(folder, "(\\Seen)", message)
    }

    /// APPEND: `message` into `folder`, as one that was read and is a draft. What comes by mail is none, and who
    /// may only add to a folder cannot make it one (RFC 4314, section 4: `w`).
    ///
    /// # Errors
    /// As [`Session::append_seen`].
    pub fn append_draft(
        &mut self,
        folder: &WireName,
        message: Arc<[u8]>,
    ) -> Result<Result<Appended, Refusal>> {
        self.append(folder, "(\\Seen \\Draft)", message)
    }

    fn append(
        &mut self,
        folder: &WireName,
        flags: &'static str,
        message: Arc<[u8]>,
    ) -> Result<Result<Appended, Refusal>> {
        let most = self.append_limit();
        if message.len() as u64 > most {
            let text = format!("it has {} bytes, and {most} are the most", message.len());
            return Ok(Err(Refusal {
                code: Some("TOOBIG".to_owned()),
                text,
                bad: false,
                silent: false,
            }));
        }
        let request = Request::append(folder, flags, message);
        let batch = self.run(vec![request], &Pace::unattended());
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answer = batch.answers.first();
        Ok(match answer.and_then(Answer::refusal) {
            Some(refusal) => Err(refusal),
            None => Ok(Appended {
                uid: answer.and_then(place),
            }),
        })
    }

    /// What the server said that it takes (RFC 7889).
    fn append_limit(&self) -> u64 {
        let told = self.capabilities().values("APPENDLIMIT=").next();
        told.and_then(|n| n.parse().ok()).unwrap_or(MOST).min(MOST)
    }
}

/// `[APPENDUID uidvalidity uid]`
fn place(answer: &Answer) -> Option<(u32, u32)> {
    let Answer::Ok {
        code: Some(code), ..
    } = answer
    else {
        return None;
    };
    let (validity, uid) = code.arguments.trim().split_once(' ')?;
    let place = (validity.parse().ok()?, uid.parse().ok()?);
    (code.name == "APPENDUID").then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::{dialogue, session};
    use std::time::Duration;

    fn message() -> Arc<[u8]> {
        Arc::from(&b"a: b\r\n\r\nc\r\n"[..])
    }

    #[test]
    fn a_message_goes_at_once_where_the_server_takes_it_so() {
        let (mut session, script) = dialogue(
            "LITERAL+ UIDPLUS",
            r#"C: S1 APPEND "Sent" (\Seen) {11+}
               C: a: b
               C: 
               C: c
               C: 
               S: S1 OK [APPENDUID 38505 3955] done"#,
        );
        let sent = WireName::from_wire(*b"Sent");
        let appended = session.append_seen(&sent, message()).unwrap().unwrap();
        assert_eq!(appended.uid, Some((38505, 3955)));
        script.join().unwrap();
    }

    #[test]
    fn a_full_mailbox_is_told_before_the_message_has_travelled() {
        let (mut session, script) = dialogue(
            "UIDPLUS",
            r#"C: S1 APPEND "Sent" (\Seen) {11}
               S: S1 NO [OVERQUOTA] full
               C: S2 NOOP
               S: S2 OK done"#,
        );
        let sent = WireName::from_wire(*b"Sent");
        let refusal = session.append_seen(&sent, message()).unwrap().unwrap_err();
        assert_eq!(refusal.code.as_deref(), Some("OVERQUOTA"));
        session.noop().unwrap();
        script.join().unwrap();
    }

    #[test]
    fn what_the_server_does_not_take_is_not_sent() {
        let patience = Duration::from_secs(5);
        let (mut session, script) = session("APPENDLIMIT=10", patience, |_| {});
        let sent = WireName::from_wire(*b"Sent");
        let refusal = session.append_seen(&sent, message()).unwrap().unwrap_err();
        assert!(refusal.text.contains("10 are the most"));
        script.join().unwrap();
    }
}
