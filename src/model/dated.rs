//! The day that counts for a message: which year it belongs to, and how old it is.

use super::message::Message;
use chrono::{DateTime, NaiveDate, Utc};

/// A message by what decides about its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// Its UID.
    pub uid: u32,
    /// How long it is, in bytes.
    pub size: u64,
    /// The later one of the days on which it came and on which its sender says that it was written; absent where
    /// neither is told.
    pub day: Option<NaiveDate>,
    /// Whether its sender says that it was written later than now: that does not count.
    pub is_future: bool,
}

impl Dated {
    /// The same of `message`, as it is `now`.
    pub fn of(message: &Message, now: DateTime<Utc>) -> Self {
        let is_future = message.head.written.is_some_and(|written| written > now);
        let written = message.head.written.filter(|_| !is_future);
        Self {
            uid: message.uid,
            size: message.size,
            day: message
                .arrived
                .max(written)
                .map(|latest| latest.date_naive()),
            is_future,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(arrived: Option<&str>, written: Option<&str>) -> (Option<String>, bool) {
        let time = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
        let mut message = Message {
            arrived: arrived.map(time),
            ..Message::default()
        };
        message.head.written = written.map(time);
        let now = time("2026-11-29T08:00:00Z").to_utc();
        let dated = Dated::of(&message, now);
        (dated.day.map(|day| day.to_string()), dated.is_future)
    }

    #[test]
    fn the_later_day_counts_and_one_to_come_does_not() {
        let (old, new) = ("2019-12-31T23:59:59Z", "2024-03-02T10:00:00Z");
        let told = |day: &str| Some(day.to_owned());
        assert_eq!(day(Some(new), Some(old)), (told("2024-03-02"), false));
        assert_eq!(day(Some(old), Some(new)), (told("2024-03-02"), false));
        assert_eq!(
            day(None, Some("1970-01-01T00:00:00Z")).0,
            told("1970-01-01")
        );
        let future = Some("2038-01-19T03:14:08Z");
        assert_eq!(day(Some(old), future), (told("2019-12-31"), true));
        assert_eq!(day(None, future), (None, true));
        assert_eq!(day(None, None), (None, false));
    }
}
