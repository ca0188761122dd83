//! The session that reads what was stored, opened while the last of the work is on its way: connecting and logging in
//! takes as many round trips as all of the reading.

use crate::imap::Session;
use crate::model::change::Change;
use crate::model::dialect::Family;
use crate::model::plan::Plan;
use crate::reach::{Opened, Provider};
use std::sync::mpsc::channel;
use std::thread;

/// Whether a second session may be there beside the one that carries `plan` out, and sees in a folder that it enters
/// afterwards what a third one would: of messages that holds on every server that was tried, and of entries nobody knows.
pub(super) fn may_wait(provider: &Provider, opened: &Opened, plan: &Plan) -> bool {
    let is_of_messages = |change: &Change| {
        matches!(
            change,
            Change::Move(..) | Change::Expunge(..) | Change::Label(..)
        )
    };
    // Courier lets one address have four sessions.
    opened.dialect.family != Family::Courier
        && provider.profile().imap.connections_of_mail > 1
        && plan.changes.iter().all(is_of_messages)
}

/// What `work` comes to, which tells of each of so many `steps` that it has done; and the session that `open` opened
/// meanwhile, which it does before the last step ends and never where the work ends before: one that waits for long
/// may be gone when it is wanted.
pub(super) fn while_working<T>(
    steps: usize,
    open: impl FnOnce() -> Option<Session> + Send,
    work: impl FnOnce(&(dyn Fn(usize) + Sync)) -> T,
) -> (T, Option<Session>) {
    let (done, ends) = channel::<()>();
    let wait = move || {
        for _ in 1..steps {
            ends.recv().ok()?;
        }
        open()
    };
    thread::scope(|scope| {
        let opening = scope.spawn(wait);
        let tick = |n: usize| {
            // Nobody waits any more once it is opened.
            (0..n).for_each(|_| {
                let _ = done.send(());
            });
        };
        let came = work(&tick);
        drop(done);
        (came, opening.join().ok().flatten())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Whether anybody opens one where so many of `steps` are done.
    fn opens(steps: usize, done: usize) -> bool {
        let opened = AtomicBool::new(false);
        let open = || {
            opened.store(true, Ordering::SeqCst);
            None
        };
        let ((), none) = while_working(steps, open, |tick| (0..done).for_each(|_| tick(1)));
        assert!(none.is_none());
        opened.load(Ordering::SeqCst)
    }

    #[test]
    fn it_is_opened_for_the_end_and_not_where_there_is_none() {
        assert!(opens(1, 0) && opens(3, 2) && opens(3, 3));
        assert!(!opens(3, 1) && !opens(2, 0));
    }
}
