//! Work on one mailbox that several sessions share.

use crate::error::Result;
use crate::imap::Session;
use crate::reach::{Opened, Provider, Reach};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Who helps to look into many folders.
#[derive(Clone, Copy)]
pub struct Help<'h> {
    /// So many sessions look at once, at most.
    pub hands: usize,
    /// Opens one more; none where there can be no more.
    pub open: &'h (dyn Fn(&Reach) -> Option<Session> + Sync),
}

/// `work` on each part of `folders`, of which several sessions take one after the other where there are many; what came of
/// each part, in their order. The sessions end with it.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn among<F: Sync, R: Send>(
    provider: &Provider,
    opened: &mut Opened,
    folders: &[F],
    size: usize,
    work: impl Fn(&mut Session, &[F]) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let hands = provider.hands_for(opened.dialect.family, folders.len());
    let size = folders.len().div_ceil(hands).clamp(1, size);
    let parts: Vec<&[F]> = folders.chunks(size).collect();
    let idle = idle(opened);
    let Opened { session, reach, .. } = opened;
    let open = || idle.take().or_else(|| provider.reached(reach).ok());
    let (done, _) = shared(session, &parts, hands, open, |session, part| {
        work(session, part)
    })?;
    let each = parts.iter().zip(done);
    // Whoever took what is lacking came to nothing.
    each.map(|(part, done)| done.map_or_else(|| work(session, part), Ok))
        .collect()
}

/// Sessions that are there already and wait for work.
pub(super) struct Idle(Mutex<Vec<Session>>);

/// Those of `opened`.
pub(super) fn idle(opened: &mut Opened) -> Idle {
    Idle(Mutex::new(std::mem::take(&mut opened.more)))
}

impl Idle {
    /// One of them.
    pub(super) fn take(&self) -> Option<Session> {
        self.0.lock().ok()?.pop()
    }
}

/// What came of the work, part by part, and the sessions that helped.
type Shared<R> = (Vec<Option<R>>, Vec<Session>);

/// `work` on each of `parts`: `session` begins at once, and others that `open` opens, up to so many `hands`, take what is
/// left when they are there. Nothing of a part on which another session broke.
///
/// # Errors
/// Where `session` itself breaks.
pub(super) fn shared<T: Sync, R: Send>(
    session: &mut Session,
    parts: &[T],
    hands: usize,
    open: impl Fn() -> Option<Session> + Sync,
    work: impl Fn(&mut Session, &T) -> Result<R> + Sync,
) -> Result<Shared<R>> {
    let next = AtomicUsize::new(0);
    let done: Vec<Mutex<Option<R>>> = parts.iter().map(|_| Mutex::new(None)).collect();
    let serve = |session: &mut Session| -> Result<()> {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let (Some(part), Some(slot)) = (parts.get(n), done.get(n)) else {
                return Ok(());
            };
            let result = work(session, part)?;
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(result);
            }
        }
    };
    let (own, more) = thread::scope(|scope| {
        let help = || {
            let mut session = open()?;
            serve(&mut session).ok()?;
            Some(session)
        };
        let helping: Vec<_> = (1..hands).map(|_| scope.spawn(help)).collect();
        let own = serve(session);
        let helped = helping.into_iter();
        let more: Vec<Session> = helped.filter_map(|one| one.join().ok()?).collect();
        (own, more)
    });
    own?;
    let done = done.into_iter().map(|slot| slot.into_inner().ok()?);
    Ok((done.collect(), more))
}
