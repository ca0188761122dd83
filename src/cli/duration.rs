//! Lengths of time: `30s`, `2m`, `500ms`.

use std::time::Duration;

/// The longest wait that can be asked for.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A length of time between a millisecond and a day. A bare number counts seconds.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn parse(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let number: u64 = number.parse().map_err(|_| not_a_duration())?;
    let milliseconds = match unit.trim() {
        "ms" => Some(number),
        "" | "s" => number.checked_mul(1000),
        "m" | "min" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => return Err(not_a_duration()),
    };
    match milliseconds.map(Duration::from_millis) {
        Some(Duration::ZERO) => Err("it must be longer than nothing".to_owned()),
        Some(time) if time <= LONGEST => Ok(time),
        _ => Err("it is longer than a day".to_owned()),
    }
}

fn not_a_duration() -> String {
    "it is not a length of time: write 30s, 2m or 500ms".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        for (text, milliseconds) in [
            ("30s", 30_000),
            ("30", 30_000),
            ("2m", 120_000),
            ("500ms", 500),
            ("1h", 3_600_000),
        ] {
            assert_eq!(
                parse(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn endless_and_empty_waits_are_refused() {
        for text in [
            "",
            "0",
            "0s",
            "s",
            "-1s",
            "1.5s",
            "25h",
            "99999999999999999999s",
            "1d",
            "18446744073709551615h",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
