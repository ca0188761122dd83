//! A folder that is selected: what it keeps, which messages lie in it, and what they carry (RFC 9051,
//! sections 6.3.2, 6.4.4 and 6.4.5).

use super::Session;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::imap::answer::{Answer, Batch, Refusal};
use crate::imap::collect::{Aloft, Collect};
use crate::imap::request::Request;
use crate::imap::response::{Data, State};
use crate::imap::token::{Cursor, Malformed};
use crate::model::folder::WireName;
use crate::model::label::{LONGEST, Permits};
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use std::collections::HashSet;

/// The most messages of one folder that are worked on at once.
pub(super) const MOST_MESSAGES: usize = 2_000_000;
/// The most flags that a folder is believed to keep, and a message to carry.
const MOST_FLAGS: usize = 4_096;

/// A folder, as it was when it was selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The identity of its numbering; absent where the server does not tell.
    pub uid_validity: Option<u32>,
    /// The number that its next message gets; absent where the server does not tell.
    pub uid_next: Option<u32>,
    /// Which flags it keeps.
    pub permits: Permits,
    /// How many messages it holds.
    pub messages: u64,
    /// What this session may do there, where that was asked along with it and told.
    pub rights: Option<Rights>,
}

impl Session {
    /// SELECT: from now on messages of `folder` can be changed.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn select(&mut self, folder: &WireName) -> Result<Result<Selected, Refusal>> {
        self.enter(Request::select(folder))
    }

    /// EXAMINE: from now on they can be looked at. What the folder keeps tells SELECT alone.
    ///
    /// # Errors
    /// When the session breaks; the inner one where the server refuses.
    pub fn examine(&mut self, folder: &WireName) -> Result<Result<Selected, Refusal>> {
        self.enter(Request::examine(folder))
    }

    fn enter(&mut self, request: Request) -> Result<Result<Selected, Refusal>> {
        let mut entering = Entering::default();
        let pace = Pace::unattended();
        let batch = self.link.run(&[request], &pace, &mut entering);
        if let Some(error) = batch.broken {
            return Err(error);
        }
        let answer = batch.answers.first().unwrap_or(&Answer::Unknown);
        Ok(match answer.refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(entering.became(answer)),
        })
    }

    /// Runs `requests` on the folder that is selected, and selects `next` behind them without a wait in between; what
    /// that one is like, where that is known.
    pub fn run_and_select(
        &mut self,
        mut requests: Vec<Request>,
        next: Option<&WireName>,
        pace: &Pace,
    ) -> (Batch, Option<Result<Selected, Refusal>>) {
        let at = requests.len();
        requests.extend(next.map(Request::select));
        let mut behind = Behind {
            at,
            entering: Entering::default(),
        };
        self.looked.expire();
        let mut batch = self.link.run(&requests, pace, &mut behind);
        let answer = batch.answers.drain(at..).next();
        let entered = answer.and_then(|answer| match (&answer, answer.refusal()) {
            (Answer::Unsent | Answer::Unknown, _) => None,
            (_, Some(refusal)) => Some(Err(refusal)),
            (answer, None) => Some(Ok(behind.entering.became(answer))),
        });
        (batch, entered)
    }

    /// Hands `take` the UID of each message of `set` in the folder that is selected, with all flags
    /// that it carries: each message once.
    ///
    /// # Errors
    /// When the session breaks, or the server names more than anybody has; the inner one where it
    /// refuses.
    pub fn flags(
        &mut self,
        set: &str,
        take: &mut dyn FnMut(u32, &[&str]),
    ) -> Result<Result<(), Refusal>> {
        let mut carried = Carried {
            take,
            seen: HashSet::new(),
        };
        let request = Request::plain("UID FETCH").raw(format!("{set} (UID FLAGS)"));
        if let Err(refusal) = self.ask(request, &mut carried)? {
            return Ok(Err(refusal));
        }
        match carried.seen.len() > MOST_MESSAGES {
            true => Err(too_many("UID FETCH")),
            false => Ok(Ok(())),
        }
    }
}

pub(super) fn too_many(asked: &str) -> Error {
    let what = format!("the answer to {asked} names more than {MOST_MESSAGES} messages");
    Error::new(Exit::Protocol, what)
}

/// What a server tells while it selects a folder.
#[derive(Default)]
pub(super) struct Entering {
    selected: Selected,
    permits: Option<Permits>,
}

impl Entering {
    /// Whether the server told by which numbers its messages go.
    pub(super) fn is_known(&self) -> bool {
        self.selected.uid_validity.is_some()
    }

    /// What the folder is like, after the server's `answer`.
    pub(super) fn became(self, answer: &Answer) -> Selected {
        let is_read_only = match answer {
            Answer::Ok { code, .. } => code.as_ref().is_some_and(|c| c.name == "READ-ONLY"),
            _ => false,
        };
        let permits = match is_read_only {
            true => Permits::default(),
            false => self.permits.unwrap_or_else(Permits::all),
        };
        Selected {
            permits,
            ..self.selected
        }
    }
}

/// What is told of a folder that is selected behind other commands.
struct Behind {
    /// So many came before.
    at: usize,
    entering: Entering,
}

impl Collect for Behind {
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed> {
        match aloft.oldest == Some(self.at) {
            true => self.entering.collect(data, aloft),
            false => Ok(()),
        }
    }

    fn told(&mut self, state: &State<'_>, aloft: &Aloft<'_>) {
        if aloft.oldest == Some(self.at) {
            self.entering.told(state, aloft);
        }
    }
}

impl Collect for Entering {
    fn collect(&mut self, data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        if data.is("EXISTS") {
            // The number stands before the name.
            self.selected.messages = data.number.unwrap_or_default();
        }
        Ok(())
    }

    fn told(&mut self, state: &State<'_>, _: &Aloft<'_>) {
        let number = |code| {
            let number = state.code_values(code)?.number().ok();
            Some(number.and_then(|n| u32::try_from(n).ok().filter(|n| *n > 0)))
        };
        if let Some(validity) = number("UIDVALIDITY") {
            self.selected.uid_validity = validity;
        }
        if let Some(next) = number("UIDNEXT") {
            self.selected.uid_next = next;
        }
        if let Some(mut values) = state.code_values("PERMANENTFLAGS") {
            let mut words = Vec::new();
            // What cannot be read keeps nothing.
            let read = flags(&mut values, &mut words);
            let words = words.into_iter().filter(|_| read.is_ok());
            self.permits = Some(Permits::of(words));
        }
    }
}

/// `"(" [flag *(SP flag)] ")"`; those that no server needs are passed over.
pub(super) fn flags<'a>(values: &mut Cursor<'a>, into: &mut Vec<&'a str>) -> Result<(), Malformed> {
    values.expect(b'(')?;
    while !values.eat(b')') {
        let word = values.word()?;
        let fits = word.len() <= LONGEST && into.len() < MOST_FLAGS;
        let graphic = word.iter().all(u8::is_ascii_graphic);
        let word = std::str::from_utf8(word).map_err(|_| Malformed)?;
        if fits && graphic {
            into.push(word);
        }
    }
    Ok(())
}

/// What FETCH tells of each message.
struct Carried<'t> {
    take: &'t mut dyn FnMut(u32, &[&str]),
    seen: HashSet<u32>,
}

impl Collect for Carried<'_> {
    fn collect(&mut self, mut data: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        let Some((uid, carried)) = carried(&mut data)? else {
            return Ok(());
        };
        if self.seen.len() <= MOST_MESSAGES && self.seen.insert(uid) {
            (self.take)(uid, &carried);
        }
        Ok(())
    }
}

/// The UID of the message of which FETCH tells in `data`, and all flags that it carries.
pub(super) fn carried<'d>(data: &mut Data<'d>) -> Result<Option<(u32, Vec<&'d str>)>, Malformed> {
    if !data.is("FETCH") {
        return Ok(None);
    }
    let (mut uid, mut carried) = (None, None);
    let values = &mut data.values;
    values.expect(b'(')?;
    while !values.eat(b')') {
        let item = values.word()?;
        if item.eq_ignore_ascii_case(b"UID") {
            uid = Some(u32::try_from(values.number()?).map_err(|_| Malformed)?);
        } else if item.eq_ignore_ascii_case(b"FLAGS") {
            let mut words = Vec::new();
            flags(values, &mut words)?;
            carried = Some(words);
        } else {
            values.skip()?;
        }
    }
    // What is told unasked of others names no UID (RFC 9051, section 7.5.2).
    Ok(uid.zip(carried))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::peer::dialogue;

    #[test]
    fn a_folder_says_what_it_keeps_and_how_it_counts() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 SELECT "INBOX"
               S: * FLAGS (\Seen \Answered $label1)
               S: * OK [PERMANENTFLAGS (\Seen $Label1 \*)] kept
               S: * 3 EXISTS
               S: * OK [UIDVALIDITY 17] counted
               S: * OK [UIDNEXT 9] the next one
               S: S1 OK [READ-WRITE] in
               C: S2 SELECT "INBOX"
               S: * OK [PERMANENTFLAGS (\Seen \*)] kept
               S: S2 OK [READ-ONLY] in
               C: S3 SELECT "INBOX"
               S: * OK [PERMANENTFLAGS (] odd
               S: * OK [UIDVALIDITY 0] odd
               S: S3 OK in
               C: S4 SELECT "INBOX"
               S: S4 OK in
               C: S5 SELECT "INBOX"
               S: S5 NO [NOPERM] no"#,
        );
        let inbox = WireName::inbox();
        let mut select = || session.select(&inbox).unwrap();
        let whole = select().unwrap();
        let expected = Permits::of(["\\Seen", "$label1", "\\*"]);
        assert_eq!((whole.uid_validity, whole.messages), (Some(17), 3));
        assert_eq!(whole.uid_next, Some(9));
        assert_eq!(whole.permits, expected);
        // A folder that is only to be read keeps nothing, whatever it names.
        assert_eq!(select().unwrap().permits, Permits::default());
        let odd = select().unwrap();
        assert_eq!((odd.permits, odd.uid_validity), (Permits::default(), None));
        assert_eq!(select().unwrap().permits, Permits::all());
        assert_eq!(select().unwrap_err().code.as_deref(), Some("NOPERM"));
        script.join().unwrap();
    }

    #[test]
    fn what_messages_carry_is_told_once_for_each() {
        let (mut session, script) = dialogue(
            "",
            r#"C: S1 UID FETCH 1:* (UID FLAGS)
               S: * 1 FETCH (UID 7 FLAGS (\Seen $label1))
               S: * 2 FETCH (FLAGS () MODSEQ (5) UID 9)
               S: * 1 FETCH (UID 7 FLAGS (urgent))
               S: * 3 FETCH (FLAGS (urgent))
               S: * 4 FETCH (UID 8 FLAGS (urgent))
               S: S1 OK done"#,
        );
        let mut told = Vec::new();
        let mut take = |uid, flags: &[&str]| told.push(format!("{uid} {}", flags.join(" ")));
        session.flags("1:*", &mut take).unwrap().unwrap();
        assert_eq!(told, ["7 \\Seen $label1", "9 ", "8 urgent"]);
        script.join().unwrap();
    }
}
