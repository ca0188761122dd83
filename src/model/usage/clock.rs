//! When a message arrived, as seen from now.

use crate::model::message::Message;
use chrono::{DateTime, Datelike as _, Days, FixedOffset, NaiveDate, TimeDelta};
use std::fmt;

/// The pace is that of so many days.
pub const RECENT_DAYS: u64 = 90;
/// Growth is told of so many months.
const MONTHS: usize = 12;
/// So far the clock of a server may be ahead.
const AHEAD: TimeDelta = TimeDelta::hours(1);

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    /// From 1.
    month: u32,
}

impl Month {
    fn of(day: NaiveDate) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    fn before(self) -> Self {
        match self.month {
            0 | 1 => Self {
                year: self.year - 1,
                month: 12,
            },
            month => Self {
                month: month - 1,
                ..self
            },
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// When a message arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The server does not tell.
    Unknown,
    /// Later than now: somebody's clock was wrong.
    InFuture,
    /// Then.
    At {
        /// The year, as the clock of its server had it, as days are meant in a selection.
        year: i32,
        /// The month in the same way.
        month: Month,
        /// Whether that is in the last [`RECENT_DAYS`] days.
        is_recent: bool,
    },
}

/// What time it is.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    now: DateTime<FixedOffset>,
}

impl Clock {
    /// It is `now`.
    pub fn at(now: DateTime<FixedOffset>) -> Self {
        Self { now }
    }

    /// When `message` arrived.
    pub fn when(&self, message: &Message) -> When {
        let Some(arrived) = message.arrived else {
            return When::Unknown;
        };
        if arrived.signed_duration_since(self.now) > AHEAD {
            return When::InFuture;
        }
        let day = arrived.date_naive();
        let since = self.now.checked_sub_days(Days::new(RECENT_DAYS));
        When::At {
            year: day.year(),
            // Where it was earlier, the next month may have begun.
            month: Month::of(day).min(Month::of(self.now.date_naive())),
            is_recent: since.is_some_and(|since| arrived > since),
        }
    }

    /// This month and those before it, the first one first.
    pub fn months(&self) -> Vec<Month> {
        let this = Month::of(self.now.date_naive());
        let all = std::iter::successors(Some(this), |month| Some(month.before()));
        let mut all: Vec<Month> = all.take(MONTHS).collect();
        all.reverse();
        all
    }

    /// How many whole days have gone since `then`.
    pub fn days_since(&self, then: DateTime<FixedOffset>) -> u64 {
        u64::try_from(self.now.signed_duration_since(then).num_days()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    fn when(now: &str, arrived: &str) -> When {
        let message = Message {
            arrived: Some(at(arrived)),
            ..Message::default()
        };
        Clock::at(at(now)).when(&message)
    }

    #[test]
    fn months_are_counted_across_the_end_of_a_year() {
        let months = Clock::at(at("2026-02-28T12:00:00Z")).months();
        let told: Vec<String> = months.iter().map(Month::to_string).collect();
        assert_eq!((told.len(), told[0].as_str()), (12, "2025-03"));
        assert_eq!(told[9..], ["2025-12", "2026-01", "2026-02"]);
    }

    #[test]
    fn what_is_missing_or_to_come_is_no_day() {
        let now = "2026-12-31T23:30:00Z";
        assert_eq!(Clock::at(at(now)).when(&Message::default()), When::Unknown);
        assert_eq!(when(now, "2027-01-01T00:31:00Z"), When::InFuture);
        assert_eq!(when(now, "2038-01-19T03:14:08Z"), When::InFuture);
        // The clock of the server is a minute ahead, or stands further east.
        for arrived in ["2027-01-01T00:01:00Z", "2027-01-01T08:00:00+09:00"] {
            let When::At {
                month, is_recent, ..
            } = when(now, arrived)
            else {
                panic!("{arrived}")
            };
            assert_eq!((month.to_string().as_str(), is_recent), ("2026-12", true));
        }
        let When::At {
            year, is_recent, ..
        } = when(now, "1970-01-01T00:00:00Z")
        else {
            panic!("1970")
        };
        assert_eq!((year, is_recent), (1970, false));
    }

    #[test]
    fn recent_is_what_arrived_in_the_last_days() {
        let recent = |arrived| match when("2026-11-29T12:00:00Z", arrived) {
            When::At { is_recent, .. } => is_recent,
            _ => panic!("{arrived}"),
        };
        assert!(recent("2026-08-31T12:00:01Z") && !recent("2026-08-31T12:00:00Z"));
    }
}
