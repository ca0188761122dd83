//! Copies of messages into another folder, on the wire: UID COPY; read again by what lies in either folder.

use super::kind::Wire;
use super::moving::{Went, at, entered, went};
use super::one_by_one::{Became, RENUMBERED, one_by_one, refused, untried};
use super::seen::Seen;
use crate::error::Result;
use crate::imap::{HeaderFields, Session};
use crate::model::change::{At, Change, Copy};
use crate::model::message::Message;
use crate::model::outcome::{Fate, Outcome};
use crate::model::pace::Pace;
use crate::model::plan::Place;
use crate::model::uids::Uids;

impl Wire for Copy<Place> {
    fn wave(&self) -> Option<(u8, usize)> {
        Some((7, 0))
    }

    /// One part after the other.
    fn make(&self, session: &mut Session, wave: &[Change], pace: &Pace) -> Outcome {
        one_by_one(wave, pace, |change| match change {
            Change::Copy(copied) => became(session, copied),
            _ => (Fate::NotTried, None),
        })
    }

    fn read_back(&mut self, session: &mut Session, _: &Fate) -> Result<Option<Seen>> {
        look(session, self).map(Some)
    }
}

/// What became of `copied`, and why nothing more can be done, where that is so.
fn became(session: &mut Session, copied: &mut Copy<Place>) -> Became {
    match copy(session, copied) {
        Ok(landed) => {
            if let Some(landed) = landed {
                copied.uids = landed.uids.keys().copied().collect();
                copied.at = Some(at(&landed));
            }
            (Fate::Done, None)
        }
        Err(why) => why,
    }
}

/// Notes which number the next message of the other folder gets, and copies.
fn copy(session: &mut Session, copied: &mut Copy<Place>) -> Went {
    let (to, folder) = (&copied.to.wire, &copied.folder.wire);
    let (next, selected) = session.next_uid_and_select(to, folder).map_err(untried)?;
    copied.next = next.map_err(|refusal| refused(refusal.to_string()))?;
    entered(selected, copied.uid_validity)?;
    went(session.copy_to(&copied.uids, &copied.to.wire))
}

/// What became of it, by what lies in either folder.
///
/// # Errors
/// Whatever the session may meet.
fn look(session: &mut Session, copied: &mut Copy<Place>) -> Result<Seen> {
    let unread = |why: &str| Seen::Unclear(format!("where the copies lie cannot be read {why}"));
    let (validity, here) = match lying(session, &copied.folder, &copied.uids.to_string())? {
        Ok(here) => here,
        Err(why) => return Ok(unread(&why)),
    };
    if validity != Some(copied.uid_validity) {
        return Ok(Seen::Unclear(RENUMBERED.to_owned()));
    }
    let (numbered, set) = match (&copied.at, copied.next) {
        (Some(at), _) => (at.uid_validity, at.uids.to_string()),
        (None, Some((uid_validity, next))) => (uid_validity, format!("{next}:*")),
        (None, None) => {
            return Ok(unread("(the server does not tell which messages are new)"));
        }
    };
    let (validity, mut there) = match lying(session, &copied.to, &set)? {
        Ok(there) => there,
        Err(why) => return Ok(unread(&why)),
    };
    if validity != Some(numbered) {
        return Ok(unread("(its messages were numbered anew meanwhile)"));
    }
    match (&copied.at, copied.next) {
        (Some(at), _) => there.retain(|message| at.uids.contains(message.uid)),
        // `*` is the last one, however low its number is (RFC 9051, section 9, seq-range).
        (None, Some((_, next))) => there.retain(|message| message.uid >= next),
        (None, None) => {}
    }
    Ok(seen(copied, &here, &there))
}

/// The messages of `set` in `folder`, and how that is numbered.
type Numbered = (Option<u32>, Vec<Message>);

fn lying(session: &mut Session, folder: &Place, set: &str) -> Result<Result<Numbered, String>> {
    let selected = match session.examine(&folder.wire)? {
        Ok(selected) => selected,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let mut all = Vec::new();
    // Some refuse to tell of messages where there are none.
    if selected.messages > 0 {
        let uids: Uids = match session.sizes(set)? {
            Ok(sizes) => sizes.into_keys().collect(),
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        let mut take = |message: Message, _: &[u8]| all.push(message);
        let pace = Pace::unattended();
        if let Err(refusal) = session.summaries(&uids, HeaderFields::Sized, &pace, &mut take)? {
            return Ok(Err(refusal.to_string()));
        }
    }
    Ok(Ok((selected.uid_validity, all)))
}

/// What became of `copied` where its messages are `here`, and those that came are `there`.
fn seen(copied: &mut Copy<Place>, here: &[Message], there: &[Message]) -> Seen {
    let (from, to) = (&copied.folder.path, &copied.to.path);
    if there.is_empty() {
        return match here.is_empty() {
            true => Seen::Unmade(format!("the messages are gone from {from:?}")),
            false => Seen::Unmade(format!("no copies lie in {to:?}")),
        };
    }
    let (meant, came) = (copied.uids.len(), there.len() as u64);
    let size: u64 = there.iter().map(|message| message.size).sum();
    if came != meant {
        return Seen::Unclear(format!("of {meant} messages {came} came into {to:?}"));
    }
    let lengths = |all: &[Message]| sorted(all.iter().map(|message| message.size));
    // Of those that left since nobody can tell what they carried.
    let is_whole = here.len() as u64 == meant;
    if is_whole && lengths(here) != lengths(there) {
        return Seen::Unclear(format!(
            "what came into {to:?} is not as long as what lies in {from:?}"
        ));
    }
    if is_whole && sorted(here.iter().map(carried)) != sorted(there.iter().map(carried)) {
        return Seen::Unclear(format!(
            "the copies in {to:?} do not carry what the messages in {from:?} do"
        ));
    }
    if let (None, Some((uid_validity, _))) = (&copied.at, copied.next)
        && is_whole
    {
        copied.at = Some(At {
            uid_validity,
            uids: there.iter().map(|message| message.uid).collect(),
        });
    }
    copied.size = size;
    Seen::Made
}

fn sorted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all
}

/// How long a message is, and what it carries but what reading it changes.
fn carried(message: &Message) -> (u64, Vec<String>) {
    const OF_READING: [&str; 3] = ["\\seen", "\\recent", "\\deleted"];
    let all = message.flags.iter().chain(&message.keywords);
    let all = all.map(|flag| flag.to_ascii_lowercase());
    (
        message.size,
        sorted(all.filter(|flag| !OF_READING.contains(&&**flag))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;
    use crate::model::folder::WireName;

    fn place(path: &str) -> Place {
        Place {
            path: path.to_owned(),
            wire: WireName::from_wire(path.as_bytes()),
        }
    }

    fn copied() -> Change {
        Change::Copy(Copy {
            folder: place("INBOX"),
            uid_validity: 7,
            uids: "1:2".parse().unwrap(),
            size: 30,
            to: place("Books"),
            at: None,
            next: None,
            went: Vec::new(),
        })
    }

    fn made(session: &mut Session) -> (Change, Fate) {
        let change = copied();
        let Change::Copy(first) = &change else {
            panic!()
        };
        let all = std::slice::from_ref(&change);
        let outcome = first.make(session, all, &Pace::unattended());
        outcome.changes.into_iter().next().unwrap()
    }

    fn told(session: &mut Session, change: &mut Change) -> String {
        let Change::Copy(copied) = change else {
            panic!()
        };
        match copied.read_back(session, &Fate::Done).unwrap().unwrap() {
            Seen::Made => format!("made {}", copied.at.as_ref().unwrap().uids),
            Seen::Unmade(why) => format!("unmade: {why}"),
            Seen::Unclear(why) => format!("unclear: {why}"),
        }
    }

    #[test]
    fn it_is_seen_what_lies_there_and_what_it_carries() {
        let (mut session, script) = dialogue(
            "UIDPLUS",
            r#"C: S1 STATUS "Books" (UIDVALIDITY UIDNEXT)
               S: * STATUS Books (UIDNEXT 13 UIDVALIDITY 9)
               S: S1 OK done
               C: S2 SELECT "INBOX"
               S: * 2 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S2 OK done
               C: S3 UID COPY 1:2 "Books"
               S: S3 OK [COPYUID 9 1:2 13:14] done
               C: S4 EXAMINE "INBOX"
               S: * 2 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S4 OK done
               C: S5 UID FETCH 1:2 (UID RFC822.SIZE)
               S: * 1 FETCH (UID 1 RFC822.SIZE 10)
               S: * 2 FETCH (UID 2 RFC822.SIZE 20)
               S: S5 OK done
               C: S6 UID FETCH 1:2 (UID FLAGS INTERNALDATE RFC822.SIZE)
               S: * 1 FETCH (UID 1 FLAGS (\Seen Urgent) INTERNALDATE "01-Jan-2026 00:00:00 +0000" RFC822.SIZE 10)
               S: * 2 FETCH (UID 2 FLAGS () INTERNALDATE "01-Jan-2026 00:00:00 +0000" RFC822.SIZE 20)
               S: S6 OK done
               C: S7 EXAMINE "Books"
               S: * 9 EXISTS
               S: * OK [UIDVALIDITY 9] .
               S: S7 OK done
               C: S8 UID FETCH 13:14 (UID RFC822.SIZE)
               S: * 8 FETCH (UID 13 RFC822.SIZE 10)
               S: * 9 FETCH (UID 14 RFC822.SIZE 20)
               S: S8 OK done
               C: S9 UID FETCH 13:14 (UID FLAGS INTERNALDATE RFC822.SIZE)
               S: * 8 FETCH (UID 13 FLAGS (urgent) INTERNALDATE "01-Jan-2026 00:00:00 +0000" RFC822.SIZE 10)
               S: * 9 FETCH (UID 14 FLAGS (\Recent) INTERNALDATE "01-Jan-2026 00:00:00 +0000" RFC822.SIZE 20)
               S: S9 OK done"#,
        );
        let (mut change, fate) = made(&mut session);
        assert_eq!(fate, Fate::Done);
        assert_eq!(told(&mut session, &mut change), "made 13:14");
        script.join().unwrap();
    }

    #[test]
    fn nothing_is_copied_by_the_numbers_of_others_and_what_is_refused_is_told() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 STATUS "Books" (UIDVALIDITY UIDNEXT)
               S: * STATUS Books (UIDNEXT 13 UIDVALIDITY 9)
               S: S1 OK done
               C: S2 SELECT "INBOX"
               S: * 2 EXISTS
               S: * OK [UIDVALIDITY 8] .
               S: S2 OK done
               C: S3 STATUS "Books" (UIDVALIDITY UIDNEXT)
               S: * STATUS Books (UIDNEXT 13 UIDVALIDITY 9)
               S: S3 OK done
               C: S4 SELECT "INBOX"
               S: * 2 EXISTS
               S: * OK [UIDVALIDITY 7] .
               S: S4 OK done
               C: S5 UID COPY 1:2 "Books"
               S: S5 NO [OVERQUOTA] full"#,
        );
        let (_, fate) = made(&mut session);
        assert!(matches!(fate, Fate::Refused(why) if why.contains("anew")));
        let (change, fate) = made(&mut session);
        assert!(
            matches!(&fate, Fate::Refused(why) if why.contains("full")),
            "{fate:?}"
        );
        assert!(matches!(change, Change::Copy(Copy { at: None, .. })));
        script.join().unwrap();
    }

    #[test]
    fn where_the_server_tells_no_numbers_what_is_new_and_alike_are_the_copies() {
        let message = |uid: u32, size: u64, flags: &[&str]| Message {
            uid,
            size,
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            ..Message::default()
        };
        let here = [message(1, 10, &["\\seen", "a"]), message(2, 20, &[])];
        let there = [message(13, 20, &[]), message(14, 10, &["A"])];
        let unlike = [message(13, 20, &[]), message(14, 10, &[])];
        let long = [message(13, 20, &[]), message(14, 11, &["A"])];
        let became = |here: &[Message], there: &[Message]| {
            let Change::Copy(mut copied) = copied() else {
                panic!()
            };
            copied.next = Some((9, 13));
            let seen = seen(&mut copied, here, there);
            let at = copied.at.map(|at| at.uids.to_string());
            match seen {
                Seen::Made => format!("made {at:?}"),
                Seen::Unmade(why) => format!("unmade {at:?} {why}"),
                Seen::Unclear(why) => format!("unclear {at:?} {why}"),
            }
        };
        assert_eq!(became(&here, &there), "made Some(\"13:14\")");
        assert!(became(&here, &unlike).starts_with("unclear None the copies"));
        assert!(became(&here, &long).starts_with("unclear None what came"));
        assert!(became(&here, &there[1..]).starts_with("unclear None of 2"));
        assert!(became(&here, &[]).starts_with("unmade None no copies"));
        assert!(became(&[], &[]).starts_with("unmade None the messages are gone"));
        assert_eq!(became(&here[1..], &there), "made None");
    }
}
