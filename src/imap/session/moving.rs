//! Messages into another folder (MOVE: RFC 6851; COPY: RFC 9051, section 6.4.7), and where they lie then
//! (COPYUID: RFC 4315, section 3).

use super::Session;
use super::selected::{Entering, Selected};
use crate::error::Result;
use crate::imap::answer::{Answer, Refusal};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::{Data, State};
use crate::imap::token::Malformed;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::uids::Uids;
use std::collections::BTreeMap;

/// Where messages lie now, as the server told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landed {
    /// The identity of the numbering of the folder into which they came.
    pub uid_validity: u32,
    /// What the UID of each became, by what it was.
    pub uids: BTreeMap<u32, u32>,
}

/// What became of messages that should go into another folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Where they lie now; nothing where the server did not tell.
    pub landed: Option<Landed>,
    /// What the server refused; some of them may have gone all the same.
    pub refused: Option<Refusal>,
}

impl Session {
    /// Whether the server moves messages (RFC 6851).
    pub fn moves(&self) -> bool {
        self.capabilities().has("MOVE") || self.capabilities().has("IMAP4REV2")
    }

    /// UID MOVE: the messages `uids` of the folder that is selected into `folder`.
    ///
    /// # Errors
    /// When the session breaks, after which nobody knows where they lie.
    pub fn move_to(&mut self, uids: &Uids, folder: &WireName) -> Result<Moved> {
        self.relocated(uids, Request::move_to(uids, folder))
    }

    /// UID COPY: the same, and they stay where they are too.
    ///
    /// # Errors
    /// As [`Session::move_to`].
    pub fn copy_to(&mut self, uids: &Uids, folder: &WireName) -> Result<Moved> {
        self.relocated(uids, Request::copy_to(uids, folder))
    }

    fn relocated(&mut self, uids: &Uids, request: Request) -> Result<Moved> {
        let mut telling = Telling {
            of: uids,
            landed: None,
        };
        let batch = self.link.run(&[request], &Pace::unattended(), &mut telling);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answer = batch.answers.first();
        // MOVE tells it untagged, COPY with its answer.
        if let Some(Answer::Ok {
            code: Some(code), ..
        }) = answer
            && code.name == "COPYUID"
        {
            telling.learn(&code.arguments);
        }
        Ok(Moved {
            landed: telling.landed,
            refused: answer.and_then(Answer::refusal),
        })
    }

    /// How long each message of `set` in the folder that is selected is, in bytes, by its UID.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn sizes(&mut self, set: &str) -> Result<Result<BTreeMap<u32, u64>, Refusal>> {
        let mut sizes = Sizes::default();
        let request = Request::plain("UID FETCH").raw(format!("{set} (UID RFC822.SIZE)"));
        let answer = self.ask(request, &mut sizes)?;
        Ok(answer.map(|()| sizes.0))
    }

    /// The identity of `folder`'s numbering, and the number that its next message gets; nothing where the server
    /// does not tell.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn next_uid(&mut self, folder: &WireName) -> Result<Result<Option<(u32, u32)>, Refusal>> {
        let mut next = Next::default();
        let request = Request::status(folder, "(UIDVALIDITY UIDNEXT)".to_owned());
        let answer = self.ask(request, &mut next)?;
        Ok(answer.map(|()| next.uid_validity.zip(next.uid)))
    }
}

/// The identity of a folder's numbering and the number that its next message gets, and what another one was like.
type NextAndSelected = (
    Result<Option<(u32, u32)>, Refusal>,
    Result<Selected, Refusal>,
);

impl Session {
    /// [`Session::next_uid`] of `to` and [`Session::select`] of `folder`, which are not the same, in one breath.
    ///
    /// # Errors
    /// When the session breaks.
    pub fn next_uid_and_select(
        &mut self,
        to: &WireName,
        folder: &WireName,
    ) -> Result<NextAndSelected> {
        let ask = Request::status(to, "(UIDVALIDITY UIDNEXT)".to_owned());
        let mut both = Both::default();
        let requests = [ask, Request::select(folder)];
        let batch = self.link.run(&requests, &Pace::unattended(), &mut both);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answer = |n: usize| batch.answers.get(n).unwrap_or(&Answer::Unknown);
        let (Both { next, entering }, told) = (both, answer(0).refusal());
        let next = told.map_or_else(|| Ok(next.uid_validity.zip(next.uid)), Err);
        let selected = match answer(1).refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(entering.became(answer(1))),
        };
        Ok((next, selected))
    }
}

/// Each of them takes what is told of it alone: STATUS names its own, and the other is entered untagged.
#[derive(Default)]
struct Both {
    next: Next,
    entering: Entering,
}

impl Collect for Both {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        match data.is("STATUS") {
            true => self.next.collect(data, aloft),
            false => self.entering.collect(data, aloft),
        }
    }

    fn told(&mut self, state: &State<'_>, aloft: &Aloft<'_>) {
        self.entering.told(state, aloft);
    }
}

/// What is told while messages go.
struct Telling<'u> {
    of: &'u Uids,
    landed: Option<Landed>,
}

impl Telling<'_> {
    /// `38505 304,319:320 3956:3958`
    fn learn(&mut self, told: &str) {
        let mut words = told.split_ascii_whitespace();
        let mut next = || words.next();
        let (Some(validity), Some(from), Some(to)) = (next(), next(), next()) else {
            return;
        };
        let (from, to) = (self.each(from), self.each(to));
        let (Ok(uid_validity), Some(from), Some(to)) = (validity.parse(), from, to) else {
            return;
        };
        let is_ours = from.iter().all(|uid| self.of.contains(*uid));
        if uid_validity == 0 || from.len() != to.len() || !is_ours {
            return;
        }
        let landed = self.landed.get_or_insert_with(Landed::default);
        landed.uid_validity = uid_validity;
        landed.uids.extend(from.into_iter().zip(to));
    }

    /// The UIDs of a set in the order in which they stand there, as many as are under way at most.
    fn each(&self, set: &str) -> Option<Vec<u32>> {
        let mut all = Vec::new();
        for range in set.split(',') {
            let (first, last) = range.split_once(':').unwrap_or((range, range));
            let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
            let (first, last) = (first.min(last), first.max(last));
            let many = u64::from(last - first) + 1 + all.len() as u64;
            if first == 0 || many > self.of.len() {
                return None;
            }
            all.extend(first..=last);
        }
        Some(all)
    }
}

impl Collect for Telling<'_> {
    fn collect(&mut self, _: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        Ok(())
    }

    fn told(&mut self, state: &State<'_>, _: &Aloft<'_>) {
        if let Some(values) = state.code_values("COPYUID") {
            let told = String::from_utf8_lossy(values.rest()).into_owned();
            self.learn(&told);
        }
    }
}

/// Lengths by UIDs.
#[derive(Default)]
pub(super) struct Sizes(pub(super) BTreeMap<u32, u64>);

impl Collect for Sizes {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if !data.is("FETCH") {
            return Ok(());
        }
        let (mut uid, mut size) = (None, None);
        let values = &mut data.values;
        values.expect(b'(')?;
        while !values.eat(b')') {
            let item = values.word()?;
            if item.eq_ignore_ascii_case(b"UID") {
                uid = Some(u32::try_from(values.number()?).map_err(|_| Malformed)?);
            } else if item.eq_ignore_ascii_case(b"RFC822.SIZE") {
                size = Some(values.number()?);
            } else {
                values.skip()?;
            }
        }
        let is_room = self.0.len() <= super::selected::MOST_MESSAGES;
        if let (Some(uid), Some(size), true) = (uid, size, is_room) {
            self.0.insert(uid, size);
        }
        Ok(())
    }
}

/// What STATUS tells of a folder's numbering.
#[derive(Default)]
struct Next {
    uid_validity: Option<u32>,
    uid: Option<u32>,
}

impl Collect for Next {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if !data.is("STATUS") {
            return Ok(());
        }
        let values = &mut data.values;
        values.astring()?;
        values.expect(b'(')?;
        while !values.eat(b')') {
            let item = values.word()?;
            let number = values.number()?;
            let number = u32::try_from(number).ok().filter(|n| *n > 0);
            if item.eq_ignore_ascii_case(b"UIDVALIDITY") {
                self.uid_validity = number;
            } else if item.eq_ignore_ascii_case(b"UIDNEXT") {
                self.uid = number;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn it_is_told_where_each_message_lies_then() {
        let (mut session, script) = dialogue(
            "MOVE UIDPLUS",
            r#"C: S1 UID MOVE 3:5 "Archive"
               S: * OK [COPYUID 38505 5,3:4 9,11:12] moved
               S: * 1 EXPUNGE
               S: S1 OK done
               C: S2 UID COPY 3 "Archive"
               S: S2 OK [COPYUID 38505 3 13] done
               C: S3 UID COPY 3 "Archive"
               S: S3 OK [COPYUID 38505 1:4000000000 13] odd
               C: S4 UID MOVE 3 "Archive"
               S: S4 NO [OVERQUOTA] full
               C: S5 UID FETCH 9:12 (UID RFC822.SIZE)
               S: * 1 FETCH (UID 9 RFC822.SIZE 120)
               S: S5 OK done
               C: S6 STATUS "Archive" (UIDVALIDITY UIDNEXT)
               S: * STATUS Archive (UIDNEXT 13 UIDVALIDITY 38505)
               S: S6 OK done
               C: S7 STATUS "Archive" (UIDVALIDITY UIDNEXT)
               C: S8 SELECT "INBOX"
               S: * OK [UIDVALIDITY 17] fine
               S: * 3 EXISTS
               S: S8 OK [READ-WRITE] in
               S: * STATUS Archive (UIDNEXT 14 UIDVALIDITY 38505)
               S: S7 OK done
               C: S9 STATUS "Archive" (UIDVALIDITY UIDNEXT)
               C: S10 SELECT "INBOX"
               S: S9 NO gone
               S: S10 NO [NOPERM] not you"#,
        );
        assert!(session.moves());
        let archive = WireName::from_wire(*b"Archive");
        let three: Uids = "3:5".parse().unwrap();
        let landed = session.move_to(&three, &archive).unwrap().landed.unwrap();
        assert_eq!(landed.uid_validity, 38505);
        assert_eq!(landed.uids, BTreeMap::from([(5, 9), (3, 11), (4, 12)]));
        let one: Uids = "3".parse().unwrap();
        let copied = session.copy_to(&one, &archive).unwrap();
        assert_eq!(copied.landed.unwrap().uids, BTreeMap::from([(3, 13)]));
        let odd = session.copy_to(&one, &archive).unwrap();
        assert_eq!(odd, Moved::default());
        let refused = session.move_to(&one, &archive).unwrap().refused.unwrap();
        assert_eq!(refused.code.as_deref(), Some("OVERQUOTA"));
        let sizes = session.sizes("9:12").unwrap().unwrap();
        assert_eq!(sizes, BTreeMap::from([(9, 120)]));
        let next = session.next_uid(&archive).unwrap().unwrap();
        assert_eq!(next, Some((38505, 13)));
        let inbox = WireName::inbox();
        let (next, selected) = session.next_uid_and_select(&archive, &inbox).unwrap();
        assert_eq!(next, Ok(Some((38505, 14))));
        assert_eq!(selected.unwrap().uid_validity, Some(17));
        let (next, selected) = session.next_uid_and_select(&archive, &inbox).unwrap();
        assert!(next.is_err() && selected.is_err());
        script.join().unwrap();
    }
}
