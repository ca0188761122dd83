//! The entry in the mailbox, kept alive in a session of its own as long as the run goes on.

use crate::apply::turn::{leave, take_up};
use crate::deadline::{Deadline, Moment};
use crate::error::Result;
use crate::imap::Session;
use crate::model::folder::WireName;
use crate::model::turn::{LASTS, Ticket, Whose};
use crate::output::Output;
use crate::reach::{Opened, Provider};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Nothing is changed in this last part of a turn: the command that was sent before may take so long.
const RESERVE: Duration = Duration::from_secs(60);
/// So often it is taken up again: if that fails once or twice, there is time for another try.
const EVERY: Duration = Duration::from_secs(150);

/// Has the turn kept; leaves it at its own end.
pub struct Keeper {
    /// Dropped, it tells the thread that the run is done.
    goes_on: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread works with.
struct Kept {
    opened: Opened,
    wire: WireName,
    ticket: Ticket,
    provider: Provider,
}

impl Keeper {
    /// For `ticket`, which was written into the folder called `wire` after the moment `begun`, in the session of
    /// `opened`.
    pub fn of(
        opened: Opened,
        wire: WireName,
        ticket: Ticket,
        begun: Moment,
        provider: &Provider,
        output: Arc<Output>,
    ) -> Self {
        // From here on, before anything is changed.
        let deadline = Deadline::new(begun, Duration::from_secs(LASTS.into()) - RESERVE);
        let (goes_on, ends) = channel::<()>();
        let mut kept = Kept {
            opened,
            wire,
            ticket,
            provider: provider.same(),
        };
        let work = move || {
            while let Err(RecvTimeoutError::Timeout) = ends.recv_timeout(EVERY) {
                if !kept.goes_on(&deadline, &output) {
                    break;
                }
            }
            // Until the run is done: the end that is set stops it.
            let _ = ends.recv();
            drop(deadline);
            kept.leave();
        };
        Self {
            goes_on: Some(goes_on),
            thread: Some(thread::spawn(work)),
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.goes_on = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Kept {
    /// Takes the turn up again; whether there is one any more.
    fn goes_on(&mut self, deadline: &Deadline, output: &Output) -> bool {
        // Whoever slept for so long may have been taken for dead: another run may have it by now.
        if deadline.is_over() {
            return false;
        }
        let begun = Moment::now();
        let taken_up = self.twice(take_up);
        let (why, is_over) = match taken_up {
            Ok(Ok(Whose::Own(..))) => {
                deadline.put_off(begun);
                return true;
            }
            Ok(Ok(Whose::Anothers(_))) => ("another run has it".to_owned(), true),
            Ok(Ok(Whose::Lost)) => ("somebody removed its entry".to_owned(), true),
            Ok(Err(refusal)) => (refusal.to_string(), false),
            Err(error) => (error.to_string(), false),
        };
        let then = match is_over {
            true => "nothing more of it is moved",
            false => "it ends in some minutes unless that is mended",
        };
        output.warning(&format!(
            "{}: the turn to move its mail could not be taken up again: {why}; {then}",
            self.opened.name
        ));
        if is_over {
            deadline.end();
        }
        !is_over
    }

    /// What was written for the turn is taken out of the mailbox; what stays for want of a session ends by itself.
    fn leave(mut self) {
        let _ = self.twice(leave);
        // Whoever waits for the end of the run waits for no goodbye.
        self.opened.session.hang_up();
    }

    /// Does `work`, and once more in a new session where the old one breaks: the server may have ended it.
    fn twice<T>(
        &mut self,
        work: impl Fn(&mut Session, &WireName, &Ticket) -> Result<T>,
    ) -> Result<T> {
        let session = &mut self.opened.session;
        if let Ok(done) = work(session, &self.wire, &self.ticket) {
            return Ok(done);
        }
        self.opened.session = self.provider.again(&self.opened)?;
        work(&mut self.opened.session, &self.wire, &self.ticket)
    }
}
