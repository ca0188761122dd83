//! Looking at one message, and marking it (RFC 9051, sections 6.4.5 and 6.4.6).

use super::Session;
use crate::error::Result;
use crate::imap::answer::Refusal;
use crate::imap::collect::{Aloft, Collect, Nothing};
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::{Cursor, Malformed};
use crate::model::folder::WireName;

/// How much of a message is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its header.
    Header,
    /// Its header, and its text as far as the bound goes.
    Beginning,
}

/// The most bytes of a message that are asked for.
const MOST: usize = 512 << 10;

impl Session {
    /// EXAMINE: from now on messages of `folder` can be looked at, and nothing changes by it.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn look_into(&mut self, folder: &WireName) -> Result<Result<(), Refusal>> {
        self.ask(Request::examine(folder), &mut Nothing)
    }

    /// The UID of the latest message in the folder looked into whose Message-ID field contains
    /// `id`.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn latest_called(&mut self, id: &str) -> Result<Result<Option<u32>, Refusal>> {
        let search = Request::plain("UID SEARCH").raw("HEADER Message-ID");
        let mut latest = Latest(None);
        let answer = self.ask(search.string(id), &mut latest)?;
        Ok(answer.map(|()| latest.0))
    }

    /// The beginning of the message `uid` in the folder looked into, or nothing where there is no
    /// such message. It is not marked as read.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn beginning(&mut self, uid: u32, part: Part) -> Result<Result<Option<Vec<u8>>, Refusal>> {
        let section = match part {
            Part::Header => "HEADER",
            Part::Beginning => "",
        };
        let wanted = format!("{uid} (UID BODY.PEEK[{section}]<0.{MOST}>)");
        let mut fetched = Fetched::of(uid);
        let answer = self.ask(Request::plain("UID FETCH").raw(wanted), &mut fetched)?;
        Ok(answer.map(|()| fetched.text))
    }

    /// The first `most` bytes of the message `uid` in the folder looked into, read piece by piece, or nothing
    /// where there is no such message. It is not marked as read.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn whole(&mut self, uid: u32, most: usize) -> Result<Result<Option<Vec<u8>>, Refusal>> {
        let mut all = Vec::new();
        while all.len() < most {
            let size = MOST.min(most - all.len());
            let wanted = format!("{uid} (UID BODY.PEEK[]<{}.{size}>)", all.len());
            let mut fetched = Fetched::of(uid);
            let answer = self.ask(Request::plain("UID FETCH").raw(wanted), &mut fetched)?;
            if let Err(refusal) = answer {
                return Ok(Err(refusal));
            }
            let piece = match fetched.text {
                Some(piece) => piece,
                None if all.is_empty() => return Ok(Ok(None)),
                None => break,
            };
            all.extend_from_slice(piece.get(..size).unwrap_or(&piece));
            if piece.len() < size {
                break;
            }
        }
        Ok(Ok(Some(all)))
    }

    /// Marks the message `uid` in `folder` as answered, for everybody. Says whether it is marked
    /// now: servers say OK to whoever may not do that, too.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn mark_answered(&mut self, folder: &WireName, uid: u32) -> Result<Result<bool, Refusal>> {
        if let Err(refusal) = self.ask(Request::select(folder), &mut Nothing)? {
            return Ok(Err(refusal));
        }
        let store = Request::plain("UID STORE").raw(format!("{uid} +FLAGS.SILENT (\\Answered)"));
        if let Err(refusal) = self.ask(store, &mut Nothing)? {
            return Ok(Err(refusal));
        }
        let mut fetched = Fetched::of(uid);
        let fetch = Request::plain("UID FETCH").raw(format!("{uid} (UID FLAGS)"));
        let answer = self.ask(fetch, &mut fetched)?;
        Ok(answer.map(|()| fetched.answered))
    }
}

/// The highest number of `* SEARCH 2 84 882`.
struct Latest(Option<u32>);

impl Collect for Latest {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("SEARCH") {
            while !data.values.at_end() {
                let uid = u32::try_from(data.values.number()?).map_err(|_| Malformed)?;
                self.0 = self.0.max(Some(uid));
            }
        }
        Ok(())
    }
}

/// What FETCH tells of one message; that of others, which nobody asked for, is passed over.
struct Fetched {
    uid: u32,
    text: Option<Vec<u8>>,
    answered: bool,
}

impl Fetched {
    fn of(uid: u32) -> Self {
        Self {
            uid,
            text: None,
            answered: false,
        }
    }
}

impl Collect for Fetched {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if !data.is("FETCH") {
            return Ok(());
        }
        let told = Told::read(&mut data.values)?;
        if told.uid == Some(u64::from(self.uid)) {
            self.answered |= told.answered;
            self.text = told.text.or(self.text.take());
        }
        Ok(())
    }
}

/// One FETCH response.
#[derive(Default)]
struct Told {
    uid: Option<u64>,
    text: Option<Vec<u8>>,
    answered: bool,
}

impl Told {
    /// `"(" msg-att *(SP msg-att) ")"`, in any order.
    fn read(values: &mut Cursor<'_>) -> Result<Self, Malformed> {
        let mut told = Self::default();
        values.expect(b'(')?;
        while !values.eat(b')') {
            let item = values.word()?.to_ascii_uppercase();
            match &item[..] {
                b"UID" => told.uid = Some(values.number()?),
                b"FLAGS" => told.answered = answered(values)?,
                item if item.starts_with(b"BODY[") => {
                    told.text = values.nstring()?.map(|text| text.into_owned());
                }
                _ => values.skip()?,
            }
        }
        Ok(told)
    }
}

/// Whether `(\Seen \Answered)` says so.
fn answered(values: &mut Cursor<'_>) -> Result<bool, Malformed> {
    let mut found = false;
    values.expect(b'(')?;
    while !values.eat(b')') {
        found |= values.word()?.eq_ignore_ascii_case(b"\\Answered");
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn a_message_is_read_piece_by_piece_to_its_end() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 UID FETCH 7 (UID BODY.PEEK[]<0.4>)
               S: * 1 FETCH (UID 7 BODY[]<0> "abcd")
               S: S1 OK done
               C: S2 UID FETCH 8 (UID BODY.PEEK[]<0.9>)
               S: * 1 FETCH (UID 8 BODY[]<0> "abc")
               S: S2 OK done
               C: S3 UID FETCH 9 (UID BODY.PEEK[]<0.9>)
               S: S3 OK done"#,
        );
        let mut whole = |uid, most| session.whole(uid, most).unwrap().unwrap();
        assert_eq!(whole(7, 4).as_deref(), Some(&b"abcd"[..]));
        assert_eq!(whole(8, 9).as_deref(), Some(&b"abc"[..]));
        assert_eq!(whole(9, 9), None);
        script.join().unwrap();
    }

    #[test]
    fn the_beginning_of_a_message_is_looked_at_and_nothing_else() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 EXAMINE "INBOX"
               S: S1 OK [READ-ONLY] done
               C: S2 UID SEARCH HEADER Message-ID "<a@example.test>"
               S: * SEARCH 7 12 9
               S: S2 OK done
               C: S3 UID FETCH 12 (UID BODY.PEEK[HEADER]<0.524288>)
               S: * 3 FETCH (FLAGS (\Seen $x) UID 7)
               S: * 4 FETCH (BODY[HEADER]<0> {6}
               S: a: b
               S:  X-ODD ("(" NIL) UID 12)
               S: S3 OK done
               C: S4 UID FETCH 13 (UID BODY.PEEK[]<0.524288>)
               S: S4 OK done"#,
        );
        session.look_into(&WireName::inbox()).unwrap().unwrap();
        let uid = session.latest_called("<a@example.test>").unwrap().unwrap();
        assert_eq!(uid, Some(12));
        let header = session.beginning(12, Part::Header).unwrap().unwrap();
        assert_eq!(header.as_deref(), Some(&b"a: b\r\n"[..]));
        let none = session.beginning(13, Part::Beginning).unwrap().unwrap();
        assert_eq!(none, None);
        script.join().unwrap();
    }

    #[test]
    fn an_ok_alone_marks_nothing() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 SELECT "INBOX"
               S: S1 OK done
               C: S2 UID STORE 7 +FLAGS.SILENT (\Answered)
               S: S2 OK done
               C: S3 UID FETCH 7 (UID FLAGS)
               S: * 1 FETCH (UID 7 FLAGS (\Seen))
               S: * 2 FETCH (UID 8 FLAGS (\Answered))
               S: S3 OK done
               C: S4 SELECT "INBOX"
               S: S4 OK done
               C: S5 UID STORE 8 +FLAGS.SILENT (\Answered)
               S: S5 OK done
               C: S6 UID FETCH 8 (UID FLAGS)
               S: * 2 FETCH (FLAGS (\answered) UID 8)
               S: S6 OK done"#,
        );
        let inbox = WireName::inbox();
        assert!(!session.mark_answered(&inbox, 7).unwrap().unwrap());
        assert!(session.mark_answered(&inbox, 8).unwrap().unwrap());
        script.join().unwrap();
    }
}
