//! How long a server may take for all of what it was asked: each line in time, it could keep
//! somebody for years.
//!
//! There is an allowance of time that runs out while one waits. What comes fills it up again: each
//! command that is answered, and all bytes by their number, never beyond what it was at first. So
//! there is no end to what may be asked, and an end to how slowly.

use std::time::{Duration, Instant};

/// The whole allowance, in timeouts: ten minutes where one is 30 s.
const WHOLE: u32 = 20;
/// The part of it that an answered command fills up: 10 s.
const ANSWER: u32 = 60;
/// The bytes that fill up all of it: 64 KiB a second.
const FAST: u32 = 600 * (64 << 10);

/// The allowance for what is being asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    whole: Duration,
    end: Instant,
}

impl Patience {
    /// How long it is where one line may take `timeout`.
    pub fn usual(timeout: Duration) -> Duration {
        timeout.saturating_mul(WHOLE)
    }

    /// All of an allowance that is `whole` long.
    pub fn new(whole: Duration, now: Instant) -> Self {
        Self {
            whole,
            end: now + whole,
        }
    }

    /// When it ends, where nothing comes any more.
    pub fn end(&self) -> Instant {
        self.end
    }

    /// How long it is where nothing comes.
    pub fn whole(&self) -> Duration {
        self.whole
    }

    /// A command is answered.
    pub fn answered(&mut self, now: Instant) {
        self.fill(self.whole / ANSWER, now);
    }

    /// So many bytes have come.
    pub fn received(&mut self, bytes: usize, now: Instant) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).min(FAST);
        self.fill(self.whole.mul_f64(f64::from(bytes) / f64::from(FAST)), now);
    }

    /// A piece went out, for which there is a deadline of its own.
    pub fn sent(&mut self, now: Instant) {
        self.fill(self.whole / WHOLE, now);
    }

    fn fill(&mut self, more: Duration, now: Instant) {
        // What has run out is not filled up again.
        if now < self.end {
            self.end = (self.end + more).min(now + self.whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: Duration = Duration::from_secs(600);

    fn lasts(pause: Duration, bytes: usize, answered: bool) -> Duration {
        let begin = Instant::now();
        let mut patience = Patience::new(ALL, begin);
        let mut now = begin;
        while now < patience.end() && now < begin + Duration::from_secs(86_400) {
            now += pause;
            patience.received(bytes, now);
            if answered {
                patience.answered(now);
            }
        }
        now - begin
    }

    #[test]
    fn whoever_drips_has_ten_minutes_and_whoever_works_has_all_day() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let moment = Duration::from_millis(200);
        assert!(lasts(moment, 1, false) < minutes(11));
        assert!(lasts(moment, 100, false) < minutes(11));
        assert!(lasts(moment, 16 << 10, false) >= minutes(24 * 60));
        assert!(lasts(Duration::from_secs(9), 80, true) >= minutes(24 * 60));
        assert!(lasts(Duration::from_secs(29), 80, true) < minutes(20));
    }

    proptest! {
        #[test]
        fn it_is_never_longer_than_at_first(
            events in proptest::collection::vec((0u64..40_000, 0usize..10_000_000, 0..3), 0..100)
        ) {
            let mut now = Instant::now();
            let mut patience = Patience::new(ALL, now);
            for (pause, bytes, kind) in events {
                now += Duration::from_millis(pause);
                let before = patience.end();
                match kind {
                    0 => patience.received(bytes, now),
                    1 => patience.answered(now),
                    _ => patience.sent(now),
                }
                prop_assert!(patience.end() <= (now + patience.whole()).max(before));
                prop_assert!(before < now || patience.end() >= before);
            }
        }
    }
}
