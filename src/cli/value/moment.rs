//! Moments as people give them: a date, a date and time, or how long ago.

use super::text;
use chrono::{
    DateTime, Datelike, Duration, FixedOffset, Local, NaiveDate, NaiveDateTime, NaiveTime,
    TimeZone, Utc,
};
use std::fmt::Display;

const UNITS: [(&str, i64); 6] = [
    ("s", 1),
    ("m", 60),
    ("h", 3600),
    ("d", 86_400),
    ("w", 604_800),
    ("y", 31_557_600),
];

/// A moment that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The same with its offset, where this machine's time zone was taken for want of another.
    pub local: Option<String>,
}

/// The moment that `given` says: `7d`, `12h` or `2y` (of 365 days and a quarter) ago; `2026-11-21`, `2026-11-21 14:30` or
/// `2026-11-21T14:30` in the time of this machine; or the same with a time zone, as RFC 3339 has it
/// and a little less strict: `2026-11-21T14:30Z`, `2026-11-21 14:30 +01:00`.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn parse(given: &str) -> Result<Moment, String> {
    at(&text::text(given)?, Utc::now(), &Local)
}

fn at<Z: TimeZone<Offset: Display>>(
    given: &str,
    now: DateTime<Utc>,
    here: &Z,
) -> Result<Moment, String> {
    let absolute = |at| Moment { at, local: None };
    if let Some(ago) = ago(given) {
        let then = ago.and_then(|ago| now.checked_sub_signed(ago));
        let then = then.map(absolute);
        return then.ok_or_else(|| "it is longer ago than there are dates".to_owned());
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(given) {
        return Ok(absolute(moment.with_timezone(&Utc)));
    }
    let bad = || {
        "it is no moment: write 7d, 12h or 2y for how long ago, 2026-11-21 or \"2026-11-21 14:30\" in \
         local time, or 2026-11-21T14:30Z"
            .to_owned()
    };
    if let Some((clock, zone)) = zone(given) {
        let then = naive(clock).and_then(|then| zone.from_local_datetime(&then).single());
        return then.map(|then| absolute(then.to_utc())).ok_or_else(bad);
    }
    let date = NaiveDate::parse_from_str(given, "%Y-%m-%d").ok();
    let midnight = date.map(|date| date.and_time(NaiveTime::MIN));
    let then = midnight.or_else(|| naive(given)).ok_or_else(bad)?;
    // No time zone knows more years than these.
    if !(1..=9999).contains(&then.year()) {
        return Err(bad());
    }
    // Where clocks are put back, an hour comes twice.
    let then = here.from_local_datetime(&then).earliest().ok_or_else(|| {
        "clocks were put forward then, and there is no such time: write it with its time zone, as \
         2026-11-21T14:30Z"
            .to_owned()
    })?;
    Ok(Moment {
        at: then.to_utc(),
        local: Some(then.to_rfc3339()),
    })
}

/// A date and a time.
fn naive(given: &str) -> Option<NaiveDateTime> {
    let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f"];
    let given = given.replacen(['T', 't'], " ", 1);
    let mut times = forms
        .iter()
        .filter_map(|form| NaiveDateTime::parse_from_str(&given, form).ok());
    times.next()
}

/// What stands before a time zone, and the zone.
fn zone(given: &str) -> Option<(&str, FixedOffset)> {
    let utc = FixedOffset::east_opt(0)?;
    for name in ["Z", "z", "UTC", "GMT"] {
        if let Some(clock) = given.strip_suffix(name) {
            return Some((clock.trim_end(), utc));
        }
    }
    // The first two - are the date's.
    let at = given
        .rfind(['+', '-'])
        .filter(|at| *at > "2026-11-21".len())?;
    let (clock, offset) = given.split_at(at);
    let digits = offset[1..].replacen(':', "", 1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(2);
    let minutes: i32 = if minutes.is_empty() {
        0
    } else {
        minutes.parse().ok()?
    };
    let east = hours.parse::<i32>().ok()? * 3600 + minutes * 60;
    let east = if offset.starts_with('-') { -east } else { east };
    Some((clock.trim_end(), FixedOffset::east_opt(east)?))
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
        let here = FixedOffset::east_opt(3600).unwrap();
        let at = |given| {
            let moment = at(given, now, &here)?;
            Ok::<_, String>((moment.at.to_rfc3339(), moment.local.is_some()))
        };
        for (given, expected, is_local) in [
            ("7d", "2026-11-14T12:00:00+00:00", false),
            ("90m", "2026-11-21T10:30:00+00:00", false),
            ("0s", "2026-11-21T12:00:00+00:00", false),
            ("2w", "2026-11-07T12:00:00+00:00", false),
            ("2026-11-01", "2026-10-31T23:00:00+00:00", true),
            ("2026-11-01 14:30", "2026-11-01T13:30:00+00:00", true),
            ("2026-11-01T14:30", "2026-11-01T13:30:00+00:00", true),
            (
                "2026-11-01t14:30:05.5",
                "2026-11-01T13:30:05.500+00:00",
                true,
            ),
            ("2026-11-01T14:30Z", "2026-11-01T14:30:00+00:00", false),
            ("2026-11-01 14:30 UTC", "2026-11-01T14:30:00+00:00", false),
            ("2026-11-01 14:30 -0530", "2026-11-01T20:00:00+00:00", false),
            ("2026-11-01 14:30+02", "2026-11-01T12:30:00+00:00", false),
            (
                "2026-11-01T14:30:00.5+02:00",
                "2026-11-01T12:30:00.500+00:00",
                false,
            ),
        ] {
            assert_eq!(at(given), Ok((expected.to_owned(), is_local)), "{given}");
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
            "2026-11-01T14",
            "2026-11-01 14:30+2",
            "2026-11-01 14:30+99:00",
            "+12026-11-01",
        ] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_panics(given in "\\PC{0,30}|[0-9]{1,25}[smhdw]|[0-9]{1,6}-[0-9]{2}-[0-9]{2}[ T][0-9:.]{0,9}[-+ZUTC0-9:]{0,6}") {
            let _ = parse(&given);
        }

        #[test]
        fn what_is_told_of_a_local_time_is_the_same_moment(
            day in 1u32..29, hour in 0u32..24, minute in 0u32..60, east in -12i32..13,
        ) {
            let here = FixedOffset::east_opt(east * 3600).unwrap();
            let given = format!("2026-11-{day:02}T{hour:02}:{minute:02}");
            let moment = at(&given, Utc::now(), &here).unwrap();
            let told = moment.local.unwrap();
            prop_assert!(told.starts_with(&given), "{told}");
            prop_assert_eq!(parse(&told).unwrap(), Moment { at: moment.at, local: None });
        }
    }
}
