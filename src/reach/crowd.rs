//! The same work on many things, over as many connections as the profile allows.

use crate::error::{Error, Result};
use crate::exit::Exit;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// `work` on each of `items`, at most `hands` at once; the results in the order of the items.
pub fn each<T: Sync, R: Send>(
    items: &[T],
    hands: usize,
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Vec<Result<R>> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<Result<R>>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let hand = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(slot)) = (items.get(n), results.get(n)) else {
                return;
            };
            let result = work(item);
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(result);
            }
        }
    };
    if hands <= 1 || items.len() <= 1 {
        hand();
    } else {
        thread::scope(|scope| {
            for _ in 0..hands.min(items.len()) {
                scope.spawn(hand);
            }
        });
    }
    let lost = || {
        Err(Error::new(
            Exit::Failure,
            "a worker stopped without an answer",
        ))
    };
    let result = |slot: Mutex<Option<Result<R>>>| slot.into_inner().ok().flatten();
    results
        .into_iter()
        .map(|slot| result(slot).unwrap_or_else(lost))
        .collect()
}

/// So many are worked on alone, at most.
const ALONE: usize = 3;

/// The same where each of `items` is a login of its own: they are worked on one by one until the first
/// that is not refused. A password that is wrong should not be tried by all hands at once.
pub fn after_the_first<T: Sync, R: Send>(
    items: &[T],
    hands: usize,
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Vec<Result<R>> {
    let mut results = Vec::with_capacity(items.len());
    for item in items.iter().take(ALONE) {
        let result = work(item);
        let is_refused = matches!(&result, Err(error) if error.is_of_login());
        results.push(result);
        if !is_refused {
            break;
        }
    }
    results.extend(each(&items[results.len()..], hands, work));
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..50).collect();
        for hands in [1, 4] {
            let doubled: Vec<usize> = each(&items, hands, |n| Ok(n * 2))
                .into_iter()
                .map(|r| r.unwrap())
                .collect();
            assert_eq!(doubled, items.iter().map(|n| n * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nobody_begins_before_the_first_is_done() {
        let (items, done): (Vec<usize>, _) = ((0..20).collect(), AtomicUsize::new(0));
        let seen = after_the_first(&items, 8, |n| {
            assert!(*n == 0 || done.load(Ordering::SeqCst) > 0);
            thread::sleep(std::time::Duration::from_millis(5));
            Ok(done.fetch_add(1, Ordering::SeqCst))
        });
        assert_eq!(seen.len(), 20);
        assert_eq!(seen[0], Ok(0));
    }
}
