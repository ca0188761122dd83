//! Until when a run may go on changing things: nothing more is sent once an end that was set is over, and nobody took
//! it up again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The ends that are set.
static ENDS: Mutex<Vec<Arc<Mutex<End>>>> = Mutex::new(Vec::new());

#[derive(Clone, Copy)]
struct End {
    begun: Moment,
    lasts: Duration,
}

impl End {
    fn is_over(&self) -> bool {
        self.begun.past() >= self.lasts
    }
}

/// A moment, by both clocks: the one stands still while the machine sleeps, and the other may be set back.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    /// This one.
    pub fn now() -> Self {
        Self {
            steady: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// How long it is past, at least as either clock has it.
    pub fn past(&self) -> Duration {
        let wall = self.wall.elapsed().unwrap_or_default();
        self.steady.elapsed().max(wall)
    }
}

/// An end that is set as long as this is there.
pub struct Deadline(Arc<Mutex<End>>);

impl Deadline {
    /// So long after `begun`.
    pub fn new(begun: Moment, lasts: Duration) -> Self {
        let end = Arc::new(Mutex::new(End { begun, lasts }));
        locked(&ENDS).push(Arc::clone(&end));
        Self(end)
    }

    /// From now on as long after `begun` as before.
    pub fn put_off(&self, begun: Moment) {
        locked(&self.0).begun = begun;
    }

    /// It is over at once.
    pub fn end(&self) {
        locked(&self.0).lasts = Duration::ZERO;
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        locked(&self.0).is_over()
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        locked(&ENDS).retain(|end| !Arc::ptr_eq(end, &self.0));
    }
}

/// Whether any end that is set is over.
pub fn is_over() -> bool {
    locked(&ENDS).iter().any(|end| locked(end).is_over())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ago(seconds: u64) -> Moment {
        let now = Moment::now();
        Moment {
            // The machine slept: only the wall clock went on.
            steady: now.steady,
            wall: now.wall - Duration::from_secs(seconds),
        }
    }

    #[test]
    fn an_end_is_over_when_its_time_is_or_the_machine_slept_through_it() {
        let end = |begun| End {
            begun,
            lasts: Duration::from_secs(540),
        };
        assert!(!end(Moment::now()).is_over());
        assert!(!end(ago(530)).is_over());
        assert!(end(ago(540)).is_over());
        let set_back = Moment {
            wall: SystemTime::now() + Duration::from_secs(9000),
            steady: Instant::now(),
        };
        assert!(!end(set_back).is_over());
    }

    #[test]
    fn it_is_put_off() {
        let deadline = Deadline::new(ago(60), Duration::from_secs(5000));
        assert!(locked(&deadline.0).begun.past() >= Duration::from_secs(60));
        deadline.put_off(Moment::now());
        assert!(locked(&deadline.0).begun.past() < Duration::from_secs(60));
        assert!(!deadline.is_over());
    }

    #[test]
    fn it_is_ended_at_once() {
        let end = End {
            begun: Moment::now(),
            lasts: Duration::ZERO,
        };
        assert!(end.is_over());
    }
}
