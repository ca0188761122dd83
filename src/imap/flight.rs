//! Commands in flight: a bounded window, replies matched by tag in any order.
//!
//! The window is bounded in commands and bytes, so that neither side ever waits for the other to
//! read first. It is refilled in bursts, each one write.

use super::answer::Answer;
use super::argument::Style;
use super::collect::{Aloft, Collect};
use super::request::Request;
use super::response::{Condition, Response, State};
use super::said::Said;
use super::schedule::Schedule;
use super::token::Malformed;
use super::volume::Volume;
use super::wire::Wire;
use crate::error::{Error, Result, abridged};
use crate::exit::Exit;
use crate::memory::Ration;
use crate::model::pace::Pace;
use crate::net::Direction;

/// The most commands in flight that ask; their bytes are bounded too, and mostly sooner.
const WINDOW: usize = 1000;
/// The most commands in flight that change something: they take servers milliseconds each, and
/// whoever stops the work waits for all of them. Enough to be at work while replies travel.
const CHANGES: usize = 64;
/// The most unanswered bytes: less than any socket buffers.
const WINDOW_BYTES: usize = 32 << 10;
/// The same where all of them put messages into folders: the server has read a message before it answers, and answers
/// with a line. At 32 KiB a slow way would be empty most of the time.
const APPEND_BYTES: usize = 1 << 20;
/// After an untagged NO the server is asked whether it lives once nothing came for this part of the
/// timeout: 5 s where that is 30 s.
const QUIET: u32 = 6;

/// A batch on its way.
pub(super) struct Flight<'r> {
    requests: &'r [Request],
    answers: Vec<Answer>,
    schedule: Schedule,
    /// What was sent, in that order: the tag's number counts from `first_tag`.
    sent: Vec<Sent>,
    /// All before this one are answered.
    first_open: usize,
    window: usize,
    window_bytes: usize,
    first_tag: u32,
    aloft: Aloft<'r>,
    count: usize,
    bytes: usize,
    goodbye: Option<String>,
    said: Said,
    volume: Volume,
}

struct Sent {
    /// Nothing for a NOOP of the flight's own.
    request: Option<usize>,
    bytes: usize,
    answered: bool,
}

/// Whose reply came.
#[derive(PartialEq, Eq)]
enum Whose {
    Request,
    Noop,
}

/// What a response was, as far as the flight goes.
#[derive(PartialEq, Eq)]
enum Event {
    Settled,
    Told,
    GoAhead,
}

impl<'r> Flight<'r> {
    /// `requests` before the first of them is sent; what is kept of the answers keeps to `ration`.
    pub fn new(requests: &'r [Request], style: Style, first_tag: u32, ration: Ration) -> Self {
        Self {
            requests,
            answers: vec![Answer::Unsent; requests.len()],
            schedule: Schedule::new(requests),
            sent: Vec::with_capacity(requests.len()),
            first_open: 0,
            window: if requests
                .iter()
                .any(|one| one.is_change() || one.is_append())
            {
                CHANGES
            } else {
                WINDOW
            },
            window_bytes: match requests.iter().all(Request::is_append) {
                true => APPEND_BYTES,
                false => WINDOW_BYTES,
            },
            first_tag,
            aloft: Aloft {
                style,
                ..Aloft::default()
            },
            count: 0,
            bytes: 0,
            goodbye: None,
            said: Said::default(),
            volume: Volume::new(ration),
        }
    }

    /// `requests` that went out already behind the login, as [`encoded`] put them.
    pub fn under_way(
        requests: &'r [Request],
        style: Style,
        first_tag: u32,
        ration: Ration,
    ) -> Self {
        let mut flight = Self::new(requests, style, first_tag, ration);
        while let Some(number) = flight.schedule.next() {
            flight.launch(number, 0);
        }
        flight
    }

    /// One answer per request, and what else the server had to say.
    pub fn into_answers(self) -> (Vec<Answer>, Vec<String>) {
        (self.answers, self.said.into_words())
    }

    /// The first tag that was not used.
    pub fn next_tag(&self) -> u32 {
        self.first_tag.wrapping_add(self.sent.len() as u32)
    }

    /// Sends what may be sent and takes what comes, until all is answered.
    pub fn fly(&mut self, wire: &mut Wire, pace: &Pace, collector: &mut dyn Collect) -> Result<()> {
        loop {
            if pace.stopped() {
                self.schedule.stop();
            } else if self.should_refill(wire) {
                self.refill(wire, pace, collector)?;
                wire.flush()?;
            }
            if self.count == 0 && self.schedule.next().is_none() {
                return Ok(());
            }
            if self.count > 0 {
                self.probe(wire)?;
                if self.receive(wire, pace, collector)? == Event::GoAhead {
                    return Err(wire.broke("a permission that nobody asked for"));
                }
            }
        }
    }

    /// An untagged NO ends no command (RFC 3501, section 7.1.2), and servers were seen that say no
    /// more: where nothing follows it, a NOOP tells whether anything will. Once the server has
    /// answered that, it has passed over what it was sent before.
    fn probe(&mut self, wire: &mut Wire) -> Result<()> {
        if !self.said.is_to_probe() || !wire.is_quiet_for(wire.timeout() / QUIET)? {
            return Ok(());
        }
        let noop = Request::plain("NOOP");
        let tag = format!("S{}", self.next_tag());
        let begin = wire.output.len();
        // It has no argument that could be unfit.
        if noop
            .encode(&tag, self.aloft.style, &mut wire.output)
            .is_ok()
        {
            wire.show(Direction::Sent, &wire.output[begin..]);
            self.said.probe();
            self.count += 1;
            self.sent.push(Sent {
                request: None,
                bytes: 0,
                answered: false,
            });
        }
        wire.flush()
    }

    /// Not for every single reply: a burst is one write. While replies wait to be read, half a
    /// window keeps the server busy; once they are read, it gets what fits if that is worth it,
    /// or if it is all that is left: a few commands kept back would cost a round trip of their own.
    fn should_refill(&self, wire: &Wire) -> bool {
        let used = (self.count * self.window_bytes).max(self.bytes * self.window);
        let whole = self.window * self.window_bytes;
        let worth = used <= whole / 8 * 7 || self.count + self.schedule.ready() <= self.window;
        used <= whole / 2 || worth && !wire.has_line()
    }

    /// Puts commands into the output until the window is full.
    fn refill(&mut self, wire: &mut Wire, pace: &Pace, collector: &mut dyn Collect) -> Result<()> {
        while let Some(number) = self.schedule.next()
            && self.count < self.window
        {
            let request = &self.requests[number];
            let begin = wire.output.len();
            let tag = format!("S{}", self.next_tag());
            let pauses = match request.encode(&tag, self.aloft.style, &mut wire.output) {
                Ok(pauses) => pauses,
                Err(unfit) => {
                    self.schedule.take_next();
                    self.schedule.settle(number);
                    self.answers[number] = Answer::unfit(unfit.0);
                    (pace.tick)(1);
                    continue;
                }
            };
            let bytes = wire.output.len() - begin;
            let fits = self.bytes + bytes <= self.window_bytes && pauses.is_empty();
            if self.count > 0 && !fits {
                wire.output.truncate(begin);
                return Ok(());
            }
            self.launch(number, bytes);
            wire.show(Direction::Sent, &request.shown(&wire.output[begin..]));
            if !pauses.is_empty() {
                return self.send_in_parts(wire, &pauses, pace, collector);
            }
        }
        Ok(())
    }

    fn launch(&mut self, number: usize, bytes: usize) {
        self.schedule.take_next();
        self.answers[number] = Answer::Unknown;
        for folder in self.requests[number].folders() {
            self.aloft.askers.insert(folder, number);
        }
        self.count += 1;
        self.bytes += bytes;
        self.sent.push(Sent {
            request: Some(number),
            bytes,
            answered: false,
        });
        self.find_oldest();
    }

    /// Sends the one command in the output, waiting for `+` at each of `pauses`. Nothing else
    /// is in flight, so that a tagged reply in place of the `+` is this command's.
    fn send_in_parts(
        &mut self,
        wire: &mut Wire,
        pauses: &[usize],
        pace: &Pace,
        collector: &mut dyn Collect,
    ) -> Result<()> {
        let whole = std::mem::take(&mut wire.output);
        let mut from = 0;
        for &pause in pauses {
            wire.output.extend_from_slice(&whole[from..pause]);
            wire.flush()?;
            from = pause;
            while self.receive(wire, pace, collector)? != Event::GoAhead {
                if self.count == 0 {
                    return Ok(());
                }
            }
        }
        wire.output.extend_from_slice(&whole[from..]);
        Ok(())
    }

    /// Takes one response.
    fn receive(
        &mut self,
        wire: &mut Wire,
        pace: &Pace,
        collector: &mut dyn Collect,
    ) -> Result<Event> {
        if let Err(error) = wire.advance() {
            return Err(self.farewell(wire, error));
        }
        let line = wire.current();
        wire.show(Direction::Received, line);
        match Response::parse(line).map_err(|Malformed| malformed(wire))? {
            Response::Tagged(tag, state) => {
                let settled = self.settle(tag, &state);
                let settled = settled.ok_or_else(|| wire.broke("a reply that nobody waits for"))?;
                if settled == Whose::Noop && self.count > 0 {
                    let error = self.passed_over(wire);
                    wire.hang_up();
                    return Err(error);
                }
                wire.answered();
                self.volume.answered();
                self.bound(wire, collector)?;
                (pace.tick)(usize::from(settled == Whose::Request));
                return Ok(Event::Settled);
            }
            Response::Continue(_) => return Ok(Event::GoAhead),
            Response::Status(state) if state.condition == Condition::Bye => {
                self.goodbye = Some(state.printable_text());
            }
            Response::Status(state) => {
                self.said.take(&state, self.sent.len(), self.count);
                collector.told(&state, &self.aloft);
            }
            Response::Data(data) => {
                let taken = collector.collect(data, &self.aloft);
                taken.map_err(|Malformed| malformed(wire))?;
            }
        }
        self.bound(wire, collector)?;
        Ok(Event::Told)
    }

    fn settle(&mut self, tag: &[u8], state: &State<'_>) -> Option<Whose> {
        let number = std::str::from_utf8(tag.strip_prefix(b"S")?).ok()?;
        let number: u32 = number.parse().ok()?;
        let at = number.wrapping_sub(self.first_tag) as usize;
        let sent = self.sent.get_mut(at).filter(|sent| !sent.answered)?;
        sent.answered = true;
        self.count -= 1;
        self.bytes -= sent.bytes;
        let Some(request) = sent.request else {
            return Some(Whose::Noop);
        };
        self.said.answered(at);
        let asked = &self.requests[request];
        self.answers[request] = match state.condition {
            // What was asked came untagged: nobody reads the words behind a million OKs.
            Condition::Ok if asked.is_question() => Answer::done(),
            _ => Answer::from_state(state),
        };
        for folder in self.requests[request].folders() {
            self.aloft.askers.remove(folder);
        }
        self.schedule.settle(request);
        self.find_oldest();
        Some(Whose::Request)
    }

    fn find_oldest(&mut self) {
        while self
            .sent
            .get(self.first_open)
            .is_some_and(|sent| sent.answered)
        {
            self.first_open += 1;
        }
        let open = self.sent.get(self.first_open);
        self.aloft.oldest = open.and_then(|sent| sent.request);
    }

    /// The server answers, but not what it was asked.
    fn passed_over(&self, wire: &Wire) -> Error {
        let said = self.said.in_words();
        let waiting = self.waiting();
        let what = format!("{said}, and never answered {waiting}, but answers NOOP");
        wire.error(Exit::Refused, what)
    }

    /// The commands that are not answered yet, the first by its name.
    fn waiting(&self) -> String {
        let waiting = self.sent.iter().filter(|sent| !sent.answered);
        let mut waiting = waiting.filter_map(|sent| self.requests.get(sent.request?));
        let first = waiting.next().map(|request| format!("{request:?}"));
        let first = first.unwrap_or_else(|| "all of it".to_owned());
        match waiting.count() {
            0 => first,
            n => format!("{first} and {n} more"),
        }
    }

    /// Ends a conversation in which the server only ever talks.
    fn bound(&mut self, wire: &Wire, collector: &dyn Collect) -> Result<()> {
        self.volume
            .take(wire, collector.expected())
            .map_err(|excess| excess.error(wire, &self.waiting()))
    }

    /// `lost`, with what the server said before.
    fn farewell(&self, wire: &Wire, lost: Error) -> Error {
        if let Some(text) = &self.goodbye {
            let what = format!("the server ended the session: {text}");
            return wire.error(Exit::TryAgain, what);
        }
        if self.said.is_pending() {
            let what = format!("{}, and then: {}", self.said.in_words(), lost.what());
            return wire.error(lost.exit(), what);
        }
        lost
    }
}

/// `requests` in the words that a flight would send at once; nothing where it would have to wait in
/// between.
pub(super) fn encoded(requests: &[Request], style: Style, first_tag: u32) -> Option<Vec<u8>> {
    if Schedule::new(requests).ready() < requests.len() {
        return None;
    }
    let mut words = Vec::new();
    for (tag, request) in (first_tag..).zip(requests) {
        let pauses = request.encode(&format!("S{tag}"), style, &mut words).ok()?;
        if !pauses.is_empty() {
            return None;
        }
    }
    (words.len() <= WINDOW_BYTES).then_some(words)
}

fn malformed(wire: &Wire) -> Error {
    let line = wire.current();
    let shown = abridged(&line[..line.len().min(80)]);
    wire.broke(&format!("cannot read \"{shown}\""))
}
