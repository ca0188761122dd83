//! How much a server may answer: bounded by what it takes to keep, and by what is read at all.

use super::wire::Wire;
use crate::error::Error;
use crate::exit::Exit;
use crate::memory::{Excess, Ration};

/// The most bytes in answer to one batch, kept or not.
const MOST: u64 = 256 << 20;
/// For each command that was answered so many more.
const MORE: u64 = 4 << 10;

/// What came in answer to a batch so far.
#[derive(Debug)]
pub(super) struct Volume {
    replies: u64,
    bytes: u64,
    answered: u64,
    ration: Ration,
}

/// More came than is read or kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooMuch {
    replies: u64,
    bytes: u64,
    why: Why,
}

#[derive(Clone, Copy, Debug)]
enum Why {
    Memory(Excess),
    Bytes(u64),
}

impl Volume {
    /// Nothing yet; what is kept of it shall keep to `ration`.
    pub fn new(ration: Ration) -> Self {
        Self {
            replies: 0,
            bytes: 0,
            answered: 0,
            ration,
        }
    }

    /// A command was answered.
    pub fn answered(&mut self) {
        self.answered += 1;
    }

    /// Takes note of the response on `wire`, which was read; `expected` is what may come beyond what is usual.
    ///
    /// # Errors
    /// Where it is too much.
    pub fn take(&mut self, wire: &Wire, expected: u64) -> Result<(), TooMuch> {
        let length = wire.current().len();
        self.replies += 1;
        self.bytes += length as u64;
        let most = (MOST + MORE * self.answered).saturating_add(expected);
        let why = match self.ration.take(length) {
            Err(excess) => Why::Memory(excess),
            Ok(()) if self.bytes > most => Why::Bytes(most),
            Ok(()) => return Ok(()),
        };
        Err(TooMuch {
            replies: self.replies,
            bytes: self.bytes,
            why,
        })
    }
}

impl TooMuch {
    /// What the user is told, where `asked` is what the server was asked: [`Exit::Protocol`].
    pub fn error(&self, wire: &Wire, asked: &str) -> Error {
        let (why, hint) = match self.why {
            Why::Memory(excess) => (format!("which take {excess}"), excess.hint()),
            Why::Bytes(most) => (
                format!("and {} MiB are the most that is read", most >> 20),
                "see what the server sends there with -vv".to_owned(),
            ),
        };
        let (replies, kib) = (self.replies, self.bytes >> 10);
        let what = format!(
            "the answer to {asked} is too much: {kib} KiB came in {replies} responses so far, {why}"
        );
        wire.error(Exit::Protocol, what).hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::super::peer::session;
    use super::super::{ListOptions, Pattern, Request, Session};
    use super::*;
    use crate::model::folder::WireName;
    use crate::model::pace::Pace;
    use crate::net::peer::Peer;
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(60);

    /// A session that may keep 4 MiB, as far as can be estimated.
    fn frugal(script: impl FnOnce(&mut Peer) + Send + 'static) -> Session {
        // Nobody waits for the server to come to its end.
        let (mut session, _) = session("ACL", LONG, script);
        session.link.ration = Ration::new(|| 4 << 20, || None);
        session
    }

    fn assert_too_much(error: &Error, asked: &str) {
        assert_eq!(error.exit(), Exit::Protocol);
        let what = format!("the answer to {asked}");
        assert!(error.what().contains(&what), "{error}");
        assert!(error.what().contains(" is too much: "), "{error}");
        assert!(error.what().contains("where 4 MiB are allowed"), "{error}");
        let hint = error.advice().unwrap();
        assert!(hint.contains("SHAREMAIL_MEMORY=16MiB"), "{hint}");
    }

    #[test]
    fn a_list_without_end_is_read_up_to_what_may_be_kept() {
        let mut session = frugal(|peer| {
            peer.expect("S1 LIST \"\" \"*\"");
            for n in 0..1_000_000 {
                peer.send(format!("* LIST () \"/\" f{n}\r\n").as_bytes());
            }
        });
        let listed = session.list(&Pattern::everything(), ListOptions::default());
        let error = listed.unwrap_err();
        assert_too_much(&error, "LIST");
        assert_eq!(session.noop().unwrap_err(), error);
    }

    #[test]
    fn what_is_said_with_refusals_counts_too() {
        let mut session = frugal(|peer| {
            let words = "word ".repeat(10_000);
            for n in 1..=1000 {
                peer.line();
                peer.send(format!("S{n} NO {words}\r\n").as_bytes());
            }
        });
        let name = |n| WireName::from_wire(format!("f{n}"));
        let folders: Vec<_> = (0..1000).map(name).collect();
        let error = session.acls(&folders, &Pace::unattended()).unwrap_err();
        assert_too_much(&error, "GETACL \"f");
    }

    #[test]
    fn a_new_question_has_all_of_it_again() {
        let mut session = frugal(|peer| {
            for n in 1..=10 {
                peer.expect(&format!("S{n} LIST \"\" \"*\""));
                let list = "* LIST () \"/\" f\r\n".repeat(2000);
                peer.send(list.as_bytes());
                peer.say(&format!("S{n} OK done"));
            }
        });
        for _ in 0..10 {
            let listed = session.list(&Pattern::everything(), ListOptions::default());
            assert_eq!(listed.unwrap().len(), 1);
        }
    }

    /// How an answer that comes line by line ends: each in time, and all of them may take half a second.
    fn dripped(requests: Vec<Request>, line: fn(usize) -> String) -> Error {
        let (mut session, _) = session("ACL", LONG, move |peer| {
            for n in 1..1000 {
                peer.say(&line(n));
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        session.link.wire.set_allowance(Duration::from_millis(500));
        session.run(requests, &Pace::unattended()).broken.unwrap()
    }

    #[test]
    fn an_answer_that_is_always_coming_has_an_end() {
        let list = Request::plain("LIST").string("").pattern(b"*");
        let name = |n| WireName::from_wire(format!("f{n}"));
        let changes = (1..1000).map(|n| Request::delete_acl(&name(n), "bob"));
        let changes = changes.collect();
        for error in [
            dripped(vec![list], |n| format!("* LIST () \"/\" f{n}")),
            dripped(changes, |n| format!("S{n} OK done")),
        ] {
            assert_eq!(error.exit(), Exit::Unreachable);
            let what = "talks on, but answers too slowly: 0.5 s were not enough";
            assert!(error.what().contains(what), "{error}");
        }
    }
}
