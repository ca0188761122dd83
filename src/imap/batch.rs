//! Running commands on a wire after the login.

use super::answer::{Answer, Batch};
use super::argument::Style;
use super::collect::Collect;
use super::flight::Flight;
use super::request::Request;
use super::wire::Wire;
use crate::error::Error;
use crate::exit::Exit;
use crate::memory::Ration;
use crate::model::pace::Pace;

/// A wire on which commands are run, and what is needed to speak on it.
#[derive(Debug)]
pub(super) struct Link {
    pub wire: Wire,
    pub style: Style,
    /// What may be kept of what it says.
    pub ration: Ration,
    next_tag: u32,
    broken: Option<Error>,
}

/// The number in the first tag of a link.
pub(super) const FIRST_TAG: u32 = 1;

impl Link {
    /// A link over `wire`.
    pub fn new(wire: Wire, style: Style) -> Self {
        Self {
            wire,
            style,
            ration: Ration::of_process(),
            next_tag: FIRST_TAG,
            broken: None,
        }
    }

    /// Ends the connection; nothing is sent any more.
    pub fn hang_up(&mut self) {
        self.wire.hang_up();
        let ended = || self.wire.error(Exit::Failure, "this session was ended");
        self.broken.get_or_insert_with(ended);
    }

    /// Runs `requests` and hands the untagged responses to `collector`.
    ///
    /// After an error nothing more is sent, now or ever.
    pub fn run(&mut self, requests: &[Request], pace: &Pace, collector: &mut dyn Collect) -> Batch {
        let flight = Flight::new(requests, self.style, self.next_tag, self.ration);
        self.end(flight, requests.len(), pace, collector)
    }

    /// As [`Link::run`], where `requests` went out behind the login and nothing since.
    pub fn run_sent(&mut self, requests: &[Request], collector: &mut dyn Collect) -> Batch {
        let flight = Flight::under_way(requests, self.style, self.next_tag, self.ration);
        self.end(flight, requests.len(), &Pace::unattended(), collector)
    }

    fn end(
        &mut self,
        mut flight: Flight,
        count: usize,
        pace: &Pace,
        collector: &mut dyn Collect,
    ) -> Batch {
        if let Some(error) = &self.broken {
            return Batch {
                answers: vec![Answer::Unsent; count],
                broken: Some(error.clone()),
                said: Vec::new(),
            };
        }
        self.wire.begin_asking();
        let outcome = flight.fly(&mut self.wire, pace, collector);
        self.wire.end_asking();
        self.broken = outcome.err();
        self.next_tag = flight.next_tag();
        let (answers, said) = flight.into_answers();
        Batch {
            answers,
            broken: self.broken.clone(),
            said,
        }
    }
}
