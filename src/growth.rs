//! For tests: whether work grows with its size, and not with its square. The time that this thread
//! computes is compared with itself, so that neither a slow machine nor a busy one counts.

use rustix::time::{ClockId, clock_gettime};

/// So many times larger is the second size.
const STEP: usize = 8;

/// Makes sure that `work` of eight times the `size` takes no more than 24 times as long: were it the
/// square, 64 times.
///
/// # Panics
/// Where it takes longer.
#[track_caller]
pub(crate) fn is_linear(size: usize, work: impl Fn(usize)) {
    let once = |size| {
        let begin = computed();
        work(size);
        computed() - begin
    };
    // The best of three: a cache is cold once.
    let best = |size| (0..3).map(|_| once(size)).min().unwrap_or_default();
    let (small, large) = (best(size), best(size * STEP));
    assert!(
        large < small.max(1_000_000) * 3 * STEP as u64,
        "{size} take {small} ns, and {STEP} times as many {large} ns"
    );
}

/// What this thread has computed so far, in nanoseconds.
fn computed() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or_default()
}

#[test]
fn what_is_linear_passes_and_a_square_does_not() {
    let sum = |count: usize| {
        let all: Vec<u64> = (0..count as u64).map(std::hint::black_box).collect();
        assert_eq!(std::hint::black_box(all).len(), count);
    };
    is_linear(100_000, sum);
    let square = |count: usize| (0..count).for_each(|_| sum(count));
    let found = std::panic::catch_unwind(|| is_linear(300, square));
    assert!(found.is_err());
}
