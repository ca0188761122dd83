//! Messages as they are, byte for byte (RFC 9051, section 6.4.5): in pieces, so that none is too large.

use super::Session;
use crate::error::Result;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::Data;
use crate::imap::token::Malformed;
use crate::model::pace::{self, Pace};
use crate::model::uids::Uids;

/// The most bytes of a message that come at once.
pub const PIECE: usize = 512 << 10;

/// So many messages are asked for by one command, and as many ranges: a line that every server takes.
const MESSAGES: u32 = 64;
const RANGES: usize = 64;

/// A piece of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Piece {
    /// The server told nothing of it.
    #[default]
    Absent,
    /// The server says that there is none.
    Nil,
    /// So it is.
    Bytes(Vec<u8>),
}

impl Session {
    /// Hands `take` the beginning of each message of `uids` in the folder that is selected, as it comes: a
    /// message that is no shorter than [`PIECE`] may go on. None is marked as read; what is gone is not told.
    ///
    /// # Errors
    /// When the session breaks, or somebody wants to stop; the inner one where the server refuses.
    pub fn beginnings(
        &mut self,
        uids: &Uids,
        pace: &Pace,
        take: &mut dyn FnMut(u32, &[u8]),
    ) -> Result<Result<(), Refusal>> {
        let request = |part: &Uids| fetch(&part.to_string(), 0);
        let requests: Vec<Request> = uids.parts(MESSAGES, RANGES).iter().map(request).collect();
        let mut each = |uid: u32, origin: u64, bytes: Option<&[u8]>| {
            if let (true, 0, Some(bytes)) = (uids.contains(uid), origin, bytes) {
                take(uid, bytes);
            }
        };
        self.fetch_all(&requests, pace, &mut each)
    }

    /// `count` pieces of the message `uid`, the first of them from the byte `from`.
    ///
    /// # Errors
    /// As [`Session::beginnings`].
    pub fn pieces(
        &mut self,
        uid: u32,
        from: u64,
        count: usize,
        pace: &Pace,
    ) -> Result<Result<Vec<Piece>, Refusal>> {
        let mut pieces = vec![Piece::Absent; count];
        let starts: Vec<u64> = (0..count as u64).map(|n| from + n * PIECE as u64).collect();
        let each = starts.iter();
        let requests: Vec<Request> = each.map(|at| fetch(&uid.to_string(), *at)).collect();
        let mut each = |told: u32, origin: u64, bytes: Option<&[u8]>| {
            let at = starts.iter().position(|start| *start == origin);
            let slot = at.and_then(|at| pieces.get_mut(at));
            if let (true, Some(slot)) = (told == uid, slot) {
                *slot = bytes.map_or(Piece::Nil, |bytes| Piece::Bytes(bytes.to_vec()));
            }
        };
        let answer = self.fetch_all(&requests, pace, &mut each)?;
        Ok(answer.map(|()| pieces))
    }

    fn fetch_all(
        &mut self,
        requests: &[Request],
        pace: &Pace,
        take: &mut Take<'_>,
    ) -> Result<Result<(), Refusal>> {
        let batch = self.link.run(requests, pace, &mut Bodies(take));
        if let Some(error) = batch.broken {
            return Err(error);
        }
        if let Some(refusal) = batch.answers.iter().find_map(Answer::refusal) {
            return Ok(Err(refusal));
        }
        let is_stopped = |answer: &Answer| matches!(answer, Answer::Unsent);
        if batch.answers.iter().any(is_stopped) {
            return Err(pace::stopped());
        }
        Ok(Ok(()))
    }
}

fn fetch(uids: &str, from: u64) -> Request {
    Request::plain("UID FETCH").raw(format!("{uids} (UID BODY.PEEK[]<{from}.{PIECE}>)"))
}

/// Who takes a piece: of which message, from which byte; no bytes are NIL.
type Take<'t> = dyn FnMut(u32, u64, Option<&[u8]>) + 't;

/// What FETCH tells of bodies.
struct Bodies<'t, 'u>(&'t mut Take<'u>);

impl Collect for Bodies<'_, '_> {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if !data.is("FETCH") {
            return Ok(());
        }
        let (mut uid, mut body) = (None, None);
        let values = &mut data.values;
        values.expect(b'(')?;
        while !values.eat(b')') {
            let item = values.word()?;
            if item.eq_ignore_ascii_case(b"UID") {
                uid = Some(u32::try_from(values.number()?).map_err(|_| Malformed)?);
                continue;
            }
            match origin(item) {
                Some(origin) => body = Some((origin, values.nstring()?)),
                None => values.skip()?,
            }
        }
        // What is told unasked of others has no body.
        if let (Some(uid), Some((origin, bytes))) = (uid, body) {
            (self.0)(uid, origin, bytes.as_deref());
        }
        Ok(())
    }
}

/// From which byte on `BODY[]<4096>` is a piece of the whole.
fn origin(item: &[u8]) -> Option<u64> {
    let (name, rest) = item.split_at_checked(6)?;
    if !name.eq_ignore_ascii_case(b"BODY[]") {
        return None;
    }
    if rest.is_empty() {
        return Some(0);
    }
    let digits = rest.strip_prefix(b"<")?.strip_suffix(b">")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn messages_come_as_they_are_and_pieces_in_their_order() {
        let (mut session, script) = dialogue(
            "",
            "C: S1 UID FETCH 4:5,9 (UID BODY.PEEK[]<0.524288>)
             S: * 1 FETCH (UID 4 BODY[]<0> {5}
             S: a: b\r)
             S: * 2 FETCH (FLAGS (\\Deleted) UID 5)
             S: * 3 FETCH (UID 7 BODY[]<0> \"not asked\")
             S: * 4 FETCH (BODY[]<0> NIL UID 9)
             S: S1 OK done
             C: S2 UID FETCH 7 (UID BODY.PEEK[]<524288.524288>)
             C: S3 UID FETCH 7 (UID BODY.PEEK[]<1048576.524288>)
             C: S4 UID FETCH 7 (UID BODY.PEEK[]<1572864.524288>)
             S: * 1 FETCH (UID 7 BODY[]<1048576> NIL)
             S: * 1 FETCH (UID 7 body[]<524288> \"x\")
             S: * 1 FETCH (UID 7 BODY[]<3> \"y\")
             S: S2 OK done
             S: S3 OK done
             S: S4 OK done
             C: S5 UID FETCH 7 (UID BODY.PEEK[]<0.524288>)
             S: S5 NO no",
        );
        let pace = Pace::unattended();
        let mut all = Vec::new();
        let mut take = |uid: u32, bytes: &[u8]| all.push((uid, bytes.to_vec()));
        let uids = "4:5,9".parse().unwrap();
        session
            .beginnings(&uids, &pace, &mut take)
            .unwrap()
            .unwrap();
        assert_eq!(all, [(4, b"a: b\r".to_vec())]);
        let pieces = session.pieces(7, PIECE as u64, 3, &pace).unwrap().unwrap();
        let expected = [Piece::Bytes(b"x".to_vec()), Piece::Nil, Piece::Absent];
        assert_eq!(pieces, expected);
        assert!(session.pieces(7, 0, 1, &pace).unwrap().is_err());
        script.join().unwrap();
    }
}
