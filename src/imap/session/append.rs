//! Putting a message into a folder (RFC 9051, section 6.3.12).

use super::Session;
use crate::error::Result;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::request::Request;
use crate::model::folder::WireName;
use crate::model::pace::{self, Pace};
use chrono::{DateTime, FixedOffset};
use std::sync::Arc;

/// Where a message lies now, as far as the server told (RFC 4315, APPENDUID).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// The folder's UIDVALIDITY and the message's UID.
    pub uid: Option<(u32, u32)>,
}

/// A message that goes into a folder as it lay in another one.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The flags and keywords that it carries.
    pub flags: Vec<String>,
    /// When it had arrived.
    pub arrived: Option<DateTime<FixedOffset>>,
    /// It.
    pub text: Arc<[u8]>,
}

impl Letter {
    /// `(\Seen urgent) " 7-Feb-1994 21:52:25 -0800"`. What is no flag, whoever told it, is left out.
    fn marks(&self) -> String {
        let flags = self.flags.iter().map(String::as_str);
        let flags: Vec<&str> = flags.filter(|flag| is_flag(flag)).collect();
        let date = self
            .arrived
            .map(|at| at.format(" \"%d-%b-%Y %H:%M:%S %z\""));
        let date = date.map(|date| date.to_string()).unwrap_or_default();
        format!("({}){date}", flags.join(" "))
    }
}

/// `flag-keyword = atom`, `"\" atom` (RFC 9051, section 9), but for the one that no client sets.
fn is_flag(flag: &str) -> bool {
    let atom = flag.strip_prefix('\\').unwrap_or(flag);
    let is_fit = |c: char| c.is_ascii_graphic() && !"(){%*\"\\]".contains(c);
    let is_atom = !atom.is_empty() && atom.chars().all(is_fit);
    is_atom && !flag.eq_ignore_ascii_case("\\Recent")
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

    /// APPEND of all of `letters`, one behind the other without waiting for the answers between where the server takes
    /// literals so; each answer in their order. Each message is one of its own: with one command for many
    /// (MULTIAPPEND, RFC 3502) a single one that is refused would take all others with it.
    ///
    /// # Errors
    /// When the session breaks, after which nobody knows which of them lie there; a refusal of one is its own.
    pub fn append_all(
        &mut self,
        folder: &WireName,
        letters: &[Letter],
        pace: &Pace,
    ) -> Result<Vec<Result<Appended, Refusal>>> {
        let most = self.append_limit();
        let request = |one: &Letter| Request::append(folder, one.marks(), Arc::clone(&one.text));
        let fits = |one: &&Letter| one.text.len() as u64 <= most;
        let requests = letters.iter().filter(fits).map(request).collect();
        let batch = self.run(requests, pace);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let mut answers = batch.answers.iter();
        let each = letters.iter().map(|one| match fits(&one) {
            true => match answers.next() {
                None | Some(Answer::Unsent | Answer::Unknown) => Err(pace::stopped()),
                Some(answer) => Ok(appended(answer)),
            },
            false => Ok(Err(too_big(one.text.len(), most))),
        });
        each.collect()
    }

    fn append(
        &mut self,
        folder: &WireName,
        flags: &'static str,
        message: Arc<[u8]>,
    ) -> Result<Result<Appended, Refusal>> {
        let most = self.append_limit();
        if message.len() as u64 > most {
            return Ok(Err(too_big(message.len(), most)));
        }
        let request = Request::append(folder, flags, message);
        let batch = self.run(vec![request], &Pace::unattended());
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answer = batch.answers.first();
        Ok(answer.map_or(Ok(Appended::default()), appended))
    }

    /// What the server said that it takes (RFC 7889).
    fn append_limit(&self) -> u64 {
        let told = self.capabilities().values("APPENDLIMIT=").next();
        told.and_then(|n| n.parse().ok()).unwrap_or(MOST).min(MOST)
    }
}

fn appended(answer: &Answer) -> Result<Appended, Refusal> {
    match answer.refusal() {
        Some(refusal) => Err(refusal),
        None => Ok(Appended { uid: place(answer) }),
    }
}

fn too_big(size: usize, most: u64) -> Refusal {
    Refusal {
        code: Some("TOOBIG".to_owned()),
        text: format!("it has {size} bytes, and {most} are the most"),
        bad: false,
        silent: false,
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
    fn letters_go_behind_each_other_with_what_they_carry_and_when_they_came() {
        let (mut session, script) = dialogue(
            "LITERAL+",
            r#"C: S1 APPEND "Sent" (\Seen urgent) "07-Feb-1994 21:52:25 -0800" {11+}
               C: a: b
               C: 
               C: c
               C: 
               C: S2 APPEND "Sent" () {11+}
               C: a: b
               C: 
               C: c
               C: 
               S: S2 NO [OVERQUOTA] full
               S: S1 OK done"#,
        );
        let sent = WireName::from_wire(*b"Sent");
        let odd = ["\\Recent", "\\Seen", "a b", "{9+}", "urgent", "x)", ""];
        let first = Letter {
            flags: odd.map(str::to_owned).to_vec(),
            arrived: DateTime::parse_from_rfc3339("1994-02-07T21:52:25-08:00").ok(),
            text: message(),
        };
        let second = Letter {
            flags: Vec::new(),
            arrived: None,
            text: message(),
        };
        let told = session.append_all(&sent, &[first, second], &Pace::unattended());
        let told = told.unwrap();
        assert_eq!(told[0], Ok(Appended::default()));
        assert!(
            told[1]
                .as_ref()
                .is_err_and(|why| why.code.as_deref() == Some("OVERQUOTA"))
        );
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
