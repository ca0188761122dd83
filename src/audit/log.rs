//! The witness that logs: who makes the changes of this process, and which of them are under way.

use super::actor::Actor;
use super::book::Book;
use super::line::{Event, Run, now, seal};
use super::link::Link;
use super::page::{Durable, Page};
use super::place::Place;
use super::syslog::Syslog;
use super::told::Told;
use crate::error::{Error, Result};
use crate::ledger::Witness;
use crate::model::deed::{Deeds, Done};
use crate::model::outcome::{Fate, Outcome};
use crate::model::plan::Plan;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Says where the log is and who makes changes: asked before the first of them.
pub type Opening = dyn Fn() -> Result<(Place, Actor)> + Send + Sync;

/// The log of this process's changes.
pub struct Log {
    opening: Box<Opening>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    opened: Option<Opened>,
    /// The number of the last change.
    last: u64,
    /// The number before the first change of those that are under way.
    under_way: BTreeMap<Work, u64>,
    /// As whom mailboxes are changed.
    acting: BTreeMap<String, String>,
    /// By which program, where it is not done over IMAP.
    programs: BTreeMap<String, String>,
}

/// What is under way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    /// The changes of a mailbox.
    Plan(String),
    /// Deeds, by their token.
    Deeds(u64),
}

struct Opened {
    place: Place,
    actor: Actor,
    /// Whether the log knows of this process.
    is_told: bool,
    /// The last line that went to the system's log, where only that has them.
    link: Link,
    /// When all lines of the file were known to be on the disk.
    settled: Option<Instant>,
    /// Whether some are not since then.
    is_unsettled: bool,
}

/// Outcomes wait for the disk no more often than this. Intents always do, and take with them what
/// came before.
const SELDOM: Duration = Duration::from_millis(50);

impl Log {
    /// Nothing is opened before there is something to log.
    pub fn new(opening: impl Fn() -> Result<(Place, Actor)> + Send + Sync + 'static) -> Self {
        Self {
            opening: Box::new(opening),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs what is meant to be done; where that fails half way, that it was not.
    fn intend(
        &self,
        work: Work,
        mailbox: &str,
        acting: Option<String>,
        count: usize,
        told: &dyn Fn(&Told, u64, usize) -> Told,
    ) -> Result<()> {
        let mut state = self.state();
        if state.opened.is_none() {
            let (place, actor) = (self.opening)().map_err(not_made)?;
            state.opened = Some(Opened::new(place, actor));
        }
        let first = state.last;
        state.last += count as u64;
        let acting = acting.or_else(|| state.acting.get(mailbox).cloned());
        let program = state.programs.get(mailbox).cloned();
        let Some(opened) = state.opened.as_mut() else {
            return Ok(());
        };
        let whole = Told::by(&opened.actor, acting.as_deref(), mailbox);
        let whole = whole.through(program.as_deref());
        let told = |at| told(&whole, first + at as u64 + 1, at);
        let intents = (0..count).map(|at| Event::Intent(told(at)));
        if let Err((error, is_partly)) = opened.write(Durable::Now, intents) {
            if is_partly {
                let untried = |at| Event::Outcome(told(at).became(&Fate::NotTried));
                let _ = opened.write(Durable::Now, (0..count).map(untried));
            }
            return Err(not_made(error));
        }
        state.under_way.insert(work, first);
        Ok(())
    }

    /// Logs what became of that.
    fn tell(
        &self,
        work: &Work,
        mailbox: &str,
        acting: Option<String>,
        count: usize,
        told: &dyn Fn(&Told, u64, usize) -> Told,
    ) -> Result<()> {
        let mut state = self.state();
        let acting = acting.or_else(|| state.acting.remove(mailbox));
        let program = state.programs.remove(mailbox);
        // What was not announced was not done.
        let (Some(first), Some(opened)) = (state.under_way.remove(work), state.opened.as_mut())
        else {
            return Ok(());
        };
        let whole = Told::by(&opened.actor, acting.as_deref(), mailbox);
        let whole = whole.through(program.as_deref());
        let outcomes = (0..count).map(|at| Event::Outcome(told(&whole, first + at as u64 + 1, at)));
        opened
            .write(opened.outcomes(), outcomes)
            .map_err(|(error, _)| error)
    }
}

impl Witness for Log {
    fn acting(&self, mailbox: &str, owner: Option<&str>) {
        let mut state = self.state();
        match owner {
            Some(owner) => state.acting.insert(mailbox.to_owned(), owner.to_owned()),
            None => state.acting.remove(mailbox),
        };
    }

    fn by_program(&self, mailbox: &str, program: &str) {
        let mut state = self.state();
        state
            .programs
            .insert(mailbox.to_owned(), program.to_owned());
    }

    fn about_to(&self, plan: &Plan) -> Result<()> {
        let work = Work::Plan(plan.mailbox.clone());
        let told = |whole: &Told, id, at: usize| whole.change(id, &plan.changes[at]);
        self.intend(work, &plan.mailbox, None, plan.changes.len(), &told)
    }

    fn became(&self, mailbox: &str, outcome: &Outcome) -> Result<()> {
        let told = |whole: &Told, id, at: usize| {
            let (change, fate) = &outcome.changes[at];
            whole.change(id, change).became(fate)
        };
        let work = Work::Plan(mailbox.to_owned());
        self.tell(&work, mailbox, None, outcome.changes.len(), &told)
    }

    fn about_to_do(&self, deeds: &Deeds) -> Result<()> {
        let told = |whole: &Told, id, at: usize| whole.deed(id, &deeds.list[at]);
        let (work, acting) = (Work::Deeds(deeds.token), deeds.acting.clone());
        self.intend(work, &deeds.mailbox, acting, deeds.list.len(), &told)
    }

    fn did(&self, deeds: &Deeds, done: &[Done]) -> Result<()> {
        let told = |whole: &Told, id, at: usize| whole.deed(id, &deeds.list[at]).done(&done[at]);
        let (work, acting) = (Work::Deeds(deeds.token), deeds.acting.clone());
        let count = deeds.list.len().min(done.len());
        self.tell(&work, &deeds.mailbox, acting, count, &told)
    }
}

impl Opened {
    fn new(place: Place, actor: Actor) -> Self {
        Self {
            place,
            actor,
            is_told: false,
            link: Link::START,
            settled: None,
            is_unsettled: false,
        }
    }

    /// Writes `events` wherever they belong. An error says, too, whether some place has them.
    fn write(
        &mut self,
        durable: Durable,
        events: impl Iterator<Item = Event>,
    ) -> Result<(), (Error, bool)> {
        let run = (!self.is_told).then(|| Event::Run(Run::of(&self.actor)));
        let mut events = run.into_iter().chain(events);
        // Nobody listening is seen before anything is written.
        let syslog = self.place.syslog.as_deref().map(Syslog::open);
        let syslog = syslog.transpose().map_err(|error| (error, false))?;
        match (&self.place.file, syslog) {
            (Some(path), syslog) => {
                let book = Book::new(path.clone(), self.place.rotate);
                let each = |page: &mut Page<'_>| events.try_for_each(|event| page.line(&event));
                let written = book.append(durable, each);
                let written = written.map_err(|error| (error, false))?;
                self.is_told = true;
                self.is_unsettled = durable == Durable::Later;
                if durable == Durable::Now {
                    self.settled = Some(Instant::now());
                }
                if let Some(mut syslog) = syslog {
                    let sent = written.lines(|line| syslog.send(line));
                    sent.map_err(|error| (syslog.failed(&error), true))?;
                }
            }
            (None, Some(mut syslog)) => {
                let sent = events.try_for_each(|event| self.link_and_send(&mut syslog, &event));
                sent.map_err(|error| (syslog.failed(&error), true))?;
                self.is_told = true;
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Whether outcomes wait for the disk.
    fn outcomes(&self) -> Durable {
        match self.settled {
            Some(settled) if settled.elapsed() < SELDOM => Durable::Later,
            _ => Durable::Now,
        }
    }

    /// Without a file there is one chain for each process.
    fn link_and_send(&mut self, syslog: &mut Syslog, event: &Event) -> io::Result<()> {
        let mut line = Vec::new();
        self.link = seal(self.link, &now(), event, &mut line)?;
        syslog.send(String::from_utf8_lossy(&line).trim_end())
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let path = self.place.file.clone().filter(|_| self.is_unsettled);
        if let Some(path) = path {
            // They are written; that a crash could lose them even now is nothing to fail for.
            let _ = Book::new(path, None).settle();
        }
    }
}

/// A change that cannot be logged is not made.
fn not_made(error: Error) -> Error {
    let what = format!("no change is made that cannot be logged: {error}");
    let told = Error::new(error.exit(), what);
    match error.advice() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}
