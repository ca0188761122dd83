//! Commands in flight: a bounded window, replies matched by tag in any order.
//!
//! The window is bounded in commands and bytes, so that neither side ever waits for the other to
//! read first. It is refilled in bursts, each one write.

use super::answer::{Answer, Batch, Pace};
use super::claim::Claims;
use super::request::{Request, Style};
use super::response::{Condition, Data, Response, State};
use super::token::Malformed;
use super::trace::Direction;
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::exit::Exit;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Instant;

/// The most commands in flight.
const WINDOW: usize = 500;
/// The most unanswered bytes: less than any socket buffers.
const WINDOW_BYTES: usize = 32 << 10;
/// How far the window looks past commands that have to wait for their folder.
const LOOKAHEAD: usize = 4 * WINDOW;
/// The most untagged responses to one batch.
const MOST_UNTAGGED: usize = 2_000_000;
/// The most bytes of untagged responses to one batch.
const MOST_BYTES: usize = 256 << 20;
/// A server that sends lines, but no reply, is given up after this many timeouts.
const PATIENCE: u32 = 20;

/// A wire after the login, and what is needed to speak on it.
#[derive(Debug)]
pub(super) struct Link {
    pub wire: Wire,
    pub style: Style,
    next_tag: u32,
    broken: Option<Error>,
}

/// What is told of the untagged responses, one by one.
pub(super) trait Collect {
    /// Takes what is wanted of `data` and leaves the rest.
    fn collect(&mut self, data: Data<'_>, aloft: &Aloft<'_>) -> Result<(), Malformed>;
}

/// Nothing is wanted but the tagged replies.
pub(super) struct Nothing;

impl Collect for Nothing {
    fn collect(&mut self, _: Data<'_>, _: &Aloft<'_>) -> Result<(), Malformed> {
        Ok(())
    }
}

/// What is in flight.
pub(super) struct Aloft<'r> {
    claims: Claims<'r>,
    style: Style,
    count: usize,
    bytes: usize,
}

impl Aloft<'_> {
    /// A folder name as the rest of the crate spells it.
    pub fn folder<'a>(&self, wire: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
        self.style.folder(wire)
    }

    /// The command in flight that asks about the folder which the server calls `wire`.
    pub fn asker(&self, wire: Cow<'_, [u8]>) -> Option<usize> {
        self.claims.owner(&self.folder(wire))
    }
}

impl Link {
    /// A link over `wire`, whose login is done.
    pub fn new(wire: Wire, style: Style) -> Self {
        Self {
            wire,
            style,
            next_tag: 1,
            broken: None,
        }
    }

    /// Runs `requests` and hands the untagged responses to `collector`.
    pub fn run(&mut self, requests: &[Request], pace: &Pace, collector: &mut dyn Collect) -> Batch {
        let mut flight = Flight::new(requests, self.style, self.next_tag);
        let outcome = match &self.broken {
            Some(error) => Err(error.clone()),
            None => flight.fly(self, pace, collector),
        };
        self.next_tag = self.next_tag.wrapping_add(flight.sent.len() as u32);
        if let Err(error) = &outcome {
            self.broken.get_or_insert_with(|| error.clone());
        }
        Batch {
            answers: flight.answers,
            broken: outcome.err(),
        }
    }
}

/// A batch on its way.
struct Flight<'r> {
    requests: &'r [Request],
    answers: Vec<Answer>,
    pending: VecDeque<usize>,
    /// What was sent, in that order: the tag's number counts from `first_tag`.
    sent: Vec<Sent>,
    first_tag: u32,
    aloft: Aloft<'r>,
    goodbye: Option<String>,
    untagged: usize,
    untagged_bytes: usize,
    last_reply: Instant,
}

struct Sent {
    request: usize,
    bytes: usize,
    answered: bool,
}

impl<'r> Flight<'r> {
    fn new(requests: &'r [Request], style: Style, first_tag: u32) -> Self {
        Self {
            requests,
            answers: vec![Answer::Unsent; requests.len()],
            pending: (0..requests.len()).collect(),
            sent: Vec::new(),
            first_tag,
            aloft: Aloft {
                claims: Claims::default(),
                style,
                count: 0,
                bytes: 0,
            },
            goodbye: None,
            untagged: 0,
            untagged_bytes: 0,
            last_reply: Instant::now(),
        }
    }

    fn fly(&mut self, link: &mut Link, pace: &Pace, collector: &mut dyn Collect) -> Result<()> {
        loop {
            if pace.stopped() {
                self.pending.clear();
            } else if self.should_refill(&link.wire) {
                self.refill(link, pace, collector)?;
                link.wire.flush()?;
            }
            if self.aloft.count > 0 {
                if self.receive(link, pace, collector)? {
                    return Err(link.wire.broke("a permission that nobody asked for"));
                }
            } else if self.pending.is_empty() {
                return Ok(());
            }
        }
    }

    /// Not for every single reply: a burst is one write. While replies wait to be read, half a
    /// window keeps the server busy; once they are read, it gets what fits if that is worth it.
    fn should_refill(&self, wire: &Wire) -> bool {
        let used = (self.aloft.count * WINDOW_BYTES).max(self.aloft.bytes * WINDOW);
        let whole = WINDOW * WINDOW_BYTES;
        !self.pending.is_empty() && (used <= whole / 2 || used <= whole / 8 * 7 && !wire.has_line())
    }

    /// Puts commands into the output until the window is full, passing over those whose folder
    /// is in flight without changing the order on any one folder.
    fn refill(&mut self, link: &mut Link, pace: &Pace, collector: &mut dyn Collect) -> Result<()> {
        let mut passed = Claims::default();
        let (mut at, mut looked) = (0, 0);
        while at < self.pending.len() && looked < LOOKAHEAD && self.aloft.count < WINDOW {
            looked += 1;
            let number = self.pending[at];
            let request = &self.requests[number];
            if self.aloft.claims.conflict(request) || passed.conflict(request) {
                passed.claim(request, number);
                at += 1;
                continue;
            }
            let begin = link.wire.output.len();
            let tag = format!("S{}", self.first_tag.wrapping_add(self.sent.len() as u32));
            let pauses = match request.encode(&tag, self.aloft.style, &mut link.wire.output) {
                Ok(pauses) => pauses,
                Err(unfit) => {
                    self.pending.remove(at);
                    self.answers[number] = Answer::unfit(unfit.0);
                    (pace.tick)(1);
                    continue;
                }
            };
            let bytes = link.wire.output.len() - begin;
            let fits = self.aloft.bytes + bytes <= WINDOW_BYTES && pauses.is_empty();
            if self.aloft.count > 0 && !fits {
                link.wire.output.truncate(begin);
                return Ok(());
            }
            self.pending.remove(at);
            self.launch(number, bytes);
            let line = &link.wire.output[begin..];
            link.wire.show(Direction::Sent, &request.shown(line));
            if !pauses.is_empty() {
                return self.send_in_parts(link, &pauses, pace, collector);
            }
        }
        Ok(())
    }

    fn launch(&mut self, number: usize, bytes: usize) {
        if self.aloft.count == 0 {
            self.last_reply = Instant::now();
        }
        self.answers[number] = Answer::Unknown;
        self.aloft.claims.claim(&self.requests[number], number);
        self.aloft.count += 1;
        self.aloft.bytes += bytes;
        self.sent.push(Sent {
            request: number,
            bytes,
            answered: false,
        });
    }

    /// Sends the one command in the output, waiting for `+` at each of `pauses`. Nothing else
    /// is in flight, so that a tagged reply in place of the `+` is this command's.
    fn send_in_parts(
        &mut self,
        link: &mut Link,
        pauses: &[usize],
        pace: &Pace,
        collector: &mut dyn Collect,
    ) -> Result<()> {
        let whole = std::mem::take(&mut link.wire.output);
        let mut from = 0;
        for &pause in pauses {
            link.wire.output.extend_from_slice(&whole[from..pause]);
            link.wire.flush()?;
            from = pause;
            while !self.receive(link, pace, collector)? {
                if self.aloft.count == 0 {
                    return Ok(());
                }
            }
        }
        link.wire.output.extend_from_slice(&whole[from..]);
        link.wire.flush()?;
        Ok(())
    }

    /// Takes one response. Returns whether it was a permission to go on.
    fn receive(
        &mut self,
        link: &mut Link,
        pace: &Pace,
        collector: &mut dyn Collect,
    ) -> Result<bool> {
        if let Err(error) = link.wire.advance() {
            return Err(self.farewell(link).unwrap_or(error));
        }
        let line = link.wire.current();
        link.wire.show(Direction::Received, line);
        match Response::parse(line) {
            Ok(Response::Tagged(tag, state)) => {
                self.settle(tag, &state)
                    .ok_or_else(|| link.wire.broke("a reply that nobody waits for"))?;
                (pace.tick)(1);
                Ok(false)
            }
            Ok(Response::Continue(_)) => Ok(true),
            Ok(Response::Status(state)) => {
                if state.condition == Condition::Bye {
                    self.goodbye = Some(state.printable_text());
                }
                self.bound(link, line.len()).map(|()| false)
            }
            Ok(Response::Data(data)) => {
                let taken = collector.collect(data, &self.aloft);
                taken.map_err(|_| malformed(link, line))?;
                self.bound(link, line.len()).map(|()| false)
            }
            Err(Malformed) => Err(malformed(link, line)),
        }
    }

    fn settle(&mut self, tag: &[u8], state: &State<'_>) -> Option<()> {
        let number = std::str::from_utf8(tag.strip_prefix(b"S")?).ok()?;
        let number: u32 = number.parse().ok()?;
        let at = number.wrapping_sub(self.first_tag) as usize;
        let sent = self.sent.get_mut(at).filter(|sent| !sent.answered)?;
        sent.answered = true;
        self.answers[sent.request] = Answer::from_state(state);
        self.aloft.claims.release(&self.requests[sent.request]);
        self.aloft.count -= 1;
        self.aloft.bytes -= sent.bytes;
        self.last_reply = Instant::now();
        Some(())
    }

    /// Ends a conversation in which the server only ever talks.
    fn bound(&mut self, link: &Link, bytes: usize) -> Result<()> {
        self.untagged += 1;
        self.untagged_bytes += bytes;
        if self.untagged > MOST_UNTAGGED || self.untagged_bytes > MOST_BYTES {
            return Err(link.wire.broke("an answer without end"));
        }
        if self.last_reply.elapsed() > link.wire.timeout() * PATIENCE {
            return Err(link.wire.slow());
        }
        Ok(())
    }

    /// What the server said before it hung up.
    fn farewell(&self, link: &Link) -> Option<Error> {
        let text = self.goodbye.as_ref()?;
        let what = format!("the server ended the session: {text}");
        Some(link.wire.error(Exit::TryAgain, what))
    }
}

fn malformed(link: &Link, line: &[u8]) -> Error {
    let shown = super::response::abridged(&line[..line.len().min(80)]);
    link.wire.broke(&format!("cannot read \"{shown}\""))
}
