//! How long work goes on, and who follows it.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::{deadline, interrupt};
use std::sync::atomic::{AtomicBool, Ordering};

/// Who is told of progress, and who may stop a batch.
#[derive(Clone, Copy)]
pub struct Pace<'a> {
    /// Called with the number of commands that finished since the last call.
    pub tick: &'a (dyn Fn(usize) + Sync),
    /// Once true, nothing more is sent; what is in flight is waited for.
    pub stop: &'a AtomicBool,
}

impl Pace<'static> {
    /// Nobody is told, and whoever interrupts the run stops it.
    pub fn interruptible() -> Self {
        Self::telling(&|_| {})
    }

    /// Nobody is told, nobody stops it.
    pub fn unattended() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Self {
            tick: &|_| {},
            stop: &NEVER,
        }
    }
}

impl<'a> Pace<'a> {
    /// `tick` is told, and whoever interrupts the run stops it.
    pub fn telling(tick: &'a (dyn Fn(usize) + Sync)) -> Self {
        let stop = interrupt::flag();
        Self { tick, stop }
    }

    /// Whether nothing more is to be sent: somebody wants to stop, or the time for it is over.
    pub fn stopped(&self) -> bool {
        let heeds = std::ptr::eq(self.stop, interrupt::flag());
        self.stop.load(Ordering::Relaxed) || heeds && deadline::is_over()
    }
}

impl Pace<'_> {
    /// # Errors
    /// As [`stopped`], where nothing more is to be sent.
    pub fn must_go_on(&self) -> Result<()> {
        match self.stopped() {
            true => Err(stopped()),
            false => Ok(()),
        }
    }
}

/// Whether the run has no right to go on any more, where nobody wants to stop it.
fn is_late() -> bool {
    !interrupt::requested() && deadline::is_over()
}

/// Why nothing more is sent.
pub fn why() -> &'static str {
    match is_late() {
        true => "the turn to move mail is over: the run slept, or could not take the turn up again",
        false => "interrupted",
    }
}

/// The same as an error: [`Exit::Interrupted`]; [`Exit::TryAgain`] where the turn to move mail is over.
pub fn stopped() -> Error {
    match is_late() {
        true => {
            Error::new(Exit::TryAgain, why()).hint("run it again: it goes on where this one ended")
        }
        false => Error::new(Exit::Interrupted, why()),
    }
}

/// Who follows the work: a person at a terminal, or nobody.
pub trait Audience: Sync {
    /// So many steps of `what` begin; how many, nobody may know.
    fn begins(&self, total: Option<u64>, what: &str) -> Steps;

    /// Tells `text`, which everybody may want to know.
    fn note(&self, text: &str);

    /// Tells `text`, which nobody should miss.
    fn warning(&self, text: &str);

    /// Tells `text` to whoever wants to know more.
    fn detail(&self, text: &str);
}

/// Steps of a piece of work, which ends when this is dropped.
pub struct Steps(Box<dyn Fn(u64) + Send + Sync>);

impl Steps {
    /// Steps of which `tick` is told.
    pub fn new(tick: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self(Box::new(tick))
    }

    /// So many more are done.
    pub fn tick(&self, steps: u64) {
        (self.0)(steps);
    }
}
