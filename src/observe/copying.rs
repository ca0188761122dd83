//! Messages as they are, from the server into files.

use crate::archive::{Archive, Written};
use crate::error::Result;
use crate::imap::{PIECE, Piece, Session};
use crate::model::message::Message;
use crate::model::pace::Pace;
use crate::model::uids::Uids;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The most messages that are asked for at once, and the most bytes that they may say they are. What comes is
/// bounded, whatever they say: each begins with a piece.
const MESSAGES: usize = 500;
const BYTES: u64 = 32 << 20;
/// So many pieces of one message are under way at once.
const PIECES: u64 = 8;
/// A message may be so much longer than the server says, beside twice of that.
const SLACK: u64 = 16 << 20;

/// What was copied of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many messages.
    pub messages: u64,
    /// How many bytes.
    pub bytes: u64,
    /// Those that were not.
    pub missed: Vec<Missed>,
    /// How many are of another length than the server says, and came alike twice.
    pub guessed: u64,
}

/// A message that was not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Its UID.
    pub uid: u32,
    /// Its Message-ID, where it has one.
    pub id: Option<String>,
    /// Why not.
    pub why: String,
}

/// Copies `messages` of the folder that is selected into `archive`. None is marked as read.
///
/// # Errors
/// Whatever the session may meet, and when the disk does not take it; what the server does not give is part
/// of what was found.
pub fn copy(
    session: &mut Session,
    messages: &[Message],
    archive: &mut Archive,
    pace: &Pace,
) -> Result<Copied> {
    let mut copied = Copied::default();
    let mut rest = messages;
    while !rest.is_empty() {
        pace.must_go_on()?;
        let (now, later) = rest.split_at(together(rest));
        let left = match now {
            [large] if is_large(large) => vec![large],
            many => copied.many(session, many, archive, pace)?,
        };
        for message in left {
            copied.one(session, message, archive, pace)?;
        }
        (pace.tick)(now.len());
        rest = later;
    }
    Ok(copied)
}

/// Whether it takes more than one piece, by what the server says.
fn is_large(message: &Message) -> bool {
    message.size >= PIECE as u64
}

/// How many of `messages`, from the first on, are asked for at once.
pub(super) fn together(messages: &[Message]) -> usize {
    let mut bytes = 0_u64;
    let fits = |message: &&Message| {
        bytes = bytes.saturating_add(message.size);
        !is_large(message) && bytes <= BYTES
    };
    let fitting = messages.iter().take(MESSAGES).take_while(fits).count();
    fitting.max(1)
}

impl Copied {
    /// Copies those of `messages` that come as the server says; the others.
    fn many<'m>(
        &mut self,
        session: &mut Session,
        messages: &'m [Message],
        archive: &mut Archive,
        pace: &Pace,
    ) -> Result<Vec<&'m Message>> {
        let by_uid: BTreeMap<u32, &Message> = messages.iter().map(|m| (m.uid, m)).collect();
        let uids: Uids = by_uid.keys().copied().collect();
        let (mut kept, mut failed) = (BTreeSet::new(), None);
        let mut take = |uid: u32, bytes: &[u8]| {
            let Some(message) = by_uid.get(&uid) else {
                return;
            };
            let is_whole = bytes.len() < PIECE && bytes.len() as u64 == message.size;
            // Whoever is told twice of a message takes the first.
            if failed.is_some() || !is_whole || !kept.insert(uid) {
                return;
            }
            self.messages += 1;
            self.bytes += bytes.len() as u64;
            failed = keep(archive, message, bytes).err();
        };
        let quiet = Pace {
            tick: &|_| {},
            ..*pace
        };
        // A refusal of one is no refusal of the others: each of them is asked for alone.
        let _ = session.beginnings(&uids, &quiet, &mut take)?;
        match failed {
            Some(error) => Err(error),
            None => Ok(messages.iter().filter(|m| !kept.contains(&m.uid)).collect()),
        }
    }

    /// Copies one, piece by piece.
    fn one(
        &mut self,
        session: &mut Session,
        message: &Message,
        archive: &mut Archive,
        pace: &Pace,
    ) -> Result<()> {
        let mut why = streamed_into(session, message, archive, false, pace)?;
        let is_mixed = archive.written().is_some_and(|written| written.is_mixed);
        if why.is_none() && is_mixed {
            archive.abandon()?;
            why = streamed_into(session, message, archive, true, pace)?;
        }
        let written = archive.written();
        if let (None, Some(written)) = (&why, &written)
            && written.size != message.size
        {
            // Some servers only guess how long a message is: what comes alike twice is what they have.
            let again = hashed(session, message, pace)?;
            match again.as_ref() == Some(written) {
                true => self.guessed += 1,
                false => {
                    why = Some(format!(
                        "(it came with {} bytes, the server says that it has {}, and it came otherwise when it \
                         was asked for again)",
                        written.size, message.size
                    ));
                }
            }
        }
        let Some(why) = why else {
            self.messages += 1;
            self.bytes += written.map_or(0, |written| written.size);
            return archive.keep(message.size);
        };
        archive.abandon()?;
        self.missed.push(Missed {
            uid: message.uid,
            id: message.head.id.clone(),
            why,
        });
        Ok(())
    }
}

/// A message that came as a whole.
fn keep(archive: &mut Archive, message: &Message, bytes: &[u8]) -> Result<()> {
    let before = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at));
    let mut breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let is_mixed = breaks.any(|(at, _)| before(at) != Some(&b'\r'));
    archive.open(message, is_mixed)?;
    archive.write(bytes)?;
    archive.keep(message.size)
}

/// Begins `message` in `archive` and writes all of it; why not, where the server does not give it.
fn streamed_into(
    session: &mut Session,
    message: &Message,
    archive: &mut Archive,
    as_sent: bool,
    pace: &Pace,
) -> Result<Option<String>> {
    archive.open(message, as_sent)?;
    streamed(session, message, pace, &mut |bytes| archive.write(bytes))
}

/// What comes where it is asked for again.
pub(super) fn hashed(
    session: &mut Session,
    message: &Message,
    pace: &Pace,
) -> Result<Option<Written>> {
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut take = |bytes: &[u8]| {
        hash.update(bytes);
        size += bytes.len() as u64;
        Ok(())
    };
    let why = streamed(session, message, pace, &mut take)?;
    let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Ok(why.is_none().then_some(Written {
        size,
        sha256,
        is_mixed: false,
    }))
}

/// Hands `take` the message piece by piece; why not all of it, where the server does not give it.
fn streamed(
    session: &mut Session,
    message: &Message,
    pace: &Pace,
    take: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Option<String>> {
    let (piece, mut offset) = (PIECE as u64, 0);
    let quiet = Pace {
        tick: &|_| {},
        ..*pace
    };
    loop {
        let left = message.size.saturating_sub(offset);
        // One more than what is said, as the last one has to be short.
        let count = (left / piece + 1).min(PIECES);
        let count = usize::try_from(count).unwrap_or(1);
        let pieces = match session.pieces(message.uid, offset, count, &quiet)? {
            Ok(pieces) => pieces,
            Err(refusal) => return Ok(Some(refusal.to_string())),
        };
        for got in pieces {
            let bytes = match got {
                Piece::Bytes(bytes) => bytes,
                // Some say so, and others nothing, where a message ends.
                Piece::Nil | Piece::Absent if offset > 0 && offset >= message.size => {
                    return Ok(None);
                }
                Piece::Nil => return Ok(Some("(the server gives nothing of it: NIL)".to_owned())),
                Piece::Absent => {
                    return Ok(Some(
                        "(it is gone: somebody moved or deleted it meanwhile)".to_owned(),
                    ));
                }
            };
            if bytes.len() > PIECE {
                return Ok(Some("(more came than was asked for)".to_owned()));
            }
            take(&bytes)?;
            offset += bytes.len() as u64;
            if bytes.len() < PIECE {
                return Ok(None);
            }
        }
        if offset > message.size.saturating_mul(2).saturating_add(SLACK) {
            let what = format!(
                "(the server says that it has {} bytes, and sends on)",
                message.size
            );
            return Ok(Some(what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_ones_are_asked_for_together_and_large_ones_alone() {
        let sized = |size: u64| Message {
            size,
            ..Message::default()
        };
        let small = vec![sized(1000); 2000];
        assert_eq!(together(&small), MESSAGES);
        let middle = vec![sized(500 << 10); 100];
        assert_eq!(together(&middle), 65);
        let mixed = [sized(1), sized(1 << 20), sized(1)];
        assert_eq!([together(&mixed), together(&mixed[1..])], [1, 1]);
        assert_eq!(together(&[sized(u64::MAX)]), 1);
    }
    const FETCH: &str = "(UID BODY.PEEK[]<0.524288>)";

    /// What is copied of messages with these UIDs and sizes in a dialogue, as an mbox, and its manifest.
    fn copied(dialogue: &'static str, sizes: &[(u32, u64)]) -> (Copied, Vec<u8>, String) {
        let (mut session, script) = crate::imap::peer::dialogue("", dialogue);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let mut archive = Archive::begin(crate::archive::Form::Mbox, &path).unwrap();
        archive.enter("INBOX", Some(7)).unwrap();
        let message = |(uid, size): &(u32, u64)| Message {
            uid: *uid,
            size: *size,
            ..Message::default()
        };
        let messages: Vec<Message> = sizes.iter().map(message).collect();
        let pace = Pace::unattended();
        let copied = copy(&mut session, &messages, &mut archive, &pace).unwrap();
        script.join().unwrap();
        assert_eq!(archive.finish().unwrap().messages, copied.messages);
        let manifest = std::fs::read_to_string(folder.path().join("x.jsonl")).unwrap();
        (copied, std::fs::read(path).unwrap(), manifest)
    }

    #[test]
    fn what_is_gone_or_refused_is_named_and_the_others_are_copied() {
        assert_eq!(FETCH, format!("(UID BODY.PEEK[]<0.{PIECE}>)"));
        let (copied, file, _) = copied(
            r#"C: S1 UID FETCH 1:4 (UID BODY.PEEK[]<0.524288>)
               S: * 1 FETCH (UID 1 BODY[]<0> "a")
               S: * 1 FETCH (UID 1 BODY[]<0> "b")
               S: * 4 FETCH (UID 4 BODY[]<0> "d")
               S: S1 NO some are gone
               C: S2 UID FETCH 2 (UID BODY.PEEK[]<0.524288>)
               S: S2 OK done
               C: S3 UID FETCH 3 (UID BODY.PEEK[]<0.524288>)
               S: S3 NO [EXPUNGEISSUED] broken"#,
            &[(1, 1), (2, 1), (3, 1), (4, 1)],
        );
        assert_eq!((copied.messages, copied.bytes, copied.guessed), (2, 2, 0));
        let missed: Vec<u32> = copied.missed.iter().map(|missed| missed.uid).collect();
        assert_eq!(missed, [2, 3]);
        assert!(copied.missed[0].why.contains("gone"), "{copied:?}");
        assert!(copied.missed[1].why.contains("broken"), "{copied:?}");
        let begun = "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n";
        let expected = format!("{begun}a\n\n{begun}d\n\n");
        assert_eq!(String::from_utf8(file).unwrap(), expected);
    }

    #[test]
    fn a_size_that_is_guessed_is_no_fault_and_what_comes_otherwise_is_not_kept() {
        let (copied, _, manifest) = copied(
            r#"C: S1 UID FETCH 1:2 (UID BODY.PEEK[]<0.524288>)
               S: * 1 FETCH (UID 1 BODY[]<0> "abc")
               S: * 2 FETCH (UID 2 BODY[]<0> "abc")
               S: S1 OK done
               C: S2 UID FETCH 1 (UID BODY.PEEK[]<0.524288>)
               S: * 1 FETCH (UID 1 BODY[]<0> "abc")
               S: S2 OK done
               C: S3 UID FETCH 1 (UID BODY.PEEK[]<0.524288>)
               S: * 1 FETCH (UID 1 BODY[]<0> "abc")
               S: S3 OK done
               C: S4 UID FETCH 2 (UID BODY.PEEK[]<0.524288>)
               S: * 1 FETCH (UID 2 BODY[]<0> "abc")
               S: S4 OK done
               C: S5 UID FETCH 2 (UID BODY.PEEK[]<0.524288>)
               S: * 1 FETCH (UID 2 BODY[]<0> "abd")
               S: S5 OK done"#,
            &[(1, 5), (2, 2)],
        );
        assert_eq!((copied.messages, copied.guessed), (1, 1));
        assert_eq!(copied.missed[0].uid, 2);
        assert!(
            manifest.contains("\"size\":3,\"told_size\":5"),
            "{manifest}"
        );
        assert_eq!(manifest.lines().count(), 1);
    }

    #[test]
    fn lines_that_end_with_lf_alone_stay_as_they_came() {
        let text = b"a\nb\r\n\nFrom c";
        let wait = std::time::Duration::from_secs(5);
        let (mut session, script) = crate::imap::peer::session("", wait, |peer| {
            for n in 1..=2 {
                peer.expect(&format!("S{n} UID FETCH 9 {FETCH}"));
                peer.send(b"* 1 FETCH (UID 9 BODY[]<0> {12}\r\na\nb\r\n\nFrom c)\r\n");
                peer.say(&format!("S{n} OK done"));
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let mut archive = Archive::begin(crate::archive::Form::Mbox, &path).unwrap();
        let message = Message {
            uid: 9,
            size: text.len() as u64,
            ..Message::default()
        };
        keep(&mut archive, &message, text).unwrap();
        let mut copied = Copied::default();
        let pace = Pace::unattended();
        copied
            .one(&mut session, &message, &mut archive, &pace)
            .unwrap();
        script.join().unwrap();
        assert_eq!(
            (copied.messages, archive.finish().unwrap().messages),
            (1, 2)
        );
        let manifest = std::fs::read_to_string(folder.path().join("x.jsonl")).unwrap();
        assert_eq!(manifest.matches("\"line_breaks\":\"as-sent\"").count(), 2);
        let file = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
        assert_eq!(file.matches("a\nb\r\n\n>From c\n\n").count(), 2, "{file:?}");
    }
}
