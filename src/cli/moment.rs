//! Moments as people give them: a date, a date and time, or how long ago.

use super::text;
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Utc};

const UNITS: [(&str, i64); 5] = [
    ("s", 1),
    ("m", 60),
    ("h", 3600),
    ("d", 86_400),
    ("w", 604_800),
];

/// The moment that `given` says: `7d` or `12h` ago, `2026-11-21` or `2026-11-21 14:30` in UTC, or
/// RFC 3339.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn parse(given: &str) -> Result<DateTime<Utc>, String> {
    at(&text::text(given)?, Utc::now())
}

fn at(given: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    if let Some(ago) = ago(given) {
        let then = ago.and_then(|ago| now.checked_sub_signed(ago));
        return then.ok_or_else(|| "it is longer ago than there are dates".to_owned());
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(given) {
        return Ok(moment.with_timezone(&Utc));
    }
    let date = NaiveDate::parse_from_str(given, "%Y-%m-%d").ok();
    let midnight = date.and_then(|date| date.and_hms_opt(0, 0, 0));
    let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
    let mut times = forms
        .iter()
        .filter_map(|form| NaiveDateTime::parse_from_str(given, form).ok());
    let moment = midnight.or_else(|| times.next());
    moment.map(|moment| moment.and_utc()).ok_or_else(|| {
        "it is no moment: write 7d or 12h for how long ago, 2026-11-21, or \"2026-11-21 14:30\" (UTC)"
            .to_owned()
    })
}

/// How long ago, where that is what is given; nothing in it where it is too long.
fn ago(given: &str) -> Option<Option<Duration>> {
    let end = given.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = given.split_at(end);
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    if number.is_empty() {
        return None;
    }
    let all = number.parse::<i64>().ok();
    Some(all.and_then(|n| Duration::try_seconds(n.checked_mul(*seconds)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_are_dates_or_so_long_ago() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T12:00:00Z").unwrap();
        let now = now.with_timezone(&Utc);
        let at = |given| at(given, now).map(|moment| moment.to_rfc3339());
        for (given, expected) in [
            ("7d", "2026-11-14T12:00:00+00:00"),
            ("90m", "2026-11-21T10:30:00+00:00"),
            ("0s", "2026-11-21T12:00:00+00:00"),
            ("2w", "2026-11-07T12:00:00+00:00"),
            ("2026-11-01", "2026-11-01T00:00:00+00:00"),
            ("2026-11-01 14:30", "2026-11-01T14:30:00+00:00"),
            (
                "2026-11-01T14:30:00.5+02:00",
                "2026-11-01T12:30:00.500+00:00",
            ),
        ] {
            assert_eq!(at(given).as_deref(), Ok(expected), "{given}");
        }
        for bad in [
            "",
            "7",
            "d",
            "-7d",
            "7 d",
            "yesterday",
            "2026-13-01",
            "9999999999w",
            "٧d",
        ] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_panics(given in "\\PC{0,30}|[0-9]{1,25}[smhdw]") {
            let _ = parse(&given);
        }
    }
}
